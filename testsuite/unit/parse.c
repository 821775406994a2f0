// SPDX-License-Identifier: GPL-2.0-or-later
/* The words after "multi" -> request or error: verbs, -force, and any words. */
#include "parse_row.h"

static const struct row rows[] = {
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
	/* abbreviated as in "ip link" */
	{ "s", "show" },
	{ "sh", "show" },
	{ "l dev d", "show dev=d" },
	{ "a dev d object o", "add dev=d object=o" },
	{ "ad dev d object o", "add dev=d object=o" },
	{ "repl dev d object o", "replace dev=d object=o" },
	{ "c dev d n prio 1", "change dev=d sel=name:n prio=1" },
	{ "d dev d n", "del dev=d sel=name:n" },
	{ "dele dev d n", "del dev=d sel=name:n" },
	/* verbs that are none */
	{ "~", UNKNOWN("") },
	{ "ads", UNKNOWN("ads") },
	{ "sha", UNKNOWN("sha") },
	{ "ADD", UNKNOWN("ADD") },
	{ "f", UNKNOWN("f") },
	{ "shows", UNKNOWN("shows") },
	{ "deleted", UNKNOWN("deleted") },
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
	{ "add dev d prio help", WRONG("prio", "help", "be a number from 0 to 4294967295") },
	{ "add frobnicate help", TRY_DEV("frobnicate") },

};

/* With -force outside a batch. */
static const struct row forced[] = {
	{ "", "show overwrite force" },
	{ "add dev d object o", "add dev=d object=o overwrite force" },
	{ "add dev d object o overwrite", "add dev=d object=o overwrite force" },
	{ "del dev d n", "del dev=d sel=name:n overwrite force" },
	{ "add dev d object o force", GARBAGE("force") },
};

static void verbs(void **state)
{
	(void)state;
	check_rows(rows, ARRAY_SIZE(rows), false);
}

static void with_force(void **state)
{
	(void)state;
	check_rows(forced, ARRAY_SIZE(forced), true);
}

/* As many rules as there can be, and one more. */
static void many_rules(void **state)
{
	static char *const start[] = { "add", "dev", "d", "object", "o" };
	char *argv[5 + 3 * (REQUEST_MAX_RULES + 1)];
	struct report report = REPORT_INIT;
	struct request rq;
	int argc = 5;

	(void)state;
	memcpy(argv, start, sizeof(start));
	for (int i = 0; i <= REQUEST_MAX_RULES; i++) {
		argv[argc++] = "on";
		argv[argc++] = "none";
		argv[argc++] = "next";
	}
	assert_int_equal(parse_request(argc - 3, argv, false, &rq, &report), 0);
	request_free(&rq);
	assert_int_equal(parse_request(argc, argv, false, &rq, &report), -EINVAL);
	assert_string_equal(report.error, "Error: more than 5 \"on\"");
	request_free(&rq);
	report_free(&report);
}

/* Very long words end up in messages, cut. */
static void long_words(void **state)
{
	static const char *const starts[][5] = {
		{ NULL },
		{ "add" },
		{ "add", "name" },
		{ "add", "object" },
		{ "add", "prio" },
		{ "add", "proceed-on" },
		{ "add", "mode" },
		{ "add", "format" },
		{ "del", "tag" },
		{ "del", "id" },
		{ "del", "name" },
		{ "del" },
		{ "show" },
		{ "flush" },
		{ "add", "on" },
		{ "add", "on", "drop" },
		{ "add", "before" },
		{ "add", "on", "tx", "goto" },
		{ "change", "n", "name" },
		{ "add", "expect" },
		{ "add", "maps" },
		{ "restore", "file" },
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
		assert_between(strlen(report.error), 0, REPORT_ERROR_MAX - 1);
		request_free(&rq);
		report_free(&report);
	}
}

/* Any words in any order: an answer, and nothing left behind. */
static void random_words(void **state)
{
	static char *const words[] = {
		"add",	      "del",	   "flush",
		"show",	      "features",  "help",
		"replace",    "change",	   "save",
		"restore",    "check",	   "share",
		"set",	      "dev",	   "all",
		"object",     "obj",	   "section",
		"sec",	      "program",   "prog",
		"verbose",    "name",	   "id",
		"tag",	      "slot",	   "prio",
		"proceed-on", "mode",	   "format",
		"overwrite",  "if-exists", "wait",
		"pass",	      "drop,tx",   "7",
		"auto",	      "2",	   "0123456789abcdef",
		"eth0",	      "fw",	   "",
		"-1",	      "pinned",	   "pinmaps",
		"maps",	      "keep",	   "first",
		"last",	      "before",	   "after",
		"on",	      "next",	   "stop",
		"goto",	      "enable",	   "disable",
		"expect",     "none",	   "dry-run",
		"file",	      "from",	   "netns",
	};
	unsigned int done = 0;

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 300000; round++) {
		struct report report = REPORT_INIT;
		int argc = lrand48() / 7 % 10;
		struct request rq;
		char *argv[10];
		int err;

		for (int i = 0; i < argc; i++)
			argv[i] = words[lrand48() / 7 % (i ? ARRAY_SIZE(words) : 13)];
		err = parse_request(argc, argv, false, &rq, &report);
		assert_int_equal(!err, !*report.error);
		assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
		done += !err;
		request_free(&rq);
		report_free(&report);
	}
	assert_between(done, 1000, 299999);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verbs),	cmocka_unit_test(with_force),
		cmocka_unit_test(many_rules),	cmocka_unit_test(long_words),
		cmocka_unit_test(random_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
