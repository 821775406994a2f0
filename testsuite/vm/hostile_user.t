#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# Everybody may write to the default bpffs: an unprivileged user attacks root's chains
# there, and leaves pins of his own. Each case gives one sentence that names the path,
# and the chain keeps running.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
user=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)
bpffs=/sys/fs/bpf
mkdir -m 755 "$tap_tmp/user"
chmod 711 "$tap_tmp"
chown 65534 "$tap_tmp/user"

# listing DIR: everything below it, whose it is, and what it leads to.
listing() {
	find "$1" -mindepth 1 -printf '%P %y %u %m %l\n' | sort
}

# holds NAME SENTENCE WORDS...: each of these commands, without "ip link xdp
# multi", is refused with this sentence. Nothing that the user made is touched,
# and the chain on v0 still drops.
holds() {
	local name=$1 sentence=$2 words before

	shift 2
	before=$(listing "$bpffs")
	remember_counts
	for words; do
		read -ra words <<< "$words"
		run "${multi[@]}" "${words[@]}"
		expect 1 '' "~^Error: $sentence\.$" "$name: ${words[0]}"
	done
	is "$(listing "$bpffs")" "$before" "$name: what is in the bpffs is as it was"
	unchanged "$name: all is"
	not_ok "$name: it drops" reaches 0
}

# says WORDS STATUS STDOUT STDERR: for a user without any right.
says() {
	local words

	read -ra words <<< "$1"
	run "${user[@]}" "${multi[@]}" "${words[@]}"
	expect "$2" "$3" "$4" "a user: ${1:-no words}"
}

