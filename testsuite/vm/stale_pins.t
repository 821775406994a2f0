#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# Somebody removed pins, while the pinned objects are still held or not; and pins on
# another bpffs.

. testsuite/lib/stale.sh

multi=(ip link xdp multi)
bpffs=/sys/fs/bpf/xdp
elsewhere='the pins are not on this bpffs: the chain can only be changed where they are'
gone='pins and links are gone and no program runs: flush the chain and add the programs again'

# In a damaged chain a map of calls is opened by its id, after its last user has
# gone, and may then stay for ever, see tail.sh: here no map is counted.
eval "all_of_$(declare -f counts)"
counts() {
	all_of_counts | grep -v '^map '
}

# damaged PROBLEM NAME [FAULT]: show and check tell of it, check as FAULT if that is not the
# same; changes are refused. What was
# held by a pin goes a moment after that.
damaged() {
	local try

	for ((try = 0; try < tries; try++)); do
		run "${multi[@]}" show dev v0
		[[ ! $stdout =~ problem:\ $1\  ]] || break
		sleep "$tick"
	done
	like "$status $stdout" "^0 .*problem: $1 " "$2: show tells it"
	run "${multi[@]}" check
	expect 2 "~^v0: chain is damaged: ${3-$1}" '' 'check too'
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o
	expect 2 '' "Error: dev v0: the chain is damaged: $1." 'it is not changed'
}

# hold: pin all that keeps the chain going elsewhere.
hold() {
	local n=0 link

	for link in "$bpffs/$dir"/*-link "$bpffs/$dir/entries"; do
		[[ -e $link ]] || continue
		what="link"
		[[ $link == *-link ]] || what="map"
		bpftool $what pin pinned "$link" "/sys/fs/bpf/held$((n++))" || bail_out 'not held'
	done
}

# one PIN SLOT: without it the chain runs on, and repair makes it anew.
one() {
	rm "$bpffs/$dir/$1"
	damaged "$2pin \"$1\" is missing" "$1"
	run "${multi[@]}" repair dev v0 dry-run
	expect 0 "v0: pin dispatcher id $id " '' 'repair dry-run'
	not_ok 'does nothing' test -e "$bpffs/$dir/$1"
	repairs pin 'repair pins it again'
	runs "$1"
}

# lost STDOUT STDERR: what nothing holds. Flush takes the chain off all the same.
lost() {
	for words in dry-run ''; do
		# shellcheck disable=SC2086
		run "${multi[@]}" repair dev v0 $words
		expect 2 "$1" "$2" "repair $words cannot bring it back"
	done
	run "${multi[@]}" flush dev v0
	expect 0 '' '' 'flush takes it off'
	ok 'v0 is reached' reaches 0
	tap_counts=$start
	unchanged 'nothing is left'
}

# held LINKAGE: repair makes pins anew, of what others hold.
held() {
	local linkage=$1

	firewall "$linkage"
	hold
	if [[ $linkage == ext ]]; then
		one prog1-link 'slot 1: '
	else
		one entries ''
	fi
	rm -r "${bpffs:?}/$dir"
	damaged "$elsewhere" 'all pins, but it is held'
	not_ok 'it drops' reaches 0
	run "${multi[@]}" flush dev v0
	expect 2 '' "Error: dev v0: the chain is damaged: $elsewhere." 'flush would not end it'
	run "${multi[@]}" flush all
	expect 0 '' "Warning: dev v0 is left as it is: the chain is damaged: $elsewhere." 'nor flush all'
	repairs pin 'repair pins it here'
	rm /sys/fs/bpf/held*
	runs 'without the other pins'
	off v0
	is_detached 'it can be detached'
	repairs attach 'and repaired'
	runs 'repaired'

	rm -r "${bpffs:?}/$dir"
	damaged "$gone" 'all pins'
	lost '' 'Error: dev v0: the whole chain is lost: flush it and add the programs again.'
}

# on_another LINKAGE: bpffs.
on_another() {
	local linkage=$1

	mkdir /tmp/other
	mount -t bpf bpf /tmp/other
	remember_counts
	export LIBXDP_BPFFS=/tmp/other
	firewall "$linkage"
	unset LIBXDP_BPFFS
	damaged "$elsewhere" 'a chain of another bpffs'
	repairs pin 'repair pins it here'
	runs 'here'
	flush
	run "${multi[@]}" clean
	expect 0 '' '' 'clean knows nothing of the other bpffs'
	export LIBXDP_BPFFS=/tmp/other
	is_detached 'there the chain is detached now'
	flush
	is_bare 'and flushed'
	unset LIBXDP_BPFFS
	unchanged 'nothing is left'
	export LIBXDP_BPFFS=/tmp/other
	firewall "$linkage"
	off v0
	is_detached 'on the other bpffs it is detached'
	unset LIBXDP_BPFFS
	is_bare 'on this one there is none'
	LIBXDP_BPFFS=/tmp/other repairs attach 'it is repaired there'
	not_ok 'it drops' reaches 0
	umount /tmp/other
	damaged "$gone" 'the other bpffs is unmounted'
	ok 'packets pass by' reaches 0
	run "${multi[@]}" flush dev v0
	expect 0 '' '' 'flush takes it off'
	unchanged 'nothing is left'
}

new_veth 0
remember_counts
start=$tap_counts

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	firewall "$linkage"
	one prog0-prog 'slot 0: '
	if [[ $linkage == ext ]]; then
		rm "$bpffs/$dir/prog1-link"
		damaged 'slot 1: pin "prog1-link" is missing' 'a link' \
			'slot 1(: pin "prog1-link" is missing| \(fw\): no program is linked, packets skip it)'
		ok 'packets pass by' reaches 0
		lost '' '~^Error: dev v0: parts of the chain are lost \(slot 1: pin "prog1-link" is missing\): flush it'
	else
		one dispatcher ''
		rm "$bpffs/$dir/entries"
		damaged 'pin "entries" is missing' 'the map of calls'
		not_ok 'packets abort' reaches 0
		lost '' 'Error: dev v0: parts of the chain are lost (pin "entries" is missing): flush it and add the programs again.'
	fi

	# Where links do not tell what they replace, only pins do.
	if [[ $linkage == tail ]] || kernel_has link_target; then
		held "$linkage"
	else
		skip 'links do not tell what they replace' 'pins that are gone, of what is held'
	fi

	firewall "$linkage"
	off v0
	rm "$bpffs/$dir/prog0-prog"
	is_bare 'a chain that is detached and not whole is none'
	run "${multi[@]}" repair dev v0
	expect 2 '' 'Error: dev v0: no such chain: nothing is attached, and no whole chain is pinned.' 'repair says so'
	run "${multi[@]}" clean dry-run
	expect 0 "remove $dir " '' 'clean would remove it'
	run "${multi[@]}" clean
	expect 0 "remove $dir " '' 'clean removes it'
	unchanged 'nothing is left'
done

# By extensions only: what becomes of them without their links is another thing.
[[ -n ${DIRECT-} ]] || ! kernel_has link_target || on_another ext

rmdir "$bpffs"
for linkage in "${linkages[@]}"; do
	firewall "$linkage"
	umount /sys/fs/bpf
	mount -t bpf -o mode=1777 bpf /sys/fs/bpf
	damaged "$gone" "the bpffs is another one, $linkage"
	run "${multi[@]}" clean
	expect 0 '' '' 'there is nothing to clean'
	run "${multi[@]}" flush dev v0
	expect 0 '' '' 'flush takes it off'
	unchanged 'nothing is left'
done

done_testing
