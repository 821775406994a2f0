#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The OCI hook as docker calls it, which has neither CNI nor hooks.d: by a device of the
# Container Device Interface. And the plugin as containerd calls it. Debian's are taken,
# with all that they need, put aside below obj/ and run there by chroot.
cd "$(dirname "$(realpath "$0")")/../.." || exit 1
. testsuite/lib/debian_root.sh
root=$PWD/obj/containers/docker
packages=(docker.io docker-cli containerd runc coreutils bash iptables libbpf1 libmnl0 libelf1t64 libmd0
	libjson-c5)

[[ ${1-} == inside ]] || fetch_root docker "${packages[@]}"
. testsuite/lib/fault_host.sh
[[ -d $root ]] || skip_all "no docker of trixie: $(tail -n 1 obj/containers/docker.log)"
unchecked=yes
del_veth 0
del_veth 1
system_ip link set lo up

here=/run/docker-test
mkdir -p $here/rootfs/bin
mount -t sysfs none /sys && mount -t bpf none /sys/fs/bpf && mount -t cgroup2 none /sys/fs/cgroup ||
	bail_out 'no /sys'
mkdir -m 700 /sys/fs/bpf/xdp
cp "$(type -P busybox)" $here/rootfs/bin/busybox
ln -s busybox $here/rootfs/bin/sh
printf 'object %s/obj/bpf/counter.o name count\nobject %s/obj/bpf/drop.o name end\n' "$PWD" "$PWD" > $here/two.chain

mount --bind "$root" "$root" && mount --make-private "$root" || bail_out 'no mount'
mkdir -p "$root"/{proc,sys,dev,run,tmp,etc/cdi,var/lib/docker,var/lib/containerd,root}
for dir in proc sys dev run; do
	mount --rbind /$dir "$root/$dir"
done
for dir in tmp etc/cdi var/lib/docker var/lib/containerd root; do
	mount -t tmpfs none "$root/$dir"
done
mkdir -p "$root$PWD"
mount --bind "$PWD" "$root$PWD"
sed "s|/usr/local/libexec/xdp-multi/xdp-multi-oci|$here/hook|; s|/etc/xdp-multi/box.chain|$here/two.chain|" \
	examples/cdi/xdp-multi.json > "$root/etc/cdi/xdp-multi.json"
cat > $here/hook << END
#!/bin/bash
# The hook. If it makes a chain, and there is $here/hold-before or -after, it stops before
# or after its work while there is $here/held.
stop() {
	[[ -n \${2-} && -e $here/hold-\$1 ]] || return
	touch $here/held
	for ((try = 0; try < 600; try++)); do
		[[ -e $here/held ]] || return
		sleep 0.05
	done
}
state=\$(cat)
stop before "\$@"
$PWD/obj/oci/xdp-multi-oci "\$@" <<< "\$state"
status=\$?
stop after "\$@"
exit \$status
END
chmod 755 $here/hook

inside() {
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DOCKER_HOST=unix://$here/docker.sock "$@"
}

pins() { find /sys/fs/bpf/xdp -mindepth 1 -name '*-*-*' -type d | wc -l; }

chain_in() {
	ip -d -j -n "$1" link xdp multi show |
		jq -r '.[0] // {} | [.entries[]?.name, .owner] | map(select(.)) | join(" ")' |
		sed -E 's/[0-9a-f]{64}/ID/'
}

# shellcheck disable=SC2317
has_no_interface() { ! ip -br link | grep -q '^veth'; }
start() { docker run -d --name "$1" "${@:2}" box /bin/busybox sleep 1000; }
pid_of() { docker inspect -f '{{.State.Pid}}' "$1"; }

