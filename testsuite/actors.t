#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A second actor acts just before a system call of a verb, see lib/actors.sh. Chains use
# tail calls on the kernel of this machine. This tests every 23rd pair of a verb and an
# actor, and with `make check-all` every 13th, at some of the verb's calls; `make actors`
# tests all pairs at all calls.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
ACTOR_PAIRS=${ACTOR_PAIRS-$([[ -n ${EVERYTHING-} ]] && echo 13 || echo 23)}
. testsuite/lib/fault_host.sh
. testsuite/lib/actors.sh

each_pair "${ACTOR_CASES:-first add replace order del flush restore share adopt repair}" \
	"${ACTORS:-show ours clean flush repair off forced unpinned undir deleted moved renamed swapped mtu}"
diag "actors: $points points"
done_testing
