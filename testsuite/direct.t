#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands on the kernel of this machine, with a bpffs that is not init's: they need
# -force, which also means "overwrite". adopt is tested here too. testsuite/vm/direct
# tests everything else on such a bpffs.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
export PATH=$PWD/ip:/usr/sbin:/sbin:$PATH

if [[ ${1-} != inside ]]; then
	. testsuite/lib/tap.sh
	[[ $(id -u) -eq 0 ]] || skip_all 'you are not root'
	[[ -x obj/helpers/objects && -e obj/bpf/drop.o ]] || skip_all 'make check builds what this needs'
	why=$(unshare --net --mount --propagation private bash "$0" inside try 2>&1) ||
		why=${why:-'no namespaces can be made'}
	[[ -z $why ]] || skip_all "${why//$'\n'/; }"
	rm -rf "$tap_tmp"
	exec unshare --net --mount --propagation private bash "$0" inside
fi

mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs tmpfs /run || exit
if [[ ${2-} == try ]]; then
	type -P ping > /dev/null || echo 'there is no ping'
	ip link add v0 type veth peer name p0 && ip netns add x || exit
	[[ $(ip -j link xdp multi features) == *'"tail":true'* ]] || echo 'no tail calls'
	exit
fi

# Others use this kernel too, so only what is made here is looked at.
export MADE=/run/made LD_PRELOAD=$PWD/obj/helpers/bpf.so
: > "$MADE"
. testsuite/lib/tail.sh

multi=(ip -force link xdp multi)
tail=/tail
[[ $(ip -j link xdp multi features) != *'"ext_link":true'* ]] || tail=''
linkage=${tail#/}
diag "Linux $(uname -r): linkage ${linkage:-ext}"
new_veth 0
mkdir -m 700 /sys/fs/bpf/xdp
remember_counts

# What could not be tried is not there.
# shellcheck disable=SC2016 # jq expands it
has='[.[0] | to_entries[] | select(.value == true).key] - $known'
known=$(ip -j link xdp multi features | jq -c --argjson known '[]' "$has")
bad='' tried=0
for ((n = 1; ; n++)); do
	wrong=$(obj/helpers/inject "bpf(PROG_LOAD):$n" 0 "$tap_tmp/hit" ip -j link xdp multi features |
		jq -c --argjson known "$known" "$has")
	[[ $(< "$tap_tmp/hit") != none* ]] || break
	tried=$((tried + 1))
	[[ $wrong == '[]' ]] || bad+=" $(< "$tap_tmp/hit"): $wrong"
done
[[ $tried -gt 1 && -z $bad ]]
result $? "a program that the kernel cannot load, at $tried calls: no feature is told that is not there" ||
	diag "$bad"

refused 1 '~^Error: .*the bpffs at /sys/fs/bpf is not .*-force' 'without -force no chain is made on a bpffs that ends' \
	ip link xdp multi add dev v0 object obj/bpf/counter.o
is "$(xdp_id v0)" 0 'nothing is attached'
run "${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10
expect 0 '' '' 'with it one is'
chain_is v0 "counter/10/pass$tail" 'it is there'
run ip link xdp multi add dev v0 object obj/bpf/drop.o prio 30 name end
expect 0 '' '' 'it is added to without'
is "$(pings 2) $(counted 1)" '0 2' 'packets meet both'
flush
unchanged 'nothing is left'

plain v0 counter xdp
id=$(xdp_id v0)
run "${multi[@]}" adopt dev v0 prio 5
expect 0 '' "~^($extended)?$" "a program that the system's ip attached is adopted"
chain_is v0 'counter/5/pass/tail' 'as an entry'
is "$(id_of v0 counter)" "$id" 'the very program'
is "$(pings 2) $(counted 1)" '2 2' 'that sees packets'
run "${multi[@]}" add dev v0 object obj/bpf/drop.o
expect 0 '' '' 'and another is put behind it'
chain_is v0 "counter/5/pass/tail drop/50/pass$tail" 'a chain'
is "$(pings 2) $(counted 1)" '0 4' 'of both'
run "${multi[@]}" del counter dev v0
chain_is v0 "drop/50/pass$tail" 'taken out of it'
not_ok 'the adopted program is gone' grep -q "^prog $id " <(obj/helpers/objects nomaps)
flush
unchanged 'nothing is left'
is "$(pings 2)" 2 'packets pass'

# Section "prog" is loaded without an attach type. Where extensions do not work
# what joins it must be of that kind too.
plain v0 legacy prog
run "${multi[@]}" adopt dev v0 name old
expect 0 '' "~^($extended)?$" 'a program without an attach type is adopted'
run "${multi[@]}" add dev v0 object obj/bpf/counter.o prio 60
expect 0 '' '' 'and another is put behind it'
chain_is v0 "old/50/pass/tail counter/60/pass$tail" 'a chain'
is "$(pings 2) $(counted 1)" '2 2' 'that works'
run ip -d -force link xdp multi add dev v0 object obj/bpf/drop.o
expect 0 '' "${tail:+~^Warning: .drop. is tail-called: this host refuses extension}" \
	'with -details the reason of the linkage is told'
is "$(pings 1)" 0 'it drops'
flush
unchanged 'nothing is left'

# The peer's MTU counts too, which only the driver knows.
system_ip -n peer0 link set p0 mtu 9000
run "${multi[@]}" add dev v0 object obj/bpf/frags.o
expect 0 '' '' 'a program that takes multi-buffer packets, where the peer sends such'
run "${multi[@]}" add dev v0 object obj/bpf/frags.o name second
expect 0 '' '' 'and another'
chain_is v0 "frags/50/pass$tail second/50/pass$tail" 'are there'
refused 2 '~^Error: dev v0: entry "frags" was loaded for multi-buffer packets|does not support multi-buffer packets' \
	'one that does not take them' "${multi[@]}" add dev v0 object obj/bpf/pass.o
flush
unchanged 'nothing is left'

del_veth 0
done_testing
