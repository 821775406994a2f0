#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: core
# linkage: ext mixed
# replace creates the entry or replaces its program in the same place, changes nothing
# the second time, and lets no packet through in between.

. testsuite/lib/tap.sh
. testsuite/lib/traffic.sh

replace=(ip link xdp multi replace)

# same NAME COMMAND...: the command succeeds, prints nothing, changes nothing.
same() {
	refused 0 '' "$@"
}

# replaces NAME OBJECT OBJECT: give an entry the one and the other, five times, and
# until there were enough pings.
replaces() {
	local i

	for ((i = 0; i < 5 || $(pinged ping 100; echo $?); i++)); do
		"${replace[@]}" dev v0 name "$1" object "$2" || return
		"${replace[@]}" dev v0 name "$1" object "$3" || return
	done
}

# other FILE: a copy of it with other bytes that mean the same.
other() {
	local to

	to=/tmp/other-$(basename "$1")
	cp "$1" "$to"
	echo >> "$to"
	echo "$to"
}

new_veth 0
new_veth 1
remember_counts
zero=$tap_counts

run "${replace[@]}" dev v0 object obj/bpf/pass.o
expect 0 '' '' 'without a chain replace makes one'
chain_is v0 'pass/50/pass' 'with the defaults'
same 'the second time nothing changes' "${replace[@]}" dev v0 object obj/bpf/pass.o
cp obj/bpf/pass.o /tmp/copy.o
same 'nor with a copy of the file' "${replace[@]}" dev v0 object /tmp/copy.o
same 'nor with its words said again' "${replace[@]}" dev v0 object obj/bpf/pass.o name pass prio 50 proceed-on pass
is "$(loads "${replace[@]}" dev v0 object obj/bpf/pass.o)" 0 'nothing is loaded for it'
is "$(loads "${replace[@]}" dev v0 object "$(other obj/bpf/pass.o)")" 1 'other bytes are'
chain_is v0 'pass/50/pass' 'into the same entry'
is "$(obj/helpers/objects | grep -c '^prog .* pass$')" 1 'the old program has gone'
same 'also they count but once' "${replace[@]}" dev v0 object /tmp/other-pass.o

run "${replace[@]}" dev v0 object obj/bpf/void_ctx.o name early prio 10 proceed-on drop,pass
expect 0 '' '' 'an entry of another name is added'
run "${replace[@]}" dev v0 object obj/bpf/echo.o name fw prio 20 on drop next on pass stop
expect 0 '' '' 'a third, with its rules'
run "${replace[@]}" dev v0 object obj/bpf/echo.o name fw proceed-on drop,tx
chain_is v0 'early/10/drop,pass fw/20/drop,tx pass/50/pass' 'three entries'
early=$(id_of v0 early) fw=$(id_of v0 fw) pass=$(id_of v0 pass) dispatcher=$(xdp_id v0)
run "${replace[@]}" dev v0 object obj/bpf/drop.o name fw
expect 0 '' '' 'another program for the one in the middle'
chain_is v0 'early/10/drop,pass fw/20/drop,tx pass/50/pass' 'has its name, place and rules'
is "$(id_of v0 early) $(id_of v0 pass)" "$early $pass" 'the others are the same programs'
isnt "$(id_of v0 fw)" "$fw" 'that one is not'
isnt "$(xdp_id v0)" "$dispatcher" 'nor is the dispatcher'
fw=$(id_of v0 fw)
run "${replace[@]}" dev v0 object obj/bpf/drop.o name fw prio 70 proceed-on pass on tx next
expect 0 '' '' 'the same program with other rules'
chain_is v0 'early/10/drop,pass pass/50/pass fw/70/pass,tx' 'has these'
is "$(id_of v0 fw)" "$fw" 'and is not loaded again'
not_ok 'v0 is not reached through the drop' reaches 0
run "${replace[@]}" dev v0 name fw first object obj/bpf/two.o program first
expect 0 '' '' 'one of two programs, and to the front'
chain_is v0 'fw/9/pass,tx early/10/drop,pass pass/50/pass' 'takes the place'
fw=$(id_of v0 fw)
run "${replace[@]}" dev v0 name fw object obj/bpf/two.o program second
expect 0 '' '' 'the other program of the same file'
isnt "$(id_of v0 fw)" "$fw" 'is another program'
not_ok 'and drops' reaches 0
run ip -j -d link xdp multi show v0
is "$(json '.[0].entries[0] | .program, .origin.object')" $'"second"\n"'"$PWD/obj/bpf/two.o\"" \
	'show tells where it is from'
