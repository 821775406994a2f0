# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# Part of tap.sh: the state of a chain, as show prints it and as the kernel has it.

# linked ID: ids of the programs linked into a dispatcher, in slot order; "shim" for an
# extension that tail-calls the program of its slot.
linked() {
	obj/helpers/objects nomaps | awk -v id="$1" '
		$1 == "prog" && $4 == "multi_shim" { shim[$2] }
		$1 == "link" && $7 == id { print $9, $5 in shim ? "shim" : $5 }' |
		sort -n | cut -d ' ' -f 2
}

# pins_of IFINDEX ID: the pins of all dispatchers of a device. In another
# namespace a device may have the same index: there only those of this one.
pins_of() {
	local what=$1-

	[[ -z ${in_netns[*]} ]] || what=$1-$2
	find /sys/fs/bpf/xdp/ -path "*/dispatch-$what*" -o -path "*/multi-$what*" 2>/dev/null |
		sed 's|^/sys/fs/bpf/xdp/||' | sort
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
			[[ $(obj/helpers/objects calls "$path/prog$slot-entries") == "0:$prog" ]] ||
				text+=" (the shim of slot $slot leads elsewhere)"
		elif [[ $linkage == tail ]]; then
			calls+="${calls:+ }$slot:$prog"
		elif [[ $linkage == ext ]]; then
			pins+=$'\n'$1/prog$slot-link
			links+=" $prog"
		fi
	done
	if [[ -n $calls ]]; then
		pins+=$'\n'$1/entries
		real=$(obj/helpers/objects calls "$path/entries")
		[[ $real == "$calls" ]] || text+=" (shown $calls, called $real)"
	fi
	real=$(linked "$3")
	# Before 5.13 no link tells what it is linked to.
	[[ -n $real ]] || kernel_has link_target || real=${links# }
	[[ ${real//$'\n'/ } == "${links# }" ]] || text+=" (shown$links, linked ${real//$'\n'/ })"
	real=$(pins_of "$2" "$3")
	[[ $(sort <<< "$pins") == "$real" ]] || text+=" (pinned $real)"
	echo "$text"
}

# rules_text REST: /VERDICT>NAME for each "on VERDICT goto NAME".
rules_text() {
	local rest=$1 text=''

	while [[ $rest =~ ^on\ ([a-z]+)\ goto\ ([^ ]+)\ (.*)$ ]]; do
		text+="/${BASH_REMATCH[1]}>${BASH_REMATCH[2]}"
		rest=${BASH_REMATCH[3]}
	done
	echo "$text"
}

# records_netns: do chains say which network namespace they are for? Before Linux 5.14 a
# namespace has nothing to be known by.
records_netns() {
	[[ $(obj/helpers/objects netns) != 0 ]]
}

# chain_of DEV: its entries in order, each as NAME/PRIO/PROCEED-ON, with a
# /VERDICT>NAME for each goto, /tail or /ext if this test is about the other
# linkage, and /off when it is disabled; behind them every way in which what is
# attached, linked, called and pinned is another thing. A chain without need for
# another must be in a libxdp format.
chain_of() {
	local line part ifindex dir='' id=0 entries='' text='' linkage
	local entry='^ +([0-9]+): ([^ ]+) prio ([0-9]+) proceed-on ([^ ]+) (.*)program [^ ]+ id ([0-9]+) (.*)$'

	ifindex=$(system_ip "${in_netns[@]}" -o link show dev "$1")
	ifindex=${ifindex%%:*}
	while IFS= read -r line; do
		if [[ $line =~ ' dispatcher id '([0-9]+)' format '([a-z]?) ]]; then
			id=${BASH_REMATCH[1]}
			dir=dispatch-$ifindex-$id
			[[ -z ${BASH_REMATCH[2]} ]] || dir=multi-$ifindex-$id
		elif [[ $line =~ $entry ]]; then
			part=("${BASH_REMATCH[@]}") linkage=ext
			[[ ${part[7]} != *'linkage tail '* ]] || linkage='tail'
			text+="${text:+ }${part[2]}/${part[3]}/${part[4]}$(rules_text "${part[5]}")"
			text+=$(linkage_text $linkage)
			[[ ${part[7]} != *'disabled '* ]] || linkage=off text+=/off
			entries+="${part[1]}:${part[6]}:$linkage "
		elif [[ $line == *' problem: '* ]]; then
			text+=" (${line#*problem: })"
		fi
	done < <(command ip "${in_netns[@]}" link xdp multi show dev "$1")
	line=$(xdp_id "$1")
	[[ $id == "$line" ]] || text+=" (shown $id, attached $line)"
	line=$(pins_of "$ifindex" "$id")
	[[ -n $dir || -z $line ]] || text+=" (pinned $line)"
	[[ -z $dir ]] || text+=$(wired "$dir" "$ifindex" "$id" "$entries")
	echo "$text"
}

# chain_is DEV ENTRIES NAME
chain_is() {
	is "$(chain_of "$1")" "$2" "$3"
}

# id_of DEV NAME: the program id of an entry.
id_of() {
	command ip "${in_netns[@]}" link xdp multi show dev "$1" |
		sed -n "s/^ *[0-9]*: $2 .* id \([0-9]*\) .*/\1/p"
}

# maps_named NAME: their ids, in the order in which they were made.
maps_named() {
	obj/helpers/objects | awk -v name="$1" '$1 == "map" && $4 == name { print $2 }'
}

# loads COMMAND...: how many component programs it loads. Where extensions are
# refused, it tries.
loads() {
	strace -f -qq -e trace=bpf -o "$tap_tmp/trace" "$@"
	grep -E 'BPF_PROG_LOAD.*BPF_PROG_TYPE_(EXT|XDP)' "$tap_tmp/trace" |
		grep -vE '"(xdp_dispatcher|multi_template)"' | grep -vc ' = -1 '
}

# pins_at DEV: the directory with the pins of what is attached.
pins_at() {
	echo /sys/fs/bpf/xdp/*-"$(< "/sys/class/net/$1/ifindex")-$(xdp_id "$1")"
}

# frags_flag DEV: is its dispatcher for multi-buffer packets? 1 or 0, from the
# map that it is described by. In the extended format it is the lowest bit of flags.
frags_flag() {
	local map maps flags

	maps=$(bpftool prog show id "$(xdp_id "$1")" | sed -n 's/.* map_ids \([0-9,]*\).*/\1/p')
	for map in ${maps//,/ }; do
		flags=$(bpftool map dump id "$map" | tr -d ' ",' |
			sed -n 's/^\(is_xdp_frags\|flags\):\([0-9]*\)$/\2/p' | head -n 1)
		[[ -z $flags ]] || echo $((flags & 1))
	done
}
