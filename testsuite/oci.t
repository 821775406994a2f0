#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The OCI hook on the kernel of this machine: called with the states that runtimes write,
# and by runc and crun for a handmade bundle.
cd "$(dirname "$(realpath "$0")")/.." || exit 1
. testsuite/lib/fault_host.sh
[[ -x obj/oci/xdp-multi-oci ]] || bail_out 'build first'
unchecked=yes
del_veth 0
del_veth 1

# Others use this kernel too, so only what is made here is looked at.
export MADE=/run/made LD_PRELOAD=$PWD/obj/helpers/bpf.so
: > "$MADE"
hook=$PWD/obj/oci/xdp-multi-oci
printf 'object %s/obj/bpf/counter.o name count\nobject %s/obj/bpf/drop.o name end\n' \
	"$PWD" "$PWD" > /run/two.chain

mkfifo /run/fifo
: > /run/empty
head -c 20000000 /dev/zero | tr '\0' '[' > /run/large
deep=$(printf '[%.0s' {1..100})
gone=$(bash -c 'echo $$')

hook() {
	timeout 60 "$hook" <<< "$1"
}

pins() {
	find /sys/fs/bpf/xdp -mindepth 1 -name '*-*-*' -type d | wc -l
}

# chain_in NETNS [DEV]: names of the entries, and whose they are
chain_in() {
	ip -d -j -n "$1" link xdp multi show dev "${2-eth0}" 2> /dev/null |
		jq -r '[.[0].entries[]?.name, .[0].owner] | map(select(.)) | join(" ")'
}

# state STATUS [PID [ANNOTATIONS]]
state() {
	echo "{\"ociVersion\":\"1.0.2\",\"id\":\"box.1\",\"status\":\"$1\"${2:+,\"pid\":$2},\"bundle\":\"/run/x\",\"annotations\":{${3-\"org.xdp-multi.chain\":\"/run/two.chain\"}}}"
}

# shellcheck disable=SC2317
has_own_netns() {
	[[ $(readlink "/proc/$pid/ns/net") != "$(readlink /proc/self/ns/net)" ]]
}

# start_netns: $pid is a process with a network namespace of its own, and eth0 in it.
# h1 goes first: the kernel removes the interfaces of a dead namespace some time later.
start_netns() {
	system_ip link del h1 2> /dev/null
	unshare --net sleep 1000 &
	pid=$!
	await has_own_netns
	system_ip link add h1 type veth peer name eth0 netns "/proc/$pid/ns/net"
}

mkdir -m 700 /sys/fs/bpf/xdp
# Once: later the kernel may still be removing a namespace, whose chain would be counted.
remember_counts

### States

start_netns

# A state that does not end: what becomes of it is asked last.
mkfifo /run/endless
exec 8<> /run/endless
timeout 60 "$hook" < /run/endless > /run/log-endless 2>&1 &
endless=$!

# refused WANT NAME: in one line
refused() {
	expect 1 '' "~^xdp-multi-oci: container [^[:cntrl:]]*$1[^[:cntrl:]]*$" "$2"
}

while IFS='@' read -r text want name; do
	run hook "$text"
	refused "$want" "$name"
