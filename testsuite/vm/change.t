#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext mixed
# change: name, place, rules and program of an existing entry.

. testsuite/lib/tap.sh

change=(ip link xdp multi change dev v0)

add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" || bail_out "no $program"
}

# changes ENTRIES NAME WORDS...: change with these words ends well, prints
# nothing, and this is the chain afterwards.
changes() {
	local entries=$1 name=$2

	shift 2
	run "${change[@]}" "$@"
	expect 0 '' '' "$name"
	chain_is v0 "$entries" "$name: so it is"
}

# ids ENTRY...: their programs.
ids() {
	local name

	for name; do
		id_of v0 "$name"
	done
}

tag_of() {
	ip -d link xdp multi show v0 | sed -n "s/^ *[0-9]*: $1 .* tag \([0-9a-f]*\) .*/\1/p"
}

new_veth 0
remember_counts
zero=$tap_counts
refused 2 'Error: dev v0: no such chain: nothing is attached.' 'no chain' "${change[@]}" a prio 1
add pass name a prio 10
add counter name b prio 20
add echo name c prio 30
programs=$(ids a b c) dispatcher=$(xdp_id v0)
refused 0 '' 'nothing to change' "${change[@]}" a
refused 0 '' 'what is so already' "${change[@]}" name a name a prio 10 proceed-on pass enable
is "$(loads "${change[@]}" a name x)" 0 'a new name loads nothing'
chain_is v0 'x/10/pass b/20/pass c/30/pass' 'it has it'
isnt "$(xdp_id v0)" "$dispatcher" 'in a new dispatcher'
changes 'a/10/pass b/20/pass c/30/pass' 'an entry is selected by name NAME' name x name a
changes 'a/10/pass b2/20/pass c/30/pass' 'by slot' slot 1 name b2
changes 'a/10/pass b/20/pass c/30/pass' 'by id' id "$(id_of v0 b2)" name b
changes 'a/10/pass b/20/drop,pass c/30/pass' 'by tag' tag "$(tag_of b)" on drop next
changes 'a/10/pass b/20/pass c/30/pass' 'a bare name' b on drop stop
changes 'a/10/pass c/30/pass b/40/pass' 'prio moves' b prio 40
changes 'b/9/pass a/10/pass c/30/pass' 'first' b first
changes 'a/10/pass c/30/pass b/31/pass' 'last' b last
changes 'a/10/pass b/20/pass c/30/pass' 'between, with a priority between' b before c
changes 'a/10/pass c/30/pass b/31/pass' 'after NAME' b after c
changes 'b/9/pass a/10/pass c/30/pass' 'before name NAME' b before name a
changes 'a/10/pass b/20/pass c/30/pass' 'after slot N, as numbered before' b after slot 1
changes 'b/9/pass a/10/pass c/30/pass' 'before slot N' b before slot 0
changes 'a/10/pass b/20/pass c/30/pass' 'before id' b before id "$(id_of v0 c)"
changes 'a/10/pass c/30/pass b/31/pass' 'after tag' b after tag "$(tag_of c)"
changes 'a/10/pass b/20/pass c/30/pass' 'after id' after id "$(id_of v0 a)" name b
changes 'a/10/pass b/20/all c/30/pass' 'all verdicts proceed' b proceed-on all
run "${change[@]}" b proceed-on none
expect 0 '' 'Warning: Entry "c" never runs: no rule of an entry before it leads there.' 'none'
chain_is v0 'a/10/pass b/20/none c/30/pass' 'and so it is'
changes 'a/10/pass b/20/drop,tx c/30/pass' 'some' b proceed-on drop,tx
changes 'a/10/pass b/20/pass,tx c/30/pass' 'on edits single ones' b on drop stop on pass next
changes 'x/5/tx a/10/pass c/30/pass' 'all at once' b name x prio 5 proceed-on tx
changes 'a/10/pass b/20/pass c/30/pass' 'and back' x name b after a proceed-on pass
is "$(ids a b c)" "$programs" 'all the time these are the same programs'
id=$(xdp_id v0)
run "${change[@]}" b prio 20 dry-run
expect 0 '~^[0-9]+: v0: .*    no change $' '' 'a dry run says that nothing changes'
run ip -d link xdp multi change dev v0 b prio 20
expect 0 '' 'Warning: dev v0: no change: the chain is already as requested.' 'and so does -d'
is "$(xdp_id v0)" "$id" 'and nothing does'
ok 'v0 is reached' reaches 0

