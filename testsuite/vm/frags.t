#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Multi-buffer packets: the dispatcher supports them exactly if every entry of its
# chain does. On a device whose MTU needs them, an error gives the reason if it does not.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
needs frags

# takes FLAG FRAGS... NAME: the flag, and the entries that are shown with frags
takes() {
	is "$(frags_flag v0): $("${multi[@]}" show v0 | sed -n 's/^ *[0-9]*: \([^ ]*\) .* frags .*/\1/p' | xargs)" "$1: $2" "$3"
}

# jumbo: does a packet of 8000 bytes get through v0?
# shellcheck disable=SC2317
jumbo() {
	in_peer 0 ping -q -c 1 -W 1 -s 8000 -M "do" 10.0.0.1
}

new_veth 0
new_veth 1
remember_counts
start=$tap_counts

"${multi[@]}" add dev v0 object obj/bpf/frags.o prio 10
takes 1 'frags' 'a chain of one that takes them'
"${multi[@]}" add dev v0 object obj/bpf/frags.o prio 20 name second
takes 1 'frags second' 'of two'
"${multi[@]}" add dev v0 object obj/bpf/pass.o prio 30
takes 0 'frags second' 'and one that does not'
"${multi[@]}" del dev v0 pass
takes 1 'frags second' 'without it again'
"${multi[@]}" replace dev v0 object obj/bpf/counter.o name second 2> /dev/null
takes 0 'frags' 'an entry replaced by one that does not'
"${multi[@]}" change dev v0 second disable 2> /dev/null
takes 1 'frags' 'which does not matter while it is disabled'
"${multi[@]}" change dev v0 second enable
takes 0 'frags' 'but does when it is not'
"${multi[@]}" change dev v0 second object obj/bpf/frags.o maps fit 2> /dev/null
takes 1 'frags second' 'changed to one that does'
for format in 3 extended 2; do
	"${multi[@]}" set dev v0 format $format
	takes 1 'frags second' "in format $format"
done
run ip -j link xdp multi show dev v0
is "$(json '[.[0].entries[].frags]')" '[true,true]' 'as JSON'
"${multi[@]}" flush dev v0
unchanged 'nothing is left'

# A veth whose peer sends large packets needs programs that take them.
system_ip link set dev v0 mtu 9000
system_ip -n peer0 link set dev p0 mtu 9000
remember_counts
# not_taken ENTRY: what is said of an entry that does not; each kernel has its
# own way to say that the peer's MTU is too large.
not_taken() {
	echo "~^Warning: dev v0: entry \"$1\" does not support multi-buffer packets \(its section is not \"xdp\.frags\"\), but a large MTU needs that of every entry\.
Error: dev v0: the kernel refused to attach the dispatcher: .*Peer MTU is too large to set XDP; lower the MTU of its peer with .* mtu 1500.\.$"
}
refused 2 "$(not_taken pass)" 'one that does not on a jumbo veth' "${multi[@]}" add dev v0 object obj/bpf/pass.o
ok 'large packets get through without a chain' jumbo
run "${multi[@]}" add dev v0 object obj/bpf/frags.o prio 10
expect 0 '' '' 'one that does'
like "$("${multi[@]}" show v0)" ' mode native ' 'natively'
ok 'large packets get through' jumbo
old=$(xdp_id v0)
refused 2 "$(not_taken pass)" 'beside it one that does not' "${multi[@]}" add dev v0 object obj/bpf/pass.o prio 20
refused 2 "$(not_taken frags)" 'or in its place' "${multi[@]}" replace dev v0 object obj/bpf/drop.o name frags
refused 2 "$(not_taken frags)" 'or by change' "${multi[@]}" change dev v0 frags object obj/bpf/drop.o
refused 2 "$(not_taken p)" 'or restored' bash -c 'ip link xdp multi restore dev v0 file - <<< "object '"$PWD"'/obj/bpf/pass.o name p"'
refused 2 "$(not_taken pass)" 'or on two devices' "${multi[@]}" add dev v1 dev v0 object obj/bpf/pass.o prio 20
is "$(xdp_id v0)" "$old" 'the old chain stays'
chain_is v0 'frags/10/pass' 'whole'
ok 'and large packets get through' jumbo
"${multi[@]}" add dev v1 object obj/bpf/counter.o
refused 2 "$(not_taken counter)" 'a chain that does not is not shared' "${multi[@]}" share dev v0 from v1
"${multi[@]}" flush dev v1
run "${multi[@]}" add dev v0 object obj/bpf/frags.o prio 20 name second
expect 0 '' '' 'a second one that does'
saved=$("${multi[@]}" save dev v0)
"${multi[@]}" flush dev v0
run bash -c 'ip link xdp multi restore dev v0 file - <<< "$0"' "$saved"
expect 0 '' '' 'the chain is restored'
chain_is v0 'frags/10/pass second/20/pass' 'as it was'
takes 1 'frags second' 'and takes them'
run "${multi[@]}" add dev v0 id "$(id_of v0 frags)" name third prio 30
expect 0 '' '' 'one that is loaded already'
takes 1 'frags second third' 'takes them as it did'
ok 'large packets get through all' jumbo
run "${multi[@]}" add dev v0 object obj/bpf/pass.o mode generic
expect 2 '' '~cannot change to generic' 'another mode is no way out'
"${multi[@]}" flush dev v0
run "${multi[@]}" add dev v0 object obj/bpf/pass.o mode generic
expect 0 '' '' 'but for a new chain'
ok 'where large packets get through too' jumbo
"${multi[@]}" flush dev v0
system_ip link set dev v0 mtu 1500
system_ip -n peer0 link set dev p0 mtu 1500
tap_counts=$start
unchanged 'nothing is left'

done_testing
