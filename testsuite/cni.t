#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The CNI plugin on the kernel of this machine: the requirements of the specification, and
# whose chain is where.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
. testsuite/lib/cni_host.sh

### Without a container

run env -u CNI_COMMAND obj/cni/xdp-multi
expect 0 '' '~xdp-multi.*versions supported: 0\.3\.1, 0\.4\.0, 1\.0\.0, 1\.1\.0' 'no command: what this is'
run env CNI_COMMAND=VERSION obj/cni/xdp-multi
expect 0 '{"cniVersion":"1.1.0","supportedVersions":["0.3.1","0.4.0","1.0.0","1.1.0"]}' '' \
	'VERSION needs nothing else'
run cni STATUS "$(conf "$counts_packets")"
done_quietly 'STATUS: ready'
run cni STATUS "$(conf '"entries":[{"object":"/nowhere.o"}]')"
code 50 'STATUS: not without its object'
run cni STATUS "$(conf '"share":"h9"')"
code 50 'nor without the chain to be shared'
cni_prefix=(env LIBXDP_BPFFS=/nowhere)
run cni STATUS "$(conf "$counts_packets")"
code 50 'nor without a BPF filesystem'
cni_prefix=()

### What is wrong

sandbox c1 h1
for variable in CNI_CONTAINERID CNI_NETNS CNI_IFNAME CNI_PATH; do
	cni_prefix=(env -u "$variable")
	run cni ADD "$(conf "$counts_packets")"
	code 4 "ADD without $variable"
	like "$stdout" "$variable" 'which is named'
done
cni_prefix=()
run cni NONE "$(conf)"
code 4 'an unknown command'
run cni ADD "$(conf "$counts_packets")" -c1
code 4 'a bad id of a container'
run cni ADD "$(conf "$counts_packets")" c1 /run/netns/c1 a/b
code 4 'a bad name of an interface'
for ifname in 'a b' .. a:b sixteen-letters.; do
	run cni ADD "$(conf "$counts_packets")" c1 /run/netns/c1 "$ifname"
	code 4 "another: $ifname"
done
mkfifo /run/fifo
for netns in /etc/passwd / /run/fifo /dev/zero /proc/self/ns/mnt; do
	run cni ADD "$(conf "$counts_packets")" c1 "$netns"
	code 8 "no namespace: $netns"
done
run cni ADD "$(conf "$counts_packets")" c1 relative
code 4 'and no path'
cni_prefix=(nsenter --net=/run/netns/c1)
run cni ADD "$(conf "$counts_packets")" c1 /proc/1/ns/net h1
cni_prefix=()
code 8 "the host's namespace, for a plugin that is called in another one"
is "$(chain_in '' h1)" '' 'which gets no chain'
run cni ADD "$(conf "$counts_packets")" c1 /run/netns/nowhere
code 8 'no such namespace'
run cni ADD "$(conf "$counts_packets")" c1 /proc/self/ns/net
code 8 'the own namespace'
run cni ADD "$(conf "$counts_packets")" c1 /run/netns/c1 eth7
code 101 'no such interface'

while IFS='@' read -r want change name; do
	text=$(jq -c "$change" <<< "$(conf "$counts_packets")")
	run cni ADD "$text"
	code "$want" "$name"
