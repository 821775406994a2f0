#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# A program that uses RX metadata of its device is bound to the device, and so is the
# dispatcher. The next program reads the metadata that it writes before the packet.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
warning='Warning: The chain is written in format 3, which libxdp before 1.6 does not read: it has a device-bound program.'
add=("${multi[@]}" add dev v0)

# values MAP: its values, in order
values() {
	bpftool map dump name "$1" | sed -n 's/.*"value": \([0-9]*\).*/\1/p' | xargs
}

new_veth 0
new_veth 1
remember_counts
start=$tap_counts

if ! kernel_has devbound; then
	run "${add[@]}" object obj/bpf/hints.o
	expect 1 '' '~^Error: "/project/obj/bpf/hints.o" calls bpf_xdp_metadata_.*\(Linux 6\.3\)' 'a kernel before 6.3 has no device-bound programs'
	unchanged 'nothing is left of the attempt'
	skip 'device-bound programs came with Linux 6.3' 'chains with metadata functions'
	done_testing
fi

run "${add[@]}" object obj/bpf/hints.o prio 10
expect 0 '' "$warning" 'a program with metadata functions'
chain_is v0 'hints/10/pass' 'is a chain'
like "$("${multi[@]}" show v0)" ' mode native dispatcher id [0-9]+ format 3 .* devbound ' 'bound to its device, in format 3'
run ip -j link xdp multi show v0
is "$(json '[.[0].dispatcher.format, .[0].entries[0].devbound]')" '["3",true]' 'as JSON'
run "${add[@]}" object obj/bpf/hints_reader.o prio 20
expect 0 '' '' 'and one behind it that reads what it writes'
chain_is v0 'hints/10/pass hints_reader/20/pass' 'is in the chain'
is "$(values asked) | $(values marked)" '0 0 | 0' 'no packet so far'
for ((i = 0; i < 3; i++)); do
	reaches 0 > /dev/null
done
is "$(values asked) | $(values marked)" '3 3 | 3' 'each packet is asked about, has a hash, and carries the mark'
run "${multi[@]}" change dev v0 hints_reader first
expect 0 '' '*' 'the reader before the writer'
reaches 0 > /dev/null
is "$(values asked) | $(values marked)" '4 4 | 3' 'sees no mark'
run "${multi[@]}" change dev v0 hints_reader last
expect 0 '' '*' 'behind it again'
reaches 0 > /dev/null
is "$(values asked) | $(values marked)" '5 5 | 4' 'it does'

refused 2 '~^Error: dev v0: format 2 cannot hold this chain: it has a device-bound program; use "format extended"\.$' 'format 2' \
	"${multi[@]}" set dev v0 format 2
run "${multi[@]}" set dev v0 format extended
expect 0 '' '' 'format extended'
reaches 0 > /dev/null
is "$(values marked)" 5 'it works there too'
"${multi[@]}" set dev v0 format 3
saved=$("${multi[@]}" save dev v0)
refused 2 'Error: Entry "hints" is bound to dev v0 and cannot be shared: add its object file to the other device.' 'share' "${multi[@]}" share dev v1 from v0
refused 1 '~[Pp]rogram "hints" is device-bound and cannot be added to several devices at once: give one "dev"\.$' \
	'two devices' "${multi[@]}" add dev v0 dev v1 object obj/bpf/hints.o name x
refused 2 "~^$warning
Error: dev v1: the kernel refused to link the program into slot 0" 'the loaded program on another device' \
	"${multi[@]}" add dev v1 id "$(id_of v0 hints)"
run "${add[@]}" id "$(id_of v0 hints)" name twice prio 12
expect 0 '' '' 'but on its own once more'
chain_is v0 'hints/10/pass hints_reader/11/pass twice/12/pass' 'is an entry'
"${multi[@]}" del dev v0 twice
if type -P xdp-loader > /dev/null; then
	at_start=$tap_counts
	remember_counts
	run xdp-loader load v0 obj/bpf/pass.o
	expect '~[1-9]' '*' '*' 'xdp-loader, which knows no such programs, refuses to add to it'
	unchanged 'and leaves it alone'
	tap_counts=$at_start
