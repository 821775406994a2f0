#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Chains that do not fit libxdp's format: they can be created, changed and shrunk
# again, and xdp-loader leaves them alone.

. testsuite/lib/tap.sh
. testsuite/lib/long.sh

multi=(ip link xdp multi)

new_veth 0
remember_counts
start=$tap_counts
warning='Warning: The chain is written in the extended format, which libxdp does not read: it has more than 10 entries.'
chain_file 10 | "${multi[@]}" restore dev v0 file -
format_is 2 'ten entries'
add_11th=("${multi[@]}" add dev v0 object obj/bpf/pass.o name e10 prio 11)
refused 2 'Error: dev v0: format 2 cannot hold this chain: it has more than 10 entries; use "format extended".' 'the eleventh with "format 2"' \
	"${add_11th[@]}" format 2
run "${add_11th[@]}"
expect 0 '' "$warning" 'the eleventh'
chain_is v0 "$(entries 11)" 'is there'
format_is extended 'in the extended format'
ok 'packets get through' reaches 0
is "$(echo /sys/fs/bpf/xdp/*/prog10-link)" "/sys/fs/bpf/xdp/multi-2-$(xdp_id v0)/prog10-link" \
	'under a name that libxdp does not look at'
run "${multi[@]}" del dev v0 e10
expect 0 '' '' 'one less'
format_is 2 'and it is in the format of libxdp again'
chain_is v0 "$(entries 10)" 'with ten entries'

if type -P xdp-loader > /dev/null; then
	for format in 'the extended format' 'more than ten entries'; do
		if [[ $format == the* ]]; then
			"${multi[@]}" set dev v0 format extended
		else
			"${add_11th[@]}" 2> /dev/null
		fi
		remember_counts
		for command in 'load v0 obj/bpf/tx.o' 'unload v0 --all' "unload v0 --id $(id_of v0 e3)"; do
			# shellcheck disable=SC2086
			run xdp-loader $command
			expect '~[1-9]' '*' '~higher than supported' "$format: refused by xdp-loader ${command% v0*}"
		done
		unchanged 'and unharmed'
		run nsenter --net=/run/netns/peer0 xdp-loader clean
		expect 0 '*' '*' 'xdp-loader clean in another namespace'
		unchanged 'does not harm it either'
	done
	"${multi[@]}" del dev v0 e10
	"${multi[@]}" set dev v0 format 2
	run nsenter --net=/run/netns/peer0 xdp-loader clean
	expect 0 '*' '*' 'xdp-loader clean in another namespace'
	run "${multi[@]}" show dev v0
	like "$stdout" 'problem: pins and links are gone and no program runs: flush the chain' \
		'damages a chain in format 2, which show says'
	run "${multi[@]}" check
	expect 2 '~^v0: chain is damaged: pins and links are gone' '' 'and check'
	refused 2 '~^Error: dev v0: the chain is damaged: pins' 'it cannot be changed' "${add_11th[@]}"
	run "${multi[@]}" flush dev v0
	expect 0 '' '' 'but flushed'
else
	skip 'no xdp-loader' 'xdp-loader leaves an extended chain alone'
fi
"${multi[@]}" flush all
tap_counts=$start
unchanged 'nothing is left'

"${multi[@]}" add dev v0 object obj/bpf/pass.o prio 5
for format in 3 2 extended; do
	run "${multi[@]}" set dev v0 format $format
	expect 0 '' '' "set format $format"
	format_is $format 'is done'
	id=$(xdp_id v0)
	"${multi[@]}" set dev v0 format $format
	is "$(xdp_id v0)" "$id" 'once'
done
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10
"${multi[@]}" change dev v0 counter prio 20
"${multi[@]}" del dev v0 pass
format_is extended 'what was asked for stays'
run "${multi[@]}" set dev v0 format 3
format_is 3 'until something else is'
run "${multi[@]}" change dev v0 counter disable
expect 0 '' '~^Warning: .*extended format.*: it has a disabled entry\.$' 'a disabled entry needs it'
refused 2 'Error: dev v0: format 3 cannot hold this chain: it has a disabled entry; use "format extended".' 'set cannot leave it then' \
	"${multi[@]}" set dev v0 format 3
"${multi[@]}" change dev v0 counter enable
format_is 2 'without it the chain goes back'
"${multi[@]}" flush dev v0
unchanged 'nothing is left'

# Such as libxdp before 1.3 makes it, pinned where that pins it.
obj/helpers/foreign dispatcher v0 1 > /dev/null || bail_out 'no dispatcher of version 1'
(umask 077 && mkdir -p "/sys/fs/bpf/xdp/dispatch-$(< /sys/class/net/v0/ifindex)-$(xdp_id v0)")
format_is 1 'a chain in version 1 is read'
warning='Warning: The chain is written in format 2, which libxdp before 1.3 does not read: format 1 is read but no longer written.'
run "${multi[@]}" add dev v0 object obj/bpf/pass.o dry-run
expect 0 '~ format 2 ' "$warning" 'a change would take it out of version 1'
format_is 1 'which dry-run did not'
run "${multi[@]}" add dev v0 object obj/bpf/pass.o
expect 0 '' "$warning" 'and one does'
format_is 2 'as it said'
run "${multi[@]}" add dev v0 object obj/bpf/drop.o prio 60
expect 0 '' '' 'and once'
"${multi[@]}" flush dev v0
unchanged 'nothing is left'

done_testing
