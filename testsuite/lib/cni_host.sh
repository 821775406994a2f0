# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of the CNI plugin on the kernel of this machine.

. testsuite/lib/fault_host.sh
[[ -x obj/cni/xdp-multi ]] || bail_out 'build first'
. testsuite/lib/cni.sh
unchecked=yes
del_veth 0
del_veth 1

# Others use this kernel too, so only what is made here is looked at.
export MADE=/run/made LD_PRELOAD=$PWD/obj/helpers/bpf.so
: > "$MADE"
bpf=$PWD/obj/bpf

# sandbox NAME [PEER]: a network namespace with a veth as eth0. PEER goes first: the
# kernel removes the interfaces of a dead namespace some time later.
sandbox() {
	system_ip netns add "$1"
	[[ -z ${2-} ]] || system_ip link del "$2" 2> /dev/null
	[[ -z ${2-} ]] || system_ip link add "$2" type veth peer name eth0 netns "$1"
}

# conf [KEYS]: a configuration, with these keys in JSON.
conf() {
	echo "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"xdp-multi\",\"prevResult\":$prev${1:+,$1}}"
}

# chain_in NETNS [DEV]: names of the entries
chain_in() {
	ip -j ${1:+-n "$1"} link xdp multi show dev "${2-eth0}" |
		jq -r '[.[0].entries[]?.name] | join(" ")'
}

pins() {
	find /sys/fs/bpf/xdp -mindepth 1 -name '*-*-*' -type d | wc -l
}

# code N NAME: the last command failed with that code, as JSON on stdout.
code() {
	is "$status $(jq -r '[.code, (.msg | length > 0), has("cniVersion")] | map(tostring) | join(" ")' <<< "$stdout" 2>&1)" \
		"1 $1 true true" "$2" || diag "stdout: $stdout, stderr: $stderr"
}

unlike() {
	[[ ! $1 =~ $2 ]]
	result $? "$3" || diag "got: $1"
}

done_quietly() {
	expect 0 '' '' "$1"
}

counts_packets='"entries":[{"object":"'$bpf'/counter.o","name":"count","prio":10,"proceedOn":["pass"]},{"object":"'$bpf'/drop.o","name":"end"}]'
prev='{"cniVersion":"1.1.0","interfaces":[{"name":"h1"},{"name":"eth0","sandbox":"/run/netns/c1"}]}'
mkdir -m 700 /sys/fs/bpf/xdp
# Once: later the kernel may still be removing a namespace, whose chain would be counted.
remember_counts
