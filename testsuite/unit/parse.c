// SPDX-License-Identifier: GPL-2.0-or-later
/* The words after "multi" -> request or error, one row per line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../ip/parse.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED 20260721
#define MAX_WORDS 64
#define N63 "a23456789_123456789_123456789_123456789_123456789_123456789_123"

#define INCOMPLETE "!Command line is not complete. Try option \"help\""
#define REQUIRED(key) "!Not enough information: \"" key "\" argument is required."
#define WHICH "!Not enough information: which entry? Give its name, or \"id\", \"tag\" or \"slot\"."
#define GARBAGE(word) "!Error: \"" word "\" is garbage here, try \"ip link xdp multi help\"."
#define UNKNOWN(word) "!Command \"" word "\" is unknown, try \"ip link xdp multi help\"."
#define WRONG(key, value) "!Error: argument \"" value "\" is wrong: Invalid \"" key "\" value"
#define TWICE(key, value) "!Error: duplicate \"" key "\": \"" value "\" is the second value."
#define TWICE_FLAG(key) "!Error: duplicate \"" key "\"."
#define NAME(value) "!Error: argument \"" value "\" is wrong: a \"name\" has 1 to 63 of A-Z a-z 0-9 _ . : - and starts with none of 0-9 -"
#define ACTIONS(value) "!Error: argument of \"proceed-on\" must be some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", \"none\", not \"" value "\""
#define MODE(value) "!Error: argument of \"mode\" must be one of \"auto\", \"native\", \"generic\", not \"" value "\""
#define FORMAT(value) "!Error: argument of \"format\" must be one of \"2\", \"3\", \"extended\", not \"" value "\""
#define EITHER(a, b) "!Error: either \"" a "\" or \"" b "\", not both."

static const struct row {
	const char *words;	/* separated by blanks; "~" is an empty word */
	const char *want;	/* as text_of_request(), or "!" and the error */
} rows[] = {
	/* verbs */
	{ "", "show" },
	{ "show", "show" },
	{ "list", "show" },
	{ "lst", "show" },
	{ "ls", "show" },
	{ "features", "features" },
	{ "help", "help" },
	{ "add dev d object o", "add dev=d object=o" },
	{ "del dev d n", "del dev=d sel=name:n" },
	{ "delete dev d n", "del dev=d sel=name:n" },
	{ "flush dev d", "flush dev=d" },
	{ "flush all", "flush all" },
	/* verbs that are none */
	{ "~", UNKNOWN("") },
	{ "a", UNKNOWN("a") },
	{ "ad dev d", UNKNOWN("ad") },
	{ "ADD", UNKNOWN("ADD") },
	{ "sho", UNKNOWN("sho") },
	{ "shows", UNKNOWN("shows") },
	{ "dele", UNKNOWN("dele") },
	{ "dev d", UNKNOWN("dev") },
	{ "-help", UNKNOWN("-help") },
	{ "--help", UNKNOWN("--help") },
	{ "frobnicate help", UNKNOWN("frobnicate") },

	/* help wherever a keyword may stand, whatever else is typed */
	{ "add help", "help" },
	{ "del help", "help" },
	{ "delete help", "help" },
	{ "flush help", "help" },
	{ "show help", "help" },
	{ "ls help", "help" },
	{ "features help", "help" },
	{ "help help", "help" },
	{ "add dev d help", "help" },
	{ "add dev d object o prio 3 help", "help" },
	{ "add help dev", "help" },
	{ "add help frobnicate", "help" },
	{ "add section s program p help", "help" },
	{ "flush all dev d help", "help" },
	{ "del n help", "help" },
	{ "show d help", "help" },
	/* but not where a value must stand, nor behind an error */
	{ "add dev help object o", "add dev=help object=o" },
	{ "add dev d object help", "add dev=d object=help" },
	{ "add dev d object o name help", "add dev=d object=o name=help" },
	{ "del dev d name help", "del dev=d sel=name:help" },
	{ "add dev d prio help", WRONG("prio", "help") },
	{ "add frobnicate help", GARBAGE("frobnicate") },

	/* add: every keyword and alias */
	{ "add dev d obj o", "add dev=d object=o" },
	{ "add object o dev d", "add dev=d object=o" },
	{ "add dev d dev e dev f object o", "add dev=d,e,f object=o" },
	{ "add dev d object o dev e", "add dev=d,e object=o" },
	{ "add dev d object o section s", "add dev=d object=o section=s" },
	{ "add dev d object o sec s", "add dev=d object=o section=s" },
	{ "add dev d object o program p", "add dev=d object=o program=p" },
	{ "add dev d object o prog p", "add dev=d object=o program=p" },
	{ "add dev d object o verbose", "add dev=d object=o verbose" },
	{ "add dev d object o name n", "add dev=d object=o name=n" },
	{ "add dev d object o prio 7", "add dev=d object=o prio=7" },
	{ "add dev d object o proceed-on pass", "add dev=d object=o on=4" },
	{ "add dev d object o mode native", "add dev=d object=o mode=1" },
	{ "add dev d object o format 2", "add dev=d object=o format=2" },
	{ "add dev d object o overwrite", "add dev=d object=o overwrite" },
	{ "add dev d object o wait 5", "add dev=d object=o wait=5" },
	{ "add wait 1 overwrite format 3 mode skb proceed-on tx prio 2 name n verbose prog p obj o dev d",
	  "add dev=d object=o program=p verbose name=n prio=2 on=8 mode=2 format=3 overwrite wait=1" },
	/* values that look like keywords */
	{ "add dev dev object object name name prog prog",
	  "add dev=dev object=object program=prog name=name" },

	/* numbers */
	{ "add dev d object o prio 0", "add dev=d object=o prio=0" },
	{ "add dev d object o prio 4294967295", "add dev=d object=o prio=4294967295" },
	{ "add dev d object o prio 010", "add dev=d object=o prio=10" },
	{ "add dev d object o prio 4294967296", WRONG("prio", "4294967296") },
	{ "add dev d object o prio 99999999999999999999", WRONG("prio", "99999999999999999999") },
	{ "add dev d object o prio -1", WRONG("prio", "-1") },
	{ "add dev d object o prio +1", WRONG("prio", "+1") },
	{ "add dev d object o prio 0x1", WRONG("prio", "0x1") },
	{ "add dev d object o prio 1x", WRONG("prio", "1x") },
	{ "add dev d object o prio 1.5", WRONG("prio", "1.5") },
	{ "add dev d object o prio ~", WRONG("prio", "") },
	{ "add dev d object o prio high", WRONG("prio", "high") },
	{ "add dev d object o wait 0", "add dev=d object=o wait=0" },
	{ "add dev d object o wait 86400", "add dev=d object=o wait=86400" },
	{ "add dev d object o wait 86401", WRONG("wait", "86401") },
	{ "add dev d object o wait forever", WRONG("wait", "forever") },
	{ "add dev d object o wait -1", WRONG("wait", "-1") },

	/* sets of verdicts */
	{ "add dev d object o proceed-on aborted", "add dev=d object=o on=1" },
	{ "add dev d object o proceed-on drop", "add dev=d object=o on=2" },
	{ "add dev d object o proceed-on redirect", "add dev=d object=o on=10" },
	{ "add dev d object o proceed-on all", "add dev=d object=o on=1f" },
	{ "add dev d object o proceed-on none", "add dev=d object=o on=0" },
	{ "add dev d object o proceed-on pass,tx", "add dev=d object=o on=c" },
	{ "add dev d object o proceed-on pass,pass", "add dev=d object=o on=4" },
	{ "add dev d object o proceed-on aborted,drop,pass,tx,redirect", "add dev=d object=o on=1f" },
	{ "add dev d object o proceed-on ~", ACTIONS("") },
	{ "add dev d object o proceed-on ,", ACTIONS(",") },
	{ "add dev d object o proceed-on pass,", ACTIONS("pass,") },
	{ "add dev d object o proceed-on ,pass", ACTIONS(",pass") },
	{ "add dev d object o proceed-on pass,,tx", ACTIONS("pass,,tx") },
	{ "add dev d object o proceed-on PASS", ACTIONS("PASS") },
	{ "add dev d object o proceed-on pas", ACTIONS("pas") },
	{ "add dev d object o proceed-on passs", ACTIONS("passs") },
	{ "add dev d object o proceed-on XDP_PASS", ACTIONS("XDP_PASS") },
	{ "add dev d object o proceed-on 2", ACTIONS("2") },
	{ "add dev d object o proceed-on pass drop", GARBAGE("drop") },

	/* modes and formats */
	{ "add dev d object o mode auto", "add dev=d object=o mode=3" },
	{ "add dev d object o mode generic", "add dev=d object=o mode=2" },
	{ "add dev d object o mode xdpdrv", "add dev=d object=o mode=1" },
	{ "add dev d object o mode drv", "add dev=d object=o mode=1" },
	{ "add dev d object o mode xdpgeneric", "add dev=d object=o mode=2" },
	{ "add dev d object o mode skb", "add dev=d object=o mode=2" },
	{ "add dev d object o mode offload", MODE("offload") },
	{ "add dev d object o mode nativ", MODE("nativ") },
	{ "add dev d object o mode ~", MODE("") },
	{ "add dev d object o format 3", "add dev=d object=o format=3" },
	{ "add dev d object o format extended", "add dev=d object=o format=224" },
	{ "add dev d object o format 1", FORMAT("1") },
	{ "add dev d object o format 02", FORMAT("02") },
	{ "add dev d object o format 224", FORMAT("224") },
	{ "add dev d object o format ext", FORMAT("ext") },

	/* names */
	{ "add dev d object o name " N63, "add dev=d object=o name=" N63 },
	{ "add dev d object o name _.:-9", "add dev=d object=o name=_.:-9" },
	{ "add dev d object o name " N63 "4", NAME(N63 "4") },
	{ "add dev d object o name ~", NAME("") },
	{ "add dev d object o name 9a", NAME("9a") },
	{ "add dev d object o name -a", NAME("-a") },
	{ "add dev d object o name a/b", NAME("a/b") },
	{ "add dev d object o name \xc3\xa9", NAME("\xc3\xa9") },

	/* add: what is missing, twice, or does not belong there */
	{ "add", REQUIRED("dev") },
	{ "add object o", REQUIRED("dev") },
	{ "add dev d", REQUIRED("object") },
	{ "add dev d section s", REQUIRED("object") },
	{ "add dev d object ~", WRONG("object", "") },
	{ "add dev d object o section s program p", EITHER("section", "program") },
	{ "add dev", INCOMPLETE },
	{ "add dev d object", INCOMPLETE },
	{ "add dev d obj", INCOMPLETE },
	{ "add dev d object o section", INCOMPLETE },
	{ "add dev d object o program", INCOMPLETE },
	{ "add dev d object o name", INCOMPLETE },
	{ "add dev d object o prio", INCOMPLETE },
	{ "add dev d object o proceed-on", INCOMPLETE },
	{ "add dev d object o mode", INCOMPLETE },
	{ "add dev d object o format", INCOMPLETE },
	{ "add dev d object o wait", INCOMPLETE },
	{ "add dev d object o object p", TWICE("object", "p") },
	{ "add dev d object o obj o", TWICE("object", "o") },
	{ "add dev d object o sec a section b", TWICE("section", "b") },
	{ "add dev d object o prog a program b", TWICE("program", "b") },
	{ "add dev d object o name a name b", TWICE("name", "b") },
	{ "add dev d object o prio 1 prio 1", TWICE("prio", "1") },
	{ "add dev d object o proceed-on tx proceed-on tx", TWICE("proceed-on", "tx") },
	{ "add dev d object o mode skb mode drv", TWICE("mode", "drv") },
	{ "add dev d object o format 2 format 3", TWICE("format", "3") },
	{ "add dev d object o wait 1 wait 2", TWICE("wait", "2") },
	{ "add dev d object o verbose verbose", TWICE_FLAG("verbose") },
	{ "add dev d object o overwrite overwrite", TWICE_FLAG("overwrite") },
	{ "add d object o", GARBAGE("d") },
	{ "add dev d object o frobnicate", GARBAGE("frobnicate") },
	{ "add dev d object o ~", GARBAGE("") },
	{ "add dev d object o OVERWRITE", GARBAGE("OVERWRITE") },
	{ "add dev d object o over", GARBAGE("over") },
	{ "add dev d object o --", GARBAGE("--") },
	{ "add dev d object o -force", GARBAGE("-force") },
	{ "add dev d object o if-exists", GARBAGE("if-exists") },
	{ "add dev d object o slot 1", GARBAGE("slot") },
	{ "add dev d object o all", GARBAGE("all") },

	/* del: every selector */
	{ "del n dev d", "del dev=d sel=name:n" },
	{ "del dev d dev e n", "del dev=d,e sel=name:n" },
	{ "del dev d name n", "del dev=d sel=name:n" },
	{ "del dev d name dev", "del dev=d sel=name:dev" },
	{ "del dev d name 9/x", "del dev=d sel=name:9/x" },
	{ "del dev d 9/x", "del dev=d sel=name:9/x" },
	{ "del dev d " N63, "del dev=d sel=name:" N63 },
	{ "del dev d id 0", "del dev=d sel=id:0" },
	{ "del dev d id 4294967295", "del dev=d sel=id:4294967295" },
	{ "del id 7 dev d", "del dev=d sel=id:7" },
	{ "del dev d slot 0", "del dev=d sel=slot:0" },
	{ "del dev d slot 249", "del dev=d sel=slot:249" },
	{ "del dev d tag 0123456789abcdef", "del dev=d sel=tag:0123456789abcdef" },
	{ "del dev d tag 0123456789ABCDEF", "del dev=d sel=tag:0123456789abcdef" },
	{ "del dev d n if-exists", "del dev=d sel=name:n if-exists" },
	{ "del dev d n wait 5", "del dev=d sel=name:n wait=5" },
	{ "del n", REQUIRED("dev") },
	{ "del dev d", WHICH },
	{ "del dev d if-exists", WHICH },
	{ "del", REQUIRED("dev") },
	{ "del dev d ~", WRONG("name", "") },
	{ "del dev d name ~", WRONG("name", "") },
	{ "del dev d " N63 "4", WRONG("name", N63 "4") },
	{ "del dev d id x", WRONG("id", "x") },
	{ "del dev d id 4294967296", WRONG("id", "4294967296") },
	{ "del dev d slot -1", WRONG("slot", "-1") },
	{ "del dev d tag 0123456789abcde", WRONG("tag", "0123456789abcde") },
	{ "del dev d tag 0123456789abcdef0", WRONG("tag", "0123456789abcdef0") },
	{ "del dev d tag 0123456789abcdeg", WRONG("tag", "0123456789abcdeg") },
	{ "del dev d tag 0x23456789abcdef", WRONG("tag", "0x23456789abcdef") },
	{ "del dev d tag ~", WRONG("tag", "") },
	{ "del dev d id", INCOMPLETE },
	{ "del dev d tag", INCOMPLETE },
	{ "del dev d slot", INCOMPLETE },
	{ "del dev d name", INCOMPLETE },
	{ "del dev d a b", GARBAGE("b") },
	{ "del dev d a name b", TWICE("name", "b") },
	{ "del dev d name a name b", TWICE("name", "b") },
	{ "del dev d a id 3", TWICE("id", "3") },
	{ "del dev d id 3 slot 4", TWICE("slot", "4") },
	{ "del dev d id 3 id 4", TWICE("id", "4") },
	{ "del dev d a tag 0123456789abcdef", TWICE("tag", "0123456789abcdef") },
	{ "del dev d id 3 a", GARBAGE("a") },
	{ "del dev d n if-exists if-exists", TWICE_FLAG("if-exists") },
	{ "del dev d n prio 3", GARBAGE("prio") },
	{ "del dev d n object o", GARBAGE("object") },
	{ "del dev d n overwrite", GARBAGE("overwrite") },

	/* flush */
	{ "flush dev d dev e", "flush dev=d,e" },
	{ "flush dev all", "flush dev=all" },
	{ "flush if-exists dev d wait 0", "flush dev=d if-exists wait=0" },
	{ "flush all if-exists", "flush all if-exists" },
	{ "flush", REQUIRED("dev") },
	{ "flush if-exists", REQUIRED("dev") },
	{ "flush all all", TWICE_FLAG("all") },
	{ "flush all dev d", EITHER("dev", "all") },
	{ "flush dev d all", EITHER("dev", "all") },
	{ "flush d", GARBAGE("d") },
	{ "flush dev", INCOMPLETE },
	{ "flush dev d name n", GARBAGE("name") },

	/* show, features, help */
	{ "show dev d", "show dev=d" },
	{ "show d", "show dev=d" },
	{ "ls dev d", "show dev=d" },
	{ "list d", "show dev=d" },
	{ "show dev dev", "show dev=dev" },
	{ "show all", "show dev=all" },
	{ "show dev", INCOMPLETE },
	{ "show d e", GARBAGE("e") },
	{ "show d wait 3", GARBAGE("wait") },
	{ "features dev d", GARBAGE("dev") },
	{ "features x", GARBAGE("x") },
	{ "help x", GARBAGE("x") },
};

