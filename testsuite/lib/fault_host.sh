# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run a test with tail calls on the kernel of this machine, in temporary namespaces with
# a temporary bpffs. The bpffs belongs to process 1 of the namespaces, so it counts as
# init's, and no command needs -force.
#
#	. testsuite/lib/fault_host.sh		what follows runs inside

if [[ ${1-} != inside ]]; then
	. testsuite/lib/tap.sh
	[[ $(id -u) -eq 0 ]] || skip_all 'you are not root'
	[[ -x obj/helpers/inject && -e obj/bpf/drop.o ]] || skip_all 'make check builds what this needs'
	type -P ping > /dev/null || skip_all 'there is no ping'
	namespaces=(unshare --fork --kill-child --pid --mount-proc --net --mount
		--propagation private)
	# shellcheck disable=SC2016
	why=$("${namespaces[@]}" bash -c '
		mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs tmpfs /run && PATH=$PWD/ip:$PATH &&
		ip link add v0 type veth peer name p0 && ip netns add x &&
		obj/helpers/inject 0 0 /run/hit true && rm /run/hit &&
		{ ip -j link xdp multi features | grep -q "\"tail\":true" || echo no tail calls; }' 2>&1) ||
		why=${why:-'no namespaces can be made'}
	[[ -z $why ]] || skip_all "${why//$'\n'/; }"
	rm -rf "$tap_tmp"
	# shellcheck disable=SC2016
	exec "${namespaces[@]}" bash -c '
		mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs tmpfs /run || exit
		exec bash "$0" inside' "$0"
fi

export PATH=$PWD/ip:/usr/sbin:/sbin:$PATH
. testsuite/lib/fault_cases.sh
diag "Linux $(uname -r)"
new_veth 0
new_veth 1
