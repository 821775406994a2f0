#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# A killed command never leaves a chain that looks as if it had been attached, nor
# anything that blocks the next command.

. testsuite/lib/stale.sh

multi=(ip link xdp multi)
swept='~^(Warning: dev v0: removed the unused pins of dispatcher [0-9]+\.)?$'

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
	expect 2 '' '~no such chain: nothing is attached, and no whole chain is pinned' 'or repaired'
}

# answer_of WORDS: the how manieth recvmsg of it is the answer to that.
answer_of() {
	strace -f -o /tmp/trace -e trace=sendto,recvmsg ip link xdp multi "$@"
	awk '/recvmsg\(/ { n++ }
		/RTM_SETLINK|nlmsg_type=0x13 / { print n + 1; exit }' /tmp/trace
}

# kept RULES NAME: what is pinned, and was or was about to be attached, is a chain
# that was taken off: shown, missed, in the way of add, left by clean.
kept() {
	local shown

	is "$(xdp_id v0)" 0 "$2: nothing is attached"
	run "${multi[@]}" show dev v0
	like "$status $stdout" '^0 [0-9]+: v0: detached dispatcher id ' 'the chain is shown as detached'
	shown=$(sed -nE 's/^ +[0-9]+: ([a-z]+) prio ([0-9]+) .*/\1\/\2/p' <<< "$stdout" | xargs)
	is "$shown" "$1" 'whole'
	run "${multi[@]}" check
	expect 2 'v0: chain is detached' '' 'check misses it'
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o
	expect 2 '' '~^Error: dev v0: the chain is detached, but still pinned ' 'add is refused'
	run "${multi[@]}" clean
	like "$status $stdout" '(^0 |'$'\n'')leave [a-z]+-[0-9]+-[0-9]+: a detached chain: ' 'clean leaves it'
	run "${multi[@]}" repair dev v0
	like "$status $stdout" '^0 v0: attach dispatcher id ' 'repair attaches it'
	not_ok 'it drops' reaches 0
}

# first_adds LINKAGE: killed when nothing, a part or all is pinned, when it is
# about to be attached, and when it is.
first_adds() {
	local first=(add dev v0 object obj/bpf/drop.o linkage "$1") last swap answer

	last=$(calls bpf "${first[@]}")
	flush
	swap=$(swap_of "${first[@]}")
	flush
	answer=$(answer_of "${first[@]}")
	flush
	while read -r syscall n left; do
		killed "$syscall" "$n" "${first[@]}"
		never_there
		cleaned "$left"
		unchanged 'nothing is left'
	done <<- END
		mkdirat 1 0
		bpf $last 1
	END
	killed fchmodat 1 "${first[@]}"
	never_there
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o
	expect 0 '' "$swept" 'the next add works'
	like "$(chain_of v0)" '^pass/50/pass(/tail)?( \(pinned |$)' 'its chain is there'
	ok 'it passes' reaches 0
	flush
	run "${multi[@]}" clean
	unchanged 'nothing is left'
	killed sendto "$swap" "${first[@]}"
	kept drop/50 'killed before the swap'
	flush
	unchanged 'nothing is left'
	killed recvmsg "$answer" "${first[@]}"
	like "$(chain_of v0)" '^drop/50/pass(/tail)?$' 'killed when it was attached'
	run "${multi[@]}" check
	expect 0 '' '' 'the chain is whole'
	off v0
	kept drop/50 'taken off then'
	flush
	unchanged 'nothing is left'
}

# changes LINKAGE: killed at each step, and then the chain is taken off: the old
# one or the new one is repaired, and nothing forgotten.
changes() {
	local change=(change dev v0 fw prio 30) last swap answer got

	firewall "$1"
	last=$(calls bpf "${change[@]}")
	swap=$(swap_of change dev v0 fw prio 40)
	answer=$(answer_of change dev v0 fw prio 50)
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
		fchmodat 1 0
		fchmodat 2 1
		bpf $last 1
	END
	# The chain is still marked, so that this is the mark of the new one.
	killed fchmodat 1 "${change[@]}"
	off v0
	is_detached 'taken off, it is detached'
	flush
	unchanged 'flush forgets it and what was left'
	firewall "$1"
	killed sendto "$swap" "${change[@]}"
	keeps 'killed before the swap: the old chain'
	off v0
	kept 'seen/10 fw/30' 'both are pinned'
	cleaned 0
	flush
	unchanged 'flush forgets them'
	while read -r syscall n; do
		firewall "$1"
		killed "$syscall" "$n" "${change[@]}"
		got=$(chain_of v0)
		is "${got%% (pinned*}" "${whole/20/30}" 'killed behind the swap: the new chain'
		off v0
		kept 'seen/10 fw/30' 'taken off then'
		is "$(chain_of v0)" "${whole/20/30}" 'whole'
		flush
		unchanged 'nothing is left'
	done <<- END
		recvmsg $answer
		fchmodat 3
	END
}

# flushes LINKAGE: a chain that a command took off and did not yet mark is there;
# once it is marked, nobody takes it for one that is wanted.
flushes() {
	local swap answer

	firewall "$1"
	swap=$(swap_of flush dev v0)
	firewall "$1"
	answer=$(answer_of flush dev v0)
	firewall "$1"
	killed sendto "$swap" flush dev v0
	runs 'killed before the swap'
	run "${multi[@]}" check
	expect 0 '' '' 'check finds nothing'
	off v0
	kept 'seen/10 fw/20' 'taken off by another then'
	while read -r syscall n; do
		killed "$syscall" "$n" flush dev v0
		kept 'seen/10 fw/20' 'killed behind the swap'
	done <<- END
		recvmsg $answer
		fchmodat 1
	END
	killed unlinkat 2 flush dev v0
	never_there
	cleaned 1
	unchanged 'nothing is left'
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
