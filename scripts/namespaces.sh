# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions for bash: namespaces that end with their processes.

# in_namespaces COMMAND...: run a command in new network, mount and PID namespaces, with a
# private bpffs and a private /run, where "ip netns" keeps its files. The namespaces have
# their own process 1, so the bpffs counts as init's. They end with this shell; unshare
# alone ignores the signal that a timeout sends.
# shellcheck disable=SC2016
in_namespaces() {
	setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc \
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
