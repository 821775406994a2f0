// SPDX-License-Identifier: GPL-2.0-or-later
/* The model: the ordered programs on one interface. */
#include "model/chain.h"

#include <errno.h>
#include <stdint.h>
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

/* The sentence for a selector that matches several: the first two are named,
 * so that the user can pick one by id or slot. */
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
	if (found < 0)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "No such entry: no entry in the chain has %s", what);
	return found;
}

static int check_name_free(const struct chain *c, const char *name, struct report *r)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!strcmp(c->entries[i].name, name))
			return report_fail(
				r, STATUS_REFUSED, EEXIST,
				"File exists: slot %u of the chain is already named \"%s\"", i,
				name);
	return 0;
}

/* The order read back is the truth, so look for the last entry that must come
 * first rather than for the first that must come later. */
static int slot_by_prio(const struct chain *c, __u32 prio)
{
	int slot = 0;

	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].prio <= prio)
			slot = i + 1;
	return slot;
}

static int find_place(const struct chain *c, const struct place *place, struct report *r)
{
	int slot;

	switch (place->how) {
	case PLACE_PRIO:
		return slot_by_prio(c, place->prio);
	case PLACE_FIRST:
		return 0;
	case PLACE_LAST:
		return c->n;
	case PLACE_BEFORE:
		return chain_find(c, &place->beside, r);
	case PLACE_AFTER:
		slot = chain_find(c, &place->beside, r);
		return slot < 0 ? slot : slot + 1;
	}
	return -EINVAL;
}

/*
 * A priority for an entry that goes into @slot: between its neighbours', @own
 * if that is one; else next to the one neighbour there is, else half way; where
 * nothing is free, the neighbour's, which leaves a tie.
 */
static __u32 free_prio(const struct chain *c, unsigned int slot, __u32 own)
{
	bool has_left = slot > 0, has_right = slot < c->n;
	__u32 left = has_left ? c->entries[slot - 1].prio : 0;
	__u32 right = has_right ? c->entries[slot].prio : UINT32_MAX;

	if ((!has_left || own > left) && (!has_right || own < right))
		return own;
	if (!has_left)
		return right ? right - 1 : 0;
	if (!has_right)
		return left < UINT32_MAX ? left + 1 : left;
	return right > left ? left + (right - left) / 2 : left;
}

void program_init(struct program *p)
{
	struct origin *o = &p->origin;

	memset(p, 0, offsetof(struct program, origin));
	p->fd = -1;
	*o->object = *o->section = *o->function = *o->sha256 = *o->pinmaps = '\0';
	o->added = 0;
}

void chain_init(struct chain *c)
{
	memset(c, 0, offsetof(struct chain, entries));
}

static void put(struct chain *c, unsigned int slot, const struct entry *e)
{
	memmove(&c->entries[slot + 1], &c->entries[slot], (c->n - slot) * sizeof(*e));
	c->entries[slot] = *e;
	c->n++;
}

static void take(struct chain *c, unsigned int slot)
{
	c->n--;
	memmove(&c->entries[slot], &c->entries[slot + 1], (c->n - slot) * sizeof(c->entries[0]));
}

/* Insert with the priority that the place brings along. */
static int put_at(struct chain *c, struct entry *e, const struct place *place, struct report *r)
{
	int slot = find_place(c, place, r);

	if (slot < 0)
		return slot;
	e->prio = place->how == PLACE_PRIO ? place->prio : free_prio(c, slot, e->prio);
	put(c, slot, e);
	return slot;
}

int chain_insert(struct chain *c, const struct entry *e, const struct place *place,
		 struct report *r)
{
	struct entry new = *e;
	int err = check_name_free(c, e->name, r);

	if (err)
		return err;
	if (c->n == CHAIN_MAX)
		return report_fail(r, STATUS_REFUSED, E2BIG, "The chain is full: it has %u entries",
				   c->n);
	new.uid = ++c->last_uid;
	return put_at(c, &new, place, r);
}

/* Slots are numbered as before the entry is taken out, so find the neighbour
 * first. */
static int pin_neighbour(const struct chain *c, unsigned int slot, struct place *place,
			 struct report *r)
{
	int beside;

	if (place->how != PLACE_BEFORE && place->how != PLACE_AFTER)
		return 0;
	beside = chain_find(c, &place->beside, r);
	if (beside < 0)
		return beside;
	if (beside == (int)slot)
		return report_fail(r, STATUS_REFUSED, EINVAL,
				   "Entry \"%s\" cannot be placed beside itself",
				   c->entries[slot].name);
	place->beside = (struct selector){
		.by = SELECT_SLOT,
		.number = beside - (beside > (int)slot),
	};
	return 0;
}

int chain_move(struct chain *c, unsigned int slot, const struct place *place, struct report *r)
{
	struct entry e = c->entries[slot];
	struct place to = *place;
	int err = pin_neighbour(c, slot, &to, r);

	if (err)
		return err;
	take(c, slot);
	return put_at(c, &e, &to, r);
}

int chain_del(struct chain *c, unsigned int slot, struct report *r)
{
	unsigned int uid = c->entries[slot].uid;

	for (unsigned int i = 0; i < c->n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (i != slot && c->entries[i].go_to[v] == uid)
				return report_fail(
					r, STATUS_REFUSED, EBUSY,
					"Entry \"%s\" goes to \"%s\" on %s: change that rule first",
					c->entries[i].name, c->entries[slot].name, verdict_name(v));
	take(c, slot);
	return 0;
}

int chain_rename(struct chain *c, unsigned int slot, const char *name, struct report *r)
{
	int err;

	if (!strcmp(c->entries[slot].name, name))
		return 0;
	err = check_name_free(c, name, r);
	if (!err)
		strcpy(c->entries[slot].name, name);
	return err;
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

/* A disabled entry is not called, so what it can take does not matter. */
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

/* Where a goto leads, independent of how the uids of a chain were given. */
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

static bool same_text(const char *a, const char *b)
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
