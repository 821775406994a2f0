#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext mixed
# One chain for many devices: with several devices in one command, and with share,
# which gives a device the chain of another.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
share=("${multi[@]}" share)

add() {
	local program=$1

	shift
	"${multi[@]}" add object "obj/bpf/$program.o" "$@" || bail_out "no $program"
}

# loaded: how many programs the kernel holds.
loaded() {
	obj/helpers/objects | grep -c '^prog '
}

# counted: what all counters together have seen.
counted() {
	local id

	for id in $(maps_named packets); do
		bpftool map dump id "$id"
	done | sed -n 's/.*"value": \([0-9]*\).*/\1/p' | xargs
}

for n in 0 1 2; do
	new_veth $n
done
system_ip netns add other
system_ip -n other link add w0 type veth peer name w1
remember_counts
start=$tap_counts
chain='counter/10/pass filter/20/pass resize/30/pass'

for program in 'counter prio 10' 'filter prio 20' 'resize prio 30'; do
	# shellcheck disable=SC2086
	add $program dev v0 dev v1
done
chain_is v0 "$chain" 'several devices in one add'
chain_is v1 "$chain" 'have the chain'
is "$(xdp_id v1)" "$(xdp_id v0)" 'of one dispatcher'
is "$(loaded)" "$(($(grep -c '^prog ' <<< "$start") + 4))" 'and one load of each program'
"${multi[@]}" flush dev v1

remember_counts
run "${share[@]}" dev v1 from v0
expect 0 '' '' 'share gives one device the chain of another'
chain_is v1 "$chain" 'it has it'
is "$(xdp_id v1)" "$(xdp_id v0)" 'by the same dispatcher'
is "$(grep '^\(prog\|map\|link\) ' <<< "$(counts)")" "$(grep '^\(prog\|map\|link\) ' <<< "$tap_counts")" \
	'without a program, map or link more'
refused 0 '' 'the second time' "${share[@]}" dev v1 from v0
refused 0 '' 'with itself' "${share[@]}" dev v0 from v0
run ip -br -echo link xdp multi share dev v2 dev v1 from v0
expect 0 $'~^v2 +native +counter,filter,resize \nv1 +native +counter,filter,resize $' '' 'with two, of which one has it'
is "$(counted)" 0 'the one counter has seen nothing'
for n in 0 1 2; do
	reaches $n > /dev/null
done
is "$(counted)" 3 'it counts the packets of all three'
bpftool map update id "$(maps_named blocked)" key 10 0 1 2 value 1
not_ok 'an address that is blocked on the one' reaches 1
ok 'others are not' reaches 0
bpftool map delete id "$(maps_named blocked)" key 10 0 1 2

run "${multi[@]}" del dev v1 filter
expect 0 '' '' 'a change of the one'
chain_is v1 'counter/10/pass resize/30/pass' 'is there'
chain_is v0 "$chain" 'not on the other'
chain_is v2 "$chain" 'nor on the third'
isnt "$(xdp_id v1)" "$(xdp_id v0)" 'they have two dispatchers now'
is "$(id_of v1 counter)" "$(id_of v0 counter)" 'of the same programs'
run "${share[@]}" dev v1 from v0 dry-run
like "$stdout" "dispatcher id $(xdp_id v0) .* 1: filter " 'dry-run prints what it would be'
chain_is v1 'counter/10/pass resize/30/pass' 'and does nothing'
run "${share[@]}" dev v1 from v0
chain_is v1 "$chain" 'share takes the place of a chain'
run "${multi[@]}" flush dev v0
chain_is v1 "$chain" 'flush of the one leaves the other'
add drop dev v0
refused 2 'Error: No such chain: dev p0 has none to share.' 'from a device without a chain' \
	ip -n peer0 link xdp multi share dev lo from p0
refused 1 'Error: Cannot find device "v9".' 'from no device' "${share[@]}" dev v1 from v9
refused 1 'Error: Cannot find device "v9".' 'with no device' "${share[@]}" dev v9 dev v0 from v1
refused 3 '~^Error: dev v0: program [0-9]+ is attached, but "expect none" was given' 'not as expected' \
	"${share[@]}" dev v0 from v1 expect none
"${multi[@]}" flush dev v0
system_ip link set dev v0 xdp object obj/bpf/pass.o section xdp
refused 2 '~^Error: dev v0: the XDP program "pass" .*"overwrite"' 'with one that has another program' \
	"${share[@]}" dev v0 dev v2 from v1
refused 2 '~^Error: No such chain: dev v0 has none to share\.$' 'or from it' "${share[@]}" dev v2 from v0
run "${share[@]}" dev v0 from v1 overwrite
expect 0 '' '' 'overwrite displaces it'
chain_is v0 "$chain" 'it has the chain'
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}

