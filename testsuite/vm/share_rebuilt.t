#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# share copies a chain that libxdp rebuilt, with only part of an entry's proceed-on set
# in force, and copies it once more.

. testsuite/lib/tap.sh

type -P xdp-loader > /dev/null || skip_all 'no xdp-loader'

multi=(ip link xdp multi)
for n in 0 1 2; do
	new_veth $n
done
remember_counts
start=$tap_counts

"${multi[@]}" add dev v0 object obj/bpf/pass.o prio 10 || bail_out 'no pass'
"${multi[@]}" add dev v0 object obj/bpf/drop.o prio 20 proceed-on drop,pass || bail_out 'no drop'
run xdp-loader load -P 30 v0 obj/bpf/counter.o
expect 0 '' '' 'libxdp puts a program behind one whose mask was reduced'
run "${multi[@]}" show dev v0
like "$stdout" 'problem|proceed-on drop,pass' 'show tells what is wanted'
chain='pass/10/pass drop/20/drop,pass counter/30/pass'
rebuilt=$(xdp_id v0)
lost='Warning: dev v0: libxdp rebuilt the chain and reduced the proceed-on of entry "drop": the next change restores it.'

run "${multi[@]}" share dev v1 from v0
expect 0 '' "$lost" 'the chain is shared'
chain_is v1 "$chain" 'with the masks that are wanted'
isnt "$(xdp_id v1)" "$rebuilt" 'by a dispatcher that has them'
id=$(xdp_id v1)
remember_counts
for round in second third; do
	run "${multi[@]}" share dev v1 from v0
	expect 0 '' "$lost" "the $round time"
	unchanged 'nothing changes'
	chain_is v1 "$chain" 'and all of it is there'
done
is "$(xdp_id v0)" "$rebuilt" 'the source stays as it is'

# One dispatcher for all, in changes that fail on one device.
run "${multi[@]}" share dev v0 from v0
expect 0 '' "$lost" 'shared with itself it gets its masks back'
chain_is v0 "$chain" 'and is whole'
run "${multi[@]}" share dev v1 dev v2 from v0
expect 0 '' '' 'others get its dispatcher'
is "$(xdp_id v1) $(xdp_id v2)" "$(xdp_id v0) $(xdp_id v0)" 'that very one'
"${multi[@]}" flush dev v2
system_ip link set dev v2 xdp object obj/bpf/pass.o section xdp
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
remember_counts
run "${multi[@]}" share dev v1 dev v2 from v0
expect 2 '' '~^Error: dev v2: ' 'one of two devices refuses'
unchanged 'nothing changes'
system_ip link set dev v2 xdp off

# That the MTU is too large is found out by the swap.
"${multi[@]}" flush dev v1
"${multi[@]}" share dev v1 from v0
system_ip link set dev v1 xdp off
system_ip -n peer2 link set p2 mtu 9000
system_ip link set v2 mtu 9000
remember_counts
run "${multi[@]}" share dev v1 dev v2 from v0
expect 2 '' '~Error: dev v2: ' 'the driver of the second refuses a dispatcher that comes again on the first'
unchanged 'the first has its detached chain, pins and all'
if kernel_has link_target; then
	run "${multi[@]}" repair dev v1
	expect 0 "v1: attach dispatcher id $(xdp_id v0) " '' 'and can have it back'
else
	# Before 5.13 a dispatcher that another device has is not known to be detached here.
	run "${multi[@]}" add dev v1 object obj/bpf/pass.o
	expect 2 '' "~^Error: dev v1: the chain of dispatcher $(xdp_id v0) may be detached, .*: -force makes a new chain\.$" \
		'add does not take the place of what may be detached'
	run "${multi[@]}" share dev v1 from v0
	expect 0 '' '' 'and can have it back'
fi
chain_is v1 "$chain" 'whole'
"${multi[@]}" flush dev v0 dev v1
tap_counts=$start
unchanged 'nothing is left'

done_testing
