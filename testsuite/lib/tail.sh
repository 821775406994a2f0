# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions for tests of tail-called entries; includes tap.sh.

. testsuite/lib/tap.sh

# A first tail-called entry takes the chain out of what libxdp reads.
# shellcheck disable=SC2034
extended='Warning: The chain is written in the extended format, which libxdp does not read: it has an entry that is tail-called.'

# add PROGRAM [WORDS]: to v0, of obj/bpf.
add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" 2> "$tap_tmp/add" ||
		bail_out "no $program: $(< "$tap_tmp/add")"
}

flush() {
	ip link xdp multi flush dev v0 || bail_out 'no flush'
}

# counted [N [NAME]]: what the counter that was loaded as N-th of those alive has
# seen.
counted() {
	local id

	id=$(obj/helpers/objects | awk -v name="${2-packets}" '$1 == "map" && $4 == name { print $2 }' |
		sed -n "${1-1}p")
	bpftool map dump id "$id" | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

# pings COUNT: replies to so many packets from the peer.
pings() {
	in_peer 0 ping -q -c "$1" -i 0.01 -W 1 10.0.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

# plain DEV PROGRAM SECTION [MODE]: attach a program as the system's ip does. It
# makes directories, or a link in place of one that is not there.
plain() {
	[[ -e /sys/fs/bpf/xdp ]] || mkdir -m 700 /sys/fs/bpf/xdp
	system_ip link set dev "$1" "${4-xdp}" object "obj/bpf/$2.o" section "$3" ||
		bail_out "no plain $2"
	rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
}
