#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# Maps during a change: maps of every type are kept and can be pinned, a change never
# loses a map by default, names that the kernel cuts are distinguished, and the maps of
# tail-called programs are included.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
maps=obj/helpers/maps

# ids ENTRY: NAME=ID of each of its maps but the labels, one a line, sorted.
ids() {
	ip -d link xdp multi show v0 |
		awk -v entry="$1" '
			/^    [0-9]*: / { found = $2 == entry }
			/ map id / && found && $5 !~ /[.]rodata/ { print $5 "=" $3 }' | sort
}

# put NAME KEY VALUE: into the map of the entry fw with this name or id.
put() {
	bpftool map update id "$1" key "$2" 0 0 0 value "$3" 0 0 0
}

# value ID KEY: the first byte of what is there.
value() {
	bpftool map lookup id "$1" key "$2" 0 0 0 | sed -n 's/.*value: \([0-9a-f]*\).*/\1/p; s/.*"value": \([0-9]*\).*/\1/p'
}

new_veth 0
remember_counts
zero=$tap_counts

# Every type.
"${multi[@]}" add dev v0 name all object $maps-1.o
before=$(ids all)
is "$(wc -l <<< "$before")" 24 'a program with maps of every type'
run "${multi[@]}" replace dev v0 name all object $maps-1.o maps new
expect 0 '' '' 'maps new'
is "$(comm -12 <(echo "$before") <(ids all))" '' 'makes all of them new'
before=$(ids all)
mapfile -t tables < <(sed -n 's/connection_tabl=//p' <<< "$before" | sort -n)
put "${tables[0]}" 1 4
put "${tables[1]}" 1 6
run "${multi[@]}" replace dev v0 name all object $maps-2.o
expect 2 '' '~^Error: dev v0: maps would be lost: "counters" of "all" \(the map of the new program has another value type: member "packets" differs\); "maps fit" keeps what fits and drops the rest, "maps new" starts with empty maps\.$' \
	'reordered members are refused by default'
run "${multi[@]}" replace dev v0 name all object $maps-2.o maps keep
expect 2 '' '~^Error: dev v0: maps cannot be kept: "counters" of "all" \([^;]*: member "packets" differs\); "maps fit" keeps' 'and by maps keep'
is "$(ids all)" "$before" 'all as before'
run "${multi[@]}" replace dev v0 name all object $maps-2.o maps fit
expect 0 '' '~^Warning: dev v0: map "counters" of "all" and its contents are dropped: [^;]* member "packets" differs\.$' 'maps fit warns'
is "$(comm -3 <(echo "$before") <(ids all) | tr -d '\t' | cut -d = -f 1 | sort -u)" counters 'and keeps all others'
is "$(value "${tables[0]}" 1) $(value "${tables[1]}" 1)" '4 6' 'also those whose names agree in 15 characters'
ip link xdp multi flush dev v0

# Pinned: twice with the same directory.
run "${multi[@]}" add dev v0 name one object obj/helpers/pinned-maps-1.o pinmaps /sys/fs/bpf/pins
expect 0 '' '' 'all of them are pinned'
is "$(find /sys/fs/bpf/pins -type f | wc -l)" 24 'by their names'
run "${multi[@]}" add dev v0 name two object obj/helpers/pinned-maps-1.o pinmaps /sys/fs/bpf/pins
expect 0 '' '' 'and taken up by another program'
is "$(ids one)" "$(ids two)" 'which has the same maps'
ip link xdp multi flush dev v0
rm -r /sys/fs/bpf/pins

# Refused by default, listed, without predecessor.
ip link xdp multi add dev v0 name fw object obj/helpers/firewall-1.o
ip link xdp multi add dev v0 name wall object obj/bpf/pass.o
before=$(ids fw)
run "${multi[@]}" replace dev v0 name fw object obj/bpf/pass.o
expect 2 '' '~^Error: dev v0: maps would be lost: "blocked" of "fw" \(the new program has no such map\); "maps fit"' 'a version without the map is refused'
run "${multi[@]}" change dev v0 fw object obj/helpers/firewall-4.o
expect 2 '' '~^Error: dev v0: maps would be lost: "blocked" of "fw" \(the map of the new program has another value size\); "maps fit"' 'one with other values'
run "${multi[@]}" change dev v0 fw id "$(id_of v0 wall)"
expect 2 '' '~^Error: dev v0: maps would be lost: "blocked" of "fw" \(the new program' 'a program that is loaded already'
run "${multi[@]}" replace dev v0 name wf object obj/helpers/firewall-2.o maps keep
expect 2 '' 'Error: Cannot keep the maps of entry "wf": v0 has no such entry; similar names: "fw", "wall"; without "maps keep", the maps are new.' \
	'maps keep wants a predecessor'
