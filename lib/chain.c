// SPDX-License-Identifier: GPL-2.0-or-later
/* The model: the ordered programs on one interface. */
#include "chain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *verdict_name(unsigned int verdict)
{
	static const char *const names[N_VERDICTS] = {
		[VERDICT_ABORTED] = "aborted",
		[VERDICT_DROP] = "drop",
		[VERDICT_PASS] = "pass",
		[VERDICT_TX] = "tx",
		[VERDICT_REDIRECT] = "redirect",
	};

	return verdict < N_VERDICTS ? names[verdict] : NULL;
}

bool entry_name_valid(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char others[] = "0123456789_.:-";
	size_t len = strlen(name);

	if (!len || len >= ENTRY_NAME_SIZE)
		return false;
	if (*name == '-' || (*name >= '0' && *name <= '9'))
		return false;
	for (; *name; name++)
		if (!strchr(letters, *name) && !strchr(others, *name))
			return false;
	return true;
}

static bool entry_matches(const struct entry *e, unsigned int slot,
			  const struct selector *sel)
{
	switch (sel->by) {
	case SELECT_NAME:
		return !strcmp(e->name, sel->name);
	case SELECT_ID:
		return e->program && e->program->id == sel->number;
	case SELECT_TAG:
		return e->program &&
		       !memcmp(e->program->tag, sel->tag, BPF_TAG_BYTES);
	case SELECT_SLOT:
		return slot == sel->number;
	case SELECT_NONE:
		break;
	}
	return false;
}

static void selector_text(const struct selector *sel, char *buf, size_t size)
{
	switch (sel->by) {
	case SELECT_NAME:
		snprintf(buf, size, "name \"%s\"", sel->name);
		break;
	case SELECT_ID:
		snprintf(buf, size, "id %u", sel->number);
		break;
	case SELECT_TAG:
		snprintf(buf, size, "tag %02x%02x%02x%02x%02x%02x%02x%02x",
			 sel->tag[0], sel->tag[1], sel->tag[2], sel->tag[3],
			 sel->tag[4], sel->tag[5], sel->tag[6], sel->tag[7]);
		break;
	case SELECT_SLOT:
		snprintf(buf, size, "slot %u", sel->number);
		break;
	case SELECT_NONE:
		snprintf(buf, size, "nothing");
		break;
	}
}

/* The sentence for a selector that matches several: the first two are named,
 * so that the user can pick one by id or slot. */
static int ambiguous(const struct chain *c, const char *what, unsigned int a,
		     unsigned int b, struct report *r)
{
	const struct program *pa = c->entries[a].program;
	const struct program *pb = c->entries[b].program;

	return report_fail(r, STATUS_REFUSED, ENOTUNIQ,
			   "%s means several entries (slot %u id %u, slot %u id %u): select by id or slot",
			   what, a, pa ? pa->id : 0, b, pb ? pb->id : 0);
}

int chain_find(const struct chain *c, const struct selector *sel,
	       struct report *r)
{
	char what[ENTRY_NAME_SIZE + 16];
	int found = -1;

	selector_text(sel, what, sizeof(what));
	for (unsigned int i = 0; i < c->n; i++) {
		if (!entry_matches(&c->entries[i], i, sel))
			continue;
		if (found >= 0)
			return ambiguous(c, what, found, i, r);
		found = i;
	}
	if (found < 0)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "No such entry: nothing in the chain has %s",
				   what);
	return found;
}

static int check_name_free(const struct chain *c, const char *name,
			   struct report *r)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!strcmp(c->entries[i].name, name))
			return report_fail(r, STATUS_REFUSED, EEXIST,
					   "File exists: slot %u of the chain is already named \"%s\"",
					   i, name);
	return 0;
}

int chain_add(struct chain *c, const struct entry *e, struct report *r)
{
	unsigned int slot = 0;
	int err;

	err = check_name_free(c, e->name, r);
	if (err)
		return err;
	if (c->n == CHAIN_MAX)
		return report_fail(r, STATUS_REFUSED, E2BIG,
				   "The chain is full: it has %u entries", c->n);
	/* The order read back is the truth, so look for the last entry that
	 * must come first rather than for the first that must come later. */
	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].prio <= e->prio)
			slot = i + 1;
	memmove(&c->entries[slot + 1], &c->entries[slot],
		(c->n - slot) * sizeof(*e));
	c->entries[slot] = *e;
	c->n++;
	return slot;
}

void chain_del(struct chain *c, unsigned int slot)
{
	c->n--;
	memmove(&c->entries[slot], &c->entries[slot + 1],
		(c->n - slot) * sizeof(c->entries[0]));
}

/* Why a libxdp format cannot hold the chain, or NULL when it can. */
static const char *needs_extended(const struct chain *c)
{
	if (c->n > XDP_DISPATCHER_SLOTS)
		return "it has more than 10 entries";
	return NULL;
}

static bool needs_devbound(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].program && c->entries[i].program->devbound)
			return true;
	return false;
}

static int check_wanted(const struct chain *c, enum chain_format wanted,
			struct report *r)
{
	const char *why = needs_extended(c);

	if (wanted == FORMAT_EXTENDED)
		return 0;
	if (why)
		return report_fail(r, STATUS_REFUSED, EOPNOTSUPP,
				   "Format %d cannot hold this chain: %s",
				   wanted, why);
	if (wanted == FORMAT_2 && needs_devbound(c))
		return report_fail(r, STATUS_REFUSED, EOPNOTSUPP,
				   "Format 2 cannot hold this chain: it has a device-bound program");
	return 0;
}

int chain_settle_format(struct chain *c, enum chain_format wanted,
			enum chain_format fresh, struct report *r)
{
	enum chain_format old = c->format;
	const char *why = needs_extended(c);
	int err;

	if (wanted != FORMAT_UNSET) {
		err = check_wanted(c, wanted, r);
		if (!err)
			c->format = wanted;
		return err;
	}
	if (why) {
		c->format = FORMAT_EXTENDED;
		if (old != FORMAT_EXTENDED)
			report_warn(r, "The chain is written in the extended format, which libxdp does not read: %s",
				    why);
		return 0;
	}
	if (old != FORMAT_2 && old != FORMAT_3)
		c->format = fresh;
	if (c->format == FORMAT_2 && needs_devbound(c))
		c->format = FORMAT_3;
	return 0;
}

bool chain_frags(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!c->entries[i].program || !c->entries[i].program->frags)
			return false;
	return c->n > 0;
}

static bool entry_equal(const struct entry *a, const struct entry *b)
{
	return !strcmp(a->name, b->name) && a->prio == b->prio &&
	       a->proceed_on == b->proceed_on && a->linkage == b->linkage &&
	       a->empty == b->empty && a->program && b->program &&
	       a->program->id == b->program->id;
}

bool chain_equal(const struct chain *a, const struct chain *b)
{
	if (a->format != b->format || a->n != b->n)
		return false;
	for (unsigned int i = 0; i < a->n; i++)
		if (!entry_equal(&a->entries[i], &b->entries[i]))
			return false;
	return true;
}
