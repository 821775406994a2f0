#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# Many processes change chains at once. Each process has its own entries and knows their
# expected state from the exit status of its commands; at the end the chain must match the
# state of all processes. Packets arrive all the time, and none gets past a drop that is
# always there.

# `started` calls most functions.
# shellcheck disable=SC2317

. testsuite/lib/tap.sh

# Many act at once.
unchecked=yes
multi=(ip link xdp multi)
masks=(pass 'drop,pass' 'pass,tx')
objects=(pass void_ctx resize)
extended='Warning: The chain is written in the extended format, which libxdp does not read: it has more than 10 entries.'
commands=0
turns=3 rounds=3 workers=15 namespaces=10
[[ -z ${EVERYTHING-} ]] || turns=5 rounds='1 2 3' workers=31 namespaces=20

# note LINE: for `judge`; one short write, which no other process can cut in two.
note() {
	echo "$*" >> "$tap_tmp/notes"
}

# attempt COMMAND...: of a worker; sets $code and $text.
attempt() {
	code=0
	text=$("$@" 2>&1 < /dev/null) || code=$?
	echo >> "$tap_tmp/commands"
}

# judge COMMAND WANT REASON: what the attempt came to; true if that was success.
judge() {
	if [[ $code -eq 3 && -n $text ]]; then
		note "later: $1: $text"
	elif [[ $code -ne $2 || $text != *"$3"* ]]; then
		note "wrong: $1: status $code, $text"
	elif [[ $code -eq 0 && -n $text && $text != "$extended" ]]; then
		note "wrong: $1: $text"
	fi
	[[ $code -eq 0 ]]
}

# turn NAME PRIO MASK OBJECT: something that a worker does to its entry, which is
# there if $state is PRIO/MASK and not if it is empty.
turn() {
	local verbs=(add add replace change del) want=0 reason='' next=$2/$3
	local verb=${verbs[RANDOM % 5]}
	local words=(prio "$2" proceed-on "$3" object "obj/bpf/$4.o")

	case $verb/${state:+there} in
	add/there) want=2 reason='the chain already has an entry' ;;
	change/ | del/) want=2 reason='the chain has no entry' ;;
	esac
	case $verb in
	del) words=() next='' ;;
	change) words=("${words[@]:0:4}") ;;
	esac
	attempt "${multi[@]}" "$verb" dev v0 name "$1" "${words[@]}"
	! judge "$verb $1 (${state:-not there}) ${words[*]}" "$want" "$reason" || state=$next
}

# work N TURNS PAUSE: the whole life of a worker. No two entries ever have one
# priority.
work() {
	local name=w$1 state='' code text i

	RANDOM=$((1000 + $1))
	for ((i = 0; i < $2; i++)); do
		sleep "$3"
		turn "$name" $((2 * ($1 + 40 * (RANDOM % 10 + 1)))) \
			"${masks[RANDOM % 3]}" "${objects[RANDOM % 3]}"
	done
	[[ -z $state ]] || note "final: $name/$state"
}

# load_and_unload TURNS: the same through xdp-loader. It may fail, but when it says
# that it succeeded that must be so.
load_and_unload() {
	local i id code text

	for ((i = 0; i < $1; i++)); do
		id=$(id_of v0 tx)
		if [[ -n $id ]]; then
			attempt xdp-loader unload v0 --id "$id"
		else
			attempt xdp-loader load -P 21 v0 obj/bpf/tx.o
		fi
		[[ $code -eq 0 ]] || note "loader: $code, ${text//$'\n'/ }"
		[[ $code -ne 0 || $(id_of v0 tx) != "$id" ]] || note "wrong: xdp-loader did nothing"
	done
	[[ -z $(id_of v0 tx) ]] || note 'final: tx/21/pass'
}

# add_own DEV N, del_own DEV N
add_own() {
	local code text

	attempt "${multi[@]}" add dev "$1" object obj/bpf/pass.o name "f$2" prio "$2" wait 200
	judge "first $1 f$2" 0 '' && note "final: f$2/$2/pass"
}

del_own() {
	local code text

	attempt "${multi[@]}" del dev "$1" "f$2" wait 200
	judge "del $1 f$2" 0 ''
}

come_and_go() {
	add_own "$1" "$2" && del_own "$1" "$2" && add_own "$1" "$2" && del_own "$1" "$2"
}

load_first() {
	local code text

	attempt xdp-loader load -P 21 "$1" obj/bpf/tx.o
	if [[ $code -eq 0 ]]; then
		note 'final: tx/21/pass'
	else
		note "loader: $code, ${text//$'\n'/ }"
	fi
}

# in_its_own N: all that happens in one of many network namespaces.
in_its_own() {
	local code text step

	for step in 'add prio 10 name a object obj/bpf/pass.o' 'add prio 20 name b object obj/bpf/void_ctx.o' \
		'replace name a object obj/bpf/resize.o prio 30'; do
		# shellcheck disable=SC2086
		attempt ip -n "own$1" link xdp multi ${step/ / dev d0 } wait 200
		judge "own$1: $step" 0 ''
	done
}

# watch DEV: show the chain all the time, until told to stop.
watch() {
	local code

	while [[ ! -e $tap_tmp/stop ]]; do
		code=0
		ip "${in_netns[@]}" -j link xdp multi show dev "$1" >> "$tap_tmp/shown" 2>> "$tap_tmp/shown.err" || code=$?
		[[ $code -eq 0 ]] || note "wrong: show: status $code"
	done
}

