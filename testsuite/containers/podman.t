#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The plugin and the hook as podman calls them: with CNI as the back end of its network,
# and by the file in hooks.d. Containers that are killed, and a podman that is killed.
cd "$(dirname "$(realpath "$0")")/../.." || exit 1
if [[ ${1-} != inside ]] && ! type -P podman > /dev/null; then
	echo '1..0 # SKIP there is no podman'
	exit
fi
. testsuite/lib/fault_host.sh
unchecked=yes
del_veth 0
del_veth 1
system_ip link set lo up

# All of podman's files go with the namespaces.
here=/run/podman-test
mkdir -p $here/net.d $here/hooks.d $here/rootfs/bin
mount -t tmpfs none /var/lib/cni 2> /dev/null || mkdir -p /var/lib/cni
mount -t sysfs none /sys && mount -t bpf none /sys/fs/bpf && mount -t cgroup2 none /sys/fs/cgroup ||
	bail_out 'no /sys'
mkdir -m 700 /sys/fs/bpf/xdp
cp "$(type -P busybox)" $here/rootfs/bin/busybox
for applet in sh sleep ping; do ln -s busybox $here/rootfs/bin/$applet; done
cat > $here/containers.conf << END
[network]
network_backend = "cni"
network_config_dir = "$here/net.d"
cni_plugin_dirs = [ "$PWD/obj/cni", "/usr/lib/cni" ]
[engine]
cgroup_manager = "cgroupfs"
runtime = "crun"
events_logger = "file"
hooks_dir = [ "$here/hooks.d" ]
[containers]
cgroups = "disabled"
log_driver = "k8s-file"
END
export CONTAINERS_CONF=$here/containers.conf

# network NAME NUMBER [PLUGIN]: the bridge plugin, and this one behind it
network() {
	cat > $here/net.d/$1.conflist << END
{ "cniVersion": "0.4.0", "name": "$1", "plugins": [
  { "type": "bridge", "bridge": "cni$2", "isGateway": true,
    "ipam": { "type": "host-local", "ranges": [[ { "subnet": "10.$2.0.0/24" } ]] } }${3:+, $3} ] }
END
}
network net1 91 '{ "type": "xdp-multi", "entries": [ { "object": "'"$PWD"'/obj/bpf/counter.o", "name": "count" } ] }'
network net2 92 '{ "type": "xdp-multi", "side": "host", "entries": [
	{ "object": "'"$PWD"'/obj/bpf/counter.o", "name": "count" }, { "object": "'"$PWD"'/obj/bpf/drop.o", "name": "end" } ] }'
network net3 93
sed "s|@LIBEXECDIR@/xdp-multi/|$PWD/obj/oci/|" hooks/oci/50-xdp-multi.json.in > $here/hooks.d/50-xdp-multi.json
printf 'object %s/obj/bpf/counter.o name count\nobject %s/obj/bpf/drop.o name end\n' "$PWD" "$PWD" > $here/two.chain

podman() {
	command podman --root $here/root --runroot $here/runroot --storage-driver vfs --tmpdir $here/tmp "$@"
}

# start NAME NETWORK [OPTIONS]
# shellcheck disable=SC2317
start() {
	podman run -d --name "$1" --network "$2" "${@:3}" box /bin/sleep 1000
}

pid_of() { podman inspect -f '{{.State.Pid}}' "$1"; }
pins() { find /sys/fs/bpf/xdp -mindepth 1 -name '*-*-*' -type d | wc -l; }

# chain_in PID: names of the entries, and whose they are, without the container's id
chain_in() {
	ip -d -j ${1:+-n "$1"} link xdp multi show |
		jq -r '.[0] // {} | [.entries[]?.name, .owner] | map(select(.)) | join(" ")' |
		sed -E 's/[0-9a-f]{64}/ID/'
}

