#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands of a user other than root with various capabilities, and the messages about
# missing capabilities.

. testsuite/lib/tail.sh

# as CAPS COMMAND...: as a user without any other capability.
as() {
	local caps=-all,$1

	shift
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps "$caps" \
		--ambient-caps "$caps" "$@"
}

multi=(ip link xdp multi)
first=+bpf,+perfmon,+net_admin
all=+sys_admin,+net_admin
new_veth 0

# The user's own directory of pins, on the default mount that all may write to.
remember_counts
run as "$first" "${multi[@]}" add dev v0 object obj/bpf/drop.o
expect 0 '' '' 'a first program takes CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN'
is "$(stat -c '%U %a' /sys/fs/bpf/xdp)" 'nobody 700' "the directory of pins is the user's"
not_ok 'it drops' reaches 0
run as "$first" "${multi[@]}" show
expect 0 '~foreign unreadable .*requires CAP_SYS_ADMIN' '' 'to look at it takes CAP_SYS_ADMIN'
run as "$first" "${multi[@]}" check dev v0
expect 1 '' '~requires CAP_SYS_ADMIN' 'so does check'
run as "$first" "${multi[@]}" metrics
expect 1 '~state="unreadable"\} 1' '~Warning: dev v0: .*requires CAP_SYS_ADMIN\.
Error: Not every chain could be read\.$' 'and metrics'
run as "$first" timeout 60 ip link xdp multi monitor
expect 1 '' 'Error: Chains cannot be watched: cannot open program 1: requires CAP_SYS_ADMIN.' 'and monitor'
run as +sys_admin "${multi[@]}" show dev v0
expect 0 '~^[0-9]+: v0: mode native dispatcher id [0-9]+ format . *
    0: drop prio 50 proceed-on pass program drop id [0-9]+ $' '' 'and nothing else'
run "${multi[@]}" show dev v0
expect 0 '~the pins are not on this bpffs' '~^Warning: /sys/fs/bpf/xdp belongs to another user' \
	"not even root takes part in another user's pins"
# shellcheck disable=SC2088
refused 1 '~/sys/fs/bpf/xdp belongs to another user' 'or changes them' "${multi[@]}" add dev v0 object obj/bpf/pass.o
refused 1 '~cannot open program [0-9]+: requires CAP_SYS_ADMIN' 'a change takes CAP_SYS_ADMIN' \
	as "$first" "${multi[@]}" add dev v0 object obj/bpf/pass.o
run as "$all" "${multi[@]}" add dev v0 object obj/bpf/pass.o first
expect 0 '' '' 'with that, and CAP_NET_ADMIN, a second program joins'
run as "$all" "${multi[@]}" change dev v0 pass name passer
expect 0 '' '' 'is renamed'
run as "$all" "${multi[@]}" check dev v0
expect 0 '' '' 'and the chain is whole'
not_ok 'it drops still' reaches 0
refused 1 '~attach.*CAP_NET_ADMIN|requires CAP_NET_ADMIN' 'without CAP_NET_ADMIN it is not taken off' \
	as +sys_admin "${multi[@]}" flush dev v0
run as "$all" "${multi[@]}" flush dev v0
expect 0 '' '' 'with it, it is'
unchanged 'nothing is left'

while read -r caps lacking; do
	refused 1 "~requires $lacking\.\$" "with $caps only, $lacking is named" \
		as "$caps" "${multi[@]}" add dev v0 object obj/bpf/drop.o
done << 'END'
+bpf,+perfmon CAP_NET_ADMIN
+bpf,+net_admin CAP_PERFMON
+perfmon,+net_admin CAP_BPF
+sys_admin CAP_NET_ADMIN
+net_admin CAP_BPF
END

remember_counts
run as +bpf,+net_admin "${multi[@]}" add dev v0 object obj/bpf/drop.o linkage tail
expect 0 '' "$extended" 'a tail-called program takes no CAP_PERFMON'
not_ok 'it drops' reaches 0
run as "$all" "${multi[@]}" flush dev v0
expect 0 '' '' 'flush'
unchanged 'nothing is left'

# A section that libbpf does not know takes no other rights.
run as "$first" "${multi[@]}" add dev v0 object obj/bpf/legacy.o section prog
expect 0 '' '' 'a program in another section'
as "$all" "${multi[@]}" flush dev v0
unchanged 'nothing is left'

run as +net_admin "${multi[@]}" features
expect 0 '~reason +.*requires CAP_BPF' '' 'features says what is missing too'

# Root of another user namespace has all capabilities there, which is not where the
# kernel looks for them.
userns=(unshare --user --map-root-user)
remember_counts
rmdir /sys/fs/bpf/xdp 2> /dev/null
refused 1 '~requires CAP_NET_ADMIN and CAP_BPF in the initial user namespace\.$' \
	'in a user namespace the rights of the initial one are missing' \
	"${userns[@]}" --net "${multi[@]}" add dev lo object obj/bpf/drop.o mode generic
"${multi[@]}" add dev v0 object obj/bpf/drop.o
run "${userns[@]}" "${multi[@]}" show dev v0
expect 0 '~foreign unreadable .*requires CAP_SYS_ADMIN in the initial user namespace $' '*' 'also to look at a chain'
refused 1 '~in the initial user namespace|Permission denied' 'or to change it' \
	"${userns[@]}" "${multi[@]}" flush dev v0
"${multi[@]}" flush dev v0
unchanged 'nothing is left'

# A bpffs can delegate all rights to a container. A token from it loads programs, but opens
# none by id, and a chain that cannot be read is not made. The host can do it.
if obj/helpers/delegated true 2> /dev/null; then
	remember_counts
	refused 1 '~requires CAP_NET_ADMIN and CAP_BPF in the initial user namespace\.$' \
		'a bpffs that delegates its rights is not enough' \
		obj/helpers/delegated ip -force link xdp multi add dev lo object obj/bpf/drop.o mode generic
	# The network namespace has no name by which the chain could be checked.
	unchecked=yes
	# shellcheck disable=SC2016 # the other shell expands it
	obj/helpers/delegated bash -c 'ip link add v9 type veth peer name p9; echo $$; exec sleep 1000' \
		> "$tap_tmp/pid" &
	container=$!
	await test -s "$tap_tmp/pid"
	pid=$(< "$tap_tmp/pid")
	inside=(nsenter --user --net --mount --target "$pid")
	run ip -n "$pid" link xdp multi add dev v9 object obj/bpf/drop.o
	expect 0 '' '' 'the host makes the chain of a container'
	run "${inside[@]}" ip link xdp multi show dev v9
	expect 0 '~foreign unreadable .*requires CAP_SYS_ADMIN in the initial user namespace $' '*' \
		'which the container cannot read'
	"${inside[@]}" ip link set dev v9 xdp off
	run ip -n "$pid" -br link xdp multi show dev v9
	expect 0 '~^v9 +detached drop *$' '' 'but detach; the host sees that'
	run ip -n "$pid" link xdp multi flush dev v9
	expect 0 '' '' 'and removes it'
	unchecked=''
	kill "$pid"
	wait "$container"
	unchanged 'nothing is left'
else
	skip 'the kernel has no BPF tokens' 'a bpffs that delegates its rights'
fi

done_testing
