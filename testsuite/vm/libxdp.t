#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: alone
# libxdp's xdp-loader and our program read and change each other's chains. xdp-loader
# must leave chains alone that it cannot read, and both use the same lock.

. testsuite/lib/tap.sh

type -P xdp-loader > /dev/null || skip_all 'no xdp-loader'
[[ $(xdp-loader load --version 2>&1) == *1.[345].* ]] ||
	skip_all 'another libxdp than one that writes version 2'

add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" || bail_out "no $program"
}

# loader_sees ENTRIES NAME: each as PRIO/FUNCTION/ID/ACTIONS.
loader_sees() {
	run xdp-loader status v0
	is "$(awk '$1 == "=>" { printf "%s%s/%s/%s/%s", sep, $2, $3, $4, $6; sep = " " }' <<< "$stdout")" \
		"$1" "$2"
}

new_veth 0
remember_counts

add pass name early prio 10
loader_sees "10/pass/$(id_of v0 early)/XDP_PASS" 'xdp-loader sees our chain of one'
add filter prio 20 proceed-on drop,pass,tx
add counter prio 60 name late proceed-on drop,pass
loader_sees "10/pass/$(id_of v0 early)/XDP_PASS 20/filter/$(id_of v0 filter)/XDP_DROP,XDP_PASS,XDP_TX 60/counter/$(id_of v0 late)/XDP_PASS" \
	'of three, in order, with actions; those of the last make no difference'
chain_is v0 'early/10/pass filter/20/drop,pass,tx late/60/drop,pass' 'as we do'
early=$(id_of v0 early) filter=$(id_of v0 filter) late=$(id_of v0 late)

run xdp-loader load -P 15 -A XDP_PASS,XDP_ABORTED v0 obj/bpf/tx.o
expect 0 '' '*' 'it adds a program of its own'
like "$(chain_of v0)" '^early/10/pass tx/15/aborted,pass filter/20/drop,pass,tx late/60/' \
	'which we see in its place, and our names of the others'
is "$(id_of v0 early) $(id_of v0 filter) $(id_of v0 late)" "$early $filter $late" \
	'they are the same programs'
run ip -j -d link xdp multi show v0
is "$(json '[.[0].entries[].origin.object]')" \
	'["/project/obj/bpf/pass.o",null,"/project/obj/bpf/filter.o","/project/obj/bpf/counter.o"]' \
	'with their origins'
run xdp-loader unload v0 --id "$(id_of v0 tx)"
expect 0 '' '*' 'it unloads it by id'
like "$(chain_of v0)" '^early/10/pass filter/20/drop,pass,tx late/60/(drop,)?pass$' 'and we see ours'
ok 'v0 is reached' reaches 0
run xdp-loader unload v0 --id "$filter"
expect 0 '' '*' 'and one of ours'
like "$(chain_of v0)" '^early/10/pass late/60/(drop,)?pass$' 'which we see too'
run ip link xdp multi del dev v0 early
expect 0 '' '' 'we delete from what it wrote'
add drop
loader_sees "50/drop/$(id_of v0 drop)/XDP_PASS 60/counter/$late/XDP_PASS" 'and it sees that'
not_ok 'v0 is not reached' reaches 0
run xdp-loader unload v0 --all
expect 0 '' '*' 'it unloads all'
chain_is v0 '' 'nothing is on v0'
ok 'v0 is reached' reaches 0
unchanged 'nothing is left'

run xdp-loader load v0 obj/bpf/drop.o
expect 0 '' '*' 'it makes a chain of one'
chain_is v0 'drop/50/pass' 'which we see'
add pass name behind
chain_is v0 'drop/50/pass behind/50/pass' 'and add to'
not_ok 'v0 is not reached' reaches 0
loader_sees "50/drop/$(id_of v0 drop)/XDP_PASS 50/pass/$(id_of v0 behind)/XDP_PASS" 'it sees that'
run ip link xdp multi del dev v0 drop
expect 0 '' '' 'we delete its program'
chain_is v0 'behind/50/pass' 'and ours is alone'
ok 'v0 is reached' reaches 0
run xdp-loader unload v0 --id "$(id_of v0 behind)"
expect 0 '' '*' 'it unloads that'
unchanged 'nothing is left'

run xdp-loader load -m skb v0 obj/bpf/pass.o
chain_is v0 'pass/50/pass' 'a chain of one in generic mode'
run ip link xdp multi del dev v0 pass
expect 0 '' '' 'we delete from'
unchanged 'nothing is left'
xdp-loader load v0 obj/bpf/pass.o
run ip link xdp multi flush dev v0
expect 0 '' '' 'or flush'
unchanged 'nothing is left'
xdp-loader load v0 obj/bpf/pass.o
xdp-loader load v0 obj/bpf/pass.o
chain_is v0 'pass/50/pass pass/50/pass' 'a chain with twins'
refused 2 '~^Error: dev v0: name "pass" matches several entries \(slot 0 id [0-9]+, slot 1 id [0-9]+\)' \
	'the name does not say which' ip link xdp multi del dev v0 pass
