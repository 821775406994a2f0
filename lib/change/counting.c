// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the new dispatcher of a device counts.
 *
 * It goes on in the very maps of the old one: no count is copied, so none is lost, and
 * a change that fails or is killed leaves nothing to put right.  An entry that stays
 * keeps its row; a new one gets a row that nobody counts in.
 *
 * Only where the old dispatcher stays with other devices, or too few rows are free,
 * new maps are made that go on from its numbers.  What it counts between that moment
 * and the swap stays with it.
 */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * struct counting
 * @own: maps of the old dispatcher, all -1 if it has none
 * @counters: those of the new one, which may be the same
 * @row_was: by row of the new chain, the row in @own that it goes on from, or 0
 */
struct counting {
	struct counters own;
	struct counters counters;
	unsigned int row_was[COUNTS_ROWS];
};

/* The chain of the interface, if it is counted and the new one comes of it. */
static const struct view *counted_before(const struct txn *x, const struct target *t)
{
	const struct view *own = view_own_chain(t->old);

	return own && own->chain.stats && x->rq->verb != VERB_SHARE ? own : NULL;
}

bool target_same_counters(const struct txn *x, const struct target *a, const struct target *b)
{
	const struct view *was = counted_before(x, a), *other = counted_before(x, b);

	return was && other && was->prog.id == other->prog.id;
}

/* A caller that turns counters off gets the last values. */
void target_warn_uncounted(const struct txn *x, const struct target *t)
{
	const struct view *own = view_own_chain(t->old);

	if (own && own->chain.stats && !t->plan.chain->stats && x->rq->verb != VERB_SET)
		report_warn(x->r,
			    "dev %s: the counters are removed and packets are no longer counted",
			    t->link.ifname);
}

/* ---- is the old dispatcher another device's too? ---- */

struct find_user {
	const struct txn *x;
	const struct view *own;
	int ifindex;
	bool found;
};

/* Devices that are changed together get one dispatcher again. */
static bool changes_too(const struct txn *x, int ifindex)
{
	for (unsigned int i = 0; i < x->n; i++)
		if (x->targets[i].link.ifindex == ifindex)
			return !x->targets[i].plan.unchanged;
	return false;
}

static int is_other_user(const struct store_dir *which, void *arg)
{
	struct find_user *f = arg;

	f->found |= which->id == f->own->prog.id && which->ifindex != f->ifindex &&
		    !changes_too(f->x, which->ifindex);
	return 0;
}

/* ---- before the dispatcher is made ---- */

/* In the maps of the old dispatcher.  False if that cannot be. */
static bool go_on(const struct txn *x, const struct target *t, const struct view *own)
{
	struct find_user f = { .x = x, .own = own, .ifindex = t->link.ifindex };
	struct counting *k = t->counting;

	if (store_each_dir(x->store, is_other_user, &f, NULL) || f.found ||
	    counts_assign_rows(t->plan.chain, &own->chain))
		return false;
	k->counters = k->own;
	return true;
}

/* In new maps: the rows are numbered anew. */
static int begin(const struct txn *x, const struct target *t)
{
	struct counting *k = t->counting;
	struct chain *c = t->plan.chain;

	for (unsigned int i = 0; i < c->n; i++) {
		k->row_was[1 + i] = k->own.counts < 0 ? 0 : c->entries[i].row;
		c->entries[i].row = 1 + i;
	}
	return counters_make(&k->counters, x->r);
}

int target_count(const struct txn *x, struct target *t)
{
	const struct view *own = counted_before(x, t);
	struct counting *k;
	int err = 0;

	if (!t->plan.chain->stats)
		return 0;
	k = malloc(sizeof(*k));
	if (!k)
		return report_no_memory(x->r);
	*k = (struct counting){ .own = COUNTERS_INIT, .counters = COUNTERS_INIT };
	t->counting = k;
	if (own)
		err = counters_open(&own->prog, &k->own, x->r);
	if (err || (own && go_on(x, t, own)))
		return err;
	return begin(x, t);
}

const struct counters *target_counters(const struct target *t)
{
	return t->counting ? &t->counting->counters : NULL;
}

static bool goes_on(const struct counting *k)
{
	return k->own.counts >= 0 && k->own.counts == k->counters.counts;
}

void target_count_close(struct target *t)
{
	struct counting *k = t->counting;

	if (!k)
		return;
	if (!goes_on(k))
		counters_close(&k->counters);
	counters_close(&k->own);
	free(k);
	t->counting = NULL;
}

/* ---- before it is attached ---- */

/* New entries begin at 0; the previous users of their rows are gone. */
static int clear_new(const struct txn *x, const struct target *t)
{
	const struct chain *was = &counted_before(x, t)->chain;
	static const struct counts zero[COUNTS_ROWS];
	bool which[COUNTS_ROWS] = { false }, any = false;

	for (unsigned int i = 0; i < t->plan.chain->n; i++) {
		unsigned int row = t->plan.chain->entries[i].row;

		which[row] = !counts_has_row(was, row);
		any |= which[row];
	}
	return any ? counters_restart(&t->counting->counters, zero, which, x->r) : 0;
}

static int take_over(const struct txn *x, const struct target *t)
{
	const struct counting *k = t->counting;
	struct counts *rows = calloc(2 * COUNTS_ROWS, sizeof(*rows));
	struct counts *from = rows + COUNTS_ROWS;
	bool which[COUNTS_ROWS] = { false };
	int err = rows ? counters_read(&k->own, rows, x->r) : report_no_memory(x->r);

	for (unsigned int i = 0; !err && i < COUNTS_ROWS; i++) {
		which[i] = i == COUNTS_CHAIN_ROW || k->row_was[i];
		if (which[i])
			from[i] = rows[k->row_was[i]];
	}
	if (!err)
		err = counters_restart(&k->counters, from, which, x->r);
	free(rows);
	return err;
}

int target_count_start(const struct txn *x, const struct target *t)
{
	if (!t->counting || t->counting->own.counts < 0)
		return 0;
	return goes_on(t->counting) ? clear_new(x, t) : take_over(x, t);
}

/* ---- reset ---- */

int target_count_reset(const struct txn *x, struct target *t)
{
	static const struct counts zero[COUNTS_ROWS];
	bool which[COUNTS_ROWS];
	struct counters k;
	int err = counters_open(&t->old->prog, &k, x->r);

	memset(which, true, sizeof(which));
	if (!err)
		err = counters_restart(&k, zero, which, x->r);
	counters_close(&k);
	return err;
}
