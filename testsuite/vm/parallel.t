#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# linkage: ext
# Another command of ours, or one that takes no lock, changes an interface in the middle
# of a command; and failures between two devices.

# `meanwhile` passes its argument to eval.
# shellcheck disable=SC2016,SC2034

. testsuite/lib/tap.sh

# Two act at once.
unchecked=yes
add=(ip link xdp multi add dev v0 object)

# meanwhile COMMAND WORDS...: our command, stopped when its new chain is being pinned, or
# where $held says, until the command has run; $ours is our process.
held=mkdirat how=signal=STOP
meanwhile() {
	local command=$1 pid

	shift
	: > "$tap_tmp/trace"
	strace -qq -o "$tap_tmp/trace" -e trace="$held" -e inject="$held:$how:when=1" \
		"$@" < /dev/null > "$tap_tmp/out" 2> "$tap_tmp/err" &
	pid=$!
	await grep -qE 'stopped by SIGSTOP|^bpf' "$tap_tmp/trace"
	ours=$(cat "/proc/$pid/task/$pid/children")
	ok 'while a change is being made' eval "$command"
	# shellcheck disable=SC2086 # It is followed by a blank.
	kill -CONT $ours
	status=0
	wait $pid 2> /dev/null || status=$?
	tap_command="${*@Q}" stdout=$(< "$tap_tmp/out") stderr=$(< "$tap_tmp/err")
}

new_veth 0
new_veth 1
mkdir -m 700 /sys/fs/bpf/xdp
remember_counts

"${add[@]}" obj/bpf/pass.o
meanwhile '"${add[@]}" obj/bpf/tx.o wait 0 || test $? -eq 3' "${add[@]}" obj/bpf/counter.o
expect 0 '' '~^(Warning: if libxdp rebuilds .*)?$' 'a second command waits for the first'
chain_is v0 'pass/50/pass counter/50/pass' 'or gives up'
meanwhile 'kill -TERM $ours; kill -INT $ours' "${add[@]}" obj/bpf/tx.o
is "$status" 143 'a signal ends a command'
chain_is v0 'pass/50/pass counter/50/pass tx/50/pass' 'after what cannot be left half done'
ip link xdp multi flush dev v0
unchanged 'and nothing is left'

# Before the lock is taken the old chain is read, for the maps of its programs.
"${add[@]}" obj/bpf/pass.o
# Stopped after the first call, it would later open a map by its id that nobody uses any more,
# and Linux would keep the map for ever.
held=bpf how=delay_enter=5000000
for words in 'replace name pass object obj/bpf/resize.o' 'change pass object obj/bpf/tx.o' \
	'replace name new object obj/bpf/void_ctx.o'; do
	# shellcheck disable=SC2086
	meanwhile '"${add[@]}" obj/bpf/drop.o name "since-${words%% *}" prio 60 || ip link xdp multi del dev v0 since-change' \
		ip link xdp multi ${words/ / dev v0 }
	expect 0 '' '*' "the chain changes while it is read: $words"
	program=${words##*/}
	like "$(ip link xdp multi show dev v0)" " program ${program%.o} id " 'that is done nevertheless'
done
held=mkdirat how=signal=STOP
chain_is v0 'pass/50/pass new/50/pass since-replace/60/pass' 'and so were the changes meanwhile'
ip link xdp multi flush dev v0
unchanged 'nothing is left'

# Those that take no lock.
meanwhile 'system_ip link set dev v0 xdp object obj/bpf/drop.o section xdp' \
	"${add[@]}" obj/bpf/pass.o
expect 2 '' '~^Error: dev v0: the XDP program "drop" .* is attached and is not a chain' \
	'another program came in between'
not_ok 'and stays' reaches 0
is "$(pins_of "$(< /sys/class/net/v0/ifindex)")" '' 'what was pinned for the new one is gone'
meanwhile 'system_ip link set dev v0 xdp off' "${add[@]}" obj/bpf/pass.o overwrite
expect 0 '' '' 'it has gone when it was to be displaced'
chain_is v0 'pass/50/pass' 'the chain is there nevertheless'
ip link xdp multi flush dev v0
rm -rf /sys/fs/bpf/{tc,ip,xdp/globals}
unchanged 'nothing is left'
meanwhile 'del_veth 1' ip link xdp multi add dev v1 object obj/bpf/pass.o
expect 1 '' '~^Error: dev v1: (cannot find device "v1"|.*No such device)\.$' 'the device has gone'
unchanged 'nothing is left'

# A program for several buffers is tail-called as one only where the MTU is large.
if [[ $LINKAGE == ext ]]; then
	new_veth 1
	system_ip -n peer1 link set p1 mtu 9000
	both=(ip link xdp multi add dev v0 dev v1 object obj/bpf/pass.o)
	refused 2 '~Error: dev v1: .*Peer MTU is too large to set XDP; lower the MTU of its peer with "ip link set dev PEER mtu 1500"\.$' \
		'the second of two devices refuses' "${both[@]}"
	"${add[@]}" obj/bpf/drop.o
	! kernel_has frags || ip link xdp multi add dev v1 object obj/bpf/frags.o
	refused 2 '~Error: dev v1: .*Peer MTU is too large to set XDP; lower the MTU of its peer with "ip link set dev PEER mtu 1500"\.$' \
		'also if both have a chain' "${both[@]}"
	chain_is v0 'drop/50/pass' 'the first has its chain'
	chain_is v1 "$(! kernel_has frags || echo frags/50/pass)" 'the second its own, if it had one'
	not_ok 'that drops' reaches 0
	ip link xdp multi flush all
	unchanged 'nothing is left'
fi

done_testing
