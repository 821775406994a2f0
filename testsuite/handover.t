#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every command line that is not ours reaches the system's ip untouched.
#
# Our ip is built with a stand-in for the system's ip that records its arguments, and a
# stand-in for xdp_multi() that prints its words, so it needs neither privileges nor the
# rest of the project. The last part compares it with the real system's ip.
# CC, CFLAGS and CPPFLAGS are honoured.

cd "$(dirname "$0")/.." || exit 1
top=$PWD
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/ours" "$tmp/system" "$tmp/real" "$tmp/work"
export RECORD=$tmp/record

count=0
failed=0

ok() { # STATUS NAME
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=1
	fi
}

skip() { # NAME REASON
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# The differences as diagnostics.
is() { # GOT EXPECTED NAME
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		diff <(printf '%s\n' "$2") <(printf '%s\n' "$1") | sed 's/^/#   /'
	fi
}

### The stand-ins

cat > "$tmp/system.c" <<'EOF'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void record(const char *what, char **strings)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s.%s", getenv("RECORD"), what);
	out = fopen(path, "w");
	if (!out)
		exit(99);
	for (; *strings; strings++)
		fwrite(*strings, 1, strlen(*strings) + 1, out);
	fclose(out);
}

static void linger(void)
{
	if (fork())
		return;
	close(0);
	close(1);
	sleep(1);
	write(2, "late\n", 5);
	write(2, "later\n", 6);
	record("lingered", environ);
	_exit(0);
}

static int command(const char *line, unsigned int number, const char *name, int force)
{
	const char *word = line;

	printf("system: %s", line);
	fflush(stdout);
	word += strspn(word, " \t\n");
	if (!strncmp(word, "exit ", 5))
		exit(atoi(word + 5));
	if (!strncmp(word, "kill ", 5))
		raise(atoi(word + 5));
	if (!strncmp(word, "linger", 6))
		linger();
	if (!strncmp(word, "noise", 5))
		fputs("Command failed -:x\nCommand failed\nno newline: Command failed -:7\n"
		      "Command fai", stderr);
	if (strncmp(word, "fail", 4))
		return 0;
	fprintf(stderr, "no good\nCommand failed %s:%u\n", name, number);
	if (!force)
		exit(1);
	return 1;
}

static int batch(const char *name, int force)
{
	char *line = NULL;
	size_t size = 0;
	unsigned int number = 0;
	int status = 0;

	if (strcmp(name, "-") && !freopen(name, "r", stdin))
		return 98;
	while (getline(&line, &size, stdin) >= 0)
		status |= command(line, ++number, name, force);
	free(line);
	return status;
}

int main(int argc, char **argv)
{
	const char *file = NULL;
	int i, force = 0;

	record("argv", argv);
	record("env", environ);
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-batch") || !strcmp(argv[i], "-b"))
			file = argv[i + 1];
		force |= !strcmp(argv[i], "-force");
	}
	if (file)
		return batch(file, force);
	if (argc == 3 && !strcmp(argv[1], "exit"))
		return atoi(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "kill"))
		raise(atoi(argv[2]));
	if (argc == 2 && !strcmp(argv[1], "cat"))
		for (i = getchar(); i != EOF; i = getchar())
			putchar(i);
	return 0;
}
EOF

cat > "$tmp/xdp_multi.c" <<'EOF'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "options.h"
#include "xdp_multi.h"

int xdp_multi(const struct options *opts, int argc, char **argv)
{
	int i;

	if (argc == 1 && !strcmp(argv[0], "help")) {
		fprintf(stderr, "Usage: ours\n");
		return 0;
	}
	printf("ours%s%s:", opts->json ? " json" : "", opts->netns ? opts->netns : "");
	for (i = 0; i < argc; i++)
		printf(" [%s]", argv[i]);
	putchar('\n');
	return argc == 2 && !strcmp(argv[0], "status") ? atoi(argv[1]) : 0;
}
EOF

