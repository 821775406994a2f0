#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# trace reports each packet once, with the verdict of each entry, whatever happens to the
# chain meanwhile, and restores the chain afterwards.

. testsuite/lib/tap.sh
. testsuite/lib/traffic.sh
. testsuite/lib/trace.sh

multi=(ip link xdp multi)

# Frames, from the peer to v0.
eth=020000000001020000000002
ip4=4500001d00000000401100000a0000020a000001
ip6=600000000009114020010db800000000000000000000000220010db8000000000000000000000001
udp=30391e610009000078     # to port 7777, which the filter drops
other=303900350009000078   # to port 53
padding=00000000000000000000000000000000
good=${eth}0800$ip4$other$padding
bad=${eth}0800$ip4$udp$padding
tagged=${eth}81000007${ip4:+0800}$ip4$udp
double=${eth}88a8000781000008${ip4:+0800}$ip4$other
six=${eth}86dd$ip6$other
fragment=${eth}86dd${ip6/091140/112c40}1100000800000001$other
cut=${eth}08004500001d0000
optional=${eth}08004600002100000000401100000a0000020a00000101010101$udp
tiny=${eth}88cc

new_veth 0
remember_counts
start=$tap_counts

refused 2 'Error: dev v0: no such chain: nothing is attached.' 'without a chain' \
	"${multi[@]}" trace dev v0
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10
"${multi[@]}" add dev v0 object obj/bpf/filter.o prio 20
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 30 name behind
before=$(chain_of v0)
format=$(command ip -j link xdp multi show dev v0 | grep -o '"format":"[a-z0-9]*"')
for words in 'filter nonsense' 'filter' 'verdict none' 'verdict other' 'sample 0' 'count 0' 'write'; do
	# shellcheck disable=SC2086
	refused 255 '~.' "$words" "${multi[@]}" trace dev v0 $words
done
refused 2 'Error: dev v0: the chain has no entry named "nobody".' 'an entry that is not there' \
	"${multi[@]}" trace dev v0 entry nobody
refused 1 'Error: The filter "inbound" asks for something that is not in the packet.' 'what only sockets know' \
	"${multi[@]}" trace dev v0 filter inbound
refused 1 'Error: The filter "ip6 protochain 6" needs a loop, which filters in the kernel cannot have.' 'what needs a loop' \
	"${multi[@]}" trace dev v0 filter 'ip6 protochain 6'
refused 1 'Error: Cannot write "/nowhere/file": No such file or directory.' 'a file that cannot be' \
	"${multi[@]}" trace dev v0 write /nowhere/file

# Each packet, as text and as JSON.
trace text
send "$good" "$bad" "$tagged" "$double" "$six" "$fragment" "$cut" "$optional" "$tiny"
ended INT
pass='v0 counter pass > filter pass > behind pass '
tells text "$pass 59 bytes 10.0.0.2.12345 > 10.0.0.1.53 udp
v0 counter pass > filter drop  59 bytes 10.0.0.2.12345 > 10.0.0.1.7777 udp
$pass 47 bytes vlan 7 10.0.0.2.12345 > 10.0.0.1.7777 udp
$pass 51 bytes vlan 7 vlan 8 10.0.0.2.12345 > 10.0.0.1.53 udp
$pass 63 bytes 2001:db8::2.12345 > 2001:db8::1.53 udp
$pass 71 bytes 2001:db8::2 > 2001:db8::1 udp fragment
$pass 20 bytes ip truncated
$pass 47 bytes 10.0.0.2.12345 > 10.0.0.1.7777 udp
$pass 14 bytes 02:00:00:00:00:02 > 02:00:00:00:00:01 ethertype 0x88cc" 'each packet'
is "$(chain_of v0)" "$before" 'the chain is what it was'
like "$(command ip -j link xdp multi show dev v0)" "$format" 'in its format'

