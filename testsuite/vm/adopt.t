#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# adopt makes a foreign program the first entry of a chain, without its object file
# and without a gap; later commands handle adopted programs.

. testsuite/lib/tail.sh

# killed SYSCALL N: adopt dies when it is about to do that. The program is there
# as it was, or in a chain that is whole, with other pins left over at most.
killed() {
	local id got

	id=$(xdp_id v0)
	run bash -c '"$@"; exit $?' - strace -f -qq -o /dev/null -e "trace=$1" \
		-e "inject=$1:signal=KILL:when=$2" "${adopt[@]}"
	is "$status" 137 "killed at $1 $2"
	if [[ $(xdp_id v0) == "$id" ]]; then
		run ip link xdp multi show v0
		like "$stdout" " foreign program id $id " 'the program is there as it was'
		seen+=' plain'
	else
		got=$(chain_of v0)
		is "${got%% (pinned*}" 'drop/50/pass/tail' 'the chain is whole'
		seen+=' chain'
	fi
	is "$(pings 1)" 0 'it drops'
}

adopt=(ip link xdp multi adopt dev v0)
hint='~^Error: dev v0: the XDP program "counter" \(id [0-9]+\) is attached and is not a chain .*"ip link xdp multi adopt dev v0", or displace it with "overwrite"'

new_veth 0
remember_counts

refused 2 '~^Error: dev v0: no such chain: nothing is attached' 'nothing can be adopted' "${adopt[@]}"
rm -r /sys/fs/bpf/xdp
system_ip link set dev v0 xdp object obj/bpf/drop.o section xdp
ok "where the system's ip was first the directory of chains is a link" test -L /sys/fs/bpf/xdp
run "${adopt[@]}"
expect 0 '' "$extended" 'which does not matter'
chain_is v0 'drop/50/pass/tail' 'the program is adopted'
flush
rm -rf /sys/fs/bpf/{ip,tc,xdp}
unchanged 'nothing is left'

for mode in xdp xdpgeneric; do
	remember_counts
	plain v0 counter xdp "$mode"
	id=$(xdp_id v0)
	before=$tap_counts
	refused 2 "$hint" "$mode: add points to adopt" \
		ip link xdp multi add dev v0 object obj/bpf/pass.o
	refused 3 '~^Error: dev v0: program [0-9]+ is attached, but "expect none" was given' 'another is expected' \
		"${adopt[@]}" expect none
	refused 255 '~^Error: .*"object"' 'adopt takes no object' "${adopt[@]}" object obj/bpf/pass.o
	tap_counts=$before
	run "${adopt[@]}"
	expect 0 '' "$extended" 'adopted'
	chain_is v0 'counter/50/pass/tail' 'it is an entry'
	is "$(id_of v0 counter)" "$id" 'the very program'
	like "$(ip link xdp multi)" "^[0-9]*: v0: mode $([[ $mode == xdp ]] && echo native || echo generic) " \
		'in the mode that it was attached in'
	is "$(pings 3) $(counted 1)" '3 3' 'it sees packets'
	refused 2 '~^Error: dev v0: a chain already exists' 'it cannot be adopted again' "${adopt[@]}"
	add drop first
	is "$(pings 2) $(counted 1)" '0 3' 'a drop can be put in front of it'
	run ip link xdp multi change dev v0 drop last
	expect 0 '' '*' 'or behind it'
	chain_is v0 'counter/50/pass/tail drop/51/pass' 'in that order'
	is "$(pings 2) $(counted 1)" '0 5' 'as packets see it'
	run ip link xdp multi del counter dev v0
	expect 0 '' '' 'deleted from the chain'
	chain_is v0 'drop/51/pass' 'it is not in it'
	not_ok 'and gone' grep -q "^prog $id " <(obj/helpers/objects nomaps)
	flush
	unchanged 'nothing is left'
done

plain v0 counter xdp
id=$(xdp_id v0)
run ip -j link xdp multi adopt dev v0 name theirs prio 7 proceed-on drop,pass dry-run
is "$status $(json '.[0] | .changed, .entries[0].name')" $'0 true\n"theirs"' 'dry-run shows what would be'
is "$(xdp_id v0)" "$id" 'and does nothing'
run "${adopt[@]}" name theirs prio 7 proceed-on drop,pass expect "$id"
expect 0 '' "$extended" 'name, prio and proceed-on are taken'
chain_is v0 'theirs/7/drop,pass/tail' 'and kept'
run ip link xdp multi save dev v0
like "$stdout" "id $id tag [0-9a-f]{16} name theirs prio 7 proceed-on drop,pass linkage tail" \
	'it is saved by its id'
