# shellcheck shell=bash disable=SC2016
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds in chroots of Debian suites, which the cache keeps. Each cell of the matrix is a
# line "NAME: ok", "NAME: fail: see LOG" or "NAME: not run: REASON".

chroots=${XDG_CACHE_HOME:-$HOME/.cache}/ip-xdp-multi/chroots
logs=obj/matrix
mkdir -p "$logs"

# chosen NAME: CELLS="arm64 musl" in the environment chooses cells by words in their names.
chosen() {
	local word

	[[ -n ${CELLS-} ]] || return 0
	for word in $CELLS; do
		[[ " $1 " != *" $word "* ]] || return 0
	done
	return 1
}

# cell NAME COMMAND...: whatever the command prints goes to a log, which is named if it fails.
cell() {
	local name=$1 log

	shift
	log=$logs/${name//[ \/]/-}.log
	if "$@" > "$log" 2>&1; then
		echo "$name: ok"
	else
		echo "$name: fail: see $log"
	fi
}

# The libraries that the project is linked with, by their -dev packages
libraries="libc6-dev linux-libc-dev libbpf-dev libmnl-dev libelf-dev libjson-c-dev libmd-dev
	libpcap-dev libcap-dev zlib1g-dev libcmocka-dev"

# packages_of [ARCH]: what a chroot has
packages_of() {
	local arch library

	echo gcc make pkg-config clang iproute2 lld llvm musl-tools "$libraries"
	for arch; do
		case $arch in
		arm64) echo gcc-aarch64-linux-gnu ;;
		armhf) echo gcc-arm-linux-gnueabihf ;;
		*) echo "gcc-$arch-linux-gnu" ;;
		esac
		for library in $libraries; do
			echo "$library:$arch"
		done
	done
	[[ $# -eq 0 ]] || echo qemu-user
}

# make_chroot NAME: SUITE; SUITE-ARCH with what it takes to build for another architecture;
# or SUITE.ARCH, which is one of that architecture
make_chroot() {
	local suite=${1%%[-.]*} architectures packages
	local -a options=()

	architectures=$(dpkg --print-architecture) packages=$(packages_of)
	case $1 in
	*-*) architectures+=,${1#*-} packages=$(packages_of "${1#*-}") ;;
	*.*) architectures=${1#*.} options=(--skip=check/qemu) ;;
	esac
	packages=$(xargs <<< "$packages" | tr ' ' ,)
	mkdir -p "$chroots"
	scripts/private-apt "$suite" get update
	mmdebstrap --quiet --mode=root "${options[@]}" --variant=apt --architectures="$architectures" \
		--include="$packages" --aptopt='APT::Install-Recommends "false"' \
		--aptopt='Acquire::Retries "3"' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		"$suite" "$chroots/$1.new" "$chroots/../apt/$suite/sources.list"
	mv -T "$chroots/$1.new" "$chroots/$1"
}

# why_not NAME: makes the chroot; says why there is none.
why_not() {
	local log=$logs/chroot-$1.log

	[[ ! -d $chroots/$1 ]] || return 0
	if [[ $(id -u) -ne 0 ]]; then
		echo 'you are not root'
	elif ! type -P mmdebstrap > /dev/null; then
		echo 'no mmdebstrap on this machine'
	elif ! make_chroot "$1" > "$log" 2>&1; then
		echo "no chroot of $1 can be made, see $log"
	fi
	rm -rf "$chroots/$1.new"
}

# in_chroot NAME COMMAND...: it ends with this shell. unshare alone would not: it ignores
# the signal that a timeout sends.
in_chroot() {
	local root=$chroots/$1

	shift
	setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --propagation private \
		bash -c 'mount -t proc proc "$1/proc" && exec chroot "$1" env -i HOME=/root \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "${@:2}"' in_chroot "$root" "$@" < /dev/null
}

# build_in CHROOT NAME GOALS [ARGUMENT OF CONFIGURE...]: the sources as they are, in /NAME there
build_in() {
	local chroot=$1 name=$2 goals=$3 root=$chroots/$1/$2

	rm -rf "$root"
	mkdir -p "$root"
	tar -c --exclude=./obj --exclude=./.git --exclude=./ip/ip . | tar -x -C "$root"
	in_chroot "$chroot" bash -e -c 'cd "/$1" && ./configure --enable-werror \
		--with-system-ip=/usr/bin/ip "${@:3}" && make -k -j"$(nproc)" $2' build "$name" "$goals" "${@:4}"
}

# units_in CHROOT NAME [EMULATOR...]: run the unit tests of that build.
units_in() {
	in_chroot "$1" bash -c 'cd "/$1" || exit; failed=0
		for unit in obj/unit/*; do
			[[ $unit != *.d ]] || continue
			"${@:2}" "$unit" || { echo "$unit failed"; failed=1; }
		done
		exit $failed' units "${@:2}"
}
