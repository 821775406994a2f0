# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The cases of faults.sh, which this file includes. Both chains of each case drop all
# packets, unless the case sets drops.

. testsuite/lib/faults.sh

# shellcheck disable=SC2034
{
entry() {
	ip link xdp multi add object "obj/bpf/$1.o" "${@:2}" 2> "$tap_tmp/entry" ||
		bail_out "no $1: $(< "$tap_tmp/entry")"
}

ifindex() {
	local line

	line=$(system_ip -o link show dev "$1")
	echo "${line%%:*}"
}

# map_of ENTRY MAP: an id.
map_of() {
	ip -d link xdp multi show dev v0 |
		sed -n "/^ *[0-9]*: $1 /,\$ { s/^ *map id \([0-9]*\) name $2 .*/\1/p }"
}

two() {
	entry counter prio 20 "$@"
	entry drop prio 60 "$@"
}

three() {
	two dev v0
	ip link xdp multi add dev v0 object obj/helpers/firewall-1.o name fw prio 10
	bpftool map update id "$(map_of fw blocked)" key 1 2 3 4 value 1
}

case_first() {
	devs=(v0) set_up=(:) drops=''
	change=(add dev v0 object obj/bpf/drop.o)
	undo=(flush dev v0)
}

case_add() {
	devs=(v0) set_up=(two dev v0)
	change=(add dev v0 object obj/bpf/pass.o name x prio 30)
	undo=(del x dev v0)
}

# A tail-call map that is pinned: the new version takes the pin.
three_with_calls() {
	two dev v0
	ip link xdp multi add dev v0 object obj/helpers/jump-1.o program jump name jump prio 10 pinmaps /sys/fs/bpf/maps
}

case_tables() {
	devs=(v0) set_up=(three_with_calls) always=(rename:1 unlink:1)
	change=(replace dev v0 object obj/helpers/jump-2.o program jump name jump prio 11 pinmaps /sys/fs/bpf/maps)
	undo=(replace dev v0 object obj/helpers/jump-1.o program jump name jump prio 10 pinmaps /sys/fs/bpf/maps)
}

case_replace() {
	devs=(v0) set_up=(three)
	change=(replace dev v0 object obj/helpers/firewall-2.o name fw)
	undo=(replace dev v0 object obj/helpers/firewall-1.o name fw)
}

case_pinmaps() {
	devs=(v0) set_up=(two dev v0) prepare=(find /sys/fs/bpf/maps -type f -delete)
	mkdir -p /sys/fs/bpf/maps
	"${prepare[@]}"
	change=(add dev v0 object obj/helpers/pinned-1.o name fw prio 10 pinmaps /sys/fs/bpf/maps)
	undo=(del fw dev v0)
}

case_order() {
	devs=(v0) set_up=(two dev v0)
	change=(change drop dev v0 prio 5)
	undo=(change drop dev v0 prio 60)
}

case_rename() {
	devs=(v0) set_up=(two dev v0)
	change=(change counter dev v0 name other)
	undo=(change other dev v0 name counter)
}

case_del() {
	devs=(v0) set_up=(three)
	change=(del counter dev v0)
	undo=(add dev v0 object obj/bpf/counter.o prio 20)
}

case_disable() {
	devs=(v0) set_up=(two dev v0)
	change=(change counter dev v0 disable)
	undo=(change counter dev v0 enable)
}

case_stats() {
	devs=(v0) set_up=(two dev v0)
	change=(set dev v0 stats on)
	undo=(set dev v0 stats off)
}

# In the maps of the old dispatcher, or in new ones that go on from them.
two_counted() {
	two dev v0
	ip link xdp multi set dev v0 stats on
}

case_counted() {
	devs=(v0) set_up=(two_counted)
	change=(add dev v0 object obj/bpf/pass.o name x prio 30)
	undo=(del x dev v0)
}

saved_two() {
	two dev v0
	ip link xdp multi save dev v0 > "$tap_tmp/saved"
}

case_flush() {
	devs=(v0) set_up=(saved_two) drops=''
	change=(flush dev v0)
	undo=(restore dev v0 file "$tap_tmp/saved")
}

case_restore() {
	devs=(v0) set_up=(saved_two)
	printf 'object %s/obj/bpf/%s.o name %s\n' "$PWD" pass a "$PWD" counter counter "$PWD" drop drop > "$tap_tmp/chain"
	change=(restore dev v0 file "$tap_tmp/chain")
	undo=(restore dev v0 file "$tap_tmp/saved")
}

# Configuration files below two roots, of which the first is applied.
configured() {
	local i root=$tap_tmp/root

	mkdir -p "$root"{1,2}/{usr/lib,etc}/xdp-multi/v0.d
	for i in 1 2; do
		echo "object $PWD/obj/bpf/drop.o prio 60" > "$root$i/usr/lib/xdp-multi/v0.d/60-drop.entry"
		echo "object counter.o prio 20" > "$root$i/etc/xdp-multi/v0.d/20-counter.entry"
		cp obj/bpf/counter.o "$root$i/etc/xdp-multi/v0.d"
		mkdir -p "$root$i$PWD/obj/bpf"
		cp obj/bpf/drop.o "$root$i$PWD/obj/bpf"
	done
	rm "${root}1/etc/xdp-multi/v0.d/20-counter.entry"
	ip link xdp multi apply dev v0 root "${root}1"
}

case_apply() {
	devs=(v0) set_up=(configured)
	change=(apply dev v0 root "$tap_tmp/root2")
	undo=(apply dev v0 root "$tap_tmp/root1")
}

# As a command that was killed leaves it: what it was about to attach is marked, and so
# is what it was about to replace.
leftover() {
	chmod 2700 /sys/fs/bpf/xdp/*-"$(ifindex v0)-$(xdp_id v0)"
	# shellcheck disable=SC2174
	mkdir -p -m 1700 "/sys/fs/bpf/xdp/multi-$(ifindex v0)-4294967295"
}

case_sweep() {
	case_order
	may_remain=-4294967295
	prepare=(leftover)
}

own_and_other() {
	two dev v0
	entry drop dev v1
	ip link xdp multi save dev v1 > "$tap_tmp/saved"
}

case_share() {
	devs=(v0 v1) set_up=(own_and_other)
	change=(share dev v1 from v0)
	undo=(restore dev v1 file "$tap_tmp/saved" maps fit)
}

in_other_netns() {
	saved_two
	ip -n peer0 link xdp multi flush dev p0 if-exists
	ip -n peer0 link xdp multi add dev p0 object obj/bpf/drop.o 2> /dev/null
}

# From another network namespace. A device there has the index of v0, so that its
# pins could be leftovers here: to find out takes a thousand calls.
case_netns() {
	devs=(v0) set_up=(in_other_netns) coarser=20
	change=(share dev v0 from p0 netns peer0)
	undo=(restore dev v0 file "$tap_tmp/saved")
}

case_devices() {
	devs=(v0 v1) set_up=(two dev v0 dev v1)
	change=(add dev v0 dev v1 object obj/bpf/pass.o name x prio 30)
	undo=(del x dev v0 dev v1 if-exists)
}

attach_plain() {
	ip link xdp multi flush dev v0 if-exists
	plain v0 drop xdp
}

case_adopt() {
	devs=(v0) set_up=(attach_plain) drops=''
	change=(adopt dev v0)
	undo_by=(attach_plain)
}

take_off() {
	system_ip link set dev v0 xdp off
}

two_taken_off() {
	two dev v0
	take_off
}

case_repair() {
	devs=(v0) set_up=(two_taken_off) drops=''
	change=(repair dev v0)
	undo_by=(take_off)
}

unpin() {
	rm /sys/fs/bpf/xdp/*/prog0-prog
}

two_unpinned() {
	two dev v0
	unpin
}

case_unpinned() {
	devs=(v0) set_up=(two_unpinned)
	change=(repair dev v0)
	undo_by=(unpin)
}

case_format() {
	devs=(v0) set_up=(two dev v0 format 2)
	change=(set dev v0 format extended)
	undo=(set dev v0 format 2)
}

two_frags() {
	entry frags dev v0 name first prio 10
	entry drop dev v0 prio 60
}

# Which has frags, if the kernel was asked.
case_frags() {
	devs=(v0) set_up=(two_frags)
	change=(add dev v0 object obj/bpf/frags.o name x prio 30)
	undo=(del x dev v0)
}
}
