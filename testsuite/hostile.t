#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Hostile command lines, batches and chain files that do not need the kernel: each gives
# its error message without delay.

. testsuite/lib/tap.sh

multi=(timeout 600 ip/ip link xdp multi)
restore=("${multi[@]}" restore dev no-such-interface file)
ln -s "$PWD/ip/ip" "$tap_tmp/ip-xdp-multi"
batch=(timeout 600 "$tap_tmp/ip-xdp-multi" -force -batch)

# letters N: so many
letters() {
	head -c "$1" /dev/zero | tr '\0' x
}

### Words

long=$(letters 100000)
for words in "$long" "add $long" "add dev $long" "del dev v0 name $long" \
	"add dev v0 object x on $long" "add dev v0 object x on drop goto $long $long"; do
	# shellcheck disable=SC2086
	run "${multi[@]}" $words
	like "$status" '^(1|255)$' "a word of 100000 letters: ${words:0:25}"
	is "$(wc -l <<< "$stderr")" 1 'one line'
	ok 'not a long one' test "${#stderr}" -lt 5000
done
mapfile -t words < <(yes dev | head -n 100000)
run "${multi[@]}" add "${words[@]}"
expect 255 '' '~^Not enough information: "object"' '100000 words'
run "${multi[@]}" add dev v0 object x "${words[@]/dev/verbose}"
expect 255 '' 'Error: duplicate "verbose".' 'and of those that stand alone'

### Batches

# batch_gives STATUS STDERR NAME: a batch from standard input, each line ours.
batch_gives() {
	run bash -c '"$@" - < "$0"' "$tap_tmp/batch" "${batch[@]}"
	expect "$1" '' "$2" "$3"
}

yes frob | head -n 100000 > "$tap_tmp/batch"
batch_gives 1 '~Command failed -:100000$' '100000 lines'
is "$(grep -c '^Command "frob" is unknown' <<< "$stderr")" 100000 'each with its sentence'
yes "frob\\" | head -n 100000 > "$tap_tmp/batch"
batch_gives 1 $'Missing continuation line\nCommand failed -:100000' 'that are one'
{ letters 1000000; printf '\nfrob\n'; } > "$tap_tmp/batch"
batch_gives 1 '~^Command "x+.*[^$]*Command failed -:1[^$]*Command failed -:2$' 'a line of a million letters'
yes 'x ' | head -n 1000000 | tr -d '\n' > "$tap_tmp/batch"
batch_gives 1 $'Too many arguments to command\nCommand failed -:1' 'of a million words'
printf 'frob\0show no-such-interface\nshox\0w\n' > "$tap_tmp/batch"
batch_gives 1 '~^Command "frob" is unknown.*Command failed -:1[^$]*"shox" is unknown.*Command failed -:2$' \
	'a line ends at a zero byte'
printf '"\n'"'"'frob\n"frob\\\n"\n' > "$tap_tmp/batch"
batch_gives 1 '~^Unterminated quoted string
Command failed -:1
Unterminated quoted string
Command failed -:2
Command "frob" is unknown.*Command failed -:4$' 'quotes that are not closed'
printf '%s\n' '-batch -' 'link xdp multi -batch -' '-force -b /dev/stdin' > "$tap_tmp/batch"
batch_gives 1 '~^Command "-batch" is unknown.*:1[^$]*Command "-?[a-z]+" is unknown.*:2[^$]*Command "-force" is unknown.*:3$' \
	'a batch in a batch'
run "${batch[@]}" "$tap_tmp"
expect 1 '' "Cannot read \"$tap_tmp\": Is a directory" 'a directory'
run "${batch[@]}" /dev/zero
expect 1 '' 'Cannot read "/dev/zero": File too large' 'a line without end'

### Chain files

file=$tap_tmp/chain
run "${restore[@]}" "$tap_tmp"
expect 1 '' "Error: Cannot read \"$tap_tmp\": Is a directory." 'a directory'
run "${restore[@]}" /dev/zero
expect 1 '' 'Error: Cannot read "/dev/zero": File too large.' 'a file without end'
printf 'object x.o name x\0y\n' > "$file"
run "${restore[@]}" "$file"
expect 1 '' "~^Error: Cannot read \"$file\": it is not a text file\.$" 'a zero byte'
printf 'object \033[31m name x y\n' > "$file"
run "${restore[@]}" "$file"
expect 1 '' "Error: $file:1: \"y\" is garbage here, see xdp-multi.chain(5)." 'garbage'
printf '\033[31m\n' > "$file"
run "${restore[@]}" "$file"
expect 1 '' "Error: $file:1: \"\\x1b[31m\" is garbage here, see xdp-multi.chain(5)." \
	'that a terminal would obey'
yes 'object x.o name x' | head -n 500000 > "$file"
run "${restore[@]}" "$file"
expect 1 '' "Error: $file:251: a chain has at most 250 entries." 'half a million entries'
{ printf 'object '; letters 1000000; printf ' name x y\n'; } > "$file"
run "${restore[@]}" "$file"
expect 1 '' "Error: $file:1: \"y\" is garbage here, see xdp-multi.chain(5)." 'a path of a million letters'
yes "\\" | head -n 1000000 > "$file"
run "${restore[@]}" "$file"
expect 1 '' "Error: \"$file\" has no entries: to remove a chain, use flush." 'a million continued lines'

done_testing
