# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Lets verbs fail, or kills them, at each of their system calls. A case is a function
# that sets
#
#	devs=(DEV...)		its devices
#	set_up=(COMMAND...)	gives them their old chains
#	change=(WORDS...)	the verb that gives them the new ones
#	undo=(WORDS...)		the verb that restores the old chains
#	prepare=(COMMAND...)	other preparations for each change
#	coarser=N		tests N times fewer calls than usual
#	always=(KIND:NTH...)	calls that are always tested
#	may_remain=TEXT		in the name of a pin that a failed change may leave
#
#	undo_by=(COMMAND...)	replaces undo, if no verb of ours can do that
#	drops=			empty if v0 is to pass packets in one of its chains
#
# `tried_at_each fail|kill NAME` is one assertion about all points of the function
# case_NAME.

. testsuite/lib/tail.sh
# Each point is judged by more than that.
unchecked=yes
shopt -s extglob

# Only every so many-th call is tried, beginning with this one.
stride=${FAULT_STRIDE-1} offset=${FAULT_OFFSET-1}
# Another one of the errors that are likely for a call each time.
rotation=${FAULT_ROTATION-0}
# "-c" where nobody else uses the kernel, so that all it holds can be counted.
counting=()
points=0 sent=0
# What a case sets.
devs=() set_up=() change=() undo=() undo_by=() prepare=()
flood_pause=0.01
declare -A part old new

sentence='^(Warning: [^'$'\n'']*\.'$'\n'')*Error: [^'$'\n'']*[.?!]('$'\n''(Verifier log|Last lines of the verifier log).*)?$'
warnings='^(Warning: [^'$'\n'']*\.('$'\n''|$))*$'

# ---- what is there ----

# look: for each device in part[] what it runs and what is pinned for it, and what
# show says, all without ids; $left is what else is pinned and was not already,
# $maps the maps in the directory for those.
look() {
	local line dev shown

	part=() left='' attached='' maps=''
	for dev in "${devs[@]}"; do
		part[$dev]=''
	done
	while IFS= read -r line; do
		dev=${line#pin }
		dev=${dev%%[ /]*}
		case $line in
		'id '*) attached+=" ${line#id }" ;;
		'stale '*) [[ $already == *"$line"$'\n'* ]] || left+=$line$'\n' ;;
		'map '*) maps+=$line$'\n' ;;
		'count '*) count=$line ;;
		*) part[$dev]+=$line$'\n' ;;
		esac
	done < <(obj/helpers/state "${counting[@]}" "${devs[@]}")
	shown=$(ip link xdp multi show 2>&1)
	while IFS= read -r line; do
		[[ ! $line =~ ^[0-9]+:' '([^:]+): ]] || dev=${BASH_REMATCH[1]}
		[[ -z $line ]] || part[$dev]+=${line// id +([0-9])/}$'\n'
	done <<< "$shown"
}

# looks_like NAME: are all devices as in the array of that name?
looks_like() {
	local -n wanted=$1
	local dev

	for dev in "${devs[@]}"; do
		[[ ${part[$dev]} == "${wanted[$dev]}" ]] || return
	done
}

looks_mixed() {
	local dev

	for dev in "${devs[@]}"; do
		[[ ${part[$dev]} == "${old[$dev]}" || ${part[$dev]} == "${new[$dev]}" ]] ||
			return
	done
}

# no_more_than COUNT: of programs, maps and links; always where they are not counted.
no_more_than() {
	local now want

	read -r -a now <<< "${count#count }"
	read -r -a want <<< "${1#count }"
	((now[0] <= want[0] && now[1] <= want[1] && now[2] <= want[2]))
}

# is_exactly NAME COUNT: and there is nothing else. What is freed later may take
# its time.
is_exactly() {
	local try

	for ((try = 0; try < tries; try++)); do
		look
		looks_like "$1" && [[ -z $left ]] || return
		no_more_than "$2" && return
		sleep "$tick"
	done
	diag "$case_name, $k: $hit: $count, expected $2"
	return 1
}

is_old() { is_exactly old "$old_count"; }
is_new() { is_exactly new "$new_count"; }

# settle: look until nothing has been freed for a while.
settle() {
	local before quiet=0

	look
	while [[ -n ${counting[*]} && $quiet -lt 3 ]]; do
		before=$count
		sleep 0.2
		look
		quiet=$((quiet + 1))
		[[ $count == "$before" ]] || quiet=0
	done
}

# ---- one point ----

# wrong TEXT: about the point that was tried last.
wrong() {
	local dev

	bad=$((bad + 1))
	[[ $bad -le ${FAULT_DIAGS-5} ]] || return
	diag "$case_name, $k: $hit, exit status $fault_status: $1"
	diag "stderr: $fault_stderr"
	[[ $2 == all ]] || return
	diag "attached:$attached${left:+, left over: $left}"
	for dev in "${devs[@]}"; do
		diag "not in the old chain of $dev: $(diff <(echo "${old[$dev]}") <(echo "${part[$dev]}"))"
		diag "not in the new chain of $dev: $(diff <(echo "${new[$dev]}") <(echo "${part[$dev]}"))"
	done
}

works() {
	run ip link xdp multi "$@"
	[[ $status -eq 0 && $stderr =~ $warnings ]]
}

undone() {
	[[ -n ${undo_by[*]} ]] || { works "${undo[@]}"; return; }
	run "${undo_by[@]}"
	[[ $status -eq 0 ]]
}

# The same verb once more, as if nothing had been.
forth_and_back() {
	"${prepare[@]}"
	if ! works "${change[@]}"; then
		wrong "the next change fails: $stderr" all
	elif ! is_new; then
		wrong 'the next change does not end in the new chain' all
	fi
	back
}