new_veth 0
new_veth 1
cp obj/bpf/pass.o "$tap_tmp/user/pass.o"
echo "object $tap_tmp/user/pass.o name second" > "$tap_tmp/user/chain"
chmod 644 "$tap_tmp"/user/*
pass="object $tap_tmp/user/pass.o"

# A user who is there before root. What he may not do must not leave a directory
# that is his, or root has none.
load='~^Error: ([^ ]*chain:1: c|C)annot load [^.]*: requires CAP_NET_ADMIN and CAP_BPF\.$'
make='Error: Cannot create /sys/fs/bpf/xdp: requires CAP_NET_ADMIN and CAP_BPF.'
remember_counts
for words in "add dev v0 $pass" "replace dev v0 $pass" "add dev v0 $pass dry-run" \
	"restore dev v0 file $tap_tmp/user/chain"; do
	says "$words" 1 '' "$load"
done
for words in 'change dev v0 x prio 1' 'del dev v0 x' 'del dev v0 x if-exists' 'flush dev v0' \
	'flush dev v0 if-exists' 'share dev v1 from v0' 'adopt dev v0' 'set dev v0 format 3' \
	'repair dev v0' 'repair all'; do
	says "$words" 1 '' "$make"
done
for words in '' 'show dev v0' 'flush all' 'check' 'clean' 'clean all-netns'; do
	says "$words" 0 '' ''
done
says 'save dev v0' 2 '' 'Error: dev v0: no such chain: there is nothing to save.'
says features 0 '~reason +Cannot load [^.]*: requires CAP_NET_ADMIN and CAP_BPF' ''
is "$(find "$bpffs" -mindepth 1 -name 'xdp*')" '' 'he has left nothing there'
unchanged 'nor anywhere else'

# Root's chain, and the same user.
"${multi[@]}" add dev v0 object obj/bpf/drop.o || bail_out 'no chain'
not_ok 'a chain of root drops' reaches 0
id=$(xdp_id v0)
remember_counts
for words in "add dev v0 $pass" 'change dev v0 drop prio 1' 'del dev v0 drop if-exists' 'flush dev v0' \
	'flush all' "restore dev v0 file $tap_tmp/user/chain" 'share dev v1 from v0' 'repair all' 'clean'; do
	says "$words" 1 '' 'Error: Cannot open /sys/fs/bpf/xdp: Permission denied.'
done
cannot="cannot open program $id: requires CAP_SYS_ADMIN"
says 'show dev v0' 0 "~foreign unreadable id $id reason $cannot" ''
says 'save dev v0' 1 '' "Error: dev v0: $cannot."
says 'check' 1 '' "Warning: dev v0: $cannot."
chmod 755 "$bpffs/xdp"
for words in 'change dev v0 drop prio 1' 'del dev v0 drop' 'flush dev v0' 'flush dev v0 if-exists' \
	'flush all' 'share dev v1 from v0' 'adopt dev v0' 'set dev v0 format 3' 'repair dev v0'; do
	says "$words" 1 '' "~^Error: ((dev v1: )?dev v0: $cannot|(dev v0: c|C)annot change $bpffs/xdp: Permission denied)\.$"
done
says 'repair all' 1 '' "Warning: dev v0: $cannot."$'\nError: Not every chain could be repaired.'
says clean 0 '' ''
unchanged 'nothing of it has changed anything'

# Who can open a directory can lock it, and choose what he is called.
cp "$(type -P flock)" "$tap_tmp/user/"$'a\e[31mb'
chmod 755 "$tap_tmp/user/"$'a\e[31mb'
"${user[@]}" "$tap_tmp/user/"$'a\e[31mb' -F "$bpffs/xdp" sleep infinity > /dev/null &
locker=$!
await locked_by_other "$bpffs/xdp"
for words in "add dev v0 $pass" 'flush all' 'repair all' 'clean'; do
	read -ra words <<< "$words wait 0"
	run "${multi[@]}" "${words[@]}"
	expect 3 '' "~^Error: /sys/fs/bpf/xdp is locked by process $locker \((sleep|a\?\[31mb)\), gave up after 0 s\.$" \
		"a lock that a user holds: ${words[0]}"
done
unchanged 'nothing is done'
run "${multi[@]}" check dev v0
expect 0 '' '' 'to look takes no lock'
not_ok 'the chain still drops' reaches 0
kill "$locker"
wait "$locker" 2> /dev/null
run "${multi[@]}" change dev v0 drop prio 7 wait 1
expect 0 '' '' 'without him it is done'
chmod 700 "$bpffs/xdp"

# The chain's directories in hands that they should not be in.
pins=$(echo "$bpffs"/xdp/*-"$(xdp_id v0)")
writable='is writable by others; remove or correct it'
theirs='belongs to another user; remove or correct it'
no_directory='is not a directory; remove or correct it'
add="add dev v0 $pass"
chmod 777 "$bpffs/xdp"
holds 'anybody may write to xdp' "/sys/fs/bpf/xdp $writable" "$add" 'flush all' clean
run "${multi[@]}" show dev v0
expect 0 '~0: drop prio 7 ' "Warning: /sys/fs/bpf/xdp $writable." 'show shows it, with a warning'
# shellcheck disable=SC2016
"${user[@]}" bash -c 'mkdir "$0/dispatch-2-4000000001" "$0/multi-2-4000000002" &&
	mkdir "$0/multi-2-4000000002/sub" && ln -s /etc/passwd "$0/dispatch-2-4000000001/prog0-prog" &&
	ln -s /etc "$0/dispatch-2-4000000003" && ln -s "$1" "$0/multi-2-4000000004"' "$bpffs/xdp" "$pins"
chmod 700 "$bpffs/xdp"
before=$(listing "$bpffs")
run "${multi[@]}" change dev v0 drop prio 8
expect 0 '' '' 'what he has put there does not disturb'
mkdir "$bpffs/xdp/multi-2-4000000009"
run "${multi[@]}" clean
expect 1 'remove multi-2-4000000009 ' "Error: /sys/fs/bpf/xdp/dispatch-2-4000000001 $theirs." \
	'clean names it, and goes on with the others'
chown 0 "$bpffs/xdp/dispatch-2-4000000001" "$bpffs/xdp/multi-2-4000000002"
run "${multi[@]}" clean
is "$status" 2 'once it is root'"'"'s'
like "$stdout" 'remove dispatch-2-4000000001' 'it is removed'
like "$stderr" '^Error: Cannot remove /sys/fs/bpf/xdp/multi-2-4000000002: ' 'but what is no pin stays'
ok 'and so does what he linked to' test -s /etc/passwd
rmdir "$bpffs"/xdp/multi-2-4000000002/{sub,}
rm "$bpffs/xdp/dispatch-2-4000000003" "$bpffs/xdp/multi-2-4000000004"
chain_is v0 drop/8/pass 'the chain is as it was'

pins=$(echo "$bpffs"/xdp/*-"$(xdp_id v0)")
shown=xdp/${pins##*/}
chmod 722 "$pins"
holds 'anybody may write to the pins' "(dev v0: )?/sys/fs/bpf/$shown $writable" "$add" 'flush dev v0'
chmod 700 "$pins"
chown 65534 "$pins"
holds "the pins are a user's" "(dev v0: )?/sys/fs/bpf/$shown $theirs" "$add" 'flush dev v0'
chown 0 "$pins"
mv "$pins" "${pins}x"
ln -s "${pins}x" "$pins"
holds 'a symbolic link to the pins' "(dev v0: )?/sys/fs/bpf/$shown $no_directory" "$add" 'flush dev v0'
rm "$pins"
mv "${pins}x" "$pins"
run "${multi[@]}" flush dev v0
expect 0 '' '' 'corrected, it can be flushed'
rmdir "$bpffs/xdp"

