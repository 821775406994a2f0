# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a test of testsuite/cells as cells of the matrix: one line for each assertion.

# fetch_peer SUITE PACKAGE NAME PROGRAM...: fetch it to obj/peers/NAME, if it is missing.
fetch_peer() {
	[[ -e obj/peers/$3/version ]] ||
		testsuite/vm/fetch-peer "$1" "$2" "obj/peers/$3" "${@:4}" > /dev/null 2>&1 ||
		echo "$2 of $1: not run: it could not be fetched"
}

# cells_of KERNEL TEST OPTIONS...: in one machine, booted with these options.
cells_of() {
	local kernel=$1 test=$2 variable
	local -a with=(KERNEL="$kernel" LINKAGE=ext)

	for variable in PEERS NIC NIC_STUBBORN NIC_QUEUES; do
		[[ -z ${!variable-} ]] || with+=("$variable=${!variable}")
	done
	testsuite/vm/boot "${@:3}" --name "matrix-$test" "$kernel" env "${with[@]}" \
		bash "testsuite/cells/$test.t" |
		sed -n -E -e '/^ok [0-9]+ - nothing has changed: /d' -e 's/^ok [0-9]+ - (.*) # SKIP (.*)/\1: not run: \2/p;t' \
			-e 's/^ok [0-9]+ # SKIP (.*)/\1: not run/p;t' \
			-e 's/^ok [0-9]+ - (.*)/\1: ok/p' -e 's/^not ok [0-9]+ - (.*)/\1: fail/p'
	[[ ${PIPESTATUS[0]} -le 1 ]] || echo "$test on $kernel: fail"
}
