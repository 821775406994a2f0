#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Errors in the object or on the command line: each prints one sentence, has the right
# exit status, and changes nothing.

. testsuite/lib/tap.sh

add=(ip link xdp multi add dev v0)

new_veth 0
head -c 700 obj/bpf/counter.o > /tmp/truncated.o
head -c 64 obj/bpf/counter.o > /tmp/header.o
: > /tmp/empty.o
echo 'int main(void);' > /tmp/text.o
mkfifo /tmp/fifo.o

refused 1 'Error: Cannot read "/tmp/none.o": No such file or directory.' \
	'no object' "${add[@]}" object /tmp/none.o
refused 1 'Error: "/tmp" is not a regular file.' 'a directory' "${add[@]}" object /tmp
refused 1 'Error: "/tmp/fifo.o" is not a regular file.' 'a fifo' "${add[@]}" object /tmp/fifo.o
for what in empty text truncated header; do
	refused 1 "~^Error: \"/tmp/$what.o\" is not a BPF object file: [^.]+\.$" \
		"$what" "${add[@]}" object "/tmp/$what.o"
done
refused 1 '~^Error: "/bin/bash" is not a BPF object file: [^.]+\.$' \
	'a program of the host' "${add[@]}" object /bin/bash
refused 1 '~^Error: "[^"]*/obj/helpers/nobtf.o" has no BTF for its program: compile it with "clang -g"; without "linkage ext" the program is tail-called\.$' \
	'no BTF for an extension' "${add[@]}" object obj/helpers/nobtf.o linkage ext
refused 1 'Error: "obj/bpf/pass.o" has no section "xdp/none": it has pass (section "xdp").' \
	'wrong section' "${add[@]}" object obj/bpf/pass.o section xdp/none
refused 1 'Error: "obj/bpf/pass.o" has no program "none": it has pass (section "xdp").' \
	'wrong program' "${add[@]}" object obj/bpf/pass.o program none
refused 1 'Error: "obj/bpf/two.o" has several programs to choose from: add "program NAME" for one of first (section "xdp"), second (section "xdp").' \
	'two to choose from' "${add[@]}" object obj/bpf/two.o
refused 1 'Error: "obj/bpf/classifier.o" has no XDP program: it has classifier (section "tc").' \
	'none for XDP' "${add[@]}" object obj/bpf/classifier.o
for words in 'section tc' 'program classifier'; do
	# shellcheck disable=SC2086
	refused 1 'Error: Program "classifier" in section "tc" of "obj/bpf/classifier.o" is not an XDP program.' \
		"of another type by $words" "${add[@]}" object obj/bpf/classifier.o $words
done

refused 2 '~^Error: The verifier rejected the program in ".*obj/bpf/loop_bad.o"\.' \
	'the verifier rejects a program' "${add[@]}" object obj/bpf/loop_bad.o
is "$(sed 1,2d <<< "$stderr" | wc -l)" 10 'ten lines of its log'
is "$(sed -n 2p <<< "$stderr")" 'Last lines of the verifier log ("verbose" prints all of it):' \
	'and how to have all'
like "$stderr" $'\n''  processed [0-9]+ insns' 'the last of them'
last=$(tail -n 3 <<< "$stderr" | sed 's/[0-9]*//g')
refused 2 '~^Error: The verifier rejected' 'verbose' "${add[@]}" object obj/bpf/loop_bad.o verbose
ok 'prints more' test "$(wc -l <<< "$stderr")" -gt 12
is "$(sed -n 2p <<< "$stderr")" 'Verifier log:' 'from the beginning'
is "$(tail -n 3 <<< "$stderr" | sed 's/[0-9]*//g')" "$last" 'to the end'

for ((i = 0; i < 10; i++)); do
	"${add[@]}" object obj/bpf/pass.o name "n$i" || bail_out "no n$i"
done
refused 2 'Error: dev v0: format 2 cannot hold this chain: it has more than 10 entries; use "format extended".' \
	'an eleventh program in format 2' "${add[@]}" object obj/bpf/pass.o format 2
refused 2 'Error: dev v0: format 3 cannot hold this chain: it has more than 10 entries; use "format extended".' \
	'or in format 3' "${add[@]}" object obj/bpf/pass.o format 3
