#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Counters: each packet is counted once, with its verdict, on every CPU, whatever happens
# to the chain meanwhile.

. testsuite/lib/tap.sh
. testsuite/lib/traffic.sh

multi=(ip link xdp multi)
counted='Warning: The chain is written in the extended format, which libxdp does not read: it has counters.'

# stats_of DEV: what each entry and the chain have counted, as
# NAME:PACKETS/BYTES=VERDICT:N,... for what is not 0.
stats_of() {
	command ip -j -s link xdp multi show dev "$1" | jq -r '
		def row: "\(.packets)/\(.bytes)=" +
			([.verdicts | to_entries[] | select(.value > 0) | "\(.key):\(.value)"] | join(","));
		[.[0] | (.entries[] | "\(.name):\(.stats | row)"), "chain:\(.stats | row)"] | join(" ")'
}

# packets_of DEV NAME: how many packets that entry has counted.
packets_of() {
	command ip -j -s link xdp multi show dev "$1" |
		jq --arg name "$2" '.[0].entries[] | select(.name == $name) | .stats.packets'
}

stats_are() {
	is "$(stats_of "$1")" "$2" "$3"
}

# pings N [CPU]: so many packets of 98 bytes from the peer.
pings() {
	in_peer 0 taskset "${2-1}" ping -q -c "$1" -i 0.002 -W 1 10.0.0.1 < /dev/null > /dev/null
}

# udp PORT: one of 43 bytes.
udp() {
	in_peer 0 bash -c "echo > /dev/udp/10.0.0.1/$1"
}

# cpus_of NAME: on how many CPUs a row of the one map of counters is not 0.
cpus_counting() {
	bpftool -j map dump id "$(maps_named multi_counters)" |
		jq '[.[0].values[].value | select(any(. != "0x00"))] | length'
}

# metric LINE: is it one of the metrics?
# shellcheck disable=SC2317
metric() {
	command ip link xdp multi metrics | grep -qxF "$1"
}

# The text format of Prometheus: each metric is described, in one piece, and has no
# sample twice.
# shellcheck disable=SC2317
valid_metrics() {
	awk '
		/^# HELP [a-z_]+ .*[.]$/ { help = $3; next }
		/^# TYPE [a-z_]+ (counter|gauge)$/ {
			if ($3 != help || seen[$3]++) exit bad = 1
			type = $3
			next
		}
		!/^[a-z_]+\{device="[^"]*"(,[a-z]+="([^"\\]|\\.)*")*\} [0-9]+$/ { exit bad = 1 }
		{ name = $1; sub(/\{.*/, "", name) }
		name != type || $1 in samples { exit bad = 1 }
		{ samples[$1] }
		END { exit bad || !NR }' "$1"
}

flush() {
	"${multi[@]}" flush dev "$1"
}

new_veth 0
new_veth 1
remember_counts
start=$tap_counts

