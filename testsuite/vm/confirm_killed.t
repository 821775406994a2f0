#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# confirm: an unconfirmed change is undone, whatever happens to the command and its keeper.

# shellcheck disable=SC2317
. testsuite/lib/confirm.sh

begin

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
