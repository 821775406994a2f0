#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# Objects with more than one plain program: which parts are loaded, what their maps
# need, and what must be adapted for the kernel.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
add=("${multi[@]}" add dev v0)
pins=/sys/fs/bpf/pins

new_veth 0
remember_counts
zero=$tap_counts

# ---- maps that work only while they are pinned ----

fired() {
	bpftool map dump pinned $pins/timers | sed -n 's/.*"fired": \([0-9]*\).*/\1/p'
}

if grep -q ' bpf_timer_init$' /proc/kallsyms; then
	refused 1 'Error: The timers in map "timers" in "'"$PWD"'/obj/bpf/timer.o" would be stopped when this command ends: pin it with "pinmaps DIR".' \
		'timers without pinmaps' "${add[@]}" object obj/bpf/timer.o
	refused 0 '' 'a dry run does not make the directory' \
		eval "${add[*]} object obj/bpf/timer.o pinmaps $pins dry-run > /dev/null"
	system_ip -n peer0 link set p0 mtu 9000
	refused 2 '~Peer MTU' 'nor does one that fails' "${add[@]}" object obj/bpf/timer.o pinmaps $pins
	system_ip -n peer0 link set p0 mtu 1500
	run "${add[@]}" object obj/bpf/timer.o pinmaps $pins/
	expect 0 '' '' 'a directory that is missing is made'
	is "$(stat -c %a:%u $pins) $(ls $pins)" '700:0 timers' 'for root alone, and holds the map of the timers'
	reaches 0 > /dev/null
	becomes 1 'a packet starts the timer, and it fires' fired
	chain_is v0 'timer/50/pass' 'and is in the chain'
	"${multi[@]}" flush dev v0
	rm -r $pins
fi
refused 1 '~^Error: Cannot use "/sys/fs/bpf/a.b" for "pinmaps": a name on a BPF filesystem has no dot\.$' \
	'a name with a dot' "${add[@]}" object obj/helpers/pinned-1.o pinmaps /sys/fs/bpf/a.b
run "${add[@]}" object obj/helpers/pinned-1.o
expect 0 '' 'Warning: Map "blocked" of "'"$PWD"'/obj/helpers/pinned-1.o" is not pinned, although the object file asks for it: add "pinmaps DIR".' \
	'a map that wants to be pinned, without pinmaps'
"${multi[@]}" flush dev v0
printf 'object %s/obj/helpers/pinned-1.o pinmaps %s name %s\n' "$PWD" $pins first "$PWD" $pins second > "$tap_tmp/chain"
refused 2 '~Peer MTU' 'two programs that share a missing directory, refused' \
	eval "system_ip -n peer0 link set p0 mtu 9000; ${multi[*]} restore dev v0 file $tap_tmp/chain"
system_ip -n peer0 link set p0 mtu 1500
run "${multi[@]}" restore dev v0 file "$tap_tmp/chain"
expect 0 '' '' 'and loaded'
is "$(ls $pins)" blocked 'are given it'
"${multi[@]}" flush dev v0
rm -r $pins

# ---- what a program does not reach is not loaded ----

# loaded KIND: the names of the programs or maps that there are.
loaded() {
	obj/helpers/objects | awk -v kind="$1" '$1 == kind && $4 !~ /^(xdp_disp|multi\.|entries)/ { print $4 }' |
		sort | xargs
}

counted() {
	bpftool map dump id "$(maps_named packets)" | sed -n 's/.*"value[^"]*": \([0-9]*\).*/\1/p' | xargs
}

run "${add[@]}" object obj/bpf/mixed.o
is "$status" 0 'a program beside those for other hooks, which want what no kernel has'
chain_is v0 mixed/50/pass 'is in the chain'
is "$(loaded prog), $(loaded map)" 'mixed, mixed.bss packets' 'and nothing else is loaded'
reaches 0 > /dev/null
is "$(counted)" 1 'it counts'
"${multi[@]}" flush dev v0
refused 1 '~^Error: Program "on_entry" in section "fentry/no_such_kernel_function" of ".*" is not an XDP program\.$' \
	'one of the others' "${add[@]}" object obj/bpf/mixed.o program on_entry
refused 1 '~^Error: Program "ssthresh" in section "struct_ops/ssthresh" of ".*" is not an XDP program\.$' \
	'a struct_ops program' "${add[@]}" object obj/bpf/mixed.o program ssthresh

if [[ $LINKAGE == ext ]]; then
	run "${add[@]}" object obj/bpf/extension.o
	expect 0 '' '' 'a program that was written as an extension'
	chain_is v0 'extension/50/pass' 'is in the chain'
	not_ok 'and drops' reaches 0
	"${multi[@]}" flush dev v0
	run "${add[@]}" object obj/bpf/mixed.o program replacement
	is "$status" 0 'one beside an XDP program, if it is named'
	"${multi[@]}" flush dev v0
fi
refused 1 '~^Error: Program "extension_tc" in section "freplace/classifier" of ".*" is not an XDP program: it does not take a "struct xdp_md \*"\.$' \
	'an extension of another type of program' "${add[@]}" object obj/bpf/extension_tc.o

