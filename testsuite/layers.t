#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each layer includes and calls only what it may.
#
# One line a rule: the files, those of them that are excepted, what no line of
# theirs may match, and why. An include is written as in the source.

. testsuite/lib/tap.sh
shopt -s nullglob

rules() {
	local call='(^|[^a-zA-Z0-9_])'

	cat <<END
lib/*.c|-|${call}(v?printf|v?fprintf|v?dprintf|puts|fputs|putchar|perror|warnx?)\(|lib/ never prints
lib/*.c|-|${call}(_?exit|errx?|abort|assert)\(|lib/ never exits
lib/*.c include/*.h|lib/netlink*.[ch] include/netlink.h|#include <libmnl/|only netlink speaks netlink
lib/*.c include/*.h|lib/object*.c lib/dispatcher*.c lib/kobj.c lib/probe.c lib/refcount.c lib/maps.c|#include <bpf/libbpf.h>|only the object modules use libbpf
lib/*.c include/*.h|lib/object*.c lib/dispatcher*.c lib/kobj.c lib/probe.c lib/metadata.c lib/run_config.c lib/maps.c|#include <bpf/btf.h>|only the object modules use libbpf's BTF
lib/*.c include/*.h|lib/object*.c lib/dispatcher*.c lib/kobj.c lib/probe.c lib/entries.c lib/shim.c lib/metadata.c lib/refcount.c lib/store*.c|#include <bpf/bpf.h>|only the object modules and the store call bpf()
lib/{chain,conf,image,label,report}.c|-|#include <(bpf|libmnl|json-c|gelf|libelf)[/.]|pure modules use no library
lib/{chain,conf,image,label}.c|-|#include <(sys/|unistd|fcntl|time\.h|linux/(if|net|rtnet|membarrier|perf))|pure modules make no system call
lib/*.c include/*.h|-|#include <json-c|lib/ knows no output format
lib/*.c include/*.h|-|#include "(\.\./)?(ip/|options|args|parse|output|show|batch|passthru)|lib/ knows nothing of ip/
ip/*.[ch]|ip/output.c ip/json*.c|#include <json-c|only the output uses json-c
ip/*.[ch]|-|#include <(bpf|libmnl|gelf|libelf)[/.]|ip/ uses lib/, not the libraries beneath
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

isnt "$(offences 'lib/*.c' - '#include <bpf/')" '' 'an offence would be found'

while read -r line; do
	files=${line%%|*} rest=${line#*|}
	except=${rest%%|*} rest=${rest#*|}
	why=${rest##*|} pattern=${rest%|*}
	is "$(offences "$files" "$except" "$pattern")" '' "$why"
done < <(rules)

for file in lib/*.c ip/*.[ch] include/*.h bpf/* testsuite/{unit,fuzz,vm/helpers}/*.c; do
	head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
		echo "$file"
done > "$tap_tmp/unlicensed"
is "$(< "$tap_tmp/unlicensed")" '' 'every source file names its licence'

done_testing
