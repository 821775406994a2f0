#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Already loaded programs, by pin or id, with or without a required tag.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
add=("${multi[@]}" add dev v1)

# tag_of ID
tag_of() {
	bpftool prog show id "$1" | sed -n 's/.* tag \([0-9a-f]*\) .*/\1/p'
}

counted() {
	bpftool map dump name packets | sed -n 's/.*"value": \([0-9]*\).*/\1/p' | xargs
}

new_veth 0
new_veth 1
remember_counts
start=$tap_counts
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10 proceed-on tx,pass name one
"${multi[@]}" add dev v0 object obj/bpf/pass.o prio 20
id=$(id_of v0 one)
tag=$(tag_of "$id")
pin=/sys/fs/bpf/xdp/dispatch-2-$(xdp_id v0)/prog0-prog
loaded=$(obj/helpers/objects | grep -c '^prog ')

run "${add[@]}" id "$id"
expect 0 '' '' 'a program by its id'
chain_is v1 'one/50/pass,tx' 'with the name and the rules that it was loaded with'
is "$(id_of v1 one)" "$id" 'the very program'
is "$(obj/helpers/objects | grep -c '^prog ')" $((loaded + 1)) 'nothing but a dispatcher was loaded'
reaches 0
reaches 1
is "$(counted)" 2 'its one map counts the packets of both devices'
run ip -j -d link xdp multi show dev v1
is "$(json '.[0].entries[0].origin.object')" '"/project/obj/bpf/counter.o"' 'its origin is known'
run "${add[@]}" id "$id" name again prio 60 proceed-on all
expect 0 '' '' 'once more, under another name'
chain_is v1 'one/50/pass,tx again/60/all' 'is another entry'
reaches 1
is "$(counted)" 4 'that counts too'
refused 2 '~^Error: dev v1: id '"$id"' matches several entries \(slot 0 id '"$id"', slot 1 id '"$id"'\)' \
	'its id means both' "${multi[@]}" del dev v1 id "$id"
run "${multi[@]}" replace dev v1 id "$id" name again
expect 0 '' '' 'replace by the same'
run "${multi[@]}" replace dev v1 id "$(id_of v0 pass)" name again maps fit
expect 0 '' '*' 'replace by another'
is "$(id_of v1 again)" "$(id_of v0 pass)" 'which it is'
run "${multi[@]}" change dev v1 again pinned "$pin" name more
expect 0 '' '*' 'change by a pin'
is "$(id_of v1 more)" "$id" 'to what is pinned there'
"${multi[@]}" flush dev v1

run "${add[@]}" pinned "$pin" tag "$tag"
expect 0 '' '' 'a program by its pin, and its tag'
chain_is v1 'one/50/pass,tx' 'is there'
run "${multi[@]}" del dev v1 tag "$tag"
expect 0 '' '' 'del by the tag'
run "${add[@]}" id "$id" tag "$tag"
expect 0 '' '' 'by id and tag'
"${multi[@]}" flush dev v0
chain_is v1 'one/50/pass,tx' 'it stays when the chain that it came from goes'
before=$(counted)
ok 'packets get through it' reaches 1
is "$(counted)" $((before + 1)) 'and are counted'
run "${multi[@]}" add dev v0 id "$id"
expect 0 '' '' 'and can go back from there'
chain_is v0 'one/50/pass,tx' 'to where it came from'
"${multi[@]}" flush dev v1
pin=/sys/fs/bpf/xdp/dispatch-2-$(xdp_id v0)/prog0-prog
bpftool map pin name packets /sys/fs/bpf/map
bpftool prog pin id "$id" /sys/fs/bpf/mine
"${multi[@]}" flush dev v0
cd /sys/fs/bpf || exit
run "${add[@]}" pinned mine
cd - > /dev/null || exit
expect 0 '' '' 'a pin of the user, by a relative path'
chain_is v1 'one/50/pass,tx' 'is there'
"${multi[@]}" flush dev v1

