#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# Somebody replaced a chain by another program with -force: each command reports the
# chain, none loses it, and repair attaches it again when the other program is gone.

. testsuite/lib/stale.sh

multi=(ip link xdp multi)

reads() {
	problem="the chain of dispatcher $id was displaced and is still pinned"
	run "${multi[@]}" show dev v0
	expect 0 "$index: v0: mode native foreign program id $plain name pass reason not a dispatcher 
    problem: $problem 
    displaced ${text#*mode native }" '' 'show tells what is there, and what was'
	run ip -j link xdp multi show
	is "$status $(json '.[0] | [.foreign.id, .detached, .problems[], .displaced.dispatcher.id, .displaced.entries[].name]')" \
		"0 [$plain,null,\"$problem\",$id,\"seen\",\"fw\"]" 'so does -j'
	for words in '' 'dev v0'; do
		# shellcheck disable=SC2086
		run "${multi[@]}" check $words
		expect 2 'v0: chain is displaced' '' "check $words"
	done
	run "${multi[@]}" save dev v0
	expect 2 '' "~^Error: The XDP program .* is attached in place of the chain of dispatcher $id .*repair dev v0 overwrite" \
		'save names the chain that was here, and the way back to it'
}

# maps_of DEV ENTRY: ids of its maps.
maps_of() {
	ip -j -d link xdp multi show dev "$1" |
		jq -c ".[0].entries[] | select(.name == \"$2\") | [.maps[].id]"
}

lists() {
	seen_maps=$(maps_of v0 seen)
}

refuses() {
	local what="the XDP program \"pass\" (id $plain) is attached in place of the chain of dispatcher $id (\"seen\", \"fw\"): \"ip link xdp multi repair dev v0 overwrite\" puts the chain back, \"ip link xdp multi adopt dev v0\" makes one chain of both"

	remember_counts
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o
	expect 2 '' "Error: dev v0: $what, \"overwrite\" removes it and its maps." 'add does not displace it'
	for words in 'del dev v0 fw' 'change dev v0 fw prio 3' 'flush dev v0'; do
		# shellcheck disable=SC2086
		run "${multi[@]}" $words
		expect 2 '' "Error: dev v0: $what." "$words"
	done
	run "${multi[@]}" repair dev v0
	expect 2 '' "Error: dev v0: $what." 'repair says what to do'
	run "${multi[@]}" repair all
	expect 2 '' "Warning: dev v0: $what.
Error: Not every chain could be repaired." 'so does repair all'
	for words in clean 'clean all-netns' 'clean dry-run'; do
		# shellcheck disable=SC2086
		run "${multi[@]}" $words
		expect 0 "leave $dir: another program has replaced this chain " '' "$words leaves its pins"
	done
	unchanged 'nothing is done'
}

new_veth 0
remember_counts
start=$tap_counts
index=$(index_of v0)

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	firewall "$linkage"
	forced pass
	plain=$(xdp_id v0)
	ok 'the other program passes' reaches 0
	reads
	refuses
	off v0
	is_detached 'when that has gone the chain is detached'
	repairs attach 'and can be repaired'
	runs 'repaired'
	forced pass
	run "${multi[@]}" repair dev v0 overwrite dry-run
	expect 0 "v0: attach dispatcher id $id " '' 'repair overwrite dry-run'
	run "${multi[@]}" repair dev v0 overwrite
	expect 0 "v0: attach dispatcher id $id " '' 'repair overwrite puts it back in one swap'
	runs 'put back'
	forced pass
	run "${multi[@]}" add dev v0 object obj/bpf/counter.o overwrite
	expect 0 '' "Warning: dev v0: the detached chain of dispatcher $id is removed; these entries and their maps are lost: \"seen\", \"fw\"." \
		'overwrite displaces both, and says so'
	is "$(chain_of v0 | sed 's|/tail||')" 'counter/50/pass' 'a new chain'
	flush
	tap_counts=$start
	unchanged 'nothing is left'

	firewall "$linkage"
	lists
	forced pass
	run "${multi[@]}" adopt dev v0 prio 30
	like "$status $stderr" '^0 (Warning: |$)' 'adopt makes one chain of both'
	is "$(chain_of v0 | sed 's|/tail||g')" 'seen/10/pass fw/20/pass pass/30/pass' 'with all entries'
	not_ok 'it drops' reaches 0
	is "$(maps_of v0 seen)" "$seen_maps" 'and the maps of the old ones'
	flush
	tap_counts=$start
	unchanged 'nothing is left'

	firewall "$linkage"
	forced pass
	plain=$(xdp_id v0)
	run "${multi[@]}" flush all
	expect 0 '' "Warning: dev v0: removed the unused pins of dispatcher $id." 'flush all forgets the chain that was here, and says so'
	is "$(xdp_id v0)" "$plain" 'what is no chain stays'
	off v0
	is_bare 'nothing else was there'
	unchanged 'nothing is left'
done

forced pass
run "${multi[@]}" repair all
expect 0 '' '' 'where no chain was before, repair all has nothing to say of another program'
run "${multi[@]}" check
expect 0 '' '' 'nor has check'
run "${multi[@]}" repair dev v0
expect 2 '' '~ is attached and is not a chain \(not a dispatcher\): "ip link xdp multi adopt dev v[0-9]" makes it the first entry of one, "ip link set dev v[0-9] xdpdrv off" removes it\.$' 'repair of that device has'
off v0
unchanged 'nothing is left'

done_testing
