#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every verb is killed at each of its system calls: the old chain or the new one must then
# be complete, and the same or the next command must succeed and leave nothing behind.
# This tests every 29th call, and with `make check-all` every 15th. FAULT_STRIDE=1 tests
# all calls, as in faults.t.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
FAULT_STRIDE=${FAULT_STRIDE-$([[ -n ${EVERYTHING-} ]] && echo 15 || echo 29)}
. testsuite/lib/fault_host.sh

for name in first add replace tables pinmaps order rename del disable flush restore apply sweep \
	share netns devices adopt repair unpinned stats counted; do
	tried_at_each kill "$name"
done
in_all kills
done_testing