run ip -echo link xdp multi replace dev v0 name fw object obj/bpf/two.o program second
expect 0 "$(ip link xdp multi show v0)" '' '-echo prints the chain though it is the same'

refused 1 'Error: Cannot read "/tmp/none.o": No such file or directory.' 'no file' \
	"${replace[@]}" dev v0 name fw object /tmp/none.o
refused 2 '~^Error: The verifier rejected' 'a bad program' \
	"${replace[@]}" dev v0 name fw object obj/bpf/loop_bad.o
refused 2 '~^Error: dev v0: the chain has no entry named "none"' 'no neighbour' \
	"${replace[@]}" dev v0 name fw object obj/bpf/pass.o after none
refused 3 "~^Error: dev v0: program $(xdp_id v0) is attached, but \"expect none\" was given" 'another state' \
	"${replace[@]}" dev v0 name fw object obj/bpf/pass.o expect none
refused 0 '' 'a dry run of nothing new prints the chain' \
	eval 'ip link xdp multi replace dev v0 name fw object obj/bpf/two.o program second dry-run > /dev/null'
refused 0 '' 'a dry run changes nothing' \
	eval 'ip link xdp multi replace dev v0 name fw object obj/bpf/pass.o dry-run > /tmp/dry'
like "$(< /tmp/dry)" '0: fw prio 9 proceed-on pass,tx program pass id' 'and prints what would be'
ip link xdp multi flush dev v0

"${replace[@]}" dev v0 object obj/bpf/counter.o
dispatcher=$(xdp_id v0)
run "${replace[@]}" dev v0 dev v1 object obj/bpf/counter.o
expect 0 '' '' 'two devices, one of which has it'
is "$(xdp_id v0)" "$dispatcher" 'that one stays'
chain_is v1 'counter/50/pass' 'the other gets it'
same 'nothing changes the second time' "${replace[@]}" dev v0 dev v1 object obj/bpf/counter.o
run "${replace[@]}" dev v0 dev v1 object obj/bpf/pass.o name counter maps new
expect 0 '' '' 'another program for both'
chain_is v0 'counter/50/pass' 'the one has it'
is "$(id_of v0 counter)" "$(id_of v1 counter)" 'the other has the same'
ip link xdp multi flush dev v1
mtu=$'~^Warning: dev v1: (entry "counter" does not support multi-buffer packets|this kernel does not support multi-buffer XDP)[^\n]*\nError: dev v1: the kernel refused to attach the dispatcher: '
system_ip -n peer1 link set p1 mtu 9000
refused 2 "$mtu" 'the second cannot: neither is changed' \
	"${replace[@]}" dev v0 dev v1 object obj/bpf/drop.o name counter
refused 2 "$mtu" 'in the other order too' \
	"${replace[@]}" dev v1 dev v0 object obj/bpf/drop.o name counter
ok 'v0 is reached' reaches 0
system_ip -n peer1 link set p1 mtu 1500
obj/helpers/foreign dispatcher v1 9 > /dev/null
refused 2 '~^Error: dev v1: the XDP program "xdp_dispatcher" \(id [0-9]+\) is attached and is not a chain' \
	'the second has a foreign program: neither is changed' \
	"${replace[@]}" dev v0 dev v1 object obj/bpf/drop.o name counter
run "${replace[@]}" dev v0 dev v1 object obj/bpf/void_ctx.o name counter overwrite
expect 0 '' '' 'unless it may be displaced'
chain_is v0 'counter/50/pass' 'the one has it'
chain_is v1 'counter/50/pass' 'and the other'
ip link xdp multi flush all

"${replace[@]}" dev v0 object obj/bpf/counter.o prio 10
"${replace[@]}" dev v0 object obj/bpf/pass.o name x
pings_begin ping -f
ok 'a program is replaced ten times' replaces x obj/bpf/void_ctx.o obj/bpf/pass.o
pings_end ping
diag "$sent packets"
is "$received" "$sent" 'no packet is lost'
chain_is v0 'counter/10/pass x/50/pass' 'the chain is as it was'
other obj/bpf/drop.o > /dev/null
"${replace[@]}" dev v0 object obj/bpf/drop.o name x
pings_begin ping
ok 'a drop is replaced by a drop ten times' replaces x /tmp/other-drop.o obj/bpf/drop.o
pings_end ping
diag "$sent packets"
is "$received" 0 'no packet gets past'
ip link xdp multi flush dev v0
tap_counts=$zero
unchanged 'nothing is left'

done_testing
