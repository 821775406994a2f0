#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Few file descriptors, little memory, no output, many interfaces: a change either
# succeeds, or fails with a reason and leaves nothing behind.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)

# state: what is attached, and all pins; quick, unlike counts.
state() {
	system_ip -o link show | sed -n 's|^[0-9]*: \([^:]*\): .* prog/\([a-z]*\) id \([0-9]*\).*|\1 \2 \3|p'
	find /sys/fs/bpf -mindepth 1
}

# one_sentence STATUS TEXT: is this how a command fails?
one_sentence() {
	local sentence=$'^(Warning: [^\n]*\n)*(Error|Warning): [^\n]*\\.$'

	[[ $1 == [12] && $2 =~ $sentence ]]
}

# What may be said of a change that is done.
spoken='pins were left behind: |removed the pins of |its entry is removed\.$'

# limited OPTION "N..." WORDS...: run the command with each of these limits until
# it succeeds, and it does with the last. Before that it fails with one sentence
# and changes nothing. When nothing but clearing up needs more, that is said, and
# done when the rest is.
limited() {
	local option=$1 steps=$2 n before wrong='' tries=0
	# Pins that are left behind, and said to be, are no fault here.
	local unchecked=yes

	shift 2
	remember_counts
	before=$(state)
	for n in $steps; do
		# shellcheck disable=SC2016
		run bash -c 'ulimit "$0" "$1"; shift; exec "$@"' "$option" "$n" "${multi[@]}" "$@"
		[[ $status -ne 0 ]] || break
		tries=$((tries + 1))
		[[ $status -eq 127 && $stderr == *'loading shared libraries'* ]] ||
			one_sentence "$status" "$stderr" || wrong+="$n: $status $stdout $stderr;"
		[[ $(state) == "$before" ]] || wrong+="$n: $(state);"
	done
	is "$wrong" '' "$1 with ulimit $option: done, or one sentence and no change"
	like "$status $(grep -vE "^Warning: .*($spoken)" <<< "$stderr")" '^0 ?$' \
		"$1: with $n it is done, $tries times it was not"
	ok "$1: there were limits that were too low" test "$tries" -gt 0
}

new_veth 0
new_veth 1
remember_counts
start=$tap_counts
echo "object $PWD/obj/bpf/drop.o name drop prio 20" > /tmp/chain
"${multi[@]}" add dev v0 object obj/bpf/counter.o prio 10
"${multi[@]}" add dev v0 object obj/bpf/drop.o prio 20

# The soft limit is raised to the hard one.
run bash -c 'ulimit -S -n 4; exec ip link xdp multi change dev v0 drop prio 21'
expect 0 '' '' 'a soft limit of 4 descriptors'
fds=$(seq -s ' ' 4 100)
limited -n "$fds" add dev v0 object obj/bpf/pass.o prio 30
limited -n "$fds" replace dev v0 object obj/bpf/counter.o name pass overwrite
limited -n "$fds" change dev v0 pass prio 15
limited -n "$fds" del dev v0 pass
limited -n "$fds" share dev v1 from v0
limited -n "$fds" flush dev v1
limited -n "$fds" restore dev v0 file /tmp/chain maps fit
chain_is v0 'drop/20/pass' 'the chain is what it should be'
not_ok 'and drops' reaches 0
limited -n "$fds" save dev v0
limited -n "$fds" check
limited -n "$fds" flush all
ok 'nothing is left that drops' reaches 0
tap_counts=$start
unchanged 'nothing at all'

"${multi[@]}" restore dev v0 file /tmp/chain
memory=$(seq -s ' ' 3000 500 10000; seq -s ' ' 12000 8000 100000)
limited -v "$memory" add dev v0 object obj/bpf/pass.o prio 30 overwrite
limited -v "$memory" share dev v1 from v0
limited -v "$memory" flush dev v1
limited -v "$memory" restore dev v0 file /tmp/chain
chain_is v0 'drop/20/pass' 'the chain is what it should be'
run bash -c 'ulimit -l 0; exec ip link xdp multi add dev v0 object obj/bpf/pass.o prio 30'
expect 0 '' '' 'locked memory does not count any more'
"${multi[@]}" del dev v0 pass

