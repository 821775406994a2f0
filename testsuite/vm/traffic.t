#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last core
# linkage: ext tail
# Real packets run through chains: which entries see them, and their final verdicts.

. testsuite/lib/tap.sh

# counted [N]: what the counter that was loaded as N-th of those alive has seen.
counted() {
	local id

	id=$(obj/helpers/objects | awk '$1 == "map" && $4 == "packets" { print $2 }' |
		sed -n "${1-1}p")
	bpftool map dump id "$id" | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

# pings COUNT: replies to so many packets from the peer.
pings() {
	in_peer 0 ping -q -c "$1" -i 0.01 -W 1 10.0.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

udp() {
	in_peer 0 bash -c "echo > /dev/udp/10.0.0.1/$1"
}

add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" || bail_out "no $program"
}

flush() {
	ip link xdp multi flush dev v0 || bail_out 'no flush'
}

new_veth 0
remember_counts

add counter
is "$(pings 5)" 5 'packets get through a counter'
is "$(counted)" 5 'that has seen each once'
add drop prio 60
is "$(pings 3)" 0 'none gets through it and a drop'
is "$(counted)" 8 'though it has seen them'
add drop name early prio 1
is "$(pings 2)" 0 'nor through a drop before it'
is "$(counted)" 8 'which sees none'
flush

add counter prio 10
add filter prio 20
add counter prio 30 name behind
is "$(pings 3)" 3 'packets get through a filter'
is "$(counted 1) $(counted 2)" '3 3' 'and are seen on both sides of it'
bpftool map update id "$(maps_named blocked)" key 10 0 0 2 value 1
is "$(pings 3)" 0 'none from an address that is blocked'
is "$(counted 1) $(counted 2)" '6 3' 'is seen behind it'
bpftool map delete id "$(maps_named blocked)" key 10 0 0 2
udp 7777
is "$(counted 1) $(counted 2)" '7 3' 'nor one to the blocked port'
udp 7778
is "$(counted 1) $(counted 2)" '8 4' 'one to another port is'
flush

add resize
add action_enum
add void_ctx
add metadata
add counter
chain_is v0 'metadata/10/drop,pass resize/50/pass action_enum/50/pass void_ctx/50/pass counter/50/pass' \
	'programs of all shapes in one chain'
is "$(pings 3)" 3 'packets get through, for the chain goes on after the first drop'
is "$(counted)" 3 'to the last, whose verdict counts'
flush

add drop proceed-on drop
is "$(pings 2)" 0 'a drop that is alone drops, whatever it proceeds on'
add counter prio 10
is "$(pings 2)" 0 'and so does one that is last'
chain_is v0 'counter/10/pass drop/50/drop' 'whose rule is kept'
add pass prio 60
is "$(pings 2)" 2 'until something stands behind it'
chain_is v0 'counter/10/pass drop/50/drop pass/60/pass' 'and runs by that rule'
is "$(counted)" 4 'the counter has seen all but the first'
ip link xdp multi del pass dev v0
is "$(pings 2)" 0 'last again, it drops again'
flush

add aborted proceed-on drop,pass
add pass
is "$(pings 2)" 0 'a program that aborts ends the chain'
flush
add aborted proceed-on aborted
add pass
is "$(pings 2)" 2 'unless the chain is told to go on'
flush

add tx
ip -n peer0 link xdp multi add dev p0 object obj/bpf/counter.o
in_peer 0 ping -q -c 2 -W 1 10.0.0.1 > /dev/null
is "$(counted)" 2 'tx sends packets back'
add drop
in_peer 0 ping -q -c 2 -W 1 10.0.0.1 > /dev/null
is "$(counted)" 4 'and ends the chain'
flush
add tx proceed-on tx
add drop
in_peer 0 ping -q -c 2 -W 1 10.0.0.1 > /dev/null
is "$(counted)" 4 'unless the chain is told to go on: nothing comes back'
flush
ip -n peer0 link xdp multi flush dev p0
unchanged 'nothing is left'

kernel_has frags || done_testing
ip -n peer0 link set p0 mtu 9000
ip link set v0 mtu 9000
add frags
jumbo=(in_peer 0 ping -q -c 1 -W 1 -M 'do' -s 8000 10.0.0.1)
ok 'a packet of 8000 bytes gets through a program for such' "${jumbo[@]}"
add frags name second
ok 'and through two' "${jumbo[@]}"
flush
ip -n peer0 link set p0 mtu 1500
ip link set v0 mtu 1500
unchanged 'nothing is left'

done_testing