# The user is first, on purpose: on another bpffs, so that a chain of root's stays.
run "${multi[@]}" add dev v0 object obj/bpf/drop.o
expect 0 '' '' 'a chain of root'
mkdir "$tap_tmp/other"
mount -t bpf -o mode=1777 bpf "$tap_tmp/other"
export LIBXDP_BPFFS=$tap_tmp/other
bpffs=$LIBXDP_BPFFS
add='add dev v1 object obj/bpf/pass.o'

# first NAME WHAT: xdp is like this now.
first() {
	holds "$1" "$bpffs/xdp $2" "$add" 'flush dev v0' 'repair all' clean
	rm -rf "$bpffs"/{xdp,mine,tc}
}

"${user[@]}" mkdir -p "$bpffs/xdp/dispatch-2-1" "$bpffs/xdp/multi-3-4000000000"
first 'his directory' "$theirs"
"${user[@]}" mkdir -m 700 "$bpffs/mine"
"${user[@]}" mv -T "$bpffs/mine" "$bpffs/xdp"
first 'one that he put there' "$theirs"
"${user[@]}" mkdir "$bpffs/mine"
"${user[@]}" ln -s mine "$bpffs/xdp"
first 'his link to a directory of his' "$no_directory"
"${user[@]}" ln -s /etc "$bpffs/xdp"
first 'his link out of the bpffs' "$no_directory"
"${user[@]}" ln -s tc "$bpffs/xdp"
first 'his link to nothing' "$no_directory"
mkdir -m 700 "$bpffs/tc"
"${user[@]}" ln -s tc "$bpffs/xdp"
first "his link to root's" "$no_directory"
"${user[@]}" mkdir "$bpffs/tc"
ln -s tc "$bpffs/xdp"
first "root's link to his" "$theirs"
"${user[@]}" mkdir "$bpffs/tc"
"${user[@]}" ln -s /etc "$bpffs/tc/xdp"
ln -s tc/xdp "$bpffs/xdp"
first "root's link through his" "$no_directory"
bpftool map create "$bpffs/xdp" type array key 4 value 4 entries 1 name xdp
chown 65534 "$bpffs/xdp"
first 'a map that he has pinned there' "$no_directory"
mkdir -m 700 "$bpffs/xdp"
mount -t tmpfs tmpfs "$bpffs/xdp"
holds 'another file system' "$bpffs/xdp is on another file system; remove or correct it" "$add"
umount "$bpffs/xdp"
rmdir "$bpffs/xdp"
not_ok 'there can be no file' "${user[@]}" touch "$bpffs/xdp"
not_ok 'and no FIFO' "${user[@]}" mkfifo "$bpffs/xdp"

# He moves two directories of his to and fro. Whoever wins, he gets nothing.
"${user[@]}" mkdir "$bpffs/a" "$bpffs/b"
# shellcheck disable=SC2016
"${user[@]}" bash -c 'while :; do
	mv -T "$0/a" "$0/xdp" && mv -T "$0/xdp" "$0/a" && mv -T "$0/b" "$0/xdp" && mv -T "$0/xdp" "$0/b"
