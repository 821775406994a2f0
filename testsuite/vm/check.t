#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# check: exit status 0 if a chain is whole and matches its file, 2 with a list of
# differences, and 1 if the check failed to run.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
check=("${multi[@]}" check)

# against TEXT WORDS...: check v0 against that as its file, with those options.
against() {
	local text=$1

	shift
	run bash -c 'ip "$@" link xdp multi check dev v0 file - <<< "$0"' "$text" "$@"
}

# differs SED-SCRIPT LINE NAME: the saved chain, so altered, gives this line.
differs() {
	against "$(sed -E "s/ entries 3$//; $1" <<< "$saved")"
	expect 2 "$2" '' "$3"
}

digest() {
	sha256sum "$1" | cut -d ' ' -f 1
}

new_veth 0
new_veth 1
run "${check[@]}"
expect 0 '' '' 'no chain anywhere'
run ip -j link xdp multi check
expect 0 '[]' '' 'and an empty array as JSON'
run "${check[@]}" dev v0
expect 2 'v0: no chain attached' '' 'no chain on a device that is named'
run ip -j link xdp multi check dev v0
expect 2 "[{\"ifindex\":$(< /sys/class/net/v0/ifindex),\"ifname\":\"v0\",\"differences\":[{\"entry\":\"-\",\"what\":\"chain\",\"want\":\"present\",\"have\":\"missing\"}]}]" \
	'' 'and as JSON'

"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10
"${multi[@]}" add dev v0 object obj/bpf/filter.o prio 20 proceed-on drop,pass
"${multi[@]}" add dev v0 object obj/bpf/pass.o prio 30
"${multi[@]}" change dev v0 counter on drop goto pass 2> /dev/null
"${multi[@]}" add dev v1 object obj/bpf/metadata.o
saved=$("${multi[@]}" save dev v0)
echo "$saved" > /tmp/chain
remember_counts
run "${check[@]}"
expect 0 '' '' 'all chains are whole'
run "${check[@]}" dev v0
expect 0 '' '' 'so is that of one device'
run "${check[@]}" dev v0 file /tmp/chain
expect 0 '' '' 'and what its file says'
run ip -j link xdp multi check dev v0 file /tmp/chain
is "$status $(json '[.[] | .ifname, .dispatcher.format, (.entries | length), .differences]')" \
	'0 ["v0","extended",3,[]]' 'as JSON: what show prints, and no difference'
run ip -j link xdp multi check
is "$status $(json '[.[] | .ifname, .differences]')" '0 ["v0",[],"v1",[]]' 'of all devices'
run bash -c 'cd /tmp; for p in counter filter pass; do cp /project/obj/bpf/$p.o .; done
	echo "object counter.o name counter prio 10 on drop goto pass
		object filter.o name filter prio 20 proceed-on pass,drop
		object pass.o name pass prio 30" | ip link xdp multi check dev v0 file -'
expect 0 '' '' 'a file that says less is read from its objects'
run bash -c 'echo "object /project/obj/bpf/metadata.o name metadata" | ip link xdp multi check dev v1 file -'
expect 0 '' '' 'their wishes too'

against "${saved%$'\n'end}"
expect 1 '' 'Error: "standard input" is truncated: it has no line "end".' 'a file that is cut off is not compared'
differs 's/prio 10/prio 11/' 'v0: entry "counter": prio is 10, expected 11' 'a priority'
differs 's/proceed-on drop,pass/proceed-on all/' \
	'v0: entry "filter": rules are "proceed-on drop,pass", expected "proceed-on all"' 'rules'
differs 's/goto name pass/goto name filter/' \
	'v0: entry "counter": rules are "proceed-on pass, on drop goto pass", expected "proceed-on pass, on drop goto filter"' 'a goto'
differs '/filter/s/$/ disable/' 'v0: entry "filter" is enabled, expected disabled' 'an entry that should be disabled'
differs '/name filter/d' 'v0: entry "pass": slot is 2, expected 1
v0: entry "filter" is not expected' 'an entry too many'
differs "\$i object /none.o program x sha256 $(digest /dev/null) name x prio 99 proceed-on pass" \
	'v0: entry "x" is missing' 'and one that is missing'
