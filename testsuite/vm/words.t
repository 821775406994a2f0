#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# The command line and the output follow iproute2: abbreviated verbs, numbers, colours,
# -br, the name of the command, and the entries that a dry run would remove.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
new_veth 0
new_veth 1
index=$(< /sys/class/net/v0/ifindex)
remember_counts

### Words

run "${multi[@]}" a dev v0 dev v0 object obj/bpf/counter.o prio 0x10
expect 0 '' '' 'add is abbreviated, a priority in hexadecimal, and a device named twice is one'
run ip l xdp multi repl dev v0 object obj/bpf/filter.o prio 020 disabled
expect 0 '' '~^Warning: The chain is written in the extended format' 'replace is abbreviated, a priority in octal'
chain_is v0 'counter/16/pass filter/16/pass/off' 'and the second is disabled from the start'
same=$("${multi[@]}" show dev v0)
for words in s 'sh v0' 'l dev v0 dev v0' 'lst'; do
	# shellcheck disable=SC2086
	is "$("${multi[@]}" $words)" "$same" "$words is show"
done
run "${multi[@]}" c filter dev v0 enable
expect 0 '' '' 'change too'
run "${multi[@]}" sav dev v0
expect 255 '' 'Command "sav" is unknown, try "ip link xdp multi help".' 'other verbs are not abbreviated'

### The name of the command

mkdir /tmp/words
ln -s "$(type -P ip)" /tmp/words/ip-xdp-multi

run /tmp/words/ip-xdp-multi sav dev v0
expect 255 '' 'Command "sav" is unknown, try "ip-xdp-multi help".' 'ip-xdp-multi names itself'
run /tmp/words/ip-xdp-multi -s show dev v0
expect 0 '*' 'Warning: dev v0: packets are not counted: "ip-xdp-multi set dev v0 stats on" starts counting.' \
	'in a warning'
run /tmp/words/ip-xdp-multi help
is "$status $(grep -c 'ip link' <<< "$stderr") ${stderr%% \{*}" '0 0 Usage: ip-xdp-multi' 'and in the help'
run ip link xdp
is "$status ${stderr%% \{*}" '0 Usage: ip link xdp multi' 'ip link xdp prints the help'
run ip link help
like "$stderr" 'ip link xdp multi \{ COMMAND \| help \}$' 'ip link help names it'

### Output

"${multi[@]}" change filter dev v0 disable 2> /dev/null
run ip -br link xdp multi
expect 0 'v0               native   counter,filter(disabled) ' '' '-br marks what is disabled'
e=$'\e'
run ip -br -c link xdp multi
expect 0 "${e}[36mv0               ${e}[0mnative   counter,filter${e}[31m(disabled)${e}[0m " '' '-c prints colours'
run env COLORFGBG='15;0' ip -br -c=always link xdp multi
expect 0 "${e}[1;36mv0               ${e}[0mnative   counter,filter${e}[1;31m(disabled)${e}[0m " '' \
	'others on a dark background'
for option in -c=auto -c=never '-c -j'; do
	# shellcheck disable=SC2086
	not_ok "none with $option" grep -q "$e" <(ip $option link xdp multi)
done
run "${multi[@]}" d counter dev v0 dry-run
expect 0 "~^$index: v0: mode native .*    0: filter .*
    removed: counter program counter id $(id_of v0 counter) $" '' 'a dry run says which entry would be gone'
run "${multi[@]}" flush dev v0 dry-run
expect 0 "$index: v0: no chain 
    removed: counter program counter id $(id_of v0 counter) 
    removed: filter program filter id $(id_of v0 filter) " '' 'or which chain'
run ip -j link xdp multi flush dev v0 dry-run
is "$status $(json '.[0] | [.changed, .entries, .removed[].name]')" '0 [true,null,"counter","filter"]' 'as JSON'
chain_is v0 'counter/16/pass filter/16/pass/off' 'nothing is gone'
system_ip link set dev v0 xdp off
run ip -br link xdp multi
expect 0 'v0               detached counter,filter(disabled) ' '' '-br says detached'
run "${multi[@]}" check
expect 2 'v0: chain is detached' '' 'check says it in a line'
"${multi[@]}" flush dev v0

### Lines of chain files

cp obj/bpf/{counter,two}.o /tmp/words
cat > /tmp/words/file <<'END'
object counter.o prio 0x10
object two.o program second disabled
object two.o program first name third enable
END
run "${multi[@]}" restore dev v0 file /tmp/words/file
expect 0 '' '~^Warning: The chain is written in the extended format' 'a file without names'
chain_is v0 'counter/16/pass second/50/pass/off third/50/pass' 'the names are those of the programs'
id=$(xdp_id v0)
run "${multi[@]}" restore dev v0 file /tmp/words/file
is "$status $(xdp_id v0)" "0 $id" 'a second run changes nothing'
run "${multi[@]}" check dev v0 file /tmp/words/file
expect 0 '' '' 'check finds the chain of the file'
mkdir -p /tmp/words/root/etc/xdp-multi
sed 's|object |object /tmp/words/|' /tmp/words/file > /tmp/words/root/etc/xdp-multi/v1.chain
mkdir /tmp/words/root/tmp
ln -s /tmp/words /tmp/words/root/tmp/words
run "${multi[@]}" apply dev v1 root /tmp/words/root
expect 0 '' '~^Warning: .*extended format' 'the same file as configuration'
chain_is v1 'counter/16/pass second/50/pass/off third/50/pass' 'gives the same chain'
run "${multi[@]}" check dev v1 config root /tmp/words/root
expect 0 '' '' 'and check finds it'
"${multi[@]}" flush all
unchanged 'nothing is left'

done_testing