echo "$stdout" > /tmp/saved
run ip link xdp multi restore dev v0 file /tmp/saved
expect 0 '' '' 'which restores it'
run ip link xdp multi replace dev v0 object obj/bpf/counter.o name theirs maps keep
expect 0 '' '*' 'its map can be kept for an upgrade'
chain_is v0 'theirs/7/drop,pass' 'which is an extension'
flush
unchanged 'nothing is left'

if type -P xdp-loader > /dev/null; then
	LIBXDP_SKIP_DISPATCHER=1 xdp-loader load v0 obj/bpf/drop.o
	rm -rf /sys/fs/bpf/xdp/dispatch-*
	id=$(xdp_id v0)
	run "${adopt[@]}"
	expect 0 '' "$extended" 'what xdp-loader attached alone is adopted'
	chain_is v0 'drop/50/pass/tail' 'as an entry'
	is "$(id_of v0 drop)" "$id" 'the very program'
	is "$(pings 2)" 0 'drops as before'
	flush
	unchanged 'nothing is left'
fi

coproc holder { exec obj/helpers/foreign link v0; }
read -r _ <&"${holder[0]}"
link=$(obj/helpers/objects nomaps | awk '$1 == "link" && $NF != 0 { print $2 }')
refused 2 "~^Error: dev v0: program $(xdp_id v0) \(.by_link.\) is attached by bpf_link $link, held by process " \
	'one that a bpf_link attached is refused' "${adopt[@]}"
kill "${holder_PID:?}"
wait "$holder_PID" 2> /dev/null
unchanged 'nothing is left'

# Section "prog": without an attach type, so no dispatcher with one may call it.
plain v0 legacy prog
id=$(xdp_id v0)
run "${adopt[@]}"
expect 0 '' "$extended" 'a program without an attach type'
chain_is v0 'legacy/50/pass/tail' 'is alone in a chain'
is "$(pings 2) $(counted 1 legacy_packets)" '2 2' 'and runs'
run ip link xdp multi add dev v0 id "$id" name twin
expect 0 '' '' 'or with another such'
chain_is v0 'legacy/50/pass/tail twin/50/pass/tail' 'both called by the dispatcher'
is "$(pings 2) $(counted 1 legacy_packets)" '2 6' 'both run'
add pass prio 10
chain_is v0 'pass/10/pass legacy/50/pass/tail twin/50/pass/tail' 'beside an extension each has a shim'
# Linux 5.10 does not compare attach types, so no shim is needed.
kernel_has link_target && shims=yes || shims=''
[[ -z $shims ]] || not_ok 'and the dispatcher no map' test -e /sys/fs/bpf/xdp/multi-*/entries
add filter prio 60 linkage tail
chain_is v0 'pass/10/pass legacy/50/pass/tail twin/50/pass/tail filter/60/pass/tail' \
	'beside a tail-called one too'
is "$(pings 2) $(counted 1 legacy_packets)" '2 10' 'all run'
run ip link xdp multi change dev v0 twin disable
expect 0 '' '' 'one is disabled'
is "$(pings 2) $(counted 1 legacy_packets)" '2 12' 'and does not run'
run ip link xdp multi del dev v0 pass
run ip link xdp multi del dev v0 filter
chain_is v0 'legacy/50/pass/tail twin/50/pass/tail/off' 'without the others there is no shim'
add drop
is "$(pings 2) $(counted 1 legacy_packets)" '0 14' 'with a drop behind it'
if [[ -n $shims ]]; then
	rm /sys/fs/bpf/xdp/multi-*/prog0-entries
	run ip link xdp multi show v0
	expect 0 $'~problem: slot 0: pin "prog0-entries" is missing' '' 'the pin of its map is seen to be missing'
fi
flush
unchanged 'nothing is left'

plain v0 drop xdp
strace -f -o /tmp/trace -e trace=bpf,sendto "${adopt[@]}" 2> /dev/null
ip link xdp multi flush dev v0
calls=$(grep -c 'bpf(' /tmp/trace) messages=$(grep -c 'sendto(' /tmp/trace)
diag "adopt makes $calls calls of bpf and sends $messages messages"
seen=''
while read -r syscall n; do
	[[ $(xdp_id v0) != 0 ]] || plain v0 drop xdp
	killed "$syscall" "$n"
	[[ $seen != *chain ]] || ip link xdp multi flush dev v0
done << END
bpf $((calls / 2))
bpf $((calls - 3))
bpf $calls
mkdirat 1
flock 1
flock 2
sendto $((messages - 1))
sendto $messages
END
diag "what was left:$seen"
like "$seen" ' plain.* chain|chain.* plain' 'both were seen'
[[ $(xdp_id v0) != 0 ]] || plain v0 drop xdp
run "${adopt[@]}"
expect 0 '' '*' 'then it can be adopted'
chain_is v0 'drop/50/pass/tail' 'and nothing of those that were killed is left'
flush
unchanged 'nor anything else'

done_testing
