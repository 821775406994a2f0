#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# xdp-loader runs while we change the same chain in a loop. libxdp reads the attached
# dispatcher before it takes the lock, and fails if the dispatcher's pins are gone when it
# has the lock: so we must not remove them while anybody waits for the lock.

. testsuite/lib/tap.sh

# That of this machine, and the one that vm/fetch-xdp-tools fetched.
loaders=()
for loader in "$(type -P xdp-loader)" obj/helpers/xdp-tools/xdp-loader; do
	[[ ! -x $loader ]] || loaders+=("$loader")
done
[[ ${#loaders[@]} -gt 0 ]] || skip_all 'no xdp-loader'

# Others act at the same time.
# shellcheck disable=SC2034
unchecked=yes
multi=(ip link xdp multi)
rounds=${ROUNDS-6}

# change DEV...: replace an entry of theirs by another version, and back, until told
# to stop.
# shellcheck disable=SC2317
change() {
	local dev devs=() version=1 done=0

	for dev; do
		devs+=(dev "$dev")
	done
	while [[ ! -e $tap_tmp/stop ]]; do
		version=$((3 - version))
		"${multi[@]}" replace "${devs[@]}" object "obj/bpf/filter${version#1}.o" name fw maps new \
			2>> "$tap_tmp/changes" && done=$((done + 1))
		echo "$done" > "$tap_tmp/done"
	done
}

# waited COMMAND...: xdp-loader begins while a change is about to attach its chain, and
# waits for the lock with what it has read before. Then it succeeds.
waited() {
	local words=(link xdp multi change dev v0 fw prio "$((prio = 41 - prio))")

	run obj/helpers/inject 'bpf(OBJ_PIN):1' act "$* > $tap_tmp/text 2>&1" "$tap_tmp/hit" ip "${words[@]}"
	expect 0 '' '' "a change for which $(basename "$1") $2 waits"
	is "$(< "$tap_tmp/hit")" 'bpf(OBJ_PIN) 1 ACT 0' "$2 succeeds" || diag "$(< "$tap_tmp/text")"
}

# tried COMMAND...: until it succeeds. A whole change of ours may fit between what libxdp
# reads and its wait for the lock, which only libxdp can close; that is the more likely
# the slower the machine is.
tried() {
	local i

	for ((i = 0; i < 50; i++)); do
		"$@" > "$tap_tmp/text" 2>&1 < /dev/null && return
		diag "$2: $(tail -n 1 "$tap_tmp/text")"
	done
	failures+="$2: $(tail -n 1 "$tap_tmp/text")"$'\n'
}

# shellcheck disable=SC2317
changed_since() {
	[[ $(< "$tap_tmp/done") != "$1" ]]
}

# beside DEV...: xdp-loader loads, looks and unloads on the first of them.
beside() {
	local i before id failures=''

	rm -f "$tap_tmp/stop"
	: > "$tap_tmp/changes"
	echo 0 > "$tap_tmp/done"
	change "$@" &
	for ((i = 0; i < rounds; i++)); do
		before=$(< "$tap_tmp/done")
		tried "$loader" load -P 80 "$1" obj/bpf/tx.o
		tried "$loader" status "$1"
		id=$(id_of "$1" tx)
		[[ -z $id ]] || tried "$loader" unload "$1" --id "$id"
		await changed_since "$before"
	done
	touch "$tap_tmp/stop"
	wait
	is "$failures" '' "xdp-loader succeeds beside changes of $*"
	is "$(< "$tap_tmp/changes")" '' 'nor does a change'
	diag "$(< "$tap_tmp/done") changes beside $((3 * rounds)) commands of xdp-loader"
	chain_is "$1" 'pass/10/pass fw/20/pass' 'the chain is there'
}

for n in 0 1 2; do
	new_veth $n
done
remember_counts
for loader in "${loaders[@]}"; do
	diag "$loader"
	# It can change chains of one version only, so ours are for that libxdp.
	[[ $loader != */xdp-tools/* ]] || export LIBXDP_OBJECT_PATH=${loader%/*}/bpf
	for dev in v0 v1 v2; do
		"${multi[@]}" add dev $dev object obj/bpf/pass.o prio 10
		"${multi[@]}" add dev $dev object obj/bpf/filter.o name fw prio 20
	done
	prio=20
	waited "$loader" load -P 80 v0 obj/bpf/tx.o
	waited "$loader" status v0
	waited "$loader" unload v0 --id "$(id_of v0 tx)"
	"${multi[@]}" change dev v0 fw prio 20
	beside v0
	beside v0 v1 v2
	"${multi[@]}" flush all
	unchanged 'nothing is left'
done

done_testing