twin=$(id_of v0 pass | sed 1d)
add counter
run ip link xdp multi del dev v0 id "$twin"
expect 0 '' '' 'the id does'
isnt "$(id_of v0 pass)" "$twin" 'that one has gone'
chain_is v0 'pass/50/pass counter/50/pass' 'the other has not'
run xdp-loader unload v0 --all
unchanged 'nothing is left'
run xdp-loader load v0 obj/bpf/blocklist.o
loader_sees "10/blocklist/$(id_of v0 blocklist)/XDP_PASS" 'the defaults that xdp_multi.h writes are its own'
chain_is v0 'blocklist/10/pass' 'and ours'
run xdp-loader unload v0 --all
run xdp-loader load v0 obj/bpf/counter.o obj/bpf/metadata.o obj/bpf/drop.o
expect 0 '' '*' 'it makes a chain of three'
chain_is v0 'metadata/10/drop,pass counter/50/pass drop/50/pass' 'which we see'
run ip link xdp multi del dev v0 slot 1
expect 0 '' '' 'we delete the second'
loader_sees "10/metadata/$(id_of v0 metadata)/XDP_DROP,XDP_PASS 50/drop/$(id_of v0 drop)/XDP_PASS" \
	'it sees that'
not_ok 'v0 is not reached' reaches 0
run ip link xdp multi flush dev v0
expect 0 '' '' 'we flush it'
ok 'v0 is reached' reaches 0
unchanged 'nothing is left'

# Its dispatcher passes what the last program said if that proceeds on it.
add pass prio 10
add drop proceed-on drop
run xdp-loader load -P 5 v0 obj/bpf/counter.o
expect 0 '' '*' 'it rebuilds a chain whose last program proceeds on its drop'
not_ok 'v0 is still not reached' reaches 0
run xdp-loader unload v0 --all
unchanged 'nothing is left'

add pass format extended
add drop
like "$(ip link xdp multi)" ' format extended ' 'a chain stays in the format that was asked for'
ip link xdp multi flush dev v0
for format in 3 extended; do
	add pass format $format
	add drop format $format
	chain_is v0 'pass/50/pass drop/50/pass' "a chain in format $format"
	at_start=$tap_counts
	remember_counts
	for command in 'load v0 obj/bpf/tx.o' 'unload v0 --all' "unload v0 --id $(id_of v0 drop)"; do
		# shellcheck disable=SC2086
		run xdp-loader $command
		expect '~[1-9]' '*' '~higher than supported' "is refused by xdp-loader $command"
	done
	unchanged 'and unharmed'
	tap_counts=$at_start
	run xdp-loader clean
	chain_is v0 'pass/50/pass drop/50/pass' 'xdp-loader clean does not harm it either'
	ip link xdp multi flush dev v0
done
add pass
add drop
run xdp-loader clean
chain_is v0 'pass/50/pass drop/50/pass' 'nor one in format 2'
ip link xdp multi flush dev v0
unchanged 'nothing is left'

# A chain in another version than its own it cannot change, and we say so.
note='libxdp on this machine uses format 2 and cannot change this chain: "ip link xdp multi set dev v0 format 2" rewrites it'
add pass format 3
run ip link xdp multi add dev v0 object obj/bpf/counter.o prio 60
expect 0 '' "Warning: dev v0: $note." 'a chain in format 3 is changed'
run ip -d link xdp multi show dev v0
like "$stdout" "
    note: $note " 'show -d tells of it'
run ip -d -j link xdp multi show dev v0
is "$(json '.[0].notes')" "[\"${note//\"/\\\"}\"]" 'as JSON too'
not_ok 'but show does not' grep -q note <(ip link xdp multi show dev v0)
run ip link xdp multi check dev v0
expect 0 '' "Warning: dev v0: $note." 'check does, and finds no difference'
like "$(ip link xdp multi save dev v0)" '^chain mode native format 3 stats off' 'save tells the format'
run xdp-loader load v0 obj/bpf/tx.o
expect '~[1-9]' '*' '*' 'it cannot'
run ip link xdp multi set dev v0 format 2
expect 0 '' '' 'the cure'
run xdp-loader load v0 obj/bpf/tx.o
expect 0 '' '*' 'helps'
run ip -d link xdp multi show dev v0
not_ok 'there is nothing to note any more' grep -q note "$tap_tmp/out"
saved=$(ip link xdp multi save dev v0)
like "$saved" '^chain mode native stats off' 'and the format goes without saying'
run xdp-loader unload v0 --all
unchanged 'nothing is left'

# version COMMAND...: what libxdp writes, as features tells.
version() {
	run "$@" -j link xdp multi features
	json '.[0].libxdp'
}

