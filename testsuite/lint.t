#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Static checks of the sources with various tools; doc.t checks the man pages. `make lint`
# runs both, and layers.t. A missing tool is skipped.

. testsuite/lib/tap.sh

[[ -e obj/config.h ]] || bail_out 'configure first'
# Files of the project: those that git knows, or of an unpacked archive.
mapfile -t files < <(git ls-files 2> /dev/null | grep . || find . -type f ! -path './obj/*' -printf '%P\n')
mapfile -t scripts < <(grep -lIE '^#!/bin/(ba)?sh|^# shellcheck shell=' "${files[@]}" 2> /dev/null)

# c_files PATTERN...: of the files, those in these directories.
c_files() {
	printf '%s\n' "${files[@]}" | grep -E "^($1)/.*\.[ch]\$"
}

# start TOOL COMMAND...: all tools run side by side.
start() {
	if type -P "$1" > /dev/null; then
		{ "${@:2}" || echo "status $?"; } > "$tap_tmp/$1" 2>&1 &
	fi
}

# finds_nothing TOOL: it has printed nothing, and its status was 0.
finds_nothing() {
	if [[ -e $tap_tmp/$1 ]]; then
		is "$(< "$tap_tmp/$1")" '' "$1"
	else
		skip "no $1" "$1"
	fi
}

# Each file alone: what it takes from the one that it sources is not known.
check_shell() {
	printf '%s\0' "${scripts[@]}" |
		xargs -0 -n 10 -P 2 shellcheck -S warning -e SC1091,SC2154,SC2034 -f gcc
}

# It does not know these macros of libbpf and libmnl.
check_c() {
	cppcheck -q -j 2 --std=c11 --inline-suppr --suppressions-list=testsuite/cppcheck.txt \
		--enable=warning,performance,portability --template='{file}:{line}: {message} [{id}]' \
		-Ilib -Iinclude -Iobj --include=testsuite/cppcheck.h \
		lib ip cni oci include bpf/sampler.c
}

# Tests misspell words on purpose.
check_spelling() {
	printf '%s\n' "${files[@]}" | grep -v '^testsuite/' | xargs -d '\n' codespell -L te,bu
}

check_format() {
	c_files 'lib|ip|cni|oci|include|bpf|testsuite' | xargs -d '\n' clang-format --dry-run -Werror
}

# It always prints how many files it has seen.
check_spec() {
	local output

	output=$(rpmlint -c rpm/rpmlint.toml rpm/ip-xdp-multi.spec 2>&1) || echo "$output"
}

yaml_rules='{ extends: default, rules: { line-length: { max: 110 }, document-start: disable } }'

start shellcheck check_shell
start cppcheck check_c
start codespell check_spelling
# Another version lays out some lines in another way.
[[ $(clang-format --version 2> /dev/null) != *' 14.'* ]] || start clang-format check_format
# Each file names its licence and its owner. An archive has no list of files.
[[ ! -e .git ]] || start reuse reuse lint -q
start rpmlint check_spec
start yamllint yamllint -s -d "$yaml_rules" examples
wait
for tool in shellcheck cppcheck codespell clang-format reuse rpmlint yamllint; do
	finds_nothing "$tool"
done

done_testing
