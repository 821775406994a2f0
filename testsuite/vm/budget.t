#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A program uses up all tail calls of a packet before tail-called entries. Since Linux
# 6.12 these entries then abort, unless the program is an extension, whose calls are
# counted separately. No kernel lets a packet get past a filter.

. testsuite/lib/tail.sh

# spend LINKAGE PRIO: the spender; its tail-call map must be pinned.
# shellcheck disable=SC2317
spend() {
	ip link xdp multi add dev v0 object obj/bpf/spender.o program spender \
		pinmaps /sys/fs/bpf/calls linkage "$1" prio "$2"
}

new_veth 0
mkdir /sys/fs/bpf/calls
remember_counts
budget='~Warning: dev v0: entry "spender" makes tail calls of its own: from Linux 6.12 on, packets are aborted at "end" if it makes 33'

refused 1 '~^Error: The tail-call map "again" .*"pinmaps DIR"' 'its calls would vanish' \
	ip link xdp multi add dev v0 object obj/bpf/spender.o program spender
for linkage in ext tail; do
	[[ $linkage == tail ]] || kernel_has ext_calls || continue
	diag "the spender is linked by $linkage"
	run spend "$linkage" 10
	expect 0 '' '*' 'a program that spends tail calls, alone'
	not_ok 'is nothing to warn of' grep 'of its own' <<< "$stderr"
	is "$(pings 3)" 3 'packets pass'
	calls=$(counted 1 spent)
	ok "having made $calls calls in all" test "$calls" -ge 96 -a "$calls" -le 102
	run ip link xdp multi add dev v0 object obj/bpf/drop.o name end prio 60 linkage tail
	[[ $linkage == tail ]] && warning=$budget || warning=''
	expect 0 '' "${warning:-$extended}" 'a tail-called drop behind it gives a warning if it shares its budget'
	is "$(pings 5)" 0 'no packet passes'
	ok 'though calls were spent' test "$(counted 1 spent)" -gt "$calls"
	add counter prio 70
	ip link xdp multi change dev v0 end proceed-on drop 2> /dev/null
	pings 3 > /dev/null
	if [[ $linkage == ext || $KERNEL == [1-5].* || $KERNEL == 6.[0-9] ]]; then
		is "$(counted 1)" 3 'here the drop has calls of its own, and runs'
	else
		is "$(counted 1)" 0 'it aborts in place of the drop'
	fi
	ip link xdp multi change dev v0 end proceed-on pass 2> /dev/null
	run ip link xdp multi change dev v0 end first
	expect 0 '' '' 'in front of it the drop gives no warning'
	is "$(pings 2)" 0 'and drops'
	run ip link xdp multi change dev v0 end disable
	expect 0 '' '' 'it is disabled'
	is "$(pings 2)" 2 'packets pass'
	run ip link xdp multi change dev v0 end enable last
	expect 0 '' "$warning" 'enabled behind the spender there is the warning again'
	is "$(pings 2)" 0 'and no packet passes'
	run ip link xdp multi replace dev v0 object obj/bpf/drop.o name end linkage ext
	expect 0 '' '*' 'as an extension'
	not_ok 'there is none' grep 'of its own' <<< "$stderr"
	is "$(pings 2)" 0 'and no packet passes either'
	flush
	rm /sys/fs/bpf/calls/again
	unchanged 'nothing is left'
done

done_testing
