// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds the new dispatcher of a device, and the view that a dry run shows. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Devices that are counted are counted apart, but for those that share a chain.  One
 * that is traced has its own. */
static bool may_share(const struct txn *x, const struct target *u, const struct target *t)
{
	if (t->plan.chain->traced)
		return false;
	return !t->plan.chain->stats || target_same_counters(x, u, t);
}

/* The dispatcher of another device of this change, if it will have the same
 * chain: one dispatcher serves all of them. */
static const struct built *built_already(const struct txn *x, const struct target *t)
{
	for (const struct target *u = x->targets; u < t; u++)
		if (u->built && may_share(x, u, t) && chain_equal(u->plan.chain, t->plan.chain) &&
		    !strcmp(u->plan.chain->owner, t->plan.chain->owner) &&
		    chain_frags(u->plan.chain) == chain_frags(t->plan.chain))
			return u->built;
	return NULL;
}

/* Programs that are new carry the labels of the entries they become. */
static int label_new(const struct txn *x, const struct target *t)
{
	const struct chain *c = t->plan.chain;
	int err = 0;

	for (unsigned int i = 0; !err && i < c->n; i++)
		for (unsigned int o = 0; !err && x->objects && o < x->rq->n_entries; o++)
			if (c->entries[i].program == &x->objects[o].program)
				err = object_label(&x->objects[o], &c->entries[i], x->r);
	return err;
}

static int make(const struct txn *x, struct target *t)
{
	struct instruments with = { .tracing = t->tracing };
	int err;

	t->own_built = calloc(1, sizeof(*t->own_built));
	if (!t->own_built)
		return report_no_memory(x->r);
	*t->own_built = (struct built)BUILT_INIT;
	t->built = t->own_built;
	err = label_new(x, t);
	if (!err)
		err = target_count(x, t);
	with.counters = target_counters(t);
	return err ? err
		   : built_make(t->own_built, t->plan.chain, t->link.ifindex, &with, x->template,
				x->r);
}

int target_build(const struct txn *x, struct target *t)
{
	int err = 0;

	if (!t->plan.unchanged && t->plan.chain->n) {
		t->built = share_serves(x, t->plan.chain) ? x->source_built : built_already(x, t);
		if (!t->built)
			err = make(x, t);
	}
	if (!err)
		target_plan(x, t);
	return err;
}

static int program_infos(const struct target *t, struct view *v, struct kobj_prog *infos,
			 struct report *r)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < v->chain.n; i++)
		err = kobj_prog_info(v->chain.entries[i].program->fd, &infos[i], r);
	if (t->built && !err)
		err = kobj_prog_info(t->built->dispatcher.fd, &v->prog, r);
	v->infos = infos;
	return err;
}

/* A view of the device as it would be.  Its programs stay whose they are. */
static int preview_new(const struct txn *x, struct target *t, struct view *v)
{
	const struct chain *c = t->plan.chain;
	struct kobj_prog *infos = calloc(c->n + 1, sizeof(*infos));
	int err;

	if (!infos)
		return report_no_memory(x->r);
	*v = (struct view){
		.link = t->link,
		.kind = c->n ? VIEW_CHAIN : VIEW_NONE,
		.mode = t->plan.mode,
		.fd = -1,
	};
	chain_copy(&v->chain, c);
	err = program_infos(t, v, infos, x->r);
	if (!err)
		x->preview->show(v, t->old, x->preview->arg);
	free(infos);
	return err;
}

int target_preview(const struct txn *x, struct target *t)
{
	const struct step_device *step = &x->steps[t - x->targets];
	struct view *v;
	int err;

	if (!step->swaps && !step->forgets) {
		x->preview->show(t->old, t->old, x->preview->arg);
		return 0;
	}
	v = view_new();
	if (!v)
		return report_no_memory(x->r);
	err = preview_new(x, t, v);
	free(v);
	return err;
}
