#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# boot: alone
# Without the kernel's JIT compiler no program can be linked into a chain: every command
# says so and how to enable it, and a running chain keeps running. Newer kernels of Debian
# cannot disable the compiler.

. testsuite/lib/tap.sh

jit=/proc/sys/net/core/bpf_jit_enable
off="the kernel's BPF JIT compiler is off, and chains need it: \"sysctl net.core.bpf_jit_enable=1\" turns it on"

new_veth 0
ip link xdp multi add dev v0 object obj/bpf/pass.o name one
bash -c "echo 0 > $jit" 2> /dev/null || skip_all 'this kernel always compiles'
remember_counts
run ip -j link xdp multi features
is "$(json '[.[0] | .ext, .ext_link]')" '[false,false]' 'then there are no extensions'
is "$(json '.[0].reasons[0]')" "$(jq -n --arg text "Cannot load extension programs: $off" '$text')" 'and it is told why'
refused 1 "Error: Cannot load the program in \"$PWD/obj/bpf/drop.o\": $off." 'add' \
	ip link xdp multi add dev v0 object obj/bpf/drop.o
refused 1 "Error: dev v0: cannot link the program into slot 0: $off." 'change' \
	ip link xdp multi change dev v0 one name other
refused 1 "Error: dev v0: cannot load the dispatcher: $off." 'add with tail linkage' \
	ip link xdp multi add dev v0 object obj/bpf/drop.o linkage tail
unshare --net ip link xdp multi add dev lo object obj/bpf/drop.o 2> "$tap_tmp/elsewhere"
like "$(< "$tap_tmp/elsewhere")" "the kernel's BPF JIT compiler is off or missing, and chains need it: see sysctl" \
	'in another network namespace, which does not show the switch'
unchanged 'nothing is changed'

ok 'it is turned on' bash -c "echo 1 > $jit"
run ip link xdp multi change dev v0 one name other
expect 0 '' '' 'then change works'
ip link xdp multi flush dev v0

done_testing