other=0123456789abcdef
refused 2 '~^Error: The program ".+" has the tag [0-9a-f]{16}, not the given one: correct or leave out "tag"\.$' 'another tag, by id' "${add[@]}" id "$id" tag $other
refused 2 '~^Error: The program ".+" has the tag [0-9a-f]{16}, not the given one: correct or leave out "tag"\.$' 'by pin' "${add[@]}" pinned /sys/fs/bpf/mine tag $other
refused 2 '~^Error: The program ".+" has the tag [0-9a-f]{16}, not the given one: correct or leave out "tag"\.$' 'and of an object' \
	"${add[@]}" object obj/bpf/pass.o tag $other
refused 255 'Error: argument "123" is wrong: "tag" must be 16 hexadecimal digits' 'half a tag' "${add[@]}" id "$id" tag 123
refused 1 'Error: There is no program with id 999999.' 'no such id' "${add[@]}" id 999999
refused 1 'Error: Nothing is pinned at "/sys/fs/bpf/none".' 'no such pin' "${add[@]}" pinned /sys/fs/bpf/none
refused 1 'Error: Cannot open the pin "/etc/passwd": it is not on a BPF filesystem.' 'a file that is no pin' "${add[@]}" pinned /etc/passwd
refused 1 'Error: The object pinned at "/sys/fs/bpf/map" is not a program.' 'a map' "${add[@]}" pinned /sys/fs/bpf/map
refused 1 '~^Error: .*/sys/fs/bpf/xdp"' 'a directory' "${add[@]}" pinned /sys/fs/bpf/xdp
refused 255 'Error: argument "0" is wrong: "id" must be a number from 1 to 4294967295' 'the id 0' "${add[@]}" id 0
refused 255 'Error: either "pinned" or "id", not both.' 'pin and id' "${add[@]}" pinned /sys/fs/bpf/mine id "$id"
refused 255 'Error: either "object" or "id", not both.' 'object and id' "${add[@]}" object obj/bpf/pass.o id "$id"
refused 255 'Not enough information: "object", "pinned" or "id" argument is required.' 'a tag alone' "${add[@]}" tag "$tag"

"${multi[@]}" add dev v0 id "$id"
bpftool prog load obj/bpf/classifier.o /sys/fs/bpf/tc_prog type classifier
refused 1 'Error: The program pinned at "/sys/fs/bpf/tc_prog" is neither an XDP program nor an extension.' 'a program for tc' \
	"${add[@]}" pinned /sys/fs/bpf/tc_prog
refused 1 'Error: The program is neither an XDP program nor an extension.' 'by its id' \
	"${add[@]}" id "$(bpftool prog show pinned /sys/fs/bpf/tc_prog | sed -n 's/^\([0-9]*\):.*/\1/p')"
"${multi[@]}" add dev v0 object obj/bpf/filter.o name counted
refused 2 'Error: dev v0: maps cannot be kept: "blocked" of "counted" (the new program is loaded already and has its own maps); "maps fit" keeps what fits and drops the rest, "maps new" starts with empty maps.' 'maps to keep' \
	"${multi[@]}" change dev v0 counted id "$id" maps keep

if type -P xdp-loader > /dev/null; then
	"${multi[@]}" flush dev v0
	xdp-loader load v0 obj/bpf/counter.o
	run "${add[@]}" id "$(id_of v0 counter)"
	expect 0 '' '' 'a program that xdp-loader has loaded'
	chain_is v1 'counter/50/pass' 'joins a chain of ours'
	ok 'and packets get through' reaches 1
else
	skip 'no xdp-loader' 'a program that xdp-loader has loaded'
fi
"${multi[@]}" flush all
rm -rf /sys/fs/bpf/{map,mine,tc_prog,ip,tc,xdp/globals}
tap_counts=$start
unchanged 'nothing is left'

done_testing
