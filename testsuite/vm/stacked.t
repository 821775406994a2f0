#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Chains on stacked devices: the kernel allows a program in native mode either on a bond
# or on its ports.

. testsuite/lib/tap.sh


new_veth 0
system_ip link add b0 type bond
system_ip link set b0 xdpdrv object obj/bpf/pass.o section xdp 2> /dev/null ||
	skip_all 'bonds have no native mode'
system_ip link set b0 xdpdrv off
rm -rf /sys/fs/bpf/{ip,tc,xdp}
system_ip link set v0 down
system_ip link set v0 master b0
system_ip link add link v0 name l0 type vlan id 5
remember_counts

run ip link xdp multi add dev b0 object obj/bpf/pass.o
expect 0 '' '' 'a bond'
like "$(ip link xdp multi show b0)" ' mode native ' 'runs a chain natively'
refused 2 '~^Error: dev v0: .*Cannot attach when an upper device already has a program; remove the program of [blt][0-9]+, which is on top of v[01], first \(.*\)\.$' \
	'then its port does not' ip link xdp multi add dev v0 object obj/bpf/pass.o
refused 2 '~^Error: dev v0: .*Cannot attach when an upper device already has a program; remove the program of [blt][0-9]+, which is on top of v[01], first \(.*\)\.$' \
	'nor together with another device' ip link xdp multi add dev l0 dev v0 object obj/bpf/pass.o mode auto
run ip link xdp multi flush all
expect 0 '' '' 'flush all'
unchanged 'leaves nothing'

run ip link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 '' '' 'the port'
refused 2 '~^Error: dev b0: .*Slave has XDP program loaded, please unload before enslaving; remove the program of its port v[01] first \("ip link xdp multi flush dev v[01]" removes a chain\)\.$' \
	'then the bond does not' ip link xdp multi add dev b0 object obj/bpf/pass.o mode native
refused 2 '~^Error: dev b0: .*Slave has XDP program loaded, please unload before enslaving; remove the program of its port v[01] first \("ip link xdp multi flush dev v[01]" removes a chain\)\.$' \
	'nor in generic mode by itself: it has a native one' ip link xdp multi add dev b0 object obj/bpf/drop.o
run ip link xdp multi add dev b0 object obj/bpf/drop.o mode generic
expect 0 '' '' 'but in generic mode, if that is asked for'
chain_is v0 'pass/50/pass' 'the port has its chain'
chain_is b0 'drop/50/pass' 'the bond its own'
run ip link xdp multi flush all
expect 0 '' '' 'flush all finds an order that the kernel allows'
chain_is v0 '' 'the port has none'
chain_is b0 '' 'nor has the bond'
ip link xdp multi flush dev b0 if-exists
ip link xdp multi flush dev v0 if-exists
unchanged 'nothing is left'

run ip link xdp multi add dev l0 object obj/bpf/pass.o
expect 0 '' '~^Warning: dev l0: ' 'a VLAN device has no native mode'
chain_is l0 'pass/50/pass' 'but a chain'
refused 2 '~^Error: dev v0: .*Cannot attach when an upper device already has a program; remove the program of [blt][0-9]+, which is on top of v[01], first \(.*\)\.$' \
	'what is below has none then' ip link xdp multi add dev v0 object obj/bpf/pass.o
ip link xdp multi flush dev l0
unchanged 'nothing is left'

done_testing
