#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The man pages, the help, the completion and README match the program.

. testsuite/lib/tap.sh

page=obj/man/man8/ip-link-xdp-multi.8
[[ -x ip/ip && -e $page ]] || bail_out 'build first'
# A device of this name cannot exist, so that a complete command does nothing.
no_device=no-such-interface

multi() {
	ip/ip link xdp multi "$@" 2>&1
}

# table NAME: the rows of a table of the parser.
table() {
	sed -n "/ $1\[\] = {/,/^};/p" ip/parse.c lib/syntax/grammar.c
}

first_strings() {
	grep -oE '\{ "[^"]+"' | tr -d '{ "'
}

# first_words TABLE: the first strings in each row, and synonyms.
first_words() {
	table "$1" | grep -oE '\{ "[^"]+"(, "[^"]+")?' | tr -d '{ "' | tr ',' '\n'
}

# The parser's verbs; those that mean the same as an earlier one (list apart,
# which is as good as show) are not in the help.
verbs() {
	table verbs | grep -oE '"[^"]+", VERB_[A-Z]+' | tr -d '",'
}

main_verbs() {
	verbs | awk '!seen[$2]++ || $1 == "list" { print $1 }'
}

keywords() {
	table keywords | first_strings
}

# Those that are only for the lines of a chain file, and of the policy.
file_keywords() {
	table keywords | grep -E '(NULL|"), LINE_(ENTRY|CHAIN),' | first_strings
}

policy_keywords() {
	table keywords | grep -E '(NULL|"), LINE_POLICY,' | first_strings
}

# Is the word a keyword after the verb? The program is asked. Where a name may
# stand bare one is given, so that another word is too many.
takes() {
	local verb=$1 word=$2
	local -a start=(dev "$no_device") end=()

	[[ $verb != del && $verb != change ]] || start+=(name x)
	# It takes no device, and with all its words it would run.
	[[ $verb != clean ]] || start=(dry-run)
	# It would wait for the device.
	[[ $verb != monitor ]] || end=(help help)
	[[ $(multi "$verb" "${start[@]}" "$word" "${end[@]}") != *'is garbage here'* ]]
}

# all_in WORDS TEXT NAME: each is a word of the text.
all_in() {
	local word missing=''

	for word in $1; do
		grep -qE "(^|[^a-z-])$word([^a-z-]|\$)" <<< "$2" || missing+=" $word"
	done
	is "$missing" '' "$3"
}

# page NAME: a man page in section 5, in plain text.
page() {
	sed -E 's/\\-/-/g' "obj/man/man5/$1.5"
}

# section HEADING: that part of the man page, in plain text.
section() {
	sed -E 's/\\-/-/g; s/\\fI|\\fR|\\fB//g' "$page" | awk -v heading="$1" '
		/^\.S[HS]/ { inside = 0 }
		index($0, heading) == 1 { inside = 1 }
		inside'
}

### The man pages format

for file in obj/man/man*/*.[578]; do
	name=${file##*/}
	not_ok "$name: no placeholder is left" grep -q '@[A-Z_]*@' "$file"
	if type -P groff > /dev/null; then
		is "$(groff -man -ww -z "$file" 2>&1)" '' "$name: groff has no warning"
	else
		skip 'no groff' "$name: groff has no warning"
	fi
	if type -P mandoc > /dev/null; then
		is "$(mandoc -T lint -W warning "$file" 2>&1)" '' "$name: mandoc has no warning"
	else
		skip 'no mandoc' "$name: mandoc has no warning"
	fi
done

### The words of the parser

isnt "$(verbs)" '' 'the parser has verbs'
isnt "$(keywords)" '' 'and keywords'
run ip/ip link xdp multi help
expect 0 '' '~^Usage:' 'help prints the usage'
usage=$stderr
# shellcheck source=bash-completion/ip-xdp-multi
. bash-completion/ip-xdp-multi

all_in "$(main_verbs)" "$usage" 'every verb is in the help'
all_in "$(main_verbs)" "$_ip_xdp_multi_verbs" 'every verb is in the completion'
all_in "$(first_words verbs)" "$(section .S)" 'and in the man page, with its synonyms'
isnt "$(file_keywords)" '' 'some keywords are for chain files only'
all_in "$(keywords | grep -vxF "$(file_keywords; policy_keywords)")" "$usage" \
	'every other keyword is in the help'
