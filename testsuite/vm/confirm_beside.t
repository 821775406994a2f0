#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# confirm: others act while a change waits. A chain that somebody else changed since is not
# touched, and a record that cannot be read, or is of another version, is not lost.

# shellcheck disable=SC2317
. testsuite/lib/confirm.sh

begin

### Changed by somebody else

on_terminal "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
system_ip link set dev v0 xdp off
end_keepers TERM
terminal_ends
is "$status" 3 'what somebody else took off is left'
like "$stdout" 'Error: dev v0: another process changed the interface after the unconfirmed change: it is left as it is\.$' \
	'and who waits is told'
is "$(xdp_id v0)" 0 'nothing is attached'
run "${multi[@]}" repair dev v0
like "$(command ip link xdp multi show dev v0)" '0: a .*
.*1: b ' 'the new chain can be attached again'
run "${multi[@]}" del dev v0 b
run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
system_ip link set dev v0 xdp off
run "${multi[@]}" repair dev v0
is "$(unconfirmed | jq -c '.[0]')" true 'attached again it is unconfirmed again'
system_ip link set dev v0 xdp off
run "${multi[@]}" confirm dev v0
expect 2 '' "Error: dev v0: $nothing" 'what is gone cannot be confirmed'
run "${multi[@]}" flush dev v0
await no_keeper
if type -P xdp-loader > /dev/null && [[ $LINKAGE == ext ]]; then
	add name a
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o name b confirm 1000
	ok 'xdp-loader adds a program to the unconfirmed chain' \
		xdp-loader load -m native v0 obj/bpf/drop.o
	second=$(xdp_id v0)
	run "${multi[@]}" undo dev v0
	expect 3 '' '~another process changed the interface' 'its chain is left'
	is "$(xdp_id v0)" "$second" 'as it is'
	await no_keeper
	run "${multi[@]}" flush dev v0
fi

### On a bpffs that cannot be changed

command ip link xdp multi flush dev v0
add name a confirm 1000 2> "$tap_tmp/said"
first=$(xdp_id v0)
run obj/helpers/inject -s 'bpf(OBJ_GET_INFO_BY_FD):1' 2 "$tap_tmp/hit" "${multi[@]}" clean all-netns
is "$(unconfirmed)" '[true,0]' 'a record that cannot be read is not cleaned up'
mount -o remount,ro /sys/fs/bpf
for verb in undo confirm; do
	run "${multi[@]}" "$verb" dev v0
	expect 1 '' 'Error: dev v0: cannot change /sys/fs/bpf/xdp: Read-only file system.' "$verb: is not tried"
	is "$(xdp_id v0)" "$first" 'the chain stays'
done
mount -o remount,rw /sys/fs/bpf
run obj/helpers/inject unlinkat:1 2 "$tap_tmp/hit" "${multi[@]}" undo dev v0
expect 0 '' '~^Warning: dev v0: the record of the change was left behind \(cannot unpin "record": .*\): "ip link xdp multi clean" removes it\.$' \
	'undo when it can be, but for the record'
is "$(xdp_id v0)" 0 'and the device has no program again'
end_keepers KILL
await no_keeper
run "${multi[@]}" clean

### Its record cannot be read just then

command ip link xdp multi flush dev v0 if-exists
wrong=''
for ((n = 1; ; n++)); do
	run obj/helpers/inject "fcntl:$n" 0 "$tap_tmp/hit" "${multi[@]}" add dev v0 object obj/bpf/pass.o \
		name a confirm 1000
	[[ $(< "$tap_tmp/hit") != 'none '* ]] || break
	if [[ $status -eq 0 ]]; then
		command ip link xdp multi undo dev v0
	elif [[ $(xdp_id v0) -ne 0 ]]; then
		wrong+=" $n: $status $stderr"
	fi
done
is "$wrong" '' 'after an error nothing waits'
command ip link xdp multi undo dev v0
end_keepers KILL
await no_keeper
run "${multi[@]}" clean

### A record of another version

command ip link xdp multi add dev v0 object obj/bpf/pass.o name a
command ip link xdp multi add dev v0 object obj/bpf/pass.o name b confirm 1000 2> "$tap_tmp/said"
end_keepers KILL
await no_keeper
record=$(compgen -G '/sys/fs/bpf/xdp/undo-*/record')
rm "$record"
bpftool map create "$record" type array key 4 value 200 entries 1 name multi_undo
for words in 'confirm dev v0' 'undo dev v0' 'del dev v0 a'; do
	read -ra words <<< "$words"
	run "${multi[@]}" "${words[@]}"
	expect 2 '' "~nother version of this program has made an unconfirmed change: .*, or remove \"${record%/*}\" to keep the change" \
		"${words[0]} is refused"
done
run "${multi[@]}" show dev v0
expect 0 '~: v0: ' '~^Warning: dev v0: another version of this program has made an unconfirmed change: ' \
	'show says so'
run "${multi[@]}" confirm all
expect 2 '' "~^Warning: Interface index $(< /sys/class/net/v0/ifindex): another version of this program has made an unconfirmed change" \
	'confirm all names it'
new_veth 1
command ip link xdp multi add dev v1 object obj/bpf/pass.o name c confirm 1000 2> "$tap_tmp/said"
is "$(command ip -j link xdp multi show 2> "$tap_tmp/said" | jq '.[] | select(.ifname == "v1").unconfirmed.kept')" true \
	'it does not hide those of other devices'
like "$(< "$tap_tmp/said")" '^Warning: Interface index [0-9]+: another version ' 'and show of all devices names it'
run "${multi[@]}" undo all
expect 0 '' '~^Warning: Interface index ' 'nor keeps them from being undone'
is "$(xdp_id v1)" 0 'which is done'
await no_keeper
del_veth 1
run "${multi[@]}" clean
ok 'clean leaves it' test -e "$record"
rm -r "${record%/*}"
run "${multi[@]}" del dev v0 a
expect 0 '' '' 'without it the change is kept'
command ip link xdp multi flush dev v0

### The kernel refuses the undo for a while

# overdue N: since so many seconds
overdue() {
	[[ $EPOCHSECONDS -ge $((due + $1)) ]]
}

add name a
id=$(xdp_id v0)
remember_counts
due=$((EPOCHSECONDS + 1))
run "${multi[@]}" flush dev v0 confirm 1
system_ip -n peer0 link set p0 mtu 9000
await overdue 4
not_ok 'a chain that the kernel refuses: the undo is tried once a second, not a hundred times at once' no_keeper
system_ip -n peer0 link set p0 mtu 1500
back 'and done when the kernel lets it'
command ip link xdp multi flush dev v0

### A trace that ends while the change waits

for verb in undo confirm; do
	add name a
	command ip link xdp multi trace dev v0 > "$tap_tmp/trace" 2> "$tap_tmp/trace.err" &
	tracer=$!
	await is_traced
	command ip link xdp multi add dev v0 object obj/bpf/drop.o name b confirm 1000 2> "$tap_tmp/said"
	kill "$tracer"
	wait "$tracer"
	like "$(< "$tap_tmp/trace.err")" 'The chain is still traced until its next change: .*the last change is not confirmed yet' \
		"$verb: a trace that ends cannot put the chain back"
	run "${multi[@]}" "$verb" dev v0
	expect 0 '' '' "$verb: it works"
	not_ok "$verb: and ends the trace" is_traced
	run "${multi[@]}" flush dev v0
	await no_keeper
done

done_testing
