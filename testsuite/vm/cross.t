#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# Run each verb on each state of a chain: as a dry run, for real, and once more. Rules
# give the expected results instead of a list for each pair:
#
# - a dry run ends as the command itself does, and changes nothing;
# - a command succeeds (0), or is refused (2) or fails (1) with one sentence and changes
#   nothing, also the second time;
# - a command that asks for a state also succeeds the second time, without a change;
# - if a program on v0 dropped packets before, the programs on v0 still drop them, except
#   after flush; an entry keeps the contents of its maps wherever it runs;
# - the other device and the other namespace are not touched;
# - flush and clean remove everything.
#
# obj/helpers/invariant is checked after every command too. Emulated machines test some
# of the pairs; CROSS_STRIDE=1 tests all.

. testsuite/lib/stale.sh

stride=${CROSS_STRIDE-${EVERYTHING:+8}}
[[ -n $stride ]] || stride=$([[ -n ${DIRECT-} ]] && echo 2 || echo 16)
# In what xdp-loader has rebuilt each verb is tried, or every so many-th.
rebuilt_stride=3
[[ -z ${EVERYTHING-} && $stride -ne 1 ]] || rebuilt_stride=1
sentence='^(Warning: [^'$'\n'']*\.'$'\n'')*Error: [^'$'\n'']*[.?!]$'
warnings='^(Warning: [^'$'\n'']*\.('$'\n''|$))*$'

# A verb with a * asks for a state: the second
# time it finds it. One with a ! takes entries or their maps away.
verbs=(
	'show|show dev v0'
	'check|check dev v0'
	'save|save dev v0'
	'clean *|clean'
	'repair *|repair dev v0'
	'add|add dev v0 object obj/bpf/pass.o name x prio 30'
	'overwrite|add dev v0 object obj/bpf/drop.o name x prio 30 overwrite'
	'replace same *|replace dev v0 object obj/helpers/firewall-1.o name fw'
	'replace *|replace dev v0 object obj/helpers/firewall-2.o name fw'
	'object *|change dev v0 drop object /tmp/other-drop.o'
	'order *|change dev v0 drop prio 5'
	'disable *|change dev v0 counter disable'
	'del|del dev v0 counter'
	'flush !|flush dev v0'
	'flush if-exists * !|flush dev v0 if-exists'
	'restore *|restore dev v0 file /tmp/cross-chain'
	'restore overwrite *|restore dev v0 file /tmp/cross-chain overwrite'
	'share from *|share dev v1 from v0'
	'share to * !|share dev v0 from v1'
	'adopt|adopt dev v0'
	'format *|set dev v0 format extended'
)

# ---- states ----

whole() {
	ip link xdp multi restore dev v0 file /tmp/cross-chain 2> "$tap_tmp/set-up" ||
		bail_out "no chain: $(< "$tap_tmp/set-up")"
	bpftool map update id "$(command ip -d link xdp multi show dev v0 |
		sed -n 's/.*map id \([0-9]*\) name blocked.*/\1/p')" key 1 2 3 4 value 1
	ip link xdp multi add dev v1 object obj/bpf/drop.o name other 2> "$tap_tmp/set-up" ||
		bail_out "no other chain: $(< "$tap_tmp/set-up")"
}

# killed AT: a command that was changing it, there.
killed() {
	whole
	obj/helpers/inject "$1" kill "$tap_tmp/hit" ip link xdp multi add dev v0 \
		object obj/bpf/pass.o name y prio 50 > "$tap_tmp/set-up" 2>&1
	[[ $(< "$tap_tmp/hit") != none* ]] || amiss "not killed at $1"
}

set_up() {
	case $1 in
	whole) whole ;;
	none) ip link xdp multi add dev v1 object obj/bpf/drop.o name other 2> /dev/null ;;
	detached) whole && off v0 ;;
	displaced) whole && forced pass v0 ;;
	shared) whole && ip link xdp multi share dev v1 from v0 ;;
	rebuilt) whole && xdp-loader load -P 90 v0 obj/bpf/pass.o > "$tap_tmp/set-up" 2>&1 ;;
	unpinned) whole && rm "$(pins_at v0)/prog0-prog" ;;
	'killed early') killed 'bpf(OBJ_PIN):2' ;;
	'killed late') killed unlinkat:1 ;;
	esac
}