# Other namespaces have a dispatcher of their own.
other=(ip -n other link xdp multi share dev w0 from v1)
run "${other[@]}"
expect 1 '' 'Error: Cannot find device "v1".' 'from is in the same namespace'
nsenter --net=/run/netns/other sleep infinity > /dev/null &
there=$!
for netns in 1 /proc/1/ns/net; do
	before=$(loaded)
	run "${other[@]}" netns $netns
	expect 0 '' '' "unless netns names another: $netns"
	in_netns=(-n other)
	chain_is w0 "$chain" 'it has the chain'
	isnt "$(xdp_id w0)" "$(in_netns=() && xdp_id v1)" 'by another dispatcher'
	is "$(id_of w0 filter)" "$(in_netns=() && id_of v1 filter)" 'of the same programs'
	is "$(loaded)" $((before + 1)) 'of which none was loaded'
	id=$(xdp_id w0)
	ip -n other link xdp multi share dev w0 from v1 netns $netns
	is "$(xdp_id w0)" "$id" 'the second time nothing is changed'
	ip -n other link xdp multi flush dev w0
	in_netns=()
done
ip -n other link xdp multi add dev w0 object obj/bpf/tx.o
for netns in other /run/netns/other $there; do
	run "${share[@]}" dev v2 from w0 netns "$netns"
	expect 0 '' '' "from another: $netns"
	chain_is v2 'tx/50/pass' 'it has the chain'
	"${share[@]}" dev v2 from v0
done
kill $there
wait $there 2> /dev/null
refused 255 'Cannot open network namespace "nobody": No such file or directory' 'no such namespace' "${share[@]}" dev v2 from w0 netns nobody
ip -n other link xdp multi flush all

# What is bound to its device stays there.
if [[ $LINKAGE != ext ]] || ! kernel_has devbound; then
	skip 'device-bound programs came with 6.3 and are not tail-called' 'a device-bound program is not shared'
else
	"${multi[@]}" flush dev v0
	add hints dev v0
	refused 2 'Error: Entry "hints" is bound to dev v0 and cannot be shared: add its object file to the other device.' \
		'a device-bound program is not shared' "${share[@]}" dev v2 from v0
	refused 1 '~[Pp]rogram "hints" .*cannot be added to several devices at once: give one "dev"\.$' 'nor added to two devices' \
		"${multi[@]}" add dev v1 dev v2 object obj/bpf/hints.o
fi
"${share[@]}" dev v0 from v1
rm "$(pins_at v2)/prog1-prog"
refused 2 '~^Error: The chain is damaged: slot 1: pin "prog1-prog" is missing\.$' 'from a damaged chain' \
	"${share[@]}" dev v0 from v2
del_veth 1
chain_is v0 "$chain" 'a device that goes leaves the other whole'
# shellcheck disable=SC2016
not_ok 'packets are filtered as before' bash -c 'bpftool map update id "$0" key 10 0 0 2 value 1
	nsenter --net=/run/netns/peer0 ping -q -c 1 -W 1 10.0.0.1' "$(maps_named blocked)"
"${multi[@]}" flush all
rm -rf /sys/fs/bpf/xdp/{dispatch,multi}-*
tap_counts=$start
unchanged 'nothing is left'

# A chain of three on 200 interfaces: all but the last at once, then the last.
if [[ $LINKAGE != ext ]] || ! system_ip link add d0 type dummy 2> /dev/null; then
	done_testing
fi
system_ip link del d0
devs=()
for ((n = 0; n < 200; n++)); do
	echo "link add d$n type dummy"
	devs+=(dev "d$n")
done > /tmp/batch
system_ip -batch /tmp/batch
add counter dev v0 prio 10
add filter dev v0 prio 20
add resize dev v0 prio 30
remember_counts
before=$(obj/helpers/objects)
begin=${EPOCHREALTIME/./}
run "${share[@]}" "${devs[@]:0:398}" from v0
took=$(((${EPOCHREALTIME/./} - begin) / 1000))
is "$status $(grep -c '^Warning: dev d[0-9]*: .*generic mode' <<< "$stderr")" '0 199' \
	'share with 199 devices that have no native mode'
begin=${EPOCHREALTIME/./}
run "${share[@]}" "${devs[@]:398}" from v0
last=$(((${EPOCHREALTIME/./} - begin) / 1000))
expect 0 '' '~^Warning: dev d199: .*generic mode' 'and with the 200th'
is "$(obj/helpers/objects)" "$before" 'no program is loaded for them, no map made, no link'
chain_is d199 "$chain" 'the last has the chain'
is "$(system_ip -o link show type dummy | grep -c " id $(xdp_id v0) ")" 200 'all have the one dispatcher'
diag "$(grep -c '^prog ' <<< "$before") programs before and after; 199 devices in $took ms, the 200th in $last ms, emulated"
run "${multi[@]}" flush all
expect 0 '' '' 'flush all'
is "$(find /sys/fs/bpf/xdp -mindepth 1 | wc -l)" 0 'leaves no pin'

done_testing
