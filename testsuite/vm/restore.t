#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# linkage: ext
# save prints a chain as a file, and restore makes the chain from it again: the whole
# chain in one swap, or nothing.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
restore=("${multi[@]}" restore)

# shape DEV: what show prints of a chain, without the numbers that are new each
# time.
shape() {
	"${multi[@]}" show dev "$1" | sed -E 's/^[0-9]+: [^:]*: //; s/ id [0-9]+//g'
}

# digest FILE
digest() {
	sha256sum "$1" | cut -d ' ' -f 1
}

# same_chain NAME: v1 has the chain of v0, in kernel, pins and file.
same_chain() {
	is "$(shape v1)" "$(shape v0)" "$1: shown alike"
	chain_is v1 "$(chain_of v0)" "$1: whole"
	is "$("${multi[@]}" save dev v1)" "$("${multi[@]}" save dev v0)" "$1: saved alike"
}

flush() {
	"${multi[@]}" flush dev v0 dev v1 if-exists || bail_out 'no flush'
}

dir="/tmp/it's a # \\dir"
mkdir "$dir"
cp obj/bpf/pass.o "$dir/say \"hi\".o" 2> /dev/null
cp obj/bpf/filter.o "$dir/fire wall.o"
cp obj/bpf/drop.o '/tmp/a"b #.o'
new_veth 0
new_veth 1
remember_counts
start=$tap_counts

# With tail calls there is only one format.
format=(format 3) shown='format 3' linked=''
[[ $LINKAGE == ext ]] || format=() shown='format extended' linked='linkage tail '
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10 "${format[@]}"
"${multi[@]}" add dev v0 object '/tmp/a"b #.o' prio 30 name zz proceed-on none
"${multi[@]}" add dev v0 object "$dir/fire wall.o" prio 20 proceed-on drop,pass
run "${multi[@]}" save dev v0
expect 0 "chain mode native ${format[*]:+${format[*]} }stats off entries 3
object $PWD/obj/bpf/counter.o program counter sha256 $(digest obj/bpf/counter.o) name counter prio 10 proceed-on pass $linked
object \"$dir/fire wall.o\" program filter sha256 $(digest obj/bpf/filter.o) name filter prio 20 proceed-on drop,pass $linked
object '/tmp/a\"b #.o' program drop sha256 $(digest obj/bpf/drop.o) name zz prio 30 proceed-on none $linked
end" \
	'' 'save prints a line for the chain and one for each entry'
echo "$stdout" > /tmp/chain
run "${restore[@]}" dev v1 file /tmp/chain
expect 0 '' '' 'restore makes the chain on another device'
same_chain "$shown"
like "$(shape v1)" "^mode native dispatcher $shown " "native, in $shown"
id=$(xdp_id v1)
remember_counts
run "${restore[@]}" dev v1 file - < /tmp/chain
expect 1 '' '~^Error: "standard input" has no entries' 'an empty standard input is refused'
run bash -c 'ip link xdp multi save dev v0 | ip link xdp multi restore dev v1 file -'
expect 0 '' '' 'save | restore, once more'
is "$(xdp_id v1)" "$id" 'the dispatcher is the same'
unchanged 'nothing was changed'
run bash -c 'ip link xdp multi save dev v0 | sed "s/prio 10/prio 40/" | ip link xdp multi restore dev v0 file -'
expect 0 '' '~^Warning: Entry "counter" never runs' 'an entry with another prio'
chain_is v0 'filter/20/drop,pass zz/30/none counter/40/pass' 'is in another place'
run "${multi[@]}" save dev peer
expect 1 '' 'Error: Cannot find device "peer".' 'save of no device'
flush
refused 2 'Error: dev v0: no such chain: there is nothing to save.' 'save of no chain' \
	"${multi[@]}" save dev v0

# What only the extended format says, and the other mode.
run bash -c 'cd /tmp && cp "$OLDPWD"/obj/bpf/{pass,drop,tx}.o . && ip link xdp multi restore dev v0 file - << END
# a comment
chain mode generic format extended stats off

object pass.o name a prio 5 \
	proceed-on none on pass goto name z	# and another
object drop.o name b disable
   object "tx.o" name c proceed-on all
object pass.o name z prio 70 on drop,tx next
END'
expect 0 '' '~^Warning: Entry "c" never runs' 'comments, blank lines, continuations, relative paths on standard input'
chain_is v0 'a/5/none/pass>z b/50/pass/off c/50/all z/70/drop,pass,tx' 'are understood'
like "$(shape v0)" '^mode generic dispatcher format extended .* 0: a .* on pass goto z .* 1: b .* disabled' \
	'with goto, disable, mode and format'
run bash -c 'ip link xdp multi save dev v0 > /tmp/saved; ip link xdp multi restore dev v1 file /tmp/saved'
expect 0 '' '~^Warning: Entry "c" never runs' 'that chain on another device'
same_chain 'extended'
like "$(shape v1)" '^mode generic dispatcher format extended ' 'generic, and extended'
ok 'packets go the way of the goto' reaches 1
"${multi[@]}" del dev v1 b
"${multi[@]}" change dev v1 a on pass next
"${multi[@]}" restore dev v1 file /tmp/saved 2> /dev/null
same_chain 'what was changed is as it was'
refused 2 '~^Error: dev v1: the interface is in generic mode and cannot change to native' \
	'the command line counts more than the file' "${restore[@]}" dev v1 file /tmp/saved mode native
flush