# The kernel's memory for programs and maps counts too. Who gets too much of it
# is killed: then the next change clears up.
echo '+memory +pids' > /sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/small
old=$(chain_of v0) wrong='' endings=''
for limit in 0 512K 1M 2M 2500K 3M 3500K 4M 16M; do
	echo "$limit" > /sys/fs/cgroup/small/memory.max
	# shellcheck disable=SC2016
	run bash -c 'echo $$ > /sys/fs/cgroup/small/cgroup.procs && exec "$@"' - \
		"${multi[@]}" add dev v0 object obj/bpf/pass.o prio 30
	endings+="$limit:$status "
	[[ $status == 0 || $status == 137 ]] || one_sentence "$status" "$stderr" || wrong+="$limit: $status $stderr;"
	! reaches 0 > /dev/null 2>&1 || wrong+="$limit: it does not drop;"
	[[ $status -ne 0 ]] || break
	"${multi[@]}" change dev v0 drop prio 20 2> /dev/null || wrong+="$limit: no change possible;"
	"${multi[@]}" del dev v0 pass if-exists 2> /dev/null || wrong+="$limit: not cleared up;"
	"${multi[@]}" clean > /dev/null
	[[ $(chain_of v0) == "$old" ]] || wrong+="$limit: $(chain_of v0);"
done
diag "memory.max and exit statuses: $endings"
is "$wrong" '' 'a small memory cgroup: the old chain or the new, and the next change can be made'
is "$status" 0 'with enough of it the change is done'
chain_is v0 'drop/20/pass pass/30/pass' 'and whole'

# Our lines of a batch need no other process, the system's do.
printf 'link xdp multi change dev v0 drop prio 19\nlink show v0\n' > /tmp/batch
echo max > /sys/fs/cgroup/small/memory.max
echo 1 > /sys/fs/cgroup/small/pids.max
# shellcheck disable=SC2016
run bash -c 'echo $$ > /sys/fs/cgroup/small/cgroup.procs && exec ip -batch /tmp/batch'
expect 1 '' $'~^Cannot run the system\'s ip "[^ ]*": Resource temporarily unavailable\nCommand failed /tmp/batch:2$' \
	'no process for the system'"'"'s ip'
chain_is v0 'drop/19/pass pass/30/pass' 'our line was run'
rmdir /sys/fs/cgroup/small
"${multi[@]}" flush all
tap_counts=$start
unchanged 'nothing is left'

# Where what is printed cannot go.
# to_nowhere REDIRECTION STATUS STDERR NAME COMMAND...
to_nowhere() {
	local where=$1 wanted=$2 stderr_wanted=$3 name=$4

	shift 4
	run bash -c "exec \"\$@\" $where" - "$@"
	expect "$wanted" '' "$stderr_wanted" "$name"
}
"${multi[@]}" add dev v0 object obj/bpf/drop.o
remember_counts
full='~Cannot write to standard output: No space left on device$'
closed='~Cannot write to standard output: Bad file descriptor$'
for words in show 'save dev v0' features 'add dev v1 object obj/bpf/pass.o dry-run'; do
	# shellcheck disable=SC2086
	to_nowhere '> /dev/full' 1 "$full" "a full disk: $words" "${multi[@]}" $words
	# shellcheck disable=SC2086
	to_nowhere '<&- >&-' 1 "$closed" "no standard output: $words" "${multi[@]}" $words
done
to_nowhere '> /dev/full' 1 "$full" 'a full disk: show as JSON' ip -j link xdp multi show
to_nowhere '> /dev/full' 1 "$full" 'a full disk: check as JSON' ip -j link xdp multi check
echo 'link xdp multi show' > /tmp/batch
to_nowhere '> /dev/full' 1 '~Cannot write to standard output' 'a full disk: a batch' ip -batch /tmp/batch
to_nowhere '2>&-' 2 '' 'no standard error' "${multi[@]}" del dev v0 x
to_nowhere '<&-' 1 'Error: Cannot read "-": Bad file descriptor.' 'no standard input' \
	"${multi[@]}" restore dev v0 file -
ln -s "$PWD/ip/ip" /tmp/ip-xdp-multi
to_nowhere '<&-' 1 'Cannot read "-": Bad file descriptor' 'nor one for a batch' timeout 120 /tmp/ip-xdp-multi -batch -
unchanged 'nothing has changed'
to_nowhere '> /dev/full' 1 "$full" 'a change that cannot be shown' ip -echo link xdp multi change dev v0 drop prio 7
chain_is v0 'drop/7/pass' 'is done'
to_nowhere '<&- >&- 2>&-' 0 '' 'a change with a warning, and nothing to print to' \
	"${multi[@]}" change dev v0 drop prio 8 disable
