/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of words: the errors that they lead to, and the request or entry that they make, as text. */
#ifndef PARSE_ROW_H
#define PARSE_ROW_H

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

#include "between.h"
#include "../../ip/parse.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED	      20260721
#define MAX_WORDS     64
#define N63	      "a23456789_123456789_123456789_123456789_123456789_123456789_123"

#define INCOMPLETE(key, needs) \
	"!Command line is not complete: \"" key "\" needs " needs ". Try option \"help\""
#define IFNAME(key, value)  "!Error: argument \"" value "\" is wrong: \"" key "\" not a valid ifname"
#define REQUIRED(key)	    "!Not enough information: \"" key "\" argument is required."
#define NO_PROGRAM	    "!Not enough information: \"object\", \"pinned\" or \"id\" argument is required."
#define NO_PACKETS	    "!Not enough information: \"pcap\" or \"packet\" is required."
#define WHICH		    "!Not enough information: which entry? Give its name, or \"id\", \"tag\" or \"slot\"."
#define GARBAGE(word)	    "!Error: \"" word "\" is garbage here, try \"ip link xdp multi help\"."
#define TRY_DEV(word)	    "!Error: \"" word "\" is garbage here, try \"dev " word "\"."
#define SEE_CHAIN	    "see xdp-multi.chain(5)."
#define NO_LINE(word)	    "!Error: \"" word "\" is garbage here, " SEE_CHAIN
#define CUT_OFF(key, needs) "!The line is not complete: \"" key "\" needs " needs ", " SEE_CHAIN
#define DEV_OR_ALL	    "!Not enough information: \"dev\" argument or \"all\" is required."
#define SECOND_CHANGE(word)                              \
	"!Error: only one change can be tested; \"" word \
	"\" begins a second: use \"restore file FILE\" for several."
#define UNKNOWN(word)		"!Command \"" word "\" is unknown, try \"ip link xdp multi help\"."
#define WRONG(key, value, must) "!Error: argument \"" value "\" is wrong: \"" key "\" must " must
#define TWICE(key, value)	"!Error: duplicate \"" key "\": \"" value "\" is the second value."
#define TWICE_FLAG(key)		"!Error: duplicate \"" key "\"."
#define NAME(value)                 \
	"!Error: argument \"" value \
	"\" is wrong: a \"name\" is 1 to 63 characters of A-Z a-z 0-9 _ . : - and does not start with a digit or \"-\""
#define ACTIONS(value)                                                                                                                                 \
	"!Error: argument of \"proceed-on\" must be some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", \"none\", not \"" value \
	"\""
#define MODE(value)                                                                                   \
	"!Error: argument of \"mode\" must be one of \"auto\", \"native\", \"generic\", not \"" value \
	"\""
#define FORMAT(value)                                                                            \
	"!Error: argument of \"format\" must be one of \"2\", \"3\", \"extended\", not \"" value \
	"\""
#define FATE(word) \
	"!Error: \"on drop\" must be followed by \"next\", \"stop\" or \"goto\", not \"" word "\""
#define ON(value)                                                                                                                              \
	"!Error: argument of \"on\" must be some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", \"none\", not \"" value \
	"\""
#define HEX(value)                  \
	"!Error: argument \"" value \
	"\" is wrong: a \"packet\" is two hexadecimal digits for each byte, without blanks"
#define VERDICTS(value)                                                                                                                          \
	"!Error: argument of \"expect-verdict\" must be some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", not \"" value \
	"\""
#define SECOND_FATE(value) "!Error: duplicate \"on\": \"" value "\" already has a rule."
#define SECOND_PLACE(key)                                                                               \
	"!Error: only one of \"prio\", \"first\", \"last\", \"before\", \"after\" can be given, \"" key \
	"\" is the second."
#define KEYWORD(word) \
	"!Error: \"" word "\" is a keyword: for an entry of that name write \"name " word "\""
#define MAPS(value) \
	"!Error: argument of \"maps\" must be one of \"new\", \"keep\", \"fit\", not \"" value "\""