for linkage in ext tail; do
	echo "# linkage $linkage"
	"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10 linkage $linkage 2> /dev/null
	run ip -s link xdp multi show dev v0
	expect 0 '*' 'Warning: dev v0: packets are not counted: "ip link xdp multi set dev v0 stats on" starts counting.' \
		'-s says how to begin'
	run ip -j -s link xdp multi show dev v0
	is "$(json '[.[0].stats], [.[0].entries[].stats]')" $'[null]\n[null]' 'and JSON has nothing'
	refused 2 'Error: dev v0: the chain has no counters: "stats on" adds them.' 'none can be reset' \
		"${multi[@]}" set dev v0 stats reset
	refused 2 '~^Error: dev v0: format 3 cannot hold this chain: it (has counters|has an entry that is tail-called); use "format extended"\.$' \
		'libxdp cannot have them' "${multi[@]}" set dev v0 stats on format 3
	dry_run 'stats on' set dev v0 stats on
	run "${multi[@]}" set dev v0 stats on
	if [[ $linkage == ext ]]; then
		expect 0 '' "$counted" 'stats on'
	else
		expect 0 '' '' 'stats on'
	fi
	stats_are v0 'counter:0/0= chain:0/0=' 'all begin at 0'
	id=$(xdp_id v0)
	run "${multi[@]}" set dev v0 stats on
	expect 0 '' '' 'once more'
	is "$(xdp_id v0)" "$id" 'does nothing'
	pings 2
	stats_are v0 'counter:2/196=pass:2 chain:2/196=pass:2' 'one entry alone is counted'
	"${multi[@]}" add dev v0 object obj/bpf/filter.o prio 20 linkage $linkage
	"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 30 name behind
	stats_are v0 'counter:2/196=pass:2 filter:0/0= behind:0/0= chain:2/196=pass:2' \
		'new entries begin at 0, the others go on'
	pings 18 1
	pings 20 2
	udp 7777
	udp 7777
	udp 7778
	stats_are v0 'counter:43/4049=pass:43 filter:41/3853=drop:2,pass:39 behind:39/3767=pass:39 chain:43/4049=drop:2,pass:41' \
		'each packet is counted with its verdict'
	is "$(cpus_counting)" 2 'on both CPUs'
	[[ $linkage == ext ]] || break
	run ip -s link xdp multi show dev v0
	is "${stdout#*behind prio*$'\n'}" '    stats    packets  bytes  aborted  drop  pass  tx  redirect  other  dropped 
    counter       43   4049        0     0    43   0         0      0     0.0% 
    filter        41   3853        0     2    39   0         0      0     4.9% 
    behind        39   3767        0     0    39   0         0      0     0.0% 
    chain         43   4049        0     2    41   0         0      0     4.7% ' 'as a table'
	"${multi[@]}" metrics > "$tap_tmp/metrics"
	ok 'metrics are what Prometheus reads' valid_metrics "$tap_tmp/metrics"
	if type -P promtool > /dev/null; then
		run promtool check metrics < "$tap_tmp/metrics"
		expect 0 '' '' 'promtool finds nothing to say'
	fi
	ip -n $$ link xdp multi metrics > "$tap_tmp/metrics"
	ok 'and those of a network namespace' valid_metrics "$tap_tmp/metrics"
	is "$(grep -v '^#' "$tap_tmp/metrics" | grep -vc "{device=\"v0\",netns=\"$$\"[,}]")" 0 \
		'which say what it was called'
	for line in 'xdp_multi_entry_packets_total{device="v0",entry="filter",verdict="drop"} 2' \
		'xdp_multi_entry_bytes_total{device="v0",entry="filter"} 3853' \
		'xdp_multi_chain_packets_total{device="v0",verdict="pass"} 41' \
		'xdp_multi_chain_entries{device="v0"} 3' \
		'xdp_multi_chain_stats_enabled{device="v0"} 1' \
		'xdp_multi_chain_state{device="v0",state="whole"} 1'; do
		ok "${line%% *}" metric "$line"
	done
	run "${multi[@]}" set dev v0 stats off
	like "$stdout" " dispatcher id $(xdp_id v0) .* stats off .* program filter id $(id_of v0 filter) " \
		'stats off prints what is attached now'
	expect 0 $'~ stats off \n.*\n    behind        39   3767        0     0    39   0 ' '' 'stats off prints the last numbers'
	like "$("${multi[@]}" show dev v0)" ' format [23] ' 'and the chain is one for libxdp again'
	flush v0
	unchanged 'nothing is left'
done

# From here on a tail-called entry is among them: counter, filter and behind.

run "${multi[@]}" change dev v0 filter name fw
pings 1
"${multi[@]}" change dev v0 counter disable
pings 3
"${multi[@]}" change dev v0 counter enable
"${multi[@]}" change dev v0 behind first
"${multi[@]}" replace dev v0 object obj/bpf/filter2.o name fw
udp 7777
stats_are v0 'behind:44/4202=pass:44 counter:45/4190=pass:45 fw:46/4288=drop:3,pass:43 chain:48/4484=drop:3,pass:45' \
	'another name, another place, another program: the numbers go on'
"${multi[@]}" del dev v0 counter
"${multi[@]}" add dev v0 object obj/bpf/tx.o name counter prio 1
udp 7778
stats_are v0 'counter:1/43=tx:1 behind:44/4202=pass:44 fw:46/4288=drop:3,pass:43 chain:49/4527=drop:3,pass:45,tx:1' \
	'an entry that is new, if its name is not, begins at 0'
"${multi[@]}" replace dev v0 object obj/bpf/aborted.o name counter
"${multi[@]}" change dev v0 counter on aborted goto fw
udp 7777
stats_are v0 'counter:2/86=aborted:1,tx:1 behind:44/4202=pass:44 fw:47/4331=drop:4,pass:43 chain:50/4570=drop:4,pass:45,tx:1' \
	'who is jumped over counts nothing'

"${multi[@]}" save dev v0 > "$tap_tmp/chain"
like "$(head -n 1 "$tap_tmp/chain")" ' stats on ' 'save writes that it is counted'
id=$(xdp_id v0)
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain"
is "$status $stderr $(xdp_id v0)" "0  $id" 'restore of the same does nothing'
run "${multi[@]}" check dev v0 file "$tap_tmp/chain"
expect 0 '' '' 'check finds it as it should be'
sed 's/stats on/stats off/' "$tap_tmp/chain" > "$tap_tmp/off"
run "${multi[@]}" check dev v0 file "$tap_tmp/off"
expect 2 'v0: stats is on, expected off' '' 'and says so where it is not'
sed -e 's/entries 3/entries 2/' -e '/name counter/d' "$tap_tmp/chain" > "$tap_tmp/two"
run "${multi[@]}" restore dev v0 file "$tap_tmp/two"
expect 0 '' '' 'restore without the first'
stats_are v0 'behind:44/4202=pass:44 fw:47/4331=drop:4,pass:43 chain:50/4570=drop:4,pass:45,tx:1' \
	'the others go on by their names'

