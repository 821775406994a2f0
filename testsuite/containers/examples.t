#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples for LXC and Ansible: LXC starts a container by one, and Ansible configures
# this machine by the other.
cd "$(dirname "$(realpath "$0")")/../.." || exit 1
. testsuite/lib/fault_host.sh
unchecked=yes
del_veth 1
mount -t sysfs none /sys && mount -t bpf none /sys/fs/bpf || bail_out 'no /sys'
mount -t cgroup2 none /sys/fs/cgroup
mkdir -m 700 /sys/fs/bpf/xdp

# over DIR: what is written there goes with these namespaces.
over() {
	local upper=/run/over/${1//\//-}

	mkdir -p "$upper/new" "$upper/work"
	mount -t overlay none -o "lowerdir=$1,upperdir=$upper/new,workdir=$upper/work" "$1"
}
over /etc && over /usr/local && over /var || skip_all 'no overlay file system'
mkdir -p /etc/xdp-multi /usr/local/libexec /usr/local/sbin
ln -sf "$PWD/ip/ip" /usr/local/sbin/ip-xdp-multi
objects=$PWD/obj/bpf

# chain DEV: names of its entries
chain() {
	ip -j link xdp multi show dev "$1" | jq -r '[.[0].entries[]?.name] | join(" ")'
}

pins() {
	find /sys/fs/bpf/xdp -mindepth 1 -name '*-*-*' -type d | wc -l
}

### LXC

if type -P lxc-start > /dev/null; then
	here=/run/lxc-test
	mkdir -p $here/rootfs/{bin,proc,sys,dev} $here/lib
	cp "$(type -P busybox)" $here/rootfs/bin/busybox
	ln -s busybox $here/rootfs/bin/sleep
	install -m 755 examples/lxc/xdp-multi-lxc /usr/local/libexec
	printf 'object %s/counter.o name count\nobject %s/drop.o name end\n' "$objects" "$objects" > /etc/xdp-multi/box.chain
	system_ip link add lxcbr0 type bridge
	system_ip addr add 10.77.0.1/24 dev lxcbr0
	system_ip link set lxcbr0 up
	cat examples/lxc/box.conf - > $here/conf << END
lxc.net.0.ipv4.address = 10.77.0.2/24
lxc.rootfs.path = dir:$here/rootfs
lxc.apparmor.profile = unconfined
lxc.tty.max = 0
lxc.autodev = 0
lxc.console.path = none
END
	run timeout 120 lxc-start -P $here/lib -n box -f $here/conf -o $here/log -- /bin/sleep 1000
	is "$status" 0 'LXC starts a container with the script of the example' || diag "$stderr $(< $here/log)"
	dev=$(system_ip -o link show master lxcbr0 | sed 's/^[0-9]*: \([^@:]*\).*/\1/')
	is "$(chain "$dev")" 'count end' "the host's end of its interface has the chain"
	isnt "$(nsenter -t "$(lxc-info -P $here/lib -n box -p -H)" -n ping -q -c 2 -i 0.1 -W 1 10.77.0.1 | grep -c ' 0 received')" 0 \
		'which drops what the container sends'
	ok 'LXC ends it' lxc-stop -P $here/lib -n box -k
	becomes 0 'and nothing is left' pins
else
	skip 'no lxc' 'LXC'
fi

### Ansible

cat > /run/playbook.yml << END
---
- name: Chains
  hosts: localhost
  connection: local
  gather_facts: false
  vars:
    xdp_chains:
      v0: ["object $objects/counter.o name count", "object $objects/pass.o name end"]
  tasks:
    - name: Chains
      ansible.builtin.import_tasks: $PWD/examples/ansible/xdp-multi.yml
END
# play [OPTIONS]: what it changed and what failed
play() {
	HOME=/run ANSIBLE_NOCOLOR=1 ansible-playbook -i localhost, "$@" /run/playbook.yml < /dev/null > /run/played 2>&1
	sed -n 's/^localhost .*changed=\([0-9]*\) .*failed=\([0-9]*\) .*/\1 changed, \2 failed/p' /run/played
}
if type -P ansible-playbook > /dev/null; then
	is "$(play --check | sed 's/.*, //') $(chain v0)" '0 failed ' 'ansible-playbook --check changes nothing' || diag "$(< /run/played)"
	is "$(play) $(chain v0)" '3 changed, 0 failed count end' 'Ansible gives an interface its chain' || diag "$(< /run/played)"
	is "$(play)" '0 changed, 0 failed' 'and changes nothing the next time' || diag "$(< /run/played)"
	ip link xdp multi del dev v0 end
	is "$(play) $(chain v0)" '2 changed, 0 failed count end' 'and corrects what was changed by hand' || diag "$(< /run/played)"
else
	skip 'no ansible' 'Ansible'
fi
if type -P ansible-lint > /dev/null; then
	run env HOME=/run ansible-lint --offline --nocolor -q examples/ansible/xdp-multi.yml
	expect 0 '' '' 'ansible-lint'
else
	skip 'no ansible-lint' 'ansible-lint'
fi
done_testing