remember_counts
while IFS='|' read -r code sentence words; do
	# shellcheck disable=SC2086
	run "${change[@]}" $words
	expect "$code" '' "$sentence" "$words"
done << END
2|~^Error: dev v0: the chain has no entry named "none"\.$|none prio 1
2|~^Error: dev v0: the chain has no entry in slot 3\.$|slot 3 prio 1
2|~^Error: dev v0: the chain has no entry with id 999999\.$|id 999999 prio 1
2|~^Error: dev v0: the chain has no entry with tag 0123456789abcdef\.$|tag 0123456789abcdef prio 1
2|~^Error: dev v0: the chain has no entry named "none"\.$|a before none
2|~^Error: dev v0: the chain has no entry in slot 7\.$|a after slot 7
2|~^Error: dev v0: the chain has no entry named "none"\.$|a on drop goto none
2|~^Error: dev v0: the chain already has an entry named "b", in slot 1: choose another name, or "replace" it\.$|a name b
2|~^Error: dev v0: entry "a" cannot be placed beside itself: name another entry\.$|a before a
2|~^Error: dev v0: entry "a" cannot be placed beside itself: name another entry\.$|a after slot 0
255|~^Error: only one of "prio", "first", "last", "before", "after" can be given, "last" is the second|a first last
255|~^Error: only one of .*, "before" is the second|a prio 3 before b
255|~^Error: only one of .*, "after" is the second|a before b after c
255|Error: duplicate "prio": "4" is the second value.|a prio 3 prio 4
255|Error: either "enable" or "disable", not both.|a enable disable
255|~^Not enough information: which entry\?|
255|~^Error: "prio" is a keyword: for an entry of that name write "name prio"$|a before prio
255|Command line is not complete: "before" needs an entry. Try option "help"|a before
255|Error: argument "x" is wrong: "slot" must be a number from 0 to 249|a before slot x
255|Error: either "name" or "slot", not both.|a slot 1
255|Not enough information: "object", "pinned" or "id" argument is required.|a maps new
255|Error: "overwrite" is garbage here, try "ip link xdp multi help".|a overwrite
1|Error: Cannot read "/tmp/none.o": No such file or directory.|a object /tmp/none.o
END
unchanged 'none of these changed anything'
add pass name twin
tag=$(tag_of a)
refused 2 "~^Error: dev v0: tag $tag matches several entries \(slot 0 id [0-9]+, slot 3 id [0-9]+\): select by id or slot\.$" \
	'an ambiguous tag' "${change[@]}" tag "$tag" prio 3
refused 2 "~^Error: dev v0: tag $tag matches several entries" 'and an ambiguous neighbour' "${change[@]}" b before tag "$tag"
ip link xdp multi del dev v0 twin

b=$(id_of v0 b)
is "$(loads "${change[@]}" b object obj/bpf/filter.o maps new)" 1 'change with a program loads one'
chain_is v0 'a/10/pass b/20/pass c/30/pass' 'it has the name and the place of the old'
isnt "$(id_of v0 b)" "$b" 'and is another'
run ip -j -d link xdp multi show v0
is "$(json '.[0].entries[1] | .program, .origin.object')" $'"filter"\n"'"$PWD/obj/bpf/filter.o\"" 'this'
run "${change[@]}" b obj obj/bpf/counter.o sec xdp name n prio 40 proceed-on tx maps fit
expect 0 '' '~^Warning: dev v0: map "blocked" of "b" and its contents are dropped: the new program has no such map\.' 'with new name, place and rules'
chain_is v0 'a/10/pass c/30/pass n/40/tx' 'it has these'
refused 0 '' 'the same program again' "${change[@]}" n object obj/bpf/counter.o
refused 2 $'~^Warning: dev v0: map "packets" of "n" and its contents are dropped[^\n]*\nError: The verifier rejected' 'a bad one' "${change[@]}" n object obj/bpf/loop_bad.o maps fit
a=$(id_of v0 a)
run "${change[@]}" n id "$a" maps new
expect 0 '' '' 'a program that is loaded already'
is "$(id_of v0 n)" "$a" 'runs in two entries'
ip link xdp multi flush dev v0