differs 's/prio 10/prio 25/; s/on drop goto name pass//' 'v0: entry "filter": slot is 1, expected 0
v0: entry "counter": slot is 0, expected 1
v0: entry "counter": prio is 10, expected 25
v0: entry "counter": rules are "proceed-on pass, on drop goto pass", expected "proceed-on pass"' 'another order'
differs "s/sha256 $(digest obj/bpf/pass.o)/sha256 $(digest /dev/null)/" \
	"v0: entry \"pass\": program is \"pass sha256 $(digest obj/bpf/pass.o)\", expected \"pass sha256 $(digest /dev/null)\"" 'another digest'
differs 's/program pass /program other /' \
	'~^v0: entry "pass": program is "pass sha256 [^ ]+", expected "other sha256 [^ ]+"$' 'another function of the same object'
differs 's/^.* name pass prio/id 999999 name pass prio/' \
	"v0: entry \"pass\": program is \"pass sha256 $(digest obj/bpf/pass.o)\", expected \"id 999999\"" 'another program by id'
differs "s/^.* name pass prio/id $(id_of v0 filter) name pass prio/" \
	"v0: entry \"pass\": program is \"pass sha256 $(digest obj/bpf/pass.o)\", expected \"id $(id_of v0 filter)\"" 'that is loaded'
differs 's/mode native/mode generic/' 'v0: mode is native, expected generic' 'another mode'
differs 's/^chain .*/chain mode native format 2/' 'v0: format is extended, expected 2' 'another format'
against "${saved/name pass prio/pinmaps /x name pass prio}"
expect 2 '~^v0: entry "pass": program is "pass sha256 [^ ]+", expected "pass sha256 [^ ]+ pinmaps /x"$' '' 'maps pinned elsewhere'
against "$(sed "s/^.* name pass prio/id $(id_of v0 pass) name pass prio/" <<< "$saved")"
expect 0 '' '' 'by id, the same program is the same'
against "$(sed "s|^.* name pass prio|pinned $(echo /sys/fs/bpf/xdp/multi-*/prog2-prog) name pass prio|" <<< "$saved")"
expect 0 '' '' 'and by its pin'
against "$(sed 's/prio 10/prio 11/; s/ entries 3//; /name filter/d' <<< "$saved")" -j
is "$status $(json '[.[].differences[] | [.entry, .what, .want, .have]]')" \
	'2 [["counter","prio","11","10"],["pass","slot","1","2"],["filter","entry","missing","present"]]' \
	'several differences as JSON'
run ip -n peer0 link xdp multi check
expect 0 '' '' 'another namespace is another matter'

run "${check[@]}" dev v9
expect 1 '' 'Error: Cannot find device "v9".' 'no such device'
run "${check[@]}" dev v0 file /tmp/none
expect 1 '' '~^Error: Cannot read "/tmp/none": ' 'no such file'
against 'object'
expect 1 '' '~^Command line is not complete|^Error: standard input:1: ' 'a bad line'
against 'object /none.o name pass'
expect 1 '' '~^Error: standard input:1: cannot read "/none.o": ' 'an object that would have to be read'
against "${saved/goto name pass/goto name counter}"
expect 1 '' '~^Error: .*"counter"' 'a file that contradicts itself'
run "${check[@]}" file /tmp/chain
expect 255 '' 'Not enough information: "dev" argument is required.' 'a file and no device'
for words in '' 'dev v0'; do
	# shellcheck disable=SC2086
	run setpriv --bounding-set -sys_admin --inh-caps -sys_admin "${check[@]}" $words
	expect 1 '' '~^Warning: dev v0: .*CAP_SYS_ADMIN' "without the right to look: $words"
done
unchanged 'check has changed nothing'

"${multi[@]}" flush dev v1
system_ip link set dev v1 xdp object obj/bpf/drop.o section xdp
run "${check[@]}"
expect 0 '' '' 'a program that is no chain is left out'
run "${check[@]}" dev v1
expect 2 'v1: no chain attached' '' 'unless it is asked for'
rm /sys/fs/bpf/xdp/multi-*/prog1-link
run "${check[@]}"
expect 2 'v0: chain is damaged: slot 1 (filter): no program is linked, packets skip it' '' 'a damaged chain'
run ip -j link xdp multi check
is "$status $(json '[.[] | .ifname, (.problems | length), (.differences | map(.what))]')" \
	'2 ["v0",2,["whole"]]' 'as JSON'
run "${check[@]}" dev v0 file /tmp/chain
expect 2 '~^v0: chain is damaged: ' '' 'also with its file'

done_testing
