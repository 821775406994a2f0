#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody else acts just before a system call of a verb, see lib/actors.sh: chains
# by tail calls on the kernel of this machine. Of the pairs of a verb and an actor
# every 23rd is tried, and every 13th by `make check-all`, at some of the verb's calls; `make actors` tries all pairs at
# all calls.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
ACTOR_PAIRS=${ACTOR_PAIRS-$([[ -n ${EVERYTHING-} ]] && echo 13 || echo 23)}
. testsuite/lib/fault_host.sh
. testsuite/lib/actors.sh

each_pair "${ACTOR_CASES:-first add replace order del flush restore share adopt repair}" \
	"${ACTORS:-show ours clean flush repair off forced unpinned undir deleted moved renamed swapped mtu}"
diag "actors: $points points"
done_testing