/* With -force outside a batch. */
static const struct row forced[] = {
	{ "", "show overwrite force" },
	{ "add dev d object o", "add dev=d object=o overwrite force" },
	{ "add dev d object o overwrite", "add dev=d object=o overwrite force" },
	{ "del dev d n", "del dev=d sel=name:n overwrite force" },
	{ "add dev d object o force", GARBAGE("force") },
};

/* ---- a request as text ---- */

struct text {
	char buf[2048];
	size_t len;
};

static void __attribute__((format(printf, 2, 3)))
say(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += vsnprintf(t->buf + t->len, sizeof(t->buf) - t->len, fmt, ap);
	va_end(ap);
	assert_in_range(t->len, 0, sizeof(t->buf) - 1);
}

static void say_string(struct text *t, const char *key, const char *value)
{
	if (value && *value)
		say(t, " %s=%s", key, value);
}

static void say_flag(struct text *t, bool flag, const char *word)
{
	if (flag)
		say(t, " %s", word);
}

static void say_selector(struct text *t, const struct selector *sel)
{
	switch (sel->by) {
	case SELECT_NONE:
		break;
	case SELECT_NAME:
		say(t, " sel=name:%s", sel->name);
		break;
	case SELECT_ID:
		say(t, " sel=id:%u", sel->number);
		break;
	case SELECT_SLOT:
		say(t, " sel=slot:%u", sel->number);
		break;
	case SELECT_TAG:
		say(t, " sel=tag:");
		for (unsigned int i = 0; i < BPF_TAG_BYTES; i++)
			say(t, "%02x", sel->tag[i]);
		break;
	}
}

