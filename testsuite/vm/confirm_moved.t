#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# confirm: the interface is moved to another network namespace while its change waits, or
# another one has its number by then.

# shellcheck disable=SC2317
. testsuite/lib/tap.sh
. testsuite/lib/keepers.sh

multi=(ip link xdp multi)
nothing='there is no unconfirmed change.'

a=$(linkage_text "$(linkage_of a)")
mkdir -m 700 /sys/fs/bpf/xdp

### Moved to another network namespace

for verb in undo confirm keeper; do
	system_ip netns add blue
	# The kernel removes the interfaces of a dead namespace some time later.
	system_ip link del m1 2> /dev/null
	system_ip link add m0 type veth peer name m1
	command ip link xdp multi add dev m0 object obj/bpf/pass.o name a 2> "$tap_tmp/said"
	first=$(xdp_id m0)
	command ip link xdp multi add dev m0 object obj/bpf/drop.o name b confirm 1000 2> "$tap_tmp/said"
	system_ip link set dev m0 netns blue
	is "$(command ip -n blue -j link xdp multi show dev m0 | jq -c '.[0].unconfirmed | [.kept, .before]')" \
		"[true,$first]" "$verb: a device that was moved is unconfirmed still"
	run "${multi[@]}" clean
	# Also where the kernel does not tell what is attached in other namespaces.
	run obj/helpers/inject -s 'bpf(ITER_CREATE):1' 0 "$tap_tmp/hit" "${multi[@]}" clean
	run ip -n blue link xdp multi del dev m0 a
	expect 2 '' '~^Error: dev m0: the last change is not confirmed yet: keep it with "ip -n blue link xdp multi confirm dev m0"' \
		"$verb: and not changed"
	if [[ $verb == keeper ]]; then
		end_keepers TERM
		await no_keeper
	else
		run ip -n blue link xdp multi "$verb" dev m0
		expect 0 '' '' "$verb: it works there"
	fi
	want='["a"]'
	[[ $verb != confirm ]] || want='["a","b"]'
	is "$(command ip -n blue -j link xdp multi show dev m0 | jq -c '.[0].entries | map(.name)')" "$want" \
		"$verb: so it has that chain"
	await no_keeper
	command ip -n blue link xdp multi flush dev m0
	system_ip netns del blue
	run "${multi[@]}" clean all-netns
done

# The record of an interface of the same number in another namespace is not touched.
for change in 'add dev m0 object obj/bpf/drop.o name b' 'flush dev m0'; do
	read -ra words <<< "$change"
	system_ip netns add blue
	system_ip -n blue link add m0 index 5000 type veth peer name m2
	system_ip link del m1 2> /dev/null
	system_ip link add m0 index 5000 type veth peer name m1
	command ip link xdp multi add dev m0 object obj/bpf/pass.o name x
	command ip -n blue link xdp multi add dev m0 object obj/bpf/pass.o name a
	command ip -n blue link xdp multi "${words[@]}" confirm 1000 2> "$tap_tmp/said"
	run "${multi[@]}" clean
	run "${multi[@]}" undo dev m0
	expect 2 '' '~^Error: dev m0: the(re is no unconfirmed change| unconfirmed change may be of .* index 5000 in another network namespace: confirm or undo it there)\.$' \
		"${words[0]}: undo of the other one finds nothing of its own"
	run "${multi[@]}" confirm all
	expect 2 '' '~There is no unconfirmed change' "${words[0]}: nor does confirm"
	"${multi[@]}" change dev m0 x prio 5
	run ip -n blue link xdp multi undo dev m0
	expect 0 '' '' "${words[0]}: clean in another namespace leaves the way back"
	is "$(command ip -n blue -j link xdp multi show dev m0 | jq -c '.[0].entries | map(.name)')" '["a"]' \
		"${words[0]}: the old chain is back"
	await no_keeper
	command ip -n blue link xdp multi flush dev m0
	command ip link xdp multi flush dev m0
	system_ip link del m0
	system_ip netns del blue
	run "${multi[@]}" clean all-netns
done

# What an interface of the same number left here does not hide it.
verbs='undo confirm'
if ! records_netns; then
	# Then the chain that was left in red counts as one of blue.
	skip 'the kernel does not tell namespaces apart' 'of two chains of the same number'
	verbs=''
