#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# The mode of a chain: native if the driver supports it, else generic, and generic mode
# without the flag for multi-buffer packets.

. testsuite/lib/tail.sh

needs frags
multi=(ip link xdp multi)
frags=(object obj/bpf/frags.o)
# Before 6.3 the kernel does not tell what a driver can do.
announced=$([[ $(ip -j link xdp multi features dev lo | jq '.[0].devices[0].xdp_features') == null ]] || echo yes)

# jumbo: does a packet of 8000 bytes get through v0 and back?
# shellcheck disable=SC2317
jumbo() {
	in_peer 0 ping -q -c 3 -i 0.01 -W 1 -s 8000 -M "do" 10.0.0.1
}

# native_too PIN: is the program there taken by v1, which needs one for packets in
# several buffers?
# shellcheck disable=SC2317
native_too() {
	system_ip link set dev v1 xdpdrv pinned "$1" 2> /dev/null || return
	system_ip link set dev v1 xdpdrv off
}

# mode_is DEV MODE FLAG NAME
mode_is() {
	like "$("${multi[@]}" show "$1")" " mode $2 " "$4: $2"
	is "$(frags_flag "$1")" "$3" "$4: $([[ $3 == 1 ]] || echo 'not ')for multi-buffer packets"
}

new_veth 0
new_veth 1
for n in 0 1; do
	system_ip link set dev v$n mtu 9000
	system_ip -n peer$n link set dev p$n mtu 9000
done
system_ip link add d0 type dummy
remember_counts

"${multi[@]}" add dev v0 "${frags[@]}" name a prio 10 mode generic
mode_is v0 generic 0 'a chain of one that takes them'
"${multi[@]}" add dev v0 "${frags[@]}" name b prio 20
mode_is v0 generic 0 'of two'
run ip -j link xdp multi show dev v0
is "$(json '[.[0].mode, .[0].entries[].frags]')" '["generic",true,true]' 'its programs are'
ok 'large packets get through' jumbo
"${multi[@]}" set dev v0 format extended
mode_is v0 generic 0 'in the extended format'
not_ok 'the kernel says so too' native_too "$(pins_at v0)/dispatcher"
ok 'large packets get through' jumbo
system_ip link set dev v0 xdpgeneric off
run "${multi[@]}" repair dev v0
expect 0 '*' '~^Warning: dev v0: the chain runs in generic mode, because .* Peer MTU is too large' 'taken off and repaired'
mode_is v0 generic 0 'it is what it was'
id=$(id_of v0 a)
run "${multi[@]}" share dev v1 from v0
expect 0 '' '' 'shared with a device that needs them'
chain_is v1 'a/10/pass b/20/pass' 'the chain is the same'
mode_is v1 native 1 'but not the dispatcher'
is "$(id_of v1 a)" "$id" 'of the same programs'
"${multi[@]}" flush dev v0
run "${multi[@]}" share dev v0 from v1
expect 0 '' '' 'and back'
mode_is v0 native 1 'natively'
ok 'the kernel says so too' test "$(xdp_id v0)" == "$(xdp_id v1)"
ok 'large packets get through' jumbo
"${multi[@]}" flush all
unchanged 'nothing is left'

# A tail call binds the dispatcher to the program's own flag.
add frags name t linkage tail mode generic
mode_is v0 generic 0 'a tail-called program is loaded without'
add frags name e
mode_is v0 generic 0 'beside an extension that takes them'
ok 'large packets get through' jumbo
flush
add frags name t linkage tail
mode_is v0 native 1 'natively it is loaded with them'
flush
plain v0 frags xdp.frags xdpgeneric
run "${multi[@]}" adopt dev v0 name t
expect 0 '' "$extended" 'a program that was loaded with them in generic mode is adopted'
mode_is v0 generic 1 'as it is'
add frags name e
chain_is v0 't/50/pass/tail e/50/pass' 'and gets company'
ok 'large packets get through' jumbo
refused 2 '~^Error: dev v0: entry "t" was loaded for multi-buffer packets' \
	'but none that does not take them' "${multi[@]}" add dev v0 object obj/bpf/pass.o
