#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# boot: --icount
# The cost of packets and commands does not regress, on a machine whose clock counts
# instructions: the limits are in testsuite/bench/goals and, for commands, below.
# `make bench` prints all figures.

. testsuite/lib/tap.sh

# at_most LIMIT FIGURE NAME
at_most() {
	ok "$3: $2, at most $1" test "$2" -le "$1"
}

# goal KEY
goal() {
	awk -F '|' -v key="$1" '$2 == key { print $3 }' testsuite/bench/goals
}

# The goals are those of Linux 6.1. What the kernel's test loop takes differs: the figures
# of whole runs may differ by as much. From 6.12 on a call and what it returns to take more.
loop_of_61=59 more=4 n=0
[[ ${KERNEL-} != 5.10 && ${KERNEL-} != 6.1 ]] || more=0

while read -r key _ figure; do
	case $key in
	run.alone.1) loop=$((figure - loop_of_61)) && continue ;;
	packet.whole*tail) limit=$(($(goal "$key") + loop + more)) ;;
	packet.whole*) limit=$(($(goal "$key") + loop + ${key#packet.whole} * more)) ;;
	packet.*) limit=$(($(goal "$key") + more)) ;;
	*) continue ;;
	esac
	at_most "$limit" "$figure" "$key"
	n=$((n + 1))
done < <(testsuite/bench/packet short)
is "$n" "$(grep -c '^packet|' testsuite/bench/goals)" 'packets have all their figures'

# Each line: the most bpf() calls, thousands of instructions, kB of memory; a command.
# All are run twice, each on the chain that those before it made. What they need
# depends on compiler and libraries too, so there is room of about a tenth. Shared
# libraries take more: up to 1.4 million instructions and 500 kB. The limits are those of
# Linux 6.1; what the kernel itself takes is part of the figures, and 7.3 takes a tenth more.
shared_instructions=0 shared_memory=0 eighth=1
[[ ${KERNEL-} != 6.1 ]] || eighth=0
if grep -q 'libbpf\.so\.' ip/ip; then
	shared_instructions=1400 shared_memory=500
fi

run_all() {
	local bpf instructions memory command figure peak

	while read -r bpf instructions memory command; do
		# shellcheck disable=SC2086
		if [[ $1 == calls ]]; then
			read -r _ figure _ < <(obj/helpers/spent -c ip link xdp multi $command)
			at_most "$bpf" "$figure" "bpf() calls of $command"
		else
			read -r figure _ peak < <(obj/helpers/spent ip link xdp multi $command)
			at_most $((instructions + instructions * eighth / 8 + shared_instructions)) $((figure / 1000)) \
				"thousands of instructions of $command"
			at_most $((memory + shared_memory)) "$peak" "kB of memory of $command"
		fi
	done <<- 'END'
	37 4950 3000 add dev v0 object obj/bpf/pass.o name a prio 1
	52 5250 3000 add dev v0 object obj/bpf/pass.o name b prio 2
	60 5550 3000 add dev v0 object obj/bpf/pass.o name c prio 3
	94 6400 3000 replace dev v0 object obj/bpf/counter.o name b
	45 4500 2700 change c dev v0 first
	23 2900 2500 show v0
	41 4300 2800 del c dev v0
	19 3300 2500 flush dev v0
	END
}

new_veth 0
run_all calls
run_all instructions
for ((i = 1; i <= 250; i++)); do
	echo "object $PWD/obj/bpf/pass.o name e$i prio $i"
done > "$tap_tmp/chain"
read -r _ _ peak < <(obj/helpers/spent ip link xdp multi restore dev v0 file "$tap_tmp/chain")
at_most $((4450 + shared_memory)) "$peak" 'kB of memory of restore with 250 lines'
ip link xdp multi flush dev v0
is "$(xdp_id v0)" 0 'nothing is left'

if [[ -e obj/helpers/static/ip ]]; then
	static=(obj/helpers/static/ip link xdp multi)
	for name in a b c; do
		read -r figure _ < <(obj/helpers/spent "${static[@]}" add dev v0 object obj/bpf/pass.o name "$name")
	done
	at_most 4600 $((figure / 1000)) 'thousands of instructions to add to a chain of 2, linked statically'
	"${static[@]}" flush dev v0
else
	skip 'no static program' 'what one costs'
fi

done_testing