take_down() {
	command ip link xdp multi flush all > "$tap_tmp/down" 2>&1
	off v0
	off v1
	for dev in v0 v1; do
		command ip link xdp multi flush dev $dev if-exists >> "$tap_tmp/down" 2>&1
	done
	command ip link xdp multi clean >> "$tap_tmp/down" 2>&1
}

# ---- one cell ----

amiss() {
	wrong+="$state, $verb: $*; "
}

# seen DEV: what it runs, what it would do with a packet, and what show says.
seen() {
	obj/helpers/state "$1" | grep -v '^stale '
	command ip link xdp multi show dev "$1"
}

# looks: sets $verdict, and $holds: what is in the map of an entry, if that runs.
looks() {
	local text

	text=$(obj/helpers/state v0)
	verdict=none holds=''
	[[ ! $text =~ ' verdict '([0-9]+) ]] || verdict=${BASH_REMATCH[1]}
	[[ ! $text =~ ' map blocked keys '([0-9]+) ]] || holds=${BASH_REMATCH[1]}
}

ended_well() {
	case $status in
	0) [[ $stderr =~ $warnings ]] || amiss "more than warnings: $stderr" ;;
	1 | 2) [[ $verb == check* || $stderr =~ $sentence ]] || amiss "not one sentence: $stderr" ;;
	*) amiss "exit status $status: $stderr" ;;
	esac
}

# a_cell STATE VERB FLAGS WORDS...
a_cell() {
	local state=$1 verb=$2 flags=$3 tried='' first before there

	shift 3
	set_up "$state"
	looks
	before=$verdict there=$(seen v1)
	cells=$((cells + 1))
	if [[ $1 != show && $1 != check && $1 != save ]]; then
		without_change ip link xdp multi "$@" dry-run
		tried=$status
	fi
	run ip link xdp multi "$@"
	first=$status
	ended_well
	[[ -z $tried || $tried -eq $first ]] || amiss "status $first, but $tried with dry-run"
	looks
	[[ $before != 1 || $verdict == 1 || $flags == *'!'* ]] || amiss "verdict $verdict"
	[[ -z $holds || $holds == 1 || $state == none || $flags == *'!'* ]] ||
		amiss 'the contents of a map are lost'
	[[ $verb == share* || $state == shared || $there == "$(seen v1)" ]] || amiss 'the other device'
	if [[ $first -ne 0 || $flags == *'*'* ]]; then
		without_change ip link xdp multi "$@"
		[[ $status -eq $first ]] || amiss "status $first, then $status: $stderr"
	else
		run ip link xdp multi "$@"
	fi
	ended_well
	take_down
	[[ -z $(find /sys/fs/bpf/xdp -mindepth 1 -name "*-$index-*" ! -path "*-$twin_id*") ]] || amiss 'pins are left'
}

new_veth 0 index 777
new_veth 1
index=$(index_of v0)
system_ip netns add other
system_ip -n other link add v0 index "$index" type veth peer name p0
ip -n other link xdp multi add dev v0 object obj/bpf/drop.o name twin 2> /dev/null
twin=$(ip -n other link xdp multi show)
[[ $twin =~ ' dispatcher id '([0-9]+) ]] || bail_out 'no twin'
twin_id=${BASH_REMATCH[1]}
cp obj/bpf/drop.o /tmp/other-drop.o
echo >> /tmp/other-drop.o
printf 'object %s name %s prio %d\n' "$PWD/obj/bpf/counter.o" counter 20 \
	"$PWD/obj/helpers/firewall-1.o" fw 40 "$PWD/obj/bpf/drop.o" drop 60 > /tmp/cross-chain
states=(whole none detached displaced shared unpinned 'killed early' 'killed late')
if [[ $LINKAGE == ext ]] && type -P xdp-loader > /dev/null; then
	states+=(rebuilt)
fi
n=0 cells=0
for state in "${states[@]}"; do
	wrong=''
	for line in "${verbs[@]}"; do
		read -ra words <<< "${line#*|}"
		name=${line%%|*}
		if [[ $state == rebuilt ]]; then
			every=$rebuilt_stride
		else
			every=$stride
		fi
		[[ $((n++ % every)) -ne 0 ]] ||
			a_cell "$state" "${name%% [*!]*}" "$name" "${words[@]}"
	done
	is "$wrong" '' "$state: each verb keeps to the rules"
done
is "$(ip -n other link xdp multi show)" "$twin" 'in another namespace nothing has changed'
diag "cross: $cells cells"
done_testing