back() {
	if ! undone; then
		wrong "the way back fails: $stderr" all
		mend
	elif ! is_old; then
		wrong 'the way back does not end in the old chain' all
		mend
	fi
}

# So that the next points are as good as the first.
mend() {
	take_down
	rm -rf /sys/fs/bpf/xdp/{multi,dispatch}-*
	"${set_up[@]}"
}

take_down() {
	local dev

	for dev in "${devs[@]}"; do
		ip link xdp multi flush dev "$dev" if-exists 2> /dev/null
		system_ip link set dev "$dev" xdp off
	done
}

# attach_again: between the swap and what is noted of it in the pins, the chain that
# was taken off, or was about to be attached, is shown as detached; the one that was about
# to adopt a program, as displaced by it, and the next adopt puts it in place.
attach_again() {
	case ${part[*]} in
	*': detached dispatcher '*)
		works repair all || wrong "what is detached is not repaired: $stderr" all ;;
	*'displaced dispatcher '*)
		works "${change[@]}" || wrong "the next change fails: $stderr" all ;;
	*)
		return ;;
	esac
	look
}

judge_kill() {
	[[ $fault_status -eq 137 ]] || wrong 'it is not dead'
	attach_again
	if looks_like old; then
		forth_and_back
	elif looks_like new; then
		back
	elif looks_mixed; then
		# What the other device still has is not left over yet.
		undone || wrong "the way back fails: $stderr"
		look
		looks_like old || wrong 'the way back does not end in the old chain' all
		forth_and_back
	else
		wrong 'neither the old chain nor the new one' all
		mend
	fi
}

# What is left over must be said, and go with the next change.
judge_fault() {
	local said=''

	[[ $fault_stderr != *'left behind'* ]] || said=yes
	[[ -z $left || -n $said || $left == *"$may_remain"* ]] || wrong "not said: $left"
	if [[ $fault_status -eq 0 ]] && looks_like new; then
		[[ $fault_stderr =~ $warnings ]] || wrong 'more than warnings'
		[[ $maps == "$new_maps" || -n $said ]] || wrong "pinned maps: $maps"
		back
		[[ $maps != *-+([0-9])* ]] || wrong "maps that stay parked: $maps"
	elif [[ $fault_status == [123] ]] && looks_like old; then
		[[ $fault_stderr =~ $sentence ]] || wrong 'not one sentence'
		[[ $maps == "$old_maps" ]] || wrong "pinned maps: $maps"
		if [[ -n $left ]]; then
			forth_and_back
		else
			is_old || wrong 'not as before' all
		fi
	else
		wrong 'not the chain that the exit status tells of' all
		mend
	fi
}

# try HOW K: false behind the last call.
try() {
	local how=$1

	k=$2
	[[ $how == kill ]] || how=$((rotation + ${k//[!0-9]/}))
	"${prepare[@]}"
	run obj/helpers/inject "$k" "$how" "$tap_tmp/hit" ip link xdp multi "${change[@]}"
	hit=$(< "$tap_tmp/hit") fault_status=$status fault_stderr=$stderr
	[[ $hit != 'none '* ]] || return
	tried=$((tried + 1)) points=$((points + 1))
	look
	if [[ $how == kill ]]; then
		judge_kill
	else
		judge_fault
	fi
	return 0
}

# ---- a case ----

# Both chains, as the undisturbed verb makes them.
learn() {
	local dev

	settle
	for dev in "${devs[@]}"; do
		old[$dev]=${part[$dev]}
	done
	old_count=$count old_maps=$maps
	[[ -z $left ]] || bail_out "$case_name begins with $left"
	"${prepare[@]}"
	works "${change[@]}" || bail_out "$case_name: $stderr"
	settle
	for dev in "${devs[@]}"; do
		new[$dev]=${part[$dev]}
	done
	new_count=$count new_maps=$maps
	! looks_like old || bail_out "$case_name changes nothing"
	undone || bail_out "$case_name, undone: $stderr"
	is_old || bail_out "$case_name, undone: ${part[*]}, not ${old[*]}"
}

# Packets that no chain of v0 lets through, all the time.
flood_begins() {
	[[ -n $drops ]] || return
	nsenter --net=/run/netns/peer0 ping -q -i "$flood_pause" 10.0.0.1 \
		> "$tap_tmp/flood" < /dev/null &
	flood=$!
}

flood_ends() {
	local word

	[[ -n $drops ]] || return
	kill -INT "$flood"
	wait "$flood"
	word=$(sed -n 's/^\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 \2/p' "$tap_tmp/flood")
	sent=$((sent + ${word% *}))
	[[ ${word% *} -gt 0 && ${word#* } -eq 0 ]] ||
		wrong "packets that were sent and that got through: $word"
}

tried_at_each() {
	local how=$1 next point

	case_name=$2 bad=0 tried=0 k=0 hit='' fault_status='' fault_stderr='' count=''
	prepare=(:) coarser=1 always=() undo_by=() may_remain=none already='' drops=yes
	"case_$2"
	"${set_up[@]}"
	look
	already=$left
	learn
	flood_begins
	for ((next = offset; ; next += stride * coarser)); do
		try "$how" "$next" || break
	done
	for point in "${always[@]}"; do
		try "$how" "$point"
	done
	flood_ends
	# Every verb has more calls than that.
	offset=$((next % stride % 60 + 1)) rotation=$((rotation + 1))
	[[ $tried -gt 0 && $bad -eq 0 ]]
	result $? "$case_name: $how at $tried of its calls: the chain is the old one or the new one" ||
		diag "$bad bad of $tried"
	[[ -z ${FAULT_VERBOSE-} ]] || diag "$case_name: $tried points"
	take_down
}

# in_all NAME: the last words.
in_all() {
	diag "$1: $points points, $sent packets meanwhile"
}
