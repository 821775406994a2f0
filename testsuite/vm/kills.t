#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: first
# A verb is killed at one of its system calls, with chains by extensions. All calls of
# all verbs would take hours here, so each kernel tests different ones.

stride=362
[[ -z ${EVERYTHING-} ]] || stride=181
[[ $KERNEL == 6.1 ]] || first=91
FAULT_STRIDE=${FAULT_STRIDE-$stride} FAULT_OFFSET=${FAULT_OFFSET-${first-1}}
. testsuite/lib/fault_cases.sh
# shellcheck disable=SC2034
counting=(-c) flood_pause=0.05
new_veth 0
new_veth 1

for name in add replace order disable format flush restore sweep share netns devices \
	adopt; do
	tried_at_each kill "$name"
done
in_all kills
done_testing