#define ONE_DEV	     "!Error: only one \"dev\" is allowed here."
#define TAG	     "0123456789abcdef"
#define SHA	     "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define EITHER(a, b) "!Error: either \"" a "\" or \"" b "\", not both."

/* struct row - some words, and what they mean */
struct row {
	const char *words; /* separated by blanks; "~" is an empty word */
	const char *want;  /* as text_of_request(), or "!" and the error */
};

/* ---- a request as text ---- */

struct text {
	char buf[2048];
	size_t len;
};

static inline void __attribute__((format(printf, 2, 3))) say(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += vsnprintf(t->buf + t->len, sizeof(t->buf) - t->len, fmt, ap);
	va_end(ap);
	assert_between(t->len, 0, sizeof(t->buf) - 1);
}

static inline void say_string(struct text *t, const char *key, const char *value)
{
	if (value && *value)
		say(t, " %s=%s", key, value);
}

static inline void say_flag(struct text *t, bool flag, const char *word)
{
	if (flag)
		say(t, " %s", word);
}

static inline void say_selector(struct text *t, const char *key, const struct selector *sel)
{
	switch (sel->by) {
	case SELECT_NONE:
		break;
	case SELECT_NAME:
		say(t, "%sname:%s", key, sel->name);
		break;
	case SELECT_ID:
		say(t, "%sid:%u", key, sel->number);
		break;
	case SELECT_SLOT:
		say(t, "%sslot:%u", key, sel->number);
		break;
	case SELECT_TAG:
		say(t, "%stag:", key);
		for (unsigned int i = 0; i < BPF_TAG_BYTES; i++)
			say(t, "%02x", sel->tag[i]);
		break;
	}
}

static inline void say_number(struct text *t, const char *key, unsigned int number)
{
	if (number)
		say(t, " %s=%u", key, number);
}

static inline void say_source(struct text *t, const struct program_source *s)
{
	say_string(t, "object", s->object);
	say_string(t, "section", s->section);
	say_string(t, "program", s->function);
	say_string(t, "pinmaps", s->pinmaps);
	say_string(t, "pinned", s->pinned);
	say_number(t, "id", s->id);
	say_string(t, "sha256", s->sha256);
	if (s->has_tag) {
		say(t, " tag=");
		for (unsigned int i = 0; i < BPF_TAG_BYTES; i++)
			say(t, "%02x", s->tag[i]);
	}
	say_flag(t, s->verbose, "verbose");
}

static inline void say_place(struct text *t, const struct place *place)
{
	switch (place->how) {
	case PLACE_PRIO:
		say(t, " prio=%u", place->prio);
		break;
	case PLACE_FIRST:
		say(t, " first");
		break;
	case PLACE_LAST:
		say(t, " last");
		break;
	case PLACE_BEFORE:
		say_selector(t, " before=", &place->beside);
		break;
	case PLACE_AFTER:
		say_selector(t, " after=", &place->beside);
		break;
	}
}

static inline void say_entry(struct text *t, const struct entry_request *e)
{
	static const char *const fates[] = {
		[FATE_STOP] = "stop",
		[FATE_NEXT] = "next",
		[FATE_GOTO] = "goto",
	};

	say_string(t, "name", e->name);
	if (e->has_place)
		say_place(t, &e->place);
	if (e->has_proceed_on)
		say(t, " on=%x", e->proceed_on);
	for (unsigned int i = 0; i < e->n_rules; i++) {
		say(t, " %x>%s", e->rules[i].mask, fates[e->rules[i].fate]);
		if (e->rules[i].fate == FATE_GOTO)
			say_selector(t, ":", &e->rules[i].to);
	}
	say_flag(t, e->toggle == TOGGLE_ENABLE, "enable");
	say_flag(t, e->toggle == TOGGLE_DISABLE, "disable");
}

