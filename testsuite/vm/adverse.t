#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Adverse conditions: a device that was replaced meanwhile, a read-only bpffs, too few
# descriptors, a kernel whose membarrier(2) does not wait.

. testsuite/lib/stale.sh

multi=(ip link xdp multi)

# ---- another device ----

# while_locked COMMAND...: it waits for the lock, on a slow machine too, and knows its device
# already.
while_locked() {
	set -- "$@" wait 600
	mkfifo "$tap_tmp/release" 2> /dev/null
	# Nobody but the holder has the fd of the lock.
	flock /sys/fs/bpf/xdp cat "$tap_tmp/release" > /dev/null &
	await locked_by_other
	: > "$tap_tmp/calls"
	(code=0
	strace -f -qq -e trace=flock -o "$tap_tmp/calls" "$@" > "$tap_tmp/out" 2> "$tap_tmp/err" \
		< /dev/null || code=$?
	echo $code > "$tap_tmp/code") &
	tap_command="${*@Q}"
	await grep -q EAGAIN "$tap_tmp/calls"
}

# released: how the command ended, as after `run`.
# shellcheck disable=SC2034
released() {
	echo > "$tap_tmp/release"
	wait
	status=$(< "$tap_tmp/code") stdout=$(< "$tap_tmp/out") stderr=$(< "$tap_tmp/err")
}

replaced='Error: dev a0: the device was renamed or another took its place: nothing was changed.'
new_veth 0
system_ip link add a0 type veth peer name c0
# shellcheck disable=SC2174
mkdir -p -m 700 /sys/fs/bpf/xdp
remember_counts
index=$(index_of a0)

while_locked "${multi[@]}" add dev a0 dev v0 object obj/bpf/drop.o
system_ip link set a0 name z0
released
expect 3 '' "$replaced" 'a device is renamed while the command waits'
is "$(xdp_id z0) $(xdp_id v0)" '0 0' 'no device is changed'
system_ip link set z0 name a0
unchanged 'nothing is left'

while_locked "${multi[@]}" add dev a0 object obj/bpf/drop.o
system_ip link set a0 netns peer0
system_ip link add b0 index "$index" type veth peer name d0
released
expect 3 '' "$replaced" 'a device leaves, and another one gets its index'
is "$(xdp_id b0)" 0 'the other one is not changed'
system_ip link add a0 type veth peer name e0
while_locked "${multi[@]}" add dev b0 object obj/bpf/drop.o
system_ip link set b0 name x0
system_ip link set a0 name b0
released
expect 3 '' "${replaced/a0/b0}" 'two devices exchange names'
is "$(xdp_id b0) $(xdp_id x0)" '0 0' 'neither is changed'
system_ip link set x0 alias '' && system_ip link property add dev x0 altname by-its-other-name
while_locked "${multi[@]}" add dev by-its-other-name object obj/bpf/drop.o
system_ip link set x0 name a0
released
expect 0 '' '' 'the name that was used is the same still'
chain_is a0 'drop/50/pass' 'so the device is changed'
while_locked "${multi[@]}" flush all
system_ip link set a0 name x0
released
expect 0 '' '' 'all devices are meant, whatever their names'
is "$(xdp_id x0)" 0 'so it is changed'
system_ip link del x0
system_ip link del b0
system_ip -n peer0 link del a0

# ---- a pinned tail-call map ----

# Another command put it beside its pin, pinned its own, and was killed before the swap.
remember_counts
pins=/sys/fs/bpf/pins
replace=("${multi[@]}" replace dev v0 name tc object obj/bpf/tailcall.o program tailcall pinmaps "$pins")
"${replace[@]}"
parked=$pins/jumps-$(bpftool -j map show pinned $pins/jumps | jq .id)
calls=$(obj/helpers/objects calls $pins/jumps)
while_locked "${replace[@]}" maps new
mv $pins/jumps "$parked"
bpftool map create $pins/jumps type prog_array key 4 value 4 entries 1 name jumps
chmod 777 $pins
released
expect 1 '' '~is writable by others\.$' 'the pin goes to another map while the command waits'
is "$(obj/helpers/objects calls "$parked")" "$calls" 'the map of what runs keeps its other pin and its program'
chmod 700 $pins
run "${replace[@]}" maps new
expect 0 '' '' 'the next command succeeds'
"${replace[@]}" maps new
is "$(ls $pins)" 'jumps' 'and the one after it leaves one map'
"${multi[@]}" flush dev v0
rm -r $pins
unchanged 'nothing is left'

# ---- read-only ----

remember_counts
start=$tap_counts
firewall ext
"${multi[@]}" save dev v0 > "$tap_tmp/chain"
"${multi[@]}" show > "$tap_tmp/shown"
read_only='~^Error: (dev v0: c|C)annot change /sys/fs/bpf/xdp: Read-only file system\.$'
mount -o remount,ro /sys/fs/bpf
for words in 'flush dev v0' 'flush dev v0 dry-run' 'flush all' 'del seen dev v0' 'add dev v0 object obj/bpf/pass.o' \
	'change fw dev v0 prio 70'; do
	# shellcheck disable=SC2086
	refused 1 "$read_only" "on a read-only bpffs: $words" "${multi[@]}" $words