build() { # DIRECTORY SYSTEM_IP
	cat > "$tmp/config.h" <<-EOF
		#define SYSTEM_IP "$2"
		#define SYSTEM_IP_PLACES "$tmp/place1/ip", "$tmp/place2/ip", "$tmp/place3/ip", \\
			"$tmp/place4/ip"
		#define VERSION "1.2.3"
	EOF
	${CC:-cc} -std=gnu11 -D_GNU_SOURCE $CFLAGS -iquote "$tmp" -iquote ip -iquote lib -iquote include $CPPFLAGS \
		-o "$1/ip" ip/ip.c ip/options.c ip/passthru.c ip/passthru_stderr.c ip/system_ip.c ip/batch.c \
		ip/batch_line.c ip/message.c ip/own_words.c lib/model/text.c "$tmp/xdp_multi.c" &&
	ln -s ip "$1/ip-xdp-multi" && ln -s ip "$1/iplink"
}

if ! ${CC:-cc} -D_GNU_SOURCE -w -o "$tmp/system/ip" "$tmp/system.c" ||
   ! build "$tmp/ours" "$tmp/system/ip"; then
	echo "Bail out! cannot compile"
	exit 1
fi
ours=$tmp/ours/ip
cd "$tmp/work" || exit 1

### Byte for byte

recorded() { # what was recorded equals these words
	printf '%s\0' "$@" | cmp -s - "$RECORD.argv"
}

hands_over() { # WORDS...
	local name

	rm -f "$RECORD".*
	name=$(printf ' %.60q' "${@:1:12}")
	"$ours" "$@" < /dev/null > out 2> err
	[ $? -eq 0 ] && [ ! -s out ] && [ ! -s err ] && recorded "$ours" "$@"
	ok $? "hands over:${name:0:100}"
}

keeps() { # EXPECTED-STDOUT WORDS...
	local expected=$1 name

	shift
	name=$(printf ' %q' "$@")
	rm -f "$RECORD".*
	got=$("$ours" "$@" < /dev/null 2> err)
	[ $? -eq 0 ] && [ "$got" = "$expected" ] && [ ! -s err ] && [ ! -e "$RECORD.argv" ]
	ok $? "ours:${name:0:100}"
}

long=$(printf '%0100000d' 0)
mapfile -t many < <(seq 3000)

hands_over
hands_over ''
hands_over '' ''
hands_over ' '
hands_over $'\n'
hands_over link show dev lo
hands_over l
hands_over link xd
hands_over link xdp ''
hands_over link xdp mul
hands_over link xdp 'multi '
hands_over link xdp $'multi\n' show
hands_over link 'xdp multi'
hands_over 'link xdp multi'
hands_over '' xdp multi
hands_over link x multi
hands_over linkx xdp multi
hands_over link set dev lo xdp off
hands_over link set dev lo xdp object 'a file.o' section ''
hands_over link -j xdp multi
hands_over xdp multi
hands_over addr show
hands_over addr add 192.0.2.1/24 dev 'näme' label $'\xff\xfe'
hands_over link show $'\x80'
hands_over link show '☃ snow'
hands_over link show $'tab\there' $'line\nbreak' $'\r' $'\e[31m'
hands_over link show '\' "'" '"' '$HOME' '*' '`x`' ';' '&'
hands_over link add name "$long"
hands_over "$long"
hands_over addr "${many[@]}"
hands_over link xdp mult "${many[@]}"
hands_over help
hands_over -V
hands_over -Version link xdp multi
hands_over -V link xdp multi
hands_over -help
hands_over -he link xdp multi
hands_over --help link xdp multi
hands_over -v link xdp multi
hands_over -e link xdp multi
hands_over -x link xdp multi
hands_over -jsonx link xdp multi
hands_over -ss link xdp multi
hands_over ---j link xdp multi
hands_over -c=bright link xdp multi
hands_over -c= addr
hands_over -n
hands_over -n link xdp multi
hands_over -n '' addr
hands_over -n 'a b' -j -p -d -s -o -br -h -iec -t -N -a -r -echo -fo -c=auto -4 addr
hands_over -f link xdp multi
hands_over -f help link xdp multi
hands_over -family $'\xff' link xdp multi
hands_over -l link xdp multi
hands_over -rc many link xdp multi
hands_over -rc 99999999999999999999 link xdp multi
hands_over -b
hands_over -force -batch
hands_over -- addr
hands_over -- -- link xdp multi
hands_over -- -j link xdp multi
hands_over -
hands_over - -
hands_over -- ''
hands_over -j '' link xdp multi
hands_over netns exec 'a b' sh -c 'ip link xdp multi'

