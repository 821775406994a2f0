#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# features describes this kernel, and help prints the help text.

. testsuite/lib/tap.sh

remember_counts
run ip link xdp multi features
expect 0 "~^version $(sed -n 's/^VERSION = //p' obj/config.mk)"$'\n''bpffs +yes ' '' 'features'
# What these kernels are known to lack.
case $KERNEL in
5.10) lacking='ext_calls link_target frags devbound' ;;
6.1) lacking='devbound' ;;
*) lacking='' ;;
esac
is "$(awk '$2 == "no" { print $1 }' "$tap_tmp/out" | xargs)" "$lacking" 'all are there that the kernel has'
is "$(awk '$2 == "yes" { n++ } END { print n }' "$tap_tmp/out")" $((9 - $(wc -w <<< "$lacking"))) 'each is yes or no'
run ip -j link xdp multi features
expect 0 '~^\[\{"version":"[^"]+",' '' 'as JSON'
is "$(json '[.[0] | to_entries[] | select(.value == false).key] | join(" ")')" "\"$lacking\"" 'false for what is missing'
is "$(json '[.[0] | .bpffs, .dispatcher, .ext, .ext_link, .tail, .reasons, .devices]')" \
	'[true,true,true,true,true,[],[]]' 'one boolean for each'
if type -P xdp-loader > /dev/null; then
	ok 'and the version of libxdp' test "$(json '.[0].libxdp')" -ge 2
fi
unchanged 'nothing is left of the probes'

run setpriv --reuid nobody --regid nogroup --clear-groups ip -j link xdp multi features
expect 0 '*' '' 'an ordinary user'
is "$(json '[.[0] | .dispatcher, .ext, .ext_link, .ext_calls, .tail, .link_target, .frags, .devbound | type] | unique')" \
	'["null"]' 'cannot find them out'
like "$(json '.[0].reasons')" 'CAP_BPF' 'and is told why'
run setpriv --reuid nobody --regid nogroup --clear-groups ip link xdp multi features
is "$(sed -n 's/ *unknown .*//p' <<< "$stdout" | wc -l)" 8 'as text: unknown'
run unshare --user --map-root-user ip -j link xdp multi features
is "$(json '[.[0] | .dispatcher, .frags]')" '[null,null]' 'nor can root of another user namespace'
like "$(json '.[0].reasons')" 'requires CAP_NET_ADMIN and CAP_BPF in the initial user namespace"' 'and is told where the rights are wanted'
run setpriv --bounding-set -all,+bpf,+net_admin --inh-caps -all,+bpf,+net_admin ip -j link xdp multi features
is "$(json '[.[0] | .dispatcher, .tail, .ext, .ext_calls]')" '[true,true,null,null]' 'without CAP_PERFMON extensions are not known of'
unchanged 'nothing is left of the probes'

new_veth 0
remember_counts
run ip link xdp multi features dev v0 dev lo
expect 0 $'~\n[0-9]+: v0: mtu 1500\n    driver  .*\n1: lo: mtu 65536\n    driver ' '' 'features of two devices'
run ip -j link xdp multi features dev v0
is "$(json '.[0].devices[0] | [.ifname, .mtu]')" '["v0",1500]' 'as JSON'
features=$(json '.[0].devices[0].xdp_features')
if [[ $KERNEL == 5.* || $KERNEL == 6.1 ]]; then
	is "$features" null 'before 6.3 no kernel tells what a driver can do'
else
	like "$features" '^\["basic",.*"rx-sg"' 'with what the driver of a veth can do'
	run ip -j -n peer0 link xdp multi features dev p0
	is "$(json '.[0].devices[0].xdp_features')" "$features" 'also in another network namespace'
	system_ip link add d0 type dummy
	run ip link xdp multi features dev d0
	expect 0 $'~: d0: mtu 1500\n    driver    none\n    metadata  none$' '' 'a dummy has none of them'
	system_ip link del d0
fi
refused 1 'Error: Cannot find device "v9".' 'no such device' ip link xdp multi features dev v9
umount -l /sys/fs/bpf
run ip -j link xdp multi features
is "$(json '[.[0] | .bpffs, .ext]')" '[false,true]' 'without a bpffs'
like "$(command ip link xdp multi features)" 'bpffs +no +chains cannot be pinned: mount ' 'a "no" says what to do'
mount -t bpf bpf /sys/fs/bpf
unchanged 'nothing is left of the probes'

run ip link xdp multi help
help=$stderr
like "$help" '^Usage: ip link xdp multi [{] add [|] replace [}] ' 'help'
is "$stdout" '' 'goes where that of iproute2 goes'
for words in 'add help' 'del dev v0 help' 'flush help' 'show help'; do
	# shellcheck disable=SC2086
	run ip link xdp multi $words
	is "$stderr" "$help" "$words"
done
for verb in add replace change del flush show save restore check share set features; do
	like "$help" "multi [^)]*$verb" "it names $verb"
done
unchanged 'nothing is left'

done_testing
