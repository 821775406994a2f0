#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# monitor: each change of a chain, whoever makes it and whether the kernel tells of it
# or not.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
seen=0

# watch FILE OPTIONS...: begin to monitor, in the background.
watch() {
	local file=$1

	shift
	command ip "$@" > "$file" 2> "$file.err" &
	watcher=$!
	await waits "$watcher"
}

waits() {
	grep -q poll "/proc/$1/wchan"
}

lines() {
	wc -l < "$tap_tmp/text"
}

has_lines() {
	[[ $(lines) -ge $1 ]]
}

# tells REGEX NAME: so many lines more, the last of which is this.
tells() {
	seen=$((seen + 1))
	await has_lines $seen
	like "$(sed -n "${seen}p" "$tap_tmp/text")" "$1" "$2"
}

id='[0-9]+'
new_veth 0
new_veth 1
remember_counts
watch "$tap_tmp/text" link xdp multi monitor
text=$watcher
watch "$tap_tmp/json" -j -t link xdp multi monitor dev v0
json=$watcher

"${multi[@]}" add dev v0 object obj/bpf/counter.o
tells "^v0: attached, dispatcher id $id: added counter\$" 'a first chain'
"${multi[@]}" add dev v0 object obj/bpf/filter.o first
tells "^v0: changed, dispatcher id $id > $id: added filter\$" 'an entry is added'
"${multi[@]}" change filter dev v0 last
tells "^v0: changed, dispatcher id $id > $id: .*moved " 'moved'
"${multi[@]}" change filter dev v0 name wall proceed-on none
tells "^v0: changed, dispatcher id $id > $id: renamed wall \(was filter\), rules wall\$" 'renamed, with other rules'
"${multi[@]}" replace dev v0 object obj/bpf/filter2.o name wall
tells "^v0: changed, dispatcher id $id > $id: replaced wall \(id $id > $id\)\$" 'replaced'
"${multi[@]}" change wall dev v0 disable
tells "^v0: changed, dispatcher id $id > $id: disabled wall\$" 'disabled'
"${multi[@]}" del wall dev v0
tells "^v0: changed, dispatcher id $id > $id: removed wall\$" 'removed'
"${multi[@]}" del wall dev v0 if-exists
"${multi[@]}" change counter dev v0 prio 3 dry-run > "$tap_tmp/dry"
"${multi[@]}" add dev v0 dev v1 object obj/bpf/pass.o
tells '^v[01]: (changed|attached), .*added pass$' 'what changes nothing is not told; two devices at once are'
tells '^v[01]: (changed|attached), .*added pass$' 'each of them'
unchecked=yes
system_ip link set dev v0 xdp off
tells "^v0: detached, dispatcher id $id: removed counter, removed pass\$" 'taken off by somebody'
"${multi[@]}" repair dev v0 > "$tap_tmp/repair"
tells "^v0: attached, dispatcher id $id: added counter, added pass\$" 'and put back'

# Of these the kernel does not tell.
system_ip link set dev v0 down
"${multi[@]}" change pass dev v0 name other
tells "^v0: changed, dispatcher id $id > $id: renamed other \(was pass\)\$" 'on an interface that is down'
"${multi[@]}" flush dev v0
tells "^v0: removed, dispatcher id $id: removed counter, removed other\$" 'flushed'
system_ip link set dev v0 up
"${multi[@]}" add dev v0 object obj/bpf/counter.o
tells '^v0: attached' 'once more'
system_ip -force link set dev v0 xdp object obj/bpf/drop.o section xdp
rm -rf /sys/fs/bpf/ip /sys/fs/bpf/tc /sys/fs/bpf/xdp/globals
tells "^v0: displaced by program drop id $(xdp_id v0)( of process $id \([^)]*\))?, dispatcher id $id: removed counter\$" 'another program in its place'
system_ip link set dev v0 xdp off
coproc obj/helpers/foreign link v0
read -r -u "${COPROC[0]}"
pid=$COPROC_PID
kill "$pid"
wait "$pid"
"${multi[@]}" repair dev v0 > "$tap_tmp/repair"
tells '^v0: attached, ' 'a program without a chain is no matter of chains'
if type -P xdp-loader > /dev/null && [[ $LINKAGE == ext ]]; then
	xdp-loader load -P 33 v0 obj/bpf/tx.o > "$tap_tmp/loader" 2>&1
	tells "^v0: rebuilt by libxdp, dispatcher id $id > $id: added tx\$" 'libxdp builds another one'
fi
system_ip link set dev v0 down
system_ip link set dev v0 name w0
"${multi[@]}" flush dev w0
tells '^w0: removed' 'an interface with another name'
system_ip link set dev w0 name v0
system_ip link set dev v0 up
system_ip link del v1
tells "^v1: gone with the interface, dispatcher id $id: removed pass\$" 'an interface that is deleted'
"${multi[@]}" clean > "$tap_tmp/clean"
system_ip netns del peer1

# More than anybody can read.
kill -STOP "$text"
for ((i = 0; i < 8; i++)); do
	"${multi[@]}" add dev v0 object obj/bpf/counter.o
	"${multi[@]}" flush dev v0
done
"${multi[@]}" add dev v0 object obj/bpf/counter.o
kill -CONT "$text"
told() {
	[[ $(grep -c '^v0: ' <(tail -n "+$((seen + 1))" "$tap_tmp/text")) -ge 17 ]]
}
await told
is "$(tail -n 1 "$tap_tmp/text" | grep -c "dispatcher id $(xdp_id v0): added counter\$")" 1 \
	'changes that it came too late for are all told, the last one with its entries'
seen=$(lines)
"${multi[@]}" flush dev v0
tells '^v0: removed' 'and it goes on'
kill "$text"
wait "$text"

# As JSON, of one device.
ended() {
	[[ $(tail -n 1 "$tap_tmp/json" | jq -r .event) == removed ]]
}
await ended
kill "$json"
wait "$json"
is "$(< "$tap_tmp/json.err")" '' 'no complaint'
is "$(jq -c '[.ifname, .ifindex]' "$tap_tmp/json" | sort -u)" \
	"[\"v0\",$(< /sys/class/net/v0/ifindex)]" 'every line is JSON, of this device'
is "$(jq -cs '.[0:3] | map([.event, .before == 0, .changes[0].entry, .changes[0].change])' "$tap_tmp/json")" \
	'[["attached",true,"counter","added"],["changed",false,"filter","added"],["changed",false,"filter","moved"]]' \
	'with what has changed'
is "$(jq -cs '[range(1; 7) as $i | .[$i].before == .[$i - 1].after] | all' "$tap_tmp/json")" true \
	'one after the other'
is "$(jq -cs 'map(.time | test("^2[0-9-]+T[0-9:]+[.][0-9]{6}$")) | all' "$tap_tmp/json")" true 'and when'
run ip link xdp multi monitor v0
expect 255 '' '~garbage' 'a device has the word dev in front of it'
unchanged 'nothing is left'
done_testing