trace json @-j
send "$good" "$bad"
ended TERM
is "$(jq -c 'del(.time)' "$tap_tmp/json")" \
	'{"ifname":"v0","len":59,"packet":1,"verdict":"pass","path":[{"entry":"counter","verdict":"pass"},{"entry":"filter","verdict":"pass"},{"entry":"behind","verdict":"pass"}],"queue":0,"summary":"10.0.0.2.12345 > 10.0.0.1.53 udp"}
{"ifname":"v0","len":59,"packet":2,"verdict":"drop","path":[{"entry":"counter","verdict":"pass"},{"entry":"filter","verdict":"drop"}],"queue":0,"summary":"10.0.0.2.12345 > 10.0.0.1.7777 udp"}' \
	'as JSON'

# Which packets.
all=("$good" "$bad" "$tagged" "$double" "$six" "$fragment" "$cut" "$optional" "$tiny")
# chosen LENGTHS WORDS...: of all these packets those of these lengths are told.
chosen() {
	local lengths=$1

	shift
	trace chosen "$@"
	send "${all[@]}"
	ended INT
	is "$(lines chosen | sed -E 's/.*  ([0-9]+) bytes .*/\1/' | xargs)" "$lengths" "${*@Q}"
}

# Each takes some seconds where everything is emulated.
if [[ -n ${DIRECT-} ]]; then
	chosen '59 59 63 71 47' filter udp
	chosen '59 47' filter 'udp dst port 7777'
	chosen '51' filter 'vlan and vlan 8'
	chosen '63 71' filter ip6
	chosen '47' filter 'ip[0] & 0xf = 6'
	chosen '20 14' filter 'less 30'
	chosen '59 59' filter 'udp and (udp[4:2] * 2 = 18) and not ip[0] = 0x46'
	chosen '59' verdict drop
	chosen '' entry behind verdict tx
	chosen '59 59 20 47' filter 'ip or (ether[100] = 7)'
	chosen '59 47 51 63 71 20 47 14' entry behind
fi
chosen '47' filter 'vlan 7 and udp port 7777'
chosen '59' entry name filter verdict drop,aborted
chosen '59 47 63 20 14' sample 2
chosen '59 59 47' count 3
is "$status" 0 'count ends it'

# Files.
trace file write "$tap_tmp/packets" filter 'greater 40'
send "${all[@]}"
ended INT
is "$status$(< "$tap_tmp/file")" 0 'a file is written, and nothing else'
if type -P tcpdump > /dev/null; then
	is "$(tcpdump -Z root -nr "$tap_tmp/packets" 2> /dev/null | wc -l)" 7 'which libpcap reads'
fi
if type -P tshark > /dev/null; then
	fields=(-T fields -e frame.len -e frame.comment -e frame.verdict.ebpf_xdp -e frame.packet_id)
	is "$(tshark -r "$tap_tmp/packets" -Y 'frame.verdict.ebpf_xdp == 1' "${fields[@]}" 2> /dev/null)" \
		$'59\tcounter pass > filter drop\t2,1\t2' 'Wireshark finds what was dropped'
	is "$(tshark -r "$tap_tmp/packets" "${fields[@]}" 2> /dev/null | wc -l)" 7 'among all others'
else
	skip 'no tshark: make check-wireshark' 'Wireshark finds what was dropped'
fi
id=$(xdp_id v0)
command ip link xdp multi trace dev v0 count 1 write - > "$tap_tmp/stdout" 2> /dev/null &
tracer=$!
await is_new
send "$good"
ended
is "$(head -c 4 "$tap_tmp/stdout" | od -An -tx1)" ' 0a 0d 0d 0a' 'standard output'

# As Wireshark captures it.
ln -s "$PWD/ip/ip" "$tap_tmp/ip-xdp-multi"
extcap=(env "XDP_MULTI=$tap_tmp/ip-xdp-multi" sh obj/hooks/wireshark/xdp-multi)
system_ip link add f0 type veth peer name d0
system_ip link set dev f0 xdp object obj/bpf/drop.o section xdp
"${multi[@]}" add dev d0 object obj/bpf/pass.o 2> /dev/null
unchecked=yes
system_ip link set dev d0 xdp off
is "$("${extcap[@]}" --extcap-interfaces | grep '^interface')" \
	'interface {value=xdp-multi-v0}{display=xdp-multi: v0}' 'extcap: the interfaces are those with an attached chain'
