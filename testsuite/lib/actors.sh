# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# A second actor acts at the system calls of a verb: the verb stops just before one of
# its calls, the actor acts, and the verb continues. A case is one of fault_cases.sh; an
# actor is a function that sets
#
#	actor=TEXT		what it does, for bash
#	gone=yes		its device is gone, and a change may have removed its pins
#	damage=yes		it damages pins, which a change may have replaced already
#	after=(COMMAND...)	gives devices their old names and places back, before the
#				state is checked
#	rebuild=(COMMAND...)	restores the initial state afterwards, for the next point
#
# `acted_at_each ACTOR CASE` is one assertion about all points of that pair: the state and
# the verb's exit status are those of one of the two orders, or the verb did nothing, says
# why in one sentence, and only the actor has acted. Neither of them hangs, and flush and
# clean remove everything.

. testsuite/lib/fault_cases.sh

# Every so many-th call is tried. By default only so many of a pair: one at which the
# verb still looks and loads, the others from where it begins to pin the new chain,
# each pair at other calls.
stride=${ACTOR_STRIDE-} most=${ACTOR_POINTS-2} turn=0

actor_show() { actor='ip -d link xdp multi show'; }
actor_clean() { actor='ip link xdp multi clean'; }
actor_ours() { actor='ip link xdp multi add dev v0 object obj/bpf/pass.o name other prio 40 wait 0'; }
actor_flush() { actor='ip link xdp multi flush dev v0 if-exists wait 0'; }
actor_repair() { actor='ip link xdp multi repair all'; }
actor_off() { actor='system_ip link set dev v0 xdp off'; }
actor_forced() {
	actor='system_ip -force link set dev v0 xdp object obj/bpf/drop.o section xdp'
	after=(rm -rf /sys/fs/bpf/ip /sys/fs/bpf/tc /sys/fs/bpf/xdp/globals)
}
actor_unpinned() { damage=yes actor='rm -f /sys/fs/bpf/xdp/*/prog0-prog'; }
actor_undir() { damage=yes actor='rm -rf /sys/fs/bpf/xdp/*-*'; }
actor_deleted() {
	actor='system_ip link del v0' gone=yes
	after=(new_link)
}
actor_moved() {
	actor='system_ip link set v0 netns peer0'
	after=(system_ip -n peer0 link set v0 netns 1)
	rebuild=(system_ip link set v0 up)
}
actor_renamed() {
	actor='system_ip link set v0 down; system_ip link set v0 name w0'
	after=(system_ip link set w0 name v0)
	rebuild=(system_ip link set v0 up)
}
# Another device has its name now.
actor_swapped() {
	actor='for i in "v0 down" "v1 down" "v0 name w0" "v1 name v0" "w0 name v1"; do system_ip link set $i; done'
	after=(swap_back)
}
actor_mtu() {
	actor='system_ip link set v0 mtu 1400'
	rebuild=(system_ip link set v0 mtu 1500)
}
actor_loader() { actor='exec xdp-loader load -P 33 v0 obj/bpf/tx.o'; }
actor_unload() { actor='exec xdp-loader unload v0 --all'; }
actor_sweeper() { actor='exec xdp-loader clean'; }

# The old v0 has its index, and with it its pins, to itself.
new_link() {
	system_ip link show v0 > /dev/null 2>&1 || {
		system_ip netns del peer0
		new_veth 0
	}
}

swap_back() {
	local i

	for i in 'v0 name w0' 'v1 name v0' 'w0 name v1' 'v0 up' 'v1 up'; do
		# shellcheck disable=SC2086
		system_ip link set $i
	done
}

# ---- states ----

