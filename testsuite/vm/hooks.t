#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# The scripts that network managers call, in the managers' environment: nothing else is
# inherited, and only the managers' arguments are passed. `make check-boot` tests them
# with the managers themselves.

. testsuite/lib/tap.sh

program=$(sed -n 's/^SBINDIR = //p' obj/config.txt)/ip-xdp-multi
[[ ! -e $program && $PWD == /project ]] || skip_all 'this is not the emulated machine'
hooks=obj/hooks
new_veth 0
new_veth 1
remember_counts
zero=$tap_counts

# bare VARIABLE=VALUE... SCRIPT [ARGUMENT...]
bare() {
	run env -i "$@"
}

# Each caller: as it calls for a device that is set up. $dev is that device.
as_ifupdown() {
	bare IFACE="$dev" LOGICAL="$dev" ADDRFAM=inet METHOD=static MODE=start PHASE=pre-up \
		VERBOSITY=0 "$@" sh $hooks/ifupdown/xdp-multi
}
as_ifupdown_up() {
	bare IFACE="$dev" LOGICAL="$dev" ADDRFAM=inet6 METHOD=auto MODE=start PHASE=post-up \
		VERBOSITY=0 sh $hooks/ifupdown/xdp-multi
}
as_ifupdown2() {
	bare IFACE="$dev" LOGICAL="$dev" METHOD=static ADDRFAM=inet MODE=start \
		sh $hooks/ifupdown/xdp-multi
}
as_ifupdown_ng() {
	bare IFACE="$dev" INTERFACES_FILE=/etc/network/interfaces MODE=start PHASE=pre-up METHOD=none \
		sh $hooks/ifupdown-ng/xdp-multi
}
as_networkd_dispatcher() {
	bare IFACE="$dev" STATE=configuring OperationalState=carrier AdministrativeState=configuring \
		ADDR= json='{}' sh $hooks/networkd-dispatcher/xdp-multi
}
as_networkmanager() {
	bare NM_DISPATCHER_ACTION=pre-up CONNECTION_ID=c DEVICE_IFACE="$dev" DEVICE_IP_IFACE="$dev" \
		sh $hooks/networkmanager/xdp-multi "$dev" pre-up
}
callers=(as_ifupdown as_ifupdown_up as_ifupdown2 as_ifupdown_ng as_networkd_dispatcher as_networkmanager)

dev=v0
for caller in "${callers[@]}"; do
	# Who writes "use xdp-multi" wants to know.
	[[ $caller != as_ifupdown_ng ]] || continue
	$caller
	expect 0 '' '' "$caller: the program is not installed any more"
done
mkdir -p "$(dirname "$program")" /etc/xdp-multi
ln -s /project/ip/ip "$program"
# ip/ip goes by its name.
[[ $("$program" -V) == ip-xdp-multi* ]] || bail_out "no $program"
echo "object $PWD/obj/bpf/counter.o name counter prio 10" > /etc/xdp-multi/v0.chain
echo "object $PWD/obj/bpf/counter.o name counter nonsense" > /etc/xdp-multi/v1.chain

for caller in "${callers[@]}"; do
	dev=v0
	$caller
	expect 0 '' '' "$caller: a device with configuration"
	chain_is v0 'counter/10/pass' "$caller: it has its chain"
	before=$(xdp_id v0)
	$caller
	expect 0 '' '' "$caller: again"
	is "$(xdp_id v0)" "$before" "$caller: nothing is changed"
	system_ip link add other0 type dummy
	dev=other0
	$caller
	expect 0 '' '' "$caller: a device without configuration"
	system_ip link del other0
	$caller
	expect 0 '' '' "$caller: a device that is not there"
	dev=v1
	$caller
	expect 1 '' 'Error: dev v1: /etc/xdp-multi/v1.chain:1: "nonsense" is garbage here, see xdp-multi.chain(5).' \
		"$caller: a bad file, in one line"
	ip link xdp multi flush dev v0
done

# When there is nothing to do.
nothing() {
	expect 0 '' '' "$1"
	is "$(xdp_id v0)" 0 'does nothing'
}
dev=v0
as_ifupdown IF_XDP_MULTI=no
nothing 'ifupdown: xdp-multi no'
bare IFACE=--all LOGICAL=auto ADDRFAM=meta METHOD=none MODE=start PHASE=pre-up sh $hooks/ifupdown/xdp-multi
nothing 'ifupdown: of all devices'
bare IFACE=v0:1 LOGICAL=v0:1 ADDRFAM=inet METHOD=static MODE=start PHASE=pre-up sh $hooks/ifupdown/xdp-multi
nothing 'ifupdown: an alias'
for phase in depend create down post-down destroy; do
	bare IFACE=v0 PHASE=$phase MODE=stop sh $hooks/ifupdown-ng/xdp-multi
	nothing "ifupdown-ng: $phase"
done
for words in 'v0 up' 'v0 down' 'none hostname' ' connectivity-change' 'v0 dhcp4-change'; do
	bare sh $hooks/networkmanager/xdp-multi "${words%% *}" "${words#* }"
	nothing "NetworkManager: $words"
done
bare sh $hooks/networkd-dispatcher/xdp-multi
nothing 'networkd-dispatcher: without a device'

# What is up stays up: ifdown leaves the chain.
as_ifupdown
bare IFACE=v0 LOGICAL=v0 ADDRFAM=inet METHOD=static MODE=stop PHASE=post-down sh $hooks/ifupdown/xdp-multi
expect 0 '' '' 'ifupdown: down'
chain_is v0 'counter/10/pass' 'leaves the chain'
ip link xdp multi flush dev v0

# Which interfaces udev starts a unit for; what it prints is systemd's.
wanted() {
	env -i "${@:2}" XDP_MULTI_NAME="$1" sh "$tap_tmp/wanted"
}
sed 's|^exec .*|echo yes|' $hooks/udev/xdp-multi-wanted > "$tap_tmp/wanted"
is "$(wanted v0)" yes 'udev: a device that has a file'
not_ok 'udev: one that has none' wanted other0
mkdir -p '/run/xdp-multi/en*.d' '/usr/lib/xdp-multi/alt [x].d' /usr/lib/xdp-multi/wan.d
is "$(wanted ens3)" yes 'udev: one that a pattern matches'
not_ok 'udev: no part of a name' wanted xens3
not_ok 'udev: and none by another name' wanted eth9 ID_NET_NAME_SLOT=s1
is "$(wanted eth9 ID_NET_NAME_SLOT=ens1)" yes 'udev: but by a name that udev gives'
system_ip link add other1 type dummy
not_ok 'udev: nor by one that nobody gave' wanted other1
system_ip link property add dev other1 altname wan
is "$(wanted other1)" yes 'udev: and by one that somebody gave'
system_ip link del dev other1
not_ok 'udev: systemd has no unit for some names' wanted "en\"3"
touch /etc/xdp-multi/README /etc/xdp-multi/other0.chain~
not_ok 'udev: other files do not count' wanted other0
mkdir /run/xdp-multi/default.d
is "$(wanted other0)" yes 'udev: default is for all'
rm -r /run/xdp-multi /usr/lib/xdp-multi /etc/xdp-multi "$program"

tap_counts=$zero
unchanged 'nothing is left'
done_testing