"${multi[@]}" flush dev d0
unchecked=
system_ip link del f0
rm -rf /sys/fs/bpf/ip /sys/fs/bpf/tc /sys/fs/bpf/xdp/globals
like "$("${extcap[@]}" --extcap-interface xdp-multi-v0 --extcap-dlts)" '^dlt \{number=1\}' 'extcap: they are Ethernet'
is "$("${extcap[@]}" --extcap-interface=xdp-multi-v0 --extcap-config | grep -c '^value')" 6 'extcap: verdicts to choose from'
mkfifo "$tap_tmp/fifo"
cat "$tap_tmp/fifo" > "$tap_tmp/captured" &
id=$(xdp_id v0)
"${extcap[@]}" --capture --extcap-interface=xdp-multi-v0 --fifo "$tap_tmp/fifo" \
	--extcap-capture-filter=udp --verdict drop 2> /dev/null &
tracer=$!
await is_new
send "$good" "$bad" "$tiny"
ended TERM
wait
is "$status $(tcpdump -Z root -nr "$tap_tmp/captured" 2> /dev/null | grep -c '7777')" '0 1' 'extcap: it captures what was dropped'

# Nobody reads any more.
id=$(xdp_id v0)
{ command ip link xdp multi trace dev v0 2> /dev/null; echo "$?" > "$tap_tmp/pipe"; } | head -n 1 > "$tap_tmp/head" &
await is_new
send "$good"
wait
is "$(< "$tap_tmp/pipe")" 0 'a pipe that is closed ends it'
id=$(xdp_id v0)
{ command ip link xdp multi trace dev v0 write - 2> /dev/null; echo "$?" > "$tap_tmp/pipe"; } | head -c 4 > "$tap_tmp/head" &
await is_new
send "$good"
wait
is "$(< "$tap_tmp/pipe")" 0 'a file that goes to a closed pipe, too'
trap '' HUP
trace ignored
trap - HUP
kill -HUP "$tracer"
send "$bad"
ended TERM
is "$(lines ignored | wc -l)" 1 'under nohup SIGHUP does not end it'
mkfifo "$tap_tmp/unread"
# shellcheck disable=SC2217
sleep 1000 < "$tap_tmp/unread" &
reader=$!
trace unread
kill -STOP "$tracer"
kill "$reader"
wait "$reader" 2> /dev/null
send "$good"
kill -CONT "$tracer"
ended
is "$status $(grep -v "^$extended\$" "$tap_tmp/unread.err")" '0 ' 'and packets that cannot be told any more are no error'
id=$(xdp_id v0)
command ip link xdp multi trace dev v0 > /dev/full 2> "$tap_tmp/full.err" &
tracer=$!
await is_new
send "$good"
ended
is "$status $(grep -v "^$extended\$" "$tap_tmp/full.err")" \
	'1 Error: Cannot write: No space left on device.' 'a full disk ends it, with one sentence'

# Two at once, and a killed one.
trace first
refused 2 "Error: dev v0: the chain is already traced, by process $tracer: end that trace first." 'a second trace' \
	"${multi[@]}" trace dev v0
like "$(command ip -d link xdp multi show dev v0)" " traced by process $tracer " 'show says whose it is'
kill -KILL "$tracer"
wait "$tracer"
like "$(command ip -d link xdp multi show dev v0)" "by process $tracer \(gone" 'killed, show says so'
unchecked=yes
run "${multi[@]}" set dev v0 stats on
not_ok 'the next change ends it' is_traced
trace again
send "$bad"
is "$(command ip -j -s link xdp multi show dev v0 | jq -c '.[0].entries[1].stats.verdicts.drop')" 1 \
	'what is traced can be counted too'
kill -KILL "$tracer"
wait "$tracer"
trace after
send "$bad"
ended INT
tells after 'v0 counter pass > filter drop  59 bytes 10.0.0.2.12345 > 10.0.0.1.7777 udp' \
	'a trace after one that was killed'
