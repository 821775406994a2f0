#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The OCI hook as a podman calls it that has no CNI any more. Debian's is taken, with all
# that it needs, put aside below obj/ and run there by chroot.
cd "$(dirname "$(realpath "$0")")/../.." || exit 1
. testsuite/lib/debian_root.sh
root=$PWD/obj/containers/podman5
packages=(podman crun conmon netavark coreutils bash libbpf1 libmnl0 libelf1t64 libmd0 libjson-c5)

[[ ${1-} == inside ]] || fetch_root podman5 "${packages[@]}"
. testsuite/lib/fault_host.sh
[[ -d $root ]] || skip_all "no podman of trixie: $(tail -n 1 obj/containers/podman5.log)"
unchecked=yes
del_veth 0
del_veth 1
system_ip link set lo up

here=/run/podman-test
mkdir -p $here/hooks.d $here/rootfs/bin
mount -t sysfs none /sys && mount -t bpf none /sys/fs/bpf && mount -t cgroup2 none /sys/fs/cgroup ||
	bail_out 'no /sys'
mkdir -m 700 /sys/fs/bpf/xdp
cp "$(type -P busybox)" $here/rootfs/bin/busybox
ln -s busybox $here/rootfs/bin/sh
sed "s|@LIBEXECDIR@/xdp-multi/|$PWD/obj/oci/|" hooks/oci/50-xdp-multi.json.in > $here/hooks.d/50-xdp-multi.json
printf 'object %s/obj/bpf/counter.o name count\nobject %s/obj/bpf/drop.o name end\n' "$PWD" "$PWD" > $here/two.chain
cat > $here/containers.conf << END
[network]
network_backend = "netavark"
firewall_driver = "none"
network_config_dir = "$here/net.d"
[engine]
cgroup_manager = "cgroupfs"
runtime = "crun"
events_logger = "file"
hooks_dir = [ "$here/hooks.d" ]
[containers]
cgroups = "disabled"
log_driver = "k8s-file"
END

mount --bind "$root" "$root" && mount --make-private "$root" || bail_out 'no mount'
mkdir -p "$root"/{proc,sys,dev,run,tmp,var/tmp,etc/containers}
for dir in proc sys dev run; do
	mount --rbind /$dir "$root/$dir"
done
mount -t tmpfs none "$root/tmp"
mount -t tmpfs none "$root/var/tmp"
mount -t tmpfs none "$root/etc/cdi" 2> /dev/null || { mkdir -p "$root/etc/cdi" && mount -t tmpfs none "$root/etc/cdi"; }
sed "s|/usr/local/libexec/xdp-multi/|$PWD/obj/oci/|; s|/etc/xdp-multi/box.chain|$here/two.chain|" \
	examples/cdi/xdp-multi.json > "$root/etc/cdi/xdp-multi.json"
mkdir -p "$root$PWD"
mount --bind "$PWD" "$root$PWD"
echo '{ "default": [ { "type": "insecureAcceptAnything" } ] }' > "$root/etc/containers/policy.json"

podman() {
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin CONTAINERS_CONF=$here/containers.conf \
		podman --root $here/root --runroot $here/runroot --storage-driver vfs --tmpdir $here/tmp "$@"
}

start() {
	podman run -d --name "$1" --network net "${@:2}" box /bin/busybox sleep 1000
}

pid_of() { podman inspect -f '{{.State.Pid}}' "$1"; }
pins() { find /sys/fs/bpf/xdp -mindepth 1 -name '*-*-*' -type d | wc -l; }

chain_in() {
	ip -d -j -n "$1" link xdp multi show |
		jq -r '.[0] // {} | [.entries[]?.name, .owner] | map(select(.)) | join(" ")' |
		sed -E 's/[0-9a-f]{64}/ID/'
}

replies() {
	nsenter --net="/proc/$1/ns/net" ping -q -c 2 -i 0.05 -W 1 10.94.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

{
	tar -C $here/rootfs -c . | podman import - box &&
		podman network create --disable-dns --subnet 10.94.0.0/24 net &&
		start try
} > $here/log 2>&1 || skip_all "podman runs no container here: $(tail -n 1 $here/log)"
podman rm -f -t 0 try > /dev/null
diag "$(podman version -f '{{.Client.Version}}')"

run start a --annotation org.xdp-multi.chain=$here/two.chain
is "$status" 0 'a container with the annotation' || diag "$stderr"
a=$(pid_of a)
is "$(chain_in "$a") $(replies "$a")" 'count end oci ID eth0 0' 'has its chain, which drops'
run start b
b=$(pid_of b)
is "$status $(chain_in "$b") $(replies "$b")" '0  2' 'one without has none'
ok 'podman stops it' podman stop -t 0 a
becomes 0 'its chain is gone' pins
ok 'it starts again' podman start a
a=$(pid_of a)
is "$(chain_in "$a")" 'count end oci ID eth0' 'with its chain'
kill -9 "$a"
ok 'killed and removed' podman rm -f -t 0 a b
becomes 0 'nothing is left' pins
run start c --annotation org.xdp-multi.chain=/nowhere
isnt "$status" 0 'without its file there is no container'
like "$stderr" 'hook|xdp-multi' 'and podman says why'
podman rm -f -t 0 c > /dev/null 2>&1
becomes 0 'nothing is left' pins

# As a device.
run start d --device xdp-multi.org/chain=box
is "$status" 0 'a container with the device' || diag "$stderr"
is "$(chain_in "$(pid_of d)")" 'count end oci ID eth0' 'has its chain'
ok 'removed' podman rm -f -t 0 d
becomes 0 'nothing is left' pins
done_testing
