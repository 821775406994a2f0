#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every verb, killed at each of its system calls: the old chain or the new one,
# complete, and the same command again or the next one works and leaves nothing.
# FAULT_STRIDE=1 is all of the calls, as in faults.t; here every 29th is tried, and every
# 15th by `make check-all`.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
FAULT_STRIDE=${FAULT_STRIDE-$([[ -n ${EVERYTHING-} ]] && echo 15 || echo 29)}
. testsuite/lib/fault_host.sh

for name in first add replace tables pinmaps order rename del disable flush restore apply sweep \
	share netns devices adopt repair unpinned stats counted; do
	tried_at_each kill "$name"
done
in_all kills
done_testing
