#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The cost of a command does not depend on the chains of others, and grows only linearly
# with its devices. The cost is the number of system calls, which is the same on every
# run. Chains use tail calls on the kernel of this machine.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
export PATH=$PWD/ip:/usr/sbin:/sbin:$PATH

namespaces=(unshare --net --mount --pid --fork --kill-child --mount-proc
	--propagation private)
if [[ ${1-} != inside ]]; then
	. testsuite/lib/tap.sh
	[[ $(id -u) -eq 0 ]] || skip_all 'you are not root'
	[[ -x obj/helpers/spent && -e obj/bpf/drop.o ]] || skip_all 'make check builds what this needs'
	type -P strace > /dev/null || skip_all 'no strace'
	"${namespaces[@]}" true 2> /dev/null || skip_all 'no namespaces can be made'
	rm -rf "$tap_tmp"
	exec "${namespaces[@]}" bash "$0" inside
fi
mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs tmpfs /run || exit
. testsuite/lib/tap.sh
# Others use this kernel too.
unchecked=yes

[[ $(ip -j link xdp multi features) == *'"tail":true'* ]] || skip_all 'no tail calls'
multi=(ip link xdp multi)

# calls COMMAND...: how many system calls, and how many to bpf().
calls() {
	read -r calls bpf kinds < <(obj/helpers/spent -c "$@")
}

# loads COMMAND...: how many programs it loads.
loads() {
	calls "$@"
	[[ " $kinds " =~ ' 5:'([0-9]+)' ' ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

# lists COMMAND...: how often it lists a directory. The end is read too.
lists() {
	strace -f -o "$tap_tmp/trace" -e trace=getdents64 "$@" > /dev/null
	grep -c 'getdents64(.* = 0$' "$tap_tmp/trace"
}

# devices FROM TO: pairs, and a chain of its own on the first of each.
devices() {
	local i

	for ((i = $1; i <= $2; i++)); do
		echo "link add v$i type veth peer name p$i"
	done | system_ip -batch - || bail_out 'no devices'
	for ((i = $1; i <= $2; i++)); do
		echo "link xdp multi add dev v$i object obj/bpf/counter.o linkage tail"
	done | ip -batch - || bail_out 'no chains'
}

# words N: dev p1 ... dev pN.
words() {
	local i

	words=()
	for ((i = 1; i <= $1; i++)); do
		words+=(dev "p$i")
	done
}

# measure N: with so many pairs.
declare -A cost peak listed
measure() {
	local what
	local -a all

	words "$1"
	all=(show check metrics 'save all' 'repair all' "share ${words[*]} from v1" "flush ${words[*]}")
	for what in "${all[@]}"; do
		# shellcheck disable=SC2086
		calls "${multi[@]}" $what
		cost[$1 ${what%% *}]=$calls
	done
	for what in "${all[@]}"; do
		# shellcheck disable=SC2086
		read -r _ _ "peak[$1 ${what%% *}]" < <(obj/helpers/spent "${multi[@]}" $what)
	done
	for what in show check 'repair all'; do
		# shellcheck disable=SC2086
		listed[$1 ${what%% *}]=$(lists "${multi[@]}" $what)
	done
}

# within A B NAME: is B at most 10 % more than A?
within() {
	ok "$3: $2 instead of $1" test $((10 * $2)) -le $((11 * $1))
}

# ---- many devices ----

devices 1 10
measure 10
devices 11 60
measure 60
for verb in show check metrics save repair share flush; do
	each=$(((${cost[60 $verb]} - ${cost[10 $verb]}) / 50))
	diag "$verb: ${cost[10 $verb]} system calls for 10, ${cost[60 $verb]} for 60, $each each;" \
		"${peak[10 $verb]} and ${peak[60 $verb]} kB"
	# An exponent of 1.05.
	ok "$verb of six times as many takes no more than 6.6 times the system calls" \
		test $((10 * ${cost[60 $verb]})) -le $((66 * ${cost[10 $verb]}))
	ok "$verb keeps no more than 17 kB of each" \
		test $((${peak[60 $verb]} - ${peak[10 $verb]})) -le $((50 * 17))
done
for verb in show check repair; do
	is "${listed[60 $verb]}" "${listed[10 $verb]}" "$verb lists the pins as often, for however many"
done
ok 'once for the chains and once for what is unconfirmed' test "${listed[60 show]}" -le 2

# ---- chains that were taken off ----

for ((i = 1; i <= 2; i++)); do
	system_ip link set "v$i" xdp off
done
few=$(loads "${multi[@]}" show)
calls "${multi[@]}" show
before=$calls
for ((i = 3; i <= 22; i++)); do
	system_ip link set "v$i" xdp off
done
is "$(loads "${multi[@]}" show)" "$few" 'however many were taken off, one proof is enough'
calls "${multi[@]}" show
ok "each of them takes less than 100 system calls more: $calls instead of $before" \
	test $((calls - before)) -lt $((20 * 100))
run "${multi[@]}" repair all
is "$status $(grep -c 'attach dispatcher' <<< "$stdout")" '0 22' 'repair attaches all of them'
"${multi[@]}" flush all

# ---- chains of others ----

# changes: cost[add ...] of a first program, a second one, and a change of it.
changes() {
	"${multi[@]}" flush dev w if-exists
	calls "${multi[@]}" add dev w object obj/bpf/counter.o linkage tail
	cost[$1 first]=$calls cost[$1 first bpf]=$bpf
	calls "${multi[@]}" add dev w object obj/bpf/drop.o linkage tail
	cost[$1 second]=$calls cost[$1 second bpf]=$bpf
	calls "${multi[@]}" change drop dev w prio 60
	cost[$1 change]=$calls cost[$1 change bpf]=$bpf
	listed[$1 change]=$(lists "${multi[@]}" change drop dev w prio 70)
	calls "${multi[@]}" show dev w
	cost[$1 show]=$calls cost[$1 show bpf]=$bpf
}

system_ip link add w index 7777 type veth peer name u
changes alone
devices 101 150
changes beside
for ((i = 101; i <= 110; i++)); do
	system_ip link set "v$i" xdp off
done
changes detached
for ((i = 0; i < 10; i++)); do
	system_ip netns add "n$i"
	system_ip -n "n$i" link add w index 7777 type veth peer name u
	ip -n "n$i" link xdp multi add dev w object obj/bpf/counter.o linkage tail || bail_out 'no chain'
done
changes namespaces
for what in first second change show; do
	within "${cost[alone $what]}" "${cost[beside $what]}" "$what beside 50 other chains"
	within "${cost[alone $what]}" "${cost[detached $what]}" "$what beside 10 that were taken off"
done
for what in second change show; do
	within "${cost[alone $what]}" "${cost[namespaces $what]}" "$what beside 10 namespaces with its index"
	is "${cost[namespaces $what bpf]}" "${cost[alone $what bpf]}" 'no bpf() more'
done
is "${listed[namespaces change]}" "${listed[alone change]}" 'who changes a chain lists no others'
before=${cost[alone first]} calls=${cost[namespaces first]}
ok "of each the first asks whose it is: $calls instead of $before" \
	test $((calls - before)) -le 150

done_testing
