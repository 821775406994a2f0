#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# A second actor acts just before a system call of a verb, see lib/actors.sh. Chains use
# extensions, and xdp-loader is one of the actors. testsuite/actors.t has more cases, with
# tail calls; `make actors` tests all pairs at all calls.
ACTOR_PAIRS=${ACTOR_PAIRS-4} ACTOR_POINTS=${ACTOR_POINTS-$((${#EVERYTHING} > 0 ? 2 : 1))}
. testsuite/lib/actors.sh
new_veth 0
new_veth 1
actors='loader off unload forced sweeper ours deleted'
type -P xdp-loader > /dev/null || actors='off forced ours deleted'

each_pair "${ACTOR_CASES:-add replace flush restore}" "${ACTORS:-$actors}"
diag "actors: $points points"
done_testing
