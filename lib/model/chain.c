// SPDX-License-Identifier: GPL-2.0-or-later
/* The model: the ordered programs on one interface. */
#include "model/chain.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *xdp_mode_name(enum xdp_mode mode)
{
	switch (mode) {
	case XDP_MODE_NATIVE:
		return "native";
	case XDP_MODE_GENERIC:
		return "generic";
	case XDP_MODE_OFFLOAD:
		return "offload";
	case XDP_MODE_NONE:
		break;
	}
	return "none";
}

const char *verdict_name(unsigned int verdict)
{
	static const char *const names[N_VERDICTS] = {
		[VERDICT_ABORTED] = "aborted",	 [VERDICT_DROP] = "drop",
		[VERDICT_PASS] = "pass",	 [VERDICT_TX] = "tx",
		[VERDICT_REDIRECT] = "redirect",
	};

	return verdict < N_VERDICTS ? names[verdict] : NULL;
}

const char *verdicts_text(__u32 mask, char *buf, size_t size)
{
	size_t len = 0;

	if (!mask)
		return "none";
	if (mask == VERDICTS_ALL)
		return "all";
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (mask & VERDICT_BIT(v))
			len += snprintf(buf + len, size - len, "%s%s", len ? "," : "",
					verdict_name(v));
	return buf;
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

static bool entry_matches(const struct entry *e, unsigned int slot, const struct selector *sel)
{
	switch (sel->by) {
	case SELECT_NAME:
		return !strcmp(e->name, sel->name);
	case SELECT_ID:
		return e->program && e->program->id == sel->number;
	case SELECT_TAG:
		return e->program && !memcmp(e->program->tag, sel->tag, BPF_TAG_BYTES);
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
		snprintf(buf, size, "tag %02x%02x%02x%02x%02x%02x%02x%02x", sel->tag[0],
			 sel->tag[1], sel->tag[2], sel->tag[3], sel->tag[4], sel->tag[5],
			 sel->tag[6], sel->tag[7]);
		break;
	case SELECT_SLOT:
		snprintf(buf, size, "slot %u", sel->number);
		break;
	case SELECT_NONE:
		snprintf(buf, size, "nothing");
		break;
	}
}

/* Report a selector that matches several entries, and name the first two, so that the
 * user can pick one by id or slot. */
static int ambiguous(const struct chain *c, const char *what, unsigned int a, unsigned int b,
		     struct report *r)
{
	const struct program *pa = c->entries[a].program;
	const struct program *pb = c->entries[b].program;

	return report_fail(
		r, STATUS_REFUSED, ENOTUNIQ,
		"%s matches several entries (slot %u id %u, slot %u id %u): select by id or slot",
		what, a, pa ? pa->id : 0, b, pb ? pb->id : 0);
}

static int missing(const struct selector *sel, const char *what, struct report *r)
{
	if (sel->by == SELECT_NAME)
		return report_fail(r, STATUS_REFUSED, ENOENT, "The chain has no entry named \"%s\"",
				   sel->name);
	return report_fail(r, STATUS_REFUSED, ENOENT, "The chain has no entry %s %s",
			   sel->by == SELECT_SLOT ? "in" : "with", what);
}

int chain_find(const struct chain *c, const struct selector *sel, struct report *r)
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
	return found < 0 ? missing(sel, what, r) : found;
}

void chain_init(struct chain *c)
{
	memset(c, 0, offsetof(struct chain, entries));
}

int chain_slot(const struct chain *c, unsigned int uid)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].uid == uid)
			return i;
	return -1;
}

unsigned int chain_enabled(const struct chain *c)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->n; i++)
		n += !c->entries[i].disabled;
	return n;
}

bool chain_has_tail(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (chain_tie(c, i) == TIE_TAIL)
			return true;
	return false;
}

bool chain_no_type(const struct chain *c)
{
	bool no_type = false;

	for (unsigned int i = 0; i < c->n; i++) {
		const struct entry *e = &c->entries[i];

		if (e->disabled)
			continue;
		if (e->linkage != LINKAGE_TAIL || !e->program || !e->program->no_type)
			return false;
		no_type = true;
	}
	return no_type;
}

enum tie chain_tie(const struct chain *c, unsigned int slot)
{
	const struct entry *e = &c->entries[slot];

	if (e->disabled)
		return TIE_NONE;
	if (e->linkage == LINKAGE_EXT)
		return TIE_EXT;
	return e->program && e->program->no_type && !chain_no_type(c) ? TIE_SHIM : TIE_TAIL;
}

bool chain_devbound(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].program && c->entries[i].program->devbound)
			return true;
	return false;
}

/* A disabled entry is not called, so it does not matter what packets it can take. */
static bool all_frags(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!c->entries[i].disabled &&
		    (!c->entries[i].program || !c->entries[i].program->frags))
			return false;
	return chain_enabled(c) > 0;
}

bool chain_frags(const struct chain *c)
{
	return all_frags(c) && (!c->linear || chain_has_tail(c));
}

bool chain_made_for_generic(const struct chain *c)
{
	return all_frags(c) && !chain_frags(c);
}

/* Compare the slots to which gotos lead, because uids differ between chains. */
static bool same_gotos(const struct chain *ca, const struct entry *a, const struct chain *cb,
		       const struct entry *b)
{
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int to_a = a->go_to[v] ? chain_slot(ca, a->go_to[v]) : -1;
		int to_b = b->go_to[v] ? chain_slot(cb, b->go_to[v]) : -1;

		if (to_a != to_b)
			return false;
	}
	return true;
}

bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

bool entry_same_config(const struct entry *a, const struct entry *b)
{
	return same_text(a->config, b->config);
}

bool entry_same_labels(const struct entry *a, const struct entry *b)
{
	return !strcmp(a->name, b->name) && a->proceed_on == b->proceed_on &&
	       entry_same_config(a, b) && same_text(a->policy, b->policy);
}

static bool entry_equal(const struct entry *a, const struct entry *b)
{
	return entry_same_labels(a, b) && a->prio == b->prio && a->linkage == b->linkage &&
	       a->disabled == b->disabled && a->empty == b->empty && a->program && b->program &&
	       a->program->id == b->program->id;
}

bool chain_equal(const struct chain *a, const struct chain *b)
{
	if (a->format != b->format || a->n != b->n || a->keep_extended != b->keep_extended ||
	    a->stats != b->stats || a->traced != b->traced)
		return false;
	for (unsigned int i = 0; i < a->n; i++)
		if (!entry_equal(&a->entries[i], &b->entries[i]) ||
		    !same_gotos(a, &a->entries[i], b, &b->entries[i]))
			return false;
	return true;
}

bool chain_in_force(const struct chain *is, const struct chain *want)
{
	if (!chain_equal(is, want))
		return false;
	for (unsigned int i = 0; i < is->n; i++)
		if (is->entries[i].in_force != want->entries[i].proceed_on)
			return false;
	return true;
}

static size_t size_with(unsigned int n)
{
	return offsetof(struct chain, entries) + n * sizeof(((struct chain *)NULL)->entries[0]);
}

static size_t size_of(const struct chain *c)
{
	return size_with(c->n);
}

struct chain *chain_new(unsigned int room)
{
	return calloc(1, size_with(room));
}

void chain_copy(struct chain *to, const struct chain *from)
{
	memcpy(to, from, size_of(from));
}

struct chain *chain_dup(const struct chain *from)
{
	struct chain *to = malloc(size_of(from));

	if (to)
		chain_copy(to, from);
	return to;
}