keeps 'ours:' link xdp multi
keeps 'ours: [show] [dev] [lo]' l xdp multi show dev lo
keeps 'ours: [] [a b] [-j]' lin xdp multi '' 'a b' -j
keeps 'ours json: [show]' -j link xdp multi show
keeps 'ours jsonA: [show]' --json -n A -l 3 -f inet -rc 7 -- li xdp multi show
keeps $'ours: [\xff]' -h -hu -s -d -echo -0 -c=never link xdp multi $'\xff'
"$ours" link xdp multi help > out 2> err
is "$?,$(cat out),$(cat err)" "0,,Usage: ours" "help: usage on stderr, status 0"
for words in 'link xdp' 'l xdp help' '-j link xdp'; do
	rm -f "$RECORD".*
	# shellcheck disable=SC2086
	"$ours" $words > out 2> err
	is "$?,$(cat out),$(cat err),$(ls "$RECORD".* 2> /dev/null)" '0,,Usage: ours,' "our help: $words"
done
rm -f "$RECORD".*
"$ours" -4 link help > out 2> err
is "$?,$(cat out),$(cat err)" '0,,       ip link xdp multi { COMMAND | help }' \
	"link help: a line of ours after the system's"
recorded "$ours" -4 link help
ok $? "the system's ip gets it"
"$ours" link xdp multi status 3 > out
is "$?" 3 "our exit status"
"$ours" link xdp multi show 2> err > /dev/full
is "$?,$(cat err)" "1,Cannot write to standard output: No space left on device" \
	"a write error is status 1"
"$ours" link xdp multi status 2 2> err > /dev/full
is "$?" 2 "a write error hides no worse status"

### Names

(exec -a iplink "$ours" show dev lo)
recorded iplink show dev lo
ok $? "argv[0] iplink is kept and the system's"
"$tmp/ours/iplink" xdp multi
recorded "$tmp/ours/iplink" xdp multi
ok $? "a symlink called iplink too"
(exec -a '' "$ours" addr)
recorded '' addr
ok $? "an empty argv[0] is kept"
(exec -a $'a/\xff' "$ours" addr)
recorded $'a/\xff' addr
ok $? "an odd argv[0] is kept"

own=$tmp/ours/ip-xdp-multi
rm -f "$RECORD".*
is "$("$own" -V)" "ip-xdp-multi utility, 1.2.3" "ip-xdp-multi -V"
is "$("$own" -j -n NS show)" "ours jsonNS: [show]" "ip-xdp-multi -j -n NS show"
is "$("$own")" "ours:" "ip-xdp-multi without words"
is "$("$own" -help 2>&1),$?" "Usage: ours,0" "ip-xdp-multi -help"
is "$("$own" -x 2>&1),$?" 'Option "-x" is unknown, try "ip-xdp-multi -help".,255' \
	"ip-xdp-multi -x"
is "$("$own" -n 2>&1),$?" 'Command line is not complete: "-n" needs a value. Try option "help",255' \
	"ip-xdp-multi -n"
is "$("$own" -f x 2>&1),$?" 'Error: argument "x" is wrong: Invalid "-f" value,255' \
	"ip-xdp-multi -f x"
is "$(printf 'show\n\nlink xdp multi check\naddr\n' | "$own" -b - 2>&1),$?" \
	$'ours: [show]\nours: [check]\nours: [addr],0' "ip-xdp-multi -batch: every line is ours"
