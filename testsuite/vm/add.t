#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last core
# linkage: ext tail
# add: the first commands of README, order, names, rules, several devices, and
# output.

. testsuite/lib/tap.sh

# The SHA-256 of one of our objects.
digest() {
	sha256sum "obj/bpf/$1.o" | cut -d ' ' -f 1
}

new_veth 0
new_veth 1
remember_counts

run ip link xdp multi show
expect 0 '' '' 'show prints nothing without a chain'
run ip -j link xdp multi show
expect 0 '[]' '' 'and an empty array as JSON'

run ip link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 '' '' 'add is silent'
chain_is v0 'pass/50/pass' 'one entry with the defaults'
ok 'v0 is reached' reaches 0
is "$(ls -A --ignore='*.debug' /sys/fs/bpf)" xdp 'nothing but xdp is made in the bpffs'
is "$(stat -c '%a %u' /sys/fs/bpf/xdp)" '700 0' 'a directory of root alone'

run ip link xdp multi add dev v0 object obj/bpf/drop.o prio 60
expect 0 '' '' 'a second program is added'
chain_is v0 'pass/50/pass drop/60/pass' 'behind the first'
not_ok 'v0 is not reached any more' reaches 0

run ip -j -p link xdp multi show
expect 0 '~^\[' '' 'show prints JSON'
is "$(json '.[0] | keys_unsorted')" \
	'["ifindex","ifname","mode","dispatcher","entries"]' 'with these keys'
is "$(json '[length, .[0].ifname, .[0].mode, .[0].ifindex]')" \
	"[1,\"v0\",\"native\",$(< /sys/class/net/v0/ifindex)]" 'and the device'
like "$(json '.[0].dispatcher')" \
	"^\{\"id\":$(xdp_id v0),\"format\":\"$some_format\",\"tag\":\"[0-9a-f]{16}\"}" 'the dispatcher'
