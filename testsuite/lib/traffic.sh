# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sends packets during other actions, independent of the speed of the machine:
#
#	pings_begin NAME [OPTIONS]	starts batches of pings from the peer
#	until ...; do ...; done		the actions, as often as necessary
#	pings_end NAME			stops the pings; sets $sent and $received
#
# pings_end lets the last batch finish, so that no answer is missed.

declare -A pingers

pings_begin() {
	local name=$1

	shift
	rm -f "$tap_tmp/$name.stop"
	: > "$tap_tmp/$name"
	while [[ ! -e $tap_tmp/$name.stop ]]; do
		in_peer 0 ping -q -i 0.002 -c 100 -W 1 "$@" 10.0.0.1
	done < /dev/null > "$tap_tmp/$name" &
	pingers[$name]=$!
	await pinged "$name" 1
}

# pinged NAME N: have so many packets been sent, or a hundred more?
pinged() {
	local sent=0 line

	while read -r line; do
		[[ ! $line =~ ^([0-9]+)' packets transmitted' ]] || sent=$((sent + BASH_REMATCH[1]))
	done < "$tap_tmp/$1"
	((sent >= $2))
}

# shellcheck disable=SC2034
pings_end() {
	local line

	touch "$tap_tmp/$1.stop"
	wait "${pingers[$1]}"
	sent=0 received=0
	while read -r line; do
		[[ $line =~ ^([0-9]+)' packets transmitted, '([0-9]+)' received' ]] || continue
		sent=$((sent + BASH_REMATCH[1])) received=$((received + BASH_REMATCH[2]))
	done < "$tap_tmp/$1"
}
