#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: here
# linkage: ext
# All verbs in a batch, mixed with commands of the system's ip; the meaning of -force and
# overwrite there, and the number of the failed line.

. testsuite/lib/tap.sh

new_veth 0
new_veth 1
remember_counts
start=$tap_counts
echo "object $PWD/obj/bpf/pass.o name p prio 10" > '/tmp/a file'

cat > /tmp/batch << END
# a comment
link xdp multi add dev v0 object obj/bpf/pass.o name a prio 10
link xdp multi replace dev v0 object obj/bpf/counter.o name b prio 20
link set v0 alias between
link xdp multi change b dev v0 \\
	prio 5
link xdp multi set dev v0 format extended
link xdp multi share dev v1 from v0
link xdp multi del a dev v1
link xdp multi show dev v1
link xdp multi check
link xdp multi save dev v0
link xdp multi restore dev v1 file "/tmp/a file" maps new
link xdp multi flush dev v0
link xdp multi features
link show v1
END
run ip -br -batch /tmp/batch
expect 0 $'~^v1 +native +b \nchain mode native format extended stats off entries 2\nobject [^\n]* name b prio 5 [^\n]*\nobject [^\n]* name a prio 10 [^\n]*\n.*\nv1@' \
	'' 'all verbs, and lines of the system'
chain_is v0 '' 'the one device has been flushed'
chain_is v1 'p/10/pass' 'the other has what was restored'
like "$(system_ip link show v0)" 'alias between' "the system's line was run"
sed 's/^link xdp multi //; /^link/d' /tmp/batch > /tmp/own
ln -s "$PWD/ip/ip" /tmp/ip-xdp-multi
run /tmp/ip-xdp-multi -batch /tmp/own
is "$status $stderr" '0 ' 'under the name ip-xdp-multi the lines begin with the verb'
ip link xdp multi flush all
tap_counts=$start
unchanged 'nothing is left'

# try LINE STATUS STDERR NAME: this line between two good ones, with and
# without -force.
try() {
	printf 'link xdp multi add dev v0 object obj/bpf/pass.o prio 10\n\n%s\nlink xdp multi add dev v1 object obj/bpf/pass.o\n' \
		"$1" > /tmp/batch
	run ip -batch /tmp/batch
	expect 1 '*' "$2"$'\nCommand failed /tmp/batch:3$' "$3"
	is "$(chain_of v0) | $(chain_of v1)" 'pass/10/pass | ' "$3: that was the end"
	ip link xdp multi flush all
	run ip -force -batch /tmp/batch
	expect 1 '*' "$2"$'\nCommand failed /tmp/batch:3$' "$3, with -force"
	is "$(chain_of v0) | $(chain_of v1)" 'pass/10/pass | pass/50/pass' "$3: it goes on"
	ip link xdp multi flush all
}
try 'link xdp multi add dev v0 object obj/bpf/counter.o name pass' '~^Error: dev v0: the chain already has an entry .*' 'add'
try 'link xdp multi replace dev v0 object /none.o' '~^Error: Cannot read "/none.o": .*' 'replace'
try 'link xdp multi change nobody dev v0 prio 1' '~^Error: dev v0: the chain has no entry named .*' 'change'
try 'link xdp multi del pass dev v0 expect 999999' '~^Error: dev v0: program .* was given: look at the chain again with "show"\.' 'del'
try 'link xdp multi flush dev v9' '~^Error: Cannot find device "v9"\.' 'flush'
try 'link xdp multi save dev v1' '~^Error: dev v1: no such chain: .*' 'save'
try 'link xdp multi restore dev v0 file /none' '~^Error: Cannot read "/none": .*' 'restore'
try 'link xdp multi share dev v0 from v1' '~^Error: No such chain: .*' 'share'
try 'link xdp multi set dev v1 format 3' '~^Error: dev v1: no such chain: .*' 'set'
try 'link xdp multi show dev v9' '~^Error: Cannot find device "v9"\.' 'show'
try 'link xdp multi frobnicate' '~^Command "frobnicate" is unknown.*' 'no verb'
try 'link xdp multi flush' '~^Not enough information: .*' 'too few words'
printf 'link xdp multi add dev v0 object obj/bpf/pass.o\nlink xdp multi check dev v1\nlink xdp multi flush dev v0\n' > /tmp/batch
run ip -batch /tmp/batch
expect 1 'v1: no chain attached' 'Command failed /tmp/batch:2' 'check that finds a difference ends a batch'
chain_is v0 'pass/50/pass' 'there'
ip link xdp multi flush all
unchanged 'nothing is left'

# In a batch -force is no leave to displace programs: overwrite is.
system_ip link set dev v0 xdp object obj/bpf/drop.o section xdp
foreign=$(xdp_id v0)
cat > /tmp/batch << END
link xdp multi add dev v0 object obj/bpf/pass.o
link xdp multi replace dev v0 object obj/bpf/pass.o
link xdp multi restore dev v0 file '/tmp/a file'
link xdp multi add dev v1 object obj/bpf/pass.o
link xdp multi share dev v0 from v1
END
run ip -force -batch /tmp/batch
is "$status $(grep -c '^Error: dev v0: the XDP program "drop"' <<< "$stderr") $(grep '^Command failed' <<< "$stderr" | xargs)" \
	'1 4 Command failed /tmp/batch:1 Command failed /tmp/batch:2 Command failed /tmp/batch:3 Command failed /tmp/batch:5' \
	'-force in a batch does not displace a program'
is "$(xdp_id v0)" "$foreign" 'it is there'
for line in 1 2 3 5; do
	sed -n "${line}s/\$/ overwrite/p" /tmp/batch > /tmp/line
	run ip -batch /tmp/line
	expect 0 '' '' "overwrite does: line $line"
	isnt "$(xdp_id v0)" "$foreign" 'another is there'
	ip link xdp multi flush dev v0
	system_ip link set dev v0 xdp object obj/bpf/drop.o section xdp
	foreign=$(xdp_id v0)
done
system_ip link set dev v0 xdp off
rm -rf /sys/fs/bpf/{ip,tc,xdp/globals}
ip link xdp multi flush all
unchanged 'nothing is left'

done_testing
