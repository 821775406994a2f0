# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The processes that undo a change which is not confirmed in time.

# keepers: ids of the processes that wait to undo something, the one that starts the
# other first.
keepers() {
	local file name

	for file in /proc/[0-9]*/comm; do
		read -r name 2> /dev/null < "$file" || continue
		[[ $name != xdp-multi-undo ]] || echo "${file//[!0-9]/}"
	done | sort -n
}

# end_keepers SIGNAL
end_keepers() {
	local pid

	for pid in $(keepers); do
		kill "-$1" "$pid" 2> /dev/null
	done
}

# no_keeper: has the last of them ended?
no_keeper() {
	[[ -z $(keepers) ]]
}
