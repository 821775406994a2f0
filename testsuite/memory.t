#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each memory allocation fails once, or some of them if there are many: the command
# succeeds nevertheless, or fails with one sentence and exit status 1, prints no partial
# document and changes nothing.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
export PATH=$PWD/ip:/usr/sbin:/sbin:$PATH

if [[ ${1-} != inside ]]; then
	. testsuite/lib/tap.sh
	[[ $(id -u) -eq 0 ]] || skip_all 'you are not root'
	[[ -x obj/helpers/objects && -e obj/bpf/drop.o ]] || skip_all 'make check builds what this needs'
	grep -q fsanitize= obj/config.mk && skip_all 'the sanitizers have their own allocator'
	unshare --net --mount --propagation private true 2> /dev/null || skip_all 'no namespaces can be made'
	rm -rf "$tap_tmp"
	exec unshare --net --mount --propagation private bash "$0" inside
fi
mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs tmpfs /run || exit
. testsuite/lib/tail.sh
# Others use this kernel too.
unchecked=yes

[[ $(ip -j link xdp multi features) == *'"tail":true'* ]] || skip_all 'no tail calls'
export NOMEM_HIT=$tap_tmp/hit NOMEM_EXE=$PWD/ip/ip
preload=$PWD/obj/helpers/nomem.so
points=${NOMEM_POINTS-40}

# fail_at N COMMAND...: sets $hit
fail_at() {
	local at=$1

	shift
	: > "$NOMEM_HIT"
	LD_PRELOAD=$preload NOMEM_AT=$at run "$@"
	hit=$(< "$NOMEM_HIT")
}

state() {
	ip -j link xdp multi show
	ls -R /sys/fs/bpf
}

# judge: why the last command must not have ended so, if it must not.
judge() {
	local sentences

	sentences=$(grep -c '^\(Error: \|Warning: dev \|Out of memory\|Cannot \|Command failed\)' <<< "$stderr")
	case $status in
	0) ;;
	1)
		[[ $sentences -ge 1 ]] || echo 'no sentence'
		[[ $stderr != *'(null)'* ]] || echo 'a half sentence'
		[[ $json != yes || -z $stdout || $stdout == '['*']' ]] || echo 'half a document'
		;;
	*) echo "exit status $status" ;;
	esac
}

# survives NAME COMMAND...: with every allocation, or as many of them as $points.
survives() {
	local name=$1 total=1 step n wrong='' before tried=0 why json=no

	shift
	[[ " $* " != *' -j '* ]] || json=yes
	before=$(state)
	while ((total *= 2)); do
		fail_at "$total" "$@"
		[[ -n $hit ]] || break
	done
	step=$((total / points + 1))
	for ((n = 1; n <= total; n += step)); do
		fail_at "$n" "$@"
		[[ -n $hit ]] || continue
		tried=$((tried + 1))
		why=$(judge)
		[[ $status -eq 0 || $(state) == "$before" ]] || why+=' a change'
		[[ -z $why ]] || wrong+=$'\n'"$n: $why: $status '$stdout' '$stderr'"
	done
	is "$wrong" '' "$name: done, or one sentence and status 1"
	ok "$name: memory ran out in some places" test "$tried" -gt 3
	diag "$name: $tried places of up to $total"
}

new_veth 0
new_veth 1
multi=(ip link xdp multi)
ip -force link xdp multi add dev v0 object obj/bpf/counter.o prio 10 linkage tail 2> /dev/null
ip -force link xdp multi add dev v0 object obj/bpf/pass.o prio 20 linkage tail 2> /dev/null
"${multi[@]}" save dev v0 > "$tap_tmp/chain"
survives 'show' "${multi[@]}"
survives 'show as JSON' ip -j -d link xdp multi
survives 'save' "${multi[@]}" save dev v0
survives 'check' ip -j link xdp multi check dev v0 file "$tap_tmp/chain"
survives 'features' ip -j link xdp multi features
survives 'repair' ip -j link xdp multi repair all dry-run
# Not clean: libbpf 1.1 crashes where memory runs out while it loads an iterator.
survives 'add' "${multi[@]}" add dev v0 object obj/bpf/drop.o linkage tail dry-run
survives 'restore' "${multi[@]}" restore dev v0 file "$tap_tmp/chain"
survives 'share' "${multi[@]}" share dev v1 from v0 dry-run
survives 'change' "${multi[@]}" change dev v0 pass prio 20
mkdir -p "$tap_tmp/root/etc/xdp-multi/v[0].d"
ln -s "$PWD/obj" "$tap_tmp/root/obj"
system_ip link property add dev v0 altname uplink
echo 'object /obj/bpf/counter.o linkage tail' > "$tap_tmp/root/etc/xdp-multi/v[0].d/10-a.entry"
echo 'object /obj/bpf/pass.o name b linkage tail' > "$tap_tmp/root/etc/xdp-multi/uplink.chain"
ip -force link xdp multi apply dev v0 root "$tap_tmp/root" 2> /dev/null
survives 'apply' ip -j link xdp multi apply dev v0 root "$tap_tmp/root"
survives 'check config' ip -j link xdp multi check all config root "$tap_tmp/root"
survives 'save all' "${multi[@]}" save all with-objects "$tap_tmp"
printf 'link show lo\nlink xdp multi show\nlink show lo\n' > "$tap_tmp/batch"
survives 'a batch' ip -b "$tap_tmp/batch"
done_testing