is "$("$own" -b nofile 2>&1),$?" \
	'Cannot open file "nofile" for reading: No such file or directory,1' \
	"ip-xdp-multi -batch nofile"
is "$("$own" -b . 2>&1),$?" 'Cannot read ".": Is a directory,1' "ip-xdp-multi -batch DIRECTORY"
is "$("$own" -b /dev/zero 2>&1),$?" 'Cannot read "/dev/zero": File too large,1' \
	"ip-xdp-multi -batch of a line without end"
red=$(printf '\033[31m\nx')
is "$("$own" "-$red" 2>&1),$?" 'Option "-\x1b[31m\x0ax" is unknown, try "ip-xdp-multi -help".,255' \
	"an option that could steer the terminal"
is "$("$own" -f "$red" 2>&1),$?" \
	'Error: argument "\x1b[31m\x0ax" is wrong: Invalid "-f" value,255' "a value"
is "$("$own" -b "$red" 2>&1),$?" \
	'Cannot open file "\x1b[31m\x0ax" for reading: No such file or directory,1' "a batch"
printf 'status 2\n' > "$tmp/$red"
is "$(cd "$tmp" && "$own" -b "$red" 2>&1 | tail -n 1)" \
	'Command failed \x1b[31m\x0ax:1' "a line of it"
[ ! -e "$RECORD.argv" ]
ok $? "ip-xdp-multi never runs the system's ip"

### The rest of the process

env -i "RECORD=$RECORD" EMPTY= A=1 $'B=x\ny' $'C=\xff' "$ours" addr
printf '%s\0' "RECORD=$RECORD" EMPTY= A=1 $'B=x\ny' $'C=\xff' | cmp -s - "$RECORD.env"
ok $? "the environment, byte for byte"
head -c 1000000 /dev/urandom > random
"$ours" cat < random | cmp -s - random
ok $? "stdin and stdout, a megabyte of anything"
for status in 1 2 22 254 255; do
	"$ours" exit $status
	is $? $status "exit status $status"
done
for signal in 1 6 9 13 15; do
	{ (ulimit -c 0; exec "$ours" kill $signal); } 2> /dev/null
	is $? $((128 + signal)) "signal $signal"
done
(trap '' PIPE; "$ours" kill 13)
is $? 0 "an ignored SIGPIPE stays ignored"
"$ours" addr <&- >&- 2>&-
is $? 0 "with stdin, stdout and stderr closed"

### Where the system's ip is

none=", and no iproute2 is in the system's directories"
mv "$tmp/system/ip" "$tmp/system/kept"
missing="Cannot run the system's ip \"$tmp/system/ip\": No such file or directory$none"
is "$("$ours" addr 2>&1),$?" "$missing,1" "no system ip"
is "$("$ours" link xdp multi show)" "ours: [show]" "no system ip: ours runs"
is "$(printf 'link xdp multi a\naddr\nlink xdp multi b\n' | "$ours" -b - 2>&1),$?" \
	"ours: [a]
$missing
Command failed -:2,1" "no system ip, in a batch"
: > "$tmp/system/ip"
is "$("$ours" addr 2>&1),$?" \
	"Cannot run the system's ip \"$tmp/system/ip\": Permission denied$none,1" \
	"the system's ip is not executable"
ourselves="Cannot run the system's ip \"$tmp/system/ip\": it is this program itself$none"
for how in "ln -sf" "ln -f" "cp --remove-destination" "cp --remove-destination --no-preserve=all"; do
	$how "$ours" "$tmp/system/ip"
	chmod 755 "$tmp/system/ip"
	is "$(timeout 120 "$ours" addr 2>&1),$?" "$ourselves,1" "the system's ip is ourselves ($how)"
done
ln -sf ../ours/iplink "$tmp/system/ip"
is "$(timeout 120 "$ours" addr 2>&1),$?" "$ourselves,1" "through two symlinks"
is "$(printf 'addr\nlink xdp multi b\n' | timeout 120 "$ours" -b - 2>&1),$?" \
	"$ourselves
