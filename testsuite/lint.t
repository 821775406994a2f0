#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What tools find in the sources without running them; doc.t checks the man pages.
# `make lint` runs both, and layers.t. A tool that is missing is skipped.

. testsuite/lib/tap.sh

[[ -e obj/config.h ]] || bail_out 'configure first'
# Files of the project: those that git knows, or of an unpacked archive.
mapfile -t files < <(git ls-files 2> /dev/null | grep . || find . -type f ! -path './obj/*' -printf '%P\n')
mapfile -t scripts < <(grep -lIE '^#!/bin/(ba)?sh|^# shellcheck shell=' "${files[@]}" 2> /dev/null)

# c_files PATTERN...: of the files, those in these directories.
c_files() {
	printf '%s\n' "${files[@]}" | grep -E "^($1)/.*\.[ch]\$"
}

# finds_nothing NAME TOOL COMMAND...: the tool prints nothing.
finds_nothing() {
	local name=$1 tool=$2

	shift 2
	if type -P "$tool" > /dev/null; then
		is "$("$@" 2>&1)" '' "$name"
	else
		skip "no $tool" "$name"
	fi
}

# Each file alone: what it takes from the one that it sources is not known.
check_shell() {
	printf '%s\0' "${scripts[@]}" |
		xargs -0 -n 20 -P 2 shellcheck -S warning -e SC1091,SC2154,SC2034 -f gcc
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

finds_nothing 'shellcheck' shellcheck check_shell
finds_nothing 'cppcheck' cppcheck check_c
finds_nothing 'codespell' codespell check_spelling
# Another version lays out some lines in another way.
if [[ $(clang-format --version 2> /dev/null) == *' 14.'* ]]; then
	finds_nothing 'clang-format' clang-format check_format
else
	skip 'no clang-format 14' 'clang-format'
fi
if type -P reuse > /dev/null && [[ -e .git ]]; then
	ok 'reuse: each file names its licence and its owner' reuse lint
else
	skip 'no reuse, or no repository' 'reuse: each file names its licence and its owner'
fi
if type -P rpmlint > /dev/null; then
	ok 'rpmlint takes the spec file' rpmlint -c rpm/rpmlint.toml rpm/ip-xdp-multi.spec
else
	skip 'no rpmlint' 'rpmlint takes the spec file'
fi

done_testing
