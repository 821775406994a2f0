#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# A program is adopted under traffic, other programs join it, and it is attached
# alone again: no packet is lost and none gets past a filter.

. testsuite/lib/tail.sh
. testsuite/lib/traffic.sh

# end_flood: sets $sent and $received.
end_flood() {
	pings_end ping
	diag "$sent packets, $received answers"
}

# round N PROGRAM: the program that is attached alone becomes an entry beside the chain
# that it displaced, gets company, and another takes the place of all.
round() {
	local entry

	ip link xdp multi adopt dev v0 name "theirs$1" 2> /dev/null || return
	if [[ $1 -gt 0 ]]; then
		for entry in front behind "theirs$(($1 - 1))"; do
			ip link xdp multi del "$entry" dev v0 || return
		done
	fi
	ip link xdp multi add dev v0 object obj/bpf/pass.o name front first &&
		ip link xdp multi add dev v0 object obj/bpf/pass.o name behind &&
		system_ip -force link set dev v0 xdp object "obj/bpf/$2.o" section xdp
}

# rounds PROGRAM: a few of them, until there were enough pings.
rounds() {
	local i

	for ((i = 0; i < 3 || $(pinged ping 100; echo $?); i++)); do
		round "$i" "$1" || return
	done
}

new_veth 0
remember_counts

plain v0 counter xdp
pings_begin ping
ip link xdp multi adopt dev v0 2> /dev/null
add pass first
add resize
ip link xdp multi change dev v0 counter last
ip link xdp multi del pass dev v0
ip link xdp multi del resize dev v0
chain_is v0 'counter/51/pass/tail' 'meanwhile it was adopted, and others came and went'
end_flood
is "$received" "$sent" 'no packet is lost'
is "$(counted 1)" "$sent" 'and the program has seen each once'
flush
unchanged 'nothing is left'

plain v0 counter xdp
pings_begin ping
ok 'the program is adopted and put back, by turns' rounds counter
end_flood
is "$received" "$sent" 'no packet is lost'
system_ip link set dev v0 xdp off
run ip link xdp multi flush dev v0
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
unchanged 'nothing is left'

plain v0 drop xdp
pings_begin ping
ok 'a drop is adopted and put back, by turns' rounds drop
end_flood
is "$received" 0 'no packet gets by'
system_ip link set dev v0 xdp off
run ip link xdp multi flush dev v0
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
unchanged 'nothing is left'

done_testing
