#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: here
# linkage: ext
# require: a file is refused before anything is changed if its chain gives a packet
# another verdict than the file requires.

. testsuite/lib/tap.sh

multi=(ip link xdp multi)
packet=$(printf '02000000000102000000000208004500%0100d' 0)

# file NAME LINE...: a file with these lines.
file() {
	printf '%s\n' "${@:2}" > "$tap_tmp/$1"
}

# restored ACTIONS...: how the chain of pass and drop is restored with these
# requirements.
restored() {
	local line lines=("object $PWD/obj/bpf/pass.o name a prio 10")

	lines+=("object $PWD/obj/bpf/drop.o name b prio 20")
	for line; do
		lines+=("require verdict $line packet $packet")
	done
	file chain "${lines[@]}"
	run "${multi[@]}" restore dev v0 file "$tap_tmp/chain"
}

new_veth 0
mkdir -m 700 /sys/fs/bpf/xdp
remember_counts
refusal="^Error: dev v0: $tap_tmp/chain:3: the packet [0-9]{64}\.\.\. gets the verdict drop of entry \"b\", not pass\.\$"
restored pass
expect 2 '' "~$refusal" 'a chain that drops what must pass is refused, with file, line, packet and entry'
unchanged 'and nothing is left of it'
restored pass,drop pass
expect 2 '' '~chain:4: the packet .* gets the verdict drop of entry "b", not pass\.$' 'each line counts'
restored drop,aborted drop
expect 0 '' '' 'one that does what is required is made'
id=$(xdp_id v0)
file other "require verdict drop packet $packet" "object $PWD/obj/bpf/pass.o name c"
refused 2 '~^Error: dev v0: .*/other:1: the packet .* gets the verdict pass of entry "c", not drop\.$' \
	'in place of another chain too' ip link xdp multi restore dev v0 file "$tap_tmp/other"
run bash -c 'ip link xdp multi restore dev v0 file - < "$0"' "$tap_tmp/other"
expect 2 '' '~^Error: dev v0: standard input:1: the packet .* gets the verdict pass of entry "c", not drop\.$' \
	'also one on standard input'
refused 2 '~gets the verdict pass of entry "c"' 'and by a dry run' \
	ip link xdp multi restore dev v0 file "$tap_tmp/other" dry-run
refused 2 '~gets the verdict pass of entry "c"' 'and by a test' \
	ip link xdp multi test dev v0 packet "$packet" restore file "$tap_tmp/other"
is "$(xdp_id v0)" "$id" 'the old one is still there'

not_ok 'the device is named once' grep -q 'dev v0: dev v0' <<< "$stderr"

### A file of packets

# pcap HEX...: a file with these packets.
pcap() {
	local hex

	printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\1\0\1\0\0\0'
	for hex; do
		printf '\0\0\0\0\0\0\0\0'
		printf "\\x$(printf %02x $((${#hex} / 2)))\\0\\0\\0%.0s" 1 2
		# shellcheck disable=SC2001
		printf '%b' "$(sed 's/../\\x&/g' <<< "$hex")"
	done
}

pcap "$packet" "$packet" > "$tap_tmp/packets"
file pcap "object $PWD/obj/bpf/filter.o name f" 'require verdict pass pcap packets' \
	'require verdict drop pcap packets'
refused 2 '~^Error: dev v0: .*/pcap:3: packet 1 of ".*/packets" gets the verdict pass of entry "f", not drop\.$' \
	'every packet of a file counts' ip link xdp multi restore dev v0 file "$tap_tmp/pcap"
pcap > "$tap_tmp/none"
file pcap "object $PWD/obj/bpf/filter.o name f" 'require verdict pass pcap none'
refused 1 '~^Error: [^ ]*/pcap:2: ".*/none" contains no packet\.$' 'a file without packets says nothing' \
	ip link xdp multi restore dev v0 file "$tap_tmp/pcap"
pcap "$packet" 00 > "$tap_tmp/short"
file pcap "object $PWD/obj/bpf/filter.o name f" 'require verdict pass pcap short'
refused 1 '~^Error: [^ ]*/pcap:2: packet 2 of ".*/short": a packet has at least 14 bytes, this one has 1\.$' \
	'a packet that cannot be tried is named' ip link xdp multi restore dev v0 file "$tap_tmp/pcap"
mkfifo "$tap_tmp/fifo"
file pcap "object $PWD/obj/bpf/filter.o name f" 'require verdict pass pcap fifo'
refused 1 '~^Error: [^ ]*/pcap:2: ".*/fifo" is not a regular file\.$' 'a FIFO, which would make it wait, is refused' \
	timeout 60 ip link xdp multi restore dev v0 file "$tap_tmp/pcap"
