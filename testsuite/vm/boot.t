#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The virtual machine has what the other tests need.

. testsuite/lib/tap.sh
kernel=${KERNEL:?is set by testsuite/vm/run}

[[ $kernel == newest ]] || like "$(uname -r)" "^${kernel//./\\.}\." "this is a kernel $kernel"
is "$(id -u)" 0 'we are root'
is "$(stat -f -c %t /sys/fs/bpf)" cafe4a11 'a bpffs is mounted'
for file in /proc/self/ns/net /sys/fs/cgroup/cgroup.procs \
	/sys/kernel/tracing/trace_pipe /dev/null /dev/shm /run /tmp; do
	ok "$file exists" test -e "$file"
done
like "$(system_ip -V)" iproute2 "the system's ip is iproute2"
for file in /project/obj/bpf/*.o; do
	ok "$(basename "$file") is readable BPF" bpftool btf dump file "$file"
done

remember_counts
for type in veth dummy bridge bond macvlan vlan; do
	case $type in
	veth) ok 'veth can be made' new_veth 0 ;;
	macvlan | vlan)
		args=()
		[[ $type == macvlan ]] || args=(id 5)
		ok "$type can be made" system_ip link add link v0 name t0 type $type "${args[@]}"
		system_ip link del t0
		;;
	*)
		ok "$type can be made" system_ip link add t0 type $type
		system_ip link del t0
		;;
	esac
done
ok 'v0 is reached' reaches 0

if ! type -P xdp-loader > /dev/null; then
	skip 'no xdp-loader' 'xdp-loader makes a dispatcher of two programs'
else
	run xdp-loader load v0 obj/bpf/pass.o obj/bpf/counter.o
	expect 0 '' '*' 'xdp-loader makes a dispatcher of two programs'
	run xdp-loader status v0
	expect 0 '~xdp_dispatcher.*counter.*pass' '' 'and shows them'
	isnt "$(xdp_id v0)" 0 'a program is on v0'
	ok 'v0 is reached through them' reaches 0
	run bpftool -j map dump name packets
	is "$(json '.[0].formatted.value // .[0].elements[0].value')" 1 'the counter has counted'
	run xdp-loader unload v0 --all
	expect 0 '' '' 'xdp-loader unloads them'
	rmdir /sys/fs/bpf/xdp
fi
for object in drop aborted filter resize frags action_enum void_ctx metadata two tx; do
	if [[ $object == frags ]] && ! kernel_has frags; then
		skip 'no program for multi-buffer packets' "the kernel takes $object"
		continue
	fi
	ok "the kernel takes $object" bpftool prog loadall "obj/bpf/$object.o" /sys/fs/bpf/t
	rm -rf /sys/fs/bpf/t
done
not_ok 'the kernel refuses loop_bad' bpftool prog load obj/bpf/loop_bad.o /sys/fs/bpf/t
del_veth 0
unchanged 'nothing is left in the kernel'

done_testing