done << END
@not a JSON object@nothing on stdin
{@not a JSON object@no JSON
[]@not a JSON object@no object
$(state created $pid | jq -c 'del(.id)')@no "id"@no id
$(state created $pid | jq -c '.id = "a b"')@blanks@an id that is two words
$(state created)@no "pid"@no process
$(state created $pid | jq -c 'del(.status)')@no "status"@no status
$(state created $pid '"org.xdp-multi.chain":"two.chain"')@not an absolute path@a relative path
$(state created $pid '"org.xdp-multi.chain":"/nowhere"')@cannot read "/nowhere"@no such file
$(state created $pid '"org.xdp-multi.chain":"/run/fifo"')@not a regular file@a fifo does not block
$(state created $pid '"org.xdp-multi.chain":"/run/two.chain","org.xdp-multi.interface":"a/b"')@not an interface name@a bad name of an interface
$(state created $pid '"org.xdp-multi.chain":"/run/two.chain","org.xdp-multi.interface":"a:b"')@not an interface name@another
$(state created $pid '"org.xdp-multi.chain":"/run/two.chain","org.xdp-multi.interface":".."')@not an interface name@and another
$(state created $pid '"org.xdp-multi.chain":"/run/two.chain","org.xdp-multi.interface":""')@not an interface name@and none
$(state created $pid '"org.xdp-multi.chain":1')@org.xdp-multi.chain is not a string@a chain that is no text
$(state created $pid '"org.xdp-multi.chain":null')@org.xdp-multi.chain is not a string@or nothing
$(state created $pid '"org.xdp-multi.chain":"/run/two.chain","org.xdp-multi.interface":1')@org.xdp-multi.interface is not a string@an interface that is no text
$(state created $pid '"org.xdp-multi.chain":"/run/two.chain\u0000"')@not a string@a chain with a zero byte
$(state created $pid | jq -c '.annotations = []')@"annotations" that are not an object@annotations that are none
$(state created $pid '"org.xdp-multi.chain":"/run/two.chain","org.xdp-multi.interface":"eth7"')@cannot find device "eth7"@an interface that does not come
$(state created $pid) x@not a JSON object@text behind the state
${deep}1${deep//\[/]}@not a JSON object@arrays in arrays
END
while IFS='@' read -r change want name; do
	run hook "$(state created $pid | jq -c "$change")"
	refused "$want" "$name"
done << END
.pid = $$ | .annotations."org.xdp-multi.interface" = "h1"@network namespace of the host@a process on the host
.pid = true | .annotations."org.xdp-multi.interface" = "h1"@"pid" that is not@a process that is no number, but could be 1
.pid |= tostring@"pid" that is not@a process that is a string
.pid += 0.5@"pid" that is not@or half a process more
.pid = -1@"pid" that is not@or below 0
.pid = 4294967296 + .pid@"pid" that is not@or too large
.pid = 0@no "pid"@or none
.pid = $gone@cannot open network namespace "/proc/$gone/ns/net"@a process that has ended
.status = "exited"@unknown "status"@a status that no runtime writes
.status = 1@"status" is not a string@or that is a number
.id = 1@"id" is not a string@an id that is a number
.id = ""@empty "id"@or empty
.id = "x" * 1000@too long@or too long
.id = "a\u001b[31m"@a.x1b\[31m: .*control characters@or would colour the terminal
.annotations."org.xdp-multi.chain" = ""@not an absolute path@a chain file without a name
.annotations."org.xdp-multi.chain" = "/run"@Is a directory@or that is a directory
.annotations."org.xdp-multi.chain" = "/dev/zero"@not a regular file@or a device
.annotations."org.xdp-multi.chain" = "/dev/null"@not a regular file@or masked
.annotations."org.xdp-multi.chain" = "/run/empty"@no entries@or empty
.annotations."org.xdp-multi.chain" = "/run/a\nb"@/run/a.x0ab@or with a newline in its name
.annotations."org.xdp-multi.chain" = "/" + "x" * 5000@File name too long@or too long
.annotations."org.xdp-multi.interface" = "sixteen-letters."@not an interface name@an interface of 16 characters
.annotations."org.xdp-multi.interface" = "a b"@not an interface name@or with a blank
END
elsewhere_net() { unshare --net "$hook" <<< "$1"; }
run elsewhere_net "$(state created 1 '"org.xdp-multi.chain":"/run/two.chain","org.xdp-multi.interface":"h1"')"
refused 'network namespace of the host' 'process 1, for a runtime with a namespace of its own'
for stdin in / /dev/null /run/large; do
	run "$hook" < $stdin
	refused 'state on stdin' "stdin is $stdin"
done
closed() { "$hook" <&-; }
run closed
refused 'Bad file descriptor' 'stdin is closed'
run hook "$(state created $pid '"other":"x"')"
expect 0 '' '' 'no annotation: nothing to do'
unchanged 'and nothing was done'

for status_word in creating created; do
	run hook "$(state $status_word $pid)"
	expect 0 '' '' "createRuntime, as status $status_word"
	is "$(chain_in $pid)" 'count end oci box.1 eth0' 'the chain is there'
	run hook "$(state $status_word $pid)"
	expect 0 '' '' 'again'
	run hook "$(state stopped | jq -c '.id = "box"')"
	expect 0 '' '' 'poststop of another container'
	is "$(chain_in $pid)" 'count end oci box.1 eth0' 'leaves it alone'
	run hook "$(state stopped '' '"org.xdp-multi.chain":1,"org.xdp-multi.interface":"a/b"')"
	expect 0 '' '' 'poststop with bad annotations'
	is "$(chain_in $pid) $(pins)" ' 0' 'takes it off'
	hook "$(state $status_word $pid)"
	run hook "$(state stopped "$([[ $status_word == creating ]] || echo 0)" '')"
	expect 0 '' '' 'poststop'
	is "$(chain_in $pid) $(pins)" ' 0' 'takes it off'
done

run "$hook" /run/two.chain < /dev/null
refused 'not a JSON object' 'a chain file as argument, and no state'
with_argument() { "$hook" /run/two.chain <<< "$1"; }
run with_argument "$(state created $pid '')"
expect 0 '' '' 'a chain file as argument, where no annotation says which'
is "$(chain_in $pid)" 'count end oci box.1 eth0' 'the chain is there'
run hook "$(state stopped)"
is "$status $(pins)" '0 0' 'and goes'

# The interface comes later than the hook.
system_ip link del h1
hook "$(state created $pid)" > /run/out 2>&1 &
waits=$!
system_ip link add h1 type veth peer name eth0 netns "/proc/$pid/ns/net"
wait $waits
is "$? $(< /run/out) $(chain_in $pid)" '0  count end oci box.1 eth0' 'it waits for the interface'
kill -9 $pid
wait $pid 2> /dev/null
run hook "$(state stopped)"
expect 0 '' '' 'poststop when the namespace has gone'
is "$(pins)" 0 'no pins are left'
unchanged 'and nothing else'

# A runtime with a mount namespace of its own, in which there is another bpffs.
start_netns
# shellcheck disable=SC2016,SC2317
elsewhere() {
	unshare --mount --propagation private bash -c 'mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs none /run && exec "$0"' \
		"$hook" <<< "$1"
}
run elsewhere "$(state created $pid)"
expect 0 '' '' 'in a mount namespace of its own'
is "$(chain_in $pid) $(pins)" 'count end oci box.1 eth0 1' 'the chain is pinned in that of process 1'
# shellcheck disable=SC2016,SC2317
blind() {
	unshare --mount --propagation private bash -c 'mount -t tmpfs none /proc/1 && exec "$0"' "$hook" <<< "$1"
}
# shellcheck disable=SC2317
bounded() {
	capsh --drop=cap_sys_ptrace -- -c "exec $hook" <<< "$1"
}
for way in blind bounded; do
	for status_word in created stopped; do
		run $way "$(state $status_word $pid)"
		expect 1 '' '~cannot open (/proc/1/ns/mnt: .*CAP_SYS_PTRACE|network namespace "/proc/'"$pid"'/ns/net": Permission)' "$way: the mounts of process 1 cannot be found: $status_word"
	done
done
is "$(chain_in $pid) $(pins)" 'count end oci box.1 eth0 1' 'nothing has changed by that'
run elsewhere "$(state stopped)"
expect 0 '' '' 'poststop there'
is "$(pins)" 0 'finds it too'
kill -9 $pid
wait $pid 2> /dev/null

### Many at once

pids=()
for i in {1..20}; do
	unshare --net sleep 1000 &
	pid=$!
	pids+=("$pid")
	await has_own_netns
	system_ip link add "g$i" type veth peer name eth0 netns "/proc/$pid/ns/net"
done

# at_once STATUS: what the hook prints for all of them, and how many fail
at_once() {
	local i failed=0 jobs=()

	for i in "${!pids[@]}"; do
		hook "$(state "$1" "${pids[i]}" | jq -c ".id = \"many.$i\"")" > "/run/out-$i" 2>&1 &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i" || failed=$((failed + 1))
	done
	echo "$failed$(cat /run/out-*)"
}
is "$(at_once created) $(pins)" '0 20' 'createRuntime of 20 at a time'
is "$(at_once stopped) $(pins)" '0 0' 'and poststop'
kill -9 "${pids[@]}"
wait "${pids[@]}" 2> /dev/null

### Killed

start_netns
points=0 bad=0
# shellcheck disable=SC2016
for ((k = 1; ; k += ${OCI_STRIDE-37})); do
	run obj/helpers/inject "$k" kill /run/hit bash -c 'exec "$0" <<< "$1"' "$hook" "$(state created $pid)"
	[[ $(< /run/hit) != 'none '* ]] || break
	points=$((points + 1))
	[[ $(chain_in $pid) == @('count end oci box.1 eth0'|) ]] || { bad=$((bad + 1)); diag "$k: $(chain_in $pid)"; }
	if [[ $((points % 2)) -eq 0 ]]; then
		run hook "$(state created $pid)"
		[[ $status -eq 0 && $(chain_in $pid) == 'count end oci box.1 eth0' ]] ||
			{ bad=$((bad + 1)); diag "$k: createRuntime after that: $stderr"; }
	fi
	run obj/helpers/inject "$k" kill /run/hit bash -c 'exec "$0" <<< "$1"' "$hook" "$(state stopped)"
	run hook "$(state stopped)"
	[[ $status -eq 0 && -z $stderr && $(pins) -eq 0 ]] ||
		{ bad=$((bad + 1)); diag "$k: poststop after that: $status $stderr"; }
done
[[ $points -gt 3 && $bad -eq 0 ]]
result $? "killed at $points of its calls, at both stages: the chain is there or not, and then it goes"
run hook "$(state stopped)"
unchanged 'and nothing is left'
kill -9 $pid
wait $pid 2> /dev/null

### Runtimes

# crun does not know the older hierarchies of control groups beside the new one.
umount -l /sys/fs/cgroup 2> /dev/null
mount -t cgroup2 none /sys/fs/cgroup 2> /dev/null

. testsuite/lib/oci.sh

for runtime in runc crun; do
	bundle_config ''
	if ! (cd $bundle && runtime_run run -d try < /dev/null > /run/log 2>&1); then
		skip "${runtime} does not work here: $(tr '\n' ' ' < /run/log)" "called by $runtime"
		continue
	fi
	runtime_run delete --force try

	bundle_config /run/two.chain
	# shellcheck disable=SC2317
	start() { (cd "$bundle" && runtime_run run -d box.1 > /run/log 2>&1); }
	ok "$runtime runs a container" start
	pid=$(runtime_run state box.1 | jq .pid)
	is "$(chain_in "$pid")" 'count end oci box.1 eth0' 'which has its chain'
	is "$(nsenter --net="/proc/$pid/ns/net" ping -q -c 2 -i 0.05 -W 1 10.7.0.1 < /dev/null |
		sed -n 's/.* \([0-9]*\) received.*/\1/p')" 0 'that drops its packets'
	id=$(ip -d -j -n "$pid" link xdp multi show dev eth0 |
		jq '.[0].entries[0].maps[] | select(.name == "packets") | .id')
	isnt "$(bpftool map dump id "$id" | sed -n 's/.*"value": \([0-9]*\).*/\1/p')" 0 'and counts them'
	kill -9 "$pid"
	ok "$runtime deletes it, which was killed" runtime_run delete --force box.1
	becomes 0 'and no pins are left' pins
	unchanged 'nor anything else'

	bundle_config /nowhere
	not_ok "without its chain there is no container with $runtime" start
	runtime_run delete --force box.1 > /dev/null 2>&1
	like "$(< /run/log)" 'xdp-multi-oci|hook' 'and it says why'
done

umount -l /sys/fs/cgroup 2> /dev/null

wait $endless
is "$? $(< /run/log-endless)" "1 xdp-multi-oci: container unknown: cannot read the container's state on stdin: it did not end in time" \
	'a state that does not end is not waited for'
done_testing
