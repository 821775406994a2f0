#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# confirm: an unconfirmed change is undone, with the same programs and maps, whatever
# happens to the terminal, the command and its keeper. A chain that somebody else changed
# since is not touched.

# shellcheck disable=SC2317
. testsuite/lib/tap.sh
. testsuite/lib/traffic.sh
. testsuite/lib/keepers.sh

multi=(ip link xdp multi)
how='^The change is undone in [0-9]+ s unless you confirm it: ip link xdp multi confirm'
pending='Error: dev v0: the last change is not confirmed yet: keep it with "ip link xdp multi confirm dev v0" or undo it with "ip link xdp multi undo dev v0" first.'
nothing='there is no unconfirmed change.'

add() {
	command ip link xdp multi add dev v0 object obj/bpf/pass.o "$@" || bail_out "no $*"
}

# has_keepers N: are there so many processes?
has_keepers() {
	[[ $(keepers | wc -l) -eq $1 ]]
}

# is_back ID: is that what v0 has, and nothing to be undone?
is_back() {
	[[ $(xdp_id v0) == "$1" ]] && ! compgen -G '/sys/fs/bpf/xdp/undo-*' > /dev/null
}

# back NAME: v0 has the chain a, as it was at the beginning.
back() {
	becomes yes "$1" eval "is_back $id && echo yes"
	is "$(chain_of v0)" "a/50/pass$a" "$1: it is whole"
	await no_keeper
	# Linux leaks a tail-call map that is opened by its id just after its last user
	# has gone, and the check of `undo` opens all maps.
	[[ $LINKAGE == tail ]] || unchanged "$1: nothing is left"
}

# unconfirmed: what show says of it.
unconfirmed() {
	command ip -j link xdp multi show dev v0 | jq -c '.[0].unconfirmed | [.kept, .before]'
}

# map_of ENTRY MAP: an id.
map_of() {
	command ip -d link xdp multi show dev v0 |
		sed -n "/^ *[0-9]*: $1 /,\$ { s/^ *map id \([0-9]*\) name $2 .*/\1/p }" | head -n 1
}

# on_terminal COMMAND...: it is prompted; what is written to fd 7 is typed.
on_terminal() {
	rm -f "$tap_tmp/typed"
	mkfifo "$tap_tmp/typed"
	# What the last one printed is no prompt of this one.
	: > "$tap_tmp/printed"
	obj/helpers/pty "$@" < "$tap_tmp/typed" > "$tap_tmp/printed" 2>&1 &
	terminal=$!
	exec 7> "$tap_tmp/typed"
	await prompted
}

# prompted [N]: so often, and again.
prompted() {
	[[ $(grep -c 'Press Enter within' "$tap_tmp/printed") -ge ${1-1} ]]
}

# is_traced: v0, now.
is_traced() {
	[[ $(command ip link xdp multi show dev v0) == *' traced '* ]]
}

# terminal_ends: sets $status and $stdout.
terminal_ends() {
	exec 7>&-
	status=0
	wait "$terminal" || status=$?
	stdout=$(tr -d '\r' < "$tap_tmp/printed")
}

a=$(linkage_text "$(linkage_of a)")
new_veth 0
mkdir -m 700 /sys/fs/bpf/xdp
remember_counts

### The first chain

unchecked=yes run "${multi[@]}" add dev v0 object obj/bpf/pass.o name a confirm 1
becomes yes 'a first chain is taken off in time' eval 'is_back 0 && echo yes'
await no_keeper
unchanged 'and nothing is left'
run "${multi[@]}" add dev v0 object obj/bpf/pass.o name a confirm 1000
expect 0 '' "~$how dev v0\$" 'without a terminal the command says how to confirm'
is "$(unconfirmed)" '[true,0]' 'show says that it is unconfirmed'
run "${multi[@]}" show dev v0
like "$stdout" '^[0-9]+: v0: mode [a-z]+ dispatcher id [0-9]+ format [0-9a-z]+ unconfirmed, undone in ([0-9]+) s ' \
	'and until when'
run ip -br link xdp multi show dev v0
like "$stdout" ' a unconfirmed $' 'in brief too'
run "${multi[@]}" confirm dev v0
expect 0 '' '' 'it is confirmed from elsewhere'
becomes yes 'its keeper ends' eval 'no_keeper && echo yes'
is "$(chain_of v0)" "a/50/pass$a" 'the chain stays'
run "${multi[@]}" confirm dev v0
expect 2 '' "Error: dev v0: $nothing" 'it cannot be confirmed again'
id=$(xdp_id v0)
remember_counts

