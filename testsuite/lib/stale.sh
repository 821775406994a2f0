# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions for tests of chains that others have damaged; includes tail.sh.

. testsuite/lib/tail.sh

# Tail calls are the same on every kernel in this: they are tried on that of this
# machine, where nothing is emulated, and elsewhere with EVERYTHING=yes.
# shellcheck disable=SC2034
{
linkages=(ext)
[[ -z ${EVERYTHING-} ]] || linkages=(ext tail)
[[ -z ${DIRECT-} ]] || linkages=(tail)
}

# unused: no pin is in use any more. A namespace goes a moment after its last user.
unused() {
	! command ip link xdp multi clean dry-run | grep -q 'in use'
}

# off [DEV]: as somebody does it who does not know of chains.
off() {
	system_ip "${in_netns[@]}" link set dev "${1-v0}" xdp off || bail_out 'not off'
}

# forced PROGRAM [DEV]: a plain program takes the place of whatever is there.
forced() {
	system_ip -force link set dev "${2-v0}" xdp object "obj/bpf/$1.o" section xdp ||
		bail_out "no plain $1"
	rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
}

index_of() {
	local line

	line=$(system_ip "${in_netns[@]}" -o link show dev "$1")
	echo "${line%%:*}"
}

# firewall LINKAGE [WORDS]: on v0 a chain of two that lets nothing through. Its
# $id, $dir (below xdp) and $text, what show prints.
# shellcheck disable=SC2034
firewall() {
	local linkage=$1

	shift
	run ip "${in_netns[@]}" link xdp multi add dev v0 object obj/bpf/counter.o \
		name seen prio 10 linkage "$linkage" "$@"
	[[ $status -eq 0 ]] || bail_out "no counter: $stderr"
	run ip "${in_netns[@]}" link xdp multi add dev v0 object obj/bpf/drop.o \
		name fw prio 20 linkage "$linkage"
	[[ $status -eq 0 ]] || bail_out "no drop: $stderr"
	whole='seen/10/pass fw/20/pass'
	kind=dispatch
	if [[ $linkage == tail ]]; then
		text=$(linkage_text tail)
		whole="seen/10/pass$text fw/20/pass$text" kind=multi
	fi
	id=$(xdp_id v0)
	dir=$kind-$(index_of v0)-$id
	text=$(ip "${in_netns[@]}" link xdp multi show dev v0)
}

# is_detached NAME: what show prints of v0 is what it was, but detached.
is_detached() {
	run ip "${in_netns[@]}" link xdp multi show dev v0
	expect 0 "${text/mode native/detached}" '' "$1"
}

# is_bare NAME: show says nothing of v0.
is_bare() {
	run ip "${in_netns[@]}" link xdp multi show dev v0
	expect 0 '' '' "$1"
}

# runs NAME: the chain of firewall is on v0, the same dispatcher, and drops.
runs() {
	is "$(xdp_id v0) $(chain_of v0)" "$id $whole" "$1: it is there and whole"
	[[ ${#in_netns[@]} -gt 0 ]] || not_ok "$1: it drops" reaches 0
}

# repairs STEP NAME: repair of v0 takes one step, attach or pin, prints it and has
# nothing to do after it.
repairs() {
	run ip "${in_netns[@]}" link xdp multi repair dev v0
	expect 0 "v0: $1 dispatcher id $id " '' "$2"
	run ip "${in_netns[@]}" link xdp multi repair dev v0
	expect 0 '' '' 'once'
}

# leaves REASON NAME: that is why clean does not remove $dir, and it removes
# nothing else.
leaves() {
	run ip "${in_netns[@]}" link xdp multi clean
	expect 0 "leave $dir: $1 " '' "$2"
	ok 'they are there' test -d "/sys/fs/bpf/xdp/$dir"
}
