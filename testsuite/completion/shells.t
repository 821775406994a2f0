#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion as it is installed, with what shells bring: bash-completion 2.11, which takes
# ours of a command before the system's, and a newer one, which does not; and zsh.

cd "$(dirname "$(realpath "$0")")/../.." || exit 1
. testsuite/lib/tap.sh
[[ -x ip/ip ]] || bail_out 'build first'
shells=$(testsuite/completion/fetch) || skip_all 'the packages cannot be fetched'

# A tree of its own: its /usr is the package's, and /usr/local ours.
root=$tap_tmp/root
make -s install DESTDIR="$root" SBINDIR=/usr/local/sbin COMPLETIONDIR=/usr/local/share/bash-completion/completions \
	BASHSTARTDIR=/etc/bash_completion.d ZSHDIR=/usr/local/share/zsh/site-functions MANDIR=/usr/local/share/man \
	INSTALL_IP=yes HOOKS= > "$tap_tmp/installed" || bail_out 'make install failed'
ln -sf "$root/usr/local/share/bash-completion/completions/ip-xdp-multi" "$root/etc/bash_completion.d/"
[[ -x $root/usr/local/sbin/ip ]] || bail_out 'ip was not installed'

# in_bash SUITE LINE: what an interactive bash offers at the end of the line. Its
# completion of a command is loaded as it loads it, and then asked.
in_bash() {
	env -i HOME="$tap_tmp" PATH="$root/usr/local/sbin:$PATH" XDG_DATA_DIRS="$root/usr/local/share:$shells/$1/usr/share" \
		BASH_COMPLETION_COMPAT_DIR="$root/etc/bash_completion.d" BASH_COMPLETION_USER_DIR="$tap_tmp/none" \
		bash --norc --noprofile -c '
		. "$1/usr/share/bash-completion/bash_completion"
		read -ra COMP_WORDS <<< "$2"
		[[ $2 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$2 COMP_POINT=${#2}
		command=${COMP_WORDS[0]}
		complete -p "$command" > /dev/null 2>&1 || "$(type -t _comp_load > /dev/null && echo _comp_load || echo _completion_loader)" "$command"
		function=$(complete -p "$command" | sed -E "s/.* -F ([^ ]+) .*/\1/")
		"$function" "$command" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$shells/$1" "$2" 2> "$tap_tmp/stderr" | sort -u | xargs
}

for suite in bookworm sid; do
	is "$(in_bash "$suite" 'ip-xdp-multi fl')" flush "$suite: ip-xdp-multi"
	is "$(in_bash "$suite" 'ip link xdp multi res')" restore "$suite: ip link xdp multi"
	is "$(in_bash "$suite" 'ip -j link xdp multi flush a')" all "$suite: behind options"
	is "$(in_bash "$suite" 'ip link xdp ')" multi "$suite: ip link xdp"
	like " $(in_bash "$suite" 'ip link ') " ' set .*xdp ' "$suite: ip link has what the system's completion says, too"
	is "$(in_bash "$suite" 'ip addres')" address "$suite: and other commands are as before"
	is "$(< "$tap_tmp/stderr")" '' "$suite: nothing is said"
done

# in_zsh LINE: what zsh makes of the line when the tabulator key is pressed
cat > "$tap_tmp/press" <<'END'
zsh=$1 root=$2 line=$3
module_path=($zsh/usr/lib/*/zsh/*(/))
zmodload zsh/zpty || exit
zpty shell "$zsh/bin/zsh" -f -i
zpty -w shell "PS1= RPS1=; module_path=($module_path)
	fpath=($root/usr/local/share/zsh/site-functions $zsh/usr/share/zsh/functions{,/**/*}(/))"
zpty -w shell "autoload -Uz compinit && compinit -u -D; setopt no_beep
	show() { print -r -- \"@@\"@\$BUFFER@@; BUFFER=exit; zle accept-line }
	zle -N show; bindkey '^Xs' show; print rea''dy"
zpty -r -m shell answer '*ready*'
zpty -w -n shell "$line"$'\t\x18s'
zpty -r -m shell answer '*@@@*@@*'
print -r -- "${${answer##*@@@}%%@@*}"
zpty -d shell
END
in_zsh() {
	env -i HOME="$tap_tmp" TERM=dumb PATH="$root/usr/local/sbin:$PATH" \
		timeout 120 "$shells/zsh/bin/zsh" -f "$tap_tmp/press" "$shells/zsh" "$root" "$1"
}

is "$(in_zsh 'ip-xdp-multi fl')" 'ip-xdp-multi flush ' 'zsh: ip-xdp-multi'
is "$(in_zsh 'ip link xdp multi res')" 'ip link xdp multi restore ' 'zsh: ip link xdp multi'
is "$(in_zsh 'ip -j link xdp multi flush a')" 'ip -j link xdp multi flush all ' 'zsh: behind options'
is "$(in_zsh 'ip link xd')" 'ip link xdp ' 'zsh: ip link'
is "$(in_zsh 'ip link xdp ')" 'ip link xdp multi ' 'zsh: ip link xdp'
is "$(in_zsh 'ip rout')" 'ip route ' 'zsh: and other commands are as before'
touch "$tap_tmp/only.o"
is "$(cd "$tap_tmp" && in_zsh 'ip-xdp-multi add object on')" 'ip-xdp-multi add object only.o ' 'zsh: files'
is "$(in_zsh 'ip-xdp-multi add proceed-on dro')" 'ip-xdp-multi add proceed-on drop' 'zsh: verdicts go on'
done_testing
