#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Other programs at the same hook: those that use libxdp, which read and change our
# chains and we theirs, those that only look, and those that own the hook and know of no
# chain. Each assertion is a cell of testsuite/matrix/peers, which brings more versions
# of them in obj/peers than a machine has.

. testsuite/lib/tap.sh

# Others than us change chains here, and they do it one by one.
# shellcheck disable=SC2034
unchecked=yes
multi=(ip link xdp multi)

# ---- what there is ----

declare -A dir_of formats
peers=()

# add_peer DIR: an xdp-tools there, called by its version.
add_peer() {
	local name

	name=$("$1/xdpdump" --version 2> /dev/null || "$1/xdp-loader" load --version 2>&1)
	[[ $name =~ version\ ([0-9]+\.[0-9]+) ]] || return
	name=xdp-tools-${BASH_REMATCH[1]}
	[[ -z ${dir_of[$name]-} ]] || return
	peers+=("$name") dir_of[$name]=$1
	objects "$name"
	formats[$name]=$(ip -j link xdp multi features | jq -r '.[0].libxdp')
}

# objects PEER: where its libxdp finds its dispatcher, and where we look for it.
objects() {
	unset LIBXDP_OBJECT_PATH
	[[ ! -d ${dir_of[$1]}/bpf ]] || export LIBXDP_OBJECT_PATH=${dir_of[$1]}/bpf
}

for dir in obj/peers/xdp-tools-* obj/helpers/xdp-tools "$(dirname "$(type -P xdp-loader || echo /none/x)")"; do
	[[ ! -x $dir/xdp-loader ]] || add_peer "$dir"
done

# ---- the same for each ----

# Each of these is called as `by PEER`: load PROGRAM PRIO, drop ID, unload, sees PROGRAMS.
# shellcheck disable=SC2317
by() {
	local peer=$1 loader=${dir_of[$1]-}/xdp-loader

	case $peer:$2 in
	ours:load) command "${multi[@]}" add dev v0 object "obj/bpf/$3.o" prio "$4" name "my-$3" ;;
	ours:remove) command "${multi[@]}" del dev v0 id "$3" ;;
	ours:unload) command "${multi[@]}" flush dev v0 ;;
	ours:sees) command ip -j link xdp multi show dev v0 | jq -r '[.[0].entries[].program] | join(" ")' ;;
	*:load) "$loader" load -P "$4" v0 "obj/bpf/$3.o" ;;
	*:remove) "$loader" unload v0 --id "$3" ;;
	*:unload) "$loader" unload v0 --all ;;
	*:sees) "$loader" status v0 | awk '$1 == "=>" { printf "%s%s", sep, $3; sep = " " }' ;;
	esac 2>> "$tap_tmp/said"
}

# step WANTED COMMAND...: what it prints must be that; "ok" is no output and success.
step() {
	local wanted=$1 got

	shift
	got=$("$@")
	[[ $? -eq 0 && ${got:-ok} == "$wanted" ]] || wrong+="${*:2} gives ${got:-nothing}, not $wanted; "
}

id_by_program() {
	command ip -j link xdp multi show dev v0 | jq -r ".[0].entries[] | select(.program == \"$1\") | .id"
}

# adapt FROM TO: the chain that one wrote gets the format that the other can change.
adapt() {
	local format=${formats[$2]-${formats[$1]-}}

	[[ $2 == ours || $1 == "$2" ]] || step ok command "${multi[@]}" set dev v0 format "$format"
}

pair() {
	local x=$1 y=$2 wrong=''

	: > "$tap_tmp/said"
	objects "$([[ $y != ours ]] && echo "$y" || echo "$x")"
	step ok by "$x" load counter 20
	step counter by ours sees
	[[ ${formats[$x]-0} -gt ${formats[$y]-9} ]] || step counter by "$y" sees
	adapt "$x" "$y"
	step ok by "$y" load drop 40
	step 'counter drop' by "$y" sees
	step 'counter drop' by ours sees
	! reaches 0 > /dev/null || wrong+='drop does not drop; '
	[[ $x != ours ]] || step my-counter by_name counter
	adapt "$y" "$x"
	step ok by "$x" remove "$(id_by_program drop)"
	step counter by ours sees
	reaches 0 > /dev/null || wrong+='v0 is not reached; '
	adapt "$x" "$y"
	step ok by "$y" unload
	[[ $(xdp_id v0) == 0 ]] || wrong+='something is attached; '
	is "$wrong" '' "$x creates, $y joins" || diag "$(< "$tap_tmp/said")"
}

