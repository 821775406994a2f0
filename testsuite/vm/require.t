#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# require: a file whose chain treats a packet otherwise than it says is refused before
# anything is changed.

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
refusal="^Error: dev v0: $tap_tmp/chain:3: The packet [0-9]{64}\.\.\. gets the verdict drop of entry \"b\", not pass\.\$"
restored pass
expect 2 '' "~$refusal" 'a chain that drops what must pass is refused, with file, line, packet and entry'
unchanged 'and nothing is left of it'
restored pass,drop pass
expect 2 '' '~chain:4: The packet .* gets the verdict drop of entry "b", not pass\.$' 'each line counts'
restored drop,aborted drop
expect 0 '' '' 'one that does what is required is made'
id=$(xdp_id v0)
file other "require verdict drop packet $packet" "object $PWD/obj/bpf/pass.o name c"
refused 2 '~^Error: dev v0: .*/other:1: The packet .* gets the verdict pass of entry "c", not drop\.$' \
	'in place of another chain too' ip link xdp multi restore dev v0 file "$tap_tmp/other"
refused 2 '~gets the verdict pass of entry "c"' 'and by a dry run' \
	ip link xdp multi restore dev v0 file "$tap_tmp/other" dry-run
is "$(xdp_id v0)" "$id" 'the old one is still there'

### Configuration files

root=$tap_tmp/root
mkdir -p "$root/etc/xdp-multi/v0.d"
ln -s "$PWD/obj" "$root/obj"
echo 'object /obj/bpf/pass.o prio 10' > "$root/etc/xdp-multi/v0.d/10-a.entry"
printf 'require verdict pass packet %s\nobject /obj/bpf/drop.o prio 20\n' "$packet" \
	> "$root/etc/xdp-multi/v0.d/20-b.entry"
run "${multi[@]}" flush dev v0
refused 2 '~^Error: dev v0: .*/20-b.entry:1: The packet .* gets the verdict drop of entry ' \
	'what a drop-in file requires, too' ip link xdp multi apply dev v0 root "$root"
sed -i 's/verdict pass/verdict drop/' "$root/etc/xdp-multi/v0.d/20-b.entry"
run "${multi[@]}" apply dev v0 root "$root"
expect 0 '' '' 'and it is applied when that is so'
isnt "$(xdp_id v0)" 0 'it is attached'

### What cannot be read

for line in 'require' 'require verdict pass' "require verdict none packet $packet" \
	'require verdict pass packet 00' 'require verdict pass packet xy' \
	"require verdict pass packet $packet more" 'require verdict pass pcap f'; do
	file bad "object $PWD/obj/bpf/pass.o name a" "$line"
	refused '~^(1|255)$' '~.*/bad:2: ' "refused: ${line:0:40}" ip link xdp multi restore dev v0 file "$tap_tmp/bad"
done
done_testing
