#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each system call of every verb fails once: the old chain or the new one must then be
# complete. This tests every 13th call, and with `make check-all` every seventh, from a
# different first call in each case. FAULT_STRIDE=1 tests all calls, and FAULT_ROTATION=1
# (2, 3 ...) other errors.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
FAULT_STRIDE=${FAULT_STRIDE-$([[ -n ${EVERYTHING-} ]] && echo 7 || echo 13)}
. testsuite/lib/fault_host.sh

for name in first add replace tables pinmaps order rename del disable flush restore apply sweep \
	share netns devices adopt repair unpinned stats; do
	tried_at_each fail "$name"
done
in_all faults
done_testing