static inline void say_test(struct text *t, const struct test_request *test)
{
	say_string(t, "pcap", test->pcap);
	for (unsigned int i = 0; i < test->n_packets; i++)
		say_string(t, "packet", test->packets[i]);
	if (test->has_expect)
		say(t, " verdicts=%x", test->expect);
	say_number(t, "repeat", test->repeat);
	say_flag(t, test->partial, "partial");
	say_flag(t, test->tap, "tap");
}

static inline void text_of_request(struct text *t, const struct request *rq)
{
	static const char *const verbs[] = {
		[VERB_ADD] = "add",	      [VERB_REPLACE] = "replace",
		[VERB_CHANGE] = "change",     [VERB_DEL] = "del",
		[VERB_FLUSH] = "flush",	      [VERB_SAVE] = "save",
		[VERB_RESTORE] = "restore",   [VERB_CHECK] = "check",
		[VERB_METRICS] = "metrics",   [VERB_SHARE] = "share",
		[VERB_SET] = "set",	      [VERB_SHOW] = "show",
		[VERB_FEATURES] = "features", [VERB_HELP] = "help",
		[VERB_TEST] = "test",	      [VERB_MONITOR] = "monitor",
		[VERB_CONFIRM] = "confirm",   [VERB_UNDO] = "undo",
	};
	static const char *const maps[] = {
		[MAPS_DEFAULT] = "",
		[MAPS_KEEP] = "keep",
		[MAPS_FIT] = "fit",
		[MAPS_NEW] = "new",
	};

	say(t, "%s", verbs[rq->verb]);
	if (rq->verb == VERB_HELP)
		return;
	for (unsigned int i = 0; i < rq->n_devs; i++)
		say(t, "%s%s", i ? "," : " dev=", rq->devs[i]);
	say_flag(t, rq->all, "all");
	if (rq->n_entries)
		say_source(t, &rq->entries->source);
	say_selector(t, " sel=", &rq->selector);
	if (rq->n_entries)
		say_entry(t, rq->entries);
	say_string(t, "maps", maps[rq->maps]);
	say_number(t, "mode", rq->modes);
	say_number(t, "format", rq->format);
	say_number(t, "stats", rq->stats);
	say_number(t, "interval", rq->interval);
	if (rq->dot)
		say(t, " dot");
	say_flag(t, rq->overwrite, "overwrite");
	say_flag(t, rq->if_exists, "if-exists");
	say_flag(t, rq->all_netns, "all-netns");
	say_flag(t, rq->force, "force");
	if (rq->wait != REQUEST_DEFAULT_WAIT)
		say(t, " wait=%u", rq->wait);
	if (rq->has_expect)
		say(t, " expect=%u", rq->expect);
	say_flag(t, rq->dry_run, "dry-run");
	say_number(t, "confirm", rq->confirm);
	say_string(t, "file", rq->file);
	say_string(t, "from", rq->from);
	say_string(t, "netns", rq->netns);
	say_test(t, &rq->test);
	if (!rq->test.change)
		return;
	say(t, " + ");
	text_of_request(t, rq->test.change);
}

/* ---- running rows ---- */

static inline int split(char *words, char **argv)
{
	int argc = 0;

	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		assert_between(argc, 0, MAX_WORDS - 2);
		argv[argc++] = strcmp(word, "~") ? word : word + 1;
	}
	argv[argc] = NULL;
	return argc;
}

static inline void check_row(const struct row *row, bool force)
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
		fail_msg("\"%s\"\n     got: %s\nexpected: %s", row->words, text.buf, row->want);
	assert_int_equal(err, *row->want == '!' ? -EINVAL : 0);
	assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
	assert_int_equal(report.n_warnings, 0);
	request_free(&rq);
	assert_null(rq.devs);
	request_free(&rq);
	report_free(&report);
	free(words);
}

static inline void check_rows(const struct row *rows, size_t n, bool force)
{
	for (size_t i = 0; i < n; i++)
		check_row(&rows[i], force);
	printf("# %zu command lines\n", n);
}

#endif
