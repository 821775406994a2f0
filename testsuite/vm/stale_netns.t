#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# Pins are assigned to the right interface, even if interfaces and namespaces are gone, or
# an interface with the same number was created later or in another namespace.

. testsuite/lib/stale.sh
records_netns || skip_all 'the kernel does not tell namespaces apart'

multi=(ip link xdp multi)
a=(ip -n a link xdp multi)
b=(ip -n b link xdp multi)
other='it belongs to another network namespace: "clean all-netns" removes it'

new_device() {
	system_ip -n "$1" link add v0 index 77 type veth peer name p0 index 78 || bail_out 'no device'
}

# stays NAME: no command in b takes the chain of 77 that was taken off in a.
stays() {
	in_netns=(-n b)
	is_bare "$1: show in b"
	run "${b[@]}" check
	expect 0 '' '' 'check in b'
	for verb in flush repair; do
		run "${b[@]}" $verb dev v0
		expect 2 '' '~^Error: dev v0: no such chain: nothing is attached' "$verb in b"
		run "${b[@]}" $verb all
		expect 0 '' '' "$verb all in b"
	done
	leaves "$other" 'clean in b'
	run "${b[@]}" add dev v0 object obj/bpf/pass.o
	expect 0 '' '' 'add in b'
	is "$(chain_of v0 | sed 's|/tail||')" 'pass/50/pass' 'is there'
	run "${b[@]}" replace dev v0 object obj/bpf/counter.o name pass
	expect 0 '' '' 'replace in b'
	run "${b[@]}" flush dev v0
	expect 0 '' '' 'flush in b'
	ok 'the pins are there' test -d "/sys/fs/bpf/xdp/$dir"
	in_netns=(-n a)
}

for ns in a b; do
	system_ip netns add $ns
	new_device $ns
done
new_veth 0
remember_counts

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	in_netns=(-n a)
	firewall "$linkage"
	off v0
	stays 'a chain taken off in a'
	is_detached 'in a it is still detached'
	repairs attach 'and repaired'
	runs 'in a'
	in_netns=()
	leaves 'in use: attached to an interface, or open in a process' 'clean out here leaves it'
	in_netns=(-n a)
	run "${a[@]}" clean
	expect 0 '' '' 'where it is attached it is not mentioned'

	system_ip -n a link del v0
	stays 'its interface is gone'
	run "${a[@]}" clean dry-run
	expect 0 "remove $dir " '' 'clean in a would remove it'
	new_device a
	is_detached 'an interface of the same number has the chain'
	repairs attach 'and can be given it'
	runs 'again'
	system_ip -n a link del v0
	run ip -j -n a link xdp multi clean
	expect 0 "[{\"directory\":\"$dir\",\"ifindex\":77,\"dispatcher\":$id,\"removed\":true}]" '' 'clean in a removes it'
	new_device a
	is_bare 'nothing is left for a new one'
	unchanged 'nothing at all'

	firewall "$linkage"
	system_ip netns del a
	in_netns=()
	await unused
	in_netns=(-n a)
	stays 'its namespace is gone'
	in_netns=()
	leaves "$other" 'clean out here'
	run ip -j link xdp multi clean
	expect 0 "[{\"directory\":\"$dir\",\"ifindex\":77,\"dispatcher\":$id,\"removed\":false,\"reason\":\"${other//\"/\\\"}\"}]" '' \
		'in JSON'
	"${b[@]}" add dev v0 object obj/bpf/drop.o
	run "${multi[@]}" clean all-netns dry-run
	expect 0 "~(^|"$'\n'")remove $dir ($|"$'\n'")" '' 'clean all-netns dry-run would remove it'
	ok 'it is there' test -d "/sys/fs/bpf/xdp/$dir"
	run "${multi[@]}" clean all-netns
	like "$status $stdout" "^0 .*remove $dir " 'clean all-netns removes it'
	in_netns=(-n b)
	like "$stdout" "leave [a-z]+-77-$(xdp_id v0): in use: attached" 'not what is attached in b'
	is "$(chain_of v0 | sed 's|/tail||')" 'drop/50/pass' 'that is whole'
	"${b[@]}" flush all
	in_netns=()
	unchanged 'nothing is left'
	system_ip netns add a
	new_device a
done

done_testing