# state_now: all that is to be compared, without ids.
state_now() {
	local dev text=''

	look
	for dev in "${devs[@]}"; do
		text+="$dev ${part[$dev]}"
	done
	[[ -z $damage ]] || text=$(grep -v ' slot [0-9]* ' <<< "$text")
	[[ -n $gone ]] || text+=${left//+([0-9])/N}
	text=${text//$'\n'+([0-9]): /$'\n'N: }
	echo "${text//dispatcher +([0-9])/dispatcher N}"
}

# settled_state: programs that nothing holds any more go in their own time.
settled_state() {
	local before='' now

	now=$(state_now)
	while [[ -n $damage && $now != "$before" ]]; do
		sleep 0.5
		before=$now now=$(state_now)
	done
	echo "$now"
}

begin_again() {
	take_down
	"${rebuild[@]}"
	ip link xdp multi clean > /dev/null 2>&1
	rm -rf /sys/fs/bpf/xdp/{multi,dispatch}-* /sys/fs/bpf/maps/*
	"${set_up[@]}"
	"${prepare[@]}"
}

verb() {
	run ip link xdp multi "${change[@]}"
}

acts() {
	bash -c "$actor" > "$tap_tmp/acted" 2>&1
}

# With what the devices are called when others look.
put_back() {
	"${after[@]}" > /dev/null 2>&1
}

# learn_orders: the states of nobody, of each alone, and of both orders, with the
# verb's exit status.
learn_orders() {
	begin_again
	nobody=$(state_now)
	begin_again
	acts
	put_back
	actor_alone=$(settled_state)
	begin_again
	verb
	verb_first_status=$status
	verb_alone=$(state_now)
	acts
	put_back
	verb_first=$(settled_state)
	begin_again
	acts
	verb
	put_back
	actor_first_status=$status
	actor_first=$(settled_state)
}

# ---- one point ----

amiss() {
	bad=$((bad + 1))
	[[ $bad -le ${FAULT_DIAGS-3} ]] || return
	diag "$actor_name, $case_name, $k: $hit, exit status $status: $1"
	diag "stderr: $stderr"
	diag "actor: $(< "$tap_tmp/acted")"
	diag "$now"
}

# in_order: is the state one that this exit status allows?
in_order() {
	local failed=$1

	if [[ $status -eq 0 ]]; then
		[[ $verb_first_status -eq 0 && $now == "$verb_first" ]] ||
			[[ $actor_first_status -eq 0 && $now == "$actor_first" ]] ||
			[[ ($failed -ne 0 || -n $damage) && $now == "$verb_alone" ]]
	else
		[[ $now == "$actor_alone" ]] ||
			[[ $actor_first_status -ne 0 && $now == "$actor_first" ]] ||
			[[ $failed -ne 0 && $now == "$nobody" ]]
	fi
}

# judge_point: of what `run inject` has left.
judge_point() {
	local failed=${hit##* } text=$stderr code=$status try

	[[ $hit != *hangs ]] || amiss 'the actor hangs'
	case $code in
	0) [[ $text =~ $warnings ]] || amiss 'more than warnings' ;;
	[123]) [[ $text =~ $sentence ]] || amiss 'not one sentence' ;;
	*) amiss 'no exit status of ours' ;;
	esac
	# The kernel takes its time to free what nobody holds any more.
	for ((try = 0; try < 50; try++)); do
		! in_order "${failed/hangs/1}" || return 0
		sleep "$tick"
		now=$(state_now)
	done
	amiss 'not the state of one of both orders'
	diag "the verb first ($verb_first_status):" "$(diff <(echo "$verb_first") <(echo "$now"))"
	diag "the actor first ($actor_first_status):" "$(diff <(echo "$actor_first") <(echo "$now"))"
}

# all_goes: what is left goes with the next commands.
all_goes() {
	local dev what words=()

	for dev in "${devs[@]}"; do
		system_ip link set dev "$dev" xdp off
		command ip link xdp multi flush dev "$dev" if-exists > "$tap_tmp/acted" 2>&1
	done
	# Kernels as old as those where links do not tell what they replace do not tell
	# either of which network namespace a chain is.
	[[ -z ${KERNEL-} ]] || kernel_has link_target || words=(all-netns)
	command ip link xdp multi clean "${words[@]}" >> "$tap_tmp/acted" 2>&1
	what=$(find /sys/fs/bpf/xdp -mindepth 1 -maxdepth 1 2> /dev/null)
	[[ -z $what ]] || amiss "flush and clean leave $what"
}

try_point() {
	k=$1
	begin_again
	: > "$tap_tmp/acted"
	run obj/helpers/inject "$k" act "{ $actor; } > $tap_tmp/acted 2>&1" "$tap_tmp/hit" \
		ip link xdp multi "${change[@]}"
	hit=$(< "$tap_tmp/hit")
	[[ $hit != 'none '* ]] || return
	tried=$((tried + 1)) points=$((points + 1))
	put_back
	now=$(state_now)
	judge_point
	all_goes
	return 0
}

# choose_points: the calls of the verb at which the actor acts.
choose_points() {
	local all first=0 i

	begin_again
	run obj/helpers/inject 0 list "$tap_tmp/calls" ip link xdp multi "${change[@]}"
	mapfile -t all < "$tap_tmp/calls"
	chosen=()
	if [[ -n $stride ]]; then
		mapfile -t chosen < <(seq "$offset" "$stride" "${#all[@]}")
		offset=$((offset % stride + 1))
		return
	fi
	while [[ $first -lt $((${#all[@]} * 2 / 3)) && ${all[first]} != mkdirat ]]; do
		first=$((first + 1))
	done
	turn=$((turn + 1))
	chosen=($((turn * 41 % first + 1)))
	for ((i = 1; i < most; i++)); do
		chosen+=($((first + 1 + (turn * 13 + i * (${#all[@]} - first) / (most - 1)) % (${#all[@]} - first))))
	done
}

acted_at_each() {
	local chosen point

	actor_name=$1 case_name=$2 bad=0 tried=0 k=0 hit='' count='' already='' now=''
	prepare=(:) coarser=1 undo_by=() may_remain=none drops='' after=(:) rebuild=(:) damage='' gone=''
	"case_$2"
	"actor_$1"
	learn_orders
	choose_points
	for point in "${chosen[@]}"; do
		try_point "$point" || break
	done
	[[ $tried -gt 0 && $bad -eq 0 ]]
	result $? "$case_name, $actor_name at $tried of its calls: as in one order or the other" ||
		diag "$bad bad of $tried"
	take_down
	"${rebuild[@]}"
}
export -f system_ip
export tap_system_ip

# each_pair CASES ACTORS: of these, every so many-th.
each_pair() {
	local n=0 case who

	for case in $1; do
		for who in $2; do
			((n++ % ${ACTOR_PAIRS-1})) || acted_at_each "$who" "$case"
		done
	done
}
