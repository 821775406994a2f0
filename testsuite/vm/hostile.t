#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Malicious objects, names and dispatchers: each gives one sentence without control
# characters for the terminal, and nothing changes.

. testsuite/lib/tap.sh

add=(ip link xdp multi add dev v0 object)

# patched OFFSET HEX [OFFSET HEX]...: /tmp/x.o is pass.o with other bytes there.
patched() {
	local object=obj/bpf/pass.o at bytes

	cp "$object" /tmp/patched.o
	while [[ $# -gt 0 ]]; do
		at=$1
		bytes=$(fold -w 2 <<< "$2" | sed 's/^/\\x/' | tr -d '\n')
		{
			head -c "$at" /tmp/patched.o
			# shellcheck disable=SC2059
			printf "$bytes"
			tail -c +$((at + ${#2} / 2 + 1)) /tmp/patched.o
		} > /tmp/x.o
		cp /tmp/x.o /tmp/patched.o
		shift 2
	done
}

# tame NAME: what the last command printed, on either, are plain characters.
tame() {
	is "$(printf '%s' "$stdout$stderr" | LC_ALL=C tr -d '\n\040-\176' | od -An -tx1)" '' \
		"$1: no byte that a terminal obeys"
}

new_veth 0
new_veth 1

### Objects

remember_counts
size=$(stat -c %s obj/bpf/pass.o)
others=''
for ((at = 1; at < size; at += 251)); do
	head -c "$at" obj/bpf/pass.o > /tmp/x.o
	run "${add[@]}" /tmp/x.o
	[[ $status -eq 1 && -z $stdout &&
	   $stderr =~ ^'Error: "/tmp/x.o" is not a BPF object file: '[^$'\n']*\.$ ]] ||
		others+="$at: $status $stderr"$'\n'
done
is "$others" '' "an object cut at any of $((size / 251)) places"
unchanged 'they change nothing'

refused 1 'Error: "/dev/zero" is not a regular file.' 'a device' "${add[@]}" /dev/zero
truncate -s 1G /tmp/huge.o
refused 1 'Error: Cannot read "/tmp/huge.o": File too large.' 'a file of a gigabyte' \
	"${add[@]}" /tmp/huge.o
rm /tmp/huge.o
btf=$(LC_ALL=C grep -obaP '\x9f\xeb\x01\x00' obj/bpf/pass.o | head -n 1 | cut -d : -f 1)
like "$btf" '^[0-9]+$' 'the BTF is found'
remember_counts
while read -r name words; do
	# shellcheck disable=SC2086
	patched $words
	run "${add[@]}" /tmp/x.o
	expect 1 '' '~^Error: "/tmp/x.o" is not a BPF object file: [^'$'\n'']+\.$' "an object with $name"
done <<END
another_machine 18 3e00
the_other_byte_order 5 02
32_bits 4 01
a_section_table_nowhere 40 ffffffffffffff7f
sections_without_end 60 ffff
names_in_a_section_that_is_not_there 62 f0ff
a_type_that_is_not_there $((btf + 24 + 8)) ffffff7f
a_typedef_of_itself $((btf + 24)) 000000000000000801000000
a_name_that_is_not_there $((btf + 24)) ffffff00
END
unchanged 'they change nothing'

### Names

evil=$(printf '/tmp/a \033[31m\n\302\233\377\177"x'"'")
escaped="/tmp/a \\x1b[31m\\x0a\\xc2\\x9b\\xff\\x7f\"x'"
mkdir "$evil"
cp obj/bpf/{pass,drop}.o "$evil"
run "${add[@]}" "$evil/pass.o"
expect 0 '' '' 'an object in a directory with escapes in its name'
run ip -d link xdp multi show v0
expect 0 '*' '' 'is shown'
[[ $stdout == *" origin object $escaped/pass.o section "* ]]
result $? 'with escapes for them'
tame 'show'
run ip -d -j link xdp multi show v0
tame 'JSON'
is "$(json -j '.[0].entries[0].origin.object')" "${evil//$'\377'/\\xff}/pass.o" \
	'and as JSON says it exactly, where JSON can'
run ip link xdp multi save dev v0
tame 'save'
saved=$stdout
old=$(xdp_id v0)
run bash -c 'ip link xdp multi restore dev v0 file - <<< "$0"' "$saved"
expect 0 '' '' 'what is saved can be restored'
is "$(xdp_id v0)" "$old" 'as the chain that is there'
run bash -c 'ip link xdp multi restore dev v1 file - <<< "$0"' "$saved"
expect 0 '' '' 'and elsewhere'
chain_is v1 'pass/50/pass' 'from the same file'
run bash -c 'ip link xdp multi check dev v1 file - <<< "$0"' "$saved"
expect 0 '' '' 'check finds no difference'
run ip link xdp multi flush dev v1

mkdir /sys/fs/bpf/x
system_ip link property add dev v0 altname "$(printf 'a\033[31m')"
printf 'link xdp multi add dev v0 object "%s/drop.o" name pass\n' "$(printf '/tmp/\033[31m')" > "$evil/batch"
printf '%s\n' 'object x.o name x' > "$evil/chain"
while IFS='|' read -r wanted sentence words; do
	words=${words//@/$'\1'}
	IFS=' ' read -ra words <<< "$words"
	refused "$wanted" "$sentence" "${words[*]//$'\1'/EVIL}" ip "${words[@]//$'\1'/$evil}"
	tame "${words[*]//$'\1'/EVIL}"
done <<'END'
1|~^Error: Cannot read "[^"]*\\x1b.*/none.o": No such file|link xdp multi add dev v0 object @/none.o
1|~^Error: "[^"]*\\x1b.*" is not a regular file|link xdp multi add dev v0 object @
1|~^Error: "[^"]*\\x1b.*/drop.o" has no program "[^"]*\\x1b|link xdp multi add dev v0 object @/drop.o program @
1|~^Error: Cannot open the pin "[^"]*\\x1b|link xdp multi add dev v0 pinned @
1|~^Error: Nothing is pinned at "[^"]*\\x1b|link xdp multi add dev v0 pinned /sys/fs/bpf/x@
1|~^Error: Cannot use "[^"]*\\x1b|link xdp multi add dev v0 object obj/bpf/pass.o pinmaps @
255|~^Error: argument "[^"]*\\x1b.*" is wrong: "dev" not a valid ifname$|link xdp multi show @
255|~^Cannot open network namespace "x[^"]*\\x1b|-n x@ link xdp multi show
255|~^".*\\x1b.*" is not a network namespace|-n @ link xdp multi show
255|~^Cannot open network namespace "x[^"]*\\x1b|link xdp multi share dev v0 from v1 netns x@
1|~^Error: Cannot read "[^"]*\\x1b.*/nochain": No|link xdp multi restore dev v0 file @/nochain
1|~^Error: /tmp/a \\x1b.*/chain:1: cannot read "/tmp/a \\x1b|link xdp multi restore dev v0 file @/chain
1|~^Error: Cannot read "/tmp/\\x1b.*"[^$]*Command failed /tmp/a \\x1b.*:1$|-batch @/batch
255|~^Error: argument "[^"]*\\x1b.*" is wrong: "tag" must be 16 hexadecimal digits|link xdp multi del dev v0 tag @
255|~^Error: argument "[^"]*\\x1b.*" is wrong: a "name" is|link xdp multi change pass dev v0 name @
2|~^Error: dev v0: the chain has no entry named "/tmp/a \\x1b|link xdp multi del dev v0 @
END
run ip link xdp multi show "$(printf 'a\033[31m')"
expect 0 '~^[0-9]+: v0: mode native ' '' 'an alternative name with an escape finds the device'
system_ip link set v1 down
system_ip link set v1 name "$(printf 'v1\033[31m')"
run ip link xdp multi add dev "$(printf 'v1\033[31m')" object obj/bpf/pass.o
expect 0 '' '' 'and so does a name'
for options in '' -br '-d -o' '-j -p'; do
	# shellcheck disable=SC2086
	run ip $options link xdp multi show
	like "$stdout" 'v1\\(x|u00)1b\[31m' "show${options:+ }$options: the name has an escape"
	tame "show${options:+ }$options"
