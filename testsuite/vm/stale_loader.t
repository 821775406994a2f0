#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# xdp-loader and detached chains: it handles ours, we handle its own, and those that it
# has pinned but not yet attached.

. testsuite/lib/stale.sh

type -P xdp-loader > /dev/null || skip_all 'no xdp-loader'
[[ $(xdp-loader load --version 2>&1) == *1.[345].* ]] ||
	skip_all 'another libxdp than one that writes version 2'

multi=(ip link xdp multi)
in_use='in use: attached to an interface, or open in a process'

# loaded: by xdp-loader on v0, a chain as that of firewall.
loaded() {
	run xdp-loader load v0 obj/bpf/counter.o obj/bpf/drop.o
	[[ $status -eq 0 ]] || bail_out "xdp-loader: $stderr"
	id=$(xdp_id v0)
	dir=dispatch-$(index_of v0)-$id
	whole='counter/50/pass drop/50/pass'
	text=$("${multi[@]}" show dev v0)
}

# stopped: is the loader that $tracer traces, with its chain pinned? It is then
# $loader. A process that is traced stops in the state t.
stopped() {
	loader=$(< "/proc/$tracer/task/$tracer/children")
	loader=${loader%% *}
	[[ -n $loader && $(echo /sys/fs/bpf/xdp/dispatch-*/prog0-prog) != *'*'* ]] &&
		grep -q '^State:.[Tt]' "/proc/$loader/status"
}