### Refused

run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
second=$(xdp_id v0)
is "$(unconfirmed)" "[true,$id]" 'a second entry'
refused 2 "$pending" 'until that is confirmed there is no other change' \
	ip link xdp multi del dev v0 a
refused 2 "$pending" 'not even flush' ip link xdp multi flush dev v0 confirm 5
run "${multi[@]}" add dev v0 object obj/bpf/drop.o name c dry-run
expect 2 '' "$pending" 'nor would there be'
run "${multi[@]}" set dev v0 format extended wait 0
expect 2 '' '*' 'nor another format'
is "$(xdp_id v0)" "$second" 'the unconfirmed one is still there'
run "${multi[@]}" undo dev v0
expect 0 '' '' 'undo takes it back at once'
back 'undo'
refused 2 "Error: dev v0: $nothing" 'once' ip link xdp multi undo dev v0
refused 2 "Error: ${nothing^}" 'of all devices there is none' ip link xdp multi confirm all
refused 1 'Error: Cannot find device "none".' 'of a device that is not there' \
	ip link xdp multi undo dev none
run "${multi[@]}" change dev v0 a name a confirm 1000
expect 0 '' '' 'what changes nothing needs no confirmation'
echo 'link xdp multi del dev v0 a confirm 5' > "$tap_tmp/batch"
refused 1 'Error: "confirm" is not possible in a batch.
Command failed '"$tap_tmp/batch:1" 'nothing waits in a batch' ip -batch "$tap_tmp/batch"

is "$(command ip -n blue link xdp multi help 2>&1)" "$(command ip link xdp multi help 2>&1)" \
	'the syntax is the same in another network namespace'
ln -s "$PWD/ip/ip" "$tap_tmp/ip-xdp-multi"
run "$tap_tmp/ip-xdp-multi" add dev v0 object obj/bpf/drop.o name b confirm 1000
expect 0 '' '~unless you confirm it: ip-xdp-multi confirm dev v0$' 'by its own name the command is named so'
run "${multi[@]}" undo dev v0
back 'by its own name'

### Each verb

for change in 'del dev v0 a' 'flush dev v0' 'change dev v0 a prio 9 name z' \
	'replace dev v0 object obj/bpf/drop.o name a maps new' 'set dev v0 stats on'; do
	read -ra words <<< "$change"
	run "${multi[@]}" "${words[@]}" confirm 1000
	expect 0 '*' '*' "$change"
	is "$(command ip -j link xdp multi show dev v0 | jq '.[0].unconfirmed.before')" "$id" \
		"$change: show tells what was there before"
	isnt "$(xdp_id v0)" "$id" "$change: it is done"
	end_keepers TERM
	back "$change, undone by the keeper when that is ended"
done

### On a terminal

on_terminal "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
echo 'ip link show' >&7
await prompted 2
is "$(unconfirmed)" "[true,$id]" 'a line that is not empty does not confirm'
echo >&7
terminal_ends
is "$status" 0 'Enter does'
run "${multi[@]}" show dev v0
like "$stdout" '^[^
]* format [^ ]* 
.*0: a .*1: b ' 'the change stays'
run "${multi[@]}" del dev v0 b confirm 1000
run "${multi[@]}" confirm all
expect 0 '' '' 'all devices can be confirmed'
id=$(xdp_id v0)
await no_keeper
remember_counts

on_terminal "${multi[@]}" flush dev v0 confirm 1000
end_keepers TERM
terminal_ends
is "$status" 2 'who waits is told that it was undone'
like "$stdout" 'Error: dev v0: the change was not confirmed in time and has been undone\.$' 'in a sentence'
back 'not confirmed on the terminal'

on_terminal "${multi[@]}" flush dev v0 confirm 1000
run "${multi[@]}" show dev v0
like "$stdout" '^[0-9]+: v0: unconfirmed, undone in [0-9]+ s $' 'a device without a chain is shown'
run "${multi[@]}" undo dev v0
terminal_ends
is "$status" 2 'nor does it wait on when somebody else undoes it'
like "$stdout" 'Error: dev v0: the change was undone\.$' 'and says so'
back 'undone from elsewhere'

