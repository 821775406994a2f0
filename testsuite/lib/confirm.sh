# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of unconfirmed changes: v0 has the chain a, and a change of it waits.

. testsuite/lib/tap.sh
. testsuite/lib/traffic.sh
. testsuite/lib/keepers.sh

# shellcheck disable=SC2034
{
multi=(ip link xdp multi)
how='^The change is undone in [0-9]+ s unless you confirm it: ip link xdp multi confirm'
pending='Error: dev v0: the last change is not confirmed yet: keep it with "ip link xdp multi confirm dev v0" or undo it with "ip link xdp multi undo dev v0" first.'
nothing='there is no unconfirmed change.'
a=$(linkage_text "$(linkage_of a)")
}

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

# begin: v0 has the chain a, whose id is $id.
begin() {
	new_veth 0
	mkdir -m 700 /sys/fs/bpf/xdp
	add name a
	id=$(xdp_id v0)
	remember_counts
}