static void text_of_request(struct text *t, const struct request *rq)
{
	static const char *const verbs[] = {
		[VERB_ADD] = "add", [VERB_DEL] = "del", [VERB_FLUSH] = "flush",
		[VERB_SHOW] = "show", [VERB_FEATURES] = "features",
		[VERB_HELP] = "help",
	};

	say(t, "%s", verbs[rq->verb]);
	if (rq->verb == VERB_HELP)
		return;
	for (unsigned int i = 0; i < rq->n_devs; i++)
		say(t, "%s%s", i ? "," : " dev=", rq->devs[i]);
	say_flag(t, rq->all, "all");
	say_string(t, "object", rq->program.object);
	say_string(t, "section", rq->program.section);
	say_string(t, "program", rq->program.function);
	say_flag(t, rq->program.verbose, "verbose");
	say_selector(t, &rq->selector);
	say_string(t, "name", rq->name);
	if (rq->has_prio)
		say(t, " prio=%u", rq->prio);
	if (rq->has_proceed_on)
		say(t, " on=%x", rq->proceed_on);
	if (rq->modes)
		say(t, " mode=%u", rq->modes);
	if (rq->format)
		say(t, " format=%u", rq->format);
	say_flag(t, rq->overwrite, "overwrite");
	say_flag(t, rq->if_exists, "if-exists");
	say_flag(t, rq->force, "force");
	if (rq->wait != REQUEST_DEFAULT_WAIT)
		say(t, " wait=%u", rq->wait);
}

