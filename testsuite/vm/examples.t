#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext tail
# The useful examples in bpf/: each handles real packets as its top comment says, with
# the commands in that comment.

. testsuite/lib/tap.sh

# add EXAMPLE: by the command at the top of its source.
add() {
	local command

	command=$(sed -n "s/^ \*\t\(ip link xdp multi add dev v0 object $1\.o\)$/\1/p" "bpf/$1.bpf.c")
	[[ -n $command ]] || bail_out "bpf/$1.bpf.c does not tell how to add it"
	(cd obj/bpf && bash -c "$command") > "$tap_tmp/typed" 2>&1 ||
		bail_out "$command: $(< "$tap_tmp/typed")"
}

flush() {
	ip link xdp multi flush dev v0 || bail_out 'no flush'
}

# gone MAP: the kernel frees the maps of a chain some time after it.
# shellcheck disable=SC2317
gone() {
	[[ -z $(maps_named "$1") ]]
}

# pings COUNT: replies to so many packets from the peer.
pings() {
	in_peer 0 ping -q -c "$1" -i 0.01 -W 1 10.0.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

udp() {
	in_peer 0 bash -c "echo > /dev/udp/10.0.0.1/$1"
}

# connects PORT SECONDS: nobody listens there, so a packet that comes through is answered by
# "refused". One that is dropped is not answered.
connects() {
	local answer

	answer=$(in_peer 0 timeout "$2" bash -c "echo > /dev/tcp/10.0.0.1/$1" 2>&1)
	[[ $answer == *refused* ]]
}

# value MAP KEY...: the number that a map has at this key.
value() {
	bpftool -j map lookup name "$1" key "${@:2}" | jq '.formatted.value'
}

new_veth 0
remember_counts

### blocklist

add blocklist
chain_is v0 'blocklist/10/pass' 'blocklist: its defaults, by xdp_multi.h'
is "$(pings 2)" 2 'packets pass'
bpftool map update name blocked_v4 key 24 0 0 0 10 0 0 0 value 0 0 0 0 0 0 0 0
is "$(pings 2) $(value blocked_v4 24 0 0 0 10 0 0 0)" '0 2' 'a listed prefix drops and counts'
bpftool map delete name blocked_v4 key 24 0 0 0 10 0 0 0
bpftool map update name blocked_v4 key 32 0 0 0 10 0 0 3 value 0 0 0 0 0 0 0 0
is "$(pings 2)" 2 'another address does not'
bpftool map update name blocked_ports key 17 0 0x1e 0x61 value 0 0 0 0 0 0 0 0
udp 7777
udp 7778
is "$(value blocked_ports 17 0 0x1e 0x61)" 1 'a listed port drops, the next one does not'
bpftool map update name blocked_ports key 6 0 0x1e 0x61 value 0 0 0 0 0 0 0 0
not_ok 'the same number of TCP' connects 7777 1
ok 'the next one does not' connects 7778 30
flush

### ratelimit

add ratelimit
chain_is v0 'ratelimit/20/pass' 'ratelimit: its defaults'
is "$(pings 20)" 20 'a slow source is not limited'
is "$(value limited 0 0 0 0)" 0 'nothing is dropped'
flush
await gone limit
await gone limited
add ratelimit
bpftool map update name limit key 0 0 0 0 value 1 0 0 0 4 0 0 0
received=$(in_peer 0 ping -q -l 100 -c 100 -i 0.01 -W 1 10.0.0.1 < /dev/null |
	sed -n 's/.* \([0-9]*\) received.*/\1/p')
dropped=$(value limited 0 0 0 0)
diag "$received received, $dropped dropped"
ok 'a fast one is: packets are dropped' test "$dropped" -gt 0
is $((received + dropped)) 100 'the others are answered'
flush

### protocols

# seen PROTOCOL: packets of all processors
seen() {
	bpftool -j map lookup name by_protocol key "$1" 0 0 0 |
		jq '[.formatted.values[].value.packets] | add'
}

add protocols
chain_is v0 'protocols/50/pass' 'protocols: the usual defaults'
pings 3 > /dev/null
udp 7777
connects 7777 30
is "$(seen 1) $(seen 17) $(seen 6) $(seen 255)" '3 1 1 0' 'protocols: ICMP, UDP and TCP are counted'
sums=$(sed -n '/^ \*\tbpftool -j map dump/,/^ \*\//p' bpf/protocols.bpf.c |
	sed '/^ \*\//d; s/^ \*\t//')
is "$(bash -c "$sums" | xargs)" '[1,3] [6,1] [17,1]' 'all of them, by the command in its source'
flush

### sampler

add sampler
bpftool map update name sample_every key 0 0 0 0 value 1 0 0 0
pings 3 > /dev/null
map=$(bpftool -j map show name samples | jq .id)
run obj/bpf/sampler "$map" 3
expect 0 '*' '' 'sampler: its reader prints three packets'
is "$(wc -l <<< "$stdout")" 3 'on three lines'
like "$stdout" 'if[0-9]+ 98 bytes: 0200 0000 0001 0200 0000 0002 0800 45' 'with length and bytes'
run obj/bpf/sampler
expect 1 '' 'usage: sampler MAP_ID [ COUNT ]' 'without a map it tells its usage'
run obj/bpf/sampler 4294967295
expect 1 '' '~cannot open the ring buffer: No such file' 'and that there is no such map'
flush

### knock

add knock
not_ok 'knock: the port is closed' connects 22 1
ok 'another is not' connects 23 30
for port in 7001 9003 8002 9003; do udp "$port"; done
not_ok 'knocks in another order do not open it' connects 22 1
for port in 7001 8002 9003; do udp "$port"; done
ok 'those in the right order do' connects 22 30
flush

### forward

# Into the other cable: what is sent to v1 comes out of p1. On veth its peer must be
# able to take frames, for which GRO will do.
add_veth=$(new_veth 1 2>&1) || bail_out "$add_veth"
in_peer 1 ethtool -K p1 gro on
run ip -n peer1 link xdp multi add dev p1 object obj/bpf/protocols.o
add forward
read -r index < /sys/class/net/v1/ifindex
pings 1 > /dev/null
is "$(pings 2)" 2 'forward: packets to other addresses pass'
bpftool map update name out_device key 10 0 0 1 value "$index" 0 0 0
is "$(pings 2)" 0 'those to a listed one do not'
becomes 2 'they leave by the other device' seen 1
flush
ip -n peer1 link xdp multi flush dev p1
del_veth 1

unchanged 'nothing is left'
done_testing
