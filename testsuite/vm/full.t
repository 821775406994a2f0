#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# A chain with the maximum number of entries, 250.

. testsuite/lib/tap.sh
. testsuite/lib/long.sh

multi=(ip link xdp multi)

new_veth 0
remember_counts
warning='Warning: The chain is written in the extended format, which libxdp does not read: it has more than 10 entries.'

chain_file 250 > /tmp/chain
begin=$SECONDS
run "${multi[@]}" restore dev v0 file /tmp/chain
expect 0 '' "$warning" '250 entries'
diag "restore of 250 entries took $((SECONDS - begin)) s, emulated"
is "$(chain_of v0)" "$(entries 250)" 'are there, linked and pinned'
is "$("${multi[@]}" save dev v0 | grep -c '^object ')" 250 'saved'
ok 'packets get through all of them' reaches 0
refused 2 'Error: dev v0: the chain is full: it has 250 entries; delete one first.' 'the 251st' "${multi[@]}" add dev v0 object obj/bpf/pass.o
chain_file 251 > /tmp/more
refused 1 '~^Error: /tmp/more:251: a chain has at most 250 entries\.$' 'or a file with it' "${multi[@]}" restore dev v0 file /tmp/more

begin=$SECONDS
run "${multi[@]}" replace dev v0 object obj/bpf/drop.o name e100
diag "replace of one of 250 took $((SECONDS - begin)) s, emulated"
not_ok 'one of them drops' reaches 0
run "${multi[@]}" change dev v0 e0 proceed-on none on pass goto e249
expect 0 '' '~^Warning: Entry "e1" never runs' 'a goto from the first to the last'
ok 'leads past it' reaches 0
run "${multi[@]}" change dev v0 e0 on pass goto e100
not_ok 'and one to it does not' reaches 0
run "${multi[@]}" change dev v0 e0 on pass goto slot 101
ok 'one to the next does' reaches 0
refused 2 '~^Error: dev v0: a goto can only go forward: "e249" \(slot 249\) cannot go to "e0" \(slot 0\) on drop; change the order or the rule\.$' \
	'none leads back' "${multi[@]}" change dev v0 e249 on drop goto e0
run "${multi[@]}" restore dev v0 file /tmp/more format 2
is "$status" 1 'neither does a file that is too long'
chain_file 3 > /tmp/few
run "${multi[@]}" restore dev v0 file /tmp/few
expect 0 '' '' 'three instead'
format_is 2 'in the format of libxdp'
chain_is v0 "$(entries 3)" 'no more are there'
"${multi[@]}" flush dev v0
unchanged 'nothing is left'

done_testing