# replies PID GATEWAY
replies() {
	nsenter --net="/proc/$1/ns/net" ping -q -c 2 -i 0.05 -W 1 "$2" < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

tar -C $here/rootfs -c . | podman import - box > $here/log 2>&1 || skip_all "podman: $(tail -n 1 $here/log)"
if ! start try none > $here/log 2>&1; then
	skip_all "podman runs no container here: $(tail -n 1 $here/log)"
fi
podman rm -f -t 0 try > /dev/null
diag "$(command podman --version)"

### CNI

run start a net1
is "$status" 0 'a container in a network with the plugin'
a=$(pid_of a)
is "$(chain_in "$a")" 'count cni net1 ID eth0' 'has its chain'
run start b net2
is "$status" 0 'another one, with the chain on the host side'
b=$(pid_of b)
is "$(chain_in '')" 'count end cni net2 ID eth0' 'has its own'
is "$(replies "$a" 10.91.0.1) $(replies "$b" 10.92.0.1)" '2 0' 'the first passes packets, the second drops them'
ok 'podman stops one' podman stop -t 0 a
is "$(pins)" 1 'its chain is gone, and not the other'
ok 'it starts again' podman start a
is "$(chain_in "$(pid_of a)")" 'count cni net1 ID eth0' 'with a chain'
kill -9 "$(pid_of a)" "$b"
ok 'both are killed, and removed' podman rm -f -t 0 a b
becomes 0 'nothing is left' pins

### hooks.d

run start c net3 --annotation org.xdp-multi.chain=$here/two.chain
is "$status" 0 'a container with the annotation' || diag "$stderr"
c=$(pid_of c)
is "$(chain_in "$c") $(replies "$c" 10.93.0.1)" 'count end oci ID eth0 0' 'has its chain, which drops'
run start d net3
d=$(pid_of d)
is "$status $(chain_in "$d") $(replies "$d" 10.93.0.1)" '0  2' 'one without has none'
run start e net3 --annotation org.xdp-multi.chain=/nowhere
isnt "$status" 0 'without its file there is no container'
kill -9 "$c"
ok 'removed' podman rm -f -t 0 c d
podman rm -f -t 0 e > /dev/null 2>&1
becomes 0 'nothing is left' pins

### As README says

# readme FROM TO: what it says to type, from one command to another; files of this machine
# are elsewhere.
readme() {
	sed -n '/^## Containers/,/^## What/s/^    //p' README.md |
		awk -v from="# $1" -v to="# $2" 'index($0, from) == 1 { on = 1 }
			on && sub(/^# /, "") { print; here = /<< END$/; if (index("# " $0, to) == 1) exit; next }
			on && here { print; here = $0 != "END" }' |
		sed -e "s|/etc/cni/net.d|$here/net.d|; s|/usr/local/lib/bpf|$PWD/obj/bpf|" \
			-e "s|/etc/xdp-multi|$here/etc|g; s|--annotation|--name box --network net3 &|"
}
rm $here/net.d/net1.conflist
podman tag box docker.io/library/busybox
run eval "$(readme 'cat > /etc/cni' 'ip -d -n')"
is "$status" 0 'the list of plugins, and a container' || diag "$stderr"
like "$stdout" 'owner "cni net1 [0-9a-f]* eth0" ?
 *0: count prio 50 proceed-on pass program counter ' 'which has its chain'
run eval "$(readme 'podman rm' 'podman rm')"
is "$status $(pins)" '0 0' 'is removed'
run eval "$(readme 'mkdir -p' 'podman run -d --annotation')"
is "$status $(chain_in "$(pid_of box)" | cut -d ' ' -f 1)" '0 count' 'and one with the annotation' || diag "$stderr"
podman rm -f -t 0 box > /dev/null
becomes 0 'nothing is left' pins

### Killed

# A podman that dies on the way leaves what it has; removing the container removes it.
for call in bind,connect clone,clone3 mount; do
	strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=3+" \
		podman --root $here/root --runroot $here/runroot --storage-driver vfs --tmpdir $here/tmp \
		run -d --name f --network net1 box /bin/sleep 1000 > /dev/null 2>&1 < /dev/null
	podman rm -f -t 0 f > /dev/null 2>&1
	becomes 0 "podman killed at $call, the container removed: nothing is left" pins
done
done_testing
