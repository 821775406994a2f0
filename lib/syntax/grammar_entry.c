// SPDX-License-Identifier: GPL-2.0-or-later
/* Keywords that describe an entry. */
#include "syntax/grammar_internal.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "syntax/words.h"

int take_object(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->entry->source.object, key, value);
}

int take_section(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->entry->source.section, key, value);
}

int take_program(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->entry->source.function, key, value);
}

int take_pinmaps(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->entry->source.pinmaps, key, value);
}

int take_pinned(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->entry->source.pinned, key, value);
}

int take_sha256(struct parser *p, const char *key, char *value)
{
	if (strlen(value) != 64 || strspn(value, "0123456789abcdef") != 64)
		return grammar_must(p, key, "be 64 hexadecimal digits in lower case", value);
	return grammar_text(p, &p->entry->source.sha256, key, value);
}

int take_verbose(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->entry->source.verbose = true;
	return 0;
}

int take_name(struct parser *p, const char *key, char *value)
{
	if (grammar_selects(p))
		return grammar_set_selector(p, &p->rq->selector, SELECT_NAME, key, value);
	if (p->where == V(VERB_DEL))
		return grammar_second_selector(p, key, value);
	if (*p->entry->name)
		return grammar_second(p, key, value);
	if (p->where == LINE_POLICY && (!*value || strlen(value) >= sizeof(p->entry->name)))
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: argument \"%s\" is wrong: a pattern for names has 1 to 63 characters",
			value);
	if (p->where != LINE_POLICY && !entry_name_valid(value))
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: argument \"%s\" is wrong: a \"name\" is 1 to 63 characters of A-Z a-z 0-9 _ . : - and does not start with a digit or \"-\"",
			value);
	strcpy(p->entry->name, value);
	return 0;
}

int take_id(struct parser *p, const char *key, char *value)
{
	if (grammar_selects(p))
		return grammar_set_selector(p, &p->rq->selector, SELECT_ID, key, value);
	if (p->where == V(VERB_DEL))
		return grammar_second_selector(p, key, value);
	if (p->entry->source.id)
		return grammar_second(p, key, value);
	return grammar_number(p, &p->entry->source.id, 1, UINT32_MAX, key, value);
}

int take_tag(struct parser *p, const char *key, char *value)
{
	if (grammar_selects(p))
		return grammar_set_selector(p, &p->rq->selector, SELECT_TAG, key, value);
	if (p->where == V(VERB_DEL))
		return grammar_second_selector(p, key, value);
	if (p->entry->source.has_tag)
		return grammar_second(p, key, value);
	p->entry->source.has_tag = true;
	return grammar_tag(p, p->entry->source.tag, key, value);
}

int take_slot(struct parser *p, const char *key, char *value)
{
	if (!grammar_selects(p))
		return grammar_second_selector(p, key, value);
	return grammar_set_selector(p, &p->rq->selector, SELECT_SLOT, key, value);
}

static int set_place(struct parser *p, enum place_how how, const char *key)
{
	if (p->entry->has_place)
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: only one of \"prio\", \"first\", \"last\", \"before\", \"after\" can be given, \"%s\" is the second.",
			key);
	p->entry->has_place = true;
	p->entry->place.how = how;
	return 0;
}

int take_prio(struct parser *p, const char *key, char *value)
{
	int err = set_place(p, PLACE_PRIO, key);

	return err ? err : grammar_number(p, &p->entry->place.prio, 0, UINT32_MAX, key, value);
}

int take_first(struct parser *p, const char *key, char *value)
{
	(void)value;
	return set_place(p, PLACE_FIRST, key);
}

int take_last(struct parser *p, const char *key, char *value)
{
	(void)value;
	return set_place(p, PLACE_LAST, key);
}

int take_before(struct parser *p, const char *key, char *value)
{
	int err = set_place(p, PLACE_BEFORE, key);

	return err ? err : grammar_selector(p, &p->entry->place.beside, value);
}

int take_after(struct parser *p, const char *key, char *value)
{
	int err = set_place(p, PLACE_AFTER, key);

	return err ? err : grammar_selector(p, &p->entry->place.beside, value);
}

int take_proceed_on(struct parser *p, const char *key, char *value)
{
	if (!words_actions(value, &p->entry->proceed_on))
		return grammar_one_of(p, key, grammar_verdicts, value);
	p->entry->has_proceed_on = true;
	return 0;
}

/* on ACTIONS { next | stop | goto SELECTOR } */
int take_on(struct parser *p, const char *key, char *value)
{
	struct rule_request *rule = &p->entry->rules[p->entry->n_rules];
	char *word, on[64];

	if (p->entry->n_rules == REQUEST_MAX_RULES)
		return report_fail(p->r, STATUS_USAGE, EINVAL, "Error: more than %d \"on\"",
				   REQUEST_MAX_RULES);
	if (!words_actions(value, &rule->mask))
		return grammar_one_of(p, key, grammar_verdicts, value);
	if (rule->mask & p->ruled)
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: duplicate \"on\": \"%s\" already has a rule.", value);
	p->ruled |= rule->mask;
	word = grammar_next_word(p);
	snprintf(on, sizeof(on), "%s %s", key, value);
	if (!word)
		return grammar_incomplete(p, on, "\"next\", \"stop\" or \"goto\"");
	p->entry->n_rules++;
	if (!strcmp(word, "next"))
		rule->fate = FATE_NEXT;
	else if (!strcmp(word, "stop"))
		rule->fate = FATE_STOP;
	else if (!strcmp(word, "goto"))
		rule->fate = FATE_GOTO;
	else
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: \"on %s\" must be followed by \"next\", \"stop\" or \"goto\", not \"%s\"",
			value, word);
	if (rule->fate != FATE_GOTO)
		return 0;
	word = grammar_next_word(p);
	return word ? grammar_selector(p, &rule->to, word)
		    : grammar_incomplete(p, "goto", "an entry");
}

int take_toggle(struct parser *p, const char *key, char *value)
{
	(void)value;
	if (p->entry->toggle != TOGGLE_NONE)
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: either \"enable\" or \"disable\", not both.");
	p->entry->toggle = *key == 'e' ? TOGGLE_ENABLE : TOGGLE_DISABLE;
	return 0;
}

int take_linkage(struct parser *p, const char *key, char *value)
{
	if (!strcmp(value, "ext"))
		p->entry->linkage = WISH_EXT;
	else if (!strcmp(value, "tail"))
		p->entry->linkage = WISH_TAIL;
	else
		return grammar_one_of(p, key, grammar_linkages, value);
	return 0;
}
