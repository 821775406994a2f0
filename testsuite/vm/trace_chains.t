#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# trace reports the changes of each entry to a packet, and works with all kinds of chains.

. testsuite/lib/tap.sh
. testsuite/lib/traffic.sh
. testsuite/lib/trace.sh

multi=(ip link xdp multi)
good=0200000000010200000000020800 # from the peer to v0, to port 53
good+=4500001d00000000401100000a0000020a000001
good+=30390035000900007800000000000000000000000000000000
flow='10.0.0.2.12345 > 10.0.0.1.53 udp'
other=02000000000102000000000288cc

add() {
	command ip link xdp multi add dev v0 object "obj/bpf/$1.o" "${@:2}" 2> "$tap_tmp/said" ||
		bail_out "no $*: $(< "$tap_tmp/said")"
}

new_veth 0
remember_counts
add mangle program mangle
add mangle program tag
add counter
add mangle program tag name again
before=$(chain_of v0)

### What each entry changes

trace changes changes
send "$good"
ended INT
tag='4 added in front, 0-3: 02000000, 4-6: 020000 > 000102, 9-12: 01020000 > 00000281, 15: 02 > 05'
tells changes "v0 mangle pass > tag pass > counter pass > again pass  59 bytes $flow
    mangle: 59 > 58 bytes, 1 removed at the end, 22: 40 > 09
    tag: 58 > 62 bytes, $tag
    again: 62 > 66 bytes, $tag" \
	'each change, and no other'
trace json @-j changes
send "$good"
ended INT
is "$(jq -c '.path[] | select(.entry != "again") | [.entry, .changes]' "$tap_tmp/json")" \
	'["mangle",{"len":58,"front":0,"end":-1,"bytes":[{"offset":22,"old":"40","new":"09"}]}]
["tag",{"len":62,"front":4,"end":0,"bytes":[{"offset":0,"new":"02000000"},{"offset":4,"old":"020000","new":"000102"},{"offset":9,"old":"01020000","new":"00000281"},{"offset":15,"old":"02","new":"05"}]}]
["counter",null]' \
	'as JSON'
trace file changes write "$tap_tmp/packets"
send "$good"
ended INT
like "$(strings -n 8 "$tap_tmp/packets")" "mangle: 59 > 58 bytes.*tag: 58 > 62 bytes, $tag" 'in a file'
if type -P tshark > /dev/null; then
	like "$(tshark -r "$tap_tmp/packets" -T fields -e frame.comment 2> /dev/null)" \
		"^mangle pass > .*,mangle: 59 > 58 bytes" 'which Wireshark reads'
else
	skip 'no tshark: make check-wireshark' 'which Wireshark reads'
fi
trace times times changes
send "$good" "$good"
ended INT
like "$(lines times)" "^v0 mangle pass [0-9]+ ns > tag pass [0-9]+ ns > counter pass [0-9]+ ns > again pass [0-9]+ ns  59 bytes $flow
    mangle: 59 > 58 bytes, .*
    again: 62 > 66 bytes, $tag
    mangle: 2 packets, [0-9]+ ns for each
    tag: 2 packets, [0-9]+ ns for each
    counter: 2 packets, [0-9]+ ns for each
    again: 2 packets, [0-9]+ ns for each\$" 'how long each entry takes'
trace times @-j times filter udp
send "$other" "$good"
ended INT
is "$(jq -c '[.len, (.path | map(.ns | type == "number" and . < 1000000000) | all)]' "$tap_tmp/times")" \
	'[59,true]' 'as JSON'
is "$(chain_of v0)" "$before" 'the chain is what it was'

# A filter, a chain that changes meanwhile, and multi-buffer packets.
"${multi[@]}" flush dev v0
add mangle program mangle
trace chosen changes verdict drop filter udp
add drop
send "$good" "$other"
ended INT
like "$(lines chosen)" '^v0 mangle pass > drop drop  59 bytes [^
]*
    mangle: 59 > 58 bytes, 1 removed at the end, 22: 40 > 09$' 'with a filter, and a chain that changes'
"${multi[@]}" flush dev v0
add frags
trace frags changes
send "$good"
ended INT
tells frags "v0 frags pass  59 bytes $flow" 'a program that takes multi-buffer packets'
"${multi[@]}" flush dev v0

### Chains of other kinds

add counter linkage tail
add mangle program mangle
add drop name off
add pass name jumped
add drop name final
for words in 'off disable' 'mangle on pass goto final on drop next'; do
	# shellcheck disable=SC2086
	command ip link xdp multi change dev v0 $words 2> "$tap_tmp/said" || bail_out "$(< "$tap_tmp/said")"
done
before=$(chain_of v0)
trace mixed changes sample 2
send "$good" "$good" "$other" "$other"
ended INT
tells mixed "v0 counter pass > mangle pass > final drop  59 bytes $flow
    mangle: 59 > 58 bytes, 1 removed at the end, 22: 40 > 09
v0 counter pass > mangle pass > final drop  14 bytes 02:00:00:00:00:02 > 02:00:00:00:00:01 ethertype 0x88cc" \
	'tail-called, disabled, and jumped over'
is "$(chain_of v0)" "$before" 'that chain is what it was'
"${multi[@]}" flush dev v0
if [[ $LINKAGE == ext ]] && type -P xdp-loader > /dev/null; then
	xdp-loader load -m native v0 obj/bpf/counter.o obj/bpf/drop.o
	before=$(chain_of v0)
	trace libxdp changes
	send "$good"
	ended INT
	tells libxdp "v0 counter pass > drop drop  59 bytes $flow" 'a chain that xdp-loader made'
	is "$(chain_of v0)" "$before" 'is what it was'
	ok 'and xdp-loader changes it' xdp-loader load -m native v0 obj/bpf/pass.o
	"${multi[@]}" flush dev v0
else
	skip 'no xdp-loader' 'a chain that xdp-loader made'
fi
unchanged 'nothing is left'
done_testing
