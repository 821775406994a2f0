#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# The administrator's policy: no verb and no hook can add an entry against it.

. testsuite/lib/tail.sh
[[ -z ${DIRECT-} ]] || skip_all 'the files of this machine are left alone'

multi=(ip link xdp multi)
policy=/etc/xdp-multi/policy
bpf=$PWD/obj/bpf
denied="Error: $policy:1: an entry \"pass\" is denied by policy."

# policy LINE...: that is all of it
policy() {
	printf '%s\n' "$@" > "$policy"
}

# works NAME COMMAND...: with a warning or without one
works() {
	run "${@:2}"
	expect 0 '' '*' "$1"
}

# overruled NAME COMMAND...: it works, but something is set otherwise, and that is told
overruled() {
	run "${@:2}"
	expect 0 '' "~^Warning: $policy:[0-9]+: the policy overrides entry" "$1"
}

mkdir -p "${policy%/*}"
new_veth 0
new_veth 1
file=$tap_tmp/two.chain
printf 'object %s name %s prio 60\n' "$bpf/counter.o" counter "$bpf/pass.o" pass > "$file"

### What it sets

policy 'name p* prio 9 disable'
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 9 2> /dev/null
overruled 'replace' "${multi[@]}" replace dev v0 object obj/bpf/pass.o first proceed-on all
chain_is v0 'counter/9/pass pass/9/all/off' 'follows it, whatever is asked for'
refused 0 "~^Warning: $policy:1: the policy overrides entry \"pass\": prio 9 disable" 'once more' \
	"${multi[@]}" replace dev v0 object obj/bpf/pass.o first proceed-on all
refused 0 "~^Warning: $policy:1" 'change cannot enable what is disabled' "${multi[@]}" change pass enable dev v0
works 'change of what it says nothing of' "${multi[@]}" change pass proceed-on drop dev v0
overruled 'nor change the priority' "${multi[@]}" change pass prio 5 proceed-on all dev v0
chain_is v0 'counter/9/pass pass/9/all/off' 'what it says stays'
works 'a new name that it has a line for' "${multi[@]}" change counter name play dev v0
chain_is v0 'play/9/pass/off pass/9/all/off' 'is enough'
"${multi[@]}" change play name counter dev v0
works 'restore' "${multi[@]}" restore dev v0 file "$file"
chain_is v0 'pass/9/pass/off counter/60/pass' 'follows it'
refused 0 '*' 'twice' "${multi[@]}" restore dev v0 file "$file"
run "${multi[@]}" check dev v0 file "$file"
expect 0 '' '*' 'and check expects it'
works 'policy off' ip -force link xdp multi restore dev v0 file "$file" policy off
chain_is v0 'counter/60/pass pass/60/pass' 'is as if there were none'
run "${multi[@]}" check dev v0 file "$file"
expect 2 '~entry "pass" is enabled, expected disabled' '*' 'that check tells'
flush

### What may not be

policy 'name pass deny' "object $bpf/tx.o deny" 'name counter prio 4'
refused 2 "$denied" 'add' "${multi[@]}" add dev v0 object obj/bpf/pass.o
refused 2 "$denied" 'replace' "${multi[@]}" replace dev v0 object obj/bpf/counter.o name pass
refused 2 "Error: $policy:2: an entry \"t\" is denied by policy." 'an object' "${multi[@]}" add dev v0 object obj/bpf/tx.o name t
ln -s "$bpf/tx.o" "$tap_tmp/other.o"
refused 2 "~denied by policy" 'by a link' "${multi[@]}" add dev v0 object "$tap_tmp/other.o" name t
refused 2 "Error: $file:2: ${denied#Error: }" 'restore' "${multi[@]}" restore dev v0 file "$file"
refused 2 "~denied by policy" 'restore onto a chain' "${multi[@]}" restore dev v0 file "$file"
"${multi[@]}" add dev v0 object obj/bpf/counter.o name one 2> /dev/null
refused 2 "$(sed 's/:1:/:2:/; s/"pass"/"one"/; s/Error: /Error: dev v0: /' <<< "$denied")" 'change to a program' \
	"${multi[@]}" change one object obj/bpf/tx.o maps new dev v0