Command failed -:1,1" "the system's ip is ourselves, in a batch"

# The other places are searched for an iproute2, else for a busybox.
stand_in() { # PLACE TEXT: a program that says where it is, with such a text in it
	mkdir -p "$tmp/place$1"
	printf '#!/bin/sh\n# %s\necho "place %s: $*"\n' "$2" "$1" > "$tmp/place$1/ip"
	chmod 755 "$tmp/place$1/ip"
}

mkdir "$tmp/place1"
ln -s "$ours" "$tmp/place1/ip"
stand_in 2 'some other program'
is "$(timeout 120 "$ours" addr 2>&1),$?" "$ourselves,1" "what is neither iproute2 nor busybox is not run"
stand_in 3 'BusyBox v1.35.0'
for gone in '' "$tmp/system/ip"; do
	[ -z "$gone" ] || rm "$gone"
	is "$(timeout 120 "$ours" addr 2>&1),$?" "place 3: addr,0" "busybox is run where there is no iproute2"
done
stand_in 4 'ip utility, iproute2-6.1.0'
is "$(timeout 120 "$ours" -j addr 2>&1),$?" "place 4: -j addr,0" "the first iproute2 is run"
is "$(printf 'addr\nlink xdp multi b\n' | timeout 120 "$ours" -b - 2>&1),$?" \
	$'place 4: -batch -\nours: [b],0' "also for a batch"
chmod -x "$tmp/place4/ip"
is "$(timeout 120 "$ours" addr 2>&1),$?" "place 3: addr,0" "if it can be executed"
rm -r "$tmp"/place[1-4]
mv "$tmp/system/kept" "$tmp/system/ip"

### Batch

# The batch is on stdin. The two outputs are compared apart: the error output of the
# system's ip passes through us, and so may come a little after its other output.
batch() { # NAME STATUS STDOUT STDERR OPTIONS...
	local name=$1 status=$2 out=$3 err=$4 got

	shift 4
	cat > rules
	timeout 120 "$ours" "$@" -batch rules < /dev/null > out 2> err
	got=$?
	is "$got,$(cat out),$(cat err)" "$status,$out,$err" "batch: $name"
	timeout 120 "$ours" "$@" -batch - < <(cat rules) > out 2> err
	got=$?
	is "$got,$(cat out),$(cat err)" "$status,$out,${err//failed rules:/failed -:}" \
		"batch from a pipe: $name"
}

printf 'addr\nlink\n' > foreign
"$ours" -j -b foreign -force > out
is "$?,$(cat out)" $'0,system: addr\nsystem: link' "batch: all foreign"
recorded "$ours" -j -b foreign -force
ok $? "batch: all foreign is handed over as a whole"
"$ours" -b nofile 2> err
recorded "$ours" -b nofile
ok $? "batch: so is a file that is not there"
"$ours" -b . 2> err
recorded "$ours" -b .
ok $? "batch: and a directory"
(read -r _; "$ours" -b -) < <(printf 'skipped\naddr\n') > out
is "$(cat out)" "system: addr" "batch: from where a pipe stands"
(read -r _; "$ours" -b -) < foreign > out
is "$(cat out)" "system: link" "batch: from where a file stands"
recorded "$ours" -b -
ok $? "batch: standard input is a file: as a whole"

batch empty 0 "" "" < /dev/null
batch "foreign, ours, foreign" 0 \
	$'system: a\nsystem: b\nours: [x]\nsystem: c\nours: [y]\nours: [z]\nsystem: d' "" <<-'EOF'
	a
	b
	link xdp multi x
	c
	l xdp multi y
	li	xdp  multi 	z
	d
EOF
batch "comments, blank lines, no last newline" 0 \
	$'ours: [x]\nsystem: a # b\nsystem: \nsystem: # c\nsystem: d\nours: [y]' "" \
	< <(printf '%s\n' '# first' '' ' ' 'link xdp multi x # more' 'a # b' '' '# c' 'd' &&
	    printf 'link xdp multi y')
