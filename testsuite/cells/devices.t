#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A chain on each kind of device: in which mode it is by itself, what its packets meet,
# and what a refusal says. Each assertion is a cell of testsuite/matrix/devices, which
# also boots a machine with a virtio_net card.

. testsuite/lib/tail.sh

multi=(ip link xdp multi)

# seen: how many packets the program of a chain has seen
seen() {
	bpftool map dump id "$(maps_named packets | tail -n 1)" | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

# on KIND DEV MODE [SENDER...]: a chain there gets that mode by itself, meets the packets
# that the command sends, and goes.
on() {
	local kind=$1 dev=$2 mode=$3 text wrong='' want=''

	shift 3
	[[ $mode == native ]] || want='the chain runs in generic mode, because .*'
	run "${multi[@]}" add dev "$dev" object obj/bpf/counter.o
	[[ $status -eq 0 && $stderr =~ ^(Warning:\ dev\ $dev:\ $want)?$ && ( -n $stderr || $mode == native ) ]] ||
		wrong+="status $status: $stderr; "
	text=$("${multi[@]}" show dev "$dev")
	[[ $text == *": mode $mode dispatcher "* ]] || wrong+="$text; "
	if [[ $# -gt 0 ]]; then
		"$@" > /dev/null 2>&1
		sees_more 0 || wrong+='it sees no packet; '
	fi
	run "${multi[@]}" add dev "$dev" object obj/bpf/pass.o prio 60
	[[ $status -eq 0 && -z $stderr ]] || wrong+="second: $stderr; "
	run "${multi[@]}" flush dev "$dev"
	[[ $status -eq 0 && $(xdp_id "$dev") == 0 ]] || wrong+="flush: $stderr; "
	is "$wrong" '' "$kind: $mode"
}

# sees_more THAN: packets are handed over between processors, which takes a moment.
sees_more() {
	local try

	for ((try = 0; try < 50; try++)); do
		[[ $(seen) -le $1 ]] || return 0
		sleep "$tick"
	done
	return 1
}

# make KIND WORDS...: such a device by these words of ip, or it is said that there is none.
make() {
	system_ip link add "${@:2}" 2> /dev/null && return
	skip 'this kernel has none' "$1"
	return 1
}

# greets N ADDRESS: the peer pings that. What asks for the address is a packet too.
# shellcheck disable=SC2317
greets() {
	# An earlier device had that address.
	system_ip -n "peer$1" neighbour flush dev "p$1"
	in_peer "$1" ping -q -c 1 -W 1 "$2"
}

# above UPPER LOWER: the end of a refusal because of the program of the former.
above() {
	echo "Cannot attach when an upper device already has a program; remove the program of $1, which is on top of $2, first \\(\"ip link xdp multi flush dev $1\" removes a chain\\)\\.\$"
}

for module in 8021q bonding bridge dummy geneve ifb ip6_gre ip6_tunnel ip6_vti ip_gre ip_vti ipip ipvlan \
	ipvtap macsec macvlan macvtap nlmon ovpn sit team tun veth vrf vxlan wireguard xfrm_interface; do
	modprobe -q "$module"
done
for n in 0 1; do
	new_veth $n
	system_ip -n peer$n address add 10.9.$n.2/24 dev p$n
done
remember_counts

on veth v0 native reaches 0
"${multi[@]}" add dev v0 object obj/bpf/pass.o
run system_ip -n peer0 link set p0 mtu 9000
isnt "$status" 0 'veth: the peer gets no larger MTU than the chain takes'
"${multi[@]}" flush dev v0
on lo lo generic ping -q -c 1 127.0.0.1
! make dummy name d0 type dummy || on dummy d0 generic
! make ifb name ifb9 type ifb || on ifb ifb9 generic
if make vxlan name vx0 up type vxlan id 7 dstport 4789 local 10.0.0.1 remote 10.0.0.2 dev v0; then
	system_ip address add 10.7.0.1/24 dev vx0
	system_ip -n peer0 link add vx0 up type vxlan id 7 dstport 4789 local 10.0.0.2 remote 10.0.0.1 dev p0
	system_ip -n peer0 address add 10.7.0.2/24 dev vx0
	on vxlan vx0 generic greets 0 10.7.0.1
	system_ip link del vx0
fi
if make vlan link v0 name l0 up type vlan id 5; then
	system_ip address add 10.5.0.1/24 dev l0
	system_ip -n peer0 link add link p0 name l0 up type vlan id 5
	system_ip -n peer0 address add 10.5.0.2/24 dev l0
	on vlan l0 generic greets 0 10.5.0.1
	system_ip link del l0
fi
if make macvlan link v0 name m0 up type macvlan; then
	system_ip address add 10.9.0.1/24 dev m0
	on macvlan m0 generic greets 0 10.9.0.1
	system_ip link del m0
fi
for kind in macvtap ipvlan ipvtap; do
	make $kind link v0 name m0 up type $kind || continue
	system_ip address add 10.9.0.1/24 dev m0
	on $kind m0 generic greets 0 10.9.0.1
	system_ip link del m0
done

# tunnel KIND WORDS...: one between both ends of v0, seen from here.
tunnel() {
	make "$1" name tu0 up type "$@" local 10.0.0.1 remote 10.0.0.2 || return
	system_ip -n peer0 link add name tu0 up type "$@" local 10.0.0.2 remote 10.0.0.1
	system_ip address add 10.6.0.1/24 dev tu0
	system_ip -n peer0 address add 10.6.0.2/24 dev tu0
	on "$1" tu0 generic greets 0 10.6.0.1
	system_ip link del tu0
	system_ip -n peer0 link del tu0
}

for kind in gre gretap ipip sit; do
	tunnel $kind
done
if make geneve name tu0 up type geneve id 7 remote 10.0.0.2; then
	system_ip -n peer0 link add name tu0 up type geneve id 7 remote 10.0.0.1
	system_ip address add 10.6.0.1/24 dev tu0
	system_ip -n peer0 address add 10.6.0.2/24 dev tu0
	on geneve tu0 generic greets 0 10.6.0.1
	system_ip link del tu0
fi
# Kinds without packets here.
for words in 'erspan local 10.0.0.1 remote 10.0.0.2 seq key 5 erspan 1' 'ip6gre local fd00::1 remote fd00::2' \
	'ip6gretap local fd00::1 remote fd00::2' 'ip6tnl mode any local fd00::1 remote fd00::2' \
	'vti local 10.0.0.1 remote 10.0.0.2 key 4' 'vti6 local fd00::1 remote fd00::2' \
	'xfrm dev lo if_id 5' wireguard ovpn macsec; do
	kind=${words%% *} lower=''
	[[ $kind != macsec ]] || lower='link v0'
	# shellcheck disable=SC2086
	make "$kind" $lower name tu0 type $words || continue
	on "$kind" tu0 generic
	system_ip link del tu0
done
# Without a name, or an ip that does not know this kind names both ends alike.
if make netkit type netkit; then
	system_ip link set nk1 netns peer0
	system_ip link set nk0 up
	system_ip -n peer0 link set nk1 up
	system_ip address add 10.8.0.1/24 dev nk0
	system_ip -n peer0 address add 10.8.0.2/24 dev nk1
	on netkit nk0 generic greets 0 10.8.0.1
	# Its driver gives no message on Linux 7.3.
	system_ip link set nk0 mtu 9000
	run "${multi[@]}" add dev nk0 object obj/bpf/pass.o
	like "$status $stderr" \
		'^(0 Warning: .*|2 Error: .*: Operation not supported; the MTU may be too large: lower it with "ip link set dev nk0 mtu 1500")\.$' \
		'netkit: what is said of a large MTU'
	system_ip link del nk0
	"${multi[@]}" clean > /dev/null
fi

# blind KIND DEV: as `on`, but packets to 10.9.0.1 do not meet the chain.
blind() {
	"${multi[@]}" add dev "$2" object obj/bpf/drop.o 2> /dev/null
	ok "$1: no packets meet its chain" greets 0 10.9.0.1
	"${multi[@]}" flush dev "$2"
}

system_ip address add 10.9.0.1/24 dev v0
if make vrf name vr0 up type vrf table 10; then
	on vrf vr0 generic
	system_ip link set v0 master vr0
	blind vrf vr0
	system_ip link del vr0
fi
! make nlmon name nl0 up type nlmon || on nlmon nl0 generic
system_ip address del 10.9.0.1/24 dev v0
if make 'ipvlan in l3s mode' link v0 name m0 up type ipvlan mode l3s; then
	system_ip address add 10.9.0.1/24 dev m0
	on 'ipvlan in l3s mode' m0 generic
	blind 'ipvlan in l3s mode' m0
fi
system_ip link del m0 2> /dev/null
system_ip link del nl0 2> /dev/null

# A program on an upper device: before 5.15 it does not matter.
for words in 'vlan id 5' macvlan ipvlan macsec; do
	kind=${words%% *}
	[[ $KERNEL != 5.10 ]] || continue
	"${multi[@]}" add dev v0 object obj/bpf/counter.o
	# shellcheck disable=SC2086
	make "$kind above" link v0 name u0 type $words || continue
	"${multi[@]}" add dev u0 object obj/bpf/pass.o 2> /dev/null
	refused 2 "~$(above u0 v0)" "$kind above a chain: the chain cannot be changed" \
		"${multi[@]}" add dev v0 object obj/bpf/pass.o
	refused 2 "~$(above u0 v0)" "$kind above a chain: nor removed" "${multi[@]}" flush dev v0
	"${multi[@]}" flush dev u0
	run "${multi[@]}" flush dev v0
	expect 0 '' '' "$kind above a chain: what was advised helps"
	system_ip link del u0
done
for kind in tun tap; do
	if system_ip tuntap add t0 mode $kind 2> /dev/null; then
		on $kind t0 "$([[ $kind == tap ]] && echo native || echo generic)"
		system_ip link del t0
	else
		skip 'this kernel has none' $kind
	fi
done
if make bridge name br0 up type bridge; then
	system_ip link set v1 master br0
	system_ip address add 10.9.1.1/24 dev br0
	on bridge br0 generic greets 1 10.9.1.1
	on 'port of a bridge' v1 native greets 1 10.9.1.1
	system_ip link del br0
fi
if make team name te0 type team; then
	system_ip link set v1 down
	system_ip link set v1 master te0
	on team te0 generic
	on 'port of a team' v1 native
	# Before 5.15 the kernel takes both.
	if [[ $KERNEL != 5.10 ]]; then
		"${multi[@]}" add dev te0 object obj/bpf/pass.o 2> /dev/null
		refused 2 "~$(above te0 v1)" 'port of a team: refused while the team has a program' \
			"${multi[@]}" add dev v1 object obj/bpf/pass.o
		"${multi[@]}" flush dev te0
	fi
	system_ip link del te0
	system_ip link set v1 up
fi

unchanged 'nothing is left on these'

# ---- bond ----

# Before 5.15 a bond has no native mode.
if [[ $KERNEL == 5.10 ]]; then
	make bond name bo0 type bond && on bond bo0 generic
	system_ip link del bo0
elif make bond name bo0 type bond mode active-backup; then
	on 'bond without ports' bo0 native
	system_ip link set v1 down
	system_ip link set v1 master bo0
	system_ip link set bo0 up
	system_ip address add 10.9.1.1/24 dev bo0
	on bond bo0 native greets 1 10.9.1.1
	"${multi[@]}" add dev v1 object obj/bpf/pass.o
	refused 2 '~Slave has XDP program loaded, please unload before enslaving; remove the program of its port v[01] first \("ip link xdp multi flush dev v[01]" removes a chain\)\.$' \
		'bond: not in generic mode because a port has a chain' "${multi[@]}" add dev bo0 object obj/bpf/pass.o
	"${multi[@]}" flush dev v1
	run "${multi[@]}" add dev bo0 object obj/bpf/counter.o
	expect 0 '' '' 'bond: what was advised helps'
	greets 1 10.9.1.1 > /dev/null
	ok 'bond: its port runs the chain' sees_more 0
	refused 2 "~$(above bo0 v1)" 'bond: its port gets no chain of its own' \
		"${multi[@]}" add dev v1 object obj/bpf/pass.o
	# A port that comes later has the chain too, or does not come.
	system_ip link set v0 down
	run system_ip link set v0 master bo0
	is "$status" 0 'bond: a port that is added later'
	system_ip link set v1 nomaster
	system_ip address add 10.9.0.1/24 dev bo0
	before=$(seen)
	greets 0 10.9.0.1 > /dev/null
	ok 'bond: it runs the chain too' sees_more "$before"
	system_ip link set v0 nomaster
	"${multi[@]}" add dev v1 object obj/bpf/pass.o
	system_ip link set v1 down
	run system_ip link set v1 master bo0
	isnt "$status" 0 'bond: the kernel refuses a port with a chain of its own'
	"${multi[@]}" flush all
	system_ip link set v1 nomaster
	for mode in balance-rr balance-xor 802.3ad 'balance-xor xmit_hash_policy vlan+srcmac' broadcast \
		balance-tlb balance-alb; do
		want=native
		[[ $mode != b*b && $mode != broadcast && $mode != *srcmac ]] || want=generic
		# shellcheck disable=SC2086
		system_ip link add name bo1 type bond mode $mode
		system_ip link set v1 master bo1
		system_ip link set bo1 up
		system_ip address add 10.9.1.1/24 dev bo1
		on "bond in mode $mode" bo1 $want greets 1 10.9.1.1
		system_ip link del bo1
	done
	if system_ip link set d0 down && system_ip link set d0 master bo0; then
		on 'bond with a port without native XDP' bo0 generic
	fi
	system_ip link del bo0
	system_ip link set v0 up
	system_ip link set v1 up
fi

# bond_xdp_set() of the kernel gives a program back when the bond gets none instead, and
# forgets it when it gets another one.
is "$(obj/helpers/objects ids | grep -vE '^map |xdp_dispatcher$')" '' \
	'nothing but dispatchers that the kernel forgot is left on the bond'
remember_counts

# ---- what a driver wants ----

if make veth name q0 numtxqueues 4 numrxqueues 1 type veth peer name q1 numtxqueues 4 numrxqueues 1; then
	refused 2 '~XDP expects number of rx queues not less than peer tx queues; give it more receive queues with "ethtool -L q0 rx N", or its peer fewer transmit queues with "ethtool -L PEER tx N"\.$' \
		'veth: too few queues' "${multi[@]}" add dev q0 object obj/bpf/pass.o
	if type -P ethtool > /dev/null && ethtool -L q1 tx 1 2> /dev/null; then
		run "${multi[@]}" add dev q0 object obj/bpf/pass.o
		expect 0 '' '' 'veth: what was advised helps'
		"${multi[@]}" flush dev q0
	fi
	system_ip link del q0
fi

# ---- a program that is bound to a device ----

if kernel_has devbound; then
	obj/helpers/foreign bound v0 > /dev/null
	refused 2 '~^Error: dev v0: the kernel does not tail-call program [0-9]+, which seems to be bound to a device: add it from its object file\.$' \
		'bound to a device: not adopted' "${multi[@]}" adopt dev v0
	run "${multi[@]}" add dev v0 object obj/bpf/hints.o overwrite
	like "$status $stderr" '^0 Warning: .* has a device-bound program\.$' 'bound to a device: what was advised helps'
	"${multi[@]}" flush dev v0
else
	skip 'this kernel has none' 'bound to a device'
fi

# ---- a program in the hardware, here in that of netdevsim ----

# hardware WORDS NAME: a command of ours is refused, and says what runs there.
hardware() {
	# shellcheck disable=SC2086
	refused 2 "~^Error: dev $sim: the XDP program \"drop\" \(id $(xdp_id "$sim")\) runs in the hardware, pinned at /sys/fs/bpf/hw: \"ip link set dev $sim xdpoffload off\" removes it\.\$" \
		"hardware: $2" "${multi[@]}" $1
}

if modprobe -q netdevsim && echo '7 1' > /sys/bus/netdevsim/new_device; then
	sim=$(basename /sys/bus/netdevsim/devices/netdevsim7/net/*)
	on netdevsim "$sim" native
	bpftool prog load obj/bpf/drop.o /sys/fs/bpf/hw type xdp dev "$sim" 2> /dev/null
	bpftool net attach xdpoffload pinned /sys/fs/bpf/hw dev "$sim"
	run ip -j -d link xdp multi show dev "$sim"
	is "$(json '.[0] | .mode, (.foreign | .kind, .name, .pin)' | xargs)" 'offload hw drop /sys/fs/bpf/hw' \
		'hardware: show tells the kind and the holder'
	hardware "add dev $sim object obj/bpf/pass.o overwrite" 'add'
	hardware "flush dev $sim" 'flush'
	hardware "adopt dev $sim" 'adopt'
	refused 2 '~^Error: The kernel does not tail-call program [0-9]+, which seems to be bound to a device: ' 'hardware: its program joins no chain' \
		"${multi[@]}" add dev v0 pinned /sys/fs/bpf/hw
	system_ip link set dev "$sim" xdpoffload off
	run "${multi[@]}" add dev "$sim" object obj/bpf/pass.o
	expect 0 '' '' 'hardware: what was advised helps'
	# Beside a chain there can be one.
	bpftool net attach xdpoffload pinned /sys/fs/bpf/hw dev "$sim"
	run "${multi[@]}" add dev "$sim" object obj/bpf/counter.o prio 60
	expect 0 '' '' 'hardware: a chain behind it can be changed'
	# chain_is knows only devices with one program.
	is "$(ip -j link xdp multi show dev "$sim" | jq -r '[.[0].entries[].name] | join(" ")')" 'pass counter' \
		'hardware: and shown'
	system_ip link set dev "$sim" xdpdrv off
	run ip -j link xdp multi show dev "$sim"
	is "$(json '.[0] | .foreign.kind, (.displaced.entries | length)' | xargs)" 'hw 2' \
		'hardware: a chain that was detached behind it is not forgotten'
	hardware "repair dev $sim" 'repair'
	system_ip link set dev "$sim" xdpoffload off
	run "${multi[@]}" repair dev "$sim"
	is "$status" 0 'hardware: without it the chain is attached again'
	"${multi[@]}" flush dev "$sim"
	rm /sys/fs/bpf/hw
	echo 7 > /sys/bus/netdevsim/del_device
else
	skip 'this kernel has none' netdevsim
fi

# ---- virtio_net ----

if [[ -z ${NIC-} ]]; then
	skip 'this machine has no card' virtio_net
else
	modprobe virtio_pci
	modprobe virtio_net
	system_ip link set "$NIC" up
fi
if [[ ${NIC-} && ${NIC_STUBBORN-} ]]; then
	refused 2 '~host is implementing (GRO_HW|LRO)/CSUM, .*; only the host can turn that off: set ctrl_guest_offloads=on for this card in the virtual machine.s configuration, or use "mode generic"\.$' \
		'virtio_net: not in generic mode because of GRO_HW' "${multi[@]}" add dev "$NIC" object obj/bpf/pass.o
	run "${multi[@]}" add dev "$NIC" object obj/bpf/pass.o mode generic
	expect 0 '' '' 'virtio_net: what was advised helps'
	"${multi[@]}" flush dev "$NIC"
elif [[ ${NIC-} && ${NIC_QUEUES-} ]]; then
	# Native mode takes another queue for each processor, beside those in use. Where none is
	# left, processors share those that there are.
	ethtool -L "$NIC" combined $((NIC_QUEUES - $(nproc)))
	on 'virtio_net with queues to spare' "$NIC" native
	ethtool -L "$NIC" combined "$NIC_QUEUES"
	on 'virtio_net with queues all in use' "$NIC" native
elif [[ ${NIC-} ]]; then
	on virtio_net "$NIC" native
	run "${multi[@]}" add dev "$NIC" object obj/bpf/pass.o
	system_ip link set "$NIC" mtu 9000
	run "${multi[@]}" check dev "$NIC"
	expect 0 '' '~^Warning: dev [a-z0-9]*: the MTU is 9000, but entry "pass" does not support multi-buffer packets .*; lower the MTU with "ip link set dev '"$NIC"' mtu 1500"\.$' \
		'virtio_net: check tells of an MTU that was raised'
	system_ip link set "$NIC" mtu 1500
	run "${multi[@]}" check dev "$NIC"
	expect 0 '' '' 'virtio_net: and not when it is lowered'
	"${multi[@]}" flush dev "$NIC"
fi
unchanged 'nothing is left'
done_testing