on_terminal "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
second=$(xdp_id v0)
kill -KILL "$terminal"
wait "$terminal" 2> /dev/null
exec 7>&-
is "$(xdp_id v0)" "$second" 'a hang-up undoes nothing early'
is "$(unconfirmed)" "[true,$id]" 'and confirms nothing'
run "${multi[@]}" undo dev v0
back 'after a hang-up'

on_terminal "${multi[@]}" add dev v0 object obj/bpf/drop.o name b first proceed-on none confirm 1000
like "$(< "$tap_tmp/printed")" '^Warning: Entry "a" never runs.*Press Enter' 'warnings come before the question'
run "${multi[@]}" undo dev v0
terminal_ends
not_ok 'and not once more' grep -q 'Press Enter.*Warning' <(tr '\n' ' ' <<< "$stdout")
back 'with a warning'

### Killed

run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
for _ in 1 2; do
	before=$(keepers)
	is "$(wc -w <<< "$before")" 2 'the keeper is two processes'
	kill -KILL "$(tail -n 1 <<< "$before")"
	becomes '[true,'"$id"']' 'killed, it is started again' unconfirmed
	await has_keepers 2
done
end_keepers TERM
back 'a keeper that was killed twice'
run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
kill -KILL "$(keepers | head -n 1)"
await has_keepers 1
is "$(unconfirmed)" "[true,$id]" 'without the one the other goes on'
end_keepers TERM
back 'with half a keeper'
run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
end_keepers KILL
await no_keeper
becomes "[false,$id]" 'without both the change stays, and show says that nobody undoes it' unconfirmed
run "${multi[@]}" show dev v0
like "$stdout" ' unconfirmed, nobody undoes it ' 'in words'
refused 2 "$pending" 'and no other change is made' ip link xdp multi del dev v0 a
run "${multi[@]}" undo dev v0
expect 0 '' '' 'but undo brings it back'
back 'without a keeper'

run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
kill -TERM "$(keepers | head -n 1)"
back 'SIGTERM for one of them'
run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
read -r first second < <(keepers | xargs)
kill -STOP "$second"
kill -TERM "$first"
kill -KILL "$second"
back 'SIGTERM for one that is killed before it has done anything'
exec 8< /sys/fs/bpf/xdp
flock 8
command ip link xdp multi add dev v0 object obj/bpf/drop.o name b confirm 1000 2> "$tap_tmp/said" 8<&- &
changing=$!
await has_keepers 1
end_keepers TERM
exec 8<&-
wait "$changing"
not_ok 'the change is made when the lock is had' grep -q 'is locked by' "$tap_tmp/said"
back 'SIGTERM before the change'
(
	trap '' CHLD
	exec ip link xdp multi add dev v0 object obj/bpf/drop.o name b confirm 1000 2> "$tap_tmp/said"
)
read -r first second < <(keepers | xargs)
kill -KILL "$second"
await has_keepers 2
kill -TERM "$first"
back 'of a caller that ignores SIGCHLD'
run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
end_keepers KILL
await no_keeper
exec 8< "$(echo /sys/fs/bpf/xdp/undo-*)"
flock -s 8
is "$(unconfirmed)" "[false,$id]" 'somebody else who looks at it is no keeper'
exec 8<&-
run "${multi[@]}" undo dev v0

### Changed by somebody else

on_terminal "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
system_ip link set dev v0 xdp off
end_keepers TERM
terminal_ends
is "$status" 3 'what somebody else took off is left'
like "$stdout" 'Error: dev v0: another process changed the interface after the unconfirmed change: it is left as it is\.$' \
	'and who waits is told'
is "$(xdp_id v0)" 0 'nothing is attached'
run "${multi[@]}" repair dev v0
like "$(command ip link xdp multi show dev v0)" '0: a .*
.*1: b ' 'the new chain can be attached again'
run "${multi[@]}" del dev v0 b
run "${multi[@]}" add dev v0 object obj/bpf/drop.o name b confirm 1000
system_ip link set dev v0 xdp off
run "${multi[@]}" repair dev v0
is "$(unconfirmed | jq -c '.[0]')" true 'attached again it is unconfirmed again'
system_ip link set dev v0 xdp off
run "${multi[@]}" confirm dev v0
expect 2 '' "Error: dev v0: $nothing" 'what is gone cannot be confirmed'
run "${multi[@]}" flush dev v0
await no_keeper
if type -P xdp-loader > /dev/null && [[ $LINKAGE == ext ]]; then
	add name a
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o name b confirm 1000
	ok 'xdp-loader adds a program to the unconfirmed chain' \
		xdp-loader load -m native v0 obj/bpf/drop.o
	second=$(xdp_id v0)
	run "${multi[@]}" undo dev v0
	expect 3 '' '~another process changed the interface' 'its chain is left'
	is "$(xdp_id v0)" "$second" 'as it is'
	await no_keeper
	run "${multi[@]}" flush dev v0