done' "$bpffs" 2> /dev/null &
mover=$!
wrong='' won=0 lost=0
for ((i = 0; i < 30; i++)); do
	run "${multi[@]}" flush dev v1 if-exists
	case $status$stdout$stderr in
	0) won=$((won + 1)) ;;
	1Error:*xdp' belongs to another user; remove or correct it.') lost=$((lost + 1)) ;;
	3Error:*xdp' has just been removed.') lost=$((lost + 1)) ;;
	*) wrong+="$status $stdout $stderr;" ;;
	esac
	[[ $(stat -c %u "$bpffs/xdp" 2> /dev/null) != 0 ]] || rmdir "$bpffs/xdp"
done
kill "$mover"
wait "$mover" 2> /dev/null
diag "directories that change places: done $won times, refused $lost times"
is "$wrong" '' 'each time it is done, or refused with one sentence'
is "$(find "$bpffs"/{a,b,xdp} -mindepth 1 2> /dev/null)" '' 'and nothing is put into his directories'
rm -rf "$bpffs"/{a,b,xdp}

# The whole bpffs is his, but not what root puts there.
chown 65534 "$bpffs"
chmod 755 "$bpffs"
run "${multi[@]}" add dev v1 object obj/bpf/drop.o
expect 0 '' '' 'a bpffs that is his'
id=$(xdp_id v1)
"${user[@]}" mv "$bpffs/xdp" "$bpffs/x"
"${user[@]}" mkdir -m 755 "$bpffs/xdp"
"${user[@]}" mkdir -m 755 "$bpffs/xdp/multi-3-$id" "$bpffs/xdp/dispatch-3-$id"
holds 'he takes the directory away' "$bpffs/xdp $theirs" 'del dev v1 drop' 'flush dev v1' 'repair dev v1'
not_ok 'and the chain there still drops' reaches 1
"${user[@]}" mv -T "$bpffs/xdp" "$bpffs/mine"
"${user[@]}" mv -T "$bpffs/x" "$bpffs/xdp"
run "${multi[@]}" flush dev v1
expect 0 '' '' 'in its place again it can be flushed'
ok 'he is reached' reaches 1
rm -rf "$bpffs"/{xdp,mine}

# The maps of a program are not pinned where others could put other maps in their
# place, and such are not taken up.
maps=$bpffs/maps
add_pinned="add dev v1 object obj/helpers/pinned-1.o pinmaps $maps"
"${user[@]}" mkdir -m 755 "$maps"
holds 'a directory of his for maps' "Cannot use .*$maps. for .pinmaps.: it belongs to another user" "$add_pinned"
rmdir "$maps"
mkdir "$maps"
chmod 777 "$maps"
holds 'one that he can write to' "Cannot use .*$maps. for .pinmaps.: it is writable by others" "$add_pinned"
chmod 1777 "$maps"
# shellcheck disable=SC2086
run "${multi[@]}" $add_pinned
expect 0 '' '*' 'one in which only owners can rename'
"${multi[@]}" flush dev v1
chown 65534 "$maps/blocked"
holds 'a map of his' "Cannot use the map pinned at .*$maps/blocked.: it belongs to another user" "$add_pinned"
rm -r "$maps"

# With rights that its user has not, the program lets nobody choose the bpffs.
cp ip/ip "$tap_tmp/user/ip"
chown 0 "$tap_tmp/user/ip"
chmod 4755 "$tap_tmp/user/ip"
raised=(setpriv --reuid 65534 --regid 65534 --clear-groups "$tap_tmp/user/ip" link xdp multi)
multi=("${raised[@]}")
holds 'a setuid copy' 'LIBXDP_BPFFS is ignored in a program with raised privileges: unset it' \
	"$add" 'flush all' 'repair all' clean
multi=(ip link xdp multi)
run env -u LIBXDP_BPFFS "${raised[@]}" show dev v0
expect 0 '~0: drop prio 50 ' '' 'without the variable it works'
not_ok 'the first chain drops, as ever' reaches 0

umount "$bpffs"
unset LIBXDP_BPFFS
"${multi[@]}" flush all
ok 'flushed, it does not' reaches 0
done_testing
