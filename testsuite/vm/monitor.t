#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# monitor reports each change of a chain, whoever makes it, with or without a kernel
# notification.

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

# waits PID: in epoll_wait() or epoll_pwait(), by its number; on Linux 5.10 wchan is 0.
waits() {
	local call rest

	read -r call rest < "/proc/$1/syscall"
	case $(uname -m)/$call in
	x86_64/232 | x86_64/281 | aarch64/22) return 0 ;;
	esac
	return 1
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
watch "$tap_tmp/named" link xdp multi monitor dev w0
named=$watcher
is "$(< "$tap_tmp/named.err")" 'Warning: Cannot find device "w0": waiting for it.' \
	'a device that is missing is waited for, and that is said'

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
tells "^v0: detached, dispatcher id $id\$" 'that program is taken off'
coproc obj/helpers/foreign link v0
read -r -u "${COPROC[0]}"
pid=$COPROC_PID
tells "^v0: displaced by program [^ ]* id $id of process $pid \([^)]*\), dispatcher id $id\$" 'another one is in the place of the detached chain'
kill "$pid"
wait "$pid"
tells "^v0: detached, dispatcher id $id\$" 'and goes'
"${multi[@]}" repair dev v0 > "$tap_tmp/repair"
tells '^v0: attached, ' 'the chain is back'
"${multi[@]}" set dev v0 stats on 2> "$tap_tmp/warning"
tells "^v0: changed, dispatcher id $id > $id: stats on\$" 'packets are counted'
"${multi[@]}" set dev v0 format extended stats off > "$tap_tmp/counters"
tells "^v0: changed, dispatcher id $id > $id: stats off\$" 'and no longer'
if [[ $LINKAGE == ext ]]; then
	"${multi[@]}" set dev v0 format 2
	tells "^v0: changed, dispatcher id $id > $id: format 2\$" 'only the format is another'
fi
command "${multi[@]}" trace dev v0 > "$tap_tmp/trace" &
tracer=$!
tells "^v0: changed, dispatcher id $id > $id: trace started\$" 'a trace begins'
kill "$tracer"
wait "$tracer"
tells "^v0: changed, dispatcher id $id > $id: trace ended\$" 'and ends'
if type -P xdp-loader > /dev/null && [[ $LINKAGE == ext ]]; then
	xdp-loader load -P 33 v0 obj/bpf/tx.o > "$tap_tmp/loader" 2>&1
	tells "^v0: rebuilt by libxdp, dispatcher id $id > $id: added tx\$" 'libxdp builds another one'
fi
system_ip link set dev v0 down
system_ip link set dev v0 name w0
tells "^w0: renamed \\(was v0\\), dispatcher id $id\$" 'the interface gets another name'
"${multi[@]}" flush dev w0
tells '^w0: removed' 'and is known by it'
named_told() {
	grep -q removed "$tap_tmp/named"
}
await named_told
is "$(sed 's/[ ,].*//' "$tap_tmp/named" | xargs)" 'w0: w0:' 'and told to whoever waited for that name'
kill "$named"
wait "$named"
system_ip link set dev w0 name v0
system_ip link set dev v0 up
system_ip link del v1
tells "^v1: gone with the interface, dispatcher id $id: removed pass\$" 'an interface that is deleted'
"${multi[@]}" clean > "$tap_tmp/clean"
system_ip netns del peer1

# Many changes, one right after the other; and more than the kernel can keep.
for ((i = 0; i < 30; i++)); do
	echo "link xdp multi add dev v0 object obj/bpf/counter.o"
	echo "link xdp multi flush dev v0"
done > "$tap_tmp/batch"
kill -STOP "$text"
ip -b "$tap_tmp/batch"
"${multi[@]}" add dev v0 object obj/bpf/counter.o
kill -CONT "$text"
seen=$((seen + 60))
tells "^v0: attached, dispatcher id $(xdp_id v0): added counter\$" \
	'changes that it came too late for are all told, the last one with its entries'
kill -STOP "$text"
for ((i = 0; i < 8000; i++)); do
	echo "link set dev lo alias a$i"
done > "$tap_tmp/batch"
system_ip -batch "$tap_tmp/batch"
"${multi[@]}" flush dev v0
kill -CONT "$text"
tells '^some changes were lost' 'that some were lost is told'
tells '^v0: removed, ' 'and what has changed all the same'

