// SPDX-License-Identifier: GPL-2.0-or-later
/* Which format a chain is written in, and what libxdp makes of its order. */
#include "model/chain.h"

#include <errno.h>
#include <string.h>

/* Why a libxdp format cannot hold the chain, or NULL when it can. */
static const char *needs_extended(const struct chain *c)
{
	if (c->n > XDP_DISPATCHER_SLOTS)
		return "it has more than 10 entries";
	for (unsigned int i = 0; i < c->n; i++) {
		if (c->entries[i].disabled)
			return "it has a disabled entry";
		if (c->entries[i].linkage == LINKAGE_TAIL)
			return "it has an entry that is tail-called";
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (c->entries[i].go_to[v])
				return "it has a goto";
	}
	return NULL;
}

static int check_wanted(const struct chain *c, enum chain_format wanted, struct report *r)
{
	const char *why = needs_extended(c);

	if (wanted == FORMAT_EXTENDED)
		return 0;
	if (why)
		return report_fail(r, STATUS_REFUSED, EOPNOTSUPP,
				   "Format %d cannot hold this chain: %s", wanted, why);
	if (wanted == FORMAT_2 && chain_devbound(c))
		return report_fail(
			r, STATUS_REFUSED, EOPNOTSUPP,
			"Format 2 cannot hold this chain: it has a device-bound program");
	return 0;
}

static void settle_by_need(struct chain *c, enum chain_format fresh, struct report *r)
{
	const char *why = needs_extended(c);

	if (c->format == FORMAT_EXTENDED && (why || c->keep_extended))
		return;
	if (why) {
		c->format = FORMAT_EXTENDED;
		if (fresh == FORMAT_EXTENDED)
			return;
		report_warn(
			r,
			"The chain is written in the extended format, which libxdp does not read: %s",
			why);
		return;
	}
	if (c->format != FORMAT_2 && c->format != FORMAT_3)
		c->format = fresh;
	if (c->format != FORMAT_2 || !chain_devbound(c))
		return;
	c->format = FORMAT_3;
	report_warn(
		r,
		"The chain is written in format 3, which libxdp before 1.6 does not read: it has a device-bound program");
}

int format_settle(struct chain *c, enum chain_format wanted, enum chain_format fresh,
		  struct report *r)
{
	int err;

	if (wanted == FORMAT_UNSET) {
		settle_by_need(c, fresh, r);
		return 0;
	}
	err = check_wanted(c, wanted, r);
	if (err)
		return err;
	c->format = wanted;
	c->keep_extended = wanted == FORMAT_EXTENDED;
	return 0;
}

/* The kernel wants of a tail call that both sides are for packets in several
 * buffers, or neither.  The dispatcher is if every entry is. */
static int check_frags(const struct chain *c, unsigned int slot, struct report *r)
{
	const struct entry *e = &c->entries[slot];

	if (chain_tie(c, slot) != TIE_TAIL || e->program->frags == chain_frags(c))
		return 0;
	return report_fail(
		r, STATUS_REFUSED, EOPNOTSUPP,
		"Entry \"%s\" was loaded for packets in several buffers and can be tail-called only where all others were too",
		e->name);
}

int format_check_tail(const struct chain *c, struct report *r)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->n; i++) {
		enum tie tie = chain_tie(c, i);
		int err = check_frags(c, i, r);

		if (err)
			return err;
		n += tie == TIE_TAIL || tie == TIE_SHIM;
	}
	if (n > CHAIN_MAX_TAIL)
		return report_fail(r, STATUS_REFUSED, E2BIG,
				   "%u entries are tail-called: the kernel allows for %u", n,
				   CHAIN_MAX_TAIL);
	if (n && chain_devbound(c))
		return report_fail(r, STATUS_REFUSED, EOPNOTSUPP,
				   "A chain with a device-bound program cannot tail-call others");
	return 0;
}

/* libxdp's order of two loaded programs of the same priority. */
static bool libxdp_swaps(const struct entry *a, const struct entry *b)
{
	int order;

	if (a->prio != b->prio)
		return a->prio > b->prio;
	if (!a->program || !b->program)
		return false;
	order = strcmp(a->program->func, b->program->func);
	if (!order)
		order = memcmp(a->program->tag, b->program->tag, BPF_TAG_BYTES);
	/* Last of all by load time, which ids follow. */
	if (!order)
		return a->program->id > b->program->id;
	return order > 0;
}

static int first_swapped(const struct chain *c)
{
	if (c->format == FORMAT_EXTENDED)
		return -1;
	for (unsigned int i = 0; i + 1 < c->n; i++)
		if (libxdp_swaps(&c->entries[i], &c->entries[i + 1]))
			return i;
	return -1;
}

void format_warn_order(const struct chain *c, const struct chain *before, struct report *r)
{
	int i = first_swapped(c);

	if (i < 0 || (before && first_swapped(before) >= 0))
		return;
	report_warn(
		r,
		"libxdp would run \"%s\" before \"%s\", should it rebuild this chain: both have priority %u, and it sorts by function, tag and age",
		c->entries[i + 1].name, c->entries[i].name, c->entries[i].prio);
}