callees=(object obj/bpf/callees.o pinmaps "$pins" program)
if [[ $LINKAGE == tail ]] || kernel_has ext_calls; then
	run "${add[@]}" "${callees[@]}" callees
	is "$status" 0 'a program with tail calls, one of which leads on'
	is "$(loaded prog), $(loaded map)" 'callees last second, first_jumps second_jumps' \
		'what they lead to is loaded, and nothing else'
	is "$(cd $pins && echo *)" 'first_jumps second_jumps' 'the maps are pinned'
	not_ok 'the last callee drops' reaches 0
	"${multi[@]}" flush dev v0
	rm -r $pins
	refused 2 '~^Error: The verifier rejected the program in ".*callees.o"\..*(invalid access to packet|access may be outside object bounds)' \
		'one that leads to what the verifier refuses' "${add[@]}" "${callees[@]}" calls_bad
	run ip -d link xdp multi add dev v0 "${callees[@]}" again
	is "$status" 0 'one that leads back to itself'
	[[ $LINKAGE == tail ]] ||
		like "$stderr" 'Warning: "again" is tail-called: ".*callees.o" has a tail-call map that contains the program itself\.' \
			'is tail-called, and why'
	is "$(loaded prog), $(loaded map)" 'again, circle' 'it is loaded once'
	not_ok 'and drops' reaches 0
	"${multi[@]}" flush dev v0
	rm -r $pins
fi
refused 1 '~^Error: ".*callees.o" has a tail-call map that contains the program itself; without "linkage ext" the program is tail-called\.$' \
	'as an extension it is refused' "${add[@]}" "${callees[@]}" again linkage ext

# ---- types that the kernel does not take ----

# Names as compilers for other languages write them; and without func_info.
sed 's/HashMapLike_u32__u32_/HashMapLike<u32, u32>/g; s/alias__of__it/alias::of::it/g
	s/value__of__it/value of its!/g; s/choice__one/1hoice::one/g; s/choice__/1hoi+ce:/g' \
	obj/bpf/names.o > "$tap_tmp/names.o"
sed 's/\.BTF\.ext/.xTF.ext/g' obj/bpf/names.o > "$tap_tmp/noext.o"
sed 's/\.BTF\.ext/.xTF.ext/g' "$tap_tmp/names.o" > "$tap_tmp/both.o"
# Where links do not tell what they replace, on Linux 5.10, the verifier takes no
# extension with a global function that has the packet as an argument.
rejected='' usual=''
kernel_has link_target || [[ $LINKAGE == tail ]] || rejected=yes usual=/tail
for name in names noext both; do
	is "$(stat -c %s "$tap_tmp/$name.o")" "$(stat -c %s obj/bpf/names.o)" "$name.o differs in names only"
	run "${add[@]}" object "$tap_tmp/$name.o"
	is "$status" 0 'is added'
	[[ -z $rejected ]] ||
		like "$stderr" '^Warning: "names" is tail-called: the verifier rejects it as an extension program\.' 'with a warning'
	chain_is v0 "names/50/pass$usual" 'by the usual linkage'
	reaches 0 > /dev/null
	is "$(counted)" 1 'it counts, with its global function and its variables'
	"${multi[@]}" flush dev v0
done

if [[ $LINKAGE == ext && -z $rejected ]]; then
	for kind in $(obj/helpers/badbtf kinds); do
		obj/helpers/badbtf obj/bpf/names.o "$tap_tmp/$kind.o" "$kind" || bail_out "no $kind"
		echo "object $tap_tmp/$kind.o name $kind"
	done > "$tap_tmp/chain"
	run "${multi[@]}" restore dev v0 file "$tap_tmp/chain" format extended
	is "$status" 0 "$(wc -l < "$tap_tmp/chain") objects, each with types of another bad kind"
	is "$("${multi[@]}" show dev v0 | sed -n 's/^ *[0-9]*: \([a-z_]*\) .*program names id [0-9]* $/\1/p')" \
		"$(obj/helpers/badbtf kinds)" 'are all extensions'
	"${multi[@]}" flush dev v0
fi
obj/helpers/badbtf obj/bpf/names.o "$tap_tmp/loop.o" loop
run ip -d link xdp multi add dev v0 object "$tap_tmp/loop.o"
is "$status" 0 'types that cannot be put right'
[[ $LINKAGE == tail ]] ||
	like "$stderr" 'Warning: "names" is tail-called: ".*loop.o" has BTF that the kernel refuses\.' 'the program is tail-called'
chain_is v0 "names/50/pass$(linkage_text tail)" 'and is in the chain'
"${multi[@]}" flush dev v0
[[ $LINKAGE == tail ]] ||
	refused 2 '~^Error: ".*loop.o" has BTF that the kernel refuses; without "linkage ext" the program is tail-called\.$' 'as an extension it is refused' \
		"${add[@]}" object "$tap_tmp/loop.o" linkage ext

tap_counts=$zero
unchanged 'nothing is left'

done_testing