done
run ip link xdp multi flush dev "$(printf 'v1\033[31m')"
expect 0 '' '' 'flush'
system_ip link set "$(printf 'v1\033[31m')" name v1
run ip link xdp multi flush dev v0
rm -r "$evil"
rmdir /sys/fs/bpf/x
run "${add[@]}" obj/bpf/pass.o name n
ip link xdp multi save dev v0 > /tmp/chain
run ip link xdp multi flush dev v0
"${add[@]/v0/v1}" obj/bpf/pass.o

### Programs that pretend to be dispatchers

# looks: what only looks at v0, whatever is there.
looks() {
	run ip -d link xdp multi show v0
	expect 0 "~$2" '' "$1: show"
	tame "$1: show"
	run ip -d -j link xdp multi show v0
	ok "$1: JSON is JSON" jq -e . <<< "$stdout"
	# A Warning may say that libxdp cannot change this format.
	run ip link xdp multi check dev v0
	expect 2 '~^v0: ' '~^(Warning: .*)?$' "$1: check"
	run ip link xdp multi check dev v0 file /tmp/chain
	expect 2 '~^v0: ' '~^(Warning: .*)?$' "$1: check against a file"
}

# refuses NAME STATUS ERROR WORDS: as refused, counts are compared by the caller.
refuses() {
	local words

	read -ra words <<< "$4"
	run ip link xdp multi "${words[@]}"
	expect "$2" '' "~^Error: $3"'[^'$'\n'']*\.$' "$1: ${words[0]}"
}