batch "words" 0 "ours: [a b] [c'd] [\"] [] [x] [y'z] ['] [\\w]" "" <<-'EOF'
	link xdp multi 'a b' "c'd" '"' "" 'x'"y'z" "'" \w
EOF
batch "quoted keywords" 0 "ours: [show]" "" <<< "'link' \"xdp\" 'multi' show"
batch "invalid bytes" 0 $'ours: [\xff]\nsystem: \xfe' "" <<< $'link xdp multi \xff\n\xfe'
batch "carriage returns" 0 "ours: [show]" "" <<< $'link xdp multi show\r'
batch "continuation" 0 $'ours: [a] [b]\nours: [cd]\nsystem: x \\\nsystem:  y' "" <<-'EOF'
	link \
	xdp multi a \
	b
	link xdp multi c\
	d
	x \
	 y
EOF
batch "two backslashes continue twice" 0 "ours: [ab]" "" < <(
	printf '%s\n' 'link xdp multi a\\' '' b)
batch "a comment ends a continuation" 0 $'ours: [a]\nsystem: b' "" <<-'EOF'
	link xdp multi a # c \
	b
EOF
batch "a comment in a quote" 1 "" $'Unterminated quoted string\nCommand failed rules:1' \
	<<< "link xdp multi 'a#b'"
batch "missing continuation" 1 "ours: [a]" $'Missing continuation line\nCommand failed rules:2' \
	< <(printf 'link xdp multi a\nlink xdp multi b \\\n')
batch "no options in a line" 0 $'ours: [a]\nsystem: -j link xdp multi b' "" <<-'EOF'
	link xdp multi a
	-j link xdp multi b
EOF
words=$(seq 508 | tr '\n' ' ')
batch "511 words" 0 "ours:$(seq 508 | sed 's/.*/ [&]/' | tr -d '\n')" "" \
	<<< "link xdp multi $words"
batch "512 words" 1 "" $'Too many arguments to command\nCommand failed rules:1' \
	<<< "link xdp multi $words x"
batch "a long line" 0 "ours: [$long]" "" <<< "link xdp multi $long"
batch "NUL ends a line" 0 "ours: [a]" "" < <(printf 'link xdp multi a\0 b \\\n')

batch "our line fails" 1 $'system: a\nsystem: \nours: [status] [2]' \
	"Command failed rules:4" <<-'EOF'
	a

	link xdp multi \
	status 2
	b
EOF
batch "our line fails, -force" 1 $'ours: [status] [255]\nsystem: b' \
	"Command failed rules:1" -force <<-'EOF'
	link xdp multi status 255
	b
EOF
batch "their line fails" 1 $'ours: [a]\nsystem: b\nsystem: # c\nsystem: fail' \
	$'no good\nCommand failed rules:5' <<-'EOF'
	# one
	link xdp multi a
	b
	# c
	fail
	d
	link xdp multi e
EOF
batch "their lines fail, -force" 1 \
	$'ours: [a]\nsystem: fail\nsystem: b\nsystem: fail\nours: [c]\nsystem: fail' \
	"no good
Command failed rules:2
no good
Command failed rules:4
no good
Command failed rules:6" -force <<-'EOF'
	link xdp multi a
	fail
	b
	fail
	link xdp multi c
	fail
EOF
batch "they leave by exit" 255 $'ours: [a]\nsystem: exit 255' "Command failed rules:2" <<-'EOF'
	link xdp multi a
	exit 255
	link xdp multi c
EOF
batch "they leave in a run of lines" 255 $'ours: [a]\nsystem: b\nsystem: exit 255' \
	"Command failed rules:2-3" <<-'EOF'
	link xdp multi a
	b
	exit 255
	link xdp multi c
