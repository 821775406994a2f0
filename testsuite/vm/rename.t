#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# Names, wanted proceed-on sets and origins are stored in our dispatcher, and with the
# programs in case libxdp rebuilds the chain.

. testsuite/lib/tap.sh

type -P xdp-loader > /dev/null || skip_all 'no xdp-loader'
[[ $(xdp-loader load --version 2>&1) == *1.[345].* ]] ||
	skip_all 'another libxdp than one that writes version 2'

change=(ip link xdp multi change dev v0)
dir='/tmp/a dir: "ü"'
object="$dir/my prog-1.0.o"

add() {
	local program=$1

	shift
	ip link xdp multi add dev v0 object "$program" "$@" || bail_out "no $program"
}

# lost ENTRY: the warning about it.
lost() {
	echo "Warning: dev v0: libxdp rebuilt the chain and reduced the proceed-on of entry \"$1\": the next change restores it."
}

# rebuilt LAST CHAIN NAME: xdp-loader adds a program of its own behind ours, of
# which LAST was the last; the chain is then this, and show warns.
rebuilt() {
	run xdp-loader load -P 99 -A XDP_DROP v0 obj/bpf/tx.o
	expect 0 '' '' "$3: xdp-loader adds a program behind"
	run ip -br link xdp multi show v0
	expect 0 '*' "$(lost "$1")" "$3: show warns"
	is "$(chain_of v0 2> /dev/null)" "$2 tx/99/drop" "$3: and shows what is wanted"
}

# in_force: the actions in the dispatcher's config map, as bits of each slot.
in_force() {
	local id

	id=$(bpftool -j prog show id "$(xdp_id v0)" | jq .map_ids[0])
	bpftool -j map dump id "$id" |
		jq -r '.[0].value as $v | [range($v[2][2:] | tonumber)] | map($v[4 + . * 4][2:]) | join(" ")'
}

# origin SLOT: as show -d tells it.
origin() {
	ip -j -d link xdp multi show v0 2> /dev/null |
		jq -c ".[0].entries[$1] | [.origin.object, .origin.section, .origin.sha256, .added > 1e9]"
}

# verdict BYTE: of the chain about a packet that begins with it.
verdict() {
	printf '%b' "\\0$1" > "$tap_tmp/packet"
	head -c 63 /dev/zero >> "$tap_tmp/packet"
	bpftool prog run id "$(xdp_id v0)" data_in "$tap_tmp/packet" repeat 1 |
		sed -n 's/^Return value: \([0-9]*\),.*/\1/p'
}

mkdir -p "$dir"
cp obj/bpf/echo.o "$object"
mine="[$(jq -c --arg o "$object" '$o' <<< null),\"xdp\",\"$(sha256sum < "$object" | cut -d ' ' -f 1)\",true]"
new_veth 0
remember_counts
zero=$tap_counts

add obj/bpf/pass.o name early prio 10 proceed-on drop,pass
add "$object" name late prio 60 proceed-on drop,tx,pass
chain_is v0 'early/10/drop,pass late/60/drop,pass,tx' 'two entries'
is "$(in_force)" '06 04' 'what libxdp would lose of the last is not there for it'
is "$(origin 1)" "$mine" 'its origin'
like "$(bpftool btf dump id "$(bpftool -j prog show id "$(xdp_id v0)" | jq .btf_id)")" \
	$'ENUM \'[a-z_]*0\'[^\n]*\n\t\'name_early\'[^\n]*\n\t\'proceed_on_6\'' "the dispatcher's BTF has names and masks"
like "$(bpftool prog show id "$(id_of v0 late)")" 'multi_name = "late".*multi_proceed_on = "14"' \
	'the program has its own, which bpftool prints'
is "$(verdict 1)" 1 'the verdict of the last counts'

