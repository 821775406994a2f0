#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# What commands leave that are killed: never a chain that seems to have been
# attached, and nothing that is in the way of the next command.

. testsuite/lib/stale.sh

multi=(ip link xdp multi)
swept='~^(Warning: dev v0: removed the pins of dispatcher [0-9]+, which nothing used any more\.)?$'

# calls SYSCALL WORDS: how often our command makes it.
calls() {
	local syscall=$1

	shift
	strace -f -o /tmp/trace -e "trace=$syscall" ip link xdp multi "$@"
	grep -c "$syscall(" /tmp/trace
}

# swap_of WORDS: the how manieth sendto of it is the one that attaches.
swap_of() {
	calls sendto "$@" > /dev/null
	awk '/sendto\(/ { n++ } /RTM_SETLINK|nlmsg_type=0x13 / { print n; exit }' /tmp/trace
}

# killed SYSCALL N WORDS: our command dies when it is about to do that.
killed() {
	local syscall=$1 n=$2

	shift 2
	run bash -c '"$@"; exit $?' - strace -f -qq -o /dev/null -e "trace=$syscall" \
		-e "inject=$syscall:signal=KILL:when=$n" ip link xdp multi "$@"
	is "$status" 137 "killed at $syscall $n: $1"
}

# keeps NAME: the chain of firewall is on v0; there may be other pins.
keeps() {
	local got

	got=$(chain_of v0)
	is "$(xdp_id v0) ${got%% (pinned*}" "$id $whole" "$1"
	not_ok 'it drops' reaches 0
}

# cleaned PINS: clean removes so many directories, and then nothing is left.
cleaned() {
	local lines

	run "${multi[@]}" clean
	lines=$(grep -cE '^remove (dispatch|multi)-[0-9]+-[0-9]+ $' <<< "$stdout")
	is "$status $lines $stderr" "0 $1 " "clean removes $1"
	run "${multi[@]}" clean
	expect 0 '' '' 'once'
}

# never_there: what a first command left is no chain.
never_there() {
	is "$(xdp_id v0)" 0 'nothing is attached'
	is_bare 'so nothing is shown'
	run "${multi[@]}" check
	expect 0 '' '' 'or missed'
	run "${multi[@]}" repair dev v0
	expect 2 '' '~No such chain: nothing is attached, and no whole chain is pinned' 'or repaired'
}

# first_adds LINKAGE: killed when nothing, a part or all is pinned, and when it is
# attached.
first_adds() {
	local first=(add dev v0 object obj/bpf/drop.o linkage "$1") last swap

	last=$(calls bpf "${first[@]}")
	flush
	swap=$(swap_of "${first[@]}")
	flush
	while read -r syscall n left; do
		killed "$syscall" "$n" "${first[@]}"
		never_there
		cleaned "$left"
		unchanged 'nothing is left'
	done <<- END
		mkdirat 1 0
		bpf $last 1
		sendto $swap 1
	END
	killed sendto "$swap" "${first[@]}"
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o
	expect 0 '' "$swept" 'the next add works'
	like "$(chain_of v0)" '^pass/50/pass(/tail)?( \(pinned |$)' 'its chain is there'
	ok 'it passes' reaches 0
	flush
	run "${multi[@]}" clean
	unchanged 'nothing is left'
	killed fchmodat 1 "${first[@]}"
	like "$(chain_of v0)" '^drop/50/pass(/tail)?$' 'killed when it was attached'
	run "${multi[@]}" check
	expect 0 '' '' 'the chain is whole'
	flush
	unchanged 'nothing is left'
}

# changes LINKAGE: killed before the new chain is there, and then the old one is
# taken off: that and no other is repaired.
changes() {
	local change=(change dev v0 fw prio 30) last swap got

	firewall "$1"
	last=$(calls bpf "${change[@]}")
	swap=$(swap_of change dev v0 fw prio 40)
	flush
	firewall "$1"
	while read -r syscall n left; do
		killed "$syscall" "$n" "${change[@]}"
		keeps 'the old chain'
		off v0
		is_detached 'taken off, it is detached'
		repairs attach 'it is repaired'
		cleaned "$left"
		runs 'again'
	done <<- END
		bpf $last 1
		sendto $swap 1
	END
	killed sendto "$swap" "${change[@]}"
	off v0
	is_detached 'taken off, it is detached'
	flush
	unchanged 'flush forgets it and what was left'
	firewall "$1"
	killed fchmodat 1 "${change[@]}"
	got=$(chain_of v0)
	is "${got%% (pinned*}" "${whole/20/30}" 'killed behind the swap: the new chain'
	cleaned 1
	is "$(chain_of v0)" "${whole/20/30}" 'whole'
	flush
	unchanged 'nothing is left'
}

# flushes LINKAGE: once it is off, nobody takes it for a chain that is wanted.
flushes() {
	local swap

	firewall "$1"
	swap=$(swap_of flush dev v0)
	firewall "$1"
	killed sendto "$swap" flush dev v0
	runs 'killed before the swap'
	run "${multi[@]}" check
	expect 0 '' '' 'check finds nothing'
	while read -r syscall n; do
		killed "$syscall" "$n" flush dev v0
		never_there
		cleaned 1
		unchanged 'nothing is left'
		firewall "$1"
	done <<- 'END'
		fchmodat 2
		unlinkat 2
	END
	flush
}

new_veth 0
remember_counts

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	first_adds "$linkage"
	changes "$linkage"
	flushes "$linkage"
	unchanged 'nothing is left'
done

done_testing