fi

### Two devices

new_veth 1
add name a
command ip link xdp multi add dev v1 object obj/bpf/pass.o name c
first=$(xdp_id v0) other=$(xdp_id v1)
run "${multi[@]}" add dev v0 dev v1 object obj/bpf/drop.o name b confirm 1000
expect 0 '' "~${how#^} dev v0 dev v1\$" 'two devices'
run "${multi[@]}" confirm dev v1
expect 0 '' '' 'one of which is confirmed'
isnt "$(xdp_id v1)" "$other" 'that one has the new chain'
end_keepers TERM
becomes "$first" 'the other one the old one' xdp_id v0
await no_keeper
run "${multi[@]}" share dev v1 from v0 confirm 1000
expect 0 '' '*' 'a shared chain'
run "${multi[@]}" undo all
expect 0 '' '' 'is given back'
is "$(command ip -j link xdp multi show dev v1 | jq -c '.[0].entries | map(.name)')" '["c","b"]' 'its own chain is there'
await no_keeper
run "${multi[@]}" add dev v1 object obj/bpf/pass.o name d confirm 1000
del_veth 1
run "${multi[@]}" undo all
expect 1 '' 'Warning: dev v1: the interface is gone.
Error: Not every change could be undone.' 'an interface that is gone is named'
new_veth 1
run "${multi[@]}" add dev v1 object obj/bpf/pass.o name d confirm 1000
del_veth 1
becomes yes 'of an interface that has gone nothing is kept' eval \
	'end_keepers TERM; no_keeper && ! compgen -G "/sys/fs/bpf/xdp/undo-*" > /dev/null && echo yes'
run "${multi[@]}" flush dev v0
run "${multi[@]}" clean

### On a bpffs that cannot be changed

command ip link xdp multi flush dev v0
add name a confirm 1000 2> "$tap_tmp/said"
first=$(xdp_id v0)
run obj/helpers/inject -s 'bpf(OBJ_GET_INFO_BY_FD):1' 2 "$tap_tmp/hit" "${multi[@]}" clean all-netns
is "$(unconfirmed)" '[true,0]' 'a record that cannot be read is not cleaned up'
mount -o remount,ro /sys/fs/bpf
for verb in undo confirm; do
	run "${multi[@]}" "$verb" dev v0
	expect 1 '' 'Error: dev v0: cannot change /sys/fs/bpf/xdp: Read-only file system.' "$verb: is not tried"
	is "$(xdp_id v0)" "$first" 'the chain stays'
done
mount -o remount,rw /sys/fs/bpf
run obj/helpers/inject unlinkat:1 2 "$tap_tmp/hit" "${multi[@]}" undo dev v0
expect 0 '' '~^Warning: dev v0: the record of the change was left behind \(cannot unpin "record": .*\): "ip link xdp multi clean" removes it\.$' \
	'undo when it can be, but for the record'
is "$(xdp_id v0)" 0 'and the device has no program again'
end_keepers KILL
await no_keeper
run "${multi[@]}" clean

### Its record cannot be read just then

command ip link xdp multi flush dev v0 if-exists
wrong=''
for ((n = 1; ; n++)); do
	run obj/helpers/inject "fcntl:$n" 0 "$tap_tmp/hit" "${multi[@]}" add dev v0 object obj/bpf/pass.o \
		name a confirm 1000
	[[ $(< "$tap_tmp/hit") != 'none '* ]] || break
	if [[ $status -eq 0 ]]; then
		command ip link xdp multi undo dev v0
	elif [[ $(xdp_id v0) -ne 0 ]]; then
		wrong+=" $n: $status $stderr"
	fi
done
is "$wrong" '' 'after an error nothing waits'
command ip link xdp multi undo dev v0
end_keepers KILL
await no_keeper
run "${multi[@]}" clean

### A record of another version

