# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For scripts that are sourced by bash: namespaces that end with what runs in them.

# in_namespaces COMMAND...: run it in network, mount and PID namespaces of its own, with
# a private bpffs and a private /run, where "ip netns" keeps its files. Its process 1 is
# its own too, so that the bpffs counts as init's.
# shellcheck disable=SC2016
in_namespaces() {
	unshare --net --mount --pid --fork --kill-child --mount-proc \
		--propagation private bash -c '
		mount -t bpf bpf /sys/fs/bpf || exit
		mount -t tmpfs tmpfs /run || exit
		exec "$@"' - "$@"
}

# make_cable: v0 (10.0.0.1) here, p0 (10.0.0.2) in the namespace "peer".
make_cable() {
	ip link set lo up
	ip netns add peer
	ip link add v0 type veth peer name p0 netns peer
	ip link set v0 up
	ip address add 10.0.0.1/24 dev v0
	ip -n peer link set p0 up
	ip -n peer address add 10.0.0.2/24 dev p0
}
