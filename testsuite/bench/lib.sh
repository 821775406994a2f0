# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the parts of `make bench` have in common; each runs in a virtual machine.
# They print lines "KEY WHO FIGURE", where WHO is "ours" or a version of
# xdp-loader, and say what they do on lines that begin with "#".

# The xdp-loader of this machine, and the one that vm/fetch-xdp-tools fetched, as
# commands to run without a shell around them.
declare -A loader_of=()
newest=$PWD/obj/helpers/xdp-tools

find_loaders() {
	! type -P xdp-loader > /dev/null || loader_of[1.3]=xdp-loader
	[[ -e $newest/xdp-loader.bin ]] || return 0
	loader_of[newest]="$newest/ld.so --library-path $newest $newest/xdp-loader.bin"
}

# loader WHO [PREFIX...] -- ARGUMENTS...: run that version, PREFIX before it.
loader() {
	local who=$1
	local -a prefix=() command

	while shift && [[ $1 != -- ]]; do
		prefix+=("$1")
	done
	shift
	read -ra command <<< "${loader_of[$who]}"
	if [[ $who == newest ]]; then
		LIBXDP_OBJECT_PATH=$newest/bpf "${prefix[@]}" "${command[@]}" "$@"
	else
		"${prefix[@]}" "${command[@]}" "$@"
	fi
}

say() {
	echo "# $*"
}

figure() {
	echo "$1 $2 $3"
}

multi() {
	ip link xdp multi "$@" > /dev/null 2>&1
}

# chain_file N: with so many entries.
chain_file() {
	local i

	for ((i = 1; i <= $1; i++)); do
		echo "object $PWD/obj/bpf/pass.o name e$i prio $i"
	done
}

# more A B: the larger one.
more() {
	[[ ${1:-0} -gt $2 ]] && echo "$1" || echo "$2"
}

# Every installed system has a cache for the loader of shared libraries; in the machine
# there is none yet.
like_installed() {
	[[ -e /etc/ld.so.cache ]] || ldconfig 2> /dev/null
}

find_loaders
