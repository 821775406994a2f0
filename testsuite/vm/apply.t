#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# linkage: ext
# apply makes chains from the configuration files of several packages.

. testsuite/lib/tail.sh

multi=(ip link xdp multi)
root=$tap_tmp/root
etc=$root/etc/xdp-multi lib=$root/usr/lib/xdp-multi
apply=("${multi[@]}" apply dev v0 root "$root")
check=("${multi[@]}" check dev v0 config root "$root")

# put FILE LINE...: a configuration file, below a root that is only for this test.
put() {
	mkdir -p "${1%/*}"
	printf '%s\n' "${@:2}" > "$1"
}

# applied CHAIN NAME [WORDS...]: v0 gets this chain, which is what check wants.
applied() {
	run "${apply[@]}" "${@:3}"
	expect 0 '' '*' "$2"
	chain_is v0 "$1" "$2: the chain"
	run "${check[@]}"
	expect 0 '' '*' "$2: and check agrees"
}

again() {
	refused 0 '*' "$1: a second time nothing changes" "${apply[@]}"
}

# configs DEV: the files of its entries
configs() {
	local line text='' entry='^ +[0-9]+: ([^ ]+) ' file=' config ([^ ]+) '

	while IFS= read -r line; do
		[[ ! $line =~ $entry ]] || text+=" ${BASH_REMATCH[1]}=-"
		[[ ! $line =~ $file ]] || text=${text%-}${BASH_REMATCH[1]#"$root"}
	done < <(command ip -d link xdp multi show dev "$1")
	echo "${text# }"
}

mkdir -p "$root/opt" "$etc" "$lib"
cp obj/bpf/{pass,drop,counter,filter}.o "$root/opt"
new_veth 0
new_veth 1
system_ip link property add dev v0 altname uplink
remember_counts
start=$tap_counts

### No files

refused 0 '' 'without files apply does nothing' "${apply[@]}"
mkdir /tmp/no
refused 0 '' 'nor with a root that has none' "${multi[@]}" apply all root /tmp/no only
refused 1 'Error: Cannot read "/no/such": No such file or directory.' 'a root that is not there is no empty one' \
	"${multi[@]}" apply all root /no/such
refused 1 'Error: Cannot read "/no/such": No such file or directory.' 'for check too' \
	"${multi[@]}" check all config root /no/such
run "${check[@]}"
expect 0 '' '' 'and check finds no difference'
refused 1 'Error: Cannot find device "nix".' 'a device that is not there' "${multi[@]}" apply dev nix
refused 0 '' 'with if-exists' "${multi[@]}" apply dev nix if-exists

### Several packages

put "$lib/v*.d/20-filter.entry" 'object /opt/filter.o'
put "$lib/default.d/10-counter.entry" 'object ../../../../opt/counter.o prio 10'
put "$lib/w0.d/00-drop.entry" 'object /opt/drop.o'
put "$lib/v*.d/README" 'nonsense'
put "$lib/v*.d/.#10-x.entry" 'nonsense'
dry_run 'apply' apply dev v0 root "$root"
applied 'counter/10/pass filter/50/pass' 'two packages bring an entry each'
again 'two entries'
is "$(configs v0)" 'counter=/usr/lib/xdp-multi/default.d/10-counter.entry filter=/usr/lib/xdp-multi/v*.d/20-filter.entry' \
	'show says which files they come from'
like "$(ip -d link xdp multi show dev v0)" "sha256 [0-9a-f]* config $lib/default.d/10-counter.entry added" \
	'also as text'
ok 'packets pass' reaches 0
packets=$(counted 1)
isnt "$packets" 0 'and are counted'
system_ip link set dev v0 xdp off
applied 'counter/10/pass filter/50/pass' 'what was taken off is attached again'
is "$(counted 1)" "$packets" 'with its maps'
"${multi[@]}" save dev v0 > "$tap_tmp/saved"
run "${multi[@]}" check dev v0 file "$tap_tmp/saved"
expect 0 '' '' 'check finds no difference to the saved file'

put "$etc/v0.d/20-filter.entry" '# another one' $'object /opt/pass.o \\\nname filter'
mkdir -p "$root/run/xdp-multi/uplink.d"
ln -s /dev/null "$root/run/xdp-multi/uplink.d/10-counter.entry"
run "${check[@]}"
is "$status $(sed 's,\(config\|program\) is .*,\1,' <<< "$stdout" | sort)" \
	$'2 v0: entry "counter" is not expected\nv0: entry "filter": config\nv0: entry "filter": program' \
	'check tells what apply would change'
refused 2 '~^Error: dev v0: maps would be lost: "blocked" of "filter"' 'a map that would be lost, as with restore' \
	"${apply[@]}"
applied 'filter/50/pass' 'one file takes the place of another, and one masks' maps fit
is "$(configs v0)" 'filter=/etc/xdp-multi/v0.d/20-filter.entry' 'it is that file'
again 'masked'
rm -r "$root/run"
applied 'counter/10/pass filter/50/pass' 'the mask is gone'
rm -r "$etc/v0.d" "${lib:?}"/*
put "$etc/v0.d/10-counter.entry"
truncate -s 0 "$etc/v0.d/10-counter.entry"
applied '' 'of all files an empty one is left'
unchanged 'nothing is left'

### A whole chain, and order

put "$etc/default.chain" 'object /opt/drop.o name never'
put "$etc/v0.chain" 'chain mode generic' 'object /opt/pass.o name b' 'object /opt/pass.o name a' \
	'object /opt/pass.o name z prio 90 proceed-on pass on drop goto late' 'object /opt/drop.o name late prio 99'
put "$lib/v0.d/50-first.entry" 'object /opt/pass.o prio 1'
put "$lib/v0.d/9-y.entry" 'object /opt/pass.o'
put "$lib/v0.d/10-x.entry" 'object /opt/pass.o'
applied 'first/1/pass b/50/pass a/50/pass x/50/pass y/50/pass z/90/pass/drop>late late/99/pass' \
	'a chain file and entries beside it'
like "$("${multi[@]}" show dev v0)" '^[0-9]+: v0: mode generic ' 'in the mode of the file'
"${multi[@]}" add dev v0 object obj/bpf/pass.o name hand after b 2> /dev/null
"${multi[@]}" change a dev v0 prio 95 disable 2> /dev/null
rm "$lib/v0.d/10-x.entry"
applied 'first/1/pass b/50/pass hand/50/pass a/50/pass y/50/pass z/90/pass/drop>late late/99/pass' \
	'what was changed by hand is put right, an entry goes with its file, and one of others stays'
again 'and one of others'
run "${check[@]}" only
expect 2 'v0: entry "hand" is not expected' '*' 'to "check only" that one is a difference'
id=$(xdp_id v0)
"${multi[@]}" save dev v0 > "$tap_tmp/saved"
refused 0 '*' 'restore of what was saved changes nothing' "${multi[@]}" restore dev v0 file "$tap_tmp/saved"
applied 'first/1/pass b/50/pass a/50/pass y/50/pass z/90/pass/drop>late late/99/pass' 'only' only
isnt "$(xdp_id v0)" "$id" 'another dispatcher'
"${multi[@]}" change y dev v0 on drop goto late 2> /dev/null
"${multi[@]}" add dev v0 object obj/bpf/pass.o name needs prio 98 on drop goto late 2> /dev/null
sed -i '/name late/d; s/ on drop goto late//' "$etc/v0.chain"
refused 2 '~^Error: dev v0: .*"late"' 'an entry that one of others leads to does not go' "${apply[@]}"
"${multi[@]}" del needs dev v0
applied 'first/1/pass b/50/pass a/50/pass y/50/pass z/90/pass' 'now it goes'
rm "$etc/v0.chain"
"${multi[@]}" add dev v0 object obj/bpf/pass.o name hand 2> /dev/null
applied 'first/1/pass hand/50/pass never/50/pass y/50/pass' 'a less specific chain file counts' ||
	diag "$(configs v0)"
rm -r "${etc:?}"/* "${lib:?}"/*
applied 'hand/50/pass' 'no files: what came from files goes' only
flush
put "$etc/v0.d/1-a.entry" 'object /opt/pass.o'
"${multi[@]}" add dev v0 object obj/bpf/pass.o name a prio 7 proceed-on none 2> /dev/null
id=$(id_of v0 a)
applied 'a/50/pass' 'an entry of that name is taken over'
is "$(id_of v0 a)" "$id" 'with the program that is the same'

### What is shared, rebuilt, renamed or foreign

"${multi[@]}" share dev v1 from v0
is "$(configs v0) $(configs v1)" 'a=/etc/xdp-multi/v0.d/1-a.entry a=-' 'a chain that is shared comes from no file'
refused 0 '' 'so that apply leaves it' "${multi[@]}" apply dev v1 root "$root" only
flush
"${multi[@]}" flush dev v1
if [[ $LINKAGE == ext ]] && type -P xdp-loader > /dev/null; then
	"${apply[@]}"
	xdp-loader load -P 5 v0 obj/bpf/tx.o > /dev/null || bail_out 'xdp-loader does not load'
	is "$(configs v0)" 'tx=- a=/etc/xdp-multi/v0.d/1-a.entry' 'libxdp rebuilds the chain: the file is known'
	rm "$etc/v0.d/1-a.entry"
	applied 'tx/5/pass' 'the entry goes with it, and that of libxdp stays'
	flush
	put "$etc/v0.d/1-a.entry" 'object /opt/pass.o'
fi
plain v0 counter xdp
refused 2 '~^Error: dev v0: the XDP program "counter"' "somebody else's program is not displaced" "${apply[@]}"
refused 0 '' 'and is no reason to complain where no file is for the device' \
	"${multi[@]}" apply dev v0 root /tmp/no
run "${apply[@]}" overwrite
expect 0 '' '*' 'overwrite'
chain_is v0 'a/50/pass' 'displaces it'
system_ip link set dev v0 down
system_ip link set dev v0 name w0
put "$etc/w0.d/1-b.entry" 'object /opt/pass.o'
run "${multi[@]}" apply all root "$root"
expect 0 '' '*' 'after a renaming'
chain_is w0 'b/50/pass' 'the files for the new name count'
system_ip link set dev w0 name v0
system_ip link set dev v0 up
flush

### Several devices, some of which fail

put "$etc/v0.d/1-a.entry" 'object /opt/pass.o' 'object /opt/pass.o'
put "$etc/v1.d/1-a.entry" 'object /opt/filter.o'
run "${multi[@]}" apply all root "$root"
expect 1 '' "~^Warning: dev v0: $etc/v0.d/1-a.entry:2: .*
Error: Not every device" 'a bad file for one device'
chain_is v0 '' 'it keeps what it has'
chain_is v1 'a/50/pass' 'and the other one gets its own'
put "$etc/v1.d/1-a.entry" 'object /opt/pass.o'
run "${multi[@]}" apply dev v0 dev v1 root "$root"
expect 2 '' '~Warning: dev v0: .*Warning: dev v1: maps would be lost' 'a refusal counts more than a bad file'
run "${multi[@]}" check all config root "$root"
expect 1 '~^v1: entry "a": program is ' "~^Warning: dev v0: $etc/v0.d/1-a.entry:2" 'check goes on, too'
"${multi[@]}" flush all
rm -r "${etc:?}"/*

### The policy

put "$etc/policy" 'name a prio 3 proceed-on drop,pass' "object $root/opt/filter.o deny" 'name b disable'
put "$lib/v0.d/1-a.entry" 'object /opt/pass.o prio 70 proceed-on none'
put "$lib/v0.d/2-b.entry" 'object /opt/pass.o'
put "$lib/v0.d/3-c.entry" 'object /opt/filter.o'
applied 'a/3/drop,pass b/50/pass/off' 'the policy has the last word'
again 'the policy'
run ip -d link xdp multi show dev v0
is "$(grep -o ' policy .*' <<< "$stdout" | sed 's/added.*//' | xargs)" 'policy prio 3 proceed-on drop,pass policy disable' \
	'show tells what it has set'
like "$(ip -j -d link xdp multi show dev v0)" '"policy":"disable"' 'also as JSON'
run ip -d link xdp multi apply dev v0 root "$root"
expect 0 '' "~Warning: $etc/policy:2: an entry \"c\" is denied by policy\." 'a denied entry is told of with -d'
refused 255 'Error: "policy off" needs -force.' 'policy off alone' "${apply[@]}" policy off
run ip -force link xdp multi apply dev v0 root "$root" policy off
expect 0 '' '*' 'policy off with -force'
chain_is v0 'b/50/pass c/50/pass a/70/none' 'is as if there were none'
flush
rm -r "${etc:?}"/* "${lib:?}"/*

### Bad files, of which testsuite/config.t has more

put "$lib/v0.d/10-ok.entry" 'object /opt/counter.o'
"${apply[@]}" 2> /dev/null
bad=$etc/v0.d/20-bad.entry
mkdir -p "$etc/v0.d"
remember_counts
# bad STATUS ERROR NAME: the error names the file.
bad() {
	run timeout 60 "${apply[@]}"
	expect "$1" '' "~^Error: dev v0: $2" "$3"
	rm -rf "$bad"
}
printf 'object /opt/pass.o on drop goto nobody\n' > "$bad"
bad 1 "$bad:1: the chain has no entry named" 'a goto to nobody'
printf 'object /opt/pass.o name ok\n' > "$bad"
bad 1 "$bad:1: an entry \"ok\" is also in $lib/v0.d/10-ok.entry:1" 'an entry of the same name'
mkfifo "$bad"
bad 1 "\"$bad\" is not a regular file" 'a fifo'
unchanged 'after all of them the chain is what it was'
rm -r "$etc"

### Files that change meanwhile

mkdir -p "$etc/v0.d"
printf 'object /opt/pass.o prio 20\n' > "$tap_tmp/new"
(
	while [[ ! -e $tap_tmp/enough ]]; do
		cp "$tap_tmp/new" "$etc/v0.d/20-x.tmp"
		mv "$etc/v0.d/20-x.tmp" "$etc/v0.d/20-x.entry"
		rm "$etc/v0.d/20-x.entry"
	done
) &
wrong='' files='^(x=[^ ]* )?ok=[^ ]*$'
for ((i = 0; i < 5; i++)); do
	run "${apply[@]}"
	[[ $status -eq 0 ]] || wrong+=" $status $stderr"
	have=$(configs v0)
	[[ $have =~ $files ]] || wrong+=" $have"
done
: > "$tap_tmp/enough"
wait
is "$wrong" '' 'a file that comes and goes is there or not'
flush
rm -r "${root:?}"/{etc,usr}

### At the real places, in another namespace

mkdir -p /run/xdp-multi/default.d
printf 'object %s\n' "$PWD/obj/bpf/pass.o" > /run/xdp-multi/default.d/1-a.entry
run ip -n peer0 link xdp multi apply all
expect 0 '' '*' 'in another namespace'
run ip -n peer0 -br link xdp multi show
like "$stdout" '^p0 +native +a *$' 'every device but lo gets it'
rm -r /run/xdp-multi
ip -n peer0 link xdp multi apply all
tap_counts=$start
unchanged 'nothing is left'
done_testing
