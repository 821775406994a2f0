// SPDX-License-Identifier: GPL-2.0-or-later
/* The problems of a damaged chain. */
#include "chain/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int problems_add(struct problems *ps, const struct problem *p, struct report *r)
{
	struct problem *at = realloc(ps->at, (ps->n + 1) * sizeof(*at));

	if (!at)
		return report_no_memory(r);
	ps->at = at;
	at[ps->n++] = *p;
	return 0;
}

void problems_free(struct problems *ps)
{
	free(ps->at);
	*ps = (struct problems){ 0 };
}

/* The text of a problem, without its slot. */
static void say(const struct problem *p, const char *ifname, char *buf, size_t size)
{
	switch (p->kind) {
	case PROBLEM_PIN_MISSING:
		snprintf(buf, size, "pin \"%s\" is missing", p->pin);
		break;
	case PROBLEM_WRONG_LINK:
		snprintf(buf, size, "the pinned link does not link the program to this slot");
		break;
	case PROBLEM_WRONG_CALL:
		snprintf(buf, size, "the tail call leads to another program");
		break;
	case PROBLEM_WRONG_SHIM:
		snprintf(buf, size, "the extension does not call the program");
		break;
	case PROBLEM_NOT_LINKED:
		snprintf(buf, size, "no program is linked, packets skip it");
		break;
	case PROBLEM_NOT_CALLED:
		snprintf(buf, size, "the tail call fails, packets are aborted");
		break;
	case PROBLEM_PINNED_ELSEWHERE:
		snprintf(
			buf, size,
			"the pins are not on this bpffs: the chain can only be changed where they are");
		break;
	case PROBLEM_GONE:
		snprintf(
			buf, size,
			"pins and links are gone and no program runs: flush the chain and add the programs again");
		break;
	case PROBLEM_OTHER_IFINDEX:
		snprintf(
			buf, size,
			"the pins belong to interface index %u: \"ip link xdp multi repair dev %s\" makes new ones",
			p->id, ifname);
		break;
	case PROBLEM_DISPLACED:
		snprintf(buf, size, "the chain of dispatcher %u was displaced and is still pinned",
			 p->id);
		break;
	}
}

static bool names_entry(enum problem_kind kind)
{
	return kind == PROBLEM_NOT_LINKED || kind == PROBLEM_NOT_CALLED;
}

const char *problem_text(const struct problem *p, const struct chain *c, const char *ifname,
			 char *buf, size_t size)
{
	size_t len = 0;

	if (p->slot >= 0 && names_entry(p->kind))
		len = snprintf(buf, size, "slot %d (%s): ", p->slot,
			       p->slot < (int)c->n && *c->entries[p->slot].name
				       ? c->entries[p->slot].name
				       : "?");
	else if (p->slot >= 0)
		len = snprintf(buf, size, "slot %d: ", p->slot);
	if (len < size)
		say(p, ifname, buf + len, size - len);
	return buf;
}