done << END
7@del(.name)@no name
7@.name = "a b"@a bad name
1@del(.cniVersion)@no version
1@.cniVersion = "0.2.0"@a version that is too old
1@.cniVersion = "9.9.9"@a version that is not known
1@.cniVersion = ""@one that is empty
7@.cniVersion = 1@one that is no text
7@del(.prevResult)@no previous result: it is not the first plugin
6@.prevResult = []@a previous result that is none
6@.prevResult = 1@or a number
7@.prevResult = null@or null
2@.chians = "/x"@a key that is misspelled
2@.entries[0].priority = 1@and one in an entry
7@.side = "inside"@an unknown side
7@.side = 1@a side that is no text
7@del(.entries)@no chain
7@.share = "h1"@two chains
7@.entries = []@no entries
7@.entries = "x"@entries that are no array
7@.entries[0] = 1@an entry that is no object
7@del(.entries[0].object)@an entry without an object
7@.entries[0].object = "counter.o"@an object of nowhere
7@.entries[0].prio = "1"@a priority that is no number
7@.entries[0].prio = 1.5@one that is not whole
7@.entries[0].prio = -1@a priority below 0
7@.entries[0].proceedOn = ["pass","all","fail"]@an unknown verdict
7@.entries[0].proceedOn = [""]@a verdict that is empty
7@.entries[0].proceedOn = [null]@or is null
7@.entries[0].proceedOn = [["pass"]]@or an array
7@.entries[0].proceedOn = ["pass,drop"]@or two in one
7@.entries[0].proceedOn = [range(99) | "pass"]@too many verdicts
7@.entries[0].proceedOn = ["pass\u0000"]@a verdict with a zero byte
7@.entries[0].object += "\u0000x"@an object too
7@.entries[0].name = null@a name that is null
7@.side = "host\u0000"@a side with a zero byte
7@.entries[0].name = "a b"@a bad name of an entry
101@.entries[1].name = "count"@the same name twice
101@.entries[0].object = "/nowhere.o"@no such object
7@del(.entries) | .chain = "x"@a chain of nowhere
5@del(.entries) | .chain = "/nowhere"@no such chain file
7@del(.entries) | .chain = "/proc/self/limits"@no chain file
7@del(.entries) | .share = "a/b"@a bad name to share from
101@del(.entries) | .share = "h9"@nothing to share from
7@.runtimeConfig = []@dynamic data that is no object
7@.runtimeConfig.xdpMulti = 1@or in it something that is none
7@.runtimeConfig.xdpMulti = {"chain": "/x", "share": "y"}@or two chains
7@.args = "x"@args that are no object
7@.args.cni = []@or in it something that is none
7@.args.cni.xdpMulti = []@or in that
2@.runtimeConfig.xdpMulti.chians = ""@and with an unknown key
END
like "$stdout" 'unsupported key' 'which is named'
run cni ADD "$(conf "$counts_packets" | jq -c '.entries[0].proceedOn = ["fail"]')"
like "$stdout" 'proceedOn' 'the key is named as it is written'
unlike "$stdout" 'proceed-on' 'and not as in a chain file'
cni_prefix=(timeout 120)
run cni STATUS "$(conf | jq -c 'del(.prevResult) | .chain = "/run/fifo"')"
cni_prefix=()
code 5 'a chain file that is a fifo does not block'
for text in '' '{' '[]' '{"a":1}}' "$(conf "$counts_packets" | tr '"' "'")" '{"name":"\xff"}'; do
	run cni ADD "$(printf %b "$text")"
	code 6 "what is no JSON: $text"
done
{ conf "$counts_packets"; head -c 20000000 /dev/zero | tr '\0' ' '; } > /run/large
# shellcheck disable=SC2317
cni_large() { cni_environment ADD c1 /run/netns/c1 eth0; env "${cni_env[@]}" obj/cni/xdp-multi < /run/large; }
run cni_large
code 6 'a configuration that is too large'
like "$stdout" 'larger than 16 MiB' 'which is said'
run cni ADD "$(conf "$counts_packets")" c1 $'/run/netns/\xe0\x80\xff\xed\xa0\x80'
code 8 'a path that is no UTF-8'
ok 'the answer is nevertheless' iconv -f UTF-8 -t UTF-16 -o /dev/null <<< "$stdout"
like "$stdout" '\\\\xe0\\\\x80\\\\xff\\\\xed' 'and says the bytes'
run cni CHECK "$(conf "$counts_packets" | jq -c '.cniVersion = "0.3.1"')"
code 1 'CHECK of a version without it'
run cni GC "$(conf | jq -c '.cniVersion = "1.0.0"')"
code 1 'GC too'
run cni STATUS "$(conf | jq -c '.cniVersion = "1.0.0"')"
code 1 'and STATUS'
run cni GC "$(conf)"
code 7 'GC without a list is not one of nothing'
run cni GC "$(conf '"cni.dev/valid-attachments":[{"containerID":"x"}]')"
code 7 'nor with a list that cannot be read'
unchanged 'nothing was left by any of them'

### A container