# half_chains: of all that was shown, what is not complete.
half_chains() {
	jq -c '.[] | select(
		.foreign or .detached or .problems or
		([.entries[].slot] != [range(.entries | length)]) or
		([.entries[].prio] != ([.entries[].prio] | sort)) or
		any(.entries[]; .empty or .disabled or (.id | not) or (.name | length) == 0) or
		(.ifname == "v0" and all(.entries[]; .name != "gate")))' "$tap_tmp/shown"
}

# race DEV: what is started in the background from now on, into $pids, is watched
# until end_race.
race() {
	: > "$tap_tmp/notes"
	: > "$tap_tmp/commands"
	rm -f "$tap_tmp"/{stop,shown,shown.err}
	watch "$1" &
	watcher=$! began=$EPOCHSECONDS
	pids=()
}

# started COMMAND...: in the background.
started() {
	"$@" &
	pids+=($!)
}

started_loader() {
	[[ -z $loader ]] || started "$@"
}

# end_race NAME
end_race() {
	local n

	wait "${pids[@]}"
	touch "$tap_tmp/stop"
	wait "$watcher"
	n=$(wc -l < "$tap_tmp/commands")
	commands=$((commands + n))
	is "$(grep '^wrong' "$tap_tmp/notes")" '' "$1: every command did what it must"
	diag "$n commands in $((EPOCHSECONDS - began)) s, $(grep -c '^\[' "$tap_tmp/shown") times shown," \
		"$(grep -c '^later' "$tap_tmp/notes") to be repeated"
	grep '^\(later\|loader\)' "$tap_tmp/notes" | cut -c 1-200 | sort | uniq -c | sed 's/^/# /'
	is "$(< "$tap_tmp/shown.err")" '' 'show never said anything else'
	is "$(half_chains)" '' 'and showed whole chains'
}

# finals ENTRY...: the chain of these and of what the workers say is there.
finals() {
	{
		printf '%s\n' "$@"
		sed -n 's/^final: //p' "$tap_tmp/notes"
	} | grep . | sort -t / -k 2 -n | xargs
}

# received: by IP in this network namespace.
received() {
	awk '/^Ip: [0-9]/ { print $4 }' /proc/net/snmp
}

new_veth 0
new_veth 1
mkdir -m 700 /sys/fs/bpf/xdp
loader=$(type -P xdp-loader)
remember_counts

"${multi[@]}" add dev v0 object obj/bpf/drop.o name gate prio 301
received=$(received)
nsenter --net=/run/netns/peer0 obj/helpers/flood p0 02:00:00:00:00:01 8 2000 \
	< /dev/null > "$tap_tmp/sent" &
flood=$!

race v0
for ((n = 0; n < workers; n++)); do
	started work "$n" $turns 0
done
started_loader load_and_unload 3
end_race "$((workers + 1)) processes"
chain_is v0 "$(finals gate/301/pass)" 'the chain is what all of them say'

# Few enough for a format of libxdp, and so slow that it succeeds too.
echo "object $PWD/obj/bpf/drop.o name gate prio 2001" > "$tap_tmp/gate"
run "${multi[@]}" restore dev v0 file "$tap_tmp/gate"
expect 0 '' '' 'nothing but the drop is left'
race v0
for ((n = 0; n < 5; n++)); do
	started work "$((n + 32))" 6 1.$n
done
started_loader load_and_unload 6
end_race 'some, and xdp-loader'
chain_is v0 "$(finals gate/2001/pass)" 'the chain is what all of them say'

kill $flood
wait $flood
sent=$(< "$tap_tmp/sent")
ok 'packets came in' test "$sent" -gt 1000
is $(($(received) - received)) 0 'and none got past the drop'
"${multi[@]}" flush dev v0
unchanged 'nothing is left'

for round in $rounds; do
	race v1
	for ((n = 1; n <= 8; n++)); do
		started add_own v1 "$n"
	done
	[[ $round != 3 ]] || started_loader load_first v1
	end_race "the first of a chain, $round"
	chain_is v1 "$(finals)" 'all are there'
	"${multi[@]}" flush dev v1
done
race v1
for ((n = 1; n <= 8; n++)); do
	started come_and_go v1 "$n"
done
end_race 'the chain comes and goes'
chain_is v1 '' 'and is gone'
unchanged 'nothing is left'

for ((n = 0; n < namespaces; n++)); do
	system_ip netns add "own$n"
	system_ip -n "own$n" link add d0 type veth peer name d1
done
remember_counts
in_netns=(-n own0)
race d0
for ((n = 0; n < namespaces; n++)); do
	started in_its_own "$n"
done
end_race "$namespaces network namespaces"
for ((n = 0; n < namespaces; n++)); do
	in_netns=(-n "own$n")
	chain_of d0
	ip -n "own$n" link xdp multi flush all || echo "flush: $?"
done > "$tap_tmp/chains"
in_netns=()
is "$(sort "$tap_tmp/chains" | uniq -c | xargs)" "$namespaces b/20/pass a/30/pass" 'each has its chain'
unchanged 'nothing is left'

diag "races: $commands commands, $sent packets"
done_testing
