#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext tail
# The kernel frees all our objects again, in whatever order they are removed.

. testsuite/lib/tap.sh

add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" || bail_out "no $program"
}

new_veth 0
remember_counts

for order in 'a b c' 'a c b' 'b a c' 'b c a' 'c a b' 'c b a'; do
	add pass name a prio 10
	add counter name b prio 20
	add resize name c prio 30
	for name in $order; do
		run ip link xdp multi del dev v0 "$name"
		[[ $status -eq 0 ]] || result 1 "del $name"
	done
	unchanged "del in the order $order leaves nothing"
done
for n in 1 2 3; do
	for ((i = 0; i < n; i++)); do
		add metadata name "n$i" prio $((9 - i))
	done
	run ip link xdp multi flush dev v0
	expect 0 '' '' "flush of $n"
	unchanged 'leaves nothing'
done
add pass
remember_counts
before=${tap_counts//[0-9]/}
for n in 1 2 3 4 5; do
	add counter name twin
	ip link xdp multi del twin dev v0
done
remember_counts
is "${tap_counts//[0-9]/}" "$before" 'add and del again and again does not grow'
ip link xdp multi flush dev v0

done_testing
