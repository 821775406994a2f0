#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Chains with tail-called entries are saved, checked, shared and damaged; also already
# loaded programs, and the limits of tail calls.

. testsuite/lib/tail.sh

# linkages DEV: those of its entries, as JSON.
linkages() {
	ip -j link xdp multi show "$1" | jq -c '[.[0].entries[] | .linkage]'
}

# entries_id DEV: the id of the map of calls that is pinned for it.
entries_id() {
	bpftool map show pinned \
		"/sys/fs/bpf/xdp/multi-$(< "/sys/class/net/$1/ifindex")-$(xdp_id "$1")/entries" |
		sed -n 's/^\([0-9]*\):.*/\1/p'
}

new_veth 0
new_veth 1
remember_counts

add counter prio 10
add filter prio 20 linkage tail
add drop prio 30 linkage tail
whole='counter/10/pass filter/20/pass/tail drop/30/pass/tail'
run ip link xdp multi save dev v0
expect 0 '~ linkage tail *
.* linkage tail *
end$' '' 'save says what is tail-called'
echo "$stdout" > /tmp/saved
run ip link xdp multi check dev v0 file /tmp/saved
expect 0 '*' '' 'the chain is as saved'
sed 's/ linkage tail//' /tmp/saved > /tmp/any
run ip link xdp multi check dev v0 file /tmp/any
expect 0 '*' '' 'a file that does not say how is content too'
sed 's/ linkage tail/ linkage ext/' /tmp/saved > /tmp/ext
run ip -j link xdp multi check dev v0 file /tmp/ext
is "$status $(json '[.[0].differences[] | .entry, .what, .want, .have]')" \
	'2 ["filter","linkage","ext","tail","drop","linkage","ext","tail"]' 'one that wants another linkage is not'
before=$(xdp_id v0)
run ip link xdp multi restore dev v0 file /tmp/saved
expect 0 '' '' 'restored over itself'
is "$(xdp_id v0)" "$before" 'nothing is done'
flush
unchanged 'nothing is left'
run ip link xdp multi restore dev v0 file /tmp/saved
expect 0 '' "$extended" 'restored'
chain_is v0 "$whole" 'it is the chain that was saved'
is "$(pings 2) $(counted 1)" '0 2' 'and does what it did'

run ip link xdp multi share dev v1 from v0
expect 0 '' '' 'shared'
chain_is v1 "$whole" 'another device has it'
is "$(xdp_id v1)" "$(xdp_id v0)" 'by the same dispatcher'
isnt "$(entries_id v0)" '' 'with a map of calls'
is "$(entries_id v1)" "$(entries_id v0)" 'that is pinned for both'
run ip link xdp multi flush dev v0
expect 0 '' '' 'gone from the first'
chain_is v1 "$whole" 'it is whole on the other'
not_ok 'and drops' reaches 1
run ip link xdp multi restore dev v0 dev v1 file /tmp/ext
expect 0 '' '' 'the same as extensions, on both'
chain_is v0 'counter/10/pass filter/20/pass drop/30/pass' 'on one'
chain_is v1 'counter/10/pass filter/20/pass drop/30/pass' 'on the other'
run ip link xdp multi restore dev v0 dev v1 file /tmp/saved
expect 0 '' "$extended" 'and back'
chain_is v1 "$whole" 'on one'
run ip link xdp multi flush dev v0 dev v1
unchanged 'nothing is left'

add pass prio 10
add pass name second prio 20 linkage tail
add pass name third prio 30 linkage tail
ok 'v0 is reached' reaches 0
# Linux leaks a tail-call map that is opened by its id just after its last user
# has gone, and the check of each command opens all maps.
unchecked=yes
rm /sys/fs/bpf/xdp/multi-*/entries
run ip -j link xdp multi show v0
expect 0 '*' '' 'without the pin of its map of calls'
is "$(json '[.[0].entries[].empty]')" '[null,true,true]' 'tail-called entries are shown as empty'
is "$(json -r '.[0].problems[]')" 'pin "entries" is missing
slot 1 (second): the tail call fails, packets are aborted
slot 2 (third): the tail call fails, packets are aborted' 'and why'
is "$(pings 2)" 0 'packets do not pass them by'
refused 2 '~^Error: dev v0: the chain is damaged: ' 'such a chain is not changed' \
	ip link xdp multi del third dev v0
run ip link xdp multi check dev v0
expect 2 '~entries' '*' 'check finds it too'
flush
unchanged 'but flush takes it off'
unchecked=''

