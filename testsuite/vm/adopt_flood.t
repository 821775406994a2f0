#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# While packets flow a program is adopted, others join it, and it is attached
# alone again: no packet is lost and none gets by.

. testsuite/lib/tail.sh

# start_flood: of pings, in the background.
start_flood() {
	in_peer 0 ping -q -i 0.002 -w 8 10.0.0.1 > "$tap_tmp/ping" < /dev/null &
	pinger=$!
	sleep 0.5
}

# end_flood: sets $sent and $received.
end_flood() {
	wait "$pinger"
	[[ $(< "$tap_tmp/ping") =~ ([0-9]+)' packets transmitted, '([0-9]+)' received' ]]
	sent=${BASH_REMATCH[1]} received=${BASH_REMATCH[2]}
	diag "$sent packets, $received answers, $rounds rounds"
	ok 'a flood of pings' test "$sent" -ge 100
}

# rounds PROGRAM: while it lasts the program that is attached alone becomes an
# entry, gets company, and is attached alone again, by one that takes its place.
rounds() {
	rounds=0
	while kill -0 "$pinger" 2> /dev/null; do
		ip link xdp multi adopt dev v0 name theirs 2> /dev/null || break
		ip link xdp multi add dev v0 object obj/bpf/pass.o name front first || break
		ip link xdp multi add dev v0 object obj/bpf/pass.o name behind || break
		system_ip -force link set dev v0 xdp object "obj/bpf/$1.o" section xdp || break
		rounds=$((rounds + 1))
	done
}

new_veth 0
remember_counts

plain v0 counter xdp
start_flood
rounds=1
ip link xdp multi adopt dev v0 2> /dev/null
add pass first
add resize
ip link xdp multi change dev v0 counter last
ip link xdp multi del pass dev v0
ip link xdp multi del resize dev v0
chain_is v0 'counter/51/pass/tail' 'meanwhile it was adopted, and others came and went'
not_ok 'under way' test "$(counted 1)" -lt 50
ok 'and still' kill -0 "$pinger"
end_flood
is "$received" "$sent" 'no packet is lost'
is "$(counted 1)" "$sent" 'and the program has seen each once'
flush
unchanged 'nothing is left'

plain v0 counter xdp
start_flood
rounds counter
end_flood
ok 'while the program is adopted and put back' test "$rounds" -ge 2
is "$received" "$sent" 'no packet is lost'
system_ip link set dev v0 xdp off
run ip link xdp multi flush dev v0
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
unchanged 'nothing is left'

plain v0 drop xdp
start_flood
rounds drop
end_flood
ok 'while a drop is adopted and put back' test "$rounds" -ge 2
is "$received" 0 'no packet gets by'
system_ip link set dev v0 xdp off
run ip link xdp multi flush dev v0
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
unchanged 'nothing is left'

done_testing
