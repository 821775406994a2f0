// SPDX-License-Identifier: GPL-2.0-or-later
/* The keywords of "test". */
#include "syntax/grammar_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/words.h"

int take_pcap(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->rq->test.pcap, key, value);
}

int take_packet(struct parser *p, const char *key, char *value)
{
	struct test_request *t = &p->rq->test;
	const char **packets = realloc(t->packets, (t->n_packets + 1) * sizeof(*packets));
	size_t len = strlen(value);

	(void)key;
	if (!packets)
		return report_no_memory(p->r);
	t->packets = packets;
	if (!len || len % 2 || strspn(value, "0123456789abcdefABCDEF") != len)
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: argument \"%.32s%s\" is wrong: a \"packet\" is two hexadecimal digits for each byte, without blanks",
			value, len > 32 ? "..." : "");
	t->packets[t->n_packets++] = value;
	return 0;
}

int take_expect_verdict(struct parser *p, const char *key, char *value)
{
	if (!words_actions(value, &p->rq->test.expect) || !p->rq->test.expect)
		return grammar_one_of(p, key, grammar_some_verdict, value);
	p->rq->test.has_expect = true;
	return 0;
}

int take_repeat(struct parser *p, const char *key, char *value)
{
	return grammar_number(p, &p->rq->test.repeat, 1, 10000000, key, value);
}

int take_partial(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->test.partial = true;
	return 0;
}

int take_tap(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->test.tap = true;
	return 0;
}