EOF
batch "they leave by exit, -force" 255 $'ours: [a]\nsystem: exit 255' \
	"Command failed rules:2" -force <<-'EOF'
	link xdp multi a
	exit 255
	link xdp multi c
EOF
batch "they leave by a signal" 143 $'ours: [a]\nsystem: kill 15' "Command failed rules:2" <<-'EOF'
	link xdp multi a
	kill 15
	link xdp multi c
EOF
batch "a quote of theirs is open" 1 $'ours: [a]\nsystem: b\nours: [c]' \
	$'Unterminated quoted string\nCommand failed rules:3' -force <<-'EOF'
	link xdp multi a
	b
	'd
	link xdp multi c
EOF
batch "other error output is kept" 0 $'ours: [a]\nsystem: noise\nours: [b]' \
	"Command failed -:x
Command failed
no newline: Command failed -:7
Command fai" <<-'EOF'
	link xdp multi a
	noise
	link xdp multi b
EOF
batch "more than a pipe holds" 0 "$(for i in 1 2; do
	seq 5000 | sed 's/.*/system: & xxxxxxxxxxxxxxxxxxxxxx/'
	echo "ours: [$i]"
done)" "" < <(for i in 1 2; do
	seq 5000 | sed 's/.*/& xxxxxxxxxxxxxxxxxxxxxx/'
	echo "link xdp multi $i"
done)
batch "more errors than a pipe holds" 1 "$(yes 'system: fail' | head -n 5000)
ours: [a]" "$(seq 5000 | sed 's/.*/no good\nCommand failed rules:&/')" -force \
	< <(yes fail | head -n 5000; echo link xdp multi a)

printf 'link xdp multi a\nb\n' > mixed
"$ours" -j -b other -n 'N S' -ba mixed -- junk > out
is "$(cat out)" $'ours jsonN S: [a]\nsystem: b' "batch: options apply to our lines"
recorded "$ours" -j -n 'N S' -batch -
ok $? "batch: and to theirs"
(trap '' CHLD; printf 'link xdp multi a\nfail\n' | "$ours" -b - > /dev/null 2>&1)
is $? 1 "batch: with SIGCHLD ignored"
printf 'link xdp multi a\nfail\n' > mixed
"$ours" -b mixed <&- >&- 2>&-
is $? 1 "batch: with stdin, stdout and stderr closed"
printf 'link xdp multi a\nlinger\nlink xdp multi b\n' > mixed
rm -f "$RECORD.lingered"
"$ours" -b mixed > out 2> err
is "$?,$(cat out)" $'0,ours: [a]\nsystem: linger\nours: [b]' "batch: a process left in the background"
for _ in $(seq 1200); do
	[ -e "$RECORD.lingered" ] && [ "$(wc -l < err)" -eq 2 ] && break
	sleep 0.1
done
is "$(cat err; ls "$RECORD.lingered")" $'late\nlater\n'"$RECORD.lingered" \
	"batch: it can go on writing errors"

# Copies of the two ends: bash takes its own away when the process has ended.
coproc "$ours" -b - 2>&1
pid=$COPROC_PID
exec {from}<&"${COPROC[0]}" {to}>&"${COPROC[1]}"
echo "first" >&"$to"
read -r -t 120 line <&"$from"
is "$line" "system: first" "batch: a foreign line runs when it arrives"
echo "link xdp multi second" >&"$to"
read -r -t 120 line <&"$from"
is "$line" "ours: [second]" "batch: and one of ours"
echo "fail" >&"$to"
line=
for _ in 1 2 3; do
	read -r -t 120 text <&"$from"
	[[ $text == Command* ]] && line=$text
done
is "$line" "Command failed -:3" "batch: a failure shows when it happens"
wait "$pid"
is "$?" 1 "batch: and ends it, with more input possible"
exec {from}<&- {to}>&-

### The system's own ip

system=$(sed -n 's/^#define SYSTEM_IP "\(.*\)"$/\1/p' "$top/obj/config.h" 2> /dev/null)
for candidate in /usr/sbin/ip /sbin/ip /usr/bin/ip /bin/ip; do
	[ -x "${system:-/nowhere}" ] || system=$candidate
