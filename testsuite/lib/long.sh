# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Long chains of one program, and their format.

# format_is FORMAT NAME
format_is() {
	[[ $(ip link xdp multi show dev v0) =~ ' format '([a-z0-9]+) ]]
	is "${BASH_REMATCH[1]}" "$1" "$2"
}

# chain_file N: of so many entries
chain_file() {
	local i

	for ((i = 0; i < $1; i++)); do
		echo "object $PWD/obj/bpf/pass.o name e$i prio $((i + 1))"
	done
}

# entries N: as chain_is has them
entries() {
	local i text=''

	for ((i = 0; i < $1; i++)); do
		text+="${text:+ }e$i/$((i + 1))/pass"
	done
	echo "$text"
}
