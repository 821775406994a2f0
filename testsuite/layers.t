#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each layer includes and calls only what it may. The folders of lib/ are the layers, and
# each include names the folder, so the direction is visible.

. testsuite/lib/tap.sh
shopt -s nullglob

# From the bottom up: a folder may include itself and those before it.
layers=(model syntax kernel dispatcher object chain change trial session)

# One line a rule: the files, those of them that are excepted, what no line of
# theirs may match, and why. An include is written as in the source.
rules() {
	local call='(^|[^a-zA-Z0-9_])'

	cat <<END
lib/*/*.c|-|${call}(v?printf|v?fprintf|v?dprintf|puts|fputs|putchar|perror|warnx?)\(|lib/ never prints
lib/*/*.c|-|${call}(_?exit|errx?|abort|assert)\(|lib/ never exits
lib/*/*.[ch]|lib/kernel/netlink*.[ch]|#include <libmnl/|only netlink speaks netlink
lib/*/*.[ch]|lib/{kernel,dispatcher,object}/*.[ch]|#include <bpf/|chain/ and change/ know libbpf only through the layers below
lib/model/*.[ch]|-|#include <(bpf|libmnl|json-c|gelf|libelf)[/.]|the model uses no library
lib/model/*.[ch]|-|#include <(sys/|unistd|fcntl|time\.h|linux/(if|net|rtnet|membarrier|perf))|the model makes no system call
lib/*/*.[ch]|-|#include <json-c|lib/ knows no output format
ip/*.[ch]|ip/output.c ip/json*.c|#include <json-c|only the output uses json-c
ip/*.[ch]|-|#include <(bpf|libmnl|gelf|libelf)[/.]|ip/ uses lib/, not the libraries beneath
lib/syntax/*.[ch]|lib/syntax/text_file.c|#include <(sys/|unistd|fcntl|time\.h)|words are read in one place
{cni,oci}/*.[ch]|-|#include "(\.\./|ip/)|the plugin and the hook use lib/, not the command
{cni,oci}/*.[ch]|-|#include <(bpf|libmnl|gelf|libelf)[/.]|the plugin and the hook use lib/, not the libraries beneath
testsuite/unit/*.c|-|assert_(not_)?in_range|unit tests compile with cmocka 2: between.h has assert_between()
bpf/*|-|vmlinux\.h|BPF programs build without the running kernel's types
END
}

# expand PATTERNS: the files that match, one a line.
expand() {
	local file

	[[ $1 != - ]] || return 0
	eval "set -- $1"
	for file; do
		[[ ! -e $file ]] || echo "$file"
	done | sort
}

# offences FILES EXCEPT PATTERN: the lines that break a rule. Comments may say
# what code may not.
offences() {
	local file

	while read -r file; do
		sed -E 's|//.*||; s|/\*.*\*/||; s|^[[:space:]]*/?\*.*||' "$file" |
			grep -nE -e "$3" | sed "s|^|$file:|"
	done < <(comm -23 <(expand "$1") <(expand "$2"))
}

isnt "$(offences 'lib/*/*.c' - '#include <bpf/')" '' 'an offence would be found'

while read -r line; do
	files=${line%%|*} rest=${line#*|}
	except=${rest%%|*} rest=${rest#*|}
	why=${rest##*|} pattern=${rest%|*}
	is "$(offences "$files" "$except" "$pattern")" '' "$why"
done < <(rules)

# A folder of lib/ that is none of the layers would be checked by nothing.
is "$(cd lib && printf '%s\n' */ | tr -d / | sort | xargs)" \
	"$(printf '%s\n' "${layers[@]}" | sort | xargs)" 'the layers are the folders of lib/'

allowed="xdp_dispatcher.h|attached_row.h"
for layer in "${layers[@]}"; do
	allowed+="|$layer/[a-z_]+\.h"
	is "$(grep -n '#include "' "lib/$layer"/*.[ch] |
		grep -vE "#include \"($allowed|config\.h)\"")" '' \
		"lib/$layer includes only itself and the layers below it"
done

for file in lib/*/*.[ch] ip/*.[ch] {cni,oci}/*.[ch] include/*.h bpf/* testsuite/{unit,fuzz,vm/helpers}/*.c; do
	head -n 2 "$file" | grep -q 'SPDX-''License-Identifier: GPL-2.0-or-later' ||
		echo "$file"
done > "$tap_tmp/unlicensed"
is "$(< "$tap_tmp/unlicensed")" '' 'every source file names its licence'

done_testing
