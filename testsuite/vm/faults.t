#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# One system call of a verb fails, with chains by extensions. All calls of all verbs
# would take hours here, so each kernel tests different ones.

stride=202
[[ -z ${EVERYTHING-} ]] || stride=101
[[ $KERNEL == 6.1 ]] || first=51
FAULT_STRIDE=${FAULT_STRIDE-$stride} FAULT_OFFSET=${FAULT_OFFSET-${first-1}}
. testsuite/lib/fault_cases.sh
# shellcheck disable=SC2034
counting=(-c) flood_pause=0.05
new_veth 0
new_veth 1

for name in add replace order disable format flush restore sweep share netns devices \
	adopt frags; do
	tried_at_each fail "$name"
done
in_all faults
done_testing