fi
for verb in $verbs; do
	system_ip netns add blue
	system_ip netns add red
	system_ip link add m0 index 5000 type veth peer name m1
	command ip link xdp multi add dev m0 object obj/bpf/pass.o name a confirm 1000 2> "$tap_tmp/said"
	system_ip link set dev m0 netns red
	command ip -n red link set dev m0 xdp off
	system_ip -n blue link add m0 index 5000 type veth peer name m2
	command ip -n blue link xdp multi add dev m0 object obj/bpf/drop.o name b confirm 1000 2> "$tap_tmp/said"
	command ip -n blue link set dev m0 netns $$
	is "$(command ip -j link xdp multi show dev m0 | jq '.[0].unconfirmed.kept')" true \
		"$verb: beside the record of another device, one that was moved is unconfirmed still"
	run ip link xdp multi del dev m0 b
	expect 2 '' '~^Error: dev m0: the last change is not confirmed yet' "$verb: and not changed"
	run ip link xdp multi "$verb" dev m0
	expect 0 '' '' "$verb: it works there"
	end_keepers KILL
	await no_keeper
	command ip link xdp multi flush dev m0
	system_ip link del m0
	system_ip link del m1
	system_ip netns del blue
	system_ip netns del red
	run "${multi[@]}" clean all-netns
done

### Another interface in its place

# has_kept FIRST: the chain of m0 in red, and that it will be undone.
has_kept() {
	is "$(command ip -n red -j link xdp multi show dev m0 |
		jq -c '.[0] | [.unconfirmed.kept, .problems, (.entries | map(.name))]')" '[true,null,["a"]]' "$1"
}

refusal='the unconfirmed change may be of an interface with index 5000 in another network namespace: confirm or undo it there.'
system_ip netns add red
system_ip link add m0 index 5000 type veth peer name m1
command ip link xdp multi add dev m0 object obj/bpf/pass.o name a confirm 1000 2> "$tap_tmp/said"
system_ip link set dev m0 netns red
run "${multi[@]}" undo all
expect 2 '' "Error: ${nothing^}" 'undo all where it was'
has_kept 'does not forget what was moved'
system_ip link add n0 index 5000 type veth peer name n1
for verb in undo confirm; do
	run "${multi[@]}" "$verb" dev n0
	expect 2 '' "Error: dev n0: $refusal" "$verb of an interface that has its number now"
	has_kept "$verb: the one that was moved still has its chain"
done
run "${multi[@]}" add dev n0 object obj/bpf/pass.o name b confirm 1000
expect 2 '' '~^Error: dev n0: an interface with the same index in another network namespace has an unconfirmed change: ' \
	'there cannot be two records of that number'
run "${multi[@]}" add dev n0 object obj/bpf/pass.o name b
expect 0 '' '' 'other changes can be made'
run "${multi[@]}" clean
has_kept 'and the record stays'
end_keepers TERM
becomes 0 'the keeper finds the one that was moved' eval \
	'command ip -n red -j link xdp multi show dev m0 | jq length'
await no_keeper
is "$(chain_of n0)" "b/50/pass$a" 'and leaves the other alone'
system_ip link del n0
system_ip link del m1
system_ip netns del red
run "${multi[@]}" clean all-netns

### After a flush nothing but its index tells what was changed

# flushed: the chain of e0 can be put back.
flushed() {
	command ip link xdp multi add dev e0 object obj/bpf/pass.o name a 2> "$tap_tmp/said"
	old=$(xdp_id e0)
	command ip link xdp multi flush dev e0 confirm 1000 2> "$tap_tmp/said"
}

system_ip netns add blue
system_ip -n blue link add e0 index 300 type veth peer name e1
system_ip link add e0 index 300 type veth peer name e1
flushed
run ip -n blue link xdp multi undo dev e0
expect 2 '' '*' 'an interface of the same index elsewhere was not flushed'
is "$(command ip -n blue -j link xdp multi show dev e0)" '[]' 'and does not get the chain'
run "${multi[@]}" undo dev e0
expect 0 '' '' 'undo'
is "$(xdp_id e0)" "$old" 'the same interface gets its chain again'
end_keepers KILL
await no_keeper
run "${multi[@]}" flush dev e0
flushed
end_keepers KILL
await no_keeper
system_ip link del e0
system_ip link add e0 index 300 type veth peer name e1
run "${multi[@]}" show dev e0
expect 0 '' '' 'another interface that gets the index has no unconfirmed change'
run "${multi[@]}" undo dev e0
expect 1 '' 'Error: dev e0: the interface was deleted or moved to another network namespace, and another one has its index.' \
	'undo does not take it for the one that was flushed'
is "$(xdp_id e0)" 0 'it gets no chain'
system_ip link del e0
system_ip netns del blue
run "${multi[@]}" clean

### In a network namespace that is deleted

for change in 'add dev b0 object obj/bpf/drop.o name b' 'flush dev b0'; do
	read -ra words <<< "$change"
	system_ip netns add blue
	system_ip -n blue link add b0 type veth peer name b1
	command ip -n blue link xdp multi add dev b0 object obj/bpf/pass.o name a
	command ip -n blue link xdp multi "${words[@]}" confirm 2 2> "$tap_tmp/said"
	end_keepers KILL
	await no_keeper
	system_ip netns del blue
	becomes yes "$change: \"clean all-netns\" removes what it kept" eval \
		'command ip link xdp multi clean all-netns > /dev/null
		! compgen -G "/sys/fs/bpf/xdp/*-*" > /dev/null && echo yes'
done
done_testing
