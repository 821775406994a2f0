#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel of this very machine, in namespaces and with a bpffs that end with
# the test. Where it refuses extensions this is the test of tail calls only.
# The bpffs is not init's, so -force is needed, which also means "overwrite".
cd "$(dirname "$(realpath "$0")")/.." || exit 1

if [[ ${1-} != inside ]]; then
	. testsuite/lib/tap.sh
	[[ $(id -u) -eq 0 ]] || skip_all 'you are not root'
	[[ -x obj/helpers/objects && -e obj/bpf/drop.o ]] || skip_all 'make check builds what this needs'
	# shellcheck disable=SC2016
	why=$(unshare --net --mount --propagation private bash -c '
		mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs tmpfs /run && PATH=$PWD/ip:$PATH &&
		ip link add v0 type veth peer name p0 && ip netns add x &&
		{ ip -j link xdp multi features | grep -q "\"tail\":true" || echo no tail calls; }' 2>&1) ||
		why=${why:-'no namespaces can be made'}
	[[ -z $why ]] || skip_all "${why//$'\n'/; }"
	rm -rf "$tap_tmp"
	# shellcheck disable=SC2016
	exec unshare --net --mount --propagation private bash -c '
		mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs tmpfs /run || exit
		exec bash "$0" inside' testsuite/direct.t
fi

. testsuite/lib/tail.sh
export PATH=$PWD/ip:/usr/sbin:/sbin:$PATH
made=' '

# multi WORDS: a change, as run. What is on v0 then is remembered.
multi() {
	run ip -force link xdp multi "$@"
	made+=$(ip -j -d link xdp multi show v0 |
		jq -j '.[] | "prog\(.dispatcher.id) ", (.entries[] |
			"prog\(.id) ", (.maps[]? | "map\(.id) "))')
}

# Others use this kernel too, so not all that it holds is counted, as in a
# virtual machine, but only what was made here: ids are not given twice. Some
# things go a moment after their last user has.
gone() {
	local try left

	for ((try = 0; try < 50; try++)); do
		sleep 0.2
		left=$(obj/helpers/objects | awk -v made="$made" 'index(made, " " $1 $2 " ")')
		[[ -n $left ]] || break
	done
	is "$left$(find /sys/fs/bpf/xdp -mindepth 1)" '' "$1"
	made=' '
}

# passed COUNT: how many of so many packets get through. Without ping they do not
# come from the network, but from BPF_PROG_TEST_RUN.
passed() {
	local i n=0

	if type -P ping > /dev/null; then
		pings "$1"
		return
	fi
	for ((i = 0; i < $1; i++)); do
		bpftool prog run id "$(xdp_id v0)" data_in "$tap_tmp/packet" |
			grep -q 'Return value: 2' && n=$((n + 1))
	done
	echo "$n"
}

# seen: by the program "counter" of v0.
seen() {
	ip -j -d link xdp multi show v0 |
		jq '.[0].entries[] | select(.program == "counter") | .maps[] | select(.name == "packets") | .id' |
		xargs bpftool map dump id | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
}

linkage=tail tail=/tail why=yes
[[ $(ip -j link xdp multi features) != *'"ext_link":true'* ]] || linkage=ext tail='' why=''
diag "Linux $(uname -r): the linkage that is tested here is $linkage"
head -c 64 /dev/zero > "$tap_tmp/packet"
new_veth 0
mkdir -m 700 /sys/fs/bpf/xdp

run ip link xdp multi add dev v0 object obj/bpf/counter.o
expect 1 '' '~^Error: .*The bpffs at /sys/fs/bpf is not .*-force' 'without -force no chain is made on a bpffs that ends'
is "$(xdp_id v0)" 0 'nothing is attached'
multi add dev v0 object obj/bpf/counter.o prio 10
expect 0 '' '' 'a first program, without further words'
chain_is v0 "counter/10/pass$tail" 'is there'
is "$(passed 3) $(seen)" '3 3' 'sees packets and passes them'
multi add dev v0 object obj/bpf/pass.o prio 20
expect 0 '' '' 'a second'
multi add dev v0 object obj/bpf/drop.o prio 30 name end
expect 0 '' '' 'a third'
chain_is v0 "counter/10/pass$tail pass/20/pass$tail end/30/pass$tail" 'are there'
is "$(passed 2) $(seen)" '0 5' 'the third drops what the first has seen'

multi change dev v0 end first
expect 0 '' '' 'the last becomes the first'
like "$(chain_of v0)" "^end/[0-9]+/pass$tail counter/10/pass$tail pass/20/pass$tail$" 'it is'
is "$(passed 2) $(seen)" '0 5' 'and nothing gets to the others'
multi change dev v0 end proceed-on drop
expect 0 '' '' 'unless the chain goes on'
is "$(passed 2) $(seen)" '2 7' 'as it does now'
multi replace dev v0 object obj/bpf/drop.o name pass
expect 0 '' '' 'a program is replaced'
is "$(passed 2) $(seen)" '0 9' 'by one that drops'
multi replace dev v0 object obj/bpf/pass.o name end proceed-on pass
expect 0 '' '' 'and another'
like "$(chain_of v0)" "^end/[0-9]+/pass$tail counter/10/pass$tail pass/20/pass$tail$" 'in their places'
before=$(xdp_id v0)
multi replace dev v0 object obj/bpf/pass.o name end
expect 0 '' '' 'once more, by the same'
is "$(xdp_id v0)" "$before" 'nothing is done'

ip link xdp multi save dev v0 > "$tap_tmp/saved"
chain=$(chain_of v0)
run ip link xdp multi check dev v0 file "$tap_tmp/saved"
expect 0 '*' '' 'the chain is as it was saved'
multi flush dev v0
expect 0 '' '' 'flush'
is "$(xdp_id v0)" 0 'detaches it'
gone 'and leaves nothing'
multi restore dev v0 file "$tap_tmp/saved"
expect 0 '' '' 'restore'
chain_is v0 "$chain" 'makes the very same'
is "$(passed 2) $(seen)" '0 2' 'that does the same'
run ip link xdp multi check dev v0
expect 0 '*' '' 'and is whole'
multi flush dev v0
gone 'flushed again, it is gone'

plain v0 counter xdp
id=$(xdp_id v0)
multi adopt dev v0 prio 5
said=''
[[ $linkage == tail ]] || said=$extended
expect 0 '' "$said" "a program that the system's ip attached is adopted"
chain_is v0 'counter/5/pass/tail' 'as an entry'
is "$(id_of v0 counter)" "$id" 'the very program'
is "$(passed 2) $(seen)" '2 2' 'that sees packets'
multi add dev v0 object obj/bpf/drop.o
expect 0 '' '' 'and another is put behind it'
chain_is v0 "counter/5/pass/tail drop/50/pass$tail" 'a chain'
is "$(passed 2) $(seen)" '0 4' 'of both'
multi del counter dev v0
chain_is v0 "drop/50/pass$tail" 'taken out of it'
not_ok 'the adopted program is gone' grep -q "^prog $id " <(obj/helpers/objects)
multi flush dev v0
gone 'nothing is left'

# Section "prog" is loaded without an attach type. Where extensions do not work
# what joins it must be of that kind too.
plain v0 legacy prog
multi adopt dev v0 name old
expect 0 '' "$said" 'a program without an attach type is adopted'
multi add dev v0 object obj/bpf/counter.o prio 60
expect 0 '' '' 'and another is put behind it'
chain_is v0 "old/50/pass/tail counter/60/pass$tail" 'a chain'
is "$(passed 2) $(seen)" '2 2' 'that works'
run ip -force -d link xdp multi add dev v0 object obj/bpf/drop.o
expect 0 '' "${why:+~^Warning: .drop. is tail-called: This host refuses extension}" 'with -details the reason is told'
is "$(passed 1)" 0 'it drops'
multi flush dev v0
gone 'nothing is left'
is "$(passed 2)" "$(type -P ping > /dev/null && echo 2 || echo 0)" 'packets pass'

del_veth 0
done_testing
