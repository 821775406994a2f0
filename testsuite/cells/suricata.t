#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Suricata beside a chain: its XDP filter, which replaces whatever is attached, the same
# program as an entry of the chain, and its AF_XDP mode. testsuite/matrix/peers brings
# Suricata in obj/peers; NIC is a card that tells the number of its queues.

. testsuite/lib/tap.sh

# Suricata changes chains too.
# shellcheck disable=SC2034
unchecked=yes
multi=(ip link xdp multi)
mkdir "$tap_tmp/log"

# configure DIR [PINNED]: for Suricata there
configure() {
	cat > "$tap_tmp/suricata.yaml" <<END
%YAML 1.1
---
logging: { default-log-level: info, outputs: [ { console: { enabled: yes } } ] }
mpm-algo: ac
spm-algo: bm
af-packet:
  - { interface: v0, threads: 1, cluster-id: 99, cluster-type: cluster_flow, bypass: yes,
      xdp-mode: driver, pinned-maps: ${2-no}, xdp-filter-file: $PWD/$1/bpf/xdp_filter.bpf }
af-xdp:
  - { interface: ${NIC-v0}, threads: 1, force-xdp-mode: drv, force-bind-mode: copy,
      mem-unaligned: no, enable-busy-poll: no }
app-layer: { protocols: { tls: { enabled: no } } }
END
}

# shellcheck disable=SC2317
is_started() {
	grep -q 'Engine started' "$tap_tmp/said" || ! kill -0 "$pid"
}

# start DIR OPTION: what it says goes to $tap_tmp/said; its pid is $pid.
start() {
	"$1/suricata" -c "$tap_tmp/suricata.yaml" "$2" -l "$tap_tmp/log" -S /dev/null \
		> "$tap_tmp/said" 2>&1 < /dev/null &
	pid=$!
	await is_started
}

stop() {
	kill -INT "$pid"
	wait "$pid" || wrong+="it ends with $?; "
}

# step WANTED DEV: the programs of the chain, in its state
step() {
	local got

	got=$(command ip -j link xdp multi show dev "$2" | jq -r '.[0] |
		[if .detached then "detached" elif .displaced then "displaced" else "attached" end,
		 (.displaced // .).entries[].program] | join(" ")')
	[[ $got == "$1" ]] || wrong+="$2 has ${got:-nothing}, not $1; "
}

counted() {
	bpftool map dump id "$(maps_named packets | tail -n 1)" | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

version_of() {
	sed 's/^[0-9]*:\([0-9.]*\).*/\1/' "$1/version"
}

filter_owns_the_hook() {
	local dir=$1 before wrong=''

	configure "$dir"
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o name mine
	start "$dir" --af-packet=v0
	step 'displaced counter' v0
	stop
	step 'detached counter' v0
	command "${multi[@]}" repair dev v0 > /dev/null
	before=$(counted)
	reaches 0 > /dev/null && [[ $(counted) -gt $before ]] || wrong+='after repair it does not count; '
	command "${multi[@]}" flush dev v0
	is "$wrong" '' "Suricata $(version_of "$dir"): its XDP filter displaces a chain; repair attaches it again" ||
		diag "$(< "$tap_tmp/said")"
}

filter_is_an_entry() {
	local dir=$1 before map wrong=''

	configure "$dir" yes
	command "${multi[@]}" add dev v0 object obj/bpf/counter.o name mine prio 10
	command "${multi[@]}" add dev v0 object "$dir/bpf/xdp_filter.bpf" name suricata prio 20
	while read -r map; do
		bpftool map pin id "${map%:*}" "/sys/fs/bpf/suricata-v0-${map#*:}"
	done < <(command ip -d -j link xdp multi show dev v0 |
		jq -r '.[0].entries[1].maps[] | "\(.id):\(.name)"')
	start "$dir" --af-packet=v0
	grep -q 'oaded pinned maps' "$tap_tmp/said" || wrong+='it does not take the pinned maps; '
	step 'attached counter xdp_hashfilter' v0
	before=$(counted)
	reaches 0 > /dev/null && [[ $(counted) -gt $before ]] || wrong+='it does not count; '
	stop
	step 'attached counter xdp_hashfilter' v0
	rm -f /sys/fs/bpf/suricata-v0-*
	command "${multi[@]}" flush dev v0
	is "$wrong" '' "Suricata $(version_of "$dir"): its XDP filter is an entry, with pinned maps" ||
		diag "$(< "$tap_tmp/said")"
}

# af_xdp DIR DEV: at its end it removes what it finds there, and more than its own program.
af_xdp() {
	local dir=$1 dev=$2 name wrong=''

	name="Suricata $(version_of "$dir"): its AF_XDP mode joins a chain"
	configure "$dir"
	export LIBXDP_OBJECT_PATH=$dir/bpf
	command "${multi[@]}" add dev "$dev" object obj/bpf/counter.o name mine prio 5
	command "${multi[@]}" set dev "$dev" format "$(ip -j link xdp multi features | jq -r '.[0].libxdp')"
	start "$dir" "--af-xdp=$dev"
	if grep -q 'using: 0 thread' "$tap_tmp/said"; then
		stop
		skip 'it finds no queues of the device' "$name"
	else
		step 'attached counter xsk_def_prog' "$dev"
		stop
		is "$wrong" '' "$name" || diag "$(< "$tap_tmp/said")"
		diag "afterwards: $(command ip -br link xdp multi show dev "$dev" 2>&1)"
	fi
	command "${multi[@]}" flush dev "$dev" 2> /dev/null
	unset LIBXDP_OBJECT_PATH
}

new_veth 0
[[ -z ${NIC-} ]] || modprobe -a virtio_pci virtio_net
remember_counts
for dir in obj/peers/suricata-*; do
	[[ -x $dir/suricata ]] || continue
	# Legacy definitions of maps: neither Suricata's libbpf nor ours reads them.
	if grep -qaF .maps "$dir/bpf/xdp_filter.bpf"; then
		filter_owns_the_hook "$dir"
		filter_is_an_entry "$dir"
	else
		skip 'its libbpf cannot read it' "Suricata $(version_of "$dir"): its XDP filter"
	fi
	af_xdp "$dir" "${NIC-v0}"
done
unchanged 'nothing is left'
done_testing