"${multi[@]}" set dev v0 stats off > /dev/null
is "$(chain_of v0)" "$before" 'the chain is what it was'
like "$(command ip -j link xdp multi show dev v0)" "$format" 'in its format'

# The chain changes all the time.
[[ -n ${DIRECT-} ]] && rounds=17 || rounds=4
trace changes filter 'icmp[icmptype] = icmp-echo' write "$tap_tmp/pings"
pings_begin changes
n=0
until pinged changes 100 && ((n >= rounds)); do
	"${multi[@]}" change dev v0 filter first
	"${multi[@]}" add dev v0 object obj/bpf/pass.o name "more$n" prio 70
	"${multi[@]}" change dev v0 filter prio 20
	"${multi[@]}" change dev v0 behind disable
	"${multi[@]}" change dev v0 behind enable
	"${multi[@]}" del dev v0 "more$n"
	n=$((n + 1))
done
pings_end changes
ended INT
is "$received" "$sent" "no packet is lost in $((6 * n)) changes"
is "$(tcpdump -Z root -nr "$tap_tmp/pings" 2> /dev/null | wc -l)" "$sent" 'and none is told twice or not at all'
"${multi[@]}" change dev v0 behind first
"${multi[@]}" change dev v0 behind prio 30
is "$(chain_of v0)" "$before" 'the chain is what it was made'

# The chain goes and comes.
trace gone
"${multi[@]}" flush dev v0
"${multi[@]}" add dev v0 object obj/bpf/drop.o 2> /dev/null
await is_traced
send "$good"
ended INT
is "$(lines gone)" 'v0 drop drop  59 bytes 10.0.0.2.12345 > 10.0.0.1.53 udp' 'another chain is traced too'
like "$(< "$tap_tmp/gone.err")" 'Warning: dev v0: the chain was gone for a while and was not traced\.' \
	'and it says that there was none'

# More than is read.
packets=3500
trace lost write "$tap_tmp/lost"
kill -STOP "$tracer"
printf -v payload '%01400d' 0
send -$packets "$good$payload$payload"
kill -CONT "$tracer"
ended INT
got=$(tcpdump -Z root -nr "$tap_tmp/lost" 2> /dev/null | wc -l)
like "$(< "$tap_tmp/lost.err")" "Warning: $((packets - got)) packets? (was|were) lost" 'what was lost is counted'

# Killed at each step.
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10
pings_begin kills
calls=$(obj/helpers/inject 100000 kill "$tap_tmp/point" "${multi[@]}" trace dev v0 count 1 > /dev/null 2>&1
	awk '$1 == "none" { print $2 }' "$tap_tmp/point")
[[ -n $calls ]] || bail_out "no calls: $(< "$tap_tmp/point")"
bad='' prio=11
[[ -n ${DIRECT-} ]] && kills=9 || kills=3
for ((n = 10; n < calls; n += calls / kills)); do
	obj/helpers/inject $n kill "$tap_tmp/point" "${multi[@]}" trace dev v0 count 1 > /dev/null 2>&1
	[[ $(command ip -br link xdp multi show dev v0) == *'counter,drop '* ]] || bad+=" $(< "$tap_tmp/point")"
	"${multi[@]}" change dev v0 counter prio $((prio++)) 2> /dev/null
	! is_traced || bad+=" $(< "$tap_tmp/point")"
done
pings_end kills
is "$bad" '' "killed at every $((calls / kills))th of $calls calls, the next change ends it"
"${multi[@]}" flush dev v0
tap_counts=$start
# Tail-called chains are looked at while others change them: see is_new.
[[ $LINKAGE == tail ]] || unchanged 'nothing is left'

"${multi[@]}" add dev v0 object obj/bpf/pass.o 2> /dev/null
trace deleted
system_ip link del v0
ended
is "$status" 1 'without the interface it ends'
like "$(< "$tap_tmp/deleted.err")" 'Error: dev v0: the interface is gone\.' 'and says why'
done_testing