extended='Warning: The chain is written in the extended format, which libxdp does not read: it has a disabled entry.'
add counter name a prio 10
add drop name b prio 20
not_ok 'v0 is not reached through the drop' reaches 0
programs=$(ids a b)
run "${change[@]}" b disable
expect 0 '' "$extended" 'an entry is disabled'
chain_is v0 'a/10/pass b/20/pass/off' 'it is there, with its program, but not linked'
like "$(ip link xdp multi show v0)" ' format extended ' 'in the extended format'
ok 'v0 is reached' reaches 0
refused 0 '' 'it is disabled already' "${change[@]}" b disable
changes 'c/5/pass/off a/10/pass' 'name and place of it change' b name c prio 5
changes 'c/5/pass/off a/10/pass/off' 'all are disabled' a disable
ok 'v0 is reached' reaches 0
is "$(ids a c)" "$programs" 'the programs are there'
changes 'c/5/pass a/10/pass/off' 'one is enabled' c enable
not_ok 'v0 is not reached' reaches 0
run "${change[@]}" c object obj/bpf/void_ctx.o disable
expect 0 '' '' 'another program for it, and off again'
run "${change[@]}" a enable
chain_is v0 'c/5/pass/off a/10/pass' 'the other is enabled'
run "${change[@]}" a disable
ip link xdp multi del dev v0 a
chain_is v0 'c/5/pass/off' 'a chain of a disabled entry alone'
ok 'v0 is reached' reaches 0
changes 'c/5/pass' 'which is enabled' c enable
like "$(ip link xdp multi show v0)" " format $some_format " 'all are: the format is libxdp'"'"'s again'
ip link xdp multi flush dev v0

add pass name p
run ip link xdp multi add dev v0 object obj/bpf/counter.o name c
expect 0 '' 'Warning: if libxdp rebuilds this chain, it runs "c" before "p": both have priority 50, and libxdp sorts them by function, tag and age.' \
	'an order of ties that libxdp would not keep'
changes 'p/50/pass c/51/pass' 'a free priority mends it' c after p
run "${change[@]}" c prio 50
expect 0 '' '~^Warning: if libxdp rebuilds this chain, it runs "c" before "p"' 'it is there again'
run "${change[@]}" c first
expect 0 '' '' 'the other order'
chain_is v0 'c/49/pass p/50/pass' 'is by priority'
add void_ctx name v prio 49
run "${change[@]}" p before v
expect 0 '' '' 'no priority between: a tie that libxdp keeps, by function name'
chain_is v0 'c/49/pass p/49/pass v/49/pass' 'in this order'
run "${change[@]}" c after p
expect 0 '' '~^Warning: if libxdp rebuilds this chain, it runs "c" before "p"' 'and one that it does not'
if [[ $LINKAGE == ext ]] && type -P xdp-loader > /dev/null; then
	changes 'c/48/pass p/49/pass v/49/pass' 'c is the first' c first
	changes 'c/48/pass v/49/pass p/50/pass' 'p the last' p last
	changes 'v/47/pass c/48/pass p/50/pass' 'v the first' v before c
	run xdp-loader load -P 99 v0 obj/bpf/tx.o
	chain_is v0 'v/47/pass c/48/pass p/50/pass tx/99/pass' 'libxdp rebuilds the chain in this order'
fi
ip link xdp multi flush dev v0
tap_counts=$zero
unchanged 'nothing is left'

done_testing
