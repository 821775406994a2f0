#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# linkage: ext mixed
# Chains in other network namespaces, with their pins on the same bpffs.

. testsuite/lib/stale.sh

for ns in a b; do
	system_ip netns add $ns
	system_ip -n $ns link add v0 index 77 type veth peer name p0 index 78
done
new_veth 0
remember_counts

run ip -n a link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 '' '' 'add in a namespace by name'
run ip -netns /run/netns/b link xdp multi add dev v0 object obj/bpf/drop.o prio 3
expect 0 '' '' 'and in another by path'
run ip -n a link xdp multi add dev v0 object obj/bpf/counter.o
expect 0 '' '~^Warning: if libxdp rebuilds' 'once more in the first, where a tie is told'
in_netns=(-n a)
chain_is v0 'pass/50/pass counter/50/pass' 'the one has its chain'
a_id=$(xdp_id v0)
in_netns=(-n b)
chain_is v0 'drop/3/pass' 'the other, of the same ifindex, its own'
b_id=$(xdp_id v0)
in_netns=()
is "$(cd /sys/fs/bpf/xdp && echo * | sed -E 's/(dispatch|multi)-//g')" "$(printf '77-%d\n' "$a_id" "$b_id" | sort | xargs)" \
	'their pins lie side by side'
run ip link xdp multi
expect 0 '' '' 'out here nothing is seen of them'

sleep infinity > /dev/null &
here=$!
nsenter --net=/run/netns/a sleep infinity > /dev/null &
there=$!
elsewhere() {
	[[ $(readlink /proc/$there/ns/net) != $(readlink /proc/$here/ns/net) ]]
}
await elsewhere
run ip -n /proc/$there/ns/net -o link xdp multi show v0
expect 0 "~^77: v0: mode native dispatcher id $a_id .* 0: pass .* 1: counter " '' \
	'the namespace of a process by path'
echoed=$stdout
run ip -o -n $there link xdp multi show v0
expect 0 "$echoed" '' 'and by its number'
run ip -n /proc/$here/ns/net link xdp multi add dev v0 object obj/bpf/tx.o
expect 0 '' '' 'add to the namespace that we are in'
chain_is v0 'tx/50/pass' 'goes to the device here'
kill $here $there
wait $here $there 2> /dev/null

run ip -n a link xdp multi del dev v0 pass
expect 0 '' '' 'del'
run ip -n b -echo link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 $'~\n    0: drop .*\n    1: pass ' '' 'add with -echo'
in_netns=(-n a)
chain_is v0 'counter/50/pass' 'each changes only its own namespace'
in_netns=(-n b)
chain_is v0 'drop/3/pass pass/50/pass' 'and the other'
run ip -n b link xdp multi flush all
expect 0 '' '' 'flush all'
chain_is v0 '' 'takes off what is in that namespace'
in_netns=(-n a)
chain_is v0 'counter/50/pass' 'not what is in another'
in_netns=()
chain_is v0 'tx/50/pass' 'nor what is here'

printf '%s\n' 'link xdp multi add dev v0 object obj/bpf/drop.o' \
	'link set v0 alias batch' 'link xdp multi add dev v0 object obj/bpf/pass.o' > /tmp/batch
run ip -n a -batch /tmp/batch
expect 0 '' '' 'a batch in a namespace'
in_netns=(-n a)
chain_is v0 'counter/50/pass drop/50/pass pass/50/pass' 'is ours'
like "$(system_ip -n a link show v0)" 'alias batch' "and the system's"
in_netns=()

for bad in nobody /no/such/ns /etc/passwd /proc/self/ns/mnt ''; do
	refused 255 '~"'"$bad"'"' "no network namespace: '$bad'" ip -n "$bad" link xdp multi
	refused 255 '~"'"$bad"'"' "nor to change: '$bad'" \
		ip -n "$bad" link xdp multi add dev v0 object obj/bpf/pass.o
done

refused 1 '~^Error: No bpffs is mounted on /sys/fs/bpf: .*use "-n" instead of "ip netns exec", which hides it\.$' \
	'in ip netns exec there is no bpffs' \
	ip netns exec a ip link xdp multi add dev v0 object obj/bpf/tx.o
run ip netns exec a ip link xdp multi show v0
expect 0 '~0: counter .*problem: the pins are not on this bpffs' '' 'the chain is shown'
refused 1 '~^Error: dev v0: the bpffs at /sys/fs/bpf is not init.s: .*"ip -n NETNS" instead of "ip netns exec", or "ip -force"\.$' \
	'one that is mounted there does not last' \
	ip netns exec b bash -c 'mount -t bpf bpf /sys/fs/bpf; ip link xdp multi add dev v0 object obj/bpf/tx.o'
run ip netns exec b bash -c 'mount -t bpf bpf /sys/fs/bpf
	ip -force link xdp multi add dev v0 object obj/bpf/tx.o &&
	ip link xdp multi add dev v0 object obj/bpf/pass.o prio 3 &&
	ip link xdp multi flush dev v0 && ip link xdp multi add dev v0 object obj/bpf/pass.o'
expect 1 '' '~^Error: dev v0: the bpffs at .* is not init.s' 'unless -force is given, for each new chain'
run ip netns exec b bash -c 'mount -t bpf bpf /sys/fs/bpf
	ip -force link xdp multi add dev v0 object obj/bpf/tx.o &&
	ip -force -br -echo link xdp multi add dev v0 object obj/bpf/pass.o && ip link xdp multi flush dev v0'
expect 0 '~^v0 +native +tx,pass ?$' '~^Warning: if libxdp rebuilds' 'then it works'

ip -n a link xdp multi flush all
ip link xdp multi flush all
unchanged 'nothing is left'

# A namespace that goes takes its devices with it, but not their pins.
ip -n b link xdp multi add dev v0 object obj/bpf/pass.o
system_ip netns del b
await unused
ok 'what a namespace leaves is there' test -d /sys/fs/bpf/xdp/*-77-*
if ! records_netns; then
	refused 2 '~^Error: dev v0: the chain is detached' 'it counts as one of a device with the same ifindex' \
		ip -n a link xdp multi add dev v0 object obj/bpf/pass.o
	ip -n a link xdp multi flush dev v0
fi
run ip -n a link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 '' '~^(Warning: dev v0: removed the unused pins of dispatcher [0-9]+\.)?$' 'and harms no device with the same ifindex'
in_netns=(-n a)
chain_is v0 'pass/50/pass' 'in another namespace'

done_testing
