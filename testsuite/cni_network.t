#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The CNI plugin on the kernel of this machine: behind the plugins that usually run before it,
# and for many containers at once.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
. testsuite/lib/cni_host.sh

prev='{"cniVersion":"1.1.0"}'

### Behind other plugins

networks() {
	cat > /run/net1.json << END
{ "cniVersion": "1.0.0", "name": "net1", "plugins": [
	{ "type": "$1", "bridge": "cni9", "isGateway": true,
	  "ipam": { "type": "host-local", "dataDir": "/run/ipam", "ranges": [[ { "subnet": "10.9.0.0/24" } ]] } },
	{ "type": "tuning", "mtu": 1400, "dataDir": "/run/tuning" },
	{ "type": "xdp-multi", "capabilities": { "xdpMulti": true },
	  "entries": [ { "object": "$bpf/counter.o", "name": "count", "prio": 10 } ] } ] }
END
}

# reach NETNS: does a ping from it to the gateway come back?
answers() {
	nsenter --net="/run/netns/$1" ping -q -c 2 -i 0.05 -W 1 10.9.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

# counted_in NETNS: what its counter has seen
counted_in() {
	local id

	id=$(ip -d -j -n "$1" link xdp multi show dev eth0 |
		jq '.[0].entries[] | select(.name == "count") | .maps[] | select(.name == "packets") | .id')
	bpftool map dump id "$id" | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

system_ip link set lo up
if [[ -x /usr/lib/cni/bridge && -x /usr/lib/cni/host-local && -x /usr/lib/cni/tuning ]]; then
	for type in bridge ptp; do
		networks $type
		rm -rf /run/ipam
		sandbox a1
		sandbox a2
		run list_add /run/net1.json a1 /run/netns/a1
		is "$status $(jq -c '.ips[0].address' <<< "$stdout")" '0 "10.9.0.2/24"' "$type, host-local, tuning: the first container"
		cni_runtime_config='{"xdpMulti":{'$counts_packets'}}'
		run list_add /run/net1.json a2 /run/netns/a2
		is "$status $(chain_in a2)" '0 count end' 'and the second, with a chain that was given for it'
		is "$(answers a1) $(answers a2)" '2 0' 'the first passes packets, the second drops them'
		[[ $(counted_in a1) -ge 2 && $(counted_in a2) -ge 1 ]]
		result $? 'and both count them'
		run list_check /run/net1.json a2 /run/netns/a2
		done_quietly 'CHECK of the list'
		cni_runtime_config=
		run list_check /run/net1.json a1 /run/netns/a1
		done_quietly 'and of the other'
		system_ip netns del a2
		run list_del /run/net1.json a1 /run/netns/a1
		done_quietly 'DEL of the list'
		run list_del /run/net1.json a2 /run/netns/a2
		done_quietly 'also when the namespace has gone'
		system_ip netns del a1
		becomes 0 'no pins are left' pins
		system_ip link del cni9 2> /dev/null
	done
else
	skip 'no containernetworking-plugins' 'behind other plugins'
fi

### Many at once

for ((i = 1; i <= 20; i++)); do
	sandbox m$i g$i
done
in_parallel() {
	local i failed=0 pids=()

	for ((i = 1; i <= 20; i++)); do
		cni "$1" "$2" m$i /run/netns/m$i > /run/out-m$i 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || failed=$((failed + 1))
	done
	echo "$failed $(cat /run/out-m* | sort | uniq -c | xargs)"
}
is "$(in_parallel ADD "$(conf "$counts_packets")")" "0 20 ${prev//\"/}" '20 at the same time'
for ((i = 1; i <= 20; i++)); do chain_in m$i; done | sort | uniq -c | xargs > /run/chains
is "$(< /run/chains)" '20 count end' 'all have their chains'
# All interfaces have the same number in their namespaces, and so have their pins.
cni_prefix=(obj/helpers/spent -c)
many_del=$(cni DEL "$(conf)" m20 /run/netns/m20 | cut -d ' ' -f 1)
many=$(cni ADD "$(conf "$counts_packets")" m20 /run/netns/m20 | cut -d ' ' -f 1)
cni_prefix=()
is "$(in_parallel DEL "$(conf)")" '0 ' 'and DEL'
cni_prefix=(obj/helpers/spent -c)
one=$(cni ADD "$(conf "$counts_packets")" m20 /run/netns/m20 | cut -d ' ' -f 1)
one_del=$(cni DEL "$(conf)" m20 /run/netns/m20 | cut -d ' ' -f 1)
cni_prefix=()
[[ $one -gt 100 && $many -le $((one + 2 * 19 + 10)) ]]
result $? "ADD beside 19 others makes $many calls, alone $one"
[[ $one_del -gt 100 && $many_del -le $((one_del + 2 * 19 + 10)) ]]
result $? "DEL beside 19 others makes $many_del calls, alone $one_del"
unchanged 'nothing is left'
for ((i = 1; i <= 20; i++)); do system_ip netns del m$i; done

done_testing
