// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The maps of entries that a request drops because its files no longer name them.
 */
#include "change/txn_internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "object/map_losses.h"
#include "object/map_set.h"

bool txn_drops(const struct txn *x, const struct entry *e)
{
	if (!request_drops(x->rq, e))
		return false;
	for (unsigned int i = 0; i < x->rq->n_entries; i++)
		if (!strcmp(x->programs[i].name, e->name))
			return false;
	return true;
}

/* Must the loss of its maps be allowed?  A removed configuration file allows it for its
 * entry, like del. */
static bool is_judged(const struct txn *x, const struct entry *e)
{
	if (x->rq->verb == VERB_APPLY && e->config && x->rq->maps != MAPS_KEEP)
		return false;
	return txn_drops(x, e);
}

static bool has_id(const __u32 *ids, unsigned int n, __u32 id)
{
	for (unsigned int i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

int txn_add_id(__u32 **ids, unsigned int *n, __u32 id, struct report *r)
{
	__u32 *more;

	if (has_id(*ids, *n, id))
		return 0;
	more = realloc(*ids, (*n + 1) * sizeof(*more));
	if (!more)
		return report_no_memory(r);
	*ids = more;
	more[(*n)++] = id;
	return 0;
}

bool txn_knows_dropped(const struct txn *x, const struct view *own)
{
	for (unsigned int s = 0; own && s < own->chain.n; s++)
		if (is_judged(x, &own->chain.entries[s]) &&
		    !has_id(x->judged, x->n_judged, own->programs[s].id))
			return false;
	return true;
}

/* A map that is pinned in the entry's "pinmaps" directory stays there. */
static bool is_pinned(const struct program *p, const struct map_facts *f)
{
	char path[PATH_MAX + MAP_NAME_MAX];
	struct kobj_map info;
	bool same;
	int fd;

	if (!p->origin.pinmaps)
		return false;
	snprintf(path, sizeof(path), "%s/%s", p->origin.pinmaps, f->name);
	fd = store_get_path(path, NULL);
	if (fd < 0)
		return false;
	same = !kobj_map_info(fd, &info, NULL) && info.id == f->id;
	close(fd);
	return same;
}

/* Variables alone are no reason to keep an entry that was taken out of the file. */
static bool matters(const struct txn *x, const struct map_facts *f)
{
	if (f->role == MAP_OF_VARIABLES)
		return x->rq->maps == MAPS_KEEP;
	return f->role == MAP_OF_USER || f->stranger;
}

static int judge_dropped(struct txn *x, const struct entry *e, const struct map_set *staying,
			 struct map_losses *losses)
{
	struct map_set s = { 0 };
	int err = txn_add_id(&x->judged, &x->n_judged, e->program->id, x->r);

	if (!err)
		err = map_set_add_program(&s, e->program->id, x->r);
	for (unsigned int i = 0; !err && i < s.n; i++) {
		const struct map_facts *f = &s.facts[i];

		if (!matters(x, f) || map_set_has_map(staying, f->id) || is_pinned(e->program, f))
			continue;
		if (x->rq->maps == MAPS_FIT)
			map_losses_warn(losses, f, e->name, "its entry is removed", x->r);
		else
			map_losses_add(losses, f, e->name, "its entry is removed");
	}
	map_set_close(&s);
	return err;
}

/* The maps of all entries that stay in some form. */
static int find_staying(struct txn *x, struct view *const *views, struct map_set *staying)
{
	int err = 0;

	for (unsigned int d = 0; d < x->n; d++) {
		const struct view *own = view_own_chain(views[d]);

		for (unsigned int s = 0; own && !err && s < own->chain.n; s++)
			if (!txn_drops(x, &own->chain.entries[s]))
				err = map_set_add_program(staying, own->programs[s].id, x->r);
	}
	return err;
}

static bool drops_any(const struct txn *x, struct view *const *views)
{
	for (unsigned int d = 0; d < x->n; d++) {
		const struct view *own = view_own_chain(views[d]);

		for (unsigned int s = 0; own && s < own->chain.n; s++)
			if (is_judged(x, &own->chain.entries[s]))
				return true;
	}
	return false;
}

int txn_plan_dropped(struct txn *x, struct view *const *views, struct map_losses *losses)
{
	struct map_set staying = { 0 };
	int err = drops_any(x, views) ? find_staying(x, views, &staying) : 0;

	for (unsigned int d = 0; d < x->n; d++) {
		const struct view *own = view_own_chain(views[d]);

		for (unsigned int s = 0; own && !err && s < own->chain.n; s++)
			if (is_judged(x, &own->chain.entries[s]))
				err = judge_dropped(x, &own->chain.entries[s], &staying, losses);
	}
	map_set_close(&staying);
	return err;
}
