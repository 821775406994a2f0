# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a container by hand, for a runtime without an engine. Needs $hook, the path of the
# OCI hook, and $runtime.

bundle=/run/bundle
mkdir -p $bundle/rootfs/{bin,proc,dev}
cp "$(type -P busybox)" $bundle/rootfs/bin/busybox
cat > /run/plug << 'END'
#!/bin/bash
# In place of an engine's network: before the hook that needs it. An h1 whose other end
# was in a dead namespace may be there still.
pid=$(jq .pid)
ip link del h1 2> /dev/null
ip link add h1 type veth peer name eth0 netns "/proc/$pid/ns/net"
nsenter --net="/proc/$pid/ns/net" ip address add 10.7.0.2/24 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up
ip address add 10.7.0.1/24 dev h1
ip link set h1 up
END
chmod 755 /run/plug

# bundle_config CHAIN
bundle_config() {
	jq -n --arg hook "$hook" --arg chain "$1" --arg path "$PATH" '{
		ociVersion: "1.0.2",
		process: { user: { uid: 0, gid: 0 }, cwd: "/", args: ["/bin/busybox", "sleep", "1000"] },
		root: { path: "rootfs" }, hostname: "box",
		mounts: [ { destination: "/proc", type: "proc", source: "proc" } ],
		linux: { namespaces: [ { type: "pid" }, { type: "network" }, { type: "mount" }, { type: "uts" } ] }
	} + if $chain == "" then {} else {
		annotations: { "org.xdp-multi.chain": $chain },
		hooks: {
			createRuntime: [ { path: "/run/plug", env: [ "PATH=\($path)" ] }, { path: $hook } ],
			poststop: [ { path: $hook } ]
		}
	} end' > $bundle/config.json
}

runtime_run() { $runtime --root "/run/$runtime" "$@"; }
