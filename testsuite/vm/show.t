#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first core
# show describes programs and chains that are not whole chains of ours.

. testsuite/lib/tap.sh

mkdir -m 700 /sys/fs/bpf/xdp
for n in 0 1 2 3; do
	new_veth $n
done
system_ip link add d0 type dummy

remember_counts
for command in '' show list lst ls 'show v0' 'show dev v0' 'list d0'; do
	# shellcheck disable=SC2086
	run ip link xdp multi $command
	expect 0 '' '' "nothing: $command"
done
for command in '' 'show v0' 'list dev d0'; do
	# shellcheck disable=SC2086
	run ip -j link xdp multi $command
	expect 0 '[]' '' "nothing, as JSON: $command"
done
unchanged 'show changes nothing'

system_ip link set dev v0 xdp object obj/bpf/pass.o section xdp
coproc holder { exec obj/helpers/foreign link v1; }
read -r _ <&"${holder[0]}"
obj/helpers/foreign dispatcher v2 9 > /dev/null
ip link xdp multi add dev v3 object obj/bpf/pass.o
system_ip link set dev d0 xdpgeneric object obj/bpf/drop.o section xdp
remember_counts
run ip -j link xdp multi
expect 0 '*' '' 'one of each kind'
link=$(obj/helpers/objects | awk '$1 == "link" && $NF != 0 { print $2 }')
is "$(json '.[] | .ifname, .mode, (.entries | length),
	(.foreign | .kind?, .id?, .name?, .link_id?, (.reason? | type))' | tr '\n' ' ')" \
	"\"v0\" \"native\" 0 \"program\" $(xdp_id v0) \"pass\" null \"string\" \
\"v1\" \"native\" 0 \"link\" $(xdp_id v1) \"by_link\" $link \"string\" \
\"v2\" \"native\" 0 \"dispatcher\" $(xdp_id v2) \"xdp_dispatcher\" null \"string\" \
\"v3\" \"native\" 1 null null null null \"null\" \
\"d0\" \"generic\" 0 \"program\" $(xdp_id d0) \"drop\" null \"string\" " 'is told as what it is'
like "$(json '.[2].foreign.reason')" 9 'of an unknown dispatcher the version'
run ip link xdp multi
while read -r text; do
	like "$stdout" "$text" "as text: $text"
done << END
v0: mode native foreign program id $(xdp_id v0) name pass reason [a-z]
v1: mode native foreign link id $(xdp_id v1) name by_link link_id $link reason [a-z]
v2: mode native foreign dispatcher id $(xdp_id v2) name xdp_dispatcher reason [a-zA-Z]
v3: mode native dispatcher id $(xdp_id v3) format 2
d0: mode generic foreign program id $(xdp_id d0) name drop reason [a-z]
END
run ip -d link xdp multi show dev v1
expect 0 "~ link_id $link held by process ${holder_PID:?} \\(foreign\\) reason " '' 'with -d, who holds the link'
run ip -j -d link xdp multi show dev v1
is "$(json '.[0].foreign.holder')" "{\"pid\":$holder_PID,\"command\":\"foreign\"}" 'as JSON'
run ip -br link xdp multi
expect 0 "~^v0 +native +foreign program id $(xdp_id v0) ?
v1 +native +foreign link id $(xdp_id v1) ?
v2 +native +foreign dispatcher id $(xdp_id v2) ?
v3 +native +pass ?
d0 +generic +foreign program id $(xdp_id d0) ?$" '' 'and in brief'

run setpriv --reuid nobody --regid nogroup --clear-groups ip -j link xdp multi
expect 0 '*' '' 'an ordinary user'
is "$(json '[.[] | .foreign.kind]')" \
	'["unreadable","unreadable","unreadable","unreadable","unreadable"]' 'may not look'
like "$(json '.[3].foreign.reason')" CAP_SYS_ADMIN 'and is told which right is missing'
is "$(json '.[3].foreign.id')" "$(xdp_id v3)" 'but sees the id'
unchanged 'show changes nothing'
system_ip link set dev v0 xdp off
kill "${holder_PID:?}"
wait "$holder_PID" 2> /dev/null
system_ip link set dev v2 xdp off
system_ip link set dev d0 xdpgeneric off
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}

ip link xdp multi flush dev v3
remember_counts
ip link xdp multi add dev v3 object obj/bpf/pass.o
ip link xdp multi add dev v3 object obj/bpf/drop.o proceed-on drop,pass
ip link xdp multi add dev v3 object obj/bpf/counter.o
run unshare --mount bash -c 'umount -l /sys/fs/bpf; ip -j link xdp multi'
expect 0 '*' '' 'in a mount namespace without the bpffs'
is "$(json '[.[0].entries[] | .name, .prio, .empty]')" \
	'["pass",50,null,"drop",50,null,"counter",50,null]' 'the chain is seen'
