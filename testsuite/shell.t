#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The commands that README gives for `make shell` work as written, and so does the story
# of `make demo`.

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
run scripts/shell ip-xdp-multi -br show
is "$status" 0 'ip-xdp-multi is in PATH, too'
run scripts/shell sh -c 'ls filter.o && ip -n peer -br link show p0 && exit 7'
is "$status" 7 'the status is that of what runs in it'

### The demo, if it can run here; else it would start a virtual machine

if [[ -e obj/helpers/bpf.so && -e obj/helpers/objects ]] && scripts/shell bpftool prog > /dev/null; then
	run scripts/demo
	is "$status" 0 'the demo plays to its end'
	like "$stdout" 'Nothing is left' 'and leaves nothing behind'
	is "$stderr" '' 'without an error'
else
	skip 'no bpftool, or "make helpers" did not run' 'the demo plays to its end'
fi

done_testing
