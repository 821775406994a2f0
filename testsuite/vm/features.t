#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is said of this kernel, and the help text.

. testsuite/lib/tap.sh

remember_counts
run ip link xdp multi features
expect 0 "~^version $(sed -n 's/^VERSION = //p' obj/config.mk)"$'\n''bpffs +yes ' '' 'features'
not_ok 'all are there' grep -q ' no ' "$tap_tmp/out"
run ip -j link xdp multi features
expect 0 '~^\[\{"version":"[^"]+",' '' 'as JSON'
is "$(json '[.[0] | .bpffs, .dispatcher, .ext, .ext_link, .link_target, .frags, .reasons]')" \
	'[true,true,true,true,true,true,[]]' 'one boolean for each'
if type -P xdp-loader > /dev/null; then
	ok 'and the version of libxdp' test "$(json '.[0].libxdp')" -ge 2
fi
unchanged 'nothing is left of the probes'

run setpriv --reuid nobody --regid nogroup --clear-groups ip -j link xdp multi features
expect 0 '*' '' 'an ordinary user'
is "$(json '[.[0] | .dispatcher, .ext]')" '[false,false]' 'has none of them'
like "$(json '.[0].reasons')" 'CAP_BPF' 'and is told why'
umount -l /sys/fs/bpf
run ip -j link xdp multi features
is "$(json '[.[0] | .bpffs, .ext]')" '[false,true]' 'without a bpffs'
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
