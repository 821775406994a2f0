#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last core
# linkage: ext
# Each command handles a chain that somebody else detached from the interface or
# replaced by another program.

. testsuite/lib/stale.sh

multi=(ip link xdp multi)

# is_refused VERB [WORDS]: the command does not touch a chain that was taken off.
is_refused() {
	run "${multi[@]}" "$@"
	expect 2 '' "Error: dev v0: the chain is detached, but still pinned (dispatcher $id): \"ip link xdp multi repair dev v0\" attaches it again, \"ip link xdp multi flush dev v0\" removes it." \
		"refused: ${*//*\/}"
}

# reads: show, check and save of a chain that was taken off.
reads() {
	is_detached 'show says that it is detached, and else what it said before'
	run "${multi[@]}"
	expect 0 "${text/mode native/detached}" '' 'without dev too'
	run ip -br link xdp multi show dev v0
	expect 0 '~^v0 +detached seen,fw $' '' 'and -br'
	run ip -j link xdp multi show dev v0
	expect 0 '*' '' 'and -j'
	is "$(json '.[0] | [.detached, .mode, .problems, .dispatcher.id, (.entries[] | .name, .empty)]')" \
		"[true,null,null,$id,\"seen\",null,\"fw\",null]" 'in its way'
	for words in '' 'dev v0' 'dev v0 file /tmp/saved'; do
		# shellcheck disable=SC2086
		run "${multi[@]}" check $words
		expect 2 'v0: chain is detached' '' "check $words"
	done
	run ip -j link xdp multi check dev v0
	expect 2 '*' '' 'check -j'
	is "$(json '.[0] | [.detached, (.differences[] | .entry, .what, .want, .have)]')" \
		'[true,"-","chain","attached","detached"]' 'names the difference'
	run "${multi[@]}" save dev v0
	expect 0 "$(sed 's/^chain mode native /chain /' /tmp/saved)" '' 'save prints it, without a mode'
}

# refuses: all that builds upon a chain.
refuses() {
	remember_counts
	is_refused add dev v0 object obj/bpf/pass.o
	is_refused add dev v0 object obj/bpf/pass.o overwrite
	is_refused add dev v0 object obj/bpf/pass.o dry-run
	is_refused add dev v1 dev v0 object obj/bpf/pass.o
	is_refused replace dev v0 object obj/bpf/drop.o name fw
	is_refused change dev v0 fw prio 5
	is_refused del dev v0 fw
	is_refused set dev v0 format extended
	is_refused adopt dev v0
	run "${multi[@]}" del dev v0 fw if-exists
	expect 0 '' '' 'with if-exists it is no error'
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o expect "$id"
	expect 3 '' "Error: dev v0: nothing is attached, but \"expect $id\" was given: look at the chain again with \"show\"." \
		'and not what is expected'
	run "${multi[@]}" share dev v1 from v0
	expect 2 '' 'Error: The chain of dev v0 is detached: "ip link xdp multi repair dev v0" attaches it again.' \
		'it cannot be shared'
	run "${multi[@]}" clean
	expect 0 "leave $dir: a detached chain: repair attaches it again, flush removes it " '' \
		'clean leaves it'
	run "${multi[@]}" clean all-netns
	expect 0 "leave $dir: a detached chain: repair attaches it again, flush removes it " '' \
		'in any case'
	run "${multi[@]}" repair dev v0 dry-run
	expect 0 "v0: attach dispatcher id $id " '' 'repair dry-run prints what it would do'
	run "${multi[@]}" flush dev v0 dry-run
	expect 0 '*' '' 'flush dry-run'
	run "${multi[@]}" restore dev v0 file /tmp/saved dry-run
	expect 0 '~ mode native .*0: seen .*1: fw ' '*' 'and restore dry-run'
	unchanged 'none of this did anything'
}

# ends: the three ways out of it.
ends() {
	repairs attach 'repair attaches it again'
	runs 'repaired'
	run "${multi[@]}" check dev v0
	expect 0 '' '' 'check finds nothing'
	off v0
	run ip -j link xdp multi repair all dry-run
	is "$status $stdout" "0 [{\"ifindex\":$(index_of v0),\"ifname\":\"v0\",\"repair\":\"attach\",\"dispatcher\":$id}]" \
		'repair all dry-run in JSON'
	run "${multi[@]}" repair all
	expect 0 "v0: attach dispatcher id $id " '' 'and repair all'
	runs 'with all'
	off v0
	run "${multi[@]}" restore dev v0 file /tmp/saved
	expect 0 '' '' 'restore puts another chain in its place'
	is "$(chain_of v0)" "$whole" 'it is the same'
	isnt "$(xdp_id v0)" "$id" 'and another'
	not_ok 'not by the old pins' test -e "/sys/fs/bpf/xdp/$dir"
	not_ok 'it drops' reaches 0
	id=$(xdp_id v0)
	off v0
	run "${multi[@]}" add dev v1 object obj/bpf/pass.o
	run "${multi[@]}" share dev v0 from v1
	expect 0 '' "Warning: dev v0: the detached chain of dispatcher $id is removed; these entries and their maps are lost: \"seen\", \"fw\"." \
		'and so does share, which says so'
	is "$(xdp_id v0)" "$(xdp_id v1)" 'it is that of the other device'
	run "${multi[@]}" flush dev v1
	flush
	unchanged 'nothing else is left'
	firewall "$1"
	off v0
	run "${multi[@]}" flush dev v0
	expect 0 '' '' 'flush forgets it'
	is_bare 'nothing is shown'
	unchanged 'and nothing is left'
	firewall "$1"
	off v0
	run "${multi[@]}" flush all
	expect 0 '' '' 'so does flush all'
	unchanged 'nothing is left'
	run "${multi[@]}" flush dev v0
	expect 2 '' 'Error: dev v0: no such chain: nothing is attached.' 'which is no chain any more'
	run "${multi[@]}" repair dev v0
	expect 2 '' 'Error: dev v0: no such chain: nothing is attached, and no whole chain is pinned.' 'to repair neither'
}

new_veth 0
new_veth 1
remember_counts
start=$tap_counts

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	firewall "$linkage"
	runs 'before'
	"${multi[@]}" save dev v0 > /tmp/saved
	off v0
	ok 'packets come through' reaches 0
	reads
	refuses
	tap_counts=$start
	ends "$linkage"
done

done_testing
