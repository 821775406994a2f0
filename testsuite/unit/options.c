// SPDX-License-Identifier: GPL-2.0-or-later
/* Command line -> whose it is and what its options say, one row per line. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../ip/options.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_WORDS     32

struct row {
	const char *cmdline; /* words separated by blanks; "~" is an empty word */
	enum cmdline_kind kind;
	int index;
	const char *options; /* as print_options() writes them */
};

static const struct row rows[] = {
	/* whose words they are */
	{ "ip", CMDLINE_SYSTEM, 0, "" },
	{ "ip link", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xdp", CMDLINE_HELP, 1, "" },
	{ "ip link xdp help", CMDLINE_HELP, 1, "" },
	{ "ip -j l xdp help", CMDLINE_HELP, 2, "json" },
	{ "ip link help", CMDLINE_LINK_HELP, 1, "" },
	{ "ip link xdp help help", CMDLINE_SYSTEM, 0, "" },
	{ "ip link help xdp", CMDLINE_SYSTEM, 0, "" },
	{ "ip link set help", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xdp multi", CMDLINE_OURS, 4, "" },
	{ "ip link xdp multi show dev lo", CMDLINE_OURS, 4, "" },
	{ "ip l xdp multi", CMDLINE_OURS, 4, "" },
	{ "ip li xdp multi", CMDLINE_OURS, 4, "" },
	{ "ip lin xdp multi", CMDLINE_OURS, 4, "" },
	{ "ip ~ xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip links xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip LINK xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip ink xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xd multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip link x multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xdp mult", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xdp m", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xdp ~", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xdp multiple", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xdp Multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip link -j xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip link xdp multi -j", CMDLINE_OURS, 4, "" },
	{ "ip link set dev lo xdp off", CMDLINE_SYSTEM, 0, "" },
	{ "ip addr xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip help", CMDLINE_SYSTEM, 0, "" },

	/* the name */
	{ "/usr/local/sbin/ip link xdp multi", CMDLINE_OURS, 4, "" },
	{ "./ip link xdp multi", CMDLINE_OURS, 4, "" },
	{ "iplink link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "iplink xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "/sbin/iproute link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip-link link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "/ip/ link xdp multi", CMDLINE_OURS, 4, "" },
	{ "x link xdp multi", CMDLINE_OURS, 4, "" },

	/* flags */
	{ "ip -j link xdp multi", CMDLINE_OURS, 5, "json" },
	{ "ip -js -p link xdp multi", CMDLINE_OURS, 6, "json pretty" },
	{ "ip -json -pretty link xdp multi", CMDLINE_OURS, 6, "json pretty" },
	{ "ip --json --pretty link xdp multi", CMDLINE_OURS, 6, "json pretty" },
	{ "ip -jsonx link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -o link xdp multi", CMDLINE_OURS, 5, "oneline" },
	{ "ip -br link xdp multi", CMDLINE_OURS, 5, "brief" },
	{ "ip -brief link xdp multi", CMDLINE_OURS, 5, "brief" },
	{ "ip -brid link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -s link xdp multi", CMDLINE_OURS, 5, "stats=1" },
	{ "ip -s -s link xdp multi", CMDLINE_OURS, 6, "stats=2" },
	{ "ip -ss link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -stats -statistics -stati link xdp multi", CMDLINE_OURS, 7, "stats=3" },
	{ "ip -d -det -details link xdp multi", CMDLINE_OURS, 7, "details=3" },
	{ "ip -h link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -hu link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -human-readable link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -i link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -r link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -t link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -ts link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -a link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -N link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -nu link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -fo link xdp multi", CMDLINE_OURS, 5, "force" },
	{ "ip -force link xdp multi", CMDLINE_OURS, 5, "force" },
	{ "ip -echo link xdp multi", CMDLINE_OURS, 5, "echo" },
	{ "ip --echo link xdp multi", CMDLINE_OURS, 5, "echo" },
	{ "ip -ech link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -e link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -4 -6 -0 -B -M link xdp multi", CMDLINE_OURS, 9, "" },
	{ "ip -46 link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -I link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -v link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -x link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip ---j link xdp multi", CMDLINE_SYSTEM, 0, "" },

	/* the end of the options */
	{ "ip -- link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -j -- link xdp multi", CMDLINE_OURS, 6, "json" },
	{ "ip -- -j link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -- -- link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -j", CMDLINE_SYSTEM, 0, "" },

	/* on the spot */
	{ "ip -V link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -j -Vers link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -b FILE -V", CMDLINE_SYSTEM, 0, "" },
	{ "ip -he link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip --help link xdp multi", CMDLINE_SYSTEM, 0, "" },

	/* color */
	{ "ip -c link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -c= link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -color=always link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -col=auto link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -c -c=never link xdp multi", CMDLINE_OURS, 6, "" },
	{ "ip -c=alw link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -=auto link xdp multi", CMDLINE_OURS, 5, "" },
	{ "ip -colour link xdp multi", CMDLINE_SYSTEM, 0, "" },

	/* values */
	{ "ip -n NS link xdp multi", CMDLINE_OURS, 6, "netns=NS" },
	{ "ip -ne NS link xdp multi", CMDLINE_OURS, 6, "netns=NS" },
	{ "ip -netns /proc/1/ns/net link xdp multi", CMDLINE_OURS, 6, "netns=/proc/1/ns/net" },
	{ "ip -n A -n B link xdp multi", CMDLINE_OURS, 8, "netns=B" },
	{ "ip -n link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -n link link xdp multi", CMDLINE_OURS, 6, "netns=link" },
	{ "ip -n -j link xdp multi", CMDLINE_OURS, 6, "netns=-j" },
	{ "ip -n -- link xdp multi", CMDLINE_OURS, 6, "netns=--" },
	{ "ip -n", CMDLINE_SYSTEM, 0, "" },
	{ "ip -n=NS link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -f inet link xdp multi", CMDLINE_OURS, 6, "" },
	{ "ip -fa bridge link xdp multi", CMDLINE_OURS, 6, "" },
	{ "ip -f link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -f link link xdp multi", CMDLINE_OURS, 6, "" },
	{ "ip -f help link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -f ine link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -l 5 link xdp multi", CMDLINE_OURS, 6, "" },
	{ "ip -loops x link xdp multi", CMDLINE_OURS, 6, "" },
	{ "ip -l xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip - 5 link xdp multi", CMDLINE_OURS, 6, "" },
	{ "ip -rc 0x100 link xdp multi", CMDLINE_OURS, 6, "" },
	{ "ip -rcvbuf x link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -rc ~ link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -rc -1 link xdp multi", CMDLINE_SYSTEM, 0, "" },
	{ "ip -rc 4294967296 link xdp multi", CMDLINE_SYSTEM, 0, "" },

	/* batch */
	{ "ip -b FILE", CMDLINE_BATCH, 3, "batch=FILE" },
	{ "ip -b -", CMDLINE_BATCH, 3, "batch=-" },
	{ "ip -ba FILE -fo", CMDLINE_BATCH, 4, "force batch=FILE" },
	{ "ip -force --batch FILE", CMDLINE_BATCH, 4, "force batch=FILE" },
	{ "ip -n NS -j -b A -b B junk", CMDLINE_BATCH, 8, "json netns=NS batch=B" },
	{ "ip -b FILE link xdp multi", CMDLINE_BATCH, 3, "batch=FILE" },
	{ "ip -b FILE -x", CMDLINE_SYSTEM, 0, "" },
	{ "ip -b", CMDLINE_SYSTEM, 0, "" },
	{ "iplink -b FILE", CMDLINE_SYSTEM, 0, "" },

	/* our own name */
	{ "ip-xdp-multi", CMDLINE_OURS, 1, "own" },
	{ "/usr/sbin/ip-xdp-multi show", CMDLINE_OURS, 1, "own" },
	{ "ip-xdp-multi -j -n NS show dev lo", CMDLINE_OURS, 4, "own json netns=NS" },
	{ "ip-xdp-multi -- show", CMDLINE_OURS, 2, "own" },
	{ "ip-xdp-multi link xdp multi show", CMDLINE_OURS, 1, "own" },
	{ "ip-xdp-multi -V", CMDLINE_VERSION, 1, "own" },
	{ "ip-xdp-multi -j -Ver show", CMDLINE_VERSION, 2, "own json" },
	{ "ip-xdp-multi -help", CMDLINE_HELP, 1, "own" },
	{ "ip-xdp-multi --he", CMDLINE_HELP, 1, "own" },
	{ "ip-xdp-multi -h show", CMDLINE_OURS, 2, "own" },
	{ "ip-xdp-multi -x show", CMDLINE_BAD_OPTION, 1, "own" },
	{ "ip-xdp-multi -j -c=x show", CMDLINE_BAD_OPTION, 2, "own json" },
	{ "ip-xdp-multi -j -n", CMDLINE_NO_VALUE, 2, "own json" },
	{ "ip-xdp-multi -f x show", CMDLINE_BAD_VALUE, 1, "own" },
	{ "ip-xdp-multi -rc x show", CMDLINE_BAD_VALUE, 1, "own" },
	{ "ip-xdp-multi -b FILE", CMDLINE_BATCH, 3, "own batch=FILE" },
};

static int split(char *text, char *argv[])
{
	static char empty[] = "";
	char *word, *rest = text;
	int argc = 0;

	while ((word = strsep(&rest, " "))) {
		assert_true(argc < MAX_WORDS - 1);
		argv[argc++] = strcmp(word, "~") ? word : empty;
	}
	argv[argc] = NULL;
	return argc;
}

static void add_word(char *out, size_t size, bool wanted, const char *word)
{
	if (!wanted)
		return;
	if (*out)
		strncat(out, " ", size - strlen(out) - 1);
	strncat(out, word, size - strlen(out) - 1);
}

static void add_number(char *out, size_t size, const char *key, int number)
{
	char word[32];

	snprintf(word, sizeof(word), "%s=%d", key, number);
	add_word(out, size, number != 0, word);
}

static void add_string(char *out, size_t size, const char *key, const char *value)
{
	char word[128];

	snprintf(word, sizeof(word), "%s=%s", key, value ? value : "");
	add_word(out, size, value != NULL, word);
}

static void print_options(const struct options *opts, char *out, size_t size)
{
	*out = '\0';
	add_word(out, size, opts->own_name, "own");
	add_word(out, size, opts->json, "json");
	add_word(out, size, opts->pretty, "pretty");
	add_word(out, size, opts->oneline, "oneline");
	add_word(out, size, opts->brief, "brief");
	add_word(out, size, opts->echo, "echo");
	add_word(out, size, opts->force, "force");
	add_number(out, size, "details", opts->details);
	add_number(out, size, "stats", opts->stats);
	add_string(out, size, "netns", opts->netns);
	add_string(out, size, "batch", opts->batch_file);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	char text[256], got[256];
	char *argv[MAX_WORDS];
	struct options opts;
	struct cmdline line;
	int argc;

	snprintf(text, sizeof(text), "%s", row->cmdline);
	argc = split(text, argv);
	line = options_scan(argc, argv, &opts);
	assert_int_equal(line.kind, row->kind);
	assert_int_equal(line.index, row->index);
	if (line.kind == CMDLINE_SYSTEM)
		return;
	print_options(&opts, got, sizeof(got));
	assert_string_equal(got, row->options);
}

static void test_no_argv(void **state)
{
	char *argv[] = { NULL };
	struct options opts;

	(void)state;
	assert_int_equal(options_scan(0, argv, &opts).kind, CMDLINE_SYSTEM);
}

static void check_without_batch(const char *cmdline, const char *expected)
{
	char text[256], got[256] = "";
	char *argv[MAX_WORDS], *out[MAX_WORDS];
	int argc, count, i;

	snprintf(text, sizeof(text), "%s", cmdline);
	argc = split(text, argv);
	count = options_without_batch(argc, argv, out);
	assert_true(count <= argc);
	for (i = 0; i < count; i++)
		add_word(got, sizeof(got), true, out[i]);
	assert_string_equal(got, expected);
}

static void test_without_batch(void **state)
{
	(void)state;
	check_without_batch("ip -b FILE", "ip");
	check_without_batch("ip -j -b FILE -n NS", "ip -j -n NS");
	check_without_batch("ip -b A -d --batch B", "ip -d");
	check_without_batch("ip -n -b -b FILE", "ip -n -b");
	check_without_batch("ip -c=auto -b FILE words -j", "ip -c=auto");
	check_without_batch("ip -b FILE -- -j", "ip");
	check_without_batch("ip -s -s -fo -ba -", "ip -s -s -fo");
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + 2] = {
		cmocka_unit_test(test_no_argv),
		cmocka_unit_test(test_without_batch),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		tests[i + 2] = (struct CMUnitTest){
			.name = rows[i].cmdline,
			.test_func = test_row,
			.initial_state = (void *)&rows[i],
		};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
