#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell completion of our commands; completion of ip's other commands is unchanged.

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
[{"ifname":"v0","dispatcher":{"id":29},"entries":[
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
	offers "$command a" 'add apply adopt'
	has "$command " add replace change del flush show list save restore check share adopt \
		set features help
	has "$command add " dev object pinned id name prio before on mode format overwrite \
		maps expect dry-run
	lacks "$command add " if-exists slot sha256
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
lacks 'ip-xdp-multi add obj x sec y mode auto ' object section program mode pinned id
lacks 'ip-xdp-multi add id 5 ' object pinned
lacks 'ip-xdp-multi add first ' first last before after prio
has 'ip-xdp-multi replace first ' dev object on
offers 'ip-xdp-multi add maps ' 'new keep fit'
offers 'ip-xdp-multi add prio ' ''
offers "ip-xdp-multi add object $tap_tmp/objects/" \
	"$tap_tmp/objects/a.o $tap_tmp/objects/b.o $tap_tmp/objects/sub"
ln -s ../a.o "$tap_tmp/objects/sub/pin"
offers "ip-xdp-multi replace pinned $tap_tmp/objects/sub/" "$tap_tmp/objects/sub/pin"
offers "ip-xdp-multi add pinmaps $tap_tmp/objects/" "$tap_tmp/objects/sub"
offers "ip-xdp-multi restore file $tap_tmp/objects/c" "$tap_tmp/objects/c.txt"
offers 'ip-xdp-multi flush dev lo i' 'if-exists'

# Rules and places are of several words.
offers 'ip-xdp-multi add on ' 'aborted drop pass tx redirect all none'
offers 'ip-xdp-multi add on drop ' 'next stop goto'
has 'ip-xdp-multi add on drop stop ' on object dev
has 'ip-xdp-multi add on drop goto fw ' on object dev
has 'ip-xdp-multi add on drop goto id 17 ' on object id
offers 'ip-xdp-multi add on drop goto sl' 'slot'
has 'ip-xdp-multi add before name x ' name object dev
offers 'ip-xdp-multi add after sl' 'slot'
offers 'ip-xdp-multi save dev lo ' 'with-objects'
offers 'ip-xdp-multi set dev lo f' 'format'
offers 'ip-xdp-multi set dev lo stats ' 'on off reset'
offers 'ip-xdp-multi check ' 'dev all file config'
has 'ip-xdp-multi share dev lo ' from netns overwrite dev
offers 'ip-xdp-multi share netns ' 'blue red'
offers 'ip-xdp-multi share netns blue from e' 'eth7'
has 'ip-xdp-multi share from ' lo
lacks 'ip-xdp-multi restore dev lo ' name object section
lacks 'ip-xdp-multi flush dev lo ' all
lacks 'ip-xdp-multi flush all ' dev all
has 'ip-xdp-multi show ' dev lo
offers 'ip-xdp-multi features ' dev
has 'ip-xdp-multi test dev lo ' pcap packet expect-verdict repeat partial tap add replace change del restore
lacks 'ip-xdp-multi test dev lo packet 00 ' pcap dev
has 'ip-xdp-multi test dev lo packet 00 ' packet
offers "ip-xdp-multi test pcap $tap_tmp/objects/c" "$tap_tmp/objects/c.txt"
offers 'ip-xdp-multi test expect-verdict pass,d' 'pass,drop'
has 'ip-xdp-multi test dev lo packet 00 add ' object name before
lacks 'ip-xdp-multi test dev lo packet 00 add ' packet pcap restore

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
	has 'ip-xdp-multi chg dev v0 ' fw stats name id tag slot enable disable
	lacks 'ip-xdp-multi change fw dev v0 ' fw stats slot
	has 'ip-xdp-multi change fw dev v0 ' name id tag object before
	has 'ip-xdp-multi change id 17 dev v0 ' name id tag object pinned
	lacks 'ip-xdp-multi change fw enable ' enable disable
	offers 'ip-xdp-multi change id ' '17 18'
	offers 'ip-xdp-multi change fw name ' ''
	offers 'ip-xdp-multi change fw before ' 'name id tag slot fw stats'
	offers 'ip-xdp-multi change fw on drop goto name s' 'stats'
	offers 'ip-xdp-multi add on drop goto s' 'slot stats'
	offers 'ip-xdp-multi flush expect ' 'none 29'
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

# ip's own completion is loaded by the name ip, so ours is installed under that
# name too, but for the directory where iproute2 has it.
# installed VARIABLE=VALUE...: the links that are made.
installed() {
	rm -rf "$tap_tmp/d"
	MAKEFLAGS='' make -s -C "$top" install DESTDIR="$tap_tmp/d" SBINDIR=/p/sbin "$@" > /dev/null
	find "$tap_tmp/d" -path '*/completions/ip' -printf '%P %l\n'
}

is "$(installed INSTALL_IP=yes COMPLETIONDIR=/p/completions)" \
	'p/completions/ip ip-xdp-multi' 'it is installed for ip'
is "$(installed INSTALL_IP=yes COMPLETIONDIR=/usr/share/bash-completion/completions)" '' \
	"but not over the system's"
is "$(installed INSTALL_IP= COMPLETIONDIR=/p/completions)" '' 'nor without ip'

done_testing