mkdir -p /tmp/files/sub
cp obj/bpf/{pass,counter}.o /tmp/files/sub
echo 'object sub/pass.o name p
object ./sub/counter.o name c' > /tmp/files/chain
run "${restore[@]}" dev v0 dev v1 file /tmp/files/chain
expect 0 '' '~^Warning: if libxdp rebuilds this chain, it runs "c" before "p"' "paths are those from the file's directory"
chain_is v0 'p/50/pass c/50/pass' 'on one device'
chain_is v1 'p/50/pass c/50/pass' 'and on the other'
is "$(xdp_id v0)" "$(xdp_id v1)" 'which has the same dispatcher'
like "$("${multi[@]}" save dev v0)" 'object /tmp/files/sub/counter.o ' 'saved as absolute ones'
p=$(id_of v0 p)

# One swap: nobody is told of a program between the old one and the new one.
system_ip -o monitor link dev v0 > /tmp/seen &
mtu=1400
monitored() {
	mtu=$(((mtu + 1) % 50 + 1400))
	system_ip link set v0 mtu $mtu
	grep -q v0 /tmp/seen
}
await monitored
old=$(xdp_id v0)
echo "object sub/pass.o name p
object $PWD/obj/bpf/tx.o name x prio 60
object $PWD/obj/bpf/drop.o name y prio 70" > /tmp/files/other
run "${restore[@]}" dev v0 file /tmp/files/other maps fit
system_ip link set v0 mtu 1500
await grep -q 'mtu 1500 ' /tmp/seen
is "$(sed -n 's/.* xdp\/id:\([0-9]*\).*/\1/p' /tmp/seen | uniq | xargs)" "$old $(xdp_id v0)" \
	'three entries for two in one swap'
isnt "$(xdp_id v0)" "$old" 'that gave it another dispatcher'
is "$(id_of v0 p)" "$p" 'the program that was there already runs on'
chain_is v1 'p/50/pass c/50/pass' 'the other device keeps what it had'

# bad LINE MESSAGE NAME: a file whose third line this is.
bad() {
	printf '%s\n' '# bad' 'object sub/pass.o name p' "$1" 'object sub/counter.o name c' > /tmp/files/bad
	refused "${4-1}" "$2" "a file with $3" "${restore[@]}" dev v0 file /tmp/files/bad
}
at='Error: /tmp/files/bad:3:'
bad 'object x.o name x rubbish' "$at \"rubbish\" is garbage here, see xdp-multi.chain(5)." 'garbage'
bad 'name x' "$at not enough information: \"object\", \"pinned\" or \"id\" argument is required." 'no object'
bad 'object x.o name "x' "$at a quote is not closed." 'an open quote'
bad 'object x.o name x on pass next on pass stop' "~^$at .* already has a rule" 'two fates for a verdict'
bad 'object x.o name x prio 4294967296' "~^$at .*4294967296" 'a priority out of range'
bad 'object x.o name 9x' "~^$at .*9x" 'a name that is none'
bad 'object x.o name x help' "~^$at .*help" 'a word that asks for help'
bad 'chain mode fast' "~^$at only the first line can begin with \"chain\"" 'a second line about the chain'
bad 'object sub/none.o name x' '~^Error: /tmp/files/bad:3: cannot read "/tmp/files/sub/none.o": No such' \
	'an object that is not there'
bad 'object chain name x' '~^Error: /tmp/files/bad:3: "/tmp/files/chain" is not a BPF object' 'an object that is none'
bad 'object sub/pass.o name p' 'Error: /tmp/files/bad:3: duplicate entry "p": it is also on line 2; rename one of them.' 'a name twice'
bad 'object sub/pass.o name q on drop goto p' "~^$at a goto .*\"q\" .*\"p\"" 'a goto that leads back'
bad 'object sub/pass.o name q on drop goto nobody' "~^$at .*nobody" 'a goto to nobody'
bad 'require verdict pass pcap nofile' "~^$at cannot read packets from \"/tmp/files/nofile\"" 'packets that are not there'
bad "object sub/pass.o name q sha256 $(digest obj/bpf/drop.o)" \
	"Error: /tmp/files/bad:3: \"/tmp/files/sub/pass.o\" has changed since the chain was saved (SHA-256 $(digest obj/bpf/pass.o), expected $(digest obj/bpf/drop.o)): -force loads it anyway." \
	'another digest' 2
refused 1 '~^Error: Cannot read "/tmp/nofile": No such file' 'no file' "${restore[@]}" dev v0 file /tmp/nofile
printf '\n# nothing\nchain mode native\n' > /tmp/none
refused 1 'Error: "/tmp/none" has no entries: to remove a chain, use flush.' 'a file without an entry' \
	"${restore[@]}" dev v0 file /tmp/none

# A file that lost its end has fewer entries, or fewer rules.
"${multi[@]}" save dev v0 > /tmp/whole
for size in $(($(wc -c < /tmp/whole) - 1)) $(head -n -1 /tmp/whole | wc -c) \
	$(head -n -2 /tmp/whole | wc -c) $(head -n 1 /tmp/whole | wc -c); do
	head -c "$size" /tmp/whole > /tmp/cut
	refused 1 '~^Error: .?/tmp/cut.?(:[0-9]+: .* the file)? is truncated' \
		"the first $size bytes of a saved file" "${restore[@]}" dev v0 file /tmp/cut
done
cat /tmp/whole /tmp/whole > /tmp/twice
refused 1 '~^Error: /tmp/twice:[0-9]+: another chain begins here' 'two files in one' \
	"${restore[@]}" dev v0 file /tmp/twice
flush
tap_counts=$start
unchanged 'nothing is left'

done_testing