foreign='dev v0: the XDP program "xdp_dispatcher" \(id [0-9]+\) is attached and is not a chain \('
# not_understood NAME REASON SIZE HEX [IDENT...]
not_understood() {
	local name=$1 reason=$2 verb

	shift 2
	obj/helpers/foreign config v0 "$@" > /dev/null || bail_out "no $name"
	remember_counts
	looks "$name" "^[0-9]+: v0: mode native foreign dispatcher id [0-9]+ name xdp_dispatcher reason .*$reason"
	refuses "$name" 2 'dev v0: no such chain' 'save dev v0'
	refuses "$name" 2 "$foreign.*$reason" 'add dev v0 object obj/bpf/pass.o'
	for verb in 'del dev v0 slot 0' 'change dev v0 slot 0 prio 3' 'flush dev v0' 'adopt dev v0'; do
		refuses "$name" 2 "$foreign.*$reason" "$verb"
	done
	refuses "$name" 2 'No such chain' 'share dev v1 from v0'
	unchanged "$name: all is as before"
	system_ip link set dev v0 xdp off
}

not_understood 'more programs than slots' 'more programs than it has slots' 124 ec02ff00
not_understood 'a size of no slots' 'its size is wrong' 127 ec030100
not_understood 'more slots than bytes' 'more programs than it has slots' 24 ece0fa00
not_understood 'too many for any chain' 'more programs than it has slots' 8192 ece0fbff
not_understood 'a goto out of the chain' 'a flag or a rule' 24 \
	ece0010000000000000000000000000000000005000000ff
not_understood 'unknown flags' 'a flag or a rule' 24 ece00100ffffffff
not_understood 'an unknown version' 'unknown version 236' 65536 ecec
not_understood 'a megabyte' 'it has 1048576 bytes' 1048576 ece0fa00
not_understood 'a single byte' 'too small' 1 ec
not_understood 'no version' 'unknown version 0' 84 01

### Pins of a dispatcher that is not understood

obj/helpers/foreign dispatcher v0 200 > /dev/null
id=$(xdp_id v0)
newer=/sys/fs/bpf/xdp/multi-$(< /sys/class/net/v0/ifindex)-$id
mkdir -m 700 "$newer"
bpftool prog pin id "$id" "$newer/dispatcher"
system_ip link set dev v0 xdp off
refused 2 "~Error: dev v0: the chain of dispatcher $id may be detached" \
	'a chain of a newer version that may be detached is not superseded' "${add[@]}" obj/bpf/pass.o
run ip link xdp multi clean
ok 'nor cleaned up' test -e "$newer/dispatcher"
echo "object $PWD/obj/bpf/pass.o" > "$tap_tmp/chain"
run ip link xdp multi restore dev v0 file "$tap_tmp/chain"
expect 0 '' "~^Warning: dev v0: the chain of dispatcher $id may be detached, .*: the new chain takes its place" \
	'restore supersedes it, and says so'
run ip link xdp multi flush dev v0
[[ ! -e $newer ]] || rm -r "$newer"

# A kernel that does not tell the target of a link leaves it open whether there are any.
problem='pins and links are gone'
kernel_has link_target || problem='the pins are not on this bpffs'
gone="the chain is damaged: $problem"
# no_program NAME SIZE HEX [IDENT...]: it is understood, and nothing is behind it.
no_program() {
	local name=$1 verb

	shift
	obj/helpers/foreign config v0 "$@" > /dev/null || bail_out "no $name"
	remember_counts
	looks "$name" "^[0-9]+: v0: mode native dispatcher id .* problem: $problem"
	for verb in 'add dev v0 object obj/bpf/pass.o' 'del dev v0 slot 0' \
		'change dev v0 slot 0 prio 3'; do
		refuses "$name" 2 "dev v0: $gone" "$verb"
	done
	refuses "$name" 2 'dev v0: a chain already exists' 'adopt dev v0'
	refuses "$name" 2 '(The chain|.* no entry)' 'share dev v1 from v0'
	run ip link xdp multi save dev v0
	if [[ $2 == ec02 || $* == *' name_x '* ]]; then
		expect 0 '~^chain mode native ' '' "$name: what is known is saved"
	else
		expect 2 '' '~^Error: dev v0: the program of slot 0 is gone [^.]*: the chain cannot be saved; delete that entry first\.$' \
			"$name: nothing that could be restored is saved"
	fi
	tame "$name: save"
	unchanged "$name: all is as before"
	if kernel_has link_target; then
		run ip link xdp multi flush dev v0
		expect 0 '' '' "$name: flush"
	else
		refuses "$name" 2 "dev v0: $gone" 'flush dev v0'
		system_ip link set dev v0 xdp off
	fi
	is "$(xdp_id v0)" 0 "$name: nothing is attached"
}

no_program 'no entry at all' 124 ec02
no_program 'entries that nothing is known of' 128 ec030a00
no_program '250 entries' 4008 ece0fa00
no_program 'a tail-called entry without a map' 24 \
	ece001000000000000000000000000000200010000000000 name_x1
no_program 'a name that is none' 128 ec030100 name_x_0a object__2fa
no_program 'hostile labels' 128 ec030100ff name_x 'object__2f_1b_5b31m_0ared_22_27' \
	proceed_on_99 added_99999999999999999999999 sha256_zz pinmaps__0a section__ff
no_program 'a name in two parts' 128 ec030100 name_x name_x object__2fa
run ip link xdp multi flush dev v1

done_testing
