#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: here
# linkage: ext
# Common features of all changes: expect, dry-run, wait, if-exists, -echo, and exit
# statuses.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
pass=(object obj/bpf/pass.o prio)

# numberless: without the numbers that are new each time
numberless() {
	sed -E 's/"(id|added|load_time|btf_id)":[0-9]+/"\1":N/g; s/ id [0-9]+/ id N/g; s/,"changed":[a-z]*//g; s/,"removed":\[.*\]//; /^    removed: /d; /: no chain $/d' <<< "$stdout"
}

# foresees CHANGED NAME WORDS...: dry-run says what the change then does, and
# does nothing.
foresees() {
	local changed=$1 name=$2 text want

	shift 2
	remember_counts
	run "${multi[@]}" "$@" dry-run
	text=$(numberless)
	unchanged "$name: dry-run changes nothing"
	run ip -j link xdp multi "$@" dry-run
	like "$status $stdout" "^0 .*,\"changed\":${changed}[,}]" "$name: changed $changed"
	run ip -echo link xdp multi "$@"
	want=$(numberless)
	[[ $changed == true ]] || want+=$'\n    no change '
	is "$text" "$want" "$name: dry-run prints what -echo does"
}

new_veth 0
new_veth 1
remember_counts
start=$tap_counts

run "${multi[@]}" add dev v0 "${pass[@]}" 10 expect none
expect 0 '' '' 'expect none, and none is there'
id=$(xdp_id v0)
refused 3 "Error: dev v0: program $id is attached, but \"expect none\" was given: look at the chain again with \"show\"." 'none is expected, one is there' \
	"${multi[@]}" add dev v0 "${pass[@]}" 20 name b expect none
refused 3 "Error: dev v0: program $id is attached, but \"expect 999999\" was given: look at the chain again with \"show\"." 'another is expected' \
	"${multi[@]}" add dev v0 "${pass[@]}" 20 name b expect 999999
refused 3 'Error: dev v1: nothing is attached, but "expect 7" was given: look at the chain again with "show".' 'one is expected, none is there' \
	"${multi[@]}" add dev v1 "${pass[@]}" 20 expect 7
run timeout 120 "${multi[@]}" flush dev v0 expect 1
is "$status" 3 'it is not tried again'
run "${multi[@]}" add dev v0 "${pass[@]}" 20 name b expect "$id"
expect 0 '' '' 'the right one is expected'
chain_is v0 'pass/10/pass b/20/pass' 'then it is done'
for verb in 'del b' 'change b prio 5' "replace ${pass[*]} 5" flush 'set format 3' 'share from v1' 'restore file /dev/stdin'; do
	# shellcheck disable=SC2086
	run "${multi[@]}" $verb dev v0 expect "$id"
	case $verb in
	share*) is "$status" 2 "expect: $verb" ;;
	restore*) is "$status" 1 "expect: $verb" ;;
	*) expect 3 '' "Error: dev v0: program $(xdp_id v0) is attached, but \"expect $id\" was given: look at the chain again with \"show\"." "expect: $verb" ;;
	esac
done
refused 255 'Error: only one "dev" is allowed here.' 'expect is for one device' \
	"${multi[@]}" flush dev v0 dev v1 expect "$id"
run "${multi[@]}" flush dev v0 expect "$(xdp_id v0)"
expect 0 '' '' 'flush of what is expected'
unchanged 'nothing is left'

foresees true 'add' add dev v0 "${pass[@]}" 10
foresees true 'add of a second' add dev v0 object obj/bpf/counter.o prio 20 proceed-on all
foresees true 'change' change dev v0 counter name c prio 5
foresees false 'change to what it is' change dev v0 c prio 5
foresees false 'replace by the same' replace dev v0 "${pass[@]}" 10
foresees true 'set' set dev v0 format extended
foresees true 'share' share dev v1 from v0
foresees true 'del' del dev v0 c
foresees true 'the last' del dev v0 pass
foresees true 'flush' flush dev v1
remember_counts
for words in "add dev v0 dev v9 ${pass[*]} 10:1" 'flush dev v0:2' 'del dev v0 x if-exists:0' \
	'add dev v0 object obj/bpf/loop_bad.o:2' 'add dev v0 object /none:1' "add dev v0 ${pass[*]} 1 expect 5:3"; do
	# shellcheck disable=SC2086
	run "${multi[@]}" ${words%:*} dry-run
	is "$status" "${words##*:}" "dry-run has the exit status of the real run: ${words%:*}"
