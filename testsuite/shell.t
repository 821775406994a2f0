#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the README tells to type in `make shell` works as it stands there.

. testsuite/lib/tap.sh

[[ $(id -u) -eq 0 ]] || skip_all 'you are not root'
[[ -x ip/ip && -e obj/bpf/counter.o ]] || bail_out 'build first'
why=$(scripts/shell true 2>&1) || skip_all "no namespaces can be made: ${why//$'\n'/; }"
# shellcheck disable=SC2016
can=$(scripts/shell ip -j link xdp multi features | jq '.[0] | .ext_link or .tail')
[[ $can == true ]] || skip_all 'the kernel allows neither extensions nor tail calls'

# The first block of lines with a prompt.
commands=$(sed -n '/^## Quick start/,/^## Use it/ s/^    # //p' README.md)
ok 'the README has a quick start' test "$(wc -l <<< "$commands")" -ge 5
run scripts/shell bash -e -c "$commands"
is "$status" 0 'its commands work'
like "$stdout" 'filter +[1-9]' 'packets came to the second program'
like "$stdout" '3 packets transmitted, 3 received' 'and through it'
run scripts/shell sh -c 'ls filter.o && ip -n peer -br link show p0 && exit 7'
is "$status" 7 'the status is that of what runs in it'

done_testing
