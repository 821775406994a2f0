#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The CNI plugin in lists of CNI 1.1.0, behind plugins that know GC and STATUS. Debian's
# newest are taken, and put aside below obj/.
cd "$(dirname "$(realpath "$0")")/../.." || exit 1
newest=obj/containers/plugins
if [[ ${1-} != inside && ! -x $newest/usr/lib/cni/bridge ]]; then
	mkdir -p $newest
	(cd $newest && ../../../scripts/private-apt sid get -qq update &&
		../../../scripts/private-apt sid get -qq download containernetworking-plugins &&
		dpkg -x ./*.deb .) > obj/containers/log 2>&1
fi
. testsuite/lib/fault_host.sh
[[ -x $newest/usr/lib/cni/bridge ]] || skip_all "no newer plugins: $(tail -n 1 obj/containers/log)"
. testsuite/lib/cni.sh
unchecked=yes
cni_path=$PWD/obj/cni:$PWD/$newest/usr/lib/cni
del_veth 0
del_veth 1
system_ip link set lo up
mkdir -m 700 /sys/fs/bpf/xdp

pins() {
	find /sys/fs/bpf/xdp -mindepth 1 -name '*-*-*' -type d | wc -l
}

chain_in() {
	ip -j -n "$1" link xdp multi show dev eth0 | jq -r '[.[0].entries[]?.name] | join(" ")'
}

answers() {
	nsenter --net="/run/netns/$1" ping -q -c 2 -i 0.05 -W 1 10.9.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

# network TYPE [KEYS]: a list with these keys in our part
network() {
	cat > /run/net.json << END
{ "cniVersion": "1.1.0", "name": "net1", "plugins": [
	{ "type": "$1", "bridge": "cni9", "isGateway": true,
	  "ipam": { "type": "host-local", "dataDir": "/run/ipam", "ranges": [[ { "subnet": "10.9.0.0/24" } ]] } },
	{ "type": "tuning", "mtu": 1400, "dataDir": "/run/tuning" },
	{ "type": "xdp-multi", $2 } ] }
END
	rm -rf /run/ipam
}

# shellcheck disable=SC2317
# list_each COMMAND [VALID...]: GC or STATUS of all members
list_each() {
	local n conf type

	for ((n = 0; n < $(members /run/net.json); n++)); do
		conf=$(member /run/net.json "$n")
		[[ $1 != GC ]] || conf=$(gc_config "$conf" "${@:2}")
		type=$(jq -r .type <<< "$conf")
		cni_environment "$1"
		env "${cni_env[@]}" "$(plugin_named "$type")" <<< "$conf" || return
	done
}

entries='"entries": [ { "object": "'$PWD'/obj/bpf/counter.o", "name": "count" }, { "object": "'$PWD'/obj/bpf/drop.o", "name": "end" } ]'
for type in bridge ptp; do
	for side in container host; do
		network $type "\"side\": \"$side\", $entries"
		run list_each STATUS
		expect 0 '' '' "$type, side $side: STATUS of the list"
		system_ip netns add a1
		run list_add /run/net.json a1 /run/netns/a1
		is "$status $(jq -c '[.cniVersion, .ips[0].address, .interfaces[-1].mtu // 1400]' <<< "$stdout")" \
			'0 ["1.1.0","10.9.0.2/24",1400]' 'ADD of the list'
		is "$(answers a1)" 0 'its chain drops'
		run list_check /run/net.json a1 /run/netns/a1
		expect 0 '' '' 'CHECK of the list'
		run list_each GC a1
		expect 0 '' '' 'GC of the list'
		is "$(pins)" 1 'keeps it'
		run list_del /run/net.json a1 /run/netns/a1
		expect 0 '' '' 'DEL of the list'
		system_ip netns del a1
		is "$(pins)" 0 'nothing is left'

		system_ip netns add a2
		run list_add /run/net.json a2 /run/netns/a2
		is "$status" 0 'another, whose end nobody tells'
		system_ip netns del a2
		run list_each GC
		expect 0 '' '' 'GC of the list'
		is "$(pins)" 0 'removes what is left of it'
	done
done

# Nothing but names differ in the two ways.
ip link add t9 type veth peer name u9
ip link xdp multi add dev t9 object obj/bpf/counter.o name shared 2> /dev/null
network bridge '"share": "t9"'
system_ip netns add a3
run list_add /run/net.json a3 /run/netns/a3
is "$status $(chain_in a3) $(answers a3)" '0 shared 2' 'share: the chain of an interface of the host'
run list_del /run/net.json a3 /run/netns/a3
expect 0 '' '' 'DEL of the list'
done_testing
