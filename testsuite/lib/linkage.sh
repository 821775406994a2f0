# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# Part of tap.sh: selects the linkage of a test's chains. LINKAGE is
#
#   ext     extensions, unless a command asks for tail calls
#   tail    tail calls, because our program is refused extensions
#   mixed   every other entry, by its name, is added with a tail call
#
# A test with a line `# linkage:` expects the same results for each, except in some lines,
# and chain_is asserts that the entries have the right linkage.

[[ -z ${LINKAGE-} ]] || echo "# linkage: $LINKAGE"
LINKAGE=${LINKAGE:-ext}

# The format of a chain that needs no other, as a regex.
# shellcheck disable=SC2034
case $LINKAGE in
ext) some_format='[23]' ;;
tail) some_format=extended ;;
mixed) some_format='(2|3|extended)' ;;
*) bail_out "no linkage: $LINKAGE" ;;
esac

# Where extensions are allowed, they are refused to our program alone.
if [[ $LINKAGE == tail && -z ${DIRECT-} ]]; then
	export REFUSE_EXT=$PWD/ip/ip LD_PRELOAD=$PWD/obj/helpers/bpf.so
fi

if [[ $LINKAGE == mixed ]]; then
	# Our program, called as it is from here on. What others call (strace ip,
	# or a batch) is as it was written.
	ip() {
		local i

		for ((i = 1; i < $# && i < 9; i++)); do
			[[ ${*:i:2} == 'multi add' || ${*:i:2} == 'multi replace' ]] || continue
			! tail_wanted "$@" || set -- "${@:1:i+1}" linkage tail "${@:i+2}"
			break
		done
		checked ip "$@"
	}
fi

# tail_wanted COMMAND...: the entry that is added is to be tail-called. It is by
# its name, so that a command that is given twice asks for the same.
tail_wanted() {
	local name='' sum i code

	[[ " $* " != *' linkage '* && " $* " != *' format '* ]] || return
	for ((i = 1; i < $#; i++)); do
		case ${!i} in
		obj | object) [[ -n $name ]] || name=$(basename "${*:i+1:1}" .o) ;;
		name) name=${*:i+1:1} ;;
		esac
	done
	sum=${#name}
	for ((i = 0; i < ${#name}; i++)); do
		printf -v code %d "'${name:i:1}"
		sum=$((sum + code))
	done
	((sum % 2))
}

# linkage_of NAME: the one that an entry of that name is added with.
linkage_of() {
	[[ $LINKAGE != mixed ]] || { tail_wanted add name "$1" && echo tail || echo ext; }
	[[ $LINKAGE == mixed ]] || echo "$LINKAGE"
}

# linkage_text LINKAGE: what chain_of says of an entry that is linked so.
linkage_text() {
	[[ $LINKAGE != mixed ]] || echo "$1" >> "$tap_tmp/linkages"
	[[ $LINKAGE == mixed || $LINKAGE == "$1" ]] || echo "/$1"
}

# What a test expects to be told of libxdp, that it would order a chain otherwise or
# cannot read it, is told where chains are of extensions. Elsewhere these lines are
# taken out of what is expected and of what a command prints, but for `add` on a
# host without extensions, where they must not be.
#
# libxdp_matters COMMAND...: such lines are left in what it prints.
libxdp_matters() {
	[[ $LINKAGE == ext || ($LINKAGE == tail && " $* " == *' add '*) ]]
}

# not_of_calls TEXT: where extensions cannot make tail calls, programs that do are
# tail-called with a warning, and that makes the chain extended. What a test says of them
# is of kernels where they can.
not_of_calls() {
	sed -e '/^Warning: .* is tail-called: .* which this kernel does not allow in extensions\.$/d' \
		-e '/^Warning: The chain is written in the extended format, .*tail-called\.$/d' <<< "$1"
}

# not_of_libxdp TEXT: without these lines; the text may be a pattern of expect.
not_of_libxdp() {
	local about='^~?\^?Warning: (if libxdp rebuilds|The chain is written in the extended format)'
	local line text='' pattern=''

	while IFS= read -r line; do
		if [[ ! $line =~ $about ]]; then
			text+=${text:+$'\n'}$line
		elif [[ $line == '~'* ]]; then
			pattern='~'
		fi
	done <<< "$1"
	echo "${text:+$pattern}$text"
}
