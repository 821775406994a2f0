#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# A detached chain is found by every user, even if directories of others have the same
# number. A running chain is not taken for a leftover, even if another object has the same
# number.

. testsuite/lib/stale.sh
# Others act at the same time.
# shellcheck disable=SC2034
unchecked=yes

multi=(ip link xdp multi)
# So many were too many for a fixed number of candidates.
namespaces=${NAMESPACES-20}
lookers=()

# look_begin N: so many processes look, all the time.
look_begin() {
	local i

	for ((i = 0; i < $1; i++)); do
		: > "/tmp/looks$i"
		while :; do
			ip link xdp multi show > "/tmp/look$i" 2>&1
			echo . >> "/tmp/looks$i"
		done &
		lookers+=($!)
	done
}

# looks_since LOOKER N: it has looked at least once more, from begin to end.
# shellcheck disable=SC2317
looks_since() {
	[[ $(wc -l < "/tmp/looks$1") -gt $(($2 + 1)) ]]
}

# looked: every one of them has.
looked() {
	local i

	for ((i = 0; i < ${#lookers[@]}; i++)); do
		await looks_since "$i" "$(wc -l < "/tmp/looks$i")"
	done
}

look_end() {
	[[ ${#lookers[@]} -gt 0 ]] || return
	kill "${lookers[@]}"
	wait "${lookers[@]}" 2> /dev/null
	lookers=()
	rm -f /tmp/look*
}

# all_show N: so many at once, and each prints the chain.
all_show() {
	local i good=0
	local -a pids=()

	for ((i = 0; i < $1; i++)); do
		ip link xdp multi show dev v0 > "/tmp/shown$i" 2>&1 &
		pids+=($!)
	done
	wait "${pids[@]}"
	for ((i = 0; i < $1; i++)); do
		[[ $(< "/tmp/shown$i") != "${text/mode native/detached}" ]] || good=$((good + 1))
	done
	is "$good" "$1" "$1 shows at once: each prints the chain that was taken off"
	rm -f /tmp/shown*
}

# refused_in_doubt: add is refused all the same.
refused_in_doubt() {
	local try bad=0

	for ((try = 0; try < 5; try++)); do
		run "${multi[@]}" add dev v0 object obj/bpf/pass.o
		[[ $status -eq 2 && $stderr == *'is detached'* ||
			$status -eq 3 && $stderr == *"dispatcher $id may be detached"* ]] ||
			bad=$((bad + 1))
	done
	is "$bad" 0 'beside a loop of show: add is refused'
}

# shellcheck disable=SC2317
shows_detached() {
	[[ $(ip link xdp multi show dev v0) == *': v0: detached '* ]]
}

# beside_looks LINKAGE: nothing that another process sees changes an answer.
beside_looks() {
	local try bad=0

	firewall "$1"
	off v0
	# A chain that does not say whose it is is not seen to be detached while somebody else
	# looks at it, too.
	if records_netns; then
		all_show "${SHOWS-20}"
		look_begin 2
	else
		look_begin 1
		looked
		refused_in_doubt
		look_end
		await shows_detached
	fi
	looked
	for ((try = 0; try < 3; try++)); do
		run "${multi[@]}" add dev v0 object obj/bpf/pass.o
		[[ $status -eq 2 && $stderr == *'is detached'* ]] || bad=$((bad + 1))
		run "${multi[@]}" check
		[[ $status -eq 2 && $stdout == 'v0: chain is detached' ]] ||
			bad=$((bad + 1))
		run "${multi[@]}" clean
		[[ $status -eq 0 && $stdout == "leave $dir: a detached chain: "* ]] ||
			bad=$((bad + 1))
	done
	is "$bad" 0 'beside loops of show: add is refused, check misses it, clean leaves it'
	looked
	repairs attach 'repair attaches it'
	runs 'repaired'
	off v0
	run "${multi[@]}" flush dev v0
	expect 0 '' '' 'flush forgets it'
	look_end
	is_bare 'nothing is shown'
	unchanged 'nothing is left'
}

# nothing_pinned: namespaces go a moment after their last user.
# shellcheck disable=SC2317
nothing_pinned() {
	run "${multi[@]}" clean all-netns
	[[ -z $(ls /sys/fs/bpf/xdp) ]]
}

# crowded: younger directories of other namespaces, some of them gone.
crowded() {
	local i index

	index=$(index_of v0)
	firewall "$1"
	off v0
	for ((i = 0; i < namespaces; i++)); do
		system_ip netns add "n$i"
		system_ip -n "n$i" link add v0 index "$index" type veth peer name x0 index 1000
		ip -n "n$i" link xdp multi add dev v0 object obj/bpf/pass.o ||
			bail_out "no chain in n$i"
		[[ $((i % 2)) -eq 0 ]] || system_ip -n "n$i" link set v0 xdp off
	done
	for ((i = 0; i < namespaces; i += 4)); do
		system_ip netns del "n$i"
	done
	is_detached "beside $namespaces namespaces with this number it is shown"
	run "${multi[@]}" check
	expect 2 'v0: chain is detached' '' 'missed'
	run "${multi[@]}" add dev v0 object obj/bpf/pass.o
	expect 2 '' '~the chain is detached' 'in the way of add'
	run "${multi[@]}" clean
	like "$status $stdout" "(^0 |"$'\n'")leave $dir: a detached chain: " 'left by clean'
	repairs attach 'and repaired'
	is "$(xdp_id v0)" "$id" 'by the same dispatcher'
	not_ok 'it drops' reaches 0
	flush
	run ip -n n3 link xdp multi show dev v0
	like "$status $stdout" '^0 [0-9]+: v0: detached ' 'those of the others are there'
	for ((i = 0; i < namespaces; i++)); do
		[[ $((i % 4)) -eq 0 ]] || system_ip netns del "n$i"
	done
	await nothing_pinned
	unchanged 'nothing is left'
}

# several: a device that cannot be repaired does not keep the next from it.
several() {
	firewall "$1"
	off v0
	run "${multi[@]}" repair dev lo dev v0
	expect 2 "v0: attach dispatcher id $id " "Warning: dev lo: no such chain: nothing is attached, and no whole chain is pinned.
Error: Not every chain could be repaired." 'repair of two devices goes on behind the first'
	runs 'the second'
	off v0
	run "${multi[@]}" repair dev nowhere dev v0
	expect 1 "v0: attach dispatcher id $id " "Warning: Cannot find device \"nowhere\".
Error: Not every chain could be repaired." 'and behind one that is not there'
	runs 'again'
	run "${multi[@]}" repair dev lo
	expect 2 '' '~^Error: dev lo: no such chain' 'alone, it is the error'
	flush
	unchanged 'nothing is left'
}

# same_id NAME: links of fentry programs have for a target what is the number of
# the dispatcher, and are as many as the references of an attached one.
same_id() {
	local try target before

	run "${multi[@]}" add dev v0 object obj/bpf/drop.o
	before=$(xdp_id v0)
	flush
	run "${multi[@]}" add dev v0 object obj/bpf/drop.o
	try=$(($(xdp_id v0) - before))
	flush
	# Each of our programs has BTF too, so that by now these numbers are higher.
	modprobe -r dummy
	modprobe dummy
	coproc obj/helpers/tracer fentry dummy dummy_xmit 3
	read -r -u "${COPROC[0]}" _ target || { skip 'no BTF of modules' "$1"; return; }
	ok 'program ids are used up' obj/helpers/tracer burn $((target - try + 1))
	run "${multi[@]}" add dev v0 object obj/bpf/drop.o
	id=$(xdp_id v0)
	diag "target $target, dispatcher $id, $try programs a try"
	dir=dispatch-$(index_of v0)-$id
	is "$id" "$target" "$1: the dispatcher has the number of the module's BTF"
	system_ip link add x0 type dummy
	system_ip link set v0 name vx
	run "${multi[@]}" clean dry-run
	expect 0 '' '' 'clean has nothing to do'
	system_ip link set vx name v0
	run ip -n m link xdp multi clean all-netns
	expect 0 "leave $dir: in use: attached to an interface, or open in a process " '' \
		'clean all-netns elsewhere leaves what runs'
	not_ok 'it drops' reaches 0
	eval "exec ${COPROC[1]}>&-"
	wait
	flush
	system_ip link del x0
	modprobe -r dummy
}

system_ip netns add m
new_veth 0
remember_counts

for linkage in "${linkages[@]}"; do
	diag "linkage $linkage"
	beside_looks "$linkage"
done
several "${linkages[0]}"
if records_netns; then
	crowded "${linkages[0]}"
else
	# A detached chain counts as one of each namespace that has its number.
	skip 'the kernel does not tell namespaces apart' 'beside others of the same number'
fi
[[ -n ${DIRECT-} ]] || same_id 'fentry'

done_testing