done
can_compare=false
if [ -x "$system" ] && (cd "$top" && build "$tmp/real" "$system"); then
	can_compare=true
fi

same() { # WORDS...
	local name expected got

	name=$(printf ' %q' "$@")
	if ! $can_compare; then
		skip "as the system's:$name" "no system ip"
		return
	fi
	"$system" "$@" < rules > out1 2> err1
	expected=$?
	"$tmp/real/ip" "$@" < rules > out2 2> err2
	got=$?
	[ $expected -eq $got ] && cmp -s out1 out2 && cmp -s err1 err2
	ok $? "as the system's:$name"
}

printf 'link show lo\n\naddr show \\\ndev nosuchdev\nlink show lo\n' > rules
same
same link show lo
same -j addr
same -j -p -d link show lo
same -br -c=always addr show lo
same -V
same -help
same help
same link xd
same link xdp mult
same nosuchobject
same -nosuchoption
same --nosuchoption=x link xdp multi
same -rc x link xdp multi
same -f x link xdp multi
same -n nosuchnetns link show lo
same link show nosuchdev
same -b
same -b nofile
same -b rules
same -force -b rules
same -j -force -batch -
printf 'addr show lo junk\nlink show lo\n' > rules
same -force -b rules
printf "link show 'lo\nlink show lo\n" > rules
same -force -b rules

if $can_compare; then
	# Which spellings are options, and which of them take the next word.
	different=
	for word in loops family human-readable iec statistics stats details resolve \
	            oneline timestamp tshort force brief json pretty rcvbuf color=auto \
	            color=x color=never Numeric all echo 4 6 0 B M I D colour =never; do
		for ((length = 0; length <= ${#word}; length++)); do
			option=-${word:0:length}
			theirs=$("$system" "$option" -V 2>&1 | head -n 1)
			mine=$("$tmp/real/ip" "$option" link xdp multi 2>&1 | head -n 1)
			case "$theirs/$mine" in
			"ip utility"*/ours*) ;;
			Option*/"$theirs") ;;
			*/Command*|*/Object*|*/Cannot*|*/Error*|*/Invalid*)
				# It took "link" or "-V" for its value.
				"$tmp/real/ip" "$option" 5 link xdp multi 2>&1 |
					grep -q -e ^ours -e ^Error -e '^Cannot open file' ||
					different+=" $option" ;;
			*) different+=" $option" ;;
			esac
		done
	done
	is "$different" "" "the spellings of all options, as the system's"
	printf 'link show lo\nlink xdp multi a\n# c\nlink show nosuchdev\nlink show lo\n' > rules
	"$tmp/real/ip" -br -force -b rules > out 2> err
	is "$?,$(cat out),$(cat err)" "1,$("$system" -br link show lo)
ours: [a]
$("$system" -br link show lo),$("$system" link show nosuchdev 2>&1)
Command failed rules:4" "a mixed batch with the system's ip"
else
	skip "the spellings of all options" "no system ip"
	skip "a mixed batch with the system's ip" "no system ip"
fi

### The program itself

program=${IP:-$top/ip/ip}
if $can_compare && [ -x "$program" ]; then
	ln -s "$program" "$tmp/ip-xdp-multi"
	is "$("$program" -V 2>&1)" "$("$system" -V)" "the program: ip -V is the system's"
	"$program" link xdp multi help > out 2> err
	is "$?,$(cat out),$(head -c 6 err)" "0,,Usage:" "the program: ip link xdp multi help"
	"$tmp/ip-xdp-multi" -V > out
	grep -q '^ip-xdp-multi utility, [0-9]' out
	ok $? "the program: ip-xdp-multi -V"
else
	skip "the program: ip -V is the system's" "not built"
	skip "the program: ip link xdp multi help" "not built"
	skip "the program: ip-xdp-multi -V" "not built"
fi

echo "1..$count"
exit $failed