odd='{ "cniVersion" : "1.1.0",
	"interfaces":[ {"name":"eth0","sandbox":"/run/netns/c1","x":1.50e1} ],"prevResult":{"a":[]},"\u006f":"\u00e9\/", "x":12345678901234567890 }'
prev=$odd
run cni ADD "$(conf "$counts_packets")"
expect 0 "$odd" '' 'ADD prints the very bytes of the previous result'
is "$(chain_in c1)" 'count end' 'the chain is there'
is "$(ip -d -j -n c1 link xdp multi show dev eth0 | jq -r '.[0].owner')" 'cni net c1 eth0' \
	'and says whose it is'
in_netns=(-n c1)
id=$(xdp_id eth0)
run cni ADD "$(conf "$counts_packets")"
expect 0 "$odd" '' 'ADD again'
is "$(xdp_id eth0)" "$id" 'changes nothing'
cni ADD "$(conf "$counts_packets")" > /dev/full 2> /run/stderr
is "$? $(< /run/stderr)" '1 xdp-multi: cannot write the result: No space left on device' 'nobody gets the result'
is "$(xdp_id eth0)" "$id" 'a chain that was there before stays'
in_netns=()
cni DEL "$(conf)"
cni ADD "$(conf "$counts_packets")" > /dev/full 2> /run/stderr
is "$(chain_in c1)" '' 'a new one does not'
run cni ADD "$(conf "$counts_packets")"
expect 0 "$odd" '' 'ADD'
run cni CHECK "$(conf "$counts_packets")"
done_quietly 'CHECK'
run cni ADD "$(conf '"entries":[{"object":"'"$bpf"'/pass.o"}]')"
code 100 'another chain does not replace it'
run cni ADD "$(conf "$counts_packets")" c2
code 100 'nor that of another container'
for object in filter firewall maps; do
	run cni ADD "$(conf "$counts_packets" | jq -c ".entries[0].object = \"$bpf/$object.o\"")"
	code 100 "nor does one with other maps: $object"
	like "$stdout" 'a different chain of this owner already exists' 'and it says no words of a command line'
done
run cni CHECK "$(conf '"entries":[{"object":"'"$bpf"'/pass.o"}]')"
code 102 'CHECK of another chain'
ip -n c1 link xdp multi change count dev eth0 prio 11
run cni CHECK "$(conf "$counts_packets")"
code 102 'CHECK when it was changed'
like "$stdout" '"details":"entry ."count.": prio is 11, expected 10"' 'says how'
run cni DEL "$(conf)"
done_quietly 'DEL of what was changed'
is "$(chain_in c1)" '' 'takes it off'
unchanged 'and nothing is left'
run cni DEL "$(conf)"
done_quietly 'DEL again'
run cni CHECK "$(conf "$counts_packets")"
code 100 'CHECK of what is gone'

for version in 0.3.1 0.4.0 1.0.0; do
	prev='{"cniVersion":"'$version'","ips":[]}'
	run cni ADD "$(conf "$counts_packets" | jq -c ".cniVersion = \"$version\"")"
	expect 0 "$prev" '' "ADD of $version"
	run cni DEL "$(conf | jq -c ".cniVersion = \"$version\"")"
	done_quietly 'and DEL'
done
prev='{"cniVersion":"1.1.0"}'

# Somebody else's.
run cni ADD "$(conf "$counts_packets")"
system_ip -n c1 link set dev eth0 xdp off
run cni CHECK "$(conf "$counts_packets")"
code 100 'CHECK when somebody took the chain off'
run cni ADD "$(conf "$counts_packets" | jq -c ".entries[0].object = \"$bpf/firewall.o\"")"
code 100 'ADD of another one then, whose maps are others'
unlike "$stdout" 'maps (fit|new)' 'says no words of a command line'
run cni ADD "$(conf "$counts_packets")" c2
code 100 'ADD for another container then'
like "$stdout" 'of .\"cni net c1 eth0.\"' 'says whose that chain is'
run cni DEL "$(conf)"
done_quietly 'DEL then'
unchanged 'forgets it'
system_ip -n c1 link set dev eth0 xdp object "$bpf/pass.o" section xdp
run cni ADD "$(conf "$counts_packets")"
code 100 'the program of somebody else is not replaced'
unlike "$stdout" 'overwrite|force|adopt' 'and no words of a command line are said'
system_ip -n c1 link set dev eth0 xdp off
ip -n c1 link xdp multi add dev eth0 object "$bpf/pass.o"
run cni ADD "$(conf "$counts_packets")"
code 100 'the chain of an administrator is not replaced'
run cni DEL "$(conf)"
done_quietly 'DEL then'
is "$(chain_in c1)" pass 'leaves it alone'
ip -n c1 link xdp multi flush dev eth0
run cni ADD "$(conf "$counts_packets")"
ip -n c1 link xdp multi add dev eth0 object "$bpf/pass.o" name other prio 1
run cni DEL "$(conf)"
done_quietly 'DEL of a chain to which somebody added'
unchanged 'leaves nothing'
run cni ADD "$(conf "$counts_packets")"
ip -n c1 link xdp multi add dev eth0 object "$bpf/pass.o" name other prio 1
ip -n c1 link xdp multi del count dev eth0
run cni GC "$(gc_config "$(conf)")"
done_quietly 'GC of one that somebody changed'
unchanged 'leaves nothing too'