late=$(id_of v0 late)
rebuilt late 'early/10/drop,pass late/60/drop,pass,tx' 'as added'
is "$(in_force)" '06 04 02' 'less is in force'
is "$(verdict 1) $(verdict 2)" '1 3' 'and so it runs: a drop ends the chain'
is "$(id_of v0 late 2> /dev/null)" "$late" 'the program is the same'
is "$(origin 1)" "$mine" 'with its origin'
is "$(origin 2)" '[null,null,null,false]' 'theirs has none'
run ip link xdp multi check dev v0
expect 2 '~libxdp rebuilt the chain and reduced rules' "$(lost late)" 'check says so'
run "${change[@]}" tx name theirs
expect 0 '' "$(lost late)" 'the next change'
chain_is v0 'early/10/drop,pass late/60/drop,pass,tx theirs/99/drop' 'makes it what is wanted'
is "$(in_force)" '06 0e 00' 'also for libxdp'
is "$(verdict 1) $(verdict 2) $(verdict 3) $(verdict 0)" '3 3 3 0' 'and for packets'
run ip -br link xdp multi show v0
expect 0 '*' '' 'no more warning'
run xdp-loader unload v0 --id "$(id_of v0 theirs)"
chain_is v0 'early/10/drop,pass late/60/drop,pass,tx' 'xdp-loader takes its own off again'
run ip -br link xdp multi show v0
expect 0 '*' '' 'no warning, for that makes no difference'
ip link xdp multi flush dev v0

add obj/bpf/pass.o name early
add "$object" name late prio 60 proceed-on drop,pass
"${change[@]}" late name a.b:c-D_9
"${change[@]}" early name zero proceed-on all
rebuilt a.b:c-D_9 'zero/50/all a.b:c-D_9/60/drop,pass' 'after a new name'
run "${change[@]}" a.b:c-D_9 name late proceed-on redirect
expect 0 '' "$(lost a.b:c-D_9)" \
	'a change of mask and name'
chain_is v0 'zero/50/all late/60/redirect tx/99/drop' 'is done'
ip link xdp multi del dev v0 tx
rebuilt late 'zero/50/all late/60/redirect' 'after a new mask'
is "$(in_force)" '1f 00 02' 'nothing is in force'
run ip link xdp multi replace dev v0 name late object "$object"
expect 0 '' "$(lost late)" \
	'a replace with the same program'
chain_is v0 'zero/50/all late/60/redirect tx/99/drop' 'is known as that'
run ip -br link xdp multi show v0
expect 0 '*' '' 'and gives the set back'
ip link xdp multi del dev v0 tx

name=$(printf 'n%.0s' {1..63})
run "${change[@]}" late object obj/bpf/counter.o name "$name" proceed-on drop,pass
expect 0 '' '' 'another program, with the longest name'
rebuilt "$name" "zero/50/all $name/60/drop,pass" 'after another program'
like "$(origin 1)" '^\["/project/obj/bpf/counter.o"' 'its origin is the new one'
counter=$(id_of v0 "$name" 2> /dev/null)
run "${change[@]}" "$name" name again
ip link xdp multi del dev v0 tx
ip link xdp multi save dev v0 | sed '/name again/s/proceed-on drop,/proceed-on aborted,drop,/' > /tmp/chain
run ip link xdp multi restore dev v0 file /tmp/chain
expect 0 '' '' 'a chain is restored with another mask'
is "$(id_of v0 again)" "$counter" 'for the same program'
rebuilt again 'zero/50/all again/60/aborted,drop,pass' 'after restore'
ip link xdp multi flush dev v0

add obj/bpf/pass.o name one prio 20
add obj/bpf/counter.o name two prio 30 proceed-on drop,pass
"${change[@]}" two name three dry-run > /dev/null
refused 2 '~the chain already has an entry' 'a name that is taken' "${change[@]}" one name two
run xdp-loader load -P 5 v0 obj/bpf/tx.o
chain_is v0 'tx/5/pass one/20/pass two/30/drop,pass' 'a dry run and a refusal leave no name behind'
run ip -br link xdp multi show v0
expect 0 '*' '' 'a program in front does no harm'
for ((i = 0; i < 35; i++)); do
	"${change[@]}" two name "two$i" || bail_out "no $i"
	"${change[@]}" "two$i" name two
done
like "$(ip link xdp multi show v0)" ': two prio 30 ' 'many names in turn'
ok 'do not make ever more maps' test "$(obj/helpers/objects | grep -c 'multi.rodata')" -le 70
ip link xdp multi flush dev v0
tap_counts=$zero
unchanged 'nothing is left'

done_testing
