#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Boot a Debian with all hooks in a virtual machine, in which cases.sh is run. CASES in
# the environment chooses some of them; boot is also the first of a second boot, after
# the case reboot.
set -u -o pipefail
cd "$(dirname "$(realpath "$0")")/../.." || exit 1

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

all='boot hotplug rename names unit removal many nspawn readme manual_hooks
	manual_conf manual_cni ifupdown ifupdown2 ifupdown_ng dispatcher networkmanager
	reboot boot after_reboot'
read -ra kernels <<< "${KERNELS:-6.12}"
# shellcheck source=/dev/null
release=$(. /etc/os-release; echo "$ID-${VERSION_CODENAME-}")
[[ $(id -u) -eq 0 ]] || skip_all 'only root can build the image'
[[ $release == debian-bookworm ]] ||
	skip_all 'the Debian that is booted has the libraries of bookworm, and this machine others'
type -P mmdebstrap mke2fs > /dev/null || skip_all 'no mmdebstrap or mke2fs: run make deps'
disk=$(testsuite/boot/image "${kernels[-1]}") || exit 1
read -rd '' -a cases <<< "${CASES:-$all}"
testsuite/boot/machine "${kernels[-1]}" "$disk" "boot.cases=$(IFS=,; echo "${cases[*]}")" 2> obj/boot/errors |
	tee obj/boot/out
if ! grep -q '^# boot: done' obj/boot/out; then
	echo 'Bail out! the machine stopped before it was done; its console says:'
	{ cat obj/boot/errors; tail -n 30 obj/boot/console; } | sed 's/^/# /' | tr -d '\r'
	exit 1
fi
! grep -q '^not ok' obj/boot/out