add filter prio 10
add pass prio 20 linkage tail
run unshare --mount bash -c 'umount -l /sys/fs/bpf; ip -j link xdp multi show v0'
# Where links do not tell what they replace, only pins tell the program of an extension.
first=null
! kernel_has link_target || first=$(id_of v0 filter)
is "$(json '[.[0].entries[] | .name, .id, .linkage, .empty]')" \
	"[\"filter\",$first,\"ext\",null,\"pass\",$(id_of v0 pass),\"tail\",null]" \
	'without the pins in sight it is shown all the same'
flush

bpftool prog load obj/bpf/drop.o /sys/fs/bpf/plain type xdp
remember_counts
plain=$(obj/helpers/objects nomaps | awk '$1 == "prog" && $4 == "drop" { print $2 }')
add counter prio 10
run ip link xdp multi add dev v0 id "$plain" name byid
expect 0 '' "$extended" 'an XDP program that is loaded joins by its id'
run ip link xdp multi add dev v0 pinned /sys/fs/bpf/plain name bypin proceed-on drop prio 20
expect 0 '' '' 'and by its pin'
chain_is v0 'counter/10/pass bypin/20/drop/tail byid/50/pass/tail' 'tail-called'
is "$(id_of v0 byid) $(id_of v0 bypin)" "$plain $plain" 'the very program'
is "$(pings 2) $(counted 1)" '0 2' 'that drops'
refused 1 "~^Error: Program $plain is an XDP program and cannot be linked as \"ext\"" \
	'it cannot be an extension' ip link xdp multi add dev v0 id "$plain" name x linkage ext
extension=$(id_of v0 counter)
refused 1 "~^Error: Program $extension is an extension and cannot be linked as \"tail\"" \
	'nor an extension tail-called' \
	ip link xdp multi add dev v0 id "$extension" name x linkage tail
run ip link xdp multi add dev v0 id "$extension" name again
expect 0 '' '' 'but it can be linked again'
chain_is v0 'counter/10/pass bypin/20/drop/tail byid/50/pass/tail again/50/pass' 'beside the others'
flush
unchanged 'all are where they were'
rm /sys/fs/bpf/plain
remember_counts

for ((i = 1; i <= 32; i++)); do
	echo "object /project/obj/bpf/pass.o name n$i linkage tail"
done > /tmp/many
run ip link xdp multi restore dev v0 file /tmp/many
expect 0 '' '*' '32 entries'
is "$(linkages v0)" "[\"tail\"$(printf ',"tail"%.0s' {2..32})]" 'are tail-called'
is "$(pings 2)" 2 'and packets come through all of them'
refused 2 'Error: dev v0: 33 entries are tail-called: the kernel allows 32; delete or disable some.' \
	'one more is too much' ip link xdp multi add dev v0 object obj/bpf/pass.o linkage tail
add drop linkage ext
is "$(pings 1)" 0 'an extension is not'
flush

add frags linkage tail
add counter prio 60 linkage tail
chain_is v0 'frags/50/pass/tail counter/60/pass/tail' 'where the MTU is small, programs for several buffers stand beside others'
is "$(pings 2) $(counted 1)" '2 2' 'and packets get through both'
flush
if ! kernel_has frags; then
	unchanged 'nothing is left'
	done_testing
fi
ip -n peer0 link set p0 mtu 9000
ip link set v0 mtu 9000
add frags linkage tail
run ip -j link xdp multi show v0
is "$(json '[.[0].entries[] | .linkage, .frags]')" '["tail",true]' 'tail-called, for several buffers'
ok 'packets of 8000 bytes get through' in_peer 0 ping -q -c 1 -W 1 -M 'do' -s 8000 10.0.0.1
refused 2 'Error: dev v0: entry "frags" was loaded for multi-buffer packets (frags): it can be tail-called only if all other entries were too.' \
	'one that is not cannot join' ip link xdp multi add dev v0 object obj/bpf/pass.o
refused 2 '~^Error: dev v0: entry "frags" was loaded' 'nor if it is tail-called' \
	ip link xdp multi add dev v0 object obj/bpf/pass.o linkage tail
add frags name second
chain_is v0 'frags/50/pass/tail second/50/pass' 'one that is can'
flush
ip -n peer0 link set p0 mtu 1500
ip link set v0 mtu 1500
unchanged 'nothing is left'

done_testing