dry_run 'stats reset' set dev v0 stats reset
id=$(xdp_id v0)
run "${multi[@]}" set dev v0 stats reset
expect 0 '' '' 'stats reset'
stats_are v0 'behind:0/0= fw:0/0= chain:0/0=' 'all is 0'
is "$(xdp_id v0)" "$id" 'without a swap'
refused 255 'Error: either "format" or "stats reset", not both.' 'reset stands alone' \
	"${multi[@]}" set dev v0 stats reset format extended

# Nothing is lost while the chain changes.
pings_begin reset
n=0
until pinged reset 100 && ((n >= 2)); do
	"${multi[@]}" change dev v0 fw first
	"${multi[@]}" add dev v0 object obj/bpf/pass.o name more prio 70
	"${multi[@]}" change dev v0 fw last
	"${multi[@]}" del dev v0 more
	"${multi[@]}" replace dev v0 object "obj/bpf/filter${other-}.o" name fw
	"${multi[@]}" change dev v0 behind disable
	"${multi[@]}" change dev v0 behind enable
	[[ -n ${other-} ]] && other='' || other=2
	n=$((n + 1))
done
pings_end reset
is "$received" "$sent" "no packet is lost in $n rounds of changes"
is "$(packets_of v0 fw)" "$sent" 'and none is counted twice or not at all'
is "$(command ip -j -s link xdp multi show v0 | jq '.[0].stats.packets')" "$sent" 'nor of the chain'

# A command that is killed changes no number.
unchecked=yes
calls=$(obj/helpers/inject 100000 kill "$tap_tmp/point" "${multi[@]}" change dev v0 fw prio 5 > /dev/null 2>&1
	awk '$1 == "none" { print $2 }' "$tap_tmp/point")
[[ -n $calls ]] || bail_out "no calls: $(< "$tap_tmp/point")"
before=$(packets_of v0 fw) lost='' prio=6
for ((n = 20; n < calls; n += calls / 5)); do
	pings 1
	obj/helpers/inject $n kill "$tap_tmp/point" "${multi[@]}" change dev v0 fw prio $((prio++)) \
		> /dev/null 2>&1
	pings 1 2
	before=$((before + 2))
	[[ $(packets_of v0 fw) == "$before" ]] || lost+=" $(< "$tap_tmp/point")"
done
is "$lost" '' "killed at every $((calls / 5))th of $calls calls, it loses none"
run "${multi[@]}" change dev v0 fw prio 50
is "$status" 0 'the next change'
is "$(packets_of v0 fw)" "$before" 'goes on from there'
unchecked=

# More than one device.
"${multi[@]}" set dev v0 stats reset
pings 3
run "${multi[@]}" share dev v1 from v0
expect 0 '' '' 'share'
in_peer 1 ping -q -c 2 -i 0.01 -W 1 10.0.1.1 > /dev/null
stats_are v0 "$(stats_of v1)" 'a chain that is shared is counted once'
is "$(packets_of v1 fw)" 5 'with the packets of both'
"${multi[@]}" change dev v1 behind disable
in_peer 1 ping -q -c 2 -i 0.01 -W 1 10.0.1.1 > /dev/null
pings 1
is "$(packets_of v1 fw) $(packets_of v0 fw)" '7 6' 'who leaves it takes the numbers along'
flush v1
"${multi[@]}" flush dev v0
unchanged 'nothing is left'
"${multi[@]}" add dev v0 dev v1 object obj/bpf/pass.o
run "${multi[@]}" set dev v0 dev v1 stats on
expect 0 '' "$counted" 'two devices at once'
pings 2
in_peer 1 ping -q -c 1 -W 1 10.0.1.1 > /dev/null
is "$(packets_of v0 pass) $(packets_of v1 pass)" '2 1' 'are counted apart'
run "${multi[@]}" add dev v0 dev v1 object obj/bpf/drop.o prio 60
is "$status $(packets_of v0 pass) $(packets_of v1 pass)" '0 2 1' 'and stay so'
run ip -j link xdp multi set dev v0 dev v1 stats off
is "$(json '[.[] | .ifname, .dispatcher.stats, .stats.packets]')" '["v0",false,2,"v1",false,1]' \
	'the last numbers as JSON'
flush v1