refused 1 '~^Error: /dev/fd/[0-9]+:2: cannot read packets from ".*/nothing"' 'nor does one that is not there' \
	ip link xdp multi restore dev v0 file <(printf '%s\n' "object $PWD/obj/bpf/filter.o name f" \
	"require verdict pass pcap $tap_tmp/nothing")

### check

run "${multi[@]}" check dev v0 file "$tap_tmp/chain"
expect 0 '' '' 'check: the packets get the verdict that the file requires'
{ cat "$tap_tmp/chain"; echo "require verdict pass,tx pcap packets"; } > "$tap_tmp/more"
run "${multi[@]}" check dev v0 file "$tap_tmp/more"
expect 2 "v0: entry \"b\": verdict is \"drop\", expected \"pass,tx ($tap_tmp/more:5)\"" '' 'or it is told'
run ip -j link xdp multi check dev v0 file "$tap_tmp/more"
is "$(jq -c '.[0].differences' <<< "$stdout")" \
	'[{"entry":"b","what":"verdict","want":"pass,tx ('"$tap_tmp/more"':5)","have":"drop"}]' 'as JSON'
is "$(xdp_id v0)" "$id" 'and the chain is what it was'

### Configuration files

root=$tap_tmp/root
mkdir -p "$root/etc/xdp-multi/v0.d"
ln -s "$PWD/obj" "$root/obj"
echo 'object /obj/bpf/pass.o prio 10' > "$root/etc/xdp-multi/v0.d/10-a.entry"
printf 'require verdict pass packet %s\nobject /obj/bpf/drop.o prio 20\n' "$packet" \
	> "$root/etc/xdp-multi/v0.d/20-b.entry"
run "${multi[@]}" flush dev v0
refused 2 '~^Error: dev v0: .*/20-b.entry:1: the packet .* gets the verdict drop of entry ' \
	'what a drop-in file requires, too' ip link xdp multi apply dev v0 root "$root"
sed -i 's/verdict pass/verdict drop/' "$root/etc/xdp-multi/v0.d/20-b.entry"
run "${multi[@]}" apply dev v0 root "$root"
expect 0 '' '' 'and it is applied when that is so'
isnt "$(xdp_id v0)" 0 'it is attached'
run "${multi[@]}" check dev v0 config root "$root"
expect 0 '' '' 'check agrees'
sed -i 's/verdict drop/verdict pass/' "$root/etc/xdp-multi/v0.d/20-b.entry"
run "${multi[@]}" check dev v0 config root "$root"
expect 2 '~entry "b": verdict is "drop", expected "pass ' '' 'or does not'

### The chain becomes another one while the packets are tried

rm "$root/etc/xdp-multi/v0.d/20-b.entry"
printf 'require verdict pass packet %s\nobject /obj/bpf/pass.o prio 10\n' "$packet" \
	> "$root/etc/xdp-multi/v0.d/10-a.entry"
actor="ip -echo link xdp multi add dev v0 object obj/bpf/drop.o name intruder first wait 0 > $tap_tmp/found"
bad='' tried=0 refusals=0
for ((n = 1; ; n++)); do
	command ip link xdp multi flush dev v0 if-exists
	: > "$tap_tmp/found"
	obj/helpers/inject "flock:$n" act "$actor" "$tap_tmp/hit" ip link xdp multi apply dev v0 root "$root" \
		> "$tap_tmp/said" 2>&1
	status=$?
	[[ $(< "$tap_tmp/hit") != none* ]] || break
	tried=$((tried + 1))
	case $status in
	# Then it found the lock taken, or came later.
	0) [[ $(< "$tap_tmp/hit") == *' ACT 3' ]] || grep -q '[0-9]: a ' "$tap_tmp/found" || bad+=" $n" ;;
	2) refusals=$((refusals + 1)) && grep -q 'gets the verdict drop of entry "intruder", not pass' "$tap_tmp/said" || bad+=" $n" ;;
	*) bad+=" $n:$status" ;;
	esac
done
command ip link xdp multi flush dev v0 if-exists
[[ $tried -gt 2 && $refusals -gt 0 && -z $bad ]]
result $? "at $tried calls: it is never made without being tried ($refusals refused)" ||
	diag "bad:$bad; $(< "$tap_tmp/said")"

### What cannot be read

for line in 'require' 'require verdict pass' 'require verdict pass pcap -' "require verdict none packet $packet" \
	'require verdict pass packet 00' 'require verdict pass packet xy' \
	"require verdict pass packet $packet more" 'require verdict pass pcap f' 'require verdict pass pcap'; do
	file bad "object $PWD/obj/bpf/pass.o name a" "$line"
	refused '~^(1|255)$' '~.*/bad:2: ' "refused: ${line:0:40}" ip link xdp multi restore dev v0 file "$tap_tmp/bad"
done
done_testing