is "$(ids fw)" "$before" 'all as before'
printf 'object %s name %s\n' "$PWD/obj/helpers/firewall-2.o" firewall "$PWD/obj/bpf/pass.o" wall > "$tap_tmp/chain"
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain"
expect 2 '' '~^Error: dev v0: maps would be lost: "blocked" of "fw" \(its entry is removed\); "maps fit"' 'restore does not drop an entry with a map'
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain" maps keep
expect 2 '' '~cannot keep the maps of entry "firewall": v0 has no such entry' 'maps keep names the entry'
is "$(ids fw)" "$before" 'all as before'
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain" maps fit
expect 0 '' 'Warning: dev v0: map "blocked" of "fw" and its contents are dropped: its entry is removed.' 'maps fit drops it'

# One program for two devices, whose entries have maps of their own.
new_veth 1
ip link xdp multi add dev v1 name firewall object obj/helpers/firewall-1.o
before=$(ids firewall)
run "${multi[@]}" replace dev v0 dev v1 name firewall object obj/helpers/firewall-3.o maps keep
expect 2 '' '~^Error: (dev v1: m|M)aps cannot be kept: .*"blocked" of "firewall"( on v1)? \(another map of this name is kept\)' 'devices with different maps'
run "${multi[@]}" replace dev v0 dev v1 name firewall object obj/helpers/firewall-3.o
expect 2 '' '~^Error: dev v1: maps would be lost: "blocked" of "firewall" \(another map of this name is kept\); ' 'by default too'
is "$(ids firewall)" "$before" 'all as before'
"${multi[@]}" flush dev v1
del_veth 1

# Variables, one by one.
bpftool map update id "$(ids firewall | sed -n 's/.*[.]data=//p')" key 0 0 0 0 value 5 0 0 0
in_peer 0 ping -q -c 1 -W 1 10.0.0.1 > /dev/null
run "${multi[@]}" replace dev v0 name firewall object obj/helpers/firewall-3.o
expect 0 '' '~^Warning: dev v0: variables of "firewall" are dropped, because [^:]*: "seen_by"\.$' 'one warning for variables that go'
is "$(bpftool -j map dump id "$(ids firewall | sed -n 's/.*[.]bss=//p')" | jq -c '.[0].formatted.value | to_entries[0].value | add | .seen')" 5 'the others keep their values'
ip link xdp multi flush dev v0

# Maps of the programs that are tail-called.
run "${multi[@]}" add dev v0 name jump object obj/helpers/jump-1.o program jump pinmaps /sys/fs/bpf/pins
expect 0 '' '' 'a program that tail-calls'
listed=$(maps_named listed)
bpftool map update id "$listed" key 10 0 0 2 value 1 0 0 0
not_ok 'its list drops' reaches 0
table=$(bpftool -j map show pinned /sys/fs/bpf/pins/jumps | jq .id)
calls=$(obj/helpers/objects calls /sys/fs/bpf/pins/jumps)

# same_table NAME: the pinned table is the very one, with the very programs.
same_table() {
	is "$(bpftool -j map show pinned /sys/fs/bpf/pins/jumps | jq .id) $(obj/helpers/objects calls /sys/fs/bpf/pins/jumps)" \
		"$table $calls" "$1: the table is as it was"
	not_ok "$1: packets are dropped" reaches 0
}