is "$(json '.[0].entries[] | del(.id, .tag)')" \
	"{\"slot\":0,\"name\":\"pass\",\"prio\":50,\"proceed_on\":[\"pass\"],\"program\":\"pass\",\"linkage\":\"$(linkage_of pass)\"}
{\"slot\":1,\"name\":\"drop\",\"prio\":60,\"proceed_on\":[\"pass\"],\"program\":\"drop\",\"linkage\":\"$(linkage_of drop)\"}" \
	'each entry has its fields'
is "$(json '.[0].entries[0] | "\(.id) \(.tag)"')" \
	"\"$(bpftool prog show id "$(id_of v0 pass)" | sed -n 's/^\([0-9]*\): .* tag \([0-9a-f]*\) .*/\1 \2/p')\"" \
	'with its id and tag'

run ip link xdp multi add dev v0 object obj/bpf/tx.o prio 5 name first proceed-on tx,pass
expect 0 '' '' 'add with name, prio and proceed-on'
run ip link xdp multi add dev v0 obj obj/bpf/pass.o prio 50 name twin
expect 0 '' '' 'the same object under another name'
run ip link xdp multi add dev v0 obj obj/bpf/pass.o name third prio 60 proceed-on none
expect 0 '' '' 'and once more'
run ip link xdp multi add dev v0 obj obj/bpf/pass.o name zero prio 0 proceed-on all
expect 0 '' '' 'priority 0 is a number like any other'
run ip link xdp multi add dev v0 obj obj/bpf/pass.o name last prio 4294967295 proceed-on drop
expect 0 '' 'Warning: Entry "last" never runs: no rule of an entry before it leads there.' 'so is the greatest'
chain_is v0 'zero/0/all first/5/pass,tx pass/50/pass twin/50/pass drop/60/pass third/60/none last/4294967295/drop' \
	'by priority, those of the same in the order in which they came'
run ip link xdp multi flush dev v0
chain_is v0 '' 'flush takes all off'
unchanged 'and leaves nothing'

run ip link xdp multi add dev v0 object obj/bpf/metadata.o
expect 0 '' '' "the object's own wishes"
chain_is v0 'metadata/10/drop,pass' 'are the defaults'
run ip link xdp multi add dev v0 object obj/bpf/metadata.o prio 7 proceed-on none name mine
chain_is v0 'mine/7/none metadata/10/drop,pass' 'and the command line overrides them'
run ip link xdp multi flush dev v0

cd obj/bpf || exit
run ip link xdp multi add dev v0 object ./void_ctx.o
run ip link xdp multi add dev v0 object two.o section xdp program second
expect 255 '' 'Error: either "section" or "program", not both.' 'one of two by section and name'
run ip link xdp multi add dev v0 object two.o program second
expect 0 '' '~^Warning: if libxdp rebuilds this chain, it runs "second" before "void_ctx"' 'one of two by name, behind what libxdp would sort otherwise'
cd ../.. || exit
chain_is v0 'void_ctx/50/pass second/50/pass' 'relative paths'
run ip -j -d link xdp multi show v0
is "$(json '.[0].entries[0].origin')" \
	"{\"object\":\"$PWD/obj/bpf/void_ctx.o\",\"section\":\"xdp\",\"program\":\"void_ctx\",\"sha256\":\"$(digest void_ctx)\"}" \
	'are kept as absolute ones, with section, program and digest'
is "$(json '[.[0].entries[1].origin | .object, .sha256]')" \
	"[\"$PWD/obj/bpf/two.o\",\"$(digest two)\"]" 'each its own'
is "$(json '.[0].entries[0] | [.load_time > 0, .created_by_uid, .btf_id > 0, .added > 1e9]')" \
	'[true,0,true,true]' 'details of the program'
is "$(json '.[0].pinned')" true 'that it is pinned'
run ip link xdp multi add dev v0 object obj/bpf/counter.o
run ip -j -d link xdp multi show v0
is "$(json '[.[0].entries[2] | .maps[]? | select(.name == "packets") | .id, .type]')" \
	"[$(maps_named packets),\"array\"]" \
	'the maps of an entry'
run ip link xdp multi flush dev v0
unchanged 'nothing is left of it'

run ip link xdp multi add dev v0 dev v1 object obj/bpf/counter.o
expect 0 '' '' 'two devices at once'
chain_is v0 'counter/50/pass' 'the one'
chain_is v1 'counter/50/pass' 'and the other'
is "$(id_of v0 counter)" "$(id_of v1 counter)" 'run the same program'
is "$(obj/helpers/objects | grep -c '^map .* packets$')" 1 'with the same map'
run ip link xdp multi add name fw dev v1 prio 1 object obj/bpf/drop.o dev v0 dev v1
expect 0 '' '' 'dev may stand anywhere, and twice'
chain_is v0 'fw/1/pass counter/50/pass' 'the one'
chain_is v1 'fw/1/pass counter/50/pass' 'and the other'
run ip link xdp multi del fw dev v1
run ip link xdp multi add dev v0 dev v1 object obj/bpf/pass.o name counter
expect 2 '' '~^Error: dev v0: the chain already has an entry .*"counter"' 'all or nothing'
run ip link xdp multi add dev v1 dev v0 object obj/bpf/drop.o name fw
expect 2 '' '~^Error: dev v0: the chain already has an entry .*"fw"' 'also if the second is the one that refuses'
chain_is v1 'counter/50/pass' 'nothing changed on the device that would have taken it'

run ip -echo link xdp multi add dev v1 object obj/bpf/pass.o
expect 0 $'~^[0-9]+: v1: mode native dispatcher id [0-9]+ format '"$some_format"$' \n    0: counter prio 50 proceed-on pass program counter id [0-9]+ (linkage tail )?\n    1: pass prio 50 proceed-on pass program pass id [0-9]+ (linkage tail )?$' \
	'' '-echo prints the resulting chain'
echoed=$stdout
run ip link xdp multi show dev v1
expect 0 "$echoed" '' 'as show does'
run ip -br link xdp multi
expect 0 $'~^v0 +native +fw,counter \nv1 +native +counter,pass $' '' '-br'
run ip -o link xdp multi show v1
expect 0 "${echoed//$'\n'/\\}" '' '-o'
run ip -d link xdp multi list
expect 0 $'~\n        loaded 2[0-9-]+ [0-9:]+ \\([0-9]+ (s|min) ago\\) created_by_uid 0 btf_id [0-9]+ .*\n        origin object '"$PWD/obj/bpf/counter.o" \
	'' '-d'
run ip -j -echo link xdp multi add dev v1 dev v0 object obj/bpf/tx.o
is "$(json '[.[] | .ifname, (.entries | length)]')" '["v1",3,"v0",3]' '-j -echo of two devices'
run ip link xdp multi flush all
expect 0 '' '' 'flush all'
unchanged 'nothing is left'

done_testing
