#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# An interface takes its chain along when it moves to another network namespace,
# where it may get another number.

. testsuite/lib/stale.sh

multi=(ip link xdp multi)
m=(ip -n m link xdp multi)
in_use='in use: attached to an interface, or open in a process'

# moves: v0 goes to m, and is there what it was here.
moves() {
	system_ip link set v0 netns m
	in_netns=(-n m)
	system_ip -n m address replace 10.0.0.1/24 dev v0
	system_ip -n m link set v0 up
	system_ip -n m neighbour replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0
	not_ok 'v0 has moved and drops' reaches 0
}

# made_anew: v0 is as at the beginning.
made_anew() {
	system_ip -n m link del v0
	in_netns=()
	system_ip netns del peer0
	new_veth 0
}

# renumbered LINKAGE: in m its number is that of another interface.
renumbered() {
	firewall "$1"
	index=$(index_of v0)
	system_ip -n m link add x0 index "$index" type veth peer name x1 index 1000
	moves
	isnt "$(index_of v0)" "$index" 'with another number'
	problem="the pins belong to interface index $index: \"ip -n m link xdp multi repair dev v0\" makes new ones"
	run "${m[@]}" show
	expect 0 "$(index_of v0)${text#"$index"}
    problem: $problem " '' 'show says so'
	run "${m[@]}" check
	expect 2 "v0: chain is damaged: $problem" '' 'check too'
	run "${m[@]}" del dev v0 seen
	expect 2 '' "Error: dev v0: the chain is damaged: $problem." 'it is not changed'
	run "${multi[@]}" clean
	expect 0 "leave $dir: $in_use " '' 'clean where it was'
	run ip -j -n m link xdp multi repair dev v0 dry-run
	expect 0 "[{\"ifindex\":$(index_of v0),\"ifname\":\"v0\",\"repair\":\"pin\",\"dispatcher\":$id}]" '' \
		'repair dry-run'
	repairs pin 'repair gives it its own pins'
	runs 'moved'
	not_ok 'it drops' reaches 0
	run "${m[@]}" del dev v0 seen
	expect 0 '' '' 'it can be changed'
	is "$(chain_of v0)" "${whole#* }" 'it is'
	run "${m[@]}" flush dev v0
	expect 0 '' '' 'and flushed'
	ok 'then v0 is reached' reaches 0
	words=clean
	if ! records_netns; then
		run "${multi[@]}" clean
		expect 0 "leave $dir: it may belong to another network namespace: \"clean all-netns\" removes it " '' \
			'clean where it was says how to remove the old pins'
		words='clean all-netns'
	fi
	# shellcheck disable=SC2086
	run "${multi[@]}" $words
	expect 0 "remove $dir " '' "$words where it was removes the old pins"
	system_ip -n m link del x0
	made_anew
	unchanged 'nothing is left'
}

# same_number LINKAGE: what is taken off in m before it was changed there is a
# chain of the namespace that it came from.
same_number() {
	firewall "$1"
	moves
	system_ip link add n0 index "$(index_of v0)" type veth peer name n1
	run "${multi[@]}" show
	expect 0 '' '' 'where it was, another interface has its number now, and no chain'
	run "${multi[@]}" flush all
	expect 0 '' '' 'flush all there'
	run "${multi[@]}" add dev n0 object obj/bpf/pass.o
	expect 0 '' '' 'and add'
	run "${multi[@]}" flush dev n0
	expect 0 '' '*' 'and flush'
	system_ip link del n0
	not_ok 'leave the chain alone, which drops' reaches 0
	run "${m[@]}" show
	expect 0 "$text" '' 'with the same number it is whole'
	run "${m[@]}" change dev v0 seen prio 15
	expect 0 '' '' 'and can be changed'
	whole=${whole/10/15}
	id=$(xdp_id v0)
	dir=${dir%-*}-$id
	text=$("${m[@]}" show)
	runs 'changed'
	off v0
	is_detached 'taken off it is a chain of this namespace'
	repairs attach 'and can be repaired'
	not_ok 'it drops' reaches 0
	run "${m[@]}" flush all
	expect 0 '' '' 'it is flushed'
	made_anew
	unchanged 'nothing is left'

	firewall "$1"
	moves
	off v0
	if ! records_netns; then
		is_detached 'unchanged it counts as one of this namespace, too'
		run "${m[@]}" flush all
		made_anew
		unchanged 'nothing is left'
		return
	fi
	is_bare 'unchanged it is none'
	run "${m[@]}" clean
	expect 0 "leave $dir: it belongs to another network namespace: \"clean all-netns\" removes it " '' 'which clean leaves'
	run "${m[@]}" add dev v0 object obj/bpf/pass.o
	expect 0 '' '' 'add begins a new one'
	run "${multi[@]}" clean
	expect 0 "~(^|"$'\n'")remove $dir ($|"$'\n'")" '' 'clean where it came from removes it'
	run "${m[@]}" flush all
	made_anew
	unchanged 'nothing is left'
}

system_ip netns add m
new_veth 0
remember_counts

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	renumbered "$linkage"
	same_number "$linkage"
done

done_testing