/* ---- running rows ---- */

static int split(char *words, char **argv)
{
	int argc = 0;

	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		assert_in_range(argc, 0, MAX_WORDS - 2);
		argv[argc++] = strcmp(word, "~") ? word : word + 1;
	}
	argv[argc] = NULL;
	return argc;
}

static void check_row(const struct row *row, bool force)
{
	struct report report = REPORT_INIT;
	struct text text = { .len = 0 };
	char *words = strdup(row->words);
	char *argv[MAX_WORDS];
	struct request rq;
	int argc, err;

	assert_non_null(words);
	argc = split(words, argv);
	err = parse_request(argc, argv, force, &rq, &report);
	if (err)
		say(&text, "!%s", report.error);
	else
		text_of_request(&text, &rq);
	if (strcmp(text.buf, row->want))
		fail_msg("\"%s\"\n     got: %s\nexpected: %s", row->words,
			 text.buf, row->want);
	assert_int_equal(err, *row->want == '!' ? -EINVAL : 0);
	assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
	assert_int_equal(report.n_warnings, 0);
	parse_free(&rq);
	assert_null(rq.devs);
	parse_free(&rq);
	report_free(&report);
	free(words);
}

static void all_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(&rows[i], false);
	printf("# %zu command lines\n", ARRAY_SIZE(rows));
}

