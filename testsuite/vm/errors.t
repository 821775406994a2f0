#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# Errors outside the object: the device, its program, the bpffs, permissions. Each
# error prints one sentence, has its exit status, and changes nothing.

. testsuite/lib/tap.sh

add=(ip link xdp multi add dev v0 object obj/bpf/pass.o)

# without CAPABILITY,... COMMAND...
# shellcheck disable=SC2317
without() {
	local caps=-${1//,/,-}

	shift
	setpriv --bounding-set "$caps" --inh-caps "$caps" "$@"
}

new_veth 0

refused 1 'Error: Cannot find device "v9".' 'no such device' \
	ip link xdp multi add dev v9 object obj/bpf/pass.o
refused 1 'Error: Cannot find device "v9".' 'one of two devices is missing' \
	"${add[@]}" dev v9
refused 1 'Error: Cannot find device "v9".' 'show of no such device' \
	ip link xdp multi show v9
refused 1 'Error: Cannot find device "v9".' 'and as JSON' \
	ip -j link xdp multi show v9
refused 1 'Error: Cannot find device "veth-with-too-long-a-name".' 'too long a name' \
	ip link xdp multi add dev veth-with-too-long-a-name object obj/bpf/pass.o

refused 1 '~^Error: Cannot load [^.]*: requires .*CAP_BPF\.$' \
	'without any right to load' without sys_admin,bpf,perfmon "${add[@]}"
refused 1 '~^Error: Cannot load the program in ".*/obj/bpf/pass.o": requires CAP_PERFMON\.$' \
	'without CAP_PERFMON' without sys_admin,perfmon "${add[@]}"
refused 1 '~^Error: .*requires CAP_NET_ADMIN\.$' \
	'without CAP_NET_ADMIN' without sys_admin,net_admin "${add[@]}"
refused 1 '~^Error: .*CAP_NET_ADMIN' \
	'without CAP_NET_ADMIN, with CAP_SYS_ADMIN' without net_admin "${add[@]}"
user=(setpriv --reuid nobody --regid nogroup --clear-groups)
refused 1 '~^Error: Cannot open /sys/fs/bpf/xdp: Permission denied\.$' \
	'an ordinary user' "${user[@]}" "${add[@]}"
rmdir /sys/fs/bpf/xdp
refused 1 '~^Error: Cannot [^.]*requires .*CAP_BPF\.$' \
	'who is the first one' "${user[@]}" "${add[@]}"

"${add[@]}"
refused 1 '~^Error: .*requires CAP_SYS_ADMIN\.$' \
	'a chain and no CAP_SYS_ADMIN' without sys_admin "${add[@]}" name second
refused 1 '~^Error: dev v0: .*CAP_SYS_ADMIN' 'del as well' \
	without sys_admin ip link xdp multi del dev v0 pass
refused 1 '~^Error: dev v0: .*CAP_SYS_ADMIN' 'flush as well' \
	without sys_admin ip link xdp multi flush dev v0

umount -l /sys/fs/bpf
for command in "${add[*]} name x" 'ip link xdp multi del dev v0 pass' \
	'ip link xdp multi flush dev v0' 'ip link xdp multi flush all'; do
	# shellcheck disable=SC2086
	refused 1 'Error: No bpffs is mounted on /sys/fs/bpf: mount it with "mount -t bpf bpf /sys/fs/bpf", or use "-n" instead of "ip netns exec", which hides it.' \
		"no bpffs: $command" $command
done
refused 1 '~^Error: No bpffs is mounted on /tmp: mount it with "mount -t bpf bpf /tmp"\.$' \
	'a bpffs that is none' env LIBXDP_BPFFS=/tmp "${add[@]}"
refused 1 '~^Error: Cannot open the bpffs /no/such/dir: No such file or directory\.$' \
	'a bpffs that is not there' env LIBXDP_BPFFS=/no/such/dir "${add[@]}"
mount -t bpf bpf /sys/fs/bpf
refused 0 '' 'nothing is attached: the pins have gone' true
system_ip link set dev v0 xdp off
mkdir -m 777 /sys/fs/bpf/xdp
chmod 777 /sys/fs/bpf/xdp
refused 1 '~^Error: /sys/fs/bpf/xdp is writable by others; remove or correct it\.$' \
	'a directory that anybody may write' "${add[@]}"
chmod 700 /sys/fs/bpf/xdp
chown nobody /sys/fs/bpf/xdp
refused 1 '~^Error: /sys/fs/bpf/xdp belongs to another user; remove or correct it\.$' \
	"somebody else's directory" "${add[@]}"
rmdir /sys/fs/bpf/xdp
ln -s /tmp /sys/fs/bpf/xdp
refused 1 '~^Error: /sys/fs/bpf/xdp is not a directory; remove or correct it\.$' \
	'a symbolic link in its place' "${add[@]}"
rm /sys/fs/bpf/xdp

# Where there is none iproute2 makes xdp a symbolic link to its own tc.
system_ip link set dev v0 xdp object obj/bpf/pass.o section xdp
system_ip link set dev v0 xdp off
run "${add[@]}"
expect 0 '' '' 'the bpffs as iproute2 leaves it'
chain_is v0 'pass/50/pass' 'a chain is there'
system_ip link set dev v0 xdp off
find /sys/fs/bpf -mindepth 1 -delete
mkdir -m 700 /sys/fs/bpf/xdp
remember_counts

system_ip link set dev v0 xdp object obj/bpf/pass.o section xdp
id=$(xdp_id v0)
isnt "$id" 0 'a plain program is on v0'
refused 2 "~^Error: dev v0: the XDP program \"pass\" \(id $id\) is attached and is not a chain \([^)]*\): make it the first entry of one with \"ip link xdp multi adopt dev v0\", or displace it with \"overwrite\"\.$" \
	'a plain program' "${add[@]}"
run "${add[@]}" overwrite
expect 0 '' '' 'overwrite displaces it'
chain_is v0 'pass/50/pass' 'a chain is there'
refused 2 '~^Error: dev v0: the chain already has an entry named "pass", in slot 0: choose another name, or "replace" it\.$' 'a name that is taken' "${add[@]}"
refused 2 '~^Error: dev v0: the chain already has an entry named "pass", in slot 0: choose another name, or "replace" it\.$' \
	'overwrite is not for names' "${add[@]}" overwrite
refused 2 '~^Error: dev v0: the interface is in native mode and cannot change to generic' \
	'another mode than that of the chain' "${add[@]}" name second mode generic
run "${add[@]}" name second mode auto
expect 0 '' '' 'auto is that of the chain'
run ip link xdp multi flush dev v0
system_ip link set dev v0 xdpgeneric object obj/bpf/pass.o section xdp
refused 2 '~^Error: dev v0: the interface is in generic mode and cannot change to native while a program is attached: "ip link set dev v0 xdpgeneric off" removes it\.$' \
	'overwrite does not change the mode' "${add[@]}" overwrite mode native
run ip -force link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 '' 'Warning: dev v0: the chain runs in generic mode, because it replaced a program in generic mode.' \
	'-force says the same as overwrite'
like "$(ip link xdp multi)" ' mode generic .*0: pass ' 'and the mode is that of what was there'
refused 2 '~^Error: dev v0: the interface is in generic mode and cannot change to native' \
	'a generic chain stays generic' "${add[@]}" name second mode native
run ip link xdp multi flush dev v0
expect 0 '' '' 'flush of a generic chain'
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
unchanged 'nothing is left'

coproc holder { exec obj/helpers/foreign link v0; }
read -r _ <&"${holder[0]}"
refused 2 '~^Error: dev v0: program [0-9]+ \("by_link"\) is attached by bpf_link [0-9]+, held by process [0-9]+ \(foreign\): the owner of the link must detach it first, or "bpftool link detach id [0-9]+" does\.$' \
	'a bpf_link' "${add[@]}"
refused 2 '~^Error: dev v0: program [0-9]+ \("by_link"\) is attached by bpf_link' \
	'overwrite does not help' "${add[@]}" overwrite
refused 2 '~^Error: dev v0: program [0-9]+ \("by_link"\) is attached by bpf_link' \
	'nor does -force' ip -force link xdp multi flush dev v0
kill "${holder_PID:?}"
wait "$holder_PID" 2> /dev/null

obj/helpers/foreign dispatcher v0 9 > /dev/null
refused 2 '~^Error: dev v0: the XDP program "xdp_dispatcher" \(id [0-9]+\) is attached and is not a chain \([^)]*9[^)]*\): displace it with "overwrite"\.$' \
	'a dispatcher of unknown version' "${add[@]}"
system_ip link set dev v0 xdp off

system_ip link add d0 type dummy
refused 2 '~^Error: dev d0: .*Underlying driver does not support XDP in native mode\.$' \
	'a driver without native XDP' ip link xdp multi add dev d0 object obj/bpf/pass.o mode native
run ip link xdp multi add dev d0 object obj/bpf/pass.o
expect 0 '' '~^Warning: dev d0: [^.]*generic mode[^.]*\.$' \
	'without a wish it runs in generic mode, with a warning'
chain_is d0 'pass/50/pass' 'a chain is there'
like "$(ip link xdp multi show d0)" ' mode generic ' 'in generic mode'
system_ip link del d0
rm -rf /sys/fs/bpf/xdp/dispatch-*

system_ip -n peer0 link set p0 mtu 9000
refused 2 '~Error: dev v0: .*Peer MTU is too large to set XDP; lower the MTU of its peer with "ip link set dev PEER mtu 1500"\.$' \
	'an MTU that native mode cannot have: never generic instead' "${add[@]}"
if ! kernel_has frags; then
	refused 2 '~^Warning: dev v0: this kernel does not support multi-buffer XDP \(frags\), but a large MTU needs it\.
Error: dev v0: .*Peer MTU is too large to set XDP; lower the MTU of its peer with "ip link set dev PEER mtu 1500"\.$' 'nor with a section xdp.frags where the kernel has no such programs' \
		ip link xdp multi add dev v0 object obj/bpf/frags.o
else
	run ip link xdp multi add dev v0 object obj/bpf/frags.o
	expect 0 '' '' 'a program with frags fits'
	like "$(ip link xdp multi show v0)" ' mode native .* frags ' 'natively'
	refused 2 '~Error: dev v0: .*Peer MTU is too large to set XDP; lower the MTU of its peer with "ip link set dev PEER mtu 1500"\.$' \
		'one without does not beside it' "${add[@]}"
	ip link xdp multi flush dev v0
fi
system_ip -n peer0 link set p0 mtu 1500
run "${add[@]}"
expect 0 '' '' 'with another MTU it can'
# Pins are reached through it.
for command in 'del dev v0 pass' 'flush dev v0' 'set dev v0 stats on'; do
	refused 1 '~^Error: dev v0: cannot open the pin "[^"]*": /proc is not mounted\.$' \
		"no /proc: $command" unshare -m bash -c "umount -l /proc && exec ip link xdp multi $command"
done
refused 2 '~^Error: .*: cannot pin "[^"]*": /proc is not mounted\.$' \
	'no /proc: the first of a chain' unshare -m bash -c "umount -l /proc && exec ip link xdp multi add dev lo object obj/bpf/pass.o"
run ip link xdp multi flush dev v0
unchanged 'nothing is left'

done_testing
