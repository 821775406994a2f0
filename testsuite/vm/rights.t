#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands of a user other than root with various capabilities, and the messages about
# missing capabilities.

. testsuite/lib/tail.sh
. testsuite/lib/container.sh

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

refused 1 '~^Error: dev v0: the change could not be undone later: cannot open program [0-9]+: requires CAP_SYS_ADMIN; leave out "confirm", ' \
	'who cannot undo a change later may not make it with "confirm"' \
	as "$first" "${multi[@]}" add dev v0 object obj/bpf/drop.o confirm 1000
is "$(xdp_id v0)" 0 'nothing is attached'
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
system_ip link set dev v0 xdp off
run as "$first" "${multi[@]}" show dev v0
expect 0 '~foreign unreadable .*may be detached: cannot open program [0-9]+: requires CAP_SYS_ADMIN $' '' \
	'who may not open a chain that was taken off learns that it is there'
run as "$first" "${multi[@]}" check dev v0
expect 1 '' '~^Warning: dev v0: the chain of dispatcher [0-9]+ may be detached: .*requires CAP_SYS_ADMIN\.$' \
	'also from check'
refused 1 '~^Error: dev v0: the chain of dispatcher [0-9]+ may be detached: .*requires CAP_SYS_ADMIN\.$' \
	'and does not get another in its place' as "$first" "${multi[@]}" add dev v0 object obj/bpf/pass.o
run as "$all" "${multi[@]}" flush dev v0
expect 0 '' '' 'which flush removes'
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