# Other network namespaces, those that come later too.
watch "$tap_tmp/all" link xdp multi monitor all-netns
all=$watcher
# all_tell REGEX NAME
all_tell() {
	await grep -qE "$1" "$tap_tmp/all"
	result 0 "$2"
}
new_veth 2
command ip -n peer2 link xdp multi add dev p2 object obj/bpf/pass.o
all_tell "^\[netns peer2\] p2: attached, dispatcher id $id: added pass\$" 'a new namespace'
"${multi[@]}" add dev v2 object obj/bpf/pass.o
all_tell "^v2: attached, dispatcher id $id: added pass\$" 'an interface here'
system_ip link set dev v2 netns peer0
all_tell "^v2: moved to another network namespace, dispatcher id $id: removed pass\$" 'an interface that is moved'
all_tell "^\[netns peer0\] v2: attached, dispatcher id $id: added pass\$" 'takes its chain along'
system_ip -n peer0 link del v2
all_tell '^\[netns peer0\] v2: gone with the interface' 'one that is deleted'
system_ip netns del peer2
all_tell '^\[netns peer2\] p2: gone with the interface' 'a namespace that goes is not held'
"${multi[@]}" clean all-netns > "$tap_tmp/clean"

# It ends.
kill -TERM "$all"
wait "$all"
is "$? $(< "$tap_tmp/all.err")" '143 ' 'SIGTERM ends it'
mkfifo "$tap_tmp/typed"
obj/helpers/pty ip link xdp multi monitor < "$tap_tmp/typed" > "$tap_tmp/terminal" 2>&1 &
terminal=$!
exec 9> "$tap_tmp/typed"
# told: has it printed a change?
told() {
	"${multi[@]}" add dev v0 object obj/bpf/counter.o
	"${multi[@]}" flush dev v0
	grep -q 'v0: attached' "$tap_tmp/terminal"
}
await told
printf '\003' >&9
wait "$terminal"
is "$? $(grep -vc '^v0: ' "$tap_tmp/terminal")" '130 1' 'Ctrl-C, too'
exec 9>&-
mkfifo "$tap_tmp/pipe"
command ip link xdp multi monitor > "$tap_tmp/pipe" &
watcher=$!
exec 9< "$tap_tmp/pipe"
await waits "$watcher"
exec 9<&-
wait "$watcher"
is $? 0 'and so does the end of whoever reads'
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
is "$(jq -c '[.ifname, .ifindex, .was]' "$tap_tmp/json" | sort -u | tr '\n' ' ')" \
	"[\"v0\",$(< /sys/class/net/v0/ifindex),null] [\"w0\",$(< /sys/class/net/v0/ifindex),\"v0\"] " \
	'every line is JSON, of this device'
is "$(jq -cs '.[0:3] | map([.event, .before == 0, .changes[0].entry, .changes[0].change])' "$tap_tmp/json")" \
	'[["attached",true,"counter","added"],["changed",false,"filter","added"],["changed",false,"filter","moved"]]' \
	'with what has changed'
is "$(jq -cs '[range(1; 7) as $i | .[$i].before == .[$i - 1].after] | all' "$tap_tmp/json")" true \
	'one after the other'
is "$(jq -cs 'map(.time | test("^2[0-9-]+T[0-9:]+[.][0-9]{6}$")) | all' "$tap_tmp/json")" true 'and when'
# What the man page shows is what is printed, but for the numbers.
samples() {
	sed -n '/^\.SH TROUBLESHOOTING/,/^\.SH FILES/p' man/man8/ip-link-xdp-multi.8.in |
		sed -n '/link xdp multi monitor$/,/^\.fi/{ /^[#.]/!p }' | sed -z 's/,\n/, /g' | numberless
}

numberless() {
	sed 's/[0-9][0-9]*/N/g'
}

# shows LINES: has so much been printed?
shows() {
	[[ $(wc -l < "$tap_tmp/man") -ge $1 ]]
}

if type -P xdp-loader > /dev/null && [[ $LINKAGE == ext ]]; then
	prio=0
	for object in counter pass filter metadata counter; do
		names=(a b c d e)
		"${multi[@]}" add dev v0 object "obj/bpf/$object.o" name "${names[prio]}" prio $((++prio * 10))
	done
	watch "$tap_tmp/man" link xdp multi monitor
	"${multi[@]}" replace dev v0 object obj/bpf/filter2.o name c maps new
	await shows 1
	xdp-loader load -P 60 v0 obj/bpf/tx.o > "$tap_tmp/loader" 2>&1
	await shows 2
	system_ip -force link set dev v0 xdp object obj/bpf/pass.o section xdp
	rm -rf /sys/fs/bpf/ip /sys/fs/bpf/tc /sys/fs/bpf/xdp/globals
	await shows 3
	kill "$watcher"
	wait "$watcher"
	is "$(numberless < "$tap_tmp/man")" "$(samples)" 'the lines of the man page'
	system_ip link set dev v0 xdp off
	"${multi[@]}" flush dev v0
else
	skip 'no xdp-loader' 'the lines of the man page'
fi

for name in "a b" a/b abcdefghijklmnop a:b ..; do
	run ip link xdp multi monitor dev "$name"
	expect 255 '' "~^Error: argument \"$name\" is wrong: " 'a name that no device can have is not waited for'
done
run ip link xdp multi monitor v0
expect 255 '' '~garbage' 'a device has the word dev in front of it'
unchanged 'nothing is left'
done_testing
