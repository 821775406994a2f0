// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of a line of a chain file -> entry, chain or requirement. */
#include "parse_row.h"

#include "syntax/parse_line.h"

static const struct row chain_lines[] = {
	{ "object o name n", "object=o name=n" },
	{ "obj o sec s name n", "object=o section=s name=n" },
	{ "object o program p pinmaps /m sha256 " SHA " tag " TAG
	  " name n prio 7 proceed-on drop,pass on tx goto name m disable",
	  "object=o program=p pinmaps=/m sha256=" SHA " tag=" TAG
	  " name=n prio=7 on=6 8>goto:name:m disable" },
	{ "id 7 tag " TAG " name n prio 0 proceed-on none", "id=7 tag=" TAG " name=n prio=0 on=0" },
	{ "pinned p name n on drop goto id 9", "pinned=p name=n 2>goto:id:9" },
	{ "name name object object", "object=object name=name" },
	{ "name help object help", "object=help name=help" },
	{ "object o", "object=o" },
	{ "object o disabled", "object=o disable" },
	{ "name n", NO_PROGRAM },
	{ "name n section s", REQUIRED("object") },
	{ "name n pinned p sha256 " SHA, REQUIRED("object") },
	{ "object o id 7 name n", EITHER("object", "id") },
	{ "object o sec s prog p name n", EITHER("section", "program") },
	{ "object o name n name m", TWICE("name", "m") },
	{ "object o name n prio 1 prio 2", TWICE("prio", "2") },
	{ "object o name n sha256 " SHA " sha256 " SHA, TWICE("sha256", SHA) },
	{ "object o name 7", NAME("7") },
	{ "object o name n sha256 12",
	  WRONG("sha256", "12", "be 64 hexadecimal digits in lower case") },
	{ "object o name n sha256 " SHA "0",
	  WRONG("sha256", SHA "0", "be 64 hexadecimal digits in lower case") },
	{ "object o name n on drop goto prio", KEYWORD("prio") },
	{ "object o name", CUT_OFF("name", "a name") },
	{ "object o name n on drop next on drop stop", SECOND_FATE("drop") },
	{ "object o name n disable disable", TWICE_FLAG("disable") },
	{ "object o name n dev d", NO_LINE("dev") },
	{ "object o name n enable", "object=o name=n enable" },
	{ "object o name n first", NO_LINE("first") },
	{ "object o name n slot 3", NO_LINE("slot") },
	{ "object o name n mode skb", NO_LINE("mode") },
	{ "object o name n wait 3", NO_LINE("wait") },
	{ "add object o name n", NO_LINE("add") },
	{ "object o name n verbose", NO_LINE("verbose") },
	{ "help", NO_LINE("help") },
	{ "n", NO_LINE("n") },
	/* the line of the chain */
	{ "chain", "" },
	{ "chain mode native format 2 stats off", "mode=1 format=2 stats=2" },
	{ "chain stats off entries 3", "stats=2" },
	{ "chain entries 3 entries 3", TWICE("entries", "3") },
	{ "object o name n entries 3", NO_LINE("entries") },
	{ "chain format extended", "format=224" },
	{ "chain mode skb", "mode=2" },
	{ "chain mode none", MODE("none") },
	{ "chain format 1", FORMAT("1") },
	{ "chain stats on entries 2", "stats=1" },
	{ "chain stats reset",
	  "!Error: argument of \"stats\" must be one of \"on\", \"off\", not \"reset\"" },
	{ "chain stats", CUT_OFF("stats", "one of \"on\", \"off\"") },
	{ "chain mode", CUT_OFF("mode", "one of \"auto\", \"native\", \"generic\"") },
	{ "chain mode skb mode skb", TWICE("mode", "skb") },
	{ "chain object o", NO_LINE("object") },
	{ "chain help", NO_LINE("help") },
	{ "chain n", NO_LINE("n") },
	{ "chains", NO_LINE("chains") },
};

