# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What tests of tail-called entries need: tap.sh and more.

. testsuite/lib/tap.sh

# A map of tail calls that somebody opens by its id just when its last user has
# gone may stay for ever: Linux queues the clearing of such a map again, and loses
# a reference. So lists of maps are asked for after a pause, or done without.
eval "all_$(declare -f counts)"
counts() {
	sleep 0.3
	all_counts
}

# linked ID: as that of tap.sh, but "shim" for an extension that is one.
linked() {
	obj/helpers/objects nomaps | awk -v id="$1" '
		$1 == "prog" && $4 == "multi_shim" { shim[$2] }
		$1 == "link" && $7 == id { print $9, $5 in shim ? "shim" : $5 }' |
		sort -n | cut -d ' ' -f 2
}

# called PIN: what a pinned map of tail calls leads to, each as SLOT:ID.
called() {
	local key value text=''

	while read -r key value; do
		text+="${text:+ }$((16#$key)):$((16#$value))"
	done < <(bpftool map dump pinned "$1" |
		sed -n 's/^key: \(..\) \(..\) \(..\) \(..\)  *value: \(..\) \(..\) \(..\) \(..\).*/\4\3\2\1 \8\7\6\5/p')
	echo "$text"
}

# wired DIR IFINDEX ID ENTRIES: every way in which the pins, links and maps of a
# dispatcher are not those of its entries, each SLOT:PROGRAM:LINKAGE, where off
# is a linkage too. A tail-called entry with a link of its own is behind a shim.
wired() {
	local entry slot prog linkage calls='' links='' real pins=$1 text=''
	local path=/sys/fs/bpf/xdp/$1

	[[ $1 != multi-* ]] || pins+=$'\n'$1/dispatcher
	for entry in $4; do
		IFS=: read -r slot prog linkage <<< "$entry"
		pins+=$'\n'$1/prog$slot-prog
		if [[ $linkage == tail && -e $path/prog$slot-link ]]; then
			pins+=$'\n'$1/prog$slot-link$'\n'$1/prog$slot-entries
			links+=" shim"
			[[ $(called "$path/prog$slot-entries") == "0:$prog" ]] ||
				text+=" (the shim of slot $slot leads elsewhere)"
		elif [[ $linkage == tail ]]; then
			calls+="${calls:+ }$slot:$prog"
		elif [[ $linkage == ext ]]; then
			pins+=$'\n'$1/prog$slot-link
			links+=" $prog"
		fi
	done
	[[ -z $calls ]] || pins+=$'\n'$1/entries
	[[ -z $calls || $(called "$path/entries") == "$calls" ]] ||
		text+=" (shown $calls, called $(called "$path/entries"))"
	real=$(linked "$3")
	[[ ${real//$'\n'/ } == "${links# }" ]] || text+=" (shown$links, linked ${real//$'\n'/ })"
	real=$(pins_of "$2" "$3")
	[[ $(sort <<< "$pins") == "$real" ]] || text+=" (pinned $real)"
	echo "$text"
}

# chain_of DEV: as that of tap.sh; behind an entry "/tail" if it is tail-called,
# "/off" if it is disabled. A chain without either must be in a libxdp format.
chain_of() {
	local line ifindex dir='' id=0 entries='' text='' linkage
	local entry='^ +([0-9]+): ([^ ]+) prio ([0-9]+) proceed-on ([^ ]+) .*program [^ ]+ id ([0-9]+) (.*)$'

	ifindex=$(system_ip "${in_netns[@]}" -o link show dev "$1")
	ifindex=${ifindex%%:*}
	while IFS= read -r line; do
		if [[ $line =~ ' dispatcher id '([0-9]+)' format '([a-z]?) ]]; then
			id=${BASH_REMATCH[1]}
			dir=dispatch-$ifindex-$id
			[[ -z ${BASH_REMATCH[2]} ]] || dir=multi-$ifindex-$id
		elif [[ $line =~ $entry ]]; then
			linkage=ext
			text+="${text:+ }${BASH_REMATCH[2]}/${BASH_REMATCH[3]}/${BASH_REMATCH[4]}"
			[[ ${BASH_REMATCH[6]} != *'linkage tail'* ]] || linkage=tail text+=/tail
			[[ $line != *' disabled '* ]] || linkage=off text+=/off
			[[ $line =~ $entry ]]
			entries+="${BASH_REMATCH[1]}:${BASH_REMATCH[5]}:$linkage "
		elif [[ $line == *' problem: '* ]]; then
			text+=" (${line#*problem: })"
		fi
	done < <(ip "${in_netns[@]}" link xdp multi show dev "$1")
	line=$(xdp_id "$1")
	[[ $id == "$line" ]] || text+=" (shown $id, attached $line)"
	[[ -z $dir ]] || text+=$(wired "$dir" "$ifindex" "$id" "$entries")
	echo "$text"
}

# A first tail-called entry takes the chain out of what libxdp reads.
# shellcheck disable=SC2034
extended='Warning: The chain is written in the extended format, which libxdp does not read: it has an entry that is tail-called.'

# add PROGRAM [WORDS]: to v0, of obj/bpf.
add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "obj/bpf/$program.o" "$@" 2> "$tap_tmp/add" ||
		bail_out "no $program: $(< "$tap_tmp/add")"
}

flush() {
	ip link xdp multi flush dev v0 || bail_out 'no flush'
}

# counted [N [NAME]]: what the counter that was loaded as N-th of those alive has
# seen.
counted() {
	local id

	id=$(obj/helpers/objects | awk -v name="${2-packets}" '$1 == "map" && $4 == name { print $2 }' |
		sed -n "${1-1}p")
	bpftool map dump id "$id" | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

# pings COUNT: replies to so many packets from the peer.
pings() {
	in_peer 0 ping -q -c "$1" -i 0.01 -W 1 10.0.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

# plain DEV PROGRAM SECTION [MODE]: attach a program as the system's ip does. It
# makes directories, or a link in place of one that is not there.
plain() {
	[[ -e /sys/fs/bpf/xdp ]] || mkdir -m 700 /sys/fs/bpf/xdp
	system_ip link set dev "$1" "${4-xdp}" object "obj/bpf/$2.o" section "$3" ||
		bail_out "no plain $2"
	rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
}
