# shellcheck shell=bash
# shellcheck disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# Calls CNI plugins as libcni does: for each command one plugin after the other of a list,
# with the configuration of the list and of the caller in one object on stdin; for DEL in
# reverse order, with the result of ADD.
#
#	cni COMMAND CONF [CONTAINER [NETNS [IFNAME]]]	our plugin alone
#	list_add FILE CONTAINER NETNS			a list of plugins
#	list_check, list_del, list_gc, list_status
#
# $cni_path is the search path for plugins, $cni_prefix is a prefix for the call of ours.

cni_path=$PWD/obj/cni:/usr/lib/cni
cni_prefix=()
cni_runtime_config=

plugin_named() {
	local dir

	for dir in ${cni_path//:/ }; do
		[[ ! -x $dir/$1 || -d $dir/$1 ]] || { echo "$dir/$1"; return; }
	done
	return 1
}

# cni_environment COMMAND CONTAINER NETNS IFNAME: words for env.
cni_environment() {
	cni_env=(CNI_COMMAND="$1" CNI_PATH="$cni_path")
	[[ $1 == @(GC|STATUS|VERSION) ]] ||
		cni_env+=(CNI_CONTAINERID="$2" CNI_NETNS="$3" CNI_IFNAME="$4")
}

cni() {
	cni_environment "$1" "${3-c1}" "${4-/run/netns/c1}" "${5-eth0}"
	env "${cni_env[@]}" "${cni_prefix[@]}" obj/cni/xdp-multi <<< "$2"
}

# member FILE N [PREV]: what the plugin gets on stdin.
member() {
	jq -c --argjson n "$2" --argjson prev "${3:-null}" --argjson rt "${cni_runtime_config:-null}" '
		. as $list | .plugins[$n] as $p | $p
		+ { name: $list.name, cniVersion: $list.cniVersion }
		+ (if $prev then { prevResult: $prev } else {} end)
		+ (if $rt and $p.capabilities then { runtimeConfig: $rt } else {} end)
		| del(.capabilities)' "$1"
}

members() {
	jq '.plugins | length' "$1"
}

# call_member COMMAND FILE N PREV CONTAINER NETNS
call_member() {
	local conf type

	conf=$(member "$2" "$3" "$4") || return
	type=$(jq -r .type <<< "$conf")
	cni_environment "$1" "$5" "$6" eth0
	env "${cni_env[@]}" "$(plugin_named "$type")" <<< "$conf"
}

result_of() {
	echo "$tap_tmp/result-$1"
}

# Where one fails its answer is printed, and nothing is undone: that is the caller's.
list_add() {
	local n prev='' out

	for ((n = 0; n < $(members "$1"); n++)); do
		if ! out=$(call_member ADD "$1" $n "$prev" "$2" "$3"); then
			echo "$out"
			return 1
		fi
		prev=$out
	done
	echo "$prev" > "$(result_of "$2")"
	echo "$prev"
}

list_check() {
	local n

	for ((n = 0; n < $(members "$1"); n++)); do
		call_member CHECK "$1" $n "$(< "$(result_of "$2")")" "$2" "$3" || return
	done
}

list_del() {
	local n prev=''

	[[ ! -e $(result_of "$2") ]] || prev=$(< "$(result_of "$2")")
	for ((n = $(members "$1") - 1; n >= 0; n--)); do
		call_member DEL "$1" $n "$prev" "$2" "$3" || return
	done
	rm -f "$(result_of "$2")"
}

# gc_config CONF CONTAINER...: these are valid.
gc_config() {
	local conf=$1

	shift
	jq -c '. + { "cni.dev/valid-attachments": [ $ARGS.positional[] | { containerID: ., ifname: "eth0" } ] }' \
		--args "$@" <<< "$conf"
}
