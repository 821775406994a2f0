# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A container with its own user namespace, to which a BPF filesystem delegates rights.

# begin_container COMMANDS: run them in it first. Sets $container, $pid, $pins, which is where
# its pins are, and "${inside[@]}", which runs a command there.
# shellcheck disable=SC2016,SC2034 # the other shell expands it; tests use them
begin_container() {
	obj/helpers/delegated bash -c "$1"'
		echo $$
		exec sleep 1000' > "$tap_tmp/pid" &
	container=$!
	await test -s "$tap_tmp/pid"
	pid=$(< "$tap_tmp/pid")
	inside=(nsenter --user --net --mount --target "$pid")
	pins=/proc/$pid/root/sys/fs/bpf/xdp
}
