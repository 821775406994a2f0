#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Commands in a container whose BPF filesystem delegates rights: unconfirmed changes,
# traces, and what else must go on after a process with a BPF token has ended.

. testsuite/lib/tail.sh

# has_tokens: does this kernel make chains with a BPF token?
has_tokens() {
	obj/helpers/delegated ip link xdp multi features 2> /dev/null |
		grep -q '^ *dispatcher *yes'
}

if ! has_tokens; then
	skip 'the kernel has no BPF tokens, or they do not read BTF' 'chains in a container'
	done_testing
	exit
fi

# shellcheck disable=SC2016 # the other shell expands it
obj/helpers/delegated bash -c 'ip link add a0 type veth peer name a1
	ip link add b0 type veth peer name b1
	for dev in a0 a1 b0 b1; do
		ip link set "$dev" up
	done
	unshare --net sleep 1000 &
	echo $$
	exec sleep 1000' > "$tap_tmp/pid" &
container=$!
await test -s "$tap_tmp/pid"
pid=$(< "$tap_tmp/pid")
inside=(nsenter --user --net --mount --target "$pid")
change=("${inside[@]}" ip -force link xdp multi)
pins=/proc/$pid/root/sys/fs/bpf/xdp

# A session in another network namespace is opened and closed to look for an interface; it
# uses the token of the one around it.
run "${change[@]}" add dev a0 dev b0 object "$PWD"/obj/bpf/drop.o confirm 3
expect 0 '*' '*' 'a change of two interfaces waits'
"${inside[@]}" ip link del a0
# shellcheck disable=SC2317 # called by await and ok
undone() { [[ -z $("${inside[@]}" ip -br link xdp multi show dev b0) ]]; }
await undone
ok 'it is undone, though one of them is gone' undone
run "${change[@]}" clean
is "$status $(find "$pins" -mindepth 1)" '0 ' 'and no pin is left'

kill "$pid" # and what it has started, with its namespaces
wait "$container"
done_testing
