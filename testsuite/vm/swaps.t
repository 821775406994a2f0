#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Chains are swapped hundreds of times while packets arrive at full speed: each packet
# runs through one chain from its first entry to its last, and none gets past a drop that
# is in every version.

. testsuite/lib/tail.sh

rounds=12
[[ -z ${EVERYTHING-} ]] || rounds=25

# start_flood N: in the background, to vN.
start_flood() {
	nsenter --net="/run/netns/peer$1" obj/helpers/flood "p$1" \
		"02:00:00:00:0$1:01" 32 1000 < /dev/null > "$tap_tmp/sent$1" &
	flood[$1]=$!
}

# end_flood N: how many packets came to vN. Those that its full queue refused did
# not; here they are counted.
end_flood() {
	local dropped

	kill "${flood[$1]}"
	wait "${flood[$1]}" || bail_out 'no flood'
	dropped=$(in_peer "$1" awk "/ p$1:/ { print \$13 }" /proc/net/dev)
	came[$1]=$(($(< "$tap_tmp/sent$1") - dropped + dropped_before[$1]))
	dropped_before[$1]=$dropped
}

# received: by IP in this network namespace.
received() {
	awk '/^Ip: [0-9]/ { print $4 }' /proc/net/snmp
}

# a_round LINKAGE: the commands of one, that ends as it began. On v0 an entry comes
# between, moves, is replaced and goes, and the packets take one way and the other;
# on v1 it does too, before and behind the drop. Counter and drop are exchanged.
# shellcheck disable=SC2317
a_round() {
	local multi='link xdp multi'

	cat <<-END
		$multi add dev v0 dev v1 object obj/bpf/pass.o name mid prio 30 linkage $1
		$multi change dev v0 enter on pass goto right
		$multi change dev v0 dev v1 mid prio 70
		$multi replace dev v0 dev v1 object obj/bpf/resize.o name mid linkage $1
		$multi change dev v0 leave object obj/bpf/counter.o linkage $1
		$multi change dev v1 gate object obj/bpf/drop.o linkage $1
		$multi change dev v0 enter on pass next
		$multi del dev v0 dev v1 mid
	END
}
swaps_a_round=12

# swap LINKAGE: all rounds, in one process.
# shellcheck disable=SC2317
swap() {
	local i

	for ((i = 0; i < rounds; i++)); do
		a_round "$1"
	done | ip -batch -
}

# make_chains LINKAGE: maps in the order in which `counted` knows them.
make_chains() {
	add counter name enter prio 10 proceed-on all linkage "$1"
	add counter name left prio 40 proceed-on all linkage "$1"
	add counter name right prio 60 linkage "$1"
	add counter name leave prio 90 linkage "$1"
	ip link xdp multi change dev v0 left on pass goto leave 2> /dev/null ||
		bail_out 'no goto'
	for entry in counter/front/20 drop/gate/50 counter/behind/80; do
		IFS=/ read -r object name prio <<< "$entry"
		ip link xdp multi add dev v1 object "obj/bpf/$object.o" name "$name" \
			prio "$prio" linkage "$1" 2> /dev/null || bail_out "no $name"
	done
}

has_come() {
	[[ $(counted 1) -gt 0 && $(counted 5) -gt 0 ]]
}

new_veth 0
new_veth 1
mkdir -m 700 /sys/fs/bpf/xdp
flood=() came=() dropped_before=(0 0) packets=0
remember_counts

for linkage in ext tail; do
	make_chains $linkage
	before=$(chain_of v0)$'\n'$(chain_of v1)
	received_before=$(received)
	start_flood 0
	start_flood 1
	await has_come
	first=$(counted 1)
	began=$EPOCHREALTIME
	run swap $linkage
	ended=$EPOCHREALTIME
	last=$(counted 4)
	expect 0 '' '' "$linkage: $((rounds * swaps_a_round)) swaps"
	ok 'packets come before' test "$first" -gt 0
	ok 'and meanwhile' test $((last - first)) -gt $((rounds * swaps_a_round))
	end_flood 0
	end_flood 1
	becomes "${came[0]}" "$linkage: the first entry has seen each packet once" counted 1
	is "$(counted 4)" "${came[0]}" 'and so has the last'
	left=$(counted 2) right=$(counted 3)
	is $((left + right)) "${came[0]}" 'each took one way between them, none both or neither'
	ok 'each way was taken' test "$left" -gt 0 -a "$right" -gt 0
	is $(($(received) - received_before)) "${came[0]}" \
		'all that came to v0 got through, and nothing that came to v1'
	is "$(counted 5)" "${came[1]}" 'the entry before the drop has seen all of that'
	is "$(counted 6)" 0 'the one behind it, nothing'
	is "$(chain_of v0)"$'\n'"$(chain_of v1)" "$before" 'the chains are what they were'
	diag "$linkage: ${came[0]} and ${came[1]} packets, $left to the left," \
		"$(((${ended/./} - ${began/./}) / 1000 / rounds / 8)) ms for each of $((rounds * 8)) commands"
	packets=$((packets + came[0] + came[1]))
	run ip link xdp multi flush dev v0 dev v1
	expect 0 '' '' 'flush'
	unchanged 'nothing is left'
done

diag "swaps: $((2 * rounds * swaps_a_round)) swaps, $packets packets"
done_testing
