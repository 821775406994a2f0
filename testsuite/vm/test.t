#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# test runs packets through the chain as it is, or as a change would make it, on copies
# of the programs and maps. Each command is checked to change nothing else.

. testsuite/lib/tap.sh

test=(ip link xdp multi test dev v0)

add() {
	ip link xdp multi add dev v0 object "obj/$1.o" "${@:2}" ||
		bail_out "no $1"
}

flush() {
	ip link xdp multi flush dev v0 || bail_out 'no flush'
}

# map_of ENTRY MAP: an id.
map_of() {
	ip -d link xdp multi show dev v0 |
		sed -n "/^ *[0-9]*: $1 /,\$ { s/^ *map id \([0-9]*\) name $2 .*/\1/p }" | head -n 1
}

# ipv4 A.B.C.D [PORT]: a UDP packet from that address, in hex.
ipv4() {
	local address

	# shellcheck disable=SC2046
	address=$(printf '%02x' $(tr . ' ' <<< "$1"))
	printf '020000000001020000000002080045000024000000004011000%d%s0a000001' 0 "$address"
	printf '1000%04x0010000068656c6c6f21abcd' "${2-9}"
}

# bytes HEX...: as bytes.
bytes() {
	local hex=$1 i

	for ((i = 0; i < ${#hex}; i += 2)); do
		printf '%b' "\\x${hex:i:2}"
	done
}

# le32 N: in hex, as this machine has it.
le32() {
	printf '%02x%02x%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24))
}

# pcap LINKTYPE HEX...: a file with these packets.
pcap() {
	bytes "d4c3b2a1020004000000000000000000$(le32 65535)$(le32 "$1")"
	shift
	for hex; do
		bytes "0000000000000000$(le32 $((${#hex} / 2)))$(le32 $((${#hex} / 2)))$hex"
	done
}

# first BYTE: a packet that begins with it.
first() {
	printf '%02x%062d' "$1" 0
}

good=$(ipv4 10.0.0.3) bad=$(ipv4 10.0.0.2)
new_veth 0
remember_counts

### The chain as it is

run "${test[@]}" packet "$good"
expect 2 '' 'Error: dev v0: no such chain: nothing is attached.' 'without a chain there is nothing to try'
add bpf/counter prio 10
add helpers/firewall-1 name fw prio 20
add bpf/counter name end prio 30
bpftool map update id "$(map_of fw blocked)" key 10 0 0 2 value 1
id=$(xdp_id v0)
run "${test[@]}" packet "$good"
expect 0 '1: pass 50 bytes: counter pass > fw pass > end pass' '' 'a packet passes all entries'
run "${test[@]}" packet "$bad"
expect 0 '1: drop 50 bytes: counter pass > fw drop' '' 'and one from a blocked address is dropped, with the same map'
run "${test[@]}" packet "$good" packet "$bad" packet "$bad"
expect 0 '~^1: pass .*end pass
2: drop .*fw drop
3: drop .*
3 packets: drop 2, pass 1
    counter: pass 3
    fw: drop 2, pass 1
    end: pass 1$' '' 'several, and what each entry did in all'
run ip -j link xdp multi test dev v0 packet "$bad"
expect 0 '*' '' 'and as JSON'
is "$(json 'map({ packet, verdict, path })')" \
	'[{"packet":1,"verdict":"drop","path":[{"entry":"counter","verdict":"pass"},{"entry":"fw","verdict":"drop"}]}]' \
	'with the path'
is "$(json '.[0] | [.len, has("len_out"), has("expected")]')" '[50,false,false]' 'and the length'
is "$(xdp_id v0)" "$id" 'nothing was attached'
run obj/helpers/inject -s 'bpf(PROG_TEST_RUN):1' 3 "$tap_tmp/hit" "${test[@]}" packet "$good"
expect 2 '' 'Error: packet 1: the kernel refused to run the test packet: Resource temporarily unavailable.' \
	'an error that stays does not make it try for ever'

pcap 1 "$good" "$bad" "$good" > "$tap_tmp/some.pcap"
run "${test[@]}" pcap "$tap_tmp/some.pcap"
expect 0 '~^1: pass .*
2: drop .*
3: pass .*
3 packets: drop 1, pass 2
' '' 'packets of a file'
is "$(ip -j link xdp multi test dev v0 pcap - < "$tap_tmp/some.pcap" | jq -c 'map(.verdict)')" \
	'["pass","drop","pass"]' 'or of the standard input'
pcap 101 "$good" > "$tap_tmp/raw.pcap"
run "${test[@]}" pcap "$tap_tmp/raw.pcap"
expect 1 '' '~^Error: Cannot read packets from ".*raw.pcap": its link type is not Ethernet\.$' 'of Ethernet only'
head -c 50 "$tap_tmp/some.pcap" > "$tap_tmp/cut.pcap"
run ip -j link xdp multi test dev v0 pcap "$tap_tmp/cut.pcap"
expect 1 '' '~^Error: Cannot read packets from ".*cut.pcap": .*truncated' 'one that is cut off is no file of packets'
run "${test[@]}" pcap /nowhere
expect 1 '' 'Error: Cannot read packets from "/nowhere": No such file or directory.' 'nor is none'
run "${test[@]}" pcap /dev/null
expect 1 '' '~^Error: Cannot read packets from "/dev/null"' 'nor is an empty one'
pcap 1 > "$tap_tmp/none.pcap"
run "${test[@]}" pcap "$tap_tmp/none.pcap"
expect 1 '' '~^Error: ".*none.pcap" contains no packet\.$' 'none at all proves nothing'
run "${test[@]}" packet 0011
expect 1 '' 'Error: packet 1: a packet has at least 14 bytes, this one has 2.' 'too short a packet'
run "${test[@]}" packet "$(printf '%08000d' 0)"
expect 1 '' '~^Error: packet 1: a packet of 4000 bytes is too long: this chain' 'too long a packet'

### What is expected

run "${test[@]}" packet "$bad" expect-verdict drop,aborted
expect 0 '*' '' 'the verdict is the expected one'
run "${test[@]}" packet "$good" packet "$bad" expect-verdict pass
expect 2 '~(expected pass).*fw drop' \
	'Error: dev v0: 1 of 2 packets did not get the verdict pass; the first is packet 2: drop.' \
	'or not: status 2'
run ip -j link xdp multi test dev v0 packet "$good" packet "$bad" expect-verdict pass
is "$status $(json 'map(.expected)')" '2 [true,false]' 'and so in JSON'
run "${test[@]}" packet "$good" packet "$bad" expect-verdict pass tap
expect 2 'ok 1 - pass 50 bytes: counter pass > fw pass > end pass
not ok 2 - drop (expected pass) 50 bytes: counter pass > fw drop
1..2' '~^Error: dev v0: 1 of 2 packets' 'and in TAP'
run ip -j link xdp multi test dev v0 packet "$good" expect-verdict pass tap
expect 255 '' 'Error: either "tap" or -json, not both.' 'not in both'

### What the chain would be

run "${test[@]}" packet "$good" expect-verdict pass add object obj/bpf/drop.o first
expect 2 '1: drop (expected pass) 50 bytes: drop drop' '~^Error: dev v0: 1 of 1' 'with another program in front'
run ip link xdp multi test packet "$bad" del fw dev v0
expect 0 '1: pass 50 bytes: counter pass > end pass' '' 'without one of them'
run "${test[@]}" packet "$bad" change fw last
expect 0 '1: drop 50 bytes: counter pass > end pass > fw drop' '' 'in another order'
run "${test[@]}" packet "$bad" change fw disable
expect 0 '1: pass 50 bytes: counter pass > end pass' '*' 'with one switched off'
run "${test[@]}" packet "$bad" change fw on drop goto end
expect 0 '1: pass 50 bytes: counter pass > fw drop > end pass' '*' 'by another rule'
run "${test[@]}" packet "$bad" replace object obj/helpers/firewall-2.o name fw
expect 0 '1: drop 50 bytes: counter pass > fw drop' '' 'with a new version, which would keep the map'
run "${test[@]}" packet "$bad" replace object obj/helpers/firewall-5.o name fw
expect 2 '' '~^Error: dev v0: maps would be lost: "blocked"' 'what would be refused is refused'
ip link xdp multi save dev v0 > "$tap_tmp/chain"
run "${test[@]}" packet "$bad" restore file "$tap_tmp/chain" maps new
expect 0 '1: pass 50 bytes: counter pass > fw pass > end pass' '*' 'a whole chain, with fresh maps'
is "$(xdp_id v0)" "$id" 'and the chain is what it was'
run ip link xdp multi test dev v0 packet 12 del fw dev v0
expect 255 '' 'Error: only one "dev" is allowed here.' 'of one device'
run "${test[@]}" packet 1g
expect 255 '' '~^Error: argument "1g" is wrong: a "packet" is two hexadecimal' 'not hexadecimal'
run "${test[@]}"
expect 255 '' 'Not enough information: "pcap" or "packet" is required.' 'no packet'
flush
run "${test[@]}" packet "$bad" add object obj/bpf/drop.o
expect 0 '1: drop 50 bytes: drop drop' '*' 'a first program'

### Time

add bpf/counter prio 10
add bpf/resize prio 20
run "${test[@]}" packet "$good" repeat 1000
expect 0 '~^1: pass 50 bytes: counter pass [0-9]+ ns > resize pass [0-9]+ ns$' '' 'how long each entry takes'
run ip -j link xdp multi test dev v0 packet "$good" repeat 10
like "$(json '.[0].path | map(.ns | type)')" 'number.*number' 'and in JSON'
is "$(bpftool map dump id "$(map_of counter packets)" | sed -n 's/.*"value": \([0-9]*\).*/\1/p')" 0 \
	'the counter of the chain has not moved'

### Verdicts of each kind

flush
add bpf/echo name a prio 10 proceed-on aborted,pass,tx
add bpf/echo name b prio 20 proceed-on pass,redirect
add bpf/echo name c prio 30 proceed-on all
for want in 'aborted: a aborted > b aborted' 'drop: a drop' 'pass: a pass > b pass > c pass' \
	'tx: a tx > b tx' 'redirect: a redirect' 'other: a other'; do
	n=$((${n--1} + 1))
	run "${test[@]}" packet "$(first $n)"
	expect 0 "1: ${want/:/ 32 bytes:}" '' "a first byte of $n"
	run "${test[@]}" packet "$(first $n)" change b disable
	expect 0 "~^1: ${want%%:*} 32 bytes: a ${want%%:*}(\$| > c)" '*' 'and without the second'
	is "$(bpftool prog run id "$(xdp_id v0)" data_in <(bytes "$(first $n)") repeat 1 |
		sed -n 's/^Return value: \([0-9]*\),.*/\1/p')" "$n" 'the real chain returns the same'
done
flush
add bpf/tx
run "${test[@]}" packet "$good"
expect 0 '1: tx 50 bytes: tx tx' '' 'a single entry'
flush

### Maps of every kind, and those that are not copied

ok 'maps of each kind are copied' obj/helpers/copies
add helpers/maps-1 name all
run "${test[@]}" packet "$good"
expect 2 '' '~^Error: dev v0: entry "all" cannot be tested: its map "xskmap" is not copied: the contents of a map of this type cannot be copied; "partial"' \
	'a map that cannot be read is named'
run "${test[@]}" packet "$good" partial
expect 0 '1: pass 50 bytes: all pass' '~^Warning: Entry "all": its map "xskmap" is not copied.*
Warning: Entry "all": its map "sockmap" is not copied' 'and the rest is tried when that is wanted'
run "${test[@]}" packet "$good" replace object obj/helpers/maps-1.o name all maps new
expect 0 '1: pass 50 bytes: all pass' '' 'new maps are empty: nothing has to be copied'
bpftool map update id "$(map_of all queue)" value 1 0 0 0
run "${test[@]}" packet "$good" partial
expect 0 '*' '~its map "queue" is not copied' 'a queue, too, if something is in it'
flush
run "${test[@]}" packet "$good" add object obj/helpers/maps-1.o
expect 0 '1: pass 50 bytes: maps pass' '' 'nor for a first program with such maps'

### Tail calls of the program's own, and programs of unknown origin

mkdir -m 700 /sys/fs/bpf/maps
add helpers/jump-1 program jump name jump pinmaps /sys/fs/bpf/maps
bpftool map update id "$(map_of jump listed)" key 10 0 0 2 value 1 0 0 0 2> /dev/null ||
	bpftool map update name listed key 10 0 0 2 value 1 0 0 0
run "${test[@]}" packet "$bad"
expect 0 '1: drop 50 bytes: jump drop' '' 'a program that calls another, with the maps of that'
run "${test[@]}" packet "$bad" replace object obj/helpers/jump-2.o program jump name jump pinmaps /sys/fs/bpf/maps
expect 0 '1: pass 50 bytes: jump pass' '*' 'and a new version that calls a new one'
bpftool map delete pinned /sys/fs/bpf/maps/jumps key 1 0 0 0
run "${test[@]}" packet "$bad"
expect 2 '' '~^Error: dev v0: entry "jump" cannot be tested: its tail-call map "jumps" holds programs that its object file does not put there' \
	'what others put there cannot be loaded again'
run "${test[@]}" packet "$bad" partial
expect 0 '1: pass 50 bytes: jump pass' '~^Warning: Entry "jump": its tail-call map' \
	'and is as its file has it where that is wanted'
flush
rm -r /sys/fs/bpf/maps
system_ip link set dev v0 xdp object obj/bpf/drop.o section xdp
ip link xdp multi adopt dev v0 name alien
rm -rf /sys/fs/bpf/ip /sys/fs/bpf/tc /sys/fs/bpf/xdp/globals
add bpf/counter
run "${test[@]}" packet "$good"
expect 2 '' '~^Error: dev v0: entry "alien" cannot be tested: the object file of its program is unknown; "partial"' \
	'a program that somebody else loaded'
run "${test[@]}" packet "$good" partial
expect 0 '1: pass 50 bytes: counter pass' '~^Warning: Entry "alien": the object file of its program is unknown' 'is passed by when that is wanted'
flush
cp obj/bpf/drop.o "$tap_tmp/drop.o"
ip link xdp multi add dev v0 object "$tap_tmp/drop.o"
cp obj/bpf/pass.o "$tap_tmp/drop.o"
run "${test[@]}" packet "$good"
expect 2 '' '~^Error: dev v0: entry "drop" cannot be tested: ".*drop.o" has changed' 'a file that has changed'
flush
unchanged 'nothing is left'
done_testing