# paused: xdp-loader has pinned its chain for v0, and is stopped before it attaches
# it. Sets $loader and $dir.
paused() {
	local n

	loader=''
	strace -f -o /tmp/trace -e trace=socket,sendto xdp-loader load v0 obj/bpf/drop.o
	xdp-loader unload v0 --all
	n=$(awk '/socket\(/ { n++ } /RTM_SETLINK|nlmsg_type=0x13 / { print n; exit }' /tmp/trace)
	strace -f -qq -o /dev/null -e trace=socket -e "inject=socket:signal=STOP:when=$n" \
		xdp-loader load v0 obj/bpf/drop.o > /tmp/loader 2>&1 &
	tracer=$!
	await stopped
	dir=$(cd /sys/fs/bpf/xdp && echo dispatch-*/prog0-prog)
	dir=${dir%/*}
}

new_veth 0
system_ip netns add a
system_ip -n a link add v0 index 77 type veth peer name p0 index 78
remember_counts
start=$tap_counts

loaded
not_ok 'a chain of xdp-loader drops' reaches 0
off v0
is_detached 'taken off, it is in use nowhere, and so detached'
run "${multi[@]}" add dev v0 object obj/bpf/pass.o
expect 2 '' '~^Error: dev v0: the chain is detached' 'add is refused'
bpftool prog pin id "$id" /sys/fs/bpf/held
is_bare 'with another user it might be that of another namespace'
run "${multi[@]}" add dev v0 object obj/bpf/pass.o
expect 3 '' "~^Error: dev v0: the chain of dispatcher $id may be detached, but something else uses it .*: end that use and try again, or make a new chain with -force\.$" \
	'so add is refused, too'
forced pass
for words in 'adopt dev v0' 'add dev v0 object obj/bpf/counter.o overwrite'; do
	# shellcheck disable=SC2086
	run "${multi[@]}" $words
	expect 3 '' "~^Error: dev v0: the chain of dispatcher $id may be detached, .*new chain with -force\.$" \
		"nor does it lose its place to another program by ${words%% *}"
done
off v0
run "${multi[@]}" check dev v0
expect 2 'v0: no chain attached' "Warning: dev v0: the chain of dispatcher $id may be detached." \
	'check warns of the doubt'
leaves "$in_use" 'clean leaves it'
rm /sys/fs/bpf/held
is_detached 'without that it is detached'
repairs attach 'it can be repaired'
is "$(xdp_id v0) $(chain_of v0)" "$id $whole" 'it is there'
not_ok 'and drops' reaches 0
run xdp-loader unload v0 --all
expect 0 '' '' 'xdp-loader takes it off'
unchanged 'nothing is left'
loaded
off v0
run "${multi[@]}" flush dev v0
expect 0 '' '' 'flush forgets one of its chains'
unchanged 'nothing is left'
nsenter --net=/run/netns/a xdp-loader load v0 obj/bpf/drop.o
dir=$(cd /sys/fs/bpf/xdp && echo dispatch-77-*)
leaves "$in_use" 'one of another namespace'
system_ip -n a link del v0
leaves 'it may belong to another network namespace: "clean all-netns" removes it' \
	'when its interface is gone, nobody knows which that was'
run "${multi[@]}" clean all-netns
expect 0 "remove $dir " '' 'with all-netns it is removed'
system_ip -n a link add v0 index 77 type veth peer name p0 index 78
unchanged 'nothing is left'

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	firewall "$linkage"
	off v0
	run xdp-loader unload v0 --all
	expect '~[1-9]' '*' '*' 'xdp-loader sees no chain that is detached'
	is_detached 'and leaves it alone'
	run xdp-loader load v0 obj/bpf/pass.o
	expect 0 '' '' 'and makes its own'
	got=$(chain_of v0)
	is "${got%% (pinned*}" 'pass/50/pass' 'which is there'
	run "${multi[@]}" add dev v0 object obj/bpf/counter.o
	expect 0 '' "~Warning: dev v0: removed the unused pins of dispatcher $id\." \
		'the next change removes what is left of ours, and says so'
	flush
	unchanged 'nothing is left'

	firewall "$linkage"
	off v0
	xdp-loader clean > /dev/null
	if [[ $linkage == ext ]]; then
		is_bare 'xdp-loader clean removes a chain that is detached'
	else
		is_detached 'xdp-loader clean does not see the extended format'
		repairs attach 'so it can be repaired'
		runs 'repaired'
		flush
	fi
	unchanged 'nothing is left'

	in_netns=(-n a)
	firewall "$linkage"
	xdp-loader clean > /dev/null
	if [[ $linkage == ext ]]; then
		run ip -n a link xdp multi show v0
		expect 0 '~1: fw .*empty .*problem: pins and links are gone and no program runs: flush the chain' '' \
			'run in another namespace it ends a chain'
		run ip -n a link xdp multi repair all
		expect 2 '' 'Warning: dev v0: the whole chain is lost: flush it and add the programs again.
Error: Not every chain could be repaired.' 'for good'
	else
		runs 'run in another namespace it does not see the extended format'
	fi
	run ip -n a link xdp multi flush all
	expect 0 '' '' 'flush takes it off'
	in_netns=()
	unchanged 'nothing is left'
done

# It does not hold the lock when it attaches what it has pinned.
paused
ok 'xdp-loader is stopped before it attaches' grep -q '^State:.[tT] ' "/proc/$loader/status"
ok 'and has pinned' test -e "/sys/fs/bpf/xdp/$dir/prog0-link"
is_bare 'nothing is there, and nothing detached'
run "${multi[@]}" check
expect 0 '' '' 'nor missed'
for words in clean 'clean all-netns'; do
	# shellcheck disable=SC2086
	run "${multi[@]}" $words
	expect 0 "leave $dir: $in_use " '' "$words leaves its pins"
done
run "${multi[@]}" add dev v0 object obj/bpf/pass.o
expect 3 '' "~^Error: dev v0: the chain of dispatcher ${dir##*-} may be detached, but something else uses it " \
	'add does not take its place'
run ip -force link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 '' '' 'nor waits for it with -force'
run "${multi[@]}" change dev v0 pass prio 7
expect 0 '' '' 'nor does change'
run "${multi[@]}" flush dev v0
expect 0 '' '~^Warning: dev v0: there are pins for its interface index, .*: "ip link xdp multi clean" lists them\.$' 'nor flush, which says so'
run "${multi[@]}" flush all
expect 0 '' '' 'nor flush all'
is "$(find "/sys/fs/bpf/xdp/$dir" -type f | wc -l)" 2 'all its pins are there'
kill -CONT "$loader"
wait "$tracer"
is "$?" 0 'it goes on'
chain_is v0 'drop/50/pass' 'and attaches what it has pinned'
not_ok 'which drops' reaches 0
flush
unchanged 'nothing is left'

paused
kill -9 "$loader"
wait "$tracer" 2> /dev/null
run "${multi[@]}" show dev v0
expect 0 "~^[0-9]+: v0: detached dispatcher id ${dir##*-} " '' \
	'one that was killed there leaves what looks like a chain that was taken off'
run "${multi[@]}" flush dev v0
expect 0 '' '' 'which flush forgets'
unchanged 'nothing is left'

flock /sys/fs/bpf/xdp sleep infinity > /dev/null &
holder=$!
await locked_by_other
for words in clean 'repair dev v0' 'repair all'; do
	# shellcheck disable=SC2086
	run "${multi[@]}" $words wait 1
	expect 3 '' "Error: /sys/fs/bpf/xdp is locked by process $holder (flock), gave up after 1 s." \
		"while somebody holds the lock: $words"
done
read -r child < "/proc/$holder/task/$holder/children"
kill "$holder" "$child"
wait "$holder" 2> /dev/null

tap_counts=$start
unchanged 'nothing is left'

done_testing