static void with_force(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forced); i++)
		check_row(&forced[i], true);
}

/* Very long words end up in messages, cut. */
static void long_words(void **state)
{
	static const char *const starts[][4] = {
		{ NULL }, { "add" }, { "add", "name" }, { "add", "object" },
		{ "add", "prio" }, { "add", "proceed-on" }, { "add", "mode" },
		{ "add", "format" }, { "del", "tag" }, { "del", "id" },
		{ "del", "name" }, { "del" }, { "show" }, { "flush" },
	};
	static char word[100000];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct report report = REPORT_INIT;
		struct request rq;
		char *argv[6];
		int argc = 0;

		for (; starts[i][argc]; argc++)
			argv[argc] = (char *)starts[i][argc];
		argv[argc++] = word;
		argv[argc] = NULL;
		parse_request(argc, argv, false, &rq, &report);
		assert_in_range(strlen(report.error), 0, REPORT_ERROR_MAX - 1);
		parse_free(&rq);
		report_free(&report);
	}
}

/* Any words in any order: an answer, and nothing left behind. */
static void random_words(void **state)
{
	static char *const words[] = {
		"add", "del", "flush", "show", "features", "help", "dev", "all",
		"object", "obj", "section", "sec", "program", "prog", "verbose",
		"name", "id", "tag", "slot", "prio", "proceed-on", "mode",
		"format", "overwrite", "if-exists", "wait", "pass", "drop,tx",
		"7", "auto", "2", "0123456789abcdef", "eth0", "fw", "", "-1",
	};
	unsigned int done = 0;

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 200000; round++) {
		struct report report = REPORT_INIT;
		int argc = lrand48() / 7 % 10;
		struct request rq;
		char *argv[10];
		int err;

		for (int i = 0; i < argc; i++)
			argv[i] = words[lrand48() / 7 %
					(i ? ARRAY_SIZE(words) : 6)];
		err = parse_request(argc, argv, false, &rq, &report);
		assert_int_equal(!err, !*report.error);
		assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
		done += !err;
		parse_free(&rq);
		report_free(&report);
	}
	assert_in_range(done, 1000, 199999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_rows),
		cmocka_unit_test(with_force),
		cmocka_unit_test(long_words),
		cmocka_unit_test(random_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
