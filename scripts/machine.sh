# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2034 # who reads this file uses them
#
# Differences between the emulated machines. Sets these variables for the machine that the
# project is configured for, or else for this one:
#
#   arch       its name in Debian
#   foreign    -ARCH if programs for it do not run here, else nothing
#   flavour    the end of the names of its kernel packages
#   qemu       the emulator's program, and qemu_package the package with it
#   machine    options for the emulator
#   console    for the kernel log; output: for what a command prints
#   serial     options for these two: LOG becomes a file, the other one is stdio

# debian_arch: of this machine
debian_arch() {
	dpkg --print-architecture 2>/dev/null && return
	case $(uname -m) in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	ppc64le) echo ppc64el ;;
	*) uname -m ;;
	esac
}

# for_arch ARCH
for_arch() {
	arch=$1 flavour=$1 foreign=''
	[ "$arch" = "$(debian_arch)" ] || foreign=-$arch
	console=ttyS0 output=ttyS1
	serial="-serial file:LOG -chardev stdio,id=out,signal=off -serial chardev:out"
	case $arch in
	amd64)
		flavour=cloud-amd64 qemu=qemu-system-x86_64 qemu_package=qemu-system-x86
		machine='-machine pc -cpu max' ;;
	arm64)
		flavour=cloud-arm64 qemu=qemu-system-aarch64 qemu_package=qemu-system-arm
		machine='-machine virt -cpu neoverse-n1' console=ttyAMA0 output=ttyAMA1 ;;
	s390x)
		qemu=qemu-system-s390x qemu_package=qemu-system-s390x
		machine='-machine s390-ccw-virtio -cpu max' console=ttysclp0 output=sclp_line0
		serial="-chardev file,id=log,path=LOG -device sclpconsole,chardev=log"
		serial="$serial -chardev stdio,id=out,signal=off -device sclplmconsole,chardev=out" ;;
	riscv64)
		qemu=qemu-system-riscv64 qemu_package=qemu-system-riscv
		machine='-machine virt -cpu max' ;;
	*) qemu=qemu-system-$arch qemu_package=$qemu machine='-machine virt' ;;
	esac
}

# The configuration's, which this file is below.
for_arch "${GUEST_ARCH:-$(sed -n 's/^HOST_ARCH = //p' "${top:-.}/obj/config.mk" 2>/dev/null |
	grep . || debian_arch)}"