jump2=(name jump object obj/helpers/jump-2.o program jump pinmaps /sys/fs/bpf/pins)
run "${multi[@]}" replace dev v0 "${jump2[@]}" dry-run
is "$status" 0 'dry-run'
same_table 'dry-run'
run "${multi[@]}" replace dev v0 "${jump2[@]}" expect 1
is "$status" 3 'expect'
same_table 'expect'
new_veth 1
run "${multi[@]}" add dev v1 "${jump2[@]}"
expect 2 '' '~^Error: The tail-call map at "/sys/fs/bpf/pins/jumps" is used by program [0-9]+ \("jump"\), which keeps running' \
	'another object on another device is refused'
same_table 'another object'
run "${multi[@]}" add dev v1 name jump object obj/helpers/jump-1.o program jump pinmaps /sys/fs/bpf/pins
expect 0 '' '' 'the same object on another device shares it'
same_table 'the same object'
run "${multi[@]}" replace dev v0 "${jump2[@]}"
expect 2 '' '~^Error: The tail-call map .* is used by program [0-9]+ \("jump"\), which keeps running: replace both in one command' \
	'one of two that share cannot be replaced alone'
same_table 'one of two'
"${multi[@]}" flush dev v1
system_ip -n peer1 link set p1 mtu 9000
run "${multi[@]}" replace dev v0 dev v1 mode native "${jump2[@]}"
is "$status" 2 'a change that fails at last on another device'
same_table 'taken back'
is "$(ls /sys/fs/bpf/pins)" jumps 'with no other pin'
system_ip -n peer1 link set p1 mtu 1500
"${multi[@]}" add dev v1 name jump object obj/helpers/jump-1.o program jump pinmaps /sys/fs/bpf/pins
run "${multi[@]}" replace dev v0 dev v1 "${jump2[@]}"
expect 0 '' '' 'the next version on both'
is "$(ls /sys/fs/bpf/pins)" jumps 'has the pin'
isnt "$(bpftool -j map show pinned /sys/fs/bpf/pins/jumps | jq .id)" "$table" 'of another table'
ok 'and lets packets through' reaches 0
is "$(maps_named listed)" "$listed" 'with the list of the program that it tail-calls'
ip link xdp multi flush dev v1
run "${multi[@]}" replace dev v0 name jump object obj/helpers/jump-1.o program jump pinmaps /sys/fs/bpf/pins
expect 0 '' '' 'and back on one'
not_ok 'it drops again' reaches 0
table=$(bpftool -j map show pinned /sys/fs/bpf/pins/jumps | jq .id)
"${multi[@]}" flush dev v0
mv /sys/fs/bpf/pins/jumps "/sys/fs/bpf/pins/jumps-$table"
"${multi[@]}" add dev v0 name jump object obj/helpers/jump-1.o program jump pinmaps /sys/fs/bpf/pins
is "$(ls /sys/fs/bpf/pins)" jumps 'what a killed command left beside the pin is removed'
printf 'object %s program jump pinmaps /sys/fs/bpf/pins name %s\n' "$PWD/obj/helpers/jump-1.o" jump "$PWD/obj/helpers/jump-1.o" again > "$tap_tmp/chain"
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain" maps new
expect 0 '' '*' 'two entries of one object in one command'
is "$(ip -d link xdp multi show v0 | grep -c "map id $(bpftool -j map show pinned /sys/fs/bpf/pins/jumps | jq .id) name jumps")" 2 'share one table'
sed -i '2s/jump-1/jump-2/' "$tap_tmp/chain"
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain" maps new
expect 2 '' '~[Tt]wo object files cannot share the tail-call map at "/sys/fs/bpf/pins/jumps"' 'of two objects are refused'

# A chain that was taken off has its maps.
"${multi[@]}" flush dev v0
rm -r /sys/fs/bpf/pins
"${multi[@]}" add dev v0 name fw object obj/helpers/firewall-1.o
before=$(ids fw | grep blocked)
system_ip link set dev v0 xdp off
printf 'object %s name fw\n' "$PWD/obj/helpers/firewall-2.o" > "$tap_tmp/chain"
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain" maps keep
is "$status" 0 'restore onto a chain that was taken off'
is "$(ids fw | grep blocked)" "$before" 'keeps its maps'
"${multi[@]}" flush dev v0
mkdir /sys/fs/bpf/pins
rm -r /sys/fs/bpf/pins
del_veth 1
tap_counts=$zero
unchanged 'nothing is left'

done_testing
