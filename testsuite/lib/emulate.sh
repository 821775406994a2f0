# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Lets this machine run the programs of arm64 as if they were its own. A static emulator is
# registered with binfmt_misc; the flag F opens it at once, so chroots need no copy of it.

readonly binfmt=/proc/sys/fs/binfmt_misc registered=xdp-multi-arm64
mounted=''

# static_emulator: its path; fetched from SUITE, if it is missing
static_emulator() {
	local dir=${XDG_CACHE_HOME:-$HOME/.cache}/ip-xdp-multi/qemu/user-static tmp

	if [[ ! -d $dir ]]; then
		tmp=$(mktemp -d)
		scripts/private-apt "$1" get update > /dev/null &&
			(private=$(realpath scripts/private-apt) && cd "$tmp" &&
				"$private" "$1" get download qemu-user-static > /dev/null &&
				dpkg-deb -x qemu-user-static_*.deb root) &&
			mkdir -p "$(dirname "$dir")" && mv "$tmp/root/usr/bin" "$dir"
		rm -rf "$tmp"
	fi
	realpath -e "$dir/qemu-aarch64-static"
}

# emulate_arm64 SUITE: until stop_emulating
emulate_arm64() {
	local emulator header='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
	local mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'

	[[ ! -e $binfmt/qemu-aarch64 ]] || return 0
	emulator=$(static_emulator "$1") || return
	if [[ ! -e $binfmt/register ]]; then
		mount -t binfmt_misc none "$binfmt" || return
		mounted=yes
	fi
	[[ -e $binfmt/$registered ]] || echo ":$registered:M::$header:$mask:$emulator:F" > "$binfmt/register"
}

stop_emulating() {
	[[ ! -e $binfmt/$registered ]] || echo -1 > "$binfmt/$registered"
	[[ -z $mounted ]] || umount "$binfmt"
	mounted=''
}
