// SPDX-License-Identifier: GPL-2.0-or-later
/* The keywords of "trace". */
#include "syntax/grammar_internal.h"

#include <stdint.h>

#include "syntax/words.h"

int take_filter(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->rq->trace.filter, key, value);
}

int take_verdict(struct parser *p, const char *key, char *value)
{
	if (!words_actions(value, &p->rq->trace.verdicts) || !p->rq->trace.verdicts)
		return grammar_one_of(p, key, grammar_some_verdict, value);
	p->rq->trace.has_verdicts = true;
	return 0;
}

int take_entry(struct parser *p, const char *key, char *value)
{
	(void)key;
	return grammar_selector(p, &p->rq->trace.entry, value);
}

int take_sample(struct parser *p, const char *key, char *value)
{
	return grammar_number(p, &p->rq->trace.sample, 1, INT32_MAX, key, value);
}

int take_count(struct parser *p, const char *key, char *value)
{
	return grammar_number(p, &p->rq->trace.count, 1, UINT32_MAX, key, value);
}

int take_write(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->rq->trace.file, key, value);
}

int take_changes(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->trace.changes = true;
	return 0;
}

int take_times(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->trace.times = true;
	return 0;
}