fi
"${multi[@]}" flush dev v0
"${add[@]}" object obj/bpf/hints.o prio 1 2> /dev/null
id=$(id_of v0 hints)
bpftool prog pin id "$id" /sys/fs/bpf/mine
"${multi[@]}" flush dev v0
run "${add[@]}" pinned /sys/fs/bpf/mine
expect 0 '' "$warning" 'its own device takes it again when the chain has gone'
reaches 0 > /dev/null
is "$(values asked)" '1 1' 'and it works'
"${multi[@]}" flush dev v0
rm /sys/fs/bpf/mine

refused 2 "$warning
Error: dev v0: the kernel refused to attach the dispatcher: Can't attach device-bound programs in generic mode." 'generic mode' "${add[@]}" object obj/bpf/hints.o mode generic
system_ip link add d0 type dummy
refused 1 '~^Error: "/project/obj/bpf/hints.o" calls bpf_xdp_metadata_.*: Operation not supported\.$' 'a device without native mode' "${multi[@]}" add dev d0 object obj/bpf/hints.o
system_ip link del d0
refused 1 '~^Error: Program "hints" is device-bound and cannot be tail-called: leave out "linkage tail"\.$' 'linkage tail' \
	"${add[@]}" object obj/bpf/hints.o linkage tail
without_ext=(env REFUSE_EXT="$PWD/ip/ip" LD_PRELOAD="$PWD/obj/helpers/bpf.so")
refused 1 '~^Error: "/project/obj/bpf/hints.o" is device-bound and cannot be tail-called, and this host refuses extension programs .*: Operation not permitted\.$' \
	'a host that refuses extensions' "${without_ext[@]}" "${add[@]}" object obj/bpf/hints.o
run "${without_ext[@]}" ip -j link xdp multi features
is "$(json '.[0] | [.ext_link, .devbound]')" '[false,false]' 'features says so'
unchanged 'nothing is left'

# What is added to a chain that is not bound makes it so; its going undoes it.
"${add[@]}" object obj/bpf/counter.o prio 5 linkage tail 2> /dev/null
refused 2 '~^Error: dev v0: entry "counter" is tail-called, but entry "hints" is device-bound: a chain cannot have both\.$' \
	'beside one that is tail-called' "${add[@]}" object obj/bpf/hints.o
"${multi[@]}" flush dev v0
"${add[@]}" object obj/bpf/counter.o prio 5
like "$("${multi[@]}" show v0)" ' format 2 ' 'a chain in format 2'
id=$(id_of v0 counter)
run "${add[@]}" object obj/bpf/hints.o prio 10
expect 0 '' "$warning" 'takes a device-bound program'
chain_is v0 'counter/5/pass hints/10/pass' 'which is there'
like "$("${multi[@]}" show v0)" ' format 3 ' 'in format 3'
is "$(id_of v0 counter)" "$id" 'the other runs on'
reaches 0 > /dev/null
is "$(values packets) | $(values asked)" '1 | 1 1' 'and both see the packet'
run "${multi[@]}" del dev v0 hints
expect 0 '' '~^Warning: dev v0: libxdp on this machine uses format 2 .* "ip link xdp multi set dev v0 format 2" ' 'without it'
chain_is v0 'counter/5/pass' 'the chain is as it was'
run "${multi[@]}" share dev v1 from v0
expect 0 '' '' 'bound to no device any more: it can be shared'
is "$(xdp_id v1)" "$(xdp_id v0)" 'with its dispatcher'
"${multi[@]}" flush all

run bash -c 'ip link xdp multi restore dev v1 file - <<< "$0"' "$saved"
expect 0 '' '~^(Warning: .* it has a device-bound program\.)?$' 'a saved chain on another device'
chain_is v1 'hints/10/pass hints_reader/11/pass' 'is the same'
reaches 1 > /dev/null
is "$(values asked) | $(values marked)" '1 1 | 1' 'bound to that one'
run "${multi[@]}" replace dev v1 object obj/bpf/hints.o maps new
expect 0 '' '' 'replace'
reaches 1 > /dev/null
becomes '1 1' 'by one with new maps' values asked
is "$(values marked)" 2 'and those of the other are kept'
"${multi[@]}" flush all
tap_counts=$start
unchanged 'nothing is left'

done_testing
