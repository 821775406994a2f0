#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Commands in a container whose BPF filesystem delegates rights: unconfirmed changes,
# traces, and what else must go on after a process with a BPF token has ended.

. testsuite/lib/tail.sh
. testsuite/lib/container.sh

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

begin_container 'ip link add a0 type veth peer name a1
	ip link add b0 type veth peer name b1
	for dev in a0 a1 b0 b1; do
		ip link set "$dev" up
	done
	unshare --net sleep 1000 &'
change=("${inside[@]}" ip link xdp multi)

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

# The record of a change of an interface that is gone.
run "${change[@]}" add dev b0 object "$PWD"/obj/bpf/drop.o confirm 1000
expect 0 '*' '*' 'another change waits'
"${inside[@]}" ip link del b0
"${inside[@]}" ip link add c0 type veth peer name c1
"${inside[@]}" ip link set c0 up
"${inside[@]}" ip link set c1 up
run "${change[@]}" clean
is "$status $(find "$pins" -mindepth 1)" '0 ' 'its record and its pins go with the interface'

# A tracer that was killed.
run "${change[@]}" add dev c0 object "$PWD"/obj/bpf/drop.o
expect 0 '*' '' 'a chain'
"${inside[@]}" ip link xdp multi trace dev c0 > "$tap_tmp/trace" 2>&1 &
tracer=$!
# shellcheck disable=SC2317 # called by await and not_ok
is_traced() { [[ $("${inside[@]}" ip link xdp multi show dev c0) == *' traced '* ]]; }
await is_traced
refused 2 '~already traced, by process' 'two traces at a time are refused' \
	"${inside[@]}" timeout 60 ip link xdp multi trace dev c0 count 1
kill -9 "$tracer"
wait "$tracer" 2> /dev/null
run "${change[@]}" change dev c0 drop name dropper
expect 0 '*' '' 'after a tracer was killed, the next change'
not_ok 'ends its trace' is_traced
run "${change[@]}" flush dev c0
expect 0 '' '' 'flush'
kill "$pid" # and what it has started, with its namespaces
wait "$container"

done_testing