done
unchanged 'dry-run has changed nothing'
rmdir /sys/fs/bpf/xdp
run "${multi[@]}" add dev v0 "${pass[@]}" 10 dry-run
expect 0 '~program pass' '' 'dry-run where there was no chain yet'
run "${multi[@]}" repair all dry-run
expect 0 '' '' 'and of repair'
not_ok 'makes no directory of pins' test -e /sys/fs/bpf/xdp

for words in 'del x dev v9' 'del x dev v0' 'flush dev v9' 'flush dev v0' 'flush dev v9 dev v0' 'del x dev v9 dev v0'; do
	# shellcheck disable=SC2086
	refused 0 '' "if-exists: $words" "${multi[@]}" $words if-exists
done
"${multi[@]}" add dev v0 "${pass[@]}" 10
refused 0 '' 'if-exists: an entry that is not there' "${multi[@]}" del x dev v0 if-exists
refused 2 '~^Error: dev v0: the chain has no entry named ' 'without it that is an error' "${multi[@]}" del x dev v0
refused 255 '~^Error: "if-exists" is garbage here' 'add has no if-exists' \
	"${multi[@]}" add dev v0 "${pass[@]}" 20 name b if-exists
run ip -echo link xdp multi del dev v0 pass
expect 0 '' '' '-echo of nothing'
run ip -j -echo link xdp multi del dev v0 pass if-exists
expect 0 '[]' '' 'and as JSON'
unchanged 'nothing is left'

# The exit statuses, line by line.
"${multi[@]}" add dev v0 "${pass[@]}" 10
refused 1 'Error: Cannot find device "v9".' '1: no such device' "${multi[@]}" flush dev v9
refused 1 '~^Error: Cannot read "/none.o"' '1: unreadable object' "${multi[@]}" add dev v0 object /none.o
refused 1 '~^Error: Cannot read "/none"' '1: unreadable file' "${multi[@]}" restore dev v0 file /none
refused 1 '~^Error: Cannot open the bpffs /none: ' '1: no bpffs' env LIBXDP_BPFFS=/none "${multi[@]}" flush dev v0
refused 1 '~CAP_NET_ADMIN' '1: no capability' setpriv --bounding-set -net_admin --inh-caps -net_admin \
	"${multi[@]}" add dev v0 "${pass[@]}" 20 name b
refused 2 '~^Error: The verifier rejected' '2: refused by the kernel' "${multi[@]}" add dev v0 object obj/bpf/loop_bad.o
refused 2 '~^Error: dev v0: the chain already has an entry ' '2: refused by the chain' "${multi[@]}" add dev v0 "${pass[@]}" 10
refused 2 '~^Error: dev v1: no such chain' '2: no chain' "${multi[@]}" flush dev v1
refused 2 '~^Error: dev v1: the chain already has an entry|^Error: dev v0: the chain already has an entry' '2: one of two devices refuses' \
	"${multi[@]}" add dev v1 dev v0 "${pass[@]}" 10
refused 3 '~"expect none" was given' '3: not as expected' "${multi[@]}" flush dev v0 expect none
# If somebody was faster, that comes before any fault that the command has since.
refused 3 '~"expect none" was given' '3: even with another fault' \
	"${multi[@]}" change dev v0 gone object obj/bpf/pass.o expect none
flock /sys/fs/bpf/xdp sleep infinity > /dev/null &
holder=$!
await locked_by_other
begin=$SECONDS
refused 3 "Error: /sys/fs/bpf/xdp is locked by process $holder (flock), gave up after 2 s." '3: no lock within wait' \
	"${multi[@]}" flush dev v0 wait 2
ok 'which is that long' test $((SECONDS - begin)) -ge 2
read -r child < "/proc/$holder/task/$holder/children"
(sleep 1; kill "$child") &
run "${multi[@]}" change dev v0 pass prio 11 wait 60
expect 0 '' '' '0: with a longer wait it is done'
for words in 'flush dev v0 wait x' 'flush dev v0 wait' 'flush dev v0 expect x' 'flush dev v0 expect 0' \
	'flush dev v0 dry-run dry-run' 'flush' 'flush dev v0 all' 'frobnicate dev v0' 'restore dev v0' 'share dev v0' \
	'set dev v0' 'set dev v0 format 9' 'save' 'save dev v0 dev v1' 'change dev v0' 'add dev v0' 'del dev v0'; do
	# shellcheck disable=SC2086
	refused 255 '~.' "255: $words" "${multi[@]}" $words
done
"${multi[@]}" flush all
tap_counts=$start
unchanged 'nothing is left'

done_testing
