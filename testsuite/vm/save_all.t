#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: here
# linkage: ext
# save all writes the chains of a machine to one file, and keeps object files by their
# digests.

. testsuite/lib/tail.sh

multi=(ip link xdp multi)
all=$tap_tmp/all objects=$tap_tmp/objects
one=$tap_tmp/one.o
cp obj/bpf/pass.o "$one"
new_veth 0
new_veth 1
new_veth 2
remember_counts
start=$tap_counts

# shapes: all chains, without the numbers that are new each time.
shapes() {
	"${multi[@]}" show | sed -E 's/ id [0-9]+//g'
}

# edited SCRIPT: the file with all chains, edited by sed
edited() {
	sed "$1" "$all" > "$tap_tmp/edited"
	echo "$tap_tmp/edited"
}

digest() {
	sha256sum "$1" | cut -d ' ' -f 1
}

### All chains

run "${multi[@]}" save all
expect 0 'end all' '' 'no chain at all'
echo "$stdout" > "$all"
refused 0 '' 'is restored as well' "${multi[@]}" restore all file "$all"
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10 2> /dev/null
"${multi[@]}" add dev v0 object "$one" prio 20 name one
"${multi[@]}" add dev v2 object obj/bpf/filter.o mode generic 2> /dev/null
system_ip link set dev v2 xdpgeneric off
plain v1 drop xdp
foreign=$(xdp_id v1)
run "${multi[@]}" save all
expect 0 "~^chain dev v0 mode native .*entries 2
object .*
object .*
end
chain dev v2 .*entries 1
object .*
end
end all\$" '' 'all chains, also one that was taken off, and nothing else'
echo "$stdout" > "$all"
"${multi[@]}" repair dev v2 > /dev/null 2>&1
before=$(shapes)
refused 0 '' 'restore all changes nothing where nothing has changed' "${multi[@]}" restore all file "$all"
"${multi[@]}" flush all
run "${multi[@]}" restore all file "$all"
expect 0 '' '*' 'and makes all of it anew'
is "$(shapes | sed 's/mode [a-z]*//')" "$(sed 's/mode [a-z]*//' <<< "$before")" 'as it was'
is "$(xdp_id v1)" "$foreign" 'what is not in the file is left alone'
dry_run 'restore all' restore all file "$(edited 's/prio 10/prio 11/')"
run "${multi[@]}" restore dev v2 file "$(edited '/dev v2/,$d')" maps fit
expect 0 '' '*' 'a chain that was cut out of it fits elsewhere'
chain_is v2 'counter/10/pass one/20/pass' 'it is there'

### Bad files of several chains

# bad SCRIPT ERROR NAME: the file, edited by sed
bad() {
	refused 1 "~^Error: $tap_tmp/edited:$2" "$3" "${multi[@]}" restore all file "$(edited "$1")"
}
bad '$d' '8: the file is truncated: it has no line "end all"' 'cut off between two chains'
bad '7,$d' '7: the file is truncated' 'cut off in a chain'
bad '$a end' '9: unexpected "end" after "end all"' 'a line too many'
bad 's/dev v2/dev v0/' '5: dev "v0" has another chain in this file' 'two chains for a device'
bad 's/dev v2 //' '5: in a file of several chains, each must begin with "chain dev DEV"' 'a chain of nobody'
bad 's/entries 1/entries 2/' '7: .* it says 2, but the file has 1' 'a wrong number of entries'
bad 's/name one/name 1/' '3: argument "1" is wrong' 'a wrong word'
refused 1 "~:5: another chain begins here: use \"restore all\"" 'restore of one device' \
	"${multi[@]}" restore dev v0 file "$all"
refused 255 '*' 'all and dev' "${multi[@]}" restore all dev v0 file "$all"
run "${multi[@]}" restore all file "$(edited 's/dev v2/dev nix/')"
expect 1 '' 'Warning: Cannot find device "nix".
Error: Not every chain could be restored.' 'one device is not there'
run "${multi[@]}" restore all file "$(edited 's/dev v2/dev v1/')"
expect 2 '' '~^Warning: dev v1: the XDP program "drop"' "one has somebody else's program"
"${multi[@]}" flush all

### Object files that are kept

"${multi[@]}" add dev v0 object obj/bpf/counter.o 2> /dev/null
"${multi[@]}" add dev v0 object "$one" name one 2> /dev/null
was=$(digest "$one")
run "${multi[@]}" save dev v0 with-objects "$objects"
expect 0 "~object $objects/$was.o program pass sha256 $was name one" '' 'object files are kept by their digests'
echo "$stdout" > "$tap_tmp/yesterday"
is "$(cd "$objects" && ls -A)" "$(printf '%s.o\n' "$(digest obj/bpf/counter.o)" "$was" | sort)" 'and nothing else'
is "$(digest "$objects/$was.o")" "$was" 'byte by byte'
cp obj/bpf/drop.o "$one"
now=$(digest "$one")
run "${multi[@]}" save dev v0 with-objects "$objects"
expect 0 "$(< "$tap_tmp/yesterday")" '' 'a copy that is there serves when the object file has changed'
run "${multi[@]}" save dev v0 with-objects "$tap_tmp/others"
expect 2 '' "Error: dev v0: entry \"one\": \"$one\" cannot be copied: it has changed since the program was loaded (SHA-256 was $was, is $now)." \
	'else it cannot be kept'
run "${multi[@]}" save all with-objects "$tap_tmp/others"
expect 2 '' '~^Warning: dev v0: entry "one": .* has changed
?.*Error: Not every chain could be saved\.$' 'nor with all others: then the file does not look complete'
rm "$one"
run "${multi[@]}" save dev v0 with-objects "$tap_tmp/others"
expect 1 '' "~^Error: dev v0: entry \"one\": cannot read \"$one\"" 'nor when it is gone'
cp obj/bpf/drop.o "$one"
truncate -s 0 "$objects/$was.o"
run "${multi[@]}" save dev v0 with-objects "$objects"
expect 2 '' '*' 'a copy that is damaged does not count'
cp obj/bpf/pass.o "$one"
run "${multi[@]}" save all with-objects "$objects"
expect 0 "~object $objects/$was.o" '' 'and is made again'
is "$(digest "$objects/$was.o")" "$was" 'whole'
cp obj/bpf/drop.o "$one"
"${multi[@]}" flush dev v0
run "${multi[@]}" restore dev v0 file "$tap_tmp/yesterday"
expect 0 '' '*' 'the chain of yesterday is restored'
chain_is v0 'counter/50/pass one/50/pass' 'with the programs of then'
ok 'packets pass' reaches 0
run "${multi[@]}" save dev v0 with-objects /no/such/dir
expect 1 '' '~Cannot make the directory "/no/such/dir": No such file' 'a directory that cannot be made'
run "${multi[@]}" save dev v0 with-objects obj/bpf/pass.o
expect 1 '' '*' 'a file in place of a directory'
"${multi[@]}" flush dev v0

### Another digest

printf 'object %s program drop sha256 %s name one\n' "$one" "$was" > "$tap_tmp/chain"
refused 2 "~has changed since the chain was saved" 'another digest is refused' \
	"${multi[@]}" restore dev v0 file "$tap_tmp/chain"
run ip -force link xdp multi restore dev v0 file "$tap_tmp/chain"
expect 0 '' "~Warning: \"$one\" has changed since the chain was saved \(SHA-256 $now, expected $was\)\." 'with -force a warning names both'
chain_is v0 'one/50/pass' 'and it is taken'
"${multi[@]}" flush dev v0
system_ip link set dev v1 xdp off
tap_counts=$start
unchanged 'nothing is left'
done_testing
