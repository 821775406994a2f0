# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs of a newer Debian than this machine's, with all that they need, in a directory
# of their own, to be run there by chroot.

# unpack_packages DIR PACKAGE...: and those that they depend on
unpack_packages() {
	local dir=$1 debs=$1.debs file

	shift
	mkdir -p "$debs/partial"
	scripts/private-apt trixie get update &&
		scripts/private-apt trixie get install -y --no-install-recommends --download-only \
			-o Dir::Cache::Archives="$debs" "$@" || return
	rm -rf "$dir.new"
	mkdir "$dir.new"
	for file in "$debs"/*.deb; do
		dpkg -x "$file" "$dir.new" || return
	done
	rm -r "$debs"
	mv "$dir.new" "$dir"
}

# fetch_root NAME PACKAGE...: obj/containers/NAME, if it is not there. The reason why
# it cannot be made is in obj/containers/NAME.log.
fetch_root() {
	[[ ! -d obj/containers/$1 ]] || return
	mkdir -p obj/containers
	unpack_packages "$PWD/obj/containers/$1" "${@:2}" > "obj/containers/$1.log" 2>&1
}