# A file without a format is for what libxdp writes now, which it may not have done
# when the chain was made.
here=$(dirname "$(find /usr/lib -name xdp-dispatcher.o)")
mkdir /tmp/empty
is "$(version ip)" 2 'libxdp is found'
is "$(version env LIBXDP_OBJECT_PATH=/tmp/empty ip)" 0 'only where LIBXDP_OBJECT_PATH says'
run env LIBXDP_OBJECT_PATH=/tmp/empty ip link xdp multi add dev v0 object obj/bpf/pass.o
like "$(ip link xdp multi show dev v0)" ' format 3 ' 'without it format 3 is as good'
run bash -c 'echo "object obj/bpf/pass.o name pass" | ip link xdp multi restore dev v0 file -'
expect 0 '' '' 'a file without format is restored'
like "$(ip link xdp multi show dev v0)" ' format 2 ' 'in that of libxdp'
id=$(xdp_id v0)
run bash -c 'echo "object obj/bpf/pass.o name pass" | ip link xdp multi restore dev v0 file -'
is "$status $stderr $(xdp_id v0)" "0  $id" 'a second time nothing changes'
ip link xdp multi flush dev v0
mkdir -p "/usr/local/lib/${MACHTYPE}/bpf" /tmp/other
cp "$here/xdp-dispatcher.o" /tmp/other
is "$(version env LIBXDP_OBJECT_PATH=/tmp/other ip)" 2 'elsewhere'
mount -t tmpfs tmpfs "$here"
is "$(version ip)" 0 'uninstalled'
cp /tmp/other/xdp-dispatcher.o "/usr/local/lib/${MACHTYPE}/bpf"
is "$(version ip)" 2 'and installed in /usr/local for this kind of machine'
mkdir /tmp/raised
cp ip/ip /tmp/raised
mkdir /tmp/damaged
head -c 5000 /tmp/other/xdp-dispatcher.o > /tmp/damaged/xdp-dispatcher.o
refused 1 '~^Error: .*[Cc]annot find out from /tmp/damaged/xdp-dispatcher.o which format the installed libxdp reads: it is not a BPF object file; choose one with "format"\.$' \
	'its object is damaged' env LIBXDP_OBJECT_PATH=/tmp/damaged ip link xdp multi add dev v0 object obj/bpf/pass.o
cp obj/helpers/nobtf.o /tmp/damaged/xdp-dispatcher.o
refused 1 '~^Error: .*[Cc]annot find out from /tmp/damaged/xdp-dispatcher.o which format the installed libxdp reads: it has no BTF; choose one with "format"\.$' \
	'its object has no BTF' env LIBXDP_OBJECT_PATH=/tmp/damaged ip link xdp multi add dev v0 object obj/bpf/pass.o
obj/helpers/foreign dispatcher v0 3 > /dev/null
run env LIBXDP_OBJECT_PATH=/tmp/other ip link xdp multi check dev v0
expect 2 '~^v0: chain is damaged: ' '' 'a damaged chain cannot be rewritten, so nobody is told to'
system_ip link set dev v0 xdp off
chmod 4755 /tmp/raised/ip
is "$(version setpriv --reuid nobody --regid nogroup --clear-groups env LIBXDP_OBJECT_PATH=/tmp/empty /tmp/raised/ip)" 2 \
	'LIBXDP_OBJECT_PATH is not for a program with raised privileges'
umount "$here"
rm -r /usr/local/lib/"$MACHTYPE" /tmp/raised
unchanged 'nothing is left'

flock /sys/fs/bpf/xdp sleep infinity > /dev/null &
holder=$!
await locked_by_other
start=$SECONDS
for verb in 'add dev v0 object obj/bpf/pass.o' 'flush dev v0' 'del dev v0 pass if-exists'; do
	# shellcheck disable=SC2086
	refused 3 "Error: /sys/fs/bpf/xdp is locked by process $holder (flock), gave up after 1 s." \
		"somebody holds the lock: $verb" ip link xdp multi $verb wait 1
done
ok 'each waited a second' test $((SECONDS - start)) -ge 3
run timeout 120 ip link xdp multi show
expect 0 '' '' 'show does not wait'
read -r child < "/proc/$holder/task/$holder/children"
kill -9 $holder
wait $holder 2> /dev/null
# Only in the first namespace of processes does the kernel tell of one that has ended.
refused 3 "Error: /sys/fs/bpf/xdp is locked by process $holder or one that it started, gave up after 0 s." \
	'its child holds the lock' ip link xdp multi add dev v0 object obj/bpf/pass.o wait 0
(sleep 1; kill "$child") &
run ip link xdp multi add dev v0 object obj/bpf/pass.o
expect 0 '' '' 'add waits until the lock is free'
chain_is v0 'pass/50/pass' 'and goes on'
ip link xdp multi flush dev v0
unchanged 'nothing is left'

done_testing