run "${add[@]}" object obj/bpf/pass.o
expect 0 '' 'Warning: The chain is written in the extended format, which libxdp does not read: it has more than 10 entries.' \
	'without a wish it is written in the extended format, with a warning'
chain_is v0 "$(printf 'n%d/50/pass ' {0..9})pass/50/pass" 'eleven entries'
ok 'v0 is reached through them' reaches 0
refused 2 '~^Error: dev v0: format 2 cannot hold this chain' \
	'one less does not make it fit' "${add[@]}" object obj/bpf/pass.o name x format 2
run ip link xdp multi del dev v0 n5
expect 0 '' '' 'the eleventh goes'
like "$(ip link xdp multi)" ' format 2 ' 'and the format is again what libxdp reads'
run ip link xdp multi flush dev v0

while IFS='|' read -r words sentence; do
	# shellcheck disable=SC2086
	refused 255 "$sentence" "$words" ip link xdp multi $words
done <<'END'
frob|Command "frob" is unknown, try "ip link xdp multi help".
addd dev v0 object obj/bpf/pass.o|Command "addd" is unknown, try "ip link xdp multi help".
add|Not enough information: "dev" argument is required.
add dev v0|Not enough information: "object", "pinned" or "id" argument is required.
add dev|Command line is not complete: "dev" needs the name of an interface. Try option "help"
add object obj/bpf/pass.o|Not enough information: "dev" argument is required.
add dev v0 object obj/bpf/pass.o frob|Error: "frob" is garbage here, try "ip link xdp multi help".
add dev v0 object a object b|Error: duplicate "object": "b" is the second value.
add dev v0 object a obj b|Error: duplicate "object": "b" is the second value.
add dev v0 object a overwrite overwrite|Error: duplicate "overwrite".
add dev v0 object a prio|Command line is not complete: "prio" needs a number. Try option "help"
add dev v0 object a prio -1|Error: argument "-1" is wrong: "prio" must be a number from 0 to 4294967295
add dev v0 object a prio 4294967296|Error: argument "4294967296" is wrong: "prio" must be a number from 0 to 4294967295
add dev v0 object a prio 0x1g|Error: argument "0x1g" is wrong: "prio" must be a number from 0 to 4294967295
add dev v0 object a prio 5x|Error: argument "5x" is wrong: "prio" must be a number from 0 to 4294967295
add dev v0 object a name 1st|~^Error: argument "1st" is wrong: a "name" is 1 to 63 char
add dev v0 object a name a/b|~^Error: argument "a/b" is wrong: a "name" is 1 to 63 char
add dev v0 object a proceed-on|Command line is not complete: "proceed-on" needs a list of verdicts. Try option "help"
add dev v0 object a proceed-on pass,|~^Error: argument of "proceed-on" must be some of .*, not "pass,"$
add dev v0 object a proceed-on frob|~^Error: argument of "proceed-on" must be some of .*, not "frob"$
add dev v0 object a mode fast|~^Error: argument of "mode" must be one of .*, not "fast"$
add dev v0 object a format 4|~^Error: argument of "format" must be one of .*, not "4"$
add dev v0 object a wait forever|Error: argument "forever" is wrong: "wait" must be a number from 0 to 86400
add dev v0 object a if-exists|Error: "if-exists" is garbage here, try "ip link xdp multi help".
del dev v0|~^Not enough information: which entry\?
del pass|Not enough information: "dev" argument is required.
del dev v0 pass drop|Error: "drop" is garbage here, try "ip link xdp multi help".
del dev v0 pass id 3|~^Error: either "name" or "id", not both\.$
del dev v0 id x|Error: argument "x" is wrong: "id" must be a number from 0 to 4294967295
del dev v0 tag 12|Error: argument "12" is wrong: "tag" must be 16 hexadecimal digits
flush|Not enough information: "dev" argument or "all" is required.
flush dev v0 all|Error: either "dev" or "all", not both.
show v0 p0|Error: "p0" is garbage here, try "ip link xdp multi help".
END
refused 255 '~^Error: argument "" is wrong: a "name" is 1 to 63' 'an empty name' \
	"${add[@]}" object a name ''
refused 255 '~^Error: .*"object" must not be empty$' 'an empty object' "${add[@]}" object ''

done_testing