command ip link xdp multi add dev v0 object obj/bpf/pass.o name a
command ip link xdp multi add dev v0 object obj/bpf/pass.o name b confirm 1000 2> "$tap_tmp/said"
end_keepers KILL
await no_keeper
record=$(compgen -G '/sys/fs/bpf/xdp/undo-*/record')
rm "$record"
bpftool map create "$record" type array key 4 value 200 entries 1 name multi_undo
for words in 'confirm dev v0' 'undo dev v0' 'del dev v0 a'; do
	read -ra words <<< "$words"
	run "${multi[@]}" "${words[@]}"
	expect 2 '' "~nother version of this program has made an unconfirmed change: .*, or remove \"${record%/*}\" to keep the change" \
		"${words[0]} is refused"
done
run "${multi[@]}" show dev v0
expect 0 '~: v0: ' '~^Warning: dev v0: another version of this program has made an unconfirmed change: ' \
	'show says so'
run "${multi[@]}" confirm all
expect 2 '' "~^Warning: Interface index $(< /sys/class/net/v0/ifindex): another version of this program has made an unconfirmed change" \
	'confirm all names it'
new_veth 1
command ip link xdp multi add dev v1 object obj/bpf/pass.o name c confirm 1000 2> "$tap_tmp/said"
is "$(command ip -j link xdp multi show 2> "$tap_tmp/said" | jq '.[] | select(.ifname == "v1").unconfirmed.kept')" true \
	'it does not hide those of other devices'
like "$(< "$tap_tmp/said")" '^Warning: Interface index [0-9]+: another version ' 'and show of all devices names it'
run "${multi[@]}" undo all
expect 0 '' '~^Warning: Interface index ' 'nor keeps them from being undone'
is "$(xdp_id v1)" 0 'which is done'
await no_keeper
del_veth 1
run "${multi[@]}" clean
ok 'clean leaves it' test -e "$record"
rm -r "${record%/*}"
run "${multi[@]}" del dev v0 a
expect 0 '' '' 'without it the change is kept'
command ip link xdp multi flush dev v0

### A trace that ends while the change waits

for verb in undo confirm; do
	add name a
	command ip link xdp multi trace dev v0 > "$tap_tmp/trace" 2> "$tap_tmp/trace.err" &
	tracer=$!
	await is_traced
	command ip link xdp multi add dev v0 object obj/bpf/drop.o name b confirm 1000 2> "$tap_tmp/said"
	kill "$tracer"
	wait "$tracer"
	like "$(< "$tap_tmp/trace.err")" 'The chain is still traced until its next change: .*the last change is not confirmed yet' \
		"$verb: a trace that ends cannot put the chain back"
	run "${multi[@]}" "$verb" dev v0
	expect 0 '' '' "$verb: it works"
	not_ok "$verb: and ends the trace" is_traced
	run "${multi[@]}" flush dev v0
	await no_keeper
done

### Traffic and maps

command ip link xdp multi add dev v0 object obj/helpers/firewall-1.o name fw
map=$(map_of fw blocked)
bpftool map update id "$map" key 10 0 0 2 value 1
not_ok 'a firewall drops what comes from the peer' reaches 0
id=$(xdp_id v0)
pings_begin peer
for change in 'add dev v0 object obj/bpf/pass.o first name x' 'change dev v0 fw prio 3' \
	'replace dev v0 object obj/helpers/firewall-2.o name fw maps keep' \
	'set dev v0 stats on'; do
	read -ra words <<< "$change"
	# A check of it could meet the keeper at work.
	unchecked=yes run "${multi[@]}" "${words[@]}" confirm 1
	becomes yes "$change: undone" eval "is_back $id && echo yes"
done
pings_end peer
[[ $sent -gt 0 ]]
result $? "$sent packets were sent"
is "$received" 0 'and none was let through'
run "${multi[@]}" replace dev v0 object obj/helpers/firewall-1.o name fw maps new confirm 1000
expect 0 '*' '*' 'a firewall with new maps'
ok 'lets the peer in' reaches 0
bpftool map update id "$map" key 10 0 0 3 value 1
run "${multi[@]}" undo dev v0
is "$(map_of fw blocked)" "$map" 'undone, it has the old map'
is "$(bpftool -j map dump id "$map" | jq length)" 2 'with what was put into it meanwhile'
not_ok 'and drops again' reaches 0
await no_keeper
run "${multi[@]}" flush dev v0

### What is no chain

