# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The assertions of our bash tests: each prints one line of TAP and, if it fails, the
# actual and the expected result. Calling sequence:
#
#   . testsuite/lib/tap.sh
#   remember_counts                    count the BPF objects in the kernel
#   new_veth                           v0 here, p0 in the namespace peer0
#   run ip link xdp multi show         sets $status, $stdout and $stderr
#   expect 0 '' '' 'show prints nothing without a chain'
#   ok 'v0 is reached' reaches 0
#   chain_is v0 'pass/50/pass' 'v0 runs one program'
#   unchanged 'all is as it was'
#   done_testing
#
# chain.sh has more functions for chains, and linkage.sh for their linkage.

tap_count=0
tap_failed=0
tap_tmp=$(mktemp -d)
trap 'rm -rf "$tap_tmp"' EXIT
status=0 stdout='' stderr=''
# How often to look whether something has happened, and how often at most: that is
# for what hangs, not for a slow machine.
tick=0.1 tries=600
[[ -z ${DIRECT-} ]] || tick=0.02 tries=3000
# Set to (-n NETNS), these options are given to ip by what looks at devices.
in_netns=()
# Each command of ours is checked by obj/helpers/invariant, which writes here what
# is wrong; the next assertion tells it. Where others act at the same time, or
# damage is done on purpose that it must not tell, a test says so: unchecked=yes.
unchecked=${UNCHECKED-}
# On the kernel of this machine others are at work, too: there it is known what is ours
# where it is written down (MADE).
[[ -n ${KERNEL-}${MADE-} ]] || unchecked=yes
tap_violations=$tap_tmp/violations
tap_invariant=$PWD/obj/helpers/invariant
tap_strict=''