# What others do to it.
"${multi[@]}" set dev v0 stats on 2> /dev/null
"${multi[@]}" del dev v0 drop
pings 2
system_ip link set dev v0 xdp off
is "$(packets_of v0 pass)" 2 'taken off, the numbers are there'
ok 'and metrics tell' metric 'xdp_multi_chain_state{device="v0",state="detached"} 1'
system_ip link set dev v0 xdp object obj/bpf/pass.o section xdp
rm -rf /sys/fs/bpf/ip /sys/fs/bpf/tc /sys/fs/bpf/xdp/globals
is "$(command ip -j -s link xdp multi show dev v0 | jq -c '.[0] | .stats, .displaced.stats.packets')" \
	$'null\n2' 'and displaced, too'
system_ip link set dev v0 xdp off
"${multi[@]}" repair dev v0 > /dev/null
pings 1
is "$(packets_of v0 pass)" 3 'repaired, they go on'
if type -P xdp-loader > /dev/null; then
	run xdp-loader load v0 obj/bpf/tx.o
	expect '~[1-9]' '*' '*' 'xdp-loader does not take it for one of its own'
	chain_is v0 'pass/50/pass' 'and leaves it alone'
	xdp-loader load v1 obj/bpf/pass.o obj/bpf/pass.o
	"${multi[@]}" set dev v1 stats on 2> /dev/null
	"${multi[@]}" metrics dev v1 > "$tap_tmp/metrics"
	ok 'two entries of one name can be told apart' valid_metrics "$tap_tmp/metrics"
	like "$(< "$tap_tmp/metrics")" 'entry="pass",slot="1",verdict="drop"\} 0' 'by their slots'
	flush v1
fi
rm /sys/fs/bpf/xdp/multi-*/dispatcher
run "${multi[@]}" metrics dev v0 dev v0
like "$stdout" 'device="v0",state="damaged"\} 1' 'damaged, they tell that'
is "$(grep -c '^xdp_multi_chain_entries' <<< "$stdout")" 1 'once'
run "${multi[@]}" metrics dev v0 dev none
expect 1 '~state="damaged"\} 1' 'Error: Cannot find device "none".' \
	'a device that is missing does not keep the others from it'
"${multi[@]}" repair dev v0 > /dev/null

# A picture.
run "${multi[@]}" show dev v0 dot
expect 0 '~^digraph "v0" \{.*[[:space:]]in -> e0 \[label="3" penwidth=7.0\].*e0 -> out \[label="pass 3" penwidth' '' \
	'the chain as a graph'
refused 2 'Error: dev v1: no such chain: there is nothing to draw.' 'without a chain there is none' \
	"${multi[@]}" show dev v1 dot

sed 's/stats on/stats off/' < <("${multi[@]}" save dev v0) > "$tap_tmp/off"
dry_run 'restore without counters' restore dev v0 file "$tap_tmp/off"
like "$stderr" '^Warning: dev v0: the counters are removed and packets are no longer counted\.$' \
	'restore says that it loses them'

# Rates.
pings_begin rates
run ip -j -s -s link xdp multi show dev v0 interval 2
pings_end rates
is "$(json '.[0].entries[0].stats.rates | .packets > 0, .packets == .verdicts.pass, (.bytes - .packets * 98 | fabs) <= 98, .packets < 1000')" \
	$'true\ntrue\ntrue\ntrue' 'rates of two seconds'
run ip -s -s link xdp multi show dev v0
like "$stdout" $'\n    per second  packets ' 'as a table'
is "$(sed -n 's/ other  dropped .*//p' <<< "$stdout" | awk '{ print length }' | sort -u | wc -l)" 1 \
	'with the columns of the other one'
# asleep PID: between its two looks, in nanosleep() or clock_nanosleep(), by their numbers?
asleep() {
	local call rest

	read -r call rest < "/proc/$1/syscall"
	[[ $(uname -m)/$call == @(x86_64/@(35|230)|aarch64/@(101|115)) ]]
}
command ip -s -s link xdp multi show dev v0 interval 8 > "$tap_tmp/rates" 2> "$tap_tmp/said" &
await asleep $!
kill -STOP $!
"${multi[@]}" change dev v0 pass prio 51
kill -CONT $!
wait $!
is "$(< "$tap_tmp/said")" 'Warning: dev v0: the chain was changed meanwhile: its rates are unknown.' \
	'no rates of a chain that changes meanwhile'
"${multi[@]}" set dev v0 stats off > /dev/null
pings_begin time
run ip -j -s -s link xdp multi show dev v0
pings_end time
expect 0 '*' '~packets are not counted' 'rates of a chain that is not counted'
is "$(json '.[0] | .stats, (.runs | .per_second > 0 and .ns > 0)')" $'null\ntrue' \
	'are what the kernel measures of the chain as a whole'
flush v0
tap_counts=$start
unchanged 'nothing is left'

done_testing