# A bpffs can delegate the rights to a container. The host can do without.
if obj/helpers/delegated true 2> /dev/null; then
	token=no
	# A kernel without tokens ignores the mount options.
	knows_tokens=''
	! grep -q ' bpf_token_create$' /proc/kallsyms || knows_tokens=yes
	remember_counts
	# The network namespace has no name by which the chain could be checked.
	unchecked=yes
	begin_container 'ip link add v9 type veth peer name p9
		ip link set v9 up
		ip link set p9 up'
	change=("${inside[@]}" ip -force link xdp multi)

	run ip -n "$pid" link xdp multi add dev v9 object obj/bpf/drop.o
	expect 0 '' '' 'the host makes the chain of a container'
	run "${inside[@]}" ip link xdp multi show dev v9
	expect 0 '~foreign unreadable .*(requires CAP_SYS_ADMIN|not pinned in a chain here)' '*' \
		'which the container cannot read'
	refused 1 '~cannot open program [0-9]+|requires CAP_NET_ADMIN and CAP_BPF' 'or change' "${change[@]}" add dev v9 object "$PWD"/obj/bpf/pass.o
	"${inside[@]}" ip link set dev v9 xdp off
	run ip -n "$pid" -br link xdp multi show dev v9
	expect 0 '~^v9 +detached drop *$' '' 'but detach; the host sees that'
	run ip -n "$pid" link xdp multi flush dev v9
	expect 0 '' '' 'and removes it'

	run "${inside[@]}" ip link xdp multi features
	[[ $stdout != *"dispatcher   yes"* ]] || token=yes
	if [[ $token == yes ]]; then
		run "${change[@]}" add dev v9 object "$PWD"/obj/helpers/firewall-1.o name fw prio 10
		expect 0 '' '' 'with a BPF token the container makes its own'
		run "${change[@]}" add dev v9 object "$PWD"/obj/bpf/drop.o
		expect 0 '' '' 'and a second entry'
		run "${inside[@]}" ip link xdp multi show dev v9
		expect 0 '~^[0-9]+: v9: mode native dispatcher id [0-9]+ format extended *
    0: fw prio 10 proceed-on pass program firewall id [0-9]+ (linkage tail )?
    1: drop prio 50 proceed-on pass program drop id [0-9]+ (linkage tail )?$' '' 'reads it by its pins'
		refused 2 '~^Error: .*[Tt]he verifier rejected the program in' 'the verifier tells why it rejects a program' \
			"${change[@]}" add dev v9 object "$PWD"/obj/bpf/loop_bad.o
		run "${change[@]}" set dev v9 stats on
		expect 0 '' '' 'counts its packets'
		"${inside[@]}" ping -q -c 1 -W 1 -I p9 ff02::1 > "$tap_tmp/ping" 2>&1
		run "${inside[@]}" ip link xdp multi metrics dev v9
		expect 0 '~entry="drop",verdict="drop"\} [1-9]' '' 'which it drops'
		run "${change[@]}" set dev v9 stats off
		expect 0 '~chain +[1-9]' '' 'until that is switched off'
		blocked='"id":[0-9]+,"name":"blocked"'
		before=$("${inside[@]}" ip -j -d link xdp multi show dev v9 | grep -oE "$blocked")
		run "${change[@]}" replace dev v9 object "$PWD"/obj/helpers/firewall-2.o name fw
		expect 0 '' '' 'a program is replaced'
		is "$("${inside[@]}" ip -j -d link xdp multi show dev v9 | grep -oE "$blocked")" \
			"${before:-none}" 'and its map is kept'
		run "${change[@]}" change dev v9 drop name dropper
		expect 0 '' '' 'an entry is renamed'
		run "${change[@]}" change dev v9 fw name door confirm 100
		expect 0 '*' '*' 'also on trial'
		run "${change[@]}" undo dev v9
		expect 0 '' '' 'and back'
		run "${inside[@]}" ip link xdp multi check dev v9
		expect 0 '' '' 'the chain is whole'

		# Another command takes care of what a killed one left.
		for at in 'bpf(OBJ_PIN):5' sendto:3 unlinkat:3; do
			run obj/helpers/inject "$at" kill "$tap_tmp/hit" "${change[@]}" \
				add dev v9 object "$PWD"/obj/bpf/pass.o name new
			is "$status $(grep -c KILL "$tap_tmp/hit")" '137 1' "a change is killed at $at"
			run "${inside[@]}" ip -br link xdp multi show dev v9
			expect 0 '~^v9 +native +fw,dropper(,new)? *$' '' 'the old chain is there, or the new one'
			run "${change[@]}" del dev v9 new if-exists
			expect 0 '' '' 'the next change succeeds'
		done
		run "${change[@]}" clean
		expect 0 '*' '' 'and the pins are put in order'
		is "$(find "$pins" -mindepth 1 -maxdepth 1 | wc -l)" 1 'so that one directory is left'

		run ip -n "$pid" link xdp multi show dev v9
		expect 0 '~0: fw .*
    1: dropper .*the pins are not on this bpffs' '*' 'the host can read it too'
		refused 2 '~the pins are not on this bpffs' 'but not change it' ip -n "$pid" link xdp multi del dev v9 fw
		"${inside[@]}" ip link set dev v9 xdp off
		run "${inside[@]}" ip -br link xdp multi show dev v9
		expect 0 '~^v9 +detached +fw,dropper *$' '' 'the container sees a detached chain'
		run "${change[@]}" repair dev v9
		expect 0 '~v9: attach' '' 'and attaches it'
		refused 2 '~can be read only in the extended format' 'a format of libxdp is refused' \
			"${change[@]}" set dev v9 format 3
		refused 1 '~Cannot open program 1: it is not pinned in a chain here' \
			'so is a program by an id of others' "${change[@]}" add dev v9 id 1
		run "${change[@]}" del dev v9 fw
		expect 0 '' '' 'an entry is deleted'
		run "${change[@]}" flush dev v9
		expect 0 '' '' 'and all others'
		is "$(find "$pins" -mindepth 1)" '' 'without any pin left'
	elif [[ -z $knows_tokens ]]; then
		refused 1 '~requires CAP_NET_ADMIN and CAP_BPF in the initial user namespace\.$' \
			'before Linux 6.9 there are no tokens' "${change[@]}" add dev v9 object "$PWD"/obj/bpf/drop.o
	else
		expect 0 '~Linux before 6\.15 reads no BTF with a BPF token' '' \
			'features says why a token is not enough'
		refused 1 '~requires CAP_NET_ADMIN and CAP_BPF in the initial user namespace, because Linux before 6\.15 reads no BTF with a BPF token\.$' \
			'and nothing is changed' "${change[@]}" add dev v9 object "$PWD"/obj/bpf/drop.o
	fi
	unchecked=''
	kill "$pid"
	wait "$container"
	unchanged 'nothing is left'

	# What the man page says to delegate is enough, and no less is.
	least=(-o delegate_cmds=map_create:prog_load:btf_load:btf_get_fd_by_id
		-o delegate_maps=array:prog_array
		-o delegate_progs=socket_filter:xdp:ext:tracing
		-o delegate_attachs=cgroup_inet_ingress:xdp:trace_iter)
	if [[ $token == yes ]]; then
		# shellcheck disable=SC2016 # the other shell expands it
		run obj/helpers/delegated "${least[@]}" bash -c 'multi="ip -force link xdp multi"
			$multi add dev lo object obj/bpf/drop.o mode generic && $multi show &&
			obj/helpers/inject "bpf(OBJ_PIN):3" kill /dev/null $multi add dev lo object obj/bpf/pass.o
			$multi clean && $multi flush dev lo && find /sys/fs/bpf/xdp -mindepth 1'
		expect 0 '~^1: lo: mode generic .*
    0: drop prio 50 .*
