#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of our commands, and of ip's other ones as before.

. testsuite/lib/tap.sh
top=$PWD

# A completion of ip's other commands, as bash-completion would load it, and
# stand-ins for the commands that completion asks.
mkdir -p "$tap_tmp"/{share/bash-completion/completions,bin,objects/sub}
cat > "$tap_tmp/share/bash-completion/completions/ip" <<'EOF'
_ip() {
	mapfile -t COMPREPLY < <(compgen -W 'link address --color=$1' -- "$2")
	[[ ${COMP_WORDS[1]} != link ]] || COMPREPLY=(add set)
}
complete -F _ip ip
EOF
cat > "$tap_tmp/bin/ip-xdp-multi" <<'EOF'
#!/bin/sh
echo "$0 $*" >> "${0%/*}/asked"
cat << END
[{"ifname":"v0","entries":[
  {"slot":0,"name":"fw","id":17,"tag":"0123456789abcdef"},
  {"slot":1,"name":"stats","id":18,"tag":"fedcba9876543210"}]},
 {"ifname":"w0","foreign":{"id":3}}]
END
EOF
cat > "$tap_tmp/bin/ip" <<'EOF'
#!/bin/sh
case $* in
'netns list') printf 'blue (id: 0)\nred\n' ;;
'-n blue -o link show') printf '1: lo: <LOOPBACK> mtu\n7: eth7@if3: <UP> mtu\n' ;;
*) exec "${0%/*}/ip-xdp-multi" "$@" ;;
esac
EOF
chmod +x "$tap_tmp"/bin/*
touch "$tap_tmp"/objects/{a.o,b.o,c.txt}
PATH=$tap_tmp/bin:$PATH
export XDG_DATA_DIRS=$tap_tmp/share BASH_COMPLETION_USER_DIR=$tap_tmp/none

# shellcheck source=bash-completion/ip-xdp-multi
. "$top/bash-completion/ip-xdp-multi"
is "$(complete -p ip-xdp-multi)" 'complete -F _ip_xdp_multi ip-xdp-multi' \
	'it completes ip-xdp-multi'
is "$(complete -p ip)" 'complete -F _ip_with_xdp_multi ip' 'and ip'

# complete_line LINE: what completion offers at its end.
complete_line() {
	local function

	read -ra COMP_WORDS <<< "$1"
	[[ $1 != *' ' ]] || COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	# shellcheck disable=SC2034
	COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
	function=$(complete -p "${COMP_WORDS[0]}" | sed -E 's/.* -F ([^ ]+) .*/\1/')
	"$function" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" \
		"${COMP_WORDS[COMP_CWORD - 1]}"
}

# offers LINE WORDS
offers() {
	complete_line "$1"
	is "${COMPREPLY[*]}" "$2" "'$1'"
}

# has LINE WORD...: among others.
has() {
	local word

	complete_line "$1"
	for word in "${@:2}"; do
		[[ " ${COMPREPLY[*]} " == *" $word "* ]]
		result $? "'$1' has $word" || diag "offered: ${COMPREPLY[*]}"
	done
}

# lacks LINE WORD...
lacks() {
	local word

	complete_line "$1"
	for word in "${@:2}"; do
		[[ " ${COMPREPLY[*]} " != *" $word "* ]]
		result $? "'$1' lacks $word" || diag "offered: ${COMPREPLY[*]}"
	done
}

# Of ip's own commands.
offers 'ip ' 'link address --color=ip'
offers 'ip a' 'address'
offers 'ip link ' 'add set xdp'
offers 'ip link xdp ' 'multi'
offers 'ip -j l' 'link'
is "$(complete -p ip)" 'complete -F _ip_with_xdp_multi ip' \
	'loading that has not put us out'

# Of ours, by either name.
for command in 'ip link xdp multi' 'ip -j -n blue l xdp multi' ip-xdp-multi \
	'ip-xdp-multi --details -n blue'; do
	offers "$command a" 'add'
	has "$command " add del flush show features help
	has "$command add " dev object name prio proceed-on mode format overwrite
	lacks "$command add " if-exists id slot
done
offers 'ip-xdp-multi -de' '-details'
offers 'ip-xdp-multi -n ' 'blue red'
offers 'ip-xdp-multi add mode ' 'auto native generic'
offers 'ip-xdp-multi add dev lo format e' 'extended'
offers 'ip-xdp-multi add proceed-on ' 'aborted drop pass tx redirect all none'
offers 'ip-xdp-multi add proceed-on pass,d' 'pass,drop'
lacks 'ip-xdp-multi add proceed-on pass,' pass,pass pass,all
has 'ip-xdp-multi add dev ' lo
offers 'ip-xdp-multi -n blue add dev e' 'eth7'
has 'ip-xdp-multi add dev lo ' dev object
lacks 'ip-xdp-multi add obj x sec y mode auto ' object section program mode
offers 'ip-xdp-multi add prio ' ''
offers "ip-xdp-multi add object $tap_tmp/objects/" \
	"$tap_tmp/objects/a.o $tap_tmp/objects/b.o $tap_tmp/objects/sub"
offers 'ip-xdp-multi flush dev lo i' 'if-exists'
lacks 'ip-xdp-multi flush dev lo ' all
lacks 'ip-xdp-multi flush all ' dev all
has 'ip-xdp-multi show ' dev lo
offers 'ip-xdp-multi features ' ''

if type -P jq > /dev/null; then
	has 'ip-xdp-multi delete dev v0 ' fw stats id if-exists
	offers 'ip-xdp-multi -n blue del dev v0 s' 'slot stats'
	is "$(tail -n 1 "$tap_tmp/bin/asked")" \
		"$tap_tmp/bin/ip-xdp-multi -n blue -j show dev v0" 'the chain asked for'
	offers 'ip-xdp-multi del dev v0 id ' '17 18'
	offers 'ip link xdp multi del name ' 'fw stats'
	is "$(tail -n 1 "$tap_tmp/bin/asked")" \
		"$tap_tmp/bin/ip-xdp-multi -j link xdp multi show" 'all chains, through ip'
	offers 'ip link xdp multi del slot 1 dev v0 s' ''
else
	skip 'no jq' 'names of entries'
fi

# What was registered for ip before us is kept.
is "$(bash -c '_mine() { COMPREPLY=(mine); }
	complete -F _mine ip
	. bash-completion/ip-xdp-multi
	COMP_WORDS=(ip "") COMP_CWORD=1
	_ip_with_xdp_multi ip "" ip
	echo "${COMPREPLY[*]}"')" mine 'an own completion of ip is kept'
is "$(XDG_DATA_DIRS=$tap_tmp/none bash -c '. bash-completion/ip-xdp-multi
	_ip_xdp_multi_other=none
	COMP_WORDS=(ip link "") COMP_CWORD=2
	_ip_with_xdp_multi ip "" link
	echo "${COMPREPLY[*]}"')" xdp 'and none is needed'

done_testing
