// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules that tell what follows a verdict. */
#include "model/chain.h"

#include <errno.h>

void rules_set(struct entry *e, __u32 mask, enum fate fate, unsigned int uid)
{
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		if (!(mask & VERDICT_BIT(v)))
			continue;
		e->go_to[v] = fate == FATE_GOTO ? uid : 0;
		if (fate == FATE_NEXT)
			e->proceed_on |= VERDICT_BIT(v);
		else
			e->proceed_on &= ~VERDICT_BIT(v);
	}
}

int rules_next(const struct chain *c, unsigned int slot, unsigned int verdict)
{
	const struct entry *e = &c->entries[slot];

	if (e->go_to[verdict])
		return chain_slot(c, e->go_to[verdict]);
	return e->proceed_on & VERDICT_BIT(verdict) ? (int)slot + 1 : -1;
}

__u32 rules_leads_on(const struct chain *c, unsigned int slot)
{
	__u32 mask = 0;

	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (rules_next(c, slot, v) == (int)slot + 1)
			mask |= VERDICT_BIT(v);
	return mask;
}

bool rules_skips(const struct chain *c, unsigned int slot)
{
	const struct entry *e = &c->entries[slot];
	__u32 on = rules_leads_on(c, slot);

	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (e->go_to[v] && !(on & VERDICT_BIT(v)))
			return true;
	return false;
}

/* An entry that is disabled, or has lost its extension, is skipped. */
static bool is_called(const struct entry *e)
{
	return !e->disabled && !(e->empty && e->linkage == LINKAGE_EXT);
}

int rules_called(const struct chain *c, unsigned int slot)
{
	while (slot < c->n && !is_called(&c->entries[slot]))
		slot++;
	return slot < c->n ? (int)slot : -1;
}

int rules_follows(const struct chain *c, unsigned int slot, unsigned int verdict)
{
	int next = verdict < N_VERDICTS ? rules_next(c, slot, verdict) : -1;

	return next < 0 ? -1 : rules_called(c, next);
}

static bool is_wrong(const struct chain *c, unsigned int slot, unsigned int verdict)
{
	unsigned int uid = c->entries[slot].go_to[verdict];

	return uid && chain_slot(c, uid) <= (int)slot;
}

int rules_first_wrong(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (is_wrong(c, i, v))
				return i;
	return -1;
}

static int refuse_goto(const struct chain *c, unsigned int slot, struct report *r)
{
	const struct entry *e = &c->entries[slot];
	unsigned int verdict = 0;
	int to;

	while (!is_wrong(c, slot, verdict))
		verdict++;
	to = chain_slot(c, e->go_to[verdict]);
	if (to < 0)
		return report_fail(r, STATUS_REFUSED, EINVAL,
				   "The entry that \"%s\" goes to on %s is not in the chain",
				   e->name, verdict_name(verdict));
	return report_fail(
		r, STATUS_REFUSED, EINVAL,
		"A goto can only go forward: \"%s\" (slot %u) cannot go to \"%s\" (slot %d) on %s; change the order or the rule",
		e->name, slot, c->entries[to].name, to, verdict_name(verdict));
}

/* A disabled entry is skipped; an enabled one leads where its rules say. */
static void mark_reached(const struct chain *c, unsigned int slot, bool *reached)
{
	if (c->entries[slot].disabled) {
		reached[slot + 1] = true;
		return;
	}
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int to = rules_next(c, slot, v);

		if (to >= 0)
			reached[to] = true;
	}
}

static void warn_unreached(const struct chain *c, struct report *r)
{
	bool reached[CHAIN_MAX + 1] = { true };

	for (unsigned int i = 0; i < c->n; i++) {
		if (reached[i])
			mark_reached(c, i, reached);
		else if (!c->entries[i].disabled)
			report_warn(
				r,
				"Entry \"%s\" never runs: no rule of an entry before it leads there",
				c->entries[i].name);
	}
}

int rules_check(const struct chain *c, struct report *r)
{
	int slot = rules_first_wrong(c);

	if (slot >= 0)
		return refuse_goto(c, slot, r);
	warn_unreached(c, r);
	return 0;
}