all_in "$(first_words keywords | grep -vxF "$(policy_keywords)")" \
	"$(section .S; page xdp-multi.chain)" \
	'and all are in the man page, with synonyms'
all_in "$(file_keywords)" "$(page xdp-multi.chain)" \
	'those of chain files in xdp-multi.chain(5)'
all_in "$(policy_keywords)" "$(< obj/man/man5/xdp-multi.conf.5)" \
	'those of the policy in xdp-multi.conf(5)'
all_in "$(main_verbs | grep -vx help)" "$(section ".SH SYNOPSIS")" \
	'every verb is in the synopsis'

# What is written in one piece, without blanks.
in_help() {
	awk '{ sub(/^Usage:/, "      ") }
		/^       [^ ]/ { print line; line = "" }
		{ line = line $0 }
		END { print line }' <<< "$usage"
}

in_synopsis() {
	section '.SH SYNOPSIS' | sed -E 's/\\ //g; s/"//g; s/^\.[BIR]+ //' |
		awk '/^\.sp/ { print line; line = "" } !/^\./ { line = line $0 } END { print line }'
}

in_synopsis | tr -d ' ' > "$tap_tmp/synopsis"
in_help | tr -d ' ' | grep -v -e '^$' -e 'multihelp$' > "$tap_tmp/help"
while IFS= read -r line; do
	ok "the synopsis has $line" grep -qxF "$line" "$tap_tmp/synopsis"
done < "$tap_tmp/help"

for verb in $(main_verbs | grep -vx help); do
	words=$(for word in $(keywords); do
		! takes "$verb" "$word" || echo "$word"
	done | sort)
	is "$(_ip_xdp_multi_keywords "$verb" | tr ' ' '\n' | tr -d = | grep . | sort)" \
		"$words" "$verb: completion knows its keywords"
	[[ $verb != list ]] || continue
	text=$(section ".SS ip link xdp multi $verb ")
	isnt "$text" '' "$verb: the man page has a section"
	all_in "$words" "$text" "$verb: with all keywords"
done
mentioned=$(cat README.md man/man8/*.in scripts/demo-story |
	grep -oE 'link xdp multi [a-z-]+' | awk '{ print $4 }' | sort -u)
for verb in $mentioned; do
	[[ " $(first_words verbs | tr '\n' ' ') " == *" $verb "* ]]
	result $? "the documents' \"$verb\" is a verb"
done

### Exit statuses

statuses=$(sed -nE 's/^\tSTATUS_[A-Z_]+ = ([0-9]+).*/\1/p' lib/model/report.h)
isnt "$statuses" '' 'there are exit statuses'
for status in $statuses; do
	[[ $(section ".SH EXIT STATUS") == *$'\n.B '"$status"$'\n'* ]]
	result $? "exit status $status is in the man page"
done

### JSON

keys=$(tr -d '\n\t' < <(cat ip/*.c) | tr ';' '\n' |
	grep -oE '(open_json_[a-z]+|print_(flag|string|uint|u64|bool))\(&?[a-z]+,[^"]*"[a-z_]+"' |
	grep -oE '"[a-z_]+"' | tr -d '"' | sort -u)
isnt "$keys" '' 'there are keys of JSON'
all_in "$keys" "$(page xdp-multi-json)" 'each is in the man page'
all_in "$(sed -n '/ rows\[\] = {/,/};/p' ip/show_features.c | first_strings)" \
	"$(page xdp-multi-json)" 'and so is what features tells'

### README

# in_readme REGEX: what matches, each once.
in_readme() {
	grep -oE -- "$1" README.md | sort -u
}

targets=$(in_readme 'make [a-z]+' | cut -d ' ' -f 2)
isnt "$targets" '' 'README has make targets'
for target in $targets; do
	ok "make $target is a target" grep -qE "^$target:" Makefile
done
paths=$(in_readme '\]\([^)#:]+\)' | tr -d '()]')
for path in $paths; do
	ok "README's $path exists" test -e "$path"
done
options=$(in_readme 'configure --[a-z-]+' | cut -d ' ' -f 2)
for option in $options; do
	ok "configure has $option" grep -qe "$option" configure
done

done_testing