# The same container once more, without a DEL in between.
run cni ADD "$(conf "$counts_packets")"
nsenter --net=/run/netns/c1 sleep 1000 &
holder=$!
await test "/proc/$holder/ns/net" -ef /run/netns/c1
system_ip netns del c1
sandbox c1 h2
run cni ADD "$(conf "$counts_packets")"
is "$status $(chain_in c1) $(pins)" '0 count end 2' 'ADD in a new namespace, while the old one is there'
run cni CHECK "$(conf "$counts_packets")"
done_quietly 'CHECK'
run cni DEL "$(conf)"
done_quietly 'DEL'
is "$(chain_in c1)$(chain_in "$holder") $(pins)" ' 0' 'takes off both'
run cni ADD "$(conf "$counts_packets")" c1 "/proc/$holder/ns/net"
kill "$holder"
wait "$holder" 2> /dev/null
run cni ADD "$(conf "$counts_packets")"
is "$status $(chain_in c1)" '0 count end' 'ADD in a new namespace, when the old one has gone'
run cni DEL "$(conf)"
done_quietly 'DEL'
becomes 0 'removes what is left of both' pins
system_ip netns del c1
sandbox c1 h1
unchanged 'and nothing else'

# What the list says, what one container is given, and what anybody may ask for.
printf 'chain mode generic\nobject %s/counter.o name from-file\n' "$bpf" > /run/one.chain
run cni ADD "$(conf '"chain":"/run/one.chain"')"
expect 0 "$prev" '' 'a chain file'
is "$(ip -j -n c1 link xdp multi show dev eth0 | jq -r '.[0].mode + " " + .[0].entries[0].name')" \
	'generic from-file' 'is what is there'
run cni CHECK "$(conf '"chain":"/run/one.chain"')"
done_quietly 'CHECK of it'
cni DEL "$(conf)"
run cni ADD "$(conf "$counts_packets"',"runtimeConfig":{"xdpMulti":{"chain":"/run/one.chain"},"other":1}')"
is "$status $(chain_in c1)" '0 from-file' 'runtimeConfig counts more than the list'
cni DEL "$(conf)"
run cni ADD "$(conf "$counts_packets"',"args":{"cni":{"xdpMulti":{"chain":"/run/one.chain","side":"host"},"other":1}}')"
is "$status $(chain_in c1)" '0 count end' 'args less'
cni DEL "$(conf)"
run cni ADD "$(conf '"args":{"cni":{"xdpMulti":{"chain":"/run/one.chain"}}}')"
is "$status $(chain_in c1)" '0 from-file' 'but it does where the list says nothing'
cni DEL "$(conf)"

cni_prefix=(env $'CNI_ARGS=;;=;K8S_POD_NAME=\xff')
run cni ADD "$(conf "$counts_packets")"
cni_prefix=()
is "$status $(chain_in c1)" '0 count end' 'CNI_ARGS are for others'
cni DEL "$(conf)"

### The other side, and other interfaces

