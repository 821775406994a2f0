#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The program that `configure --enable-static` links needs no other file, and does the
# same as the usual one, except that it cannot read files of captured packets. The same for
# the CNI plugin, which is static where the machine has the libraries for it.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
export PATH=$PWD/ip:/usr/sbin:/sbin:$PATH

if [[ ${1-} != inside ]]; then
	. testsuite/lib/tap.sh
	grep -q fsanitize= obj/config.mk && skip_all 'the sanitizers are not static'
	[[ -x obj/helpers/static/ip && -x obj/helpers/static/xdp-multi ]] ||
		skip_all 'a static library is missing, see testsuite/fetch-libmnl'
	[[ $(id -u) -eq 0 ]] || skip_all 'you are not root'
	unshare --net --mount --propagation private true 2> /dev/null || skip_all 'no namespaces can be made'
	rm -rf "$tap_tmp"
	exec unshare --net --mount --propagation private bash "$0" inside
fi
mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs tmpfs /run || exit
. testsuite/lib/tail.sh
# Others use this kernel too.
unchecked=yes
static=$PWD/obj/helpers/static/ip

is "$(readelf -lW "$static" | grep -c INTERP)$(readelf -dW "$static" | grep -c NEEDED)" 00 \
	'it needs no loader and no library'
is "$("$static" link xdp multi help 2>&1)" "$(ip link xdp multi help 2>&1)" 'it has the same help'
is "$("$static" -j link xdp multi features)" "$(ip -j link xdp multi features)" \
	'it finds the same features'
run "$static" -V
expect 0 '~iproute2' '' 'it hands other command lines to the system'"'"'s ip'

if [[ $(ip -j link xdp multi features) == *'"tail":true'* ]]; then
	new_veth 0
	run "$static" -force link xdp multi add dev v0 object obj/bpf/pass.o name a linkage tail
	expect 0 '' '' 'it adds a program'
	is "$("$static" -d link xdp multi show v0)" "$(ip -d link xdp multi show v0)" \
		'both show the same chain'
	run "$static" link xdp multi test dev v0 pcap testsuite/lib/tap.sh
	expect 1 '' '~libpcap, which this program cannot load: it was built with --enable-static' \
		'it says that it cannot read packet files'
	run "$static" link xdp multi flush dev v0
	expect 0 '' '' 'it removes the chain'
fi

plugin=$PWD/obj/helpers/static/xdp-multi
is "$(readelf -lW "$plugin" | grep -c INTERP)$(readelf -dW "$plugin" | grep -c NEEDED)" 00 \
	'the CNI plugin needs no loader and no library'
# status_of PROGRAM: what it says of a chain file that is not there
status_of() {
	CNI_COMMAND=STATUS CNI_PATH=/ "$1" 2>&1 \
		<<< '{"cniVersion":"1.1.0","name":"net","type":"xdp-multi","chain":"/nowhere"}'
}
like "$(status_of "$plugin")" '"code":5.*No such file' 'it tells errors in words'
is "$(status_of "$plugin")" "$(status_of obj/cni/xdp-multi)" 'and the same as the usual one'
done_testing
