#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The CNI plugin on the kernel of this machine: removal of chains in every order, and when
# something is missing, not confirmed, or killed.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
. testsuite/lib/cni_host.sh

prev='{"cniVersion":"1.1.0"}'
sandbox c1 h1

### What others left behind

mkdir -p /sys/fs/bpf/xdp/dispatch-7-4000000000/sub
run cni ADD "$(conf "$counts_packets")"
is "$status $(chain_in c1)" '0 count end' 'beside pins of a chain that has ended, and that cannot be removed'
run cni DEL "$(conf)"
expect 0 '' '~left behind.*dispatch-7-4000000000' 'DEL'
is "$(chain_in c1) $(pins)" ' 1' 'takes off its own'
rmdir /sys/fs/bpf/xdp/dispatch-7-4000000000/sub
run cni DEL "$(conf)"
done_quietly 'DEL when they can be removed'
is "$(pins)" 0 'removes them'

### Containers go

run cni ADD "$(conf "$counts_packets")"
system_ip -n c1 link del eth0
run cni DEL "$(conf)"
done_quietly 'DEL when the interface is gone'
unchanged 'removes its pins'
system_ip link add h1 type veth peer name eth0 netns c1
for side in container host; do
	for netns in /run/netns/c1 ''; do
		run cni ADD "$(conf "$counts_packets,\"side\":\"$side\"")"
		system_ip netns del c1
		run cni DEL "$(conf)" c1 "$netns"
		done_quietly "DEL when the namespace is gone: side $side${netns:+, and is named still}"
		becomes 0 'no pin is left' pins
		sandbox c1 h1
	done
done
unchanged 'and nothing else'
run cni DEL '{"cniVersion":"1.1.0","name":"net","type":"xdp-multi","chain":7,"unknown":{}}'
done_quietly 'DEL with a bad configuration'

### What is not listed

sandbox c2 h2
for c in c1 c2; do
	cni ADD "$(conf "$counts_packets")" $c /run/netns/$c > /dev/null
done
sandbox c3 h3
cni ADD "$(conf "$counts_packets" | jq -c '.name = "other"')" c3 /run/netns/c3 > /dev/null
run cni GC "$(gc_config "$(conf)" c1 c2 c3)"
done_quietly 'GC when all are there'
is "$(chain_in c1)-$(chain_in c2)-$(chain_in c3)" 'count end-count end-count end' 'removes none'
run cni GC "$(gc_config "$(conf)" c2)"
done_quietly 'GC when one is not'
is "$(chain_in c1)-$(chain_in c2)-$(chain_in c3)" '-count end-count end' 'removes its chain, in a namespace that is there still'
system_ip netns del c2
await fails test -e /sys/class/net/h2
run cni GC "$(conf '"cni.dev/valid-attachments":null')"
done_quietly 'GC of a namespace that has gone'
is "$(pins) $(chain_in c3)" '1 count end' 'removes its pins, and touches no other network'
cni DEL "$(conf | jq -c '.name = "other"')" c3 /run/netns/c3
system_ip netns del c3
await fails test -e /sys/class/net/h3
unchanged 'nothing is left'

### Few descriptors

wrong=
cni ADD "$(conf "$counts_packets")" > /dev/null
for n in {4..40}; do
	cni_prefix=(prlimit "--nofile=$n:$n")
	run cni DEL "$(conf)"
	cni_prefix=()
	[[ $status -ne 0 ]] || break
	[[ $stdout == *'Too many open files"}' && $(chain_in c1) == 'count end' ]] || wrong+=" $n: $stdout"
done
is "$wrong" '' "DEL with 4 to $((n - 1)) descriptors says that they are too few, and the chain stays"
is "$status $(chain_in c1) $(pins)" '0  0' "and goes with $n"
cni_prefix=(prlimit --nofile=4:4)
run cni ADD "$(conf "$counts_packets")"
cni_prefix=()
code 101 'ADD with 4 descriptors'
like "$stdout" 'Too many open files' 'does not say that the namespace is none'

### Few rights

cni ADD "$(conf "$counts_packets")" > /dev/null
for list in '' '"cni.dev/valid-attachments":[]'; do
	verb=${list:+GC} verb=${verb:-DEL}
	cni_prefix=(setpriv --bounding-set '-bpf,-sys_admin')
	run cni "$verb" "$(conf "$list")"
	cni_prefix=()
	is "$((status != 0)) $(chain_in c1)" '1 count end' "$verb that may not look leaves the chain"
	like "$stdout" 'Cannot open program [0-9]+|cannot open program [0-9]+' 'and says why'
done
run cni DEL "$(conf)"
done_quietly 'one that may removes it'

### Not confirmed

for change in "add dev eth0 object $bpf/pass.o name new" 'flush dev eth0' 'change end dev eth0 prio 5'; do
	for how in here gone; do
		cni ADD "$(conf "$counts_packets")" > /dev/null
		read -ra words <<< "$change"
		run ip -n c1 link xdp multi "${words[@]}" confirm 1000
		is "$status" 0 "a change that is not confirmed: ${words[0]}"
		[[ $how == here ]] || system_ip netns del c1
		run cni DEL "$(conf)"
		done_quietly "DEL, the namespace is $how"
		becomes 0 'its chain is gone' pins
		is "$(find /sys/fs/bpf/xdp -mindepth 1 | wc -l)" 0 'and so is what was kept'
		[[ $how == here ]] || sandbox c1 h1
	done
done
cni ADD "$(conf "$counts_packets")" > /dev/null
run ip -n c1 link xdp multi flush dev eth0 confirm 1000
run cni GC "$(conf '"cni.dev/valid-attachments":[]')"
done_quietly 'GC'
is "$(find /sys/fs/bpf/xdp -mindepth 1 | wc -l)" 0 'removes it too'
unchanged 'nothing is left'

### Killed

# killed COMMAND CONF STRIDE: at one of so many system calls
killed() {
	local k hit bad=0 points=0

	for ((k = 1; ; k += $3)); do
		[[ $1 == ADD ]] || cni ADD "$(conf "$counts_packets")" > /dev/null 2>&1
		cni_prefix=(obj/helpers/inject "$k" kill /run/hit)
		run cni "$1" "$2"
		cni_prefix=()
		hit=$(< /run/hit)
		[[ $hit != 'none '* ]] || break
		points=$((points + 1))
		[[ $(chain_in c1) == @('count end'|) ]] || { bad=$((bad + 1)); diag "$k: $hit: $(chain_in c1)"; }
		if [[ $1 == ADD ]]; then
			run cni ADD "$(conf "$counts_packets")"
			[[ $status -eq 0 && $(chain_in c1) == 'count end' ]] ||
				{ bad=$((bad + 1)); diag "$k: $hit: ADD after that: $stdout"; }
		fi
		[[ $((points % 2)) -eq 0 ]] || system_ip netns del c1
		run cni DEL "$(conf)"
		[[ $status -eq 0 && -z $stdout && $(pins) -eq 0 ]] ||
			{ bad=$((bad + 1)); diag "$k: $hit: DEL after that: $status $stdout $stderr $(ls /sys/fs/bpf/xdp)"; }
		[[ $((points % 2)) -eq 0 ]] || sandbox c1 h1
	done
	is "$bad" 0 "$1, killed at $points of its calls: the chain is there or not, and then it is made or removed"
}
killed ADD "$(conf "$counts_packets")" "${CNI_STRIDE-23}"
killed DEL "$(conf)" "${CNI_STRIDE-23}"
run cni DEL "$(conf)"
unchanged 'and nothing is left'
done_testing
