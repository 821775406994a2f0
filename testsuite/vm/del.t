#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: core
# linkage: ext mixed
# del removes entries: every kind of selector, if-exists, and flush.

. testsuite/lib/tap.sh

add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" || bail_out "no $program"
}

tag_of() {
	ip -d link xdp multi show dev v0 | sed -n "s/^ *[0-9]*: $1 .* tag \([0-9a-f]*\) .*/\1/p"
}

new_veth 0
new_veth 1
remember_counts

for program in aborted drop tx filter counter resize pass; do
	add "$program"
done
chain_is v0 'aborted/50/pass drop/50/pass tx/50/pass filter/50/pass counter/50/pass resize/50/pass pass/50/pass' \
	'seven entries'
run ip link xdp multi del dev v0 drop
expect 0 '' '' 'del by a bare name'
run ip link xdp multi delete tx dev v0
expect 0 '' '' 'that may stand before the device; delete is del'
run ip link xdp multi del dev v0 name filter
expect 0 '' '' 'by name'
chain_is v0 'aborted/50/pass counter/50/pass resize/50/pass pass/50/pass' 'these are gone'
run ip link xdp multi del dev v0 id "$(id_of v0 resize)"
expect 0 '' '' 'by id'
chain_is v0 'aborted/50/pass counter/50/pass pass/50/pass' 'that one is gone'
run ip link xdp multi del tag "$(tag_of aborted)" dev v0
expect 0 '' '' 'by tag'
chain_is v0 'counter/50/pass pass/50/pass' 'that one is gone'
run ip -echo link xdp multi del dev v0 slot 1
expect 0 $'~^[0-9]+: v0: mode native dispatcher [^\n]*\n    0: counter [^\n]*$' '' 'by slot, with -echo'
chain_is v0 'counter/50/pass' 'that one is gone'
ok 'v0 is reached through what is left' reaches 0
run ip link xdp multi del dev v0 counter
expect 0 '' '' 'the last one'
chain_is v0 '' 'and the device is free'
ok 'v0 is reached' reaches 0
unchanged 'nothing is left'

for program in pass drop pass; do
	add "$program" name "$program$RANDOM"
done
for word in slot dev if-exists; do
	add tx name "$word"
done
mapfile -t ids < <(ip link xdp multi show dev v0 | sed -n 's/.* program pass id \([0-9]*\) .*/\1/p')
tag=$(ip -d link xdp multi show dev v0 | sed -n '/^ *0: /s/.* tag \([0-9a-f]*\) .*/\1/p')
refused 2 "Error: dev v0: tag $tag matches several entries (slot 0 id ${ids[0]}, slot 2 id ${ids[1]}): select by id or slot." \
	'a tag that two have' ip link xdp multi del dev v0 tag "$tag"
refused 2 '~^Error: dev v0: the chain has no entry named "nobody"\.$' \
	'a name that nobody has' ip link xdp multi del dev v0 nobody
refused 2 '~^Error: dev v0: the chain has no entry with .*id 4294967295.*\.$' \
	'an id' ip link xdp multi del dev v0 id 4294967295
refused 2 '~^Error: dev v0: the chain has no entry with .*id '"$(xdp_id v0)" \
	'the id of the dispatcher' ip link xdp multi del dev v0 id "$(xdp_id v0)"
refused 2 '~^Error: dev v0: the chain has no entry in slot 6\.$' \
	'a slot' ip link xdp multi del dev v0 slot 6
refused 2 '~^Error: dev v0: the chain has no entry with .*tag 0123456789abcdef.*\.$' \
	'a tag' ip link xdp multi del dev v0 tag 0123456789abcdef
refused 0 '' 'with if-exists that is success' ip link xdp multi del dev v0 nobody if-exists
refused 2 "~^Error: dev v0: tag $tag matches several" \
	'but not that two have it' ip link xdp multi del dev v0 tag "$tag" if-exists
refused 2 '~^Error: dev v1: no such chain' \
	'a device without a chain' ip link xdp multi del dev v1 pass
refused 0 '' 'with if-exists that is success' ip link xdp multi del dev v1 pass if-exists
refused 1 'Error: Cannot find device "v9".' 'a missing device' ip link xdp multi del dev v9 pass
refused 0 '' 'with if-exists that is success' ip link xdp multi del dev v9 pass if-exists
refused 2 '~^Error: dev v1: ' 'one of two devices without a chain' \
	ip link xdp multi del dev v0 dev v1 name slot
for word in slot dev if-exists; do
	run ip link xdp multi del name "$word" dev v0
	expect 0 '' '' "an entry named $word"
done
run ip link xdp multi del dev v0 dev v1 dev v9 id "${ids[1]}" if-exists
expect 0 '' '' 'if-exists for three devices of which one has the entry'
like "$(chain_of v0)" '^pass[0-9]+/50/pass drop[0-9]+/50/pass$' 'two entries are left'

run ip link xdp multi flush dev v0
expect 0 '' '' 'flush takes all off'
chain_is v0 '' 'the device is free'
refused 2 'Error: dev v0: no such chain: nothing is attached.' \
	'a second one finds nothing' ip link xdp multi flush dev v0
refused 0 '' 'with if-exists that is success' ip link xdp multi flush dev v0 if-exists
refused 1 'Error: Cannot find device "v9".' 'a missing device' ip link xdp multi flush dev v9
refused 0 '' 'with if-exists that is success' ip link xdp multi flush dev v9 if-exists
refused 0 '' 'flush all of nothing is success' ip link xdp multi flush all

remember_counts
add pass
ip link xdp multi add dev v1 dev v0 object obj/bpf/drop.o
refused 2 '~^Error: dev lo: no such chain' 'flush of three devices, one without a chain' \
	ip link xdp multi flush dev v0 dev v1 dev lo
chain_is v0 'pass/50/pass drop/50/pass' 'the chain of the first is still there'
run ip link xdp multi flush dev v0 dev v1 dev lo if-exists
expect 0 '' '' 'with if-exists it takes off the other two'
chain_is v0 '' 'the one'
chain_is v1 '' 'and the other'

ip link xdp multi add dev v0 object obj/bpf/pass.o
system_ip link set dev v1 xdp object obj/bpf/drop.o section xdp
id=$(xdp_id v1)
isnt "$id" 0 'v1 has a plain program'
run ip link xdp multi flush all
expect 0 '' '' 'flush all'
chain_is v0 '' 'takes all chains off'
is "$(xdp_id v1)" "$id" 'and leaves alone what is not a chain'
refused 2 "~^Error: dev v1: the XDP program \"drop\" \(id $id\) is attached and is not a chain" \
	'flush of that device says so' ip link xdp multi flush dev v1
system_ip link set dev v1 xdp off
rm -rf /sys/fs/bpf/tc /sys/fs/bpf/ip /sys/fs/bpf/xdp/globals
del_veth 0
del_veth 1
run ip link xdp multi flush all
expect 0 '' '' 'flush all without any device'
becomes '' 'nothing is left' counts

done_testing
