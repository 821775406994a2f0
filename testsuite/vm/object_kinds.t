#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Objects that are more than one plain program: what of them is loaded, what
# their maps need, and what the kernel would not take as it is.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
add=("${multi[@]}" add dev v0)
pins=/sys/fs/bpf/pins

new_veth 0
remember_counts
zero=$tap_counts

# ---- maps that work only while they are pinned ----

fired() {
	bpftool map dump pinned $pins/timers | sed -n 's/.*"fired": \([0-9]*\).*/\1/p'
}

if [[ $(uname -r) != 5.10.* ]]; then
	refused 1 'Error: The timers in map "timers" in "'"$PWD"'/obj/bpf/timer.o" would be stopped when this command ends: pin it with "pinmaps DIR".' \
		'timers without pinmaps' "${add[@]}" object obj/bpf/timer.o
	refused 0 '' 'a dry run does not make the directory' \
		eval "${add[*]} object obj/bpf/timer.o pinmaps $pins dry-run > /dev/null"
	system_ip -n peer0 link set p0 mtu 9000
	refused 2 '~Peer MTU' 'nor does one that fails' "${add[@]}" object obj/bpf/timer.o pinmaps $pins
	system_ip -n peer0 link set p0 mtu 1500
	run "${add[@]}" object obj/bpf/timer.o pinmaps $pins/
	expect 0 '' '' 'a directory that is missing is made'
	is "$(stat -c %a:%u $pins) $(ls $pins)" '700:0 timers' 'for root alone, and holds the map of the timers'
	reaches 0
	becomes 1 'a packet starts the timer, and it fires' fired
	chain_is v0 'timer/50/pass' 'and is in the chain'
	"${multi[@]}" flush dev v0
	rm -r $pins
fi
refused 1 '~^Error: Cannot use "/sys/fs/bpf/a.b" for "pinmaps": a name on a BPF file system has no dot\.$' \
	'a name with a dot' "${add[@]}" object obj/helpers/pinned-1.o pinmaps /sys/fs/bpf/a.b
run "${add[@]}" object obj/helpers/pinned-1.o
expect 0 '' 'Warning: Map "blocked" of "'"$PWD"'/obj/helpers/pinned-1.o" is not pinned, though the object file wants it: "pinmaps DIR" says where.' \
	'a map that wants to be pinned, without pinmaps'
"${multi[@]}" flush dev v0
printf 'object %s/obj/helpers/pinned-1.o pinmaps %s name %s\n' "$PWD" $pins first "$PWD" $pins second > "$tap_tmp/chain"
refused 2 '~Peer MTU' 'two programs that share a missing directory, refused' \
	eval "system_ip -n peer0 link set p0 mtu 9000; ${multi[*]} restore dev v0 file $tap_tmp/chain"
system_ip -n peer0 link set p0 mtu 1500
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain"
expect 0 '' '' 'and loaded'
is "$(ls $pins)" blocked 'are given it'
"${multi[@]}" flush dev v0
rm -r $pins
tap_counts=$zero
unchanged 'nothing is left'

done_testing