flush
unchanged 'nothing is left'

# A driver without a native mode.
generic_d0='~^Warning: dev d0: the chain runs in generic mode, because in native mode the kernel refused to attach the dispatcher: Underlying driver does not support XDP in native mode\.$'
if [[ $announced ]]; then
	run "${multi[@]}" add dev d0 "${frags[@]}" dry-run
	like "$stdout" '^[0-9]*: d0: mode generic ' 'dry-run tells the mode'
fi
run "${multi[@]}" add dev d0 "${frags[@]}"
expect 0 '' "$generic_d0" 'a driver without a native mode'
mode_is d0 generic "$([[ $announced ]] && echo 0 || echo 1)" 'by itself'
"${multi[@]}" add dev d0 "${frags[@]}" name second
mode_is d0 generic 0 'from its first change on in any case'
"${multi[@]}" flush dev d0
system_ip link set d0 netns peer0
run ip -n peer0 link xdp multi add dev d0 "${frags[@]}"
expect 0 '' "$generic_d0" 'in another network namespace'
ip -n peer0 link xdp multi flush dev d0
if [[ $announced ]]; then
	run ip -n peer0 link xdp multi add dev d0 "${frags[@]}" dry-run
	like "$stdout" '^[0-9]*: d0: mode generic ' 'it is told there too'
fi
unchanged 'nothing is left'

# One that has a native mode and announces none.
system_ip link add b0 type bond
remember_counts
run "${multi[@]}" add dev b0 "${frags[@]}"
expect 0 '' '' 'a bond without ports'
mode_is b0 native 1 'has what its ports may need'
"${multi[@]}" flush dev b0
unchanged 'nothing is left'

# An MTU is no reason for generic mode, and a program that can have it is loaded so.
system_ip link set dev v0 mtu 1500
remember_counts
refused 2 '~^Warning: dev v0: entry "pass" .*, but a large MTU needs that of every entry\.
Error: dev v0: the kernel refused .*Peer MTU is too large to set XDP; lower the MTU of its peer with "ip link set dev PEER mtu 1500"\.$' \
	'a peer of large MTU' "${multi[@]}" add dev v0 object obj/bpf/pass.o
run "${multi[@]}" add dev v0 "${frags[@]}" linkage tail
expect 0 '' "$extended" 'a tail-called program is loaded again for it'
mode_is v0 native 1 'natively'
flush
# A chain that takes the place of a program in generic mode is in that mode: this is told.
because='Warning: dev v0: the chain runs in generic mode, because it replaced a program in generic mode.'
system_ip -n peer0 link set dev p0 mtu 1500
"${multi[@]}" add dev v0 object obj/bpf/pass.o
id=$(xdp_id v0)
system_ip link set dev v0 xdp off
plain v0 drop xdp xdpgeneric
run "${multi[@]}" repair dev v0 overwrite
expect 0 "v0: attach dispatcher id $id " "$because" 'repair in place of a program in generic mode'
flush
plain v0 drop xdp xdpgeneric
run "${multi[@]}" add dev v0 object obj/bpf/pass.o overwrite
expect 0 '' "$because" 'add in place of it'
flush
plain v0 drop xdp xdpgeneric
run "${multi[@]}" add dev v0 object obj/bpf/pass.o overwrite mode generic
expect 0 '' '' 'not if that mode was asked for'
flush
system_ip link add link v1 name l1 type vlan id 5
"${multi[@]}" add dev l1 object obj/bpf/pass.o mode generic
refused 2 '~^Error: dev v1: .*Cannot attach when an upper device already has a program; remove the program of [blt][0-9]+, which is on top of v[01], first \(.*\)\.$' \
	'another reason needs no such hint' "${multi[@]}" add dev v1 object obj/bpf/pass.o
"${multi[@]}" flush dev l1
system_ip link del l1
unchanged 'nothing is left'

done_testing