[^/]*$' '' 'the least that must be delegated'
	fi
	if [[ $token == yes && -x obj/helpers/static/ip ]]; then
		refused 1 '~, because this program was built without BPF tokens\.$' 'a static ip says that it uses none' \
			obj/helpers/delegated obj/helpers/static/ip -force link xdp multi add dev lo \
			object obj/bpf/drop.o mode generic
	fi
	if [[ $token == yes ]]; then
		# shellcheck disable=SC2016 # the other shell expands it
		run obj/helpers/delegated "${least[@]}" bash -c 'multi="ip -force link xdp multi"
			$multi add dev lo object obj/bpf/drop.o mode generic
			$multi add dev lo object obj/bpf/blocklist.o || echo $?
			$multi set dev lo stats on || echo $?
			$multi flush dev lo confirm 9 || echo $?
			$multi flush dev lo'
		expect 0 '1
1
1' "Error: Cannot load the program in \"$PWD/obj/bpf/blocklist.o\": the bpffs is mounted without \"delegate_maps=lpm_trie\".
Error: dev lo: the kernel refused the counters: the bpffs is mounted without \"delegate_maps=percpu_array\".
Error: dev lo: the kernel refused a device map: the bpffs is mounted without \"delegate_maps=devmap\"." \
			'the type of map that is not delegated is named'
		refused 1 '~user namespace, because CAP_SYS_ADMIN is missing in that of this process\.$' \
			'so is the capability that reading BTF takes' obj/helpers/delegated \
			setpriv --inh-caps -sys_admin --bounding-set -sys_admin \
			ip -force link xdp multi add dev lo object obj/bpf/drop.o mode generic
		for at in 'bpf(36):1' 'bpf(BTF_GET_FD_BY_ID):1'; do
			refused 1 'Error: Cannot take a BPF token: Cannot allocate memory.' \
				"a shortage at $at is not a lack of rights" obj/helpers/delegated \
				obj/helpers/inject "$at" 1 /dev/null \
				ip -force link xdp multi add dev lo object obj/bpf/drop.o mode generic
		done
	fi
	if [[ -n $knows_tokens ]]; then
		while read -r limit missing; do
			refused 1 "~in the initial user namespace, because the bpffs is mounted without \"$missing\"\.\$" \
				"without $missing it is refused" obj/helpers/delegated "${least[@]}" -o "$limit" \
				ip -force link xdp multi add dev lo object obj/bpf/drop.o mode generic
		done << 'END'
delegate_cmds=prog_load:btf_load:btf_get_fd_by_id delegate_cmds=map_create
delegate_cmds=map_create:prog_load:btf_load delegate_cmds=btf_get_fd_by_id
delegate_maps=hash delegate_maps=array
delegate_progs=socket_filter:xdp delegate_progs=ext
delegate_attachs=xdp:trace_iter delegate_attachs=cgroup_inet_ingress
END
	fi
else
	skip 'the kernel has no BPF tokens' 'a bpffs that delegates its rights'
fi

done_testing