run cni ADD "$(conf "$counts_packets"',"side":"host"')"
is "$status $(chain_in '' h1)" '0 count end' 'on the host side'
run cni ADD "$(conf "$counts_packets"',"side":"host"')"
is "$status $stdout" "0 $prev" 'again'
run cni CHECK "$(conf "$counts_packets"',"side":"host"')"
done_quietly 'CHECK'
run cni DEL "$(conf)"
done_quietly 'DEL'
is "$(chain_in '' h1)" '' 'takes it off'
system_ip link add br9 type bridge
system_ip link add d9 type veth peer name e9
prev='{"interfaces":[{"name":"br9"},{"name":"d9","sandbox":""},{"name":"lo","sandbox":"/run/netns/c1"}]}'
run cni ADD "$(conf "$counts_packets"',"side":"host"')" c1 /run/netns/c1 lo
is "$status $(chain_in '' d9)" '0 count end' 'what is no veth: the only one outside that is no bridge'
cni DEL "$(conf)" c1 '' lo
prev='{"interfaces":[{"name":"br9"},{"name":"lo","sandbox":"/run/netns/c1"}]}'
run cni ADD "$(conf "$counts_packets"',"side":"host"')" c1 /run/netns/c1 lo
code 7 'a bridge alone is no other end'
run cni ADD "$(conf "$counts_packets")" c1 /run/netns/c1 lo
is "$status $(chain_in c1 lo)" '0 count end' 'another kind of interface in the container'
cni DEL "$(conf)" c1 /run/netns/c1 lo
if system_ip -n c1 tuntap add tap0 mode tap 2> /dev/null; then
	run cni ADD "$(conf "$counts_packets")" c1 /run/netns/c1 tap0
	is "$status $(chain_in c1 tap0)" '0 count end' 'a tap'
	cni DEL "$(conf)" c1 /run/netns/c1 tap0
else
	skip 'no taps' 'a tap'
fi
system_ip link del br9
system_ip link del d9
prev='{"cniVersion":"1.1.0"}'
unchanged 'nothing is left'

### The chain of another interface

system_ip link add t9 type veth peer name u9
ip link xdp multi add dev t9 object "$bpf/counter.o" name shared 2> /dev/null
run cni ADD "$(conf '"share":"t9"')"
expect 0 "$prev" '' 'share'
programs() { ip -j ${1:+-n "$1"} link xdp multi show dev "$2" | jq -c '[.[0].entries[].id]'; }
is "$(programs c1 eth0)" "$(programs '' t9)" 'the same programs'
run cni ADD "$(conf '"share":"t9"')"
expect 0 "$prev" '' 'again'
run cni CHECK "$(conf '"share":"t9"')"
done_quietly 'CHECK'
ip link xdp multi add dev t9 object "$bpf/pass.o" 2> /dev/null
run cni CHECK "$(conf '"share":"t9"')"
code 102 'CHECK when the other chain has changed'
ip link xdp multi del pass dev t9
run cni STATUS "$(conf '"share":"t9"')"
done_quietly 'STATUS'
run cni DEL "$(conf)"
done_quietly 'DEL'
run cni ADD "$(conf '"share":"t9","side":"host"')"
is "$status $(chain_in '' h1)" '0 shared' 'on the host side too'
is "$(ip -d -j link xdp multi show dev t9 | jq -r '.[0].owner')" null 'the other is nobody else'"'"'s by that'
run cni DEL "$(conf)"
is "$status $(chain_in '' h1) $(chain_in '' t9)" '0  shared' 'DEL leaves the other alone'
for gone in 'link xdp multi flush dev t9' 'link del t9'; do
	run cni ADD "$(conf '"share":"t9"')"
	# shellcheck disable=SC2086
	ip $gone
	is "$(chain_in c1)" shared "$gone: the container keeps its chain"
	run cni CHECK "$(conf '"share":"t9"')"
	isnt "$status" 0 'CHECK tells'
	run cni ADD "$(conf '"share":"t9"')"
	isnt "$status $(chain_in c1)" '0 shared' 'ADD too'
	is "$(chain_in c1)" shared 'and changes nothing'
	run cni DEL "$(conf)"
	done_quietly 'DEL'
	is "$(chain_in c1)" '' 'takes it off'
	[[ $gone != *flush* ]] || ip link xdp multi add dev t9 object "$bpf/counter.o" name shared 2> /dev/null
done
ip link xdp multi clean > /run/out

done_testing