diag() {
	local text="$*"

	text=${text//$'\e'/\\e}
	echo "# ${text//$'\n'/$'\n'# }"
}

# result STATUS NAME: the line of one assertion; every other one ends here.
result() {
	local word=ok

	tap_count=$((tap_count + 1))
	if [[ $1 -ne 0 ]]; then
		word='not ok'
		tap_failed=$((tap_failed + 1))
	fi
	echo "$word $tap_count - $2"
	tell_violations
	return "$1"
}

tell_violations() {
	local line

	[[ -s $tap_violations ]] || return 0
	while IFS= read -r line; do
		tap_count=$((tap_count + 1)) tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $line"
	done < "$tap_violations"
	: > "$tap_violations"
}

# checked COMMAND...: run it, with that check if one can be made. Where $tap_strict
# is -s nothing at all may change.
checked() {
	if [[ -n $unchecked || ! -x $tap_invariant || $UID -ne 0 ]]; then
		command "$@"
	else
		"$tap_invariant" $tap_strict "$tap_violations" "$@"
	fi
}

# What a test calls as ip. What others call (strace ip) is as it was written, but
# for `run`.
ip() {
	if [[ $* == *' multi'* ]]; then
		checked ip "$@"
	else
		command ip "$@"
	fi
}

plan() {
	tap_plan=$1
	echo "1..$1"
}

# Also the script's last word: exits 1 if an assertion failed.
done_testing() {
	tell_violations
	[[ $LINKAGE != mixed ]] ||
		is "$(sort -u "$tap_tmp/linkages" | xargs)" 'ext tail' 'there were entries of both linkages'
	[[ -n ${tap_plan-} ]] || echo "1..$tap_count"
	[[ $tap_failed -eq 0 ]] || exit 1
	exit 0
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# kernel_has FEATURE: by what the kernel answers, see `ip link xdp multi features`, and
# not by its version.
kernel_has() {
	[[ -n ${tap_features-} ]] || tap_features=$(command ip -j link xdp multi features)
	[[ $(jq ".[0].$1" <<< "$tap_features") == true ]]
}

# needs FEATURE: this test is about nothing else.
needs() {
	kernel_has "$1" || skip_all "the kernel lacks $1"
}

# skip WHY NAME
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $2 # SKIP $1"
}

bail_out() {
	echo "Bail out! $*"
	exit 1
}

# run COMMAND...: sets $status, $stdout and $stderr.
# shellcheck disable=SC2034
run() {
	local check=()

	tap_command="${*@Q}" status=0
	[[ -z $tap_strict && $* != *multi* || $(type -t "$1") != file ]] || check=(checked)
	"${check[@]}" "$@" < /dev/null > "$tap_tmp/out" 2> "$tap_tmp/err" || status=$?
	stdout=$(< "$tap_tmp/out")
	stderr=$(< "$tap_tmp/err")
	libxdp_matters "$@" || stderr=$(not_of_libxdp "$stderr")
	[[ $stderr != *'not allow in extensions.'* ]] || kernel_has ext_calls || stderr=$(not_of_calls "$stderr")
}

# matches GOT WANT: WANT is * for anything, ~REGEX, or the exact text.
matches() {
	case $2 in
	'*') true ;;
	'~'*) [[ $1 =~ ${2#\~} ]] ;;
	*) [[ $1 == "$2" ]] ;;
	esac
}

# expect STATUS STDOUT STDERR NAME: how the last `run` ended, each as in
# matches; '' asserts that nothing was printed.
expect() {
	[[ $LINKAGE == ext ]] || set -- "$1" "$2" "$(not_of_libxdp "$3")" "$4"
	if matches "$status" "$1" && matches "$stdout" "$2" && matches "$stderr" "$3"; then
		result 0 "$4"
		return
	fi
	result 1 "$4"
	diag "command: $tap_command"
	diag "status: got $status, expected $1"
	diag "stdout: got '$stdout'"$'\n'"   expected '$2'"
	diag "stderr: got '$stderr'"$'\n'"   expected '$3'"
	return 1
}

# ok NAME COMMAND...: the command succeeds.
ok() {
	local name=$1 code=0

	shift
	"$@" < /dev/null > "$tap_tmp/ok" 2>&1 || code=$?
	if [[ $code -eq 0 ]]; then
		result 0 "$name"
		return
	fi
	result 1 "$name"
	diag "command: ${*@Q}"
	diag "status: got $code, expected 0"
	diag "output: $(< "$tap_tmp/ok")"
	return 1
}

# not_ok NAME COMMAND...: the command fails.
not_ok() {
	local name=$1

	shift
	ok "$name" fails "$@"
}

fails() {
	! "$@"
}

# is GOT WANT NAME
is() {
	[[ $1 == "$2" ]] && result 0 "$3" && return
	result 1 "$3"
	diag "     got: '$1'"
	diag "expected: '$2'"
	return 1
}

# isnt GOT UNWANTED NAME
isnt() {
	[[ $1 != "$2" ]] && result 0 "$3" && return
	result 1 "$3"
	diag "     got: '$1', expected anything else"
	return 1
}

# like GOT REGEX NAME
like() {
	[[ $1 =~ $2 ]] && result 0 "$3" && return
	result 1 "$3"
	diag "     got: '$1'"
	diag "expected a match of: $2"
	return 1
}

# json FILTER GOT-WHAT...: what the last command printed, through jq.
json() {
	jq -c "$@" <<< "$stdout"
}

# counts: every program, map and link in the kernel, what is attached to the
# devices here, and the pins. The directory xdp itself is the lock's and stays;
# some kernels have files *.debug of their own there.
# No jq here and below: in an emulated machine it takes a third of a second.
counts() {
	obj/helpers/objects ids
	system_ip -o link show |
		sed -n 's|^[0-9]*: \([^:]*\): .* prog/\([a-z]*\) id \([0-9]*\).*|\1 \2 \3|p'
	find "${LIBXDP_BPFFS:-/sys/fs/bpf}" -mindepth 1 ! -path '*/xdp' ! -name '*.debug' 2>/dev/null |
		sort
}

# The kernel frees some things a moment after their last user has gone: so wait
# until nothing has changed for two looks.
remember_counts() {
	local before quiet=0

	tap_counts=$(counts)
	while [[ $quiet -lt 2 ]]; do
		sleep "$tick"
		before=$tap_counts
		tap_counts=$(counts)
		quiet=$((quiet + 1))
		[[ $tap_counts == "$before" ]] || quiet=0
	done
}

# without_lost: counts on stdin, without new tail-call maps. Linux loses a reference to such
# a map if a process opens it by its id just when its last user has gone; where others use
# this kernel too (MADE), that happens. A program or a pin that holds it is counted itself.
without_lost() {
	grep -vxF -f <(obj/helpers/objects | awk '$1 == "map" && $3 == 3 { print "map " $2 }' |
		grep -vxF "$tap_counts")
}

# unchanged NAME: counts are those of remember_counts, now or in a moment.
unchanged() {
	local try now

	for ((try = 0; try < tries; try++)); do
		now=$(counts)
		[[ $now != "$tap_counts" ]] || break
		sleep "$tick"
	done
	[[ -z ${MADE-} || $now == "$tap_counts" ]] || now=$(without_lost <<< "$now")
	is "$now" "$tap_counts" "$1"
}

# becomes EXPECTED NAME COMMAND...: that is what it prints, now or in a moment.
becomes() {
	local expected=$1 name=$2 try got

	shift 2
	for ((try = 0; try < tries; try++)); do
		got=$("$@")
		[[ $got != "$expected" ]] || break
		sleep "$tick"
	done
	is "$got" "$expected" "$name"
}

# await COMMAND...: until it succeeds.
await() {
	local try

	for ((try = 0; try < tries; try++)); do
		! "$@" || return 0
		sleep "$tick"
	done
	bail_out "gave up waiting for: $*"
}

# locked_by_other [DIR]: somebody holds the lock of the chains.
locked_by_other() {
	! flock -n "${1-/sys/fs/bpf/xdp}" true
}

# refused STATUS STDERR NAME COMMAND...: the command ends like this, prints
# nothing on stdout, and nothing is other than before: what is attached and pinned,
# what their maps hold, and what is in the kernel.
refused() {
	local status_wanted=$1 stderr_wanted=$2 name=$3

	shift 3
	without_change "$@"
	expect "$status_wanted" '' "$stderr_wanted" "$name"
}

# dry_run NAME WORDS...: of our command, which would succeed; with dry-run it does
# too, prints what would be, and nothing is other than before.
dry_run() {
	local name=$1

	shift
	without_change ip "${in_netns[@]}" link xdp multi "$@" dry-run
	expect 0 '*' '*' "$name: dry-run"
}

# without_change COMMAND...: as run; what it changes is told by the next assertion.
without_change() {
	local tap_strict=-s tap_counts

	if [[ -z $unchecked && $UID -eq 0 && ($1 == ip || $(type -t "$1") == file) ]]; then
		run "$@"
		return
	fi
	remember_counts
	run "$@"
	unchanged "nothing has changed: ${*@Q}"
}

# The system's own iproute2, by absolute path.
tap_system_ip=$(sed -n 's/^SYSTEM_IP = //p' obj/config.mk)
system_ip() {
	"$tap_system_ip" "$@"
}

# new_veth [N [OPTIONS]]: device vN here, with the address 10.0.N.1; its peer pN in a new
# network namespace peerN, with 10.0.N.2. Neighbours are known and IPv6 is off,
# so the only packets are those that a test sends.
new_veth() {
	local n=${1:-0}

	system_ip netns add "peer$n"
	in_peer "$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
	system_ip link add "v$n" "${@:2}" address 02:00:00:00:0"$n":01 type veth \
		peer name "p$n" address 02:00:00:00:0"$n":02 netns "peer$n"
	sysctl -qw "net.ipv6.conf.v$n.disable_ipv6=1"
	system_ip address add "10.0.$n.1/24" dev "v$n"
	system_ip -n "peer$n" address add "10.0.$n.2/24" dev "p$n"
	system_ip link set "v$n" up
	system_ip -n "peer$n" link set "p$n" up
	system_ip neighbour replace "10.0.$n.2" lladdr 02:00:00:00:0"$n":02 dev "v$n"
	system_ip -n "peer$n" neighbour replace "10.0.$n.1" \
		lladdr 02:00:00:00:0"$n":01 dev "p$n"
}

del_veth() {
	system_ip link del "v${1:-0}"
	system_ip netns del "peer${1:-0}"
}

# in_peer N COMMAND...: `ip netns exec` would mount another /sys. Where nothing is
# emulated a ping need not wait a whole second for what may come back.
in_peer() {
	local n=$1

	shift
	[[ -z ${DIRECT-} || "$*" != 'ping '*' -W '* ]] || set -- "$@" -W 0.2
	nsenter --net="/run/netns/peer$n" "$@"
}

# reaches N: does a packet from the peer get through vN's XDP programs?
reaches() {
	in_peer "$1" ping -q -c 1 -W 1 "10.0.$1.1"
}

# xdp_id DEV: id of the XDP program on a device; 0 if there is none.
xdp_id() {
	[[ $(system_ip "${in_netns[@]}" link show dev "$1") =~ prog/[a-z]*' id '([0-9]+) ]]
	echo "${BASH_REMATCH[1]-0}"
}

. testsuite/lib/chain.sh
. testsuite/lib/linkage.sh
