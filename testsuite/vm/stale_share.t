#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# Somebody detaches a dispatcher from one of two interfaces that share it.

. testsuite/lib/stale.sh

[[ $LINKAGE == tail ]] || needs link_target

multi=(ip link xdp multi)

# shared LINKAGE: v0 and v1 have one chain, and on v0 it is taken off.
shared() {
	firewall "$1"
	run "${multi[@]}" share dev v1 from v0
	expect 0 '' '' 'shared'
	off v0
	ok 'v0 is reached' reaches 0
	other
	is_detached 'on v0 it is detached'
}

# other: v1 has not noticed anything.
other() {
	is "$(xdp_id v1) $(chain_of v1)" "$id $whole" 'on v1 it is whole'
	not_ok 'and drops' reaches 1
}

new_veth 0
new_veth 1
remember_counts

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	shared "$linkage"
	run "${multi[@]}" check
	expect 2 'v0: chain is detached' '' 'check tells of the one'
	leaves 'a detached chain: repair attaches it again, flush removes it' 'clean leaves it'
	run "${multi[@]}" repair all
	expect 0 "v0: attach dispatcher id $id " '' 'repair all attaches it'
	runs 'on v0'
	other
	off v0
	run "${multi[@]}" share dev v0 from v1
	expect 0 '' '' 'share gives it back too'
	runs 'on v0'

	off v0
	flush
	is_bare 'flush forgets it on v0'
	not_ok 'its pins are gone' test -e "/sys/fs/bpf/xdp/$dir"
	other
	run "${multi[@]}" flush dev v1
	unchanged 'nothing is left'

	shared "$linkage"
	run "${multi[@]}" flush dev v1
	expect 0 '' '' 'flush of v1'
	ok 'v1 is reached' reaches 1
	is_detached 'leaves that of v0 as it is'
	repairs attach 'and it can be repaired'
	runs 'on v0'
	run "${multi[@]}" share dev v1 from v0
	off v0
	run "${multi[@]}" change dev v1 fw proceed-on none
	expect 0 '' '' 'a change on v1'
	is_detached 'neither'
	run "${multi[@]}" flush dev v1
	flush
	unchanged 'nothing is left'
done

# What v1 had goes with it, what v0 has stays.
for linkage in "${linkages[@]}"; do
	shared "$linkage"
	repairs attach "$linkage: repaired"
	dir=$kind-$(index_of v1)-$id
	del_veth 1
	run "${multi[@]}" clean
	expect 0 "remove $dir " '' 'clean removes the pins of v1: v0 has its own'
	runs 'v0'
	flush
	new_veth 1
	unchanged 'nothing is left'
done

done_testing