refused 2 "${denied/Error: /Error: dev v0: }" 'change of the name' "${multi[@]}" change one name pass dev v0
refused 2 "${denied/Error: /Error: dev v0: }" 'a test of it' \
	"${multi[@]}" test dev v0 packet 00 change one name pass
works 'policy off' ip -force link xdp multi change one name pass dev v0 policy off
refused 2 "${denied/Error: /Error: dev v1: }" 'share' "${multi[@]}" share dev v1 from v0
works 'by force' ip -force link xdp multi share dev v1 from v0 policy off
works 'what is there can be altered' "${multi[@]}" change pass prio 7 dev v0
chain_is v0 'pass/7/pass' 'within what is said of it'
works 'and renamed' "${multi[@]}" change pass name counter dev v0
chain_is v0 'counter/4/pass' 'to what it then is'
refused 255 'Error: "policy off" needs -force.' 'policy off alone' "${multi[@]}" change counter prio 5 dev v0 policy off
flush
"${multi[@]}" flush dev v1
system_ip link set dev v0 xdpdrv object "$bpf/legacy.o" section prog
name=$("${multi[@]}" adopt dev v0 dry-run 2> /dev/null | sed -n 's/^ *0: \([^ ]*\) .*/\1/p')
policy "name $name deny" 'name b prio 3 disable'
refused 2 "Error: dev v0: $policy:1: an entry \"$name\" is denied by policy." 'adopt' "${multi[@]}" adopt dev v0
works 'adopt by another name' "${multi[@]}" adopt dev v0 name b
chain_is v0 'b/3/pass/tail/off' 'as it says of that'
flush

### Hooks

policy 'name pass deny' 'name counter prio 4'
system_ip netns add c1
system_ip link set v1 netns c1
cni_config="{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"type\":\"xdp-multi\",\"chain\":\"$file\",\"prevResult\":{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"v1\",\"sandbox\":\"/run/netns/c1\"}]}}"

# cni COMMAND: what the plugin prints, on one line
cni() {
	CNI_COMMAND=$1 CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/c1 CNI_IFNAME=v1 CNI_PATH=$PWD/obj/cni \
		obj/cni/xdp-multi <<< "$cni_config" | tr -d '\n'
}

# oci: the hook for the namespace of a process
oci() {
	printf '{"ociVersion":"1.0.2","id":"b","status":"created","pid":%u,"bundle":"/","annotations":{"org.xdp-multi.chain":"%s","org.xdp-multi.interface":"v1"}}' \
		"$box" "$file" | obj/oci/xdp-multi-oci
}

like "$(cni ADD)" "$policy:1: an entry .*pass.* is denied by policy" 'the CNI plugin may not either'
nsenter --net=/run/netns/c1 sleep 600 &
box=$!
await test "/proc/$box/ns/net" -ef /run/netns/c1
run oci
like "$status $stderr" "^1 .*$policy:1: an entry \"pass\" is denied by policy" 'nor the OCI hook'
is "$(ip -n c1 -j link xdp multi show)" '[]' 'and nothing is made'
policy 'name pass prio 2 disable'
unlike=$(cni ADD)
is "$(grep -c '"code"' <<< "$unlike")" 0 'the CNI plugin makes the chain'
in_netns=(-n c1)
chain_is v1 'pass/2/pass/off counter/60/pass' 'as the policy says'
is "$(cni CHECK)" '' 'and finds it so'
in_netns=()
cni DEL > /dev/null
kill "$box"
wait "$box" 2> /dev/null
system_ip netns del c1

### A bad one

policy nonsense
for command in "add dev v0 object obj/bpf/pass.o" "replace dev v0 object obj/bpf/pass.o" \
	"restore dev v0 file $file" 'share dev v0 from lo' 'adopt dev v0' 'apply dev v0' 'check dev v0 config' \
	'change x prio 3 dev v0'; do
	# shellcheck disable=SC2086
	refused 1 "~^Error: (dev v0: )?$policy:1: " "a bad policy: ${command%% *} does nothing" "${multi[@]}" $command
done
rm -r "${policy%/*}"

done_testing