static void check_line(const struct row *row)
{
	struct request rq = { .verb = VERB_RESTORE };
	struct report report = REPORT_INIT;
	struct text text = { .len = 0 };
	char *words = strdup(row->words);
	char *argv[MAX_WORDS];
	int argc, err;

	assert_non_null(words);
	argc = split(words, argv);
	err = parse_chain_line(argc, argv, &rq, &report);
	if (err)
		say(&text, " !%s", report.error);
	else if (rq.n_entries)
		say_source(&text, &rq.entries->source);
	if (!err && rq.n_entries)
		say_entry(&text, rq.entries);
	if (!err) {
		say_number(&text, "mode", rq.modes);
		say_number(&text, "format", rq.format);
		say_number(&text, "stats", rq.stats);
	}
	if (strcmp(text.buf + !!*text.buf, row->want))
		fail_msg("\"%s\"\n     got: %s\nexpected: %s", row->words, text.buf + !!*text.buf,
			 row->want);
	assert_int_equal(rq.verb, VERB_RESTORE);
	assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
	request_free(&rq);
	report_free(&report);
	free(words);
}

static void all_chain_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chain_lines); i++)
		check_line(&chain_lines[i]);
}

/* What the command line says counts more than what the file says. */
static void line_and_file(void **state)
{
	char *argv[] = { "chain", "mode", "native", "format", "2", NULL };
	struct request rq = { .modes = XDP_MODE_GENERIC };
	struct report report = REPORT_INIT;

	(void)state;
	assert_int_equal(parse_chain_line(5, argv, &rq, &report), 0);
	assert_int_equal(rq.modes, XDP_MODE_GENERIC);
	assert_int_equal(rq.format, FORMAT_2);
	argv[4] = "3";
	assert_int_equal(parse_chain_line(5, argv, &rq, &report), 0);
	assert_int_equal(rq.format, FORMAT_2);
	request_free(&rq);
	report_free(&report);
}

#define PACKET "0200000000010200000000020800"

/* What a file may require; @verdicts 0: not that. */
static const struct {
	const char *words;
	__u32 verdicts;
} requirements[] = {
	{ "require verdict pass packet " PACKET, VERDICT_BIT(2) },
	{ "require verdict pass,drop packet " PACKET "aB", VERDICT_BIT(1) | VERDICT_BIT(2) },
	{ "require verdict all packet " PACKET, 0x1f },
	{ "require", 0 },
	{ "require verdict", 0 },
	{ "require verdict pass", 0 },
	{ "require verdict pass packet", 0 },
	{ "require verdict none packet " PACKET, 0 },
	{ "require verdict fly packet " PACKET, 0 },
	{ "require verdict pass packet 0200", 0 },
	{ "require verdict pass packet " PACKET "0", 0 },
	{ "require verdict pass packet " PACKET "0x", 0 },
	{ "require verdict pass packet " PACKET " pass", 0 },
	{ "require verdict drop pcap f", VERDICT_BIT(1) },
	{ "require verdict pass pcap -", 0 },
	{ "require verdict pass pcap f f", 0 },
	{ "require verdict pass hex " PACKET, 0 },
	{ "require packet " PACKET " verdict pass", 0 },
};

static void require_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(requirements); i++) {
		struct report report = REPORT_INIT;
		struct request rq = { .verb = VERB_RESTORE };
		char *words = strdup(requirements[i].words), *argv[MAX_WORDS];
		int err;

		assert_non_null(words);
		err = parse_require_line(split(words, argv), argv, &rq, &report);
		assert_int_equal(!err, !!requirements[i].verdicts);
		assert_int_equal(rq.n_requirements, !err);
		if (!err)
			assert_int_equal(rq.requirements->verdicts, requirements[i].verdicts);
		if (!err)
			assert_int_equal(!rq.requirements->packet, !!rq.requirements->pcap);
		assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
		request_free(&rq);
		report_free(&report);
		free(words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_chain_lines),
		cmocka_unit_test(require_lines),
		cmocka_unit_test(line_and_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
