#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# confirm: an unconfirmed change is undone, with the same programs and maps, whatever verb
# made it, and however it is confirmed or not.

# shellcheck disable=SC2317
. testsuite/lib/confirm.sh

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

run "${multi[@]}" flush dev v0
await no_keeper

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

done_testing