like "$("${multi[@]}" show v0)" 'prio 8 .* disabled ' 'is done'
to_nowhere '<&- >&- 2>&-' 2 '' 'one with an error' "${multi[@]}" del dev v0 x
"${multi[@]}" change dev v0 drop enable
mkfifo /tmp/fifo
exec {reader}<> /tmp/fifo
exec {writer}> /tmp/fifo
exec {reader}>&-
for words in show 'save dev v0'; do
	# shellcheck disable=SC2086
	to_nowhere ">&$writer" 141 '' "nobody reads: SIGPIPE ends $words" "${multi[@]}" $words
done
exec {writer}>&-
"${multi[@]}" flush all
tap_counts=$start
unchanged 'nothing is left'

# A map that cannot be opened, for want of a descriptor, is not one that is not there.
# each_fails COMMAND...: with each of its attempts failing, `after` is called.
each_fails() {
	local n

	wrong=''
	for ((n = 1; ; n++)); do
		run obj/helpers/inject "bpf(MAP_GET_FD_BY_ID):$n" 2 "$tap_tmp/hit" "$@"
		[[ $(< "$tap_tmp/hit") != 'none '* ]] || break
		after || wrong+=" $n"
	done
	is "$n: $wrong" "$((n > 1 ? n : 2)): " "$name"
}

"${multi[@]}" add dev v0 object obj/bpf/drop.o name kept linkage tail
mkdir /tmp/other
mount -t bpf bpf /tmp/other
after() { [[ $status -ne 0 ]] && ! reaches 0 > /dev/null 2>&1; }
name='a chain with its pins on another bpffs does not look as if it was gone' LIBXDP_BPFFS=/tmp/other \
	each_fails "${multi[@]}" flush dev v0
umount /tmp/other
after() {
	[[ $status -ne 0 || $("${multi[@]}" show dev v1) == *' kept '* ]]
	local is=$?

	"${multi[@]}" flush dev v1 if-exists
	return $is
}
name='a loaded program keeps its name' each_fails "${multi[@]}" add dev v1 \
	id "$(ip -j link xdp multi show dev v0 | jq '.[0].entries[0].id')"
after
"${multi[@]}" flush all
tap_counts=$start
unchanged 'nothing is left'
mkfifo /tmp/xdp-dispatcher.o
LIBXDP_OBJECT_PATH=/tmp run timeout 120 "${multi[@]}" features
isnt "$status" 124 'nothing waits for a FIFO'
rm /tmp/xdp-dispatcher.o

# Many interfaces: none of it may take the square of their number.
many=${MANY-100}
devs=() batch=''
for ((i = 0; i < many; i++)); do
	devs+=(dev "m$i")
	((i % 2)) || batch+="link add m$i type veth peer name m$((i + 1))"$'\n'
done
system_ip -batch - <<< "$batch"
took=''

# timed NAME COMMAND...: as run
timed() {
	local name=$1 begin=${EPOCHREALTIME/[.,]/}

	shift
	run "$@"
	took+="${took:+, }$name $(((${EPOCHREALTIME/[.,]/} - begin) / 1000))"
}

# lines REGEX: of what was printed
lines() {
	grep -cE "$1" <<< "$stdout"
}

timed 'show of none' "${multi[@]}" show
expect 0 '' '' 'nothing on many interfaces'
timed add "${multi[@]}" add "${devs[@]}" object obj/bpf/drop.o prio 20
expect 0 '' '' "a program on $many interfaces"
timed show "${multi[@]}" show
is "$(lines '^ *0: drop prio 20 ')" "$many" 'shown on each'
timed check "${multi[@]}" check
expect 0 '' '' 'each is whole'
timed clean "${multi[@]}" clean
expect 0 '' '' 'nothing is to be cleaned'
timed 'repair' "${multi[@]}" repair all
expect 0 '' '' 'nor repaired'
timed share "${multi[@]}" share "${devs[@]:2}" from m0
expect 0 '' '' 'the chain of the first for all'
is "$("${multi[@]}" show | sed -n 's/.* dispatcher id \([0-9]*\) .*/\1/p' | sort -u | wc -l)" 1 'is one dispatcher'
for ((i = 0; i < many; i++)); do
	echo "link set m$i xdp off"
done | system_ip -batch -
timed 'show of detached' "${multi[@]}" show
is "$(lines '^[0-9]*: m[0-9]*: .*detached')" "$many" 'all of them taken off'
timed 'repair of detached' "${multi[@]}" repair all
is "$status $(lines ': attach dispatcher id ')" "0 $many" 'all attached again'
timed flush "${multi[@]}" flush all
expect 0 '' '' 'flushed'
tap_counts=$start
for ((i = 0; i < many; i += 2)); do
	echo "link del m$i"
done | system_ip -batch -
unchanged 'nothing is left'
diag "$many interfaces, milliseconds, emulated: $took"

done_testing
