// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of keywords: selectors, and the messages for wrong values. */
#include "syntax/grammar_internal.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "syntax/complete.h"
#include "syntax/words.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

const char *grammar_see(const struct parser *p)
{
	return p->where == LINE_POLICY ? "see xdp-multi.conf(5)." : "see xdp-multi.chain(5).";
}

int grammar_incomplete(struct parser *p, const char *key, const char *what)
{
	if (p->where & LINES)
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "The line is not complete: \"%s\" needs %s, %s", key, what,
				   grammar_see(p));
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Command line is not complete: \"%s\" needs %s. Try option \"help\"",
			   key, what);
}

int grammar_must(struct parser *p, const char *key, const char *what, const char *value)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: argument \"%s\" is wrong: \"%s\" must %s", value, key, what);
}

int grammar_one_of(struct parser *p, const char *key, const char *list, const char *value)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: argument of \"%s\" must be %s, not \"%s\"", key, list, value);
}

int grammar_second(struct parser *p, const char *key, const char *value)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: duplicate \"%s\": \"%s\" is the second value.", key, value);
}

const char grammar_modes[] = "one of \"auto\", \"native\", \"generic\"";
const char grammar_linkages[] = "one of \"ext\", \"tail\"";
const char grammar_maps[] = "one of \"new\", \"keep\", \"fit\"";
const char grammar_formats[] = "one of \"2\", \"3\", \"extended\"";
const char grammar_stats[] = "one of \"on\", \"off\", \"reset\"";
const char grammar_stats_in_file[] = "one of \"on\", \"off\"";
const char grammar_policy[] = "\"off\"";
const char grammar_verdicts[] =
	"some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", \"none\"";
const char grammar_some_verdict[] =
	"some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\"";

int grammar_text(struct parser *p, const char **to, const char *key, char *value)
{
	if (!*value)
		return grammar_must(p, key, "not be empty", value);
	*to = value;
	return 0;
}

int grammar_number(struct parser *p, __u32 *to, __u32 min, __u32 max, const char *key,
		   const char *value)
{
	char what[64];
	__u32 number;

	snprintf(what, sizeof(what), "be a number from %u to %u", min, max);
	if (!words_number(value, max, &number) || number < min)
		return grammar_must(p, key, what, value);
	*to = number;
	return 0;
}

int grammar_tag(struct parser *p, __u8 *to, const char *key, const char *value)
{
	return words_tag(value, to) ? 0 : grammar_must(p, key, "be 16 hexadecimal digits", value);
}

/* ---- selectors ---- */

bool grammar_selects(const struct parser *p)
{
	return p->where & SELECTS && p->rq->selector.by == SELECT_NONE;
}

int grammar_set_selector(struct parser *p, struct selector *sel, enum selector_by by,
			 const char *key, const char *value)
{
	int err = 0;

	if (by == SELECT_NAME && *value && strlen(value) < sizeof(sel->name))
		strcpy(sel->name, value);
	else if (by == SELECT_NAME)
		err = grammar_must(p, key, "have 1 to 63 characters", value);
	else if (by == SELECT_TAG)
		err = grammar_tag(p, sel->tag, key, value);
	else if (by == SELECT_SLOT)
		err = grammar_number(p, &sel->number, 0, CHAIN_MAX - 1, key, value);
	else
		err = grammar_number(p, &sel->number, 0, UINT32_MAX, key, value);
	if (!err)
		sel->by = by;
	return err;
}

/* A bare NAME must not be a keyword of any verb, so that a missing NAME is an error. */
int grammar_bare_selector(struct parser *p, struct selector *sel, const char *word)
{
	if (!grammar_is_keyword(p, word))
		return grammar_set_selector(p, sel, SELECT_NAME, "name", word);
	return report_fail(
		p->r, STATUS_USAGE, EINVAL,
		"Error: \"%s\" is a keyword: for an entry of that name write \"name %s\"", word,
		word);
}

static const struct {
	const char *word;
	enum selector_by by;
	const char *needs;
} selector_words[] = {
	{ "name", SELECT_NAME, "a name" },
	{ "id", SELECT_ID, "the id of a program" },
	{ "tag", SELECT_TAG, "the tag of a program" },
	{ "slot", SELECT_SLOT, "the number of a slot" },
};

int grammar_second_selector(struct parser *p, const char *key, const char *value)
{
	const char *first = key;

	for (size_t i = 0; i < ARRAY_SIZE(selector_words); i++)
		if (selector_words[i].by == p->rq->selector.by)
			first = selector_words[i].word;
	return strcmp(first, key) ? complete_not_both(p->r, first, key)
				  : grammar_second(p, key, value);
}

/* { NAME | name NAME | id PROG_ID | tag TAG | slot N } after a keyword */
int grammar_selector(struct parser *p, struct selector *sel, char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(selector_words); i++) {
		char *value;

		if (strcmp(word, selector_words[i].word))
			continue;
		value = grammar_next_word(p);
		return value ? grammar_set_selector(p, sel, selector_words[i].by, word, value)
			     : grammar_incomplete(p, word, selector_words[i].needs);
	}
	return grammar_bare_selector(p, sel, word);
}
