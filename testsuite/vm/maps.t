#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# The maps of a program outlive it if they fit the next one, so a firewall keeps blocking
# the same packets. Versions of firewall.bpf.c: 1 and 2 have the same maps, 3 has other
# variables, 4 another `blocked`, 5 no `blocked`.

. testsuite/lib/tap.sh
. testsuite/lib/traffic.sh

replace=(ip link xdp multi replace dev v0 name fw)
fw=obj/helpers/firewall pinned=obj/helpers/pinned

# maps_of_fw: NAME=ID of each map of the entry fw, by name.
maps_of_fw() {
	ip -d link xdp multi show v0 | awk '
		/^    [0-9]*: / { fw = $2 == "fw" }
		/ map id / && fw { sub(/.*[.]/, ".", $5); print $5 "=" $3 }' | sort | xargs
}

# map NAME: its id.
map() {
	local text

	text=" $(maps_of_fw) "
	text=${text#* "$1="}
	echo "${text%% *}"
}

# variable NAME MAP: its value.
variable() {
	bpftool -j map dump id "$(map "$2")" |
		jq ".[0].formatted.value | to_entries[0].value[] | .$1 // empty"
}

# replied ADDRESS COUNT: replies to pings from an address of the peer.
replied() {
	in_peer 0 ping -q -c "$2" -i 0.01 -W 1 -I "$1" 10.0.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

# versions COMMAND...: run it with version 2 and 1 by turns, and until there were
# enough pings.
versions() {
	local i

	for ((i = 0; i < 2 || $(pinged blocked 30 && pinged free 30; echo $?); i++)); do
		"${@//VERSION/2}" && "${@//VERSION/1}" || return
	done
}

# survives NAME COMMAND...: the block list holds while VERSIONs run by turns.
survives() {
	local name=$1

	shift
	pings_begin blocked -I 10.0.0.2
	pings_begin free -f -I 10.0.0.3
	ok "$name: by turns" versions "$@"
	pings_end blocked
	diag "$sent blocked packets"
	is "$received" 0 "$name: nothing from the blocked address gets through"
	pings_end free
	is "$received" "$sent" "$name: nothing from another is lost"
}

new_veth 0
system_ip -n peer0 address add 10.0.0.3/24 dev p0
system_ip neighbour replace 10.0.0.3 lladdr 02:00:00:00:00:02 dev v0
remember_counts
zero=$tap_counts

"${replace[@]}" object $fw-1.o
ip link xdp multi add dev v0 name wall prio 60 object obj/bpf/pass.o
bss=$(map .bss) data=$(map .data) rodata=$(map .rodata) blocked=$(map blocked)
like "$(maps_of_fw)" '^\.bss=[0-9]+ \.data=[0-9]+ \.rodata=[0-9]+ blocked=[0-9]+$' 'a program with maps of every kind'
bpftool map update id "$(map blocked)" key 10 0 0 2 value 1
bpftool map update id "$(map .data)" key 0 0 0 0 value 5 0 0 0
is "$(replied 10.0.0.2 2) $(replied 10.0.0.3 2)" '0 2' 'blocks one address'
is "$(variable seen .bss) $(variable seen_by .bss)" '20 1' 'and counts in steps of 5'
run "${replace[@]}" object $fw-2.o
expect 0 '' '' 'the next version'
is "$(map .bss) $(map .data) $(map blocked)" "$bss $data $blocked" 'has the very maps'
isnt "$(map .rodata)" "$rodata" 'but for .rodata'
is "$(replied 10.0.0.2 2) $(replied 10.0.0.3 2)" '0 2' 'blocks that address'
is "$(variable seen .bss) $(variable seen_by .bss)" '40 2' 'and counts on, in steps of 5, with constants of its own'
run ip link xdp multi change dev v0 fw object $fw-1.o maps keep
expect 0 '' '' 'maps keep, where that is possible'
is "$(replied 10.0.0.2 1) $(variable seen .bss) $(variable seen_by .bss)" '0 45 1' 'keeps all'
maps=$(maps_of_fw)
refused 2 'Error: dev v0: maps cannot be kept: ".bss" of "fw" (the new program has no such variables, or other types for them: "seen_by"); "maps fit" keeps what fits and drops the rest, "maps new" starts with empty maps.' \
	'and is refused where it is not: other variables' "${replace[@]}" object $fw-3.o maps keep
refused 2 "Error: dev v0: maps cannot be kept: \"blocked\" of \"fw\" (the map of the new program has another value size); \"maps fit\" keeps what fits and drops the rest, \"maps new\" starts with empty maps." \
	'or another value' "${replace[@]}" object $fw-4.o maps keep
refused 2 'Error: dev v0: maps cannot be kept: "blocked" of "fw" (the new program has no such map); "maps fit" keeps what fits and drops the rest, "maps new" starts with empty maps.' \
	'or no such map' ip link xdp multi change dev v0 fw object $fw-5.o maps keep
refused 2 '~"blocked" of "fw" \(the new program is loaded already and has its own maps\)' 'or another program' \
	ip link xdp multi change dev v0 fw id "$(id_of v0 wall)" maps keep
is "$(maps_of_fw)" "$maps" 'all as before'
run "${replace[@]}" object $fw-3.o
expect 0 '' 'Warning: dev v0: variables of "fw" are dropped, because the new program does not have them or has other types for them: "seen_by".' \
	'without keep: the variables that are not kept are named'
is "$(replied 10.0.0.2 1) $(variable seen .bss) $(variable seen_at_last_by .bss) $(variable step .data)" '0 50 3 5' \
	'it begins anew, the others are kept'
maps=$(maps_of_fw)
refused 2 '~^Error: dev v0: maps would be lost: "blocked" of "fw" \([^;]*\); "maps fit" keeps what fits and drops the rest, "maps new" starts with empty maps\.$' \
	'a map is not lost by default' "${replace[@]}" object $fw-4.o
is "$(maps_of_fw)" "$maps" 'all as before'
run "${replace[@]}" object $fw-4.o maps fit
expect 0 '' $'~^Warning: dev v0: map "blocked" of "fw" and its contents are dropped[^\n]*\nWarning: dev v0: variables of "fw" are dropped, [^\n]*: "seen_at_last_by"\.$' \
	'with maps fit it is'
is "$(replied 10.0.0.2 1) $(variable seen .bss) $(variable offset .data)" '1 58 3' 'nothing is blocked, and it counts on by 5 and 3'
"${replace[@]}" object $fw-1.o maps new
declare -A old
for name in blocked .bss .data .rodata; do
	old[$name]=$(map $name)
done
refused 0 '' 'the same program keeps all, of course' "${replace[@]}" object $fw-1.o maps keep
run "${replace[@]}" object $fw-1.o maps new
expect 0 '' '' 'maps new'
for name in blocked .bss .data .rodata; do
	isnt "$(map $name)" "${old[$name]}" "makes $name new"
done
bpftool map update id "$(map blocked)" key 10 0 0 2 value 1
survives 'replace' "${replace[@]}" object $fw-VERSION.o
survives 'change' ip link xdp multi change dev v0 fw object $fw-VERSION.o
for version in 1 2; do
	ip link xdp multi save dev v0 |
		sed "s/firewall-[0-9]/firewall-$version/; s/ sha256 [0-9a-f]*//" > "/tmp/chain-$version"
done
survives 'restore' ip link xdp multi restore dev v0 file /tmp/chain-VERSION
run ip link xdp multi restore dev v0 file /tmp/chain-2 maps new
expect 0 '' '' 'restore with maps new'
is "$(replied 10.0.0.2 1)" 1 'forgets'
ip link xdp multi flush dev v0
tap_counts=$zero
unchanged 'nothing is left'

mkdir /sys/fs/bpf/pins
remember_counts
zero=$tap_counts
refused 1 '~^Error: Cannot use "/sys/fs/bpf/none/none" for "pinmaps": No such file' 'no such directory' \
	"${replace[@]}" object $pinned-1.o pinmaps /sys/fs/bpf/none/none
refused 1 'Error: Cannot use "/tmp" for "pinmaps": it is not on a BPF filesystem.' 'one elsewhere' "${replace[@]}" object $pinned-1.o pinmaps /tmp
refused 2 '~the chain has no entry named' 'a command that fails late' \
	"${replace[@]}" object $pinned-1.o pinmaps /sys/fs/bpf/pins after none
system_ip -n peer0 link set p0 mtu 9000
refused 2 '~Peer MTU' 'or at last' "${replace[@]}" object $pinned-1.o pinmaps /sys/fs/bpf/pins
system_ip -n peer0 link set p0 mtu 1500
refused 0 '' 'or tries only' eval "${replace[*]} object $pinned-1.o pinmaps /sys/fs/bpf/pins dry-run > /dev/null"
run "${replace[@]}" object $pinned-1.o pinmaps /sys/fs/bpf/pins
expect 0 '' '' 'maps are pinned'
is "$(ls /sys/fs/bpf/pins)" blocked 'those that ask for it'
bpftool map update pinned /sys/fs/bpf/pins/blocked key 10 0 0 2 value 1
is "$(replied 10.0.0.2 1)" 0 'it is the one that the program uses'
refused 0 '' 'nothing changes the second time' "${replace[@]}" object $pinned-1.o pinmaps /sys/fs/bpf/pins
id=$(map blocked)
run ip link xdp multi add dev v0 name second object $pinned-2.o pinmaps /sys/fs/bpf/pins
expect 0 '' '' 'a second program'
is "$(ip -d link xdp multi show v0 | grep -c "map id $id name blocked")" 2 'uses it too'
refused 2 '~^Error: The map pinned at "/sys/fs/bpf/pins/blocked" is not the one that ".*-4.o" declares: the map of the new program has another value size\.$' \
	'one that declares it otherwise is refused' \
	ip link xdp multi add dev v0 name third object $pinned-4.o pinmaps /sys/fs/bpf/pins
ip link xdp multi flush dev v0
"${replace[@]}" object $pinned-1.o pinmaps /sys/fs/bpf/pins
is "$(replied 10.0.0.2 1)" 0 'the pin outlives the chain'
ip link xdp multi flush dev v0
rm /sys/fs/bpf/pins/blocked

# After a reboot: nothing is pinned yet when both programs are loaded.
printf 'object %s/%s-1.o pinmaps /sys/fs/bpf/pins name %s\n' "$PWD" $pinned first "$PWD" $pinned second > "$tap_tmp/chain"
run ip link xdp multi restore dev v0 file "$tap_tmp/chain"
is "$status" 0 'two programs of one file'
id=$(bpftool -j map show pinned /sys/fs/bpf/pins/blocked | jq .id)
is "$(ip -d link xdp multi show v0 | grep -c "map id $id name blocked")" 2 'use the same pinned map'

# The pin is another map than the one that the program has.
rm /sys/fs/bpf/pins/blocked
ip link xdp multi add dev v0 name third object $pinned-1.o pinmaps /sys/fs/bpf/pins 2> /dev/null
refused 2 '~^Error: dev v0: maps would be lost: "blocked" of "first" \(another map is pinned in "pinmaps"\); ' \
	'by default, where another map is pinned' \
	ip link xdp multi replace dev v0 name first object $pinned-2.o pinmaps /sys/fs/bpf/pins
run ip link xdp multi replace dev v0 name first object $pinned-2.o pinmaps /sys/fs/bpf/pins maps fit
expect 0 '' '~^Warning: dev v0: map "blocked" of "first" and its contents are dropped: another map is pinned in "pinmaps"' 'with maps fit it is said'
ip link xdp multi flush dev v0
rm /sys/fs/bpf/pins/blocked

refused 1 'Error: The tail-call map "jumps" in "'"$PWD"'/obj/bpf/tailcall.o" would be emptied when this command ends: pin it with "pinmaps DIR".' \
	'tail calls without pinmaps' "${replace[@]}" object obj/bpf/tailcall.o program tailcall
run "${replace[@]}" object obj/bpf/tailcall.o program tailcall pinmaps /sys/fs/bpf/pins
expect 0 '' '' 'and with'
is "$(ls /sys/fs/bpf/pins) $(replied 10.0.0.2 1)" 'jumps 0' 'work: the callee drops'
ip link xdp multi flush dev v0
rm /sys/fs/bpf/pins/jumps
tap_counts=$zero
unchanged 'nothing is left'

done_testing