system_ip link set dev v0 xdp object obj/bpf/drop.o section xdp
id=$(xdp_id v0)
run "${multi[@]}" add dev v0 object obj/bpf/pass.o overwrite confirm 1000
expect 0 '' '*' 'a chain in place of a plain program'
run "${multi[@]}" undo dev v0
expect 0 '' '' 'is undone'
is "$(xdp_id v0)" "$id" 'the plain program is back'
run "${multi[@]}" adopt dev v0 confirm 1000
expect 0 '' '*' 'it is adopted'
run "${multi[@]}" undo dev v0
expect 0 '' '' 'and set free again'
is "$(xdp_id v0)" "$id" 'it is what it was'
system_ip link set dev v0 xdp off
add name a
system_ip link set dev v0 xdp off
echo 'object obj/bpf/pass.o name b' | sed "s|obj/|$PWD/obj/|" > "$tap_tmp/chain"
refused 2 '~Error: dev v0: the detached chain of dispatcher [0-9]+ would be removed, and this cannot be undone: ' \
	'a chain that is not attached would be lost' \
	ip link xdp multi restore dev v0 file "$tap_tmp/chain" confirm 1000
run "${multi[@]}" repair dev v0

### Killed at each system call

await no_keeper
id=$(xdp_id v0)
remember_counts
[[ -n ${DIRECT-} ]] && stride=17 || stride=91

# after_kill NAME: one of both chains is there, and undo, if need be, brings the old one.
after_kill() {
	local now

	end_keepers KILL
	now=$(xdp_id v0)
	[[ $now == "$id" || " $(chain_of v0)" == *' b/'* ]]
	result $? "$1: the old chain or the new one"
	command ip link xdp multi undo dev v0 2> "$tap_tmp/why" || grep -q "$nothing" "$tap_tmp/why"
	result $? "$1: undo works"
	[[ $(xdp_id v0) == "$id" && "$(chain_of v0) " == "a/50/pass$a "* ]] &&
		command ip link xdp multi check dev v0 > /dev/null
	result $? "$1: the old chain is back, and whole"
}

for ((n = 1 + RANDOM % stride; ; n += stride)); do
	obj/helpers/inject "$n" kill "$tap_tmp/hit" \
		ip link xdp multi add dev v0 object obj/bpf/drop.o name b confirm 1000 > "$tap_tmp/said" 2>&1
	[[ $(< "$tap_tmp/hit") != none* ]] || break
	after_kill "add, killed at $(< "$tap_tmp/hit")"
done
end_keepers KILL
command ip link xdp multi undo dev v0
for ((n = 1 + RANDOM % stride; ; n += stride)); do
	command ip link xdp multi add dev v0 object obj/bpf/drop.o name b confirm 1000 2> "$tap_tmp/said"
	end_keepers KILL
	obj/helpers/inject "$n" kill "$tap_tmp/hit" ip link xdp multi undo dev v0 > "$tap_tmp/said" 2>&1
	after_kill "undo, killed at $(< "$tap_tmp/hit")"
	[[ $(< "$tap_tmp/hit") != none* ]] || break
done

# The keeper's two processes, too. Before Linux 6.11 nobody is told that both have ended.
kill_keepers() {
	local bad='' tried=0 n stride=61

	[[ -z ${DIRECT-} ]] || stride=13
	# At first before it knows of the change.
	for ((n = 1 - stride + RANDOM % stride; ; n += stride)); do
		obj/helpers/inject -c "$([[ $n -gt 0 ]] && echo "$n" || echo read:1)" kill "$tap_tmp/hit" \
			ip link xdp multi add dev v0 object obj/bpf/drop.o name b confirm 1 > "$tap_tmp/said" 2>&1
		[[ $(< "$tap_tmp/hit") != none* ]] || break
		tried=$((tried + 1))
		await no_keeper
		# What it leaves is removed below.
		[[ $(xdp_id v0) == "$id" && "$(chain_of v0) " == "a/50/pass$a "* ]] || bad+=" $(< "$tap_tmp/hit"),"
	done
	[[ $tried -gt 1 && -z $bad ]]
	result $? "a process of the keeper, killed at $tried of its calls: the change is undone in time" ||
		diag "$bad"
}
if [[ $(printf '%s\n' 6.11 "$(uname -r)" | sort -V | head -n 1) == 6.11 ]]; then
	kill_keepers
else
	skip 'a kernel before 6.11' 'a process of the keeper, killed'
fi
run "${multi[@]}" change dev v0 a prio 51
run "${multi[@]}" clean
is "$(find /sys/fs/bpf/xdp -maxdepth 1 -name '*-*')" "$(pins_at v0)" 'nothing else is left'
done_testing