# replies PID GATEWAY
replies() {
	nsenter --net="/proc/$1/ns/net" ping -q -c 2 -i 0.05 -W 1 "$2" < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

### docker

cat > $here/daemon.json << END
{ "features": { "cdi": true }, "cdi-spec-dirs": [ "/etc/cdi" ], "hosts": [ "unix://$here/docker.sock" ],
  "iptables": false, "ip6tables": false, "storage-driver": "vfs", "bip": "10.95.0.1/24",
  "exec-opts": [ "native.cgroupdriver=cgroupfs" ], "exec-root": "$here/exec", "pidfile": "$here/docker.pid" }
END
docker() { inside docker "$@"; }
# shellcheck disable=SC2317
docker_answers() { docker version > /dev/null 2>&1; }
dockerd_start() {
	inside dockerd --config-file $here/daemon.json >> $here/log 2>&1 &
	await docker_answers
}
dockerd_start
{ tar -C $here/rootfs -c . | docker import - box && start box-try && docker rm -f box-try; } > $here/out 2>&1 ||
	skip_all "docker runs no container here: $(tail -n 1 $here/out)"
diag "docker $(docker version -f '{{.Server.Version}}')"

run start box-a --device xdp-multi.org/chain=box
is "$status" 0 'docker: a container with the device' || diag "$stderr"
a=$(pid_of box-a)
is "$(chain_in "$a") $(replies "$a" 10.95.0.1)" 'count end oci ID eth0 0' 'has its chain, which drops'
run start box-b
b=$(pid_of box-b)
is "$status $(chain_in "$b") $(replies "$b" 10.95.0.1)" '0  2' 'one without has none'
ok 'docker stops it' docker stop -t 0 box-a
becomes 0 'its chain is gone' pins
ok 'it starts again' docker start box-a
a=$(pid_of box-a)
is "$(chain_in "$a")" 'count end oci ID eth0' 'with its chain'
kill -9 "$a"
ok 'killed and removed' docker rm -f box-a box-b
becomes 0 'nothing is left' pins
run start box-c --device xdp-multi.org/chain=box --network none
isnt "$status" 0 'without an interface there is no container'
like "$stderr" 'xdp-multi-oci.*cannot find device "eth0"' 'and docker says why'
docker rm -f box-c > /dev/null 2>&1

### docker, killed while it makes a container

# problems: of the chains in all network namespaces, docker's own among them
problems() {
	local netns

	for netns in $(lsns -n -t net -o PID) /run/docker/netns/* $here/exec/netns/*; do
		ip -j -n "$netns" link xdp multi show 2> /dev/null |
			jq -r '.[] | [.entries[]?.name, .problems[]?] | join(" ")'
	done | sort -u | grep -vx 'count end'
}

no_hook() { ! pgrep -f $here/hook > /dev/null; }

# killed WHEN VICTIM: before or after the chain is made
killed() {
	touch "$here/hold-$1"
	start box-k --device xdp-multi.org/chain=box > $here/out 2>&1 &
	await test -e $here/held
	pkill -9 -x "$2"
	rm -f $here/hold-* $here/held
	wait $!
	await no_hook
	[[ $2 != dockerd ]] || dockerd_start
	# It starts its containerd again.
	await docker run --rm --network none box /bin/busybox true > /dev/null 2>&1
	is "$(problems)" '' "$2 killed $1 the chain is made: the chain is whole or not there"
	docker rm -f box-k > /dev/null 2>&1
	await has_no_interface
	[[ $(pins) -eq 0 ]] || diag 'docker has not called the hook at poststop'
	run ip link xdp multi clean all-netns
	is "$status $(pins)" '0 0' 'the container removed, clean all-netns: nothing is left'
}

for victim in dockerd containerd containerd-shim runc; do
	killed before $victim
	killed after $victim
done

### containerd, whose ctr calls CNI plugins

mkdir -p $here/cni
cat > $here/cni/10-net.conflist << END
{ "cniVersion": "1.0.0", "name": "net7", "plugins": [
	{ "type": "bridge", "bridge": "cni7", "isGateway": true,
	  "ipam": { "type": "host-local", "dataDir": "$here/ipam", "ranges": [[ { "subnet": "10.96.0.0/24" } ]] } },
	{ "type": "xdp-multi", "entries": [ { "object": "$PWD/obj/bpf/counter.o", "name": "count" } ] } ] }
END
mkdir -p "$root/etc/cni/net.d" "$root/opt/cni/bin"
mount -t tmpfs none "$root/etc/cni/net.d"
mount -t tmpfs none "$root/opt/cni/bin"
cp $here/cni/* "$root/etc/cni/net.d"
cp obj/cni/xdp-multi /usr/lib/cni/{bridge,host-local} "$root/opt/cni/bin" 2> /dev/null
ctr() { inside ctr -a $here/ctr.sock "$@"; }
printf 'version = 2\nroot = "%s"\nstate = "%s"\n[grpc]\naddress = "%s"\n' \
	$here/ctr-root $here/ctr-state $here/ctr.sock > $here/ctr.toml
inside containerd -c $here/ctr.toml > $here/ctr.log 2>&1 &
# shellcheck disable=SC2317
ctr_answers() { ctr version > /dev/null 2>&1; }
await ctr_answers
# shellcheck disable=SC2317
ctr_start() {
	ctr run -d --rootfs --cni --cpu-shares 0 $here/rootfs "$1" /bin/busybox sleep 1000
}
ctr_pid() { ctr task ls | awk -v name="$1" '$1 == name { print $2 }'; }

run ctr_start box-d
if [[ $status -ne 0 && $stderr == *'plugin type="bridge"'* ]]; then
	skip 'no containernetworking-plugins' 'containerd and CNI'
else
	is "$status" 0 'containerd: a container with CNI' || diag "$stderr"
	d=$(ctr_pid box-d)
	is "$(chain_in "$d") $(replies "$d" 10.96.0.1)" 'count cni net7 default-box-d eth0 2' 'has its chain'
	# That is what calls DEL.
	ok 'ctr kills it' ctr task kill -s 9 box-d
	becomes 0 'nothing is left' pins
	run ctr_start box-e
	ok 'ctr removes another one, and does not call DEL' ctr task rm -f box-e
	await has_no_interface
	run ip link xdp multi clean all-netns
	is "$status $(pins)" '0 0' 'clean all-netns removes what is left'
fi
done_testing