done
run "${multi[@]}" show
expect 0 "$(< "$tap_tmp/shown")" '' 'it is shown as it is'
run "${multi[@]}" check
expect 0 '' '' 'and is whole'
run "${multi[@]}" save dev v0
expect 0 "$(< "$tap_tmp/chain")" '' 'and saved'
off
for words in 'flush dev v0' "restore dev v0 file $tap_tmp/chain"; do
	# shellcheck disable=SC2086
	refused 1 "$read_only" "on a read-only bpffs, a detached chain: $words" "${multi[@]}" $words
done
if ! kernel_has link_target; then
	# Only the pins of links could tell, and on a read-only bpffs they cannot be opened.
	unread='dev v0: cannot read the pins of a chain that may be detached: Read-only file system\.$'
	refused 1 "~^Error: $unread" 'repair says that it cannot be read' "${multi[@]}" repair dev v0
	refused 1 "~^Error: $unread" 'and save' "${multi[@]}" save dev v0
	run "${multi[@]}" check
	expect 1 '' "~^Warning: $unread" 'check does not take it for nothing'
	run "${multi[@]}" show dev v0
	expect 0 '~^[0-9]+: v0: mode none foreign unreadable id 0 reason cannot read the pins' '' 'nor does show'
else
	run "${multi[@]}" show dev v0
	expect 0 '~^[0-9]+: v0: detached dispatcher ' '' 'show tells that it is detached'
	run "${multi[@]}" check
	expect 2 'v0: chain is detached' '' 'so does check'
	run "${multi[@]}" save dev v0
	expect 0 '~ name seen .* name fw .*end$' '' 'save has its entries'
	# The pins of links cannot be opened by who checks commands either.
	unchecked=yes
	run "${multi[@]}" repair dev v0
	unchecked=''
	expect 0 '~attach dispatcher' '' 'repair attaches it again, which takes no pins'
	chain_is v0 'seen/10/pass fw/20/pass' 'it is whole'
	off
fi
mount -o remount,rw /sys/fs/bpf
is_detached 'it is there still'
run "${multi[@]}" flush dev v0
expect 0 '' '' 'and is flushed when the bpffs can be written'
tap_counts=$start
unchanged 'nothing is left'

# ---- descriptors ----

new_veth 1
for dev in v0 v1; do
	for n in 1 2 3; do
		"${multi[@]}" add dev $dev object obj/bpf/filter.o name fw$n prio $n
	done
done
remember_counts
few() {
	local limit=$1

	shift
	(ulimit -n "$limit" && exec "$@")
}

# few_descriptors WORDS: with every limit up to the one with which it succeeds.
few_descriptors() {
	local limit wrong=''

	for ((limit = 10; limit < 200; limit++)); do
		# shellcheck disable=SC2086
		run few $limit "${multi[@]}" $1
		[[ $status -ne 0 ]] || break
		[[ $status -eq 1 && $stderr =~ Error:[^$'\n']*'Too many open files' ]] ||
			wrong+="$limit: $status, $stderr"$'\n'
	done
	is "$wrong" '' "too few descriptors are named as such: $1"
	diag "$((limit - 10)) limits are too low"
}

few_descriptors 'replace dev v0 dev v1 object obj/bpf/filter2.o name fw2 maps fit dry-run'
few_descriptors 'change fw2 dev v0 dev v1 prio 9 dry-run'
few_descriptors 'share dev v1 from v0 dry-run'
for words in show 'check dev v0' features metrics 'clean dry-run' 'test dev v0 packet 00000000000000000000000008004500'; do
	few_descriptors "$words"
done
unchanged 'and nothing has changed'
"${multi[@]}" flush all

# ---- a real-time kernel ----

waits_by() {
	strace -f -qq -e trace=membarrier,socket -o "$tap_tmp/calls" "${multi[@]}" "$@" ||
		bail_out "not done: $*"
	grep -oE 'membarrier|AF_PACKET' "$tap_tmp/calls" | sort -u | xargs
}

"${multi[@]}" add dev v0 object obj/bpf/pass.o
is "$(waits_by change pass dev v0 prio 1)" membarrier 'a change waits by membarrier'
mkdir "$tap_tmp/kernel"
mount --bind /sys/kernel "$tap_tmp/kernel"
mount -t tmpfs tmpfs /sys/kernel
for dir in btf debug tracing; do
	mkdir "/sys/kernel/$dir"
	mount --bind "$tap_tmp/kernel/$dir" "/sys/kernel/$dir"
done
echo 1 > /sys/kernel/realtime
is "$(waits_by change pass dev v0 prio 2)" membarrier 'also on a real-time kernel with several processors'
echo 0 > /sys/devices/system/cpu/cpu1/online || bail_out 'the second processor cannot be switched off'
is "$(waits_by change pass dev v0 prio 3)" AF_PACKET 'with one it does not wait, and a packet socket does'
echo 0 > /sys/kernel/realtime
is "$(waits_by change pass dev v0 prio 4)" membarrier 'another kernel waits with one too'
echo 1 > /sys/devices/system/cpu/cpu1/online
umount -R /sys/kernel
umount "$tap_tmp/kernel"
"${multi[@]}" flush dev v0

done_testing
