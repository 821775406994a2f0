// SPDX-License-Identifier: GPL-2.0-or-later
/* Insert, move, rename and remove entries of a chain. */
#include "model/chain.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

static int check_name_free(const struct chain *c, const char *name, struct report *r)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!strcmp(c->entries[i].name, name))
			return report_fail(
				r, STATUS_REFUSED, EEXIST,
				"The chain already has an entry named \"%s\", in slot %u: choose another name, or \"replace\" it",
				name, i);
	return 0;
}

/* The actual order may not follow the priorities, so look for the last entry that must
 * come before, not for the first that must come after. */
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
 * Choose a priority for an entry in @slot: @own if it is between those of the
 * neighbours; else next to the only neighbour, or half way between both; if none
 * is free, the neighbour's, which leaves a tie.
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

/* Insert with the priority that follows from the place. */
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
		return report_fail(r, STATUS_REFUSED, E2BIG,
				   "The chain is full: it has %u entries; delete one first", c->n);
	new.uid = ++c->last_uid;
	return put_at(c, &new, place, r);
}

/* Slot numbers refer to the chain before the entry is removed, so find the neighbour
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
		return report_fail(
			r, STATUS_REFUSED, EINVAL,
			"Entry \"%s\" cannot be placed beside itself: name another entry",
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
