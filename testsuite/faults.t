#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every verb, with each of its system calls failing once: the old chain or the new
# one, complete, whatever it was. Of the calls every 13th is tried, and every
# seventh by `make check-all`, beginning with another one in each case; FAULT_STRIDE=1 is
# all of them, and FAULT_ROTATION=1
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
