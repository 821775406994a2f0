#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Configuration files that apply, are masked or invalid, as check reports them for lo,
# which has no chain. This needs no privileges and loads nothing.

. testsuite/lib/tap.sh
[[ -x ip/ip && -e obj/bpf/pass.o ]] || bail_out 'build first'
[[ -z $(ip/ip link xdp multi show dev lo 2>&1) ]] || skip_all 'lo has a program'
root=$(realpath "$tap_tmp")/root
etc=$root/etc/xdp-multi run_dir=$root/run/xdp-multi lib=$root/usr/lib/xdp-multi
mkdir -p "$root/opt"
cp obj/bpf/{pass,counter}.o "$root/opt"

check() {
	run timeout 60 ip/ip link xdp multi check dev lo config root "$root"
}

# found ENTRIES NAME: these are found, in order, and nothing is wrong.
found() {
	check
	is "$status $(sed -n 's/^lo: entry "\(.*\)" is missing$/\1/p' <<< "$stdout" |
		xargs) $stderr" "2 $1 " "$2"
}

# put FILE [LINE...]: without lines it is empty.
put() {
	mkdir -p "${1%/*}"
	: > "$1"
	[[ $# -eq 1 ]] || printf '%s\n' "${@:2}" > "$1"
}

### What counts

check
expect 0 '' '' 'no files'
put "$lib/l*.d/20-b.entry" 'object /opt/pass.o'
put "$lib/l*.d/10-a.entry" 'object /opt/pass.o'
put "$etc/default.d/15-no.entry" 'nonsense, but lo has no default'
put "$etc/eth0.d/15-no.entry" 'nonsense'
put "$etc/lo.chain" 'object /opt/pass.o name c prio 60' 'object /opt/pass.o name d'
put "$run_dir/lo.d/05-e.entry" 'object /opt/counter.o name other'
put "$etc/lo.d/x.entry~" 'nonsense'
found 'd other a b c' 'files of all places, by priority and then by name'
put "$lib/lo.chain" 'nonsense'
put "$lib/lo.d/20-b.entry" 'nonsense'
put "$etc/lo.d/20-b.entry" 'object /opt/counter.o name b2'
found 'd other a b2 c' 'one takes the place of another, whatever is wrong with that'
put "$etc/lo.d/20-b.entry"
mkdir -p "$etc/lo.d"
ln -s /dev/null "$etc/lo.d/10-a.entry"
put "$run_dir/lo.d/05-e.entry"
found 'd c' 'masked by an empty file, by a link to /dev/null, in the very place'
rm "$etc/lo.chain" "$lib/lo.chain"
put "$root/opt/chain" 'object ../../opt/pass.o name f'
ln -s "$root/opt/chain" "$etc/lo.chain"
found f 'a link counts as what it leads to, and its paths begin where it is'
rm -r "$etc" "$run_dir" "$lib"

### What is bad

put "$lib/lo.d/10-ok.entry" 'object /opt/counter.o'
mkdir -p "$etc/lo.d"
bad=$etc/lo.d/20-bad.entry

# bad ERROR NAME
bad() {
	check
	expect 1 '' "~^(Warning: dev lo|Error): $1" "$2"
	rm -rf "$bad"
}

# line NAME TEXT LINE:ERROR
line() {
	printf '%b' "$2" > "$bad"
	bad "$bad:$3" "$1"
}

line 'a word' 'object /opt/pass.o\n\ngarbage\n' '3: this file can have only one entry'
line 'an unknown word' 'object /opt/pass.o nonsense\n' '1: "nonsense" is garbage here'
line 'a word without value' '# hm\nobject\n' '2: the line is not complete: "object" needs the name of a file'
line 'a chain line' 'chain mode native\n' '1: "chain" is garbage here'
line 'no newline' 'object /opt/pass.o' '1: the last line has no newline'
line 'a byte order mark' '\xef\xbb\xbfobject /opt/pass.o\n' '1: "\\xef\\xbb\\xbfobject" is garbage here'
line 'no UTF-8' '\xff\xfe\xfd\n' '1: "\\xff\\xfe\\xfd" is garbage here'
line 'no object file' 'object /opt/nix.o\n' "1: cannot read \"$root/opt/nix.o\": No such file"
line 'an object file that is none' 'object 20-bad.entry\n' '1: '
line 'an entry of the same name' 'object /opt/pass.o name ok\n' \
	"1: an entry \"ok\" is also in $lib/lo.d/10-ok.entry:1: rename one of them"
line 'a name that is none' 'object /opt/pass.o name 1\n' '1: argument "1" is wrong'
line 'a goto to nobody' 'object /opt/pass.o on drop goto nobody\n' '1: the chain has no entry named'
printf '# nothing\n' > "$bad"
bad "\"$bad\" has no entries" 'comments only'
printf 'object /opt/pass.o\n\0' > "$bad"
bad "cannot read \"$bad\": " 'a zero byte'
truncate -s 20M "$bad"
bad "cannot read \"$bad\": " 'a huge file'
mkdir "$bad"
bad "cannot read \"$bad\": Is a directory" 'a directory'
mkfifo "$bad"
bad "\"$bad\" is not a regular file" 'a fifo'
ln -s nowhere "$bad"
bad "cannot read \"$bad\": No such file" 'a link that leads nowhere'
ln -s 20-bad.entry "$bad"
bad "cannot read \"$bad\": Too many levels" 'a link to itself'
ln -s /dev/zero "$bad"
bad "\"$bad\" is not a regular file" 'a device'
put "$etc/lo.d/9.entry" 'object /opt/pass.o'
bad "$etc/lo.d/9.entry:1: the name of this file is not a valid name for an entry" 'a name that the file cannot give'
rm "$etc/lo.d/9.entry"
check
plain=$status
for name in 'eth[0-9.chain' 'eth[[:digits:]].d' 'eth[9-0].d' 'eth\.chain'; do
	mkdir "$etc/$name"
	check
	expect "$plain" '*' "~^Warning: \"$etc/eth.*\" matches no interface: the pattern has" \
		"a pattern that matches nothing does not stop others: $name"
	rmdir "$etc/$name"
done

### The policy

bad=$etc/policy
line 'a policy without a decision' 'name x\n' '1: not enough information: one of'
line 'a policy about nobody' '# hm\n\nprio 7\n' '3: not enough information: "name" or "object"'
line 'a policy with a pattern that is none' 'name f[0-9 deny\n' '1: argument "f\[0-9" is wrong: the pattern has'
line 'a policy for a relative path' 'object pass.o deny\n' '1: argument "pass.o" is wrong: "object" is a pattern for absolute paths'
line 'a policy for no name' 'name "" deny\n' '1: argument "" is wrong: a pattern for names'
line 'a policy that was cut off' 'name x deny' '1: the last line has no newline'
mkfifo "$bad"
bad "\"$bad\" is not a regular file" 'a policy that is a fifo'
ln -s nowhere "$bad"
bad "Cannot read \"$bad\": No such file" 'a policy that is nowhere'
put "$etc/lo.d/30-last.entry" 'object /opt/pass.o'
put "$etc/policy" 'name last prio 7' 'name last deny' "object $root/opt/c* deny"
found 'last' 'what a policy denies is as if it were masked'
put "$etc/policy"
found 'ok last' 'an empty policy'
rm "$etc/policy" "$etc/lo.d/30-last.entry"

### What is written while it is read

# Whoever writes has come to the end of a line when it is read, and goes on before it is
# closed: the other entry must not be missed.
cat > "$tap_tmp/writer" << END
fd=\$(find /proc/[0-9]*/fd -lname "$etc/lo.chain" -print -quit 2> /dev/null)
[[ \$(sed -n 's/^pos:[[:space:]]*//p' "\${fd/\/fd\//\/fdinfo\/}" 2> /dev/null) -gt 0 ]] || exit
echo 'object /opt/pass.o name second' >> "$etc/lo.chain"
echo acted
END
acted='' half=''
for kind in read newfstatat fstat; do
	for ((k = 1; k < 30; k++)); do
		put "$etc/lo.chain" 'object /opt/pass.o name first'
		rm -f "$tap_tmp/acted"
		run obj/helpers/inject "$kind:$k" act "bash $tap_tmp/writer > $tap_tmp/acted" "$tap_tmp/hit" \
			ip/ip link xdp multi check dev lo config root "$root"
		[[ $(cat "$tap_tmp/hit" 2> /dev/null) != none* && -e $tap_tmp/hit ]] || break
		[[ -s $tap_tmp/acted ]] || continue
		acted+=" $kind:$k"
		[[ $stdout == *first*second* ]] || half+=" $kind:$k"
	done
done
if [[ -e $tap_tmp/hit ]]; then
	is "$(($(wc -w <<< "$acted") >= 2)) $half" '1 ' "a file that was changed while it was read ($acted) is read again"
else
	skip 'no inject' 'a file that was changed while it was read'
fi
rm "$etc/lo.chain"

### More that is bad

bad=$etc/lo.d/20-bad.entry
if [[ $UID -ne 0 ]] || setpriv --bounding-set -all true 2> /dev/null; then
	put "$bad" 'object /opt/pass.o'
	chmod 0 "$bad"
	as_nobody=()
	[[ $UID -ne 0 ]] || as_nobody=(setpriv --reuid 65534 --clear-groups)
	chmod -R a+rX "$tap_tmp" "$root"
	chmod 0 "$bad"
	run "${as_nobody[@]}" ip/ip link xdp multi check dev lo config root "$root"
	expect 1 '' "~^Warning: dev lo: cannot read \"$bad\": Permission denied" 'a file that may not be read'
	chmod 0 "$etc"
	run "${as_nobody[@]}" ip/ip link xdp multi check dev lo config root "$root"
	expect 1 '' "~^Error: Cannot read \"$etc/policy\": Permission denied" 'nor a directory'
	chmod 755 "$etc"
	rm "$bad"
fi
rmdir "$etc/lo.d"
bad=$etc/lo.d
ln -s nowhere "$bad"
bad "cannot read \"$bad\": No such file" 'a directory that is a link to nowhere'
ln -s /dev/null "$bad"
bad "cannot read \"$bad\": Not a directory" 'or to /dev/null'
printf 'object /opt/pass.o\n' > "$bad"
bad "cannot read \"$bad\": Not a directory" 'a file in place of a directory'
bad=$etc/lo.chain
printf 'object /opt/pass.o name x\nobject /opt/pass.o name x\n' > "$bad"
bad "$bad:2: an entry \"x\" is also in $bad:1" 'one name twice in a file'
printf 'chain entries 3\nobject /opt/pass.o name x\nend\n' > "$bad"
bad "\"$bad\" is truncated" 'a file that was cut off'
rmdir "$etc"
: > "$etc"
bad=$etc
bad "Cannot read \"$etc/policy\": Not a directory" 'a file in place of all'
found ok 'what is not bad counts then'
done_testing
