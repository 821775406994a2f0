#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# restore onto a device that has maps to keep, programs without an object file, or a
# program that is not a chain; and onto several devices.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)

# blocked: the addresses that the filter on v0 knows.
blocked() {
	local map

	map=$(bpftool prog show id "$(id_of v0 filter)" | sed -n 's/.* map_ids \([0-9,]*\).*/\1/p')
	for map in ${map//,/ }; do
		[[ $(bpftool map show id "$map") == *' name blocked '* ]] || continue
		bpftool map dump id "$map" | sed -n 's/^key: \(.*\)  value.*/\1/p; s/.*"key": \([0-9]*\).*/\1/p'
	done
}

# restore TEXT WORDS...: from standard input
restore() {
	local text=$1

	shift
	run bash -c 'ip link xdp multi restore "$@" <<< "$0"' "$text" "$@" file -
}

new_veth 0
new_veth 1
remember_counts
start=$tap_counts
cp obj/bpf/filter.o /tmp/newer.o
echo >> /tmp/newer.o
mkdir /tmp/other
cp obj/bpf/counter.o /tmp/other/filter.o

"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10
"${multi[@]}" add dev v0 object obj/bpf/filter.o prio 20
bpftool map update name blocked key 10 0 0 2 value 1
saved=$("${multi[@]}" save dev v0)
is "$(blocked)" 33554442 'an address is blocked'
not_ok 'it does not get through' reaches 0
counter=$(id_of v0 counter) filter=$(id_of v0 filter)
restore "$(sed "s,/project/obj/bpf/filter.o program filter sha256 .*,/tmp/newer.o name filter prio 20," <<< "$saved")" dev v0
expect 0 '' '' 'a newer firewall is restored'
isnt "$(id_of v0 filter)" "$filter" 'which is another program'
is "$(id_of v0 counter)" "$counter" 'the other entry has the one that it had'
is "$(blocked)" 33554442 'the block list is kept'
is "$(obj/helpers/objects | grep -c '^map .* blocked$')" 1 'the very map'
not_ok 'and the address is still blocked' reaches 0
filter=$(id_of v0 filter)
restore "$saved" dev v0 maps keep
expect 0 '' '' 'maps keep keeps all that there is to keep'
is "$(blocked)" 33554442 'the block list'
filter=$(id_of v0 filter)
restore "object /tmp/other/filter.o name filter prio 20
object $PWD/obj/bpf/counter.o name counter prio 10" dev v0 maps keep
expect 2 '' 'Error: dev v0: maps cannot be kept: "blocked" of "filter" (the new program has no such map); "maps fit" keeps what fits and drops the rest, "maps new" starts with empty maps.' \
	'and refuses to lose any'
is "$(blocked)" 33554442 'the block list is there'
is "$(id_of v0 filter)" "$filter" 'and the program'
restore "object /tmp/other/filter.o name filter prio 20
object $PWD/obj/bpf/counter.o name counter prio 10" dev v0
expect 2 '' '~^Error: dev v0: maps would be lost: "blocked" of "filter" \(the new program has no such map\); "maps fit"' \
	'without that word too'
restore "object /tmp/other/filter.o name filter prio 20
object $PWD/obj/bpf/counter.o name counter prio 10" dev v0 maps fit
expect 0 '' 'Warning: dev v0: map "blocked" of "filter" and its contents are dropped: the new program has no such map.' \
	'with maps fit what is lost is named'
chain_is v0 'counter/10/pass filter/20/pass' 'the chain is the new one'
restore "$saved" dev v0
bpftool map update name blocked key 10 0 0 9 value 1
restore "$saved" dev v0 maps new
expect 0 '' '' 'maps new'
is "$(blocked)" '' 'begins with an empty list'
ok 'and the packets get through' reaches 0
isnt "$(id_of v0 counter)" "$counter" 'all its programs are new'
restore "$saved" dev v0 dev v1
expect 0 '' '' 'one device that has it and one that has not'
chain_is v0 'counter/10/pass filter/20/pass' 'the first'
chain_is v1 'counter/10/pass filter/20/pass' 'and the other have it'
"${multi[@]}" flush all
unchanged 'nothing is left'

# A chain that is not attached any more goes on, with its programs and their maps.
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10
"${multi[@]}" add dev v0 object obj/bpf/filter.o prio 20
bpftool map update name blocked key 10 0 0 2 value 1
saved=$("${multi[@]}" save dev v0)
counter=$(id_of v0 counter) filter=$(id_of v0 filter)
for maps in '' 'maps keep'; do
	system_ip link set dev v0 xdp off
	# shellcheck disable=SC2086
	restore "$saved" dev v0 $maps
	expect 0 '' '' "restored onto itself, taken off: $maps"
	is "$(id_of v0 counter) $(id_of v0 filter)" "$counter $filter" 'it has the programs that it had'
	is "$(blocked)" 33554442 'and the block list'
	chain_is v0 'counter/10/pass filter/20/pass' 'and is whole'
done
system_ip link set dev v0 xdp off
restore "$(sed "s,/project/obj/bpf/filter.o program filter sha256 .*,/tmp/newer.o name filter prio 20," <<< "$saved")" dev v0 maps keep
expect 0 '' '' 'with a newer firewall'
isnt "$(id_of v0 filter)" "$filter" 'which is another program'
is "$(blocked)" 33554442 'but the block list is the old one'
not_ok 'and the address is blocked' reaches 0
filter=$(id_of v0 filter)
saved=$("${multi[@]}" save dev v0)
system_ip -force link set dev v0 xdp object obj/bpf/pass.o section xdp
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
restore "$saved" dev v0 maps keep overwrite
expect 0 '' '' 'restored onto itself, displaced by another program'
is "$(id_of v0 counter) $(id_of v0 filter)" "$counter $filter" 'it has the programs that it had'
is "$(blocked)" 33554442 'and the block list'
chain_is v0 'counter/10/pass filter/20/pass' 'and is whole'
system_ip link set dev v0 xdp off
id=$("${multi[@]}" show dev v0 | sed -n 's/.* detached dispatcher id \([0-9]*\) .*/\1/p')
given_up="Warning: dev v0: the detached chain of dispatcher $id is removed; these entries and their maps are lost: \"filter\"."
counter_line="object $PWD/obj/bpf/counter.o name counter prio 10"
restore "$counter_line on drop goto nobody" dev v0
expect 1 '' 'Error: standard input:1: the chain has no entry named "nobody".' \
	'a fault of the file is reported before the maps that would be lost'
restore "$counter_line"$'\n'"$counter_line" dev v0
expect 1 '' 'Error: standard input:2: duplicate entry "counter": it is also on line 1; rename one of them.' \
	'a name twice is reported before the maps that would be lost'
restore "$counter_line" dev v0 maps fit
expect 0 '' "Warning: dev v0: map \"blocked\" of \"filter\" and its contents are dropped: its entry is removed.
$given_up" 'an entry that is not restored is named, as its maps go'
is "$(id_of v0 counter)" "$counter" 'the other one is there'
"${multi[@]}" flush all
unchanged 'nothing is left'

# An entry that xdp-loader made has no object file that we know of.
xdp-loader load -P 15 v0 obj/bpf/counter.o
"${multi[@]}" add dev v0 object obj/bpf/pass.o prio 20
id=$(id_of v0 counter)
tag=$(bpftool prog show id "$id" | sed -n 's/.* tag \([0-9a-f]*\) .*/\1/p')
run "${multi[@]}" save dev v0
like "$stdout" "# The object file is unknown: this line works only while the program is loaded.
id $id tag $tag name counter prio 15 proceed-on pass 
object /project/obj/bpf/pass.o " 'a line of an entry without an object file'
saved=$stdout
restore "$saved" dev v1
expect 0 '' '' 'is restored'
chain_is v1 'counter/15/pass pass/20/pass' 'on another device'
is "$(id_of v1 counter)" "$id" 'as the very program'
id_v1=$(xdp_id v1)
restore "$saved" dev v1
is "$status $(xdp_id v1)" "0 $id_v1" 'again: the same dispatcher'
remember_counts
restore "${saved/tag $tag/tag 0123456789abcdef}" dev v1
expect 2 '' "~^Error: standard input:[0-9]+: the program \".+\" has the tag [0-9a-f]{16}, not the given one: correct or leave out \"tag\"\.$" \
	'another tag is refused'
restore "${saved/tag $tag/tag 0123456789abcdef}" dev v0 dev v1
expect 2 '' "~^Error: standard input:[0-9]+: the program \".+\" has the tag [0-9a-f]{16}, not the given one" 'for two devices too'
restore "id 999999 tag $tag name x" dev v1
expect 1 '' '~^Error: standard input:1: .*999999' 'and a program that is gone'
restore "${saved/counter prio/pass prio}" dev v1 maps new
expect 1 '' 'Error: standard input:4: duplicate entry "pass": it is also on line 3; rename one of them.' 'and a name that is there twice'
unchanged 'nothing was changed'
"${multi[@]}" flush all
tap_counts=$start
unchanged 'nothing is left'

saved="object $PWD/obj/bpf/pass.o name p prio 1
object $PWD/obj/bpf/counter.o name c prio 2"
echo "$saved" > /tmp/chain
system_ip link set dev v1 xdp object obj/bpf/drop.o section xdp
foreign=$(xdp_id v1)
refused 2 "~^Error: dev v1: the XDP program \"drop\" \(id $foreign\) is attached and is not a chain .*\"overwrite\"\.$" \
	'a program that is no chain' "${multi[@]}" restore dev v1 file /tmp/chain
refused 2 '~^Error: dev v1: the XDP program "drop"' 'on one of two devices' \
	"${multi[@]}" restore dev v0 dev v1 file /tmp/chain
restore "$saved" dev v0 dev v1 overwrite
expect 0 '' '~^Warning: |^$' 'overwrite displaces it'
chain_is v0 'p/1/pass c/2/pass' 'the one has the chain'
chain_is v1 'p/1/pass c/2/pass' 'and the other'
ok 'which packets pass' reaches 1
is "$(xdp_id v0)" "$(xdp_id v1)" 'both have one dispatcher'
is "$(obj/helpers/objects | grep -c '^map .* packets$')" 1 'and one load of each program'
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
"${multi[@]}" flush all
unchanged 'nothing is left'

# The mode that the file wants, where the driver has none.
system_ip link add d0 type dummy
echo "chain mode native
$saved" > /tmp/chain
refused 2 '~^Error: dev d0: .*does not support XDP in native mode' 'a mode that the driver has not' \
	"${multi[@]}" restore dev d0 file /tmp/chain
run "${multi[@]}" restore dev d0 file /tmp/chain mode generic
expect 0 '' '' 'unless the command line says otherwise'
like "$("${multi[@]}" show d0)" ' mode generic ' 'generic mode'
run "${multi[@]}" restore dev d0 file /tmp/chain mode auto
expect 0 '' '' 'auto is what it is'
"${multi[@]}" flush dev d0
system_ip link del d0
refused 1 'Error: Cannot find device "d0".' 'no such device' "${multi[@]}" restore dev v0 dev d0 file /tmp/chain

done_testing
