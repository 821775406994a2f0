#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Tail-called entries, alone and between extensions, behave like extensions.

. testsuite/lib/tail.sh

tail_add() {
	add "$@" linkage tail
}

# restore_chain LINKAGES: a counts, b drops and goes on, c counts.
# shellcheck disable=SC2317
restore_chain() {
	ip link xdp multi restore dev v0 file - maps new 2> /dev/null << END
chain stats off
object /project/obj/bpf/counter.o name a prio 10 linkage $1
object /project/obj/bpf/drop.o name b prio 20 proceed-on drop linkage $2
object /project/obj/bpf/counter.o name c prio 30 linkage $3
END
}

new_veth 0
remember_counts

run ip link xdp multi add dev v0 object obj/bpf/counter.o prio 10 linkage tail
expect 0 '' "$extended" 'a program is tail-called if that is asked for'
chain_is v0 'counter/10/pass/tail' 'alone'
is "$(pings 3)" 3 'packets get through it'
is "$(counted)" 3 'and are seen'
run ip link xdp multi add dev v0 object obj/bpf/drop.o prio 60 linkage tail
expect 0 '' '' 'the second needs no warning'
chain_is v0 'counter/10/pass/tail drop/60/pass/tail' 'two'
run ip -j link xdp multi show v0
is "$(json '[.[0].entries[] | .linkage], .[0].problems')" $'["tail","tail"]\nnull' 'as JSON'
is "$(pings 2) $(counted)" '0 5' 'the second drops what the first has seen'
run ip link xdp multi change dev v0 drop disable
expect 0 '' '' 'disable'
chain_is v0 'counter/10/pass/tail drop/60/pass/tail/off' 'takes it out of the map of calls'
is "$(pings 2) $(counted)" '2 7' 'and packets get through'
run ip link xdp multi change dev v0 drop enable name block prio 5
expect 0 '' '' 'enable, with another name, in front'
chain_is v0 'block/5/pass/tail counter/10/pass/tail' 'puts it there'
is "$(pings 2) $(counted)" '0 7' 'and nothing gets to the other'
run ip link xdp multi change dev v0 block proceed-on drop
expect 0 '' '' 'proceed-on'
is "$(pings 2) $(counted)" '2 9' 'gives the last its say'
add drop name skipped after block
run ip link xdp multi change dev v0 block on drop goto counter
expect 0 '' '~^Warning: Entry "skipped" never runs' 'goto'
is "$(pings 2) $(counted)" '2 11' 'leads by what is between'
flush
unchanged 'nothing is left'

for linkages in 'tail tail tail' 'ext tail tail' 'tail ext tail' 'tail tail ext' \
	'ext ext tail' 'ext tail ext' 'tail ext ext'; do
	read -r a b c <<< "$linkages"
	ok "$linkages" restore_chain "$a" "$b" "$c"
	chain="a/10/pass/$a b/20/drop/$b c/30/pass/$c"
	chain_is v0 "${chain//\/ext}" 'is the chain'
	is "$(pings 1)" 1 'what drops is not the last'
	ip link xdp multi change dev v0 b proceed-on pass
	is "$(pings 1) $(counted 1) $(counted 2)" '0 2 1' 'it is where the chain ends on a drop'
done
flush
unchanged 'nothing is left'

add pass
like "$(ip link xdp multi)" ' format 2 ' 'a chain of extensions'
run ip link xdp multi add dev v0 object obj/helpers/nobtf.o name plain verbose
expect 0 '' "~^Warning: \"plain\" is tail-called: \"[^\"]*nobtf.o\" has no BTF .*"$'\n'"$extended$" \
	'an object without BTF is tail-called without being asked for'
chain_is v0 'pass/50/pass plain/50/pass/tail' 'beside an extension'
run ip link xdp multi del plain dev v0
expect 0 '' '' 'when the last that is tail-called goes'
like "$(ip link xdp multi)" ' format 2 ' 'the format is again what libxdp reads'
chain_is v0 'pass/50/pass' 'with pins of that format'
refused 1 '~^Error: "[^"]*obj/helpers/nobtf.o" has no BTF' 'without BTF it cannot be an extension' \
	ip link xdp multi add dev v0 object obj/helpers/nobtf.o name plain linkage ext
refused 2 'Error: dev v0: format 3 cannot hold this chain: it has an entry that is tail-called; use "format extended".' \
	'nor can the libxdp format hold it' \
	ip link xdp multi add dev v0 object obj/bpf/drop.o linkage tail format 3
refused 255 '~^Error: argument of "linkage" must be one of "ext", "tail", not "link"' \
	'another word' ip link xdp multi add dev v0 object obj/bpf/drop.o linkage link
run ip link xdp multi replace dev v0 object obj/bpf/pass.o linkage tail
expect 0 '' "$extended" 'the same program by another linkage'
chain_is v0 'pass/50/pass/tail' 'is another entry'
run ip link xdp multi replace dev v0 object obj/bpf/pass.o linkage ext
expect 0 '' '' 'and back'
chain_is v0 'pass/50/pass' 'is too'
flush

tail_add counter
pings 2 > /dev/null
before=$(id_of v0 counter)
run ip link xdp multi replace dev v0 object obj/bpf/counter.o linkage tail
expect 0 '' '' 'replaced by the very same'
is "$(id_of v0 counter)" "$before" 'it stays'
cp obj/bpf/counter.o /tmp/counter.o
echo >> /tmp/counter.o
run ip link xdp multi replace dev v0 object /tmp/counter.o linkage tail
expect 0 '' '' 'replaced by another'
isnt "$(id_of v0 counter)" "$before" 'that is loaded'
is "$(pings 2) $(counted) $(counted 2)" '2 4 ' 'its map is kept'
run ip link xdp multi replace dev v0 object obj/bpf/counter.o linkage ext
expect 0 '' '' 'replaced by an extension'
chain_is v0 'counter/50/pass' 'that is one'
is "$(pings 2) $(counted) $(counted 2)" '2 6 ' 'with the map'
flush
unchanged 'nothing is left'

done_testing
