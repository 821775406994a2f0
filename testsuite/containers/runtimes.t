#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A runtime that is killed while it makes a container with the OCI hook, and while it
# deletes one. Whatever is left of the container, its chain is whole or not there; and when
# the container is gone, nothing of it stays.
cd "$(dirname "$(realpath "$0")")/../.." || exit 1
. testsuite/lib/fault_host.sh
unchecked=yes
del_veth 0
del_veth 1
hook=$PWD/obj/oci/xdp-multi-oci
printf 'object %s/obj/bpf/counter.o name count\nobject %s/obj/bpf/drop.o name end\n' "$PWD" "$PWD" > /run/two.chain
mkdir -m 700 /sys/fs/bpf/xdp
umount -l /sys/fs/cgroup 2> /dev/null
mount -t cgroup2 none /sys/fs/cgroup 2> /dev/null
. testsuite/lib/oci.sh

pins() { find /sys/fs/bpf/xdp -mindepth 1 -name '*-*-*' -type d | wc -l; }

# left: the chain of each network namespace that some process has
left() {
	local pid

	for pid in $(lsns -n -t net -o PID); do
		ip -j -n "$pid" link xdp multi show 2> /dev/null |
			jq -r '.[] | [.entries[]?.name, .problems[]?] | join(" ")'
	done | sort -u
}

# Whoever the runtime has left behind, of which nobody else is in this namespace of processes.
sweep_up() {
	local pid

	pkill -9 -x "$runtime"
	timeout -s KILL 30 "$runtime" --root "/run/$runtime" delete --force box.1 > /dev/null 2>&1
	for pid in $(lsns -n -t net -o PID); do
		[[ $(readlink "/proc/$pid/ns/net") == "$(readlink /proc/self/ns/net)" ]] || kill -9 "$pid"
	done 2> /dev/null
	ip link del h1 2> /dev/null
	rm -rf "/run/$runtime"
	ip link xdp multi clean all-netns > /dev/null
}

# killed CALL COMMAND...: all processes of the runtime die when they come to that call
# for the third time and later. What they leave is whole, and goes with the container.
killed() {
	local chain

	{ (cd $bundle && exec timeout -s KILL 20 strace -f -qq -o /dev/null -e trace="$1" \
		-e inject="$1:signal=KILL:when=3+" "$runtime" --root "/run/$runtime" "${@:2}"); } \
		> /run/log 2>&1 < /dev/null
	chain=$(left)
	[[ -z $chain || $chain == 'count end' ]]
	result $? "$runtime $2 killed at $1: the chain is whole or not there (${chain:-none})" ||
		diag "$chain"
	sweep_up
	becomes 0 'when the container is gone, nothing is left' pins
}

start() {
	(cd $bundle && timeout -s KILL 30 "$runtime" --root "/run/$runtime" run -d box.1) < /dev/null > /run/log 2>&1
}

for runtime in runc crun; do
	bundle_config /run/two.chain
	if ! start; then
		skip "$runtime does not work here: $(tr '\n' ' ' < /run/log)" "$runtime is killed"
		continue
	fi
	is "$(pins)" 1 "$runtime makes a container with a chain"
	runtime_run delete --force box.1
	becomes 0 'and deletes it' pins
	for call in mount unshare,setns clone,clone3 openat sendto,sendmsg bpf flock fchmodat; do
		killed "$call" run -d box.1
	done
	for call in openat kill,pidfd_send_signal clone,clone3 bpf unlinkat; do
		start
		killed "$call" delete --force box.1
	done
done
done_testing