wanted="[$(id_of v3 drop),\"drop\",2]"
# Where links do not tell what they replace, only pins tell which programs there are.
kernel_has link_target || wanted='[null,null,2]'
is "$(json '[.[0].entries[1] | .id, .program, (.proceed_on | length)]')" "$wanted" 'with its programs and rules'
like "$(json '.[0].problems')" '^\["[^"]*pins[^"]*"]$' 'and that its pins are elsewhere'
refused 2 '~^Error: dev v3: the chain is damaged: the pins are not on this bpffs' \
	'on another bpffs it is not changed' unshare --mount bash -c \
	'mount -t bpf bpf /sys/fs/bpf; ip -force link xdp multi add dev v3 object obj/bpf/tx.o'
refused 2 '~^Error: dev v3: the chain is damaged: the pins are not on this bpffs' \
	'nor flushed' unshare --mount bash -c \
	'mount -t bpf bpf /sys/fs/bpf; ip link xdp multi flush dev v3'
is "$(in_peer 3 ping -q -c 2 -W 1 10.0.3.1 | sed -n 's/.* \([0-9]*\) received.*/\1/p')" 2 \
	'it works as before'

dir=/sys/fs/bpf/xdp/dispatch-$(< /sys/class/net/v3/ifindex)-$(xdp_id v3)
first=$(id_of v3 pass) second=$(id_of v3 drop) third=$(id_of v3 counter)
rm "$dir/prog1-link"
run ip -j link xdp multi show v3
expect 0 '*' '' 'a link is missing'
is "$(json '[.[0].entries[] | .name, .empty]')" '["pass",null,"drop",true,"counter",null]' \
	'its entry is empty'
like "$(json '.[0].problems')" 'slot 1 .*prog1-link|prog1-link.*slot 1|slot 1.*prog1-link' 'and that is a problem'
run ip link xdp multi show v3
expect 0 $'~\n    1: drop .* empty \n    2: counter .*\n    problem: slot 1' '' 'also as text'
refused 2 '~^Error: dev v3: the chain is damaged: slot 1' 'such a chain is not changed' \
	ip link xdp multi add dev v3 object obj/bpf/tx.o
ok 'packets pass by the empty entry' reaches 3
rm "$dir/prog2-prog"
! kernel_has link_target ||
	is "$(linked "$(xdp_id v3)" | tail -n 1)" "$third" 'the pin of a program is missing, its link is there'
run ip -j link xdp multi show v3
is "$(json '[.[0].entries[] | .name, .id, .empty]')" \
	"[\"pass\",$first,null,\"drop\",$second,true,\"counter\",$third,null]" \
	'a program without its pin still runs'
run ip link xdp multi flush dev v3
expect 0 '' '' 'flush takes it off'
not_ok 'and leaves no pin' test -e "$dir"
unchanged 'nor anything else'

ip link xdp multi add dev v3 object obj/bpf/pass.o
ip link xdp multi add dev v3 object obj/bpf/counter.o
rm -r /sys/fs/bpf/xdp/dispatch-*
run ip -j link xdp multi show v3
is "$(json '[.[0].entries[] | .name, .empty]')" '["pass",true,"counter",true]' \
	'without any pin all entries are empty'
ok 'and that is a problem' test "$(json '.[0].problems | length')" -ge 1
system_ip link set dev v3 xdp off

# printable TEXT NAME: it has neither of the two control characters used here.
printable() {
	local left=${1//[^$'\e\x7f']/}

	is "${#left} control characters" '0 control characters' "$2"
}

name=$'e\e[1m\x7f'
mkdir "/tmp/$name"
cp obj/bpf/pass.o "/tmp/$name"
system_ip link add "$name" type dummy
for option in -c=never -br -d -o; do
	run ip $option -echo link xdp multi add dev "$name" object "/tmp/$name/pass.o" mode generic
	like "$stdout" 'pass' "a device and an object with escapes in their names, $option"
	printable "$stdout" 'are not printed as they are'
	like "$stdout" '\\x1b\[1m\\x7f' 'but escaped'
	ip link xdp multi flush dev "$name"
done
refused 2 '~x1b' 'an error' ip link xdp multi del dev "$name" pass
run ip link xdp multi del dev "$name" pass
printable "$stderr" 'is not printed as it is either'
run ip link xdp multi check dev "$name"
expect 2 '~^e.x1b.1m.x7f: no chain attached$' '' 'what check prints is escaped'
printable "$stdout" 'too'
for words in '' 'del dev v0 a' 'add dev v0 object a prio' 'add dev v0 object a name'; do
	# shellcheck disable=SC2086
	run ip link xdp multi $words "$name"
	expect 255 '' '~x1b\[1m' "on the command line: $words"
	printable "$stderr" 'is not printed as it is either'
done
run ip -j -d -echo link xdp multi add dev "$name" object "/tmp/$name/pass.o" mode generic
is "$(json '[.[0].ifname, .[0].entries[0].origin.object]')" \
	'["e\u001b[1m\u007f","/tmp/e\u001b[1m\u007f/pass.o"]' 'JSON has the names themselves'
system_ip link del "$name"

done_testing