# shellcheck disable=SC2317
by_name() {
	command ip -j link xdp multi show dev v0 | jq -r ".[0].entries[] | select(.program == \"$1\") | .name"
}

new_veth 0
remember_counts
[[ -z ${EVERYTHING-}${PEERS-} ]] || all=("${peers[@]}")
for peer in "${peers[@]}"; do
	pair ours "$peer"
	pair "$peer" ours
	for other in "${all[@]}"; do
		pair "$peer" "$other"
	done
done
[[ ${#peers[@]} -gt 0 ]] || skip 'no xdp-tools' 'a chain is created, joined and unloaded'
unchanged 'and nothing is left'

# ---- what a peer's change takes is given back ----

for peer in "${peers[@]}"; do
	objects "$peer"
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o name mine prio 10 proceed-on drop,pass
	step ok by "$peer" load drop 40
	like "$(command "${multi[@]}" show dev v0 2>&1)" \
		'^Warning: dev v0: libxdp rebuilt the chain and reduced the proceed-on of entry "mine": .* 0: mine prio 10 proceed-on drop,pass ' \
		"$peer: its change takes our proceed-on of the last entry, and show says so"
	command "${multi[@]}" change dev v0 mine prio 11 2> /dev/null
	like "$("${dir_of[$peer]}/xdp-loader" status v0)" '=> +11 +counter .* XDP_DROP,XDP_PASS' 'our next change gives it back'
	command "${multi[@]}" flush dev v0
done

# ---- several at once, in generic mode, and what no libxdp reads ----

for peer in "${peers[@]}"; do
	objects "$peer"
	loader=${dir_of[$peer]}/xdp-loader wrong=''
	command "${multi[@]}" add dev v0 object obj/bpf/tx.o prio 20
	step ok "$loader" load v0 obj/bpf/counter.o obj/bpf/pass.o obj/bpf/drop.o
	step 'tx counter drop pass' by ours sees
	step ok command "${multi[@]}" del pass dev v0
	step 'tx counter drop' by "$peer" sees
	step ok by "$peer" unload
	is "$wrong" '' "$peer: several programs at once join a chain"
	wrong=''
	step ok "$loader" load -m skb v0 obj/bpf/counter.o
	step ok command "${multi[@]}" add dev v0 object obj/bpf/drop.o prio 60
	step 'counter drop' by "$peer" sees
	[[ $(command "${multi[@]}" show dev v0) == *': mode generic '* ]] || wrong+='it is not generic; '
	! reaches 0 > /dev/null || wrong+='drop does not drop; '
	step ok by "$peer" unload
	is "$wrong" '' "$peer: a chain in generic mode is joined"
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o
	command "${multi[@]}" set dev v0 format extended 2> /dev/null
	id=$(xdp_id v0) wrong=''
	for words in 'load v0 obj/bpf/drop.o' 'unload v0 --all' 'status v0'; do
		# shellcheck disable=SC2086
		! "$loader" $words > /dev/null 2>&1 || wrong+="$words is done; "
	done
	"$loader" clean > /dev/null 2>&1
	[[ $(xdp_id v0) == "$id" ]] || wrong+='it is another; '
	step ok command "${multi[@]}" check dev v0
	is "$wrong" '' "$peer: xdp-loader leaves a chain in the extended format as it is"
	command "${multi[@]}" flush dev v0
done

# ---- xdp-forward ----

for peer in "${peers[@]}"; do
	objects "$peer"
	forward=${dir_of[$peer]}/xdp-forward
	if [[ ! -x $forward ]]; then
		skip 'it is not there' "$peer: xdp-forward"
		continue
	fi
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o name mine prio 5
	wrong=''
	"$forward" load v0 > /dev/null 2>> "$tap_tmp/said" || wrong+='it does not load; '
	step 'counter xdp_fwd_fib_full' by ours sees
	"$forward" unload v0 > /dev/null 2>> "$tap_tmp/said" || wrong+='it does not unload; '
	step counter by ours sees
	is "$wrong" '' "$peer: xdp-forward joins a chain and leaves"
	command "${multi[@]}" flush dev v0
done

# ---- xdpdump ----

# captures PEER FUNCTION [COMMAND...]: what it captures on that, after the command, while a
# packet comes in.
captures() {
	local out=$tap_tmp/dump pid

	: > "$out"
	# It keeps its output back where that is no terminal.
	obj/helpers/pty "${dir_of[$1]}/xdpdump" -i v0 -p "$2" --rx-capture exit > "$out" 2>&1 < /dev/null &
	pid=$!
	await grep -q '^listening on' "$out"
	"${@:3}"
	reaches 0 > /dev/null
	await captured_by "$out"
	kill "$pid"
	wait "$pid" 2> /dev/null
	grep -o '^[0-9.]*: [a-z_]*()@exit\[[A-Z]*\]' "$out" | sed 's/.*: //' | sort -u | xargs
}

# shellcheck disable=SC2317
captured_by() {
	grep -q '()@exit' "$1"
}

for peer in "${peers[@]}"; do
	objects "$peer"
	if [[ ! -x ${dir_of[$peer]}/xdpdump ]]; then
		skip 'it is not there' "$peer: xdpdump"
		continue
	fi
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o name mine prio 10
	like "$("${dir_of[$peer]}/xdpdump" -D)" 'v0 +xdp_dispatcher .*=> +10 +counter ' "$peer: xdpdump lists a chain of one"
	is "$(captures "$peer" counter)" 'counter()@exit[PASS]' "$peer: xdpdump captures on its program"
	is "$(captures "$peer" counter command "${multi[@]}" add dev v0 object obj/bpf/drop.o name other prio 20)" \
		'counter()@exit[PASS]' "$peer: and goes on if the chain changes"
	like "$(captures "$peer" all)" '(^| )counter\(\)@exit\[PASS\]' "$peer: xdpdump captures on all of two"
	command "${multi[@]}" flush dev v0
done

# ---- xdp-filter ----

for peer in "${peers[@]}"; do
	objects "$peer"
	filter=${dir_of[$peer]}/xdp-filter
	if [[ ! -x $filter ]]; then
		skip 'it is not there' "$peer: xdp-filter"
		continue
	fi
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o name mine prio 5
	wrong=''
	step ok "$filter" load v0
	step 'counter xdpfilt_alw_all' by ours sees
	"$filter" ip -m src 10.0.0.2 > /dev/null
	! reaches 0 > /dev/null || wrong+='it does not filter; '
	step ok "$filter" unload v0
	step counter by ours sees
	reaches 0 > /dev/null || wrong+='it still filters; '
	is "$wrong" '' "$peer: xdp-filter joins a chain, filters and leaves"
	command "${multi[@]}" flush dev v0
	rm -rf /sys/fs/bpf/xdp-filter
done
# ---- libxdp's program for AF_XDP ----

counted() {
	bpftool map dump id "$(maps_named packets | tail -n 1)" | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

# shellcheck disable=SC2317
xsk_joined() {
	[[ $(by ours sees) == 'counter xsk_def_prog' ]]
}

# With tools of one format and another version's chain, see the upgrade below.
for peer in "${peers[@]}"; do
	objects "$peer"
	bench=${dir_of[$peer]}/xdp-bench
	if ! "$bench" help 2>&1 | grep -q xsk-drop; then
		skip 'it has no xsk-drop' "$peer: an AF_XDP socket"
		continue
	fi
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o name mine prio 5
	wrong=''
	"$bench" xsk-drop -Q -C copy v0 > "$tap_tmp/bench" 2>&1 < /dev/null &
	pid=$!
	await xsk_joined
	before=$(counted)
	! reaches 0 > /dev/null || wrong+='packets do not go to the socket; '
	[[ $(counted) -gt $before ]] || wrong+='our program does not see them; '
	kill -INT "$pid"
	wait "$pid" || wrong+="it ends with $?; "
	step counter by ours sees
	reaches 0 > /dev/null || wrong+='v0 is not reached; '
	is "$wrong" '' "$peer: an AF_XDP socket joins a chain, gets what it passes, and leaves" ||
		diag "$(< "$tap_tmp/bench")"
	wrong=''
	"$bench" xsk-drop -Q -C copy v0 > "$tap_tmp/bench" 2>&1 < /dev/null &
	pid=$!
	await xsk_joined
	step ok command "${multi[@]}" set dev v0 stats on
	kill -INT "$pid"
	wait "$pid"
	step 'counter xsk_def_prog' by ours sees
	reaches 0 > /dev/null || wrong+='it does not pass; '
	step ok command "${multi[@]}" del xsk_def_prog dev v0
	command "${multi[@]}" set dev v0 stats off > /dev/null
	is "$wrong" '' "$peer: the program of a socket stays in a chain in the extended format, and passes"
	command "${multi[@]}" set dev v0 format extended 2> /dev/null
	id=$(xdp_id v0)
	timeout 60 "$bench" xsk-drop -Q -C copy -d 1 v0 > "$tap_tmp/bench" 2>&1
	status=$?
	isnt "$status" 124 "$peer: an AF_XDP socket that gets no program says so at once"
	isnt "$status" 0 "$peer: an AF_XDP socket gets no program beside a chain in the extended format"
	is "$(xdp_id v0)" "$id" 'which stays'
	command "${multi[@]}" flush dev v0
done

# ---- an upgrade of libxdp while a chain is in use, and back ----

# moved_to PEER: its libxdp is the installed one now; the sentence of the next change says
# what to do, and that helps.
moved_to() {
	local format=${formats[$1]} said

	objects "$1"
	said=$(command "${multi[@]}" change dev v0 mine prio "$2" 2>&1) &&
		[[ $said == *"set dev v0 format $format\""* ]] || wrong+="$1: $said; "
	step ok "${multi[@]}" set dev v0 format "$format"
	step counter by "$1" sees
	step ok by "$1" load drop 40
	step 'counter drop' by ours sees
	! reaches 0 > /dev/null || wrong+="$1: drop does not drop; "
	step ok by "$1" remove "$(id_by_program drop)"
	reaches 0 > /dev/null || wrong+="$1: v0 is not reached; "
	[[ $(id_of v0 mine) == "$id" ]] || wrong+="$1: it is another program; "
}

# upgraded OLD NEW
upgraded() {
	local old=$1 new=$2 before wrong=''

	objects "$old"
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o name mine prio 10
	id=$(id_of v0 mine) before=$(counted)
	moved_to "$new" 11
	moved_to "$old" 12
	[[ $(counted) -gt $before ]] || wrong+='it does not count; '
	step ok by "$old" unload
	is "$wrong" '' "$old to $new and back with a chain in use"
}

for new in "${peers[@]}"; do
	for old in "${peers[@]}"; do
		[[ ${formats[$old]}${formats[$new]} != 23 ]] || upgraded "$old" "$new"
	done
done
[[ ${formats[*]} == *3* ]] || skip 'this takes two versions' 'libxdp is upgraded with a chain in use'
objects none 2> /dev/null
unset LIBXDP_OBJECT_PATH
unchanged 'nothing is left by any of them'

# ---- those that only look ----

"${multi[@]}" add dev v0 object obj/bpf/counter.o name mine prio 10
"${multi[@]}" add dev v0 object obj/bpf/pass.o name other prio 20
id=$(xdp_id v0)
for tool in "$(type -P bpftool)" obj/peers/bpftool-*/bpftool; do
	[[ -x $tool ]] || continue
	wrong=''
	[[ $("$tool" -j net show dev v0 | jq -r '.[0].xdp[0].id // .[0].xdp[0].multi_attachments[0].id') == "$id" ]] ||
		wrong+='net; '
	[[ $("$tool" -j prog show id "$id" | jq -r .name) == xdp_dispatcher ]] || wrong+='prog; '
	[[ $("$tool" -j map dump id "$("$tool" -j prog show id "$id" | jq -r '.map_ids[0]')") == *num_progs_enabled* ]] ||
		wrong+='map; '
	[[ $("$tool" btf dump prog "$id" 2>&1 || "$tool" btf dump id "$("$tool" -j prog show id "$id" | jq .btf_id)") == *xdp_multi_slot_1* ]] ||
		wrong+='btf; '
	[[ $("$tool" -j link show | jq "[.[] | select(.prog_id == $(id_of v0 mine))] | length") == 1 ]] || wrong+='link; '
	is "$wrong" '' "bpftool $("$tool" version | sed -n 's/.*bpftool v//p'): net, prog, map, btf and link tell of a chain"
done
"${multi[@]}" flush dev v0

# ---- those that own the hook ----

# refuses PATTERN NAME: add is refused so, and nothing changes.
refuses() {
	refused 2 "~^Error: dev v0: $1\\.\$" "$2: add" "${multi[@]}" add dev v0 object obj/bpf/pass.o
}

obj/helpers/foreign root v0 > /dev/null
refuses 'the XDP program "xdp_root" .* not a chain \(not a dispatcher; it tail-calls the programs in map "root_array", id [0-9]+\): make it .* adopt dev v0.*' \
	'the root of programs that it tail-calls'
run "${multi[@]}" adopt dev v0
is "$status" 0 'it is adopted'
chain_is v0 'xdp_root/50/pass/tail' 'and runs in a chain'
"${multi[@]}" flush dev v0

bpftool prog load obj/bpf/drop.o /sys/fs/bpf/theirs
bpftool net attach xdpdrv pinned /sys/fs/bpf/theirs dev v0
refuses 'the XDP program "drop" .* not a chain \(not a dispatcher, pinned at /sys/fs/bpf/theirs\): make it .* adopt dev v0.*' \
	'bpftool net attach'
run ip -j -d link xdp multi show dev v0
is "$(json '.[0].foreign | [.kind, .name, .pin]')" '["program","drop","/sys/fs/bpf/theirs"]' 'show tells where it is pinned'
refused 2 '~: "ip link set dev v0 xdpdrv off" removes it\.$' 'flush says how' "${multi[@]}" flush dev v0
run "${multi[@]}" adopt dev v0
chain_is v0 'drop/50/pass/tail' 'bpftool net attach: it is adopted'
not_ok 'and drops' reaches 0
"${multi[@]}" flush dev v0
rm /sys/fs/bpf/theirs

for version in 2 9; do
	obj/helpers/foreign linked v0 $version > /dev/null
	refuses 'program [0-9]+ \("xdp_dispatcher"\) is attached by bpf_link [0-9]+, pinned at /sys/fs/bpf/foreign_link: the owner of the link must detach it first, or "bpftool link detach id [0-9]+" does' \
		"a dispatcher of version $version by a bpf_link"
	run ip -j -d link xdp multi show dev v0
	is "$(json '.[0].foreign | [.kind, .pin]')" '["link","/sys/fs/bpf/foreign_link"]' 'its kind is known'
	refused 2 '~is attached by bpf_link' 'overwrite does not help' "${multi[@]}" add dev v0 object obj/bpf/pass.o overwrite
	refused 2 '~is attached by bpf_link' 'nor repair' "${multi[@]}" repair dev v0
	[[ $stderr =~ 'detach id '([0-9]+) ]]
	bpftool link detach id "${BASH_REMATCH[1]}"
	rm /sys/fs/bpf/foreign_link
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o
	expect 0 '' '' "a dispatcher of version $version by a bpf_link: what was advised helps"
	"${multi[@]}" flush dev v0
done

# A dispatcher with entries, whose pins are elsewhere, as that of bpfman.
new_veth 1
"${multi[@]}" add dev v1 object obj/bpf/counter.o
obj/helpers/foreign again v0 "$(xdp_id v1)" > /dev/null
refuses 'program [0-9]+ \("xdp_dispatcher"\) is attached by bpf_link [0-9]+, pinned at /sys/fs/bpf/foreign_link: .*' \
	'a dispatcher with entries by a bpf_link'
run ip -j link xdp multi show dev v0
is "$(json '.[0] | [.foreign.kind, .problems]')" '["link",null]' \
	'a dispatcher with entries by a bpf_link: it is not said to be damaged'
rm /sys/fs/bpf/foreign_link
"${multi[@]}" flush dev v1
del_veth 1
# The same by a bpf_link that came in place of our attachment.
"${multi[@]}" add dev v0 object obj/bpf/counter.o
id=$(xdp_id v0)
system_ip link set dev v0 xdp off
obj/helpers/foreign again v0 "$id" > /dev/null
refused 2 "~Can't replace active BPF XDP link; its owner must detach that link first, or .*bpftool link detach id LINK. does; .*\\.\$" \
	'a chain that a bpf_link attached: add' "${multi[@]}" add dev v0 object obj/bpf/pass.o prio 60
refused 2 "~Can't replace active BPF XDP link; its owner" 'a chain that a bpf_link attached: flush' \
	"${multi[@]}" flush dev v0
rm /sys/fs/bpf/foreign_link
# shellcheck disable=SC2317
detached() {
	[[ $(xdp_id v0) == 0 ]]
}
await detached
"${multi[@]}" flush dev v0

unchanged 'nothing is left'
done_testing
