#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# linkage: ext tail
# What we make in the kernel goes again, whatever the order; a command that is
# killed leaves a whole chain.

. testsuite/lib/tap.sh

# What a killed command left behind goes with the next change, which says so.
swept='~^(Warning: dev v0: removed the pins of dispatcher [0-9]+, which nothing used any more\.)?$'

add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" || bail_out "no $program"
}

# killed SYSCALL N WORDS...: our command dies when it is about to do that. The
# shell around it keeps to itself what it has to say of such an end.
killed() {
	local syscall=$1 n=$2

	shift 2
	run bash -c '"$@"; exit $?' - strace -f -qq -o /dev/null -e "trace=$syscall" \
		-e "inject=$syscall:signal=KILL:when=$n" ip link xdp multi "$@"
	is "$status" 137 "killed at $syscall $n: $1"
}

# either OLD NEW: the chain is one of these, complete; only other pins than its
# own may be left over.
either() {
	local got

	got=$(chain_of v0)
	got=${got%% (pinned*}
	[[ $got != "$1" ]] || set -- "$1" "$1"
	is "$got" "$2" "the chain is whole: $2"
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

add counter
add drop prio 60
old='counter/50/pass drop/60/pass' new='counter/50/pass x/55/pass drop/60/pass'
add_x=(add dev v0 object obj/bpf/pass.o prio 55 name x)
strace -f -o /tmp/trace -e trace=bpf ip link xdp multi "${add_x[@]}"
last=$(grep -c 'bpf(' /tmp/trace)
chain_is v0 "$new" "one that is traced and makes $last calls of bpf"
ip link xdp multi del dev v0 x
while read -r syscall n; do
	killed "$syscall" "$n" "${add_x[@]}"
	either "$old" "$new"
	not_ok 'it drops' reaches 0
	run ip link xdp multi del dev v0 x if-exists
	expect 0 '' "$swept" 'the next change works'
done << END
bpf 3
bpf $((last / 2))
bpf $((last - 5))
bpf $last
sendto 4
unlinkat 1
unlinkat 3
flock 2
END
while read -r syscall n; do
	ip link xdp multi "${add_x[@]}"
	killed "$syscall" "$n" del dev v0 name x
	either "$new" "$old"
	run ip link xdp multi del dev v0 x if-exists
	expect 0 '' "$swept" 'the next change works'
done << 'END'
bpf 10
mkdirat 1
unlinkat 2
END
chain_was=$(chain_of v0)
killed sendto 3 flush dev v0
is "$(chain_of v0)" "$chain_was" 'before the swap the chain is the old one'
killed unlinkat 1 flush dev v0
is "$(xdp_id v0)" 0 'behind it, it is gone'
run ip link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 '' "$swept" 'and a new one can be made'
like "$(chain_of v0)" '^pass/50/pass( \(pinned |$)' 'it is there'
chain_is v0 'pass/50/pass' 'a change removes what those that were killed left'

done_testing
