#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext tail
# on ACTIONS { next | stop | goto SELECTOR }: the next step after a verdict, tested with
# packets and, if the kernel would drop those, with BPF_PROG_TEST_RUN.

. testsuite/lib/tap.sh

change=(ip link xdp multi change dev v0)
extended='Warning: The chain is written in the extended format, which libxdp does not read: it has'

add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" || bail_out "no $program"
}

flush() {
	ip link xdp multi flush dev v0 || bail_out 'no flush'
}

# counted ENTRY: what that counter has seen.
counted() {
	local id

	id=$(ip -d link xdp multi show v0 |
		sed -n "/^ *[0-9]*: $1 /,/ map id /s/.* map id \([0-9]*\) name packets .*/\1/p")
	bpftool map dump id "$id" | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

# pings COUNT: replies to so many packets from the peer.
pings() {
	in_peer 0 ping -q -c "$1" -i 0.01 -W 1 10.0.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

# verdict BYTE: of the chain on v0, about a packet that begins with it.
verdict() {
	bpftool prog run id "$(xdp_id v0)" data_in "$tap_tmp/$1" repeat 1 |
		sed -n 's/^Return value: \([0-9]*\),.*/\1/p'
}

# verdicts WANT NAME: about packets that begin with 0 to 5 and 31.
verdicts() {
	local byte got=''

	for byte in 0 1 2 3 4 5 31; do
		got+="${got:+ }$(verdict $byte)"
	done
	is "$got" "$1" "$2"
}

for byte in 0 1 2 3 4 5 31; do
	printf '%b' "\\0$(printf '%o' $byte)" > "$tap_tmp/$byte"
	head -c 63 /dev/zero >> "$tap_tmp/$byte"
done
new_veth 0
remember_counts
zero=$tap_counts

add filter name fw prio 10
add counter name seen prio 20
add counter name dump prio 30
run "${change[@]}" fw on drop goto dump
expect 0 '' "$extended a goto that skips an entry." 'what a firewall drops goes on elsewhere'
chain_is v0 'fw/10/pass/drop>dump seen/20/pass dump/30/pass' 'as show says'
like "$(ip link xdp multi show v0)" $' format extended \n    0: fw prio 10 proceed-on pass on drop goto dump program filter id ' \
	'in these words'
run ip -j link xdp multi show v0
is "$(json '.[0].entries[] | .rules')" $'[{"on":"drop","goto":"dump"}]\nnull\nnull' 'and as JSON'
is "$(pings 3) $(counted seen) $(counted dump)" '3 3 3' 'packets that it passes see all entries'
bpftool map update id "$(maps_named blocked)" key 10 0 0 2 value 1
is "$(pings 2) $(counted seen) $(counted dump)" '2 3 5' 'those that it drops do not see the one between'
add drop name wall prio 40
is "$(pings 2) $(counted dump)" '0 7' 'and go on behind the target'
refused 2 'Error: dev v0: entry "fw" goes to "dump" on drop: change that rule first.' \
	'the target cannot be deleted' ip link xdp multi del dev v0 dump
run ip link xdp multi del dev v0 seen
expect 0 '' '' 'an entry between can'
chain_is v0 'fw/10/pass/drop>dump dump/30/pass wall/40/pass' 'the goto still leads there'
ip link xdp multi add dev v0 object obj/bpf/pass.o name before before dump
ip link xdp multi add dev v0 object obj/bpf/pass.o name zero first
run "${change[@]}" dump name log
expect 0 '' '' 'entries come before it, its name changes'
chain_is v0 'zero/9/pass fw/10/pass/drop>log before/20/pass log/30/pass wall/40/pass' 'all the same'
run ip link xdp multi replace dev v0 name log object obj/bpf/echo.o maps new
expect 0 '' '' 'and its program'
chain_is v0 'zero/9/pass fw/10/pass/drop>log before/20/pass log/30/pass wall/40/pass' 'all the same'
goto='a goto that skips an entry'
[[ $LINKAGE == ext ]] || goto='(a goto that skips an entry|an entry that is tail-called)'
for format in 2 3; do
	refused 2 "~^Error: dev v0: format $format cannot hold this chain: it has $goto; use \"format extended\"\.$" \
		"format $format cannot hold it" ip link xdp multi set dev v0 format $format
	refused 2 "~^Error: dev v0: format $format cannot hold this chain: it has $goto; use \"format extended\"\.$" \
		"nor with one more" ip link xdp multi add dev v0 object obj/bpf/tx.o format $format
done
refused 2 'Error: dev v0: a goto can only go forward: "log" (slot 3) cannot go to "fw" (slot 1) on pass; change the order or the rule.' \
	'a goto backward' "${change[@]}" log on pass goto fw
refused 2 'Error: dev v0: a goto can only go forward: "log" (slot 3) cannot go to "log" (slot 3) on pass; change the order or the rule.' \
	'a goto to itself' "${change[@]}" log on pass goto log
refused 2 'Error: dev v0: a goto can only go forward: "fw" (slot 4) cannot go to "log" (slot 2) on drop; change the order or the rule.' \
	'a move behind the target' "${change[@]}" fw last
refused 2 'Error: dev v0: a goto can only go forward: "fw" (slot 2) cannot go to "log" (slot 0) on drop; change the order or the rule.' \
	'a move of the target before it' "${change[@]}" log first
refused 2 '~^Error: dev v0: the chain has no entry named "none"' 'a goto to nowhere' "${change[@]}" fw on tx goto none
tag=$(ip -d link xdp multi show v0 | sed -n 's/.* tag \([0-9a-f]*\) .*/\1/p' | sed -n 2p)
refused 2 '~^Error: dev v0: tag .* matches several' 'to two at once' "${change[@]}" fw on tx goto tag "$tag"
refused 2 '~^Error: dev v0: a goto can only go forward: "x" \(slot 5\) cannot go to "wall"' 'from behind' \
	ip link xdp multi add dev v0 object obj/bpf/pass.o name x last on drop goto wall
remember_counts
while IFS='|' read -r sentence words; do
	# shellcheck disable=SC2086
	run "${change[@]}" fw $words
	expect 255 '' "$sentence" "$words"
done << 'END'
Error: duplicate "on": "drop" already has a rule.|on drop next on drop stop
Error: duplicate "on": "pass,tx" already has a rule.|on drop,pass next on pass,tx goto log
Error: duplicate "on": "all" already has a rule.|on drop next on all stop
Command line is not complete: "on" needs a list of verdicts. Try option "help"|on
Command line is not complete: "on drop" needs "next", "stop" or "goto". Try option "help"|on drop
Command line is not complete: "goto" needs an entry. Try option "help"|on drop goto
Command line is not complete: "slot" needs the number of a slot. Try option "help"|on drop goto slot
~^Error: "on drop" must be followed by "next", "stop" or "goto", not "jump"$|on drop jump
~^Error: argument of "on" must be some of .*, not "frob"$|on frob next
Error: "next" is a keyword: for an entry of that name write "name next"|on drop goto next
END
unchanged 'none of these changed anything'
fw=$(id_of v0 fw)
run "${change[@]}" fw on drop stop
expect 0 '' '' 'the rule goes'
chain_is v0 'zero/9/pass fw/10/pass before/20/pass log/30/pass wall/40/pass' 'the entry is as before'
like "$(ip link xdp multi show v0)" " format $some_format " 'and the format is what libxdp reads'
is "$(id_of v0 fw)" "$fw" 'with the same program'
run ip link xdp multi del dev v0 log
expect 0 '' '' 'and the target can be deleted'
flush
tap_counts=$zero
unchanged 'nothing is left'

add echo name e prio 10
add aborted name a prio 20
run "${change[@]}" e on drop goto a
expect 0 '' '' 'a goto to the next entry'
chain_is v0 'e/10/pass/drop>a a/20/pass' 'is one'
like "$(ip link xdp multi show v0)" " format $some_format " 'and in a format that libxdp reads'
verdicts '0 0 0 3 4 5 0' 'packets go there'
if [[ $LINKAGE == ext ]] && type -P xdp-loader > /dev/null; then
	like "$(xdp-loader status v0)" '=> +10 .*XDP_DROP,XDP_PASS' 'and xdp-loader shows it as a verdict that proceeds'
fi
add tx name between before a
chain_is v0 'e/10/pass/drop>a between/15/pass a/20/pass' 'one that comes between is skipped'
like "$(ip link xdp multi show v0)" ' format extended ' 'and that is no format of libxdp'
verdicts '0 0 3 3 4 5 3' 'packets skip it'
ip link xdp multi del dev v0 between
chain_is v0 'e/10/pass/drop>a a/20/pass' 'without it all is as before'
like "$(ip link xdp multi show v0)" " format $some_format " 'the format too'
run "${change[@]}" e on drop stop
expect 0 '' '' 'the rule goes'
add tx name t prio 30
verdicts '0 1 0 3 4 5 0' 'what passes or did not run goes on, by default'
"${change[@]}" e on drop next on pass stop
verdicts '0 0 2 3 4 5 0' 'on drop next on pass stop'
"${change[@]}" e on all next
verdicts '0 0 0 0 0 5 0' 'on all next: but for what is no verdict'
run "${change[@]}" e on all stop
expect 0 '' $'Warning: Entry "a" never runs: no rule of an entry before it leads there.\nWarning: Entry "t" never runs: no rule of an entry before it leads there.' \
	'entries that no rule leads to are named'
verdicts '0 1 2 3 4 5 0' 'on all stop: but for what did not run'
run "${change[@]}" e on drop,redirect goto t
expect 0 '' $'Warning: Entry "a" never runs: no rule of an entry before it leads there.\n'"$extended a goto that skips an entry." \
	'two verdicts go over one entry'
chain_is v0 'e/10/none/drop>t/redirect>t a/20/pass t/30/pass' 'as show says'
verdicts '0 3 2 3 3 5 0' 'and so they do'
run "${change[@]}" e on drop next on pass goto slot 2 on redirect goto name a
expect 0 '' '' 'next, a goto and one to the neighbour'
chain_is v0 'e/10/drop/pass>t/redirect>a a/20/pass t/30/pass' 'as show says'
verdicts '0 0 3 3 0 5 0' 'and so they do'
run "${change[@]}" e proceed-on tx on drop goto id "$(id_of v0 t)"
expect 0 '' '' 'proceed-on sets all verdicts, on one of them'
chain_is v0 'e/10/tx/drop>t a/20/pass t/30/pass' 'as show says'
verdicts '0 3 2 0 4 5 0' 'and so they do'
run ip link xdp multi change t disable dev v0
expect 0 '' '' 'a goto to the last entry, which is disabled'
chain_is v0 'e/10/tx/drop>t a/20/pass t/30/pass/off' 'is kept'
verdicts '0 1 2 0 4 5 0' 'and ends the chain with the verdict that led there'
add pass name r prio 40
verdicts '0 2 2 0 4 5 0' 'or leads to the one behind it'
"${change[@]}" e disable
verdicts '0 0 0 0 0 0 0' 'without the first the second runs'
flush

refused 2 '~the chain has no entry named' 'a goto to nowhere in a new chain' \
	ip link xdp multi add dev v0 object obj/bpf/tx.o on tx goto e
add tx name t prio 10
add drop name d prio 20
add echo name e prio 30
run "${change[@]}" t on all goto e
expect 0 '' $'Warning: Entry "d" never runs: no rule of an entry before it leads there.\n'"$extended a goto that skips an entry." \
	'all verdicts go over one entry'
verdicts '0 1 2 3 4 5 3' 'where the last did not run, the verdict before it counts'
# Tail calls have no link to lose.
if [[ $LINKAGE == ext ]]; then
	rm "$(pins_at v0)/prog2-link"
	verdicts '3 3 3 3 3 3 3' 'also if it has lost its link'
	run ip -j link xdp multi show v0
	is "$(json '[.[0].entries[].empty]')" '[null,null,true]' 'which show says'
	is "$(json '.[0].problems')" '["slot 2: pin \"prog2-link\" is missing","slot 2 (e): no program is linked, packets skip it"]' \
		'why, too'
	flush
	add tx name t prio 10 proceed-on tx
	add echo name e prio 20
	verdicts '0 1 2 3 4 5 3' 'in the libxdp format too'
	rm "$(pins_at v0)/prog0-link"
	verdicts '0 1 2 3 4 5 2' 'a chain in which none ran passes'
fi
flush
tap_counts=$zero
unchanged 'nothing is left'

done_testing
