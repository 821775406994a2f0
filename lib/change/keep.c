// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What becomes of the maps of the entries that a request replaces or drops.  Nothing is
 * changed here.
 */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/nearest.h"
#include "object/map_set.h"
#include "object/tables.h"

/* ---- which entry goes on as which ---- */

/* The slot that an entry request is about in a chain, or -1. */
static int old_slot(const struct txn *x, unsigned int i, const struct view *own)
{
	struct selector by_name = { .by = SELECT_NAME };

	/* Without a program nothing is said of its maps. */
	if (!own || !request_loads(&x->rq->entries[i]))
		return -1;
	strcpy(by_name.name, x->programs[i].name);
	return chain_find(&own->chain, x->rq->verb == VERB_CHANGE ? &x->rq->selector : &by_name,
			  NULL);
}

/* The program that an entry request replaces, 0 for none; one that could not be read
 * is like none here. */
static __u32 old_program(const struct txn *x, unsigned int i, const struct view *v)
{
	const struct view *own = view_own_chain(v);
	int slot = old_slot(x, i, own);

	return slot < 0 ? 0 : own->programs[slot].id;
}

/* Does a chain out of files have no entry of this name any more? */
static bool is_dropped(const struct txn *x, const struct entry *e)
{
	if (!request_drops(x->rq, e))
		return false;
	for (unsigned int i = 0; i < x->rq->n_entries; i++)
		if (!strcmp(x->programs[i].name, e->name))
			return false;
	return true;
}

/* Is it a question whether its maps may be lost?  Who takes a configuration file away
 * says so of its entry, as del does. */
static bool is_judged(const struct txn *x, const struct entry *e)
{
	if (x->rq->verb == VERB_APPLY && e->config && x->rq->maps != MAPS_KEEP)
		return false;
	return is_dropped(x, e);
}

static bool has_id(const __u32 *ids, unsigned int n, __u32 id)
{
	for (unsigned int i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static int add_id(__u32 **ids, unsigned int *n, __u32 id, struct report *r)
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

/* Were the maps looked at of all that would be dropped now? */
static bool knows_dropped(const struct txn *x, const struct view *own)
{
	for (unsigned int s = 0; own && s < own->chain.n; s++)
		if (is_judged(x, &own->chain.entries[s]) &&
		    !has_id(x->judged, x->n_judged, own->programs[s].id))
			return false;
	return true;
}

bool txn_prepared_for(const struct txn *x, const struct target *t)
{
	if (!t->prepared || x->rq->maps == MAPS_NEW)
		return true;
	if (x->objects && !knows_dropped(x, view_own_chain(t->old)))
		return false;
	for (unsigned int i = 0; x->objects && i < x->rq->n_entries; i++)
		if (request_loads(&x->rq->entries[i]) &&
		    t->prepared[i] != old_program(x, i, t->old))
			return false;
	return true;
}

/* Does the entry of the chain that is built upon run the very program already? */
static bool runs_it(const struct txn *x, unsigned int i, const struct view *v,
		    const struct program *p)
{
	return !x->programs[i].always && view_own_chain(v) == txn_base(x->rq, v) &&
	       request_wish_met(&x->rq->entries[i], p) &&
	       request_same_program(p, &x->objects[i].program);
}

/* The program that the new one replaces on a device, NULL for none. */
static const struct program *replaced(const struct txn *x, unsigned int i, const struct view *v)
{
	const struct view *own = view_own_chain(v);
	int slot = old_slot(x, i, own);

	if (slot < 0 || own->programs[slot].fd < 0 || runs_it(x, i, v, &own->programs[slot]))
		return NULL;
	return &own->programs[slot];
}

bool txn_must_load(const struct txn *x, unsigned int i, struct view *const *views)
{
	for (unsigned int d = 0; views && d < x->n; d++) {
		const struct view *own = view_own_chain(views[d]);
		int slot = old_slot(x, i, own);

		if (slot < 0 || own->programs[slot].fd < 0 ||
		    !runs_it(x, i, views[d], &own->programs[slot]))
			return true;
	}
	return !views;
}

/* ---- programs that go ---- */

/* struct elsewhere - is a dispatcher of ours on another interface too? */
struct elsewhere {
	const struct txn *x;
	struct view *const *views;
	bool found;
};

static int look_at_dir(const struct store_dir *d, void *arg)
{
	struct elsewhere *e = arg;
	bool ours = false, mine = false;

	for (unsigned int i = 0; i < e->x->n; i++) {
		const struct view *own = view_own_chain(e->views[i]);

		ours |= own && own->prog.id == d->id;
		mine |= e->x->targets[i].link.ifindex == (int)d->ifindex;
	}
	e->found |= ours && !mine;
	return 0;
}

/* Only who has maps of tail calls asks, for this looks at everything. */
static bool asks_who_goes(const struct txn *x)
{
	for (unsigned int i = 0; i < x->rq->n_entries; i++)
		if (*x->objects[i].program.origin.pinmaps)
			return true;
	return false;
}

/* A program goes if it is replaced or dropped, unless something else runs it too. */
static int consider(struct txn *x, const struct program *p, const struct kobj_prog *old,
		    unsigned int n_old)
{
	bool elsewhere;
	int err = program_runs_elsewhere(p, old, n_old, &elsewhere, x->r);

	return err || elsewhere ? err : add_id(&x->going, &x->n_going, p->id, x->r);
}

static int find_going_on(struct txn *x, const struct view *v, const struct kobj_prog *old,
			 unsigned int n_old)
{
	const struct view *own = view_own_chain(v);
	int err = 0;

	for (unsigned int i = 0; !err && i < x->rq->n_entries; i++) {
		const struct program *p =
			request_loads(&x->rq->entries[i]) ? replaced(x, i, v) : NULL;

		err = p ? consider(x, p, old, n_old) : 0;
	}
	for (unsigned int s = 0; !err && own && s < own->chain.n; s++)
		if (is_dropped(x, &own->chain.entries[s]))
			err = consider(x, &own->programs[s], old, n_old);
	return err;
}

static int find_going(struct txn *x, struct view *const *views)
{
	struct kobj_prog *old = calloc(x->n, sizeof(*old));
	struct elsewhere e = { .x = x, .views = views };
	unsigned int n_old = 0;
	int err = old ? store_each_dir(x->store, look_at_dir, &e, x->r) : report_no_memory(x->r);

	for (unsigned int i = 0; !err && i < x->n; i++) {
		const struct view *own = view_own_chain(views[i]);

		if (own)
			old[n_old++] = own->prog;
	}
	/* Then all programs of it go on. */
	for (unsigned int i = 0; !err && !e.found && i < x->n; i++)
		err = find_going_on(x, views[i], old, n_old);
	free(old);
	return err;
}

/* ---- the plans ---- */

static int no_predecessor(const struct txn *x, unsigned int i, const struct view *v)
{
	const struct view *own = view_own_chain(v);
	char names[256] = "";

	if (own)
		nearest_names(&own->chain, x->programs[i].name, names, sizeof(names));
	if (!*names)
		return report_fail(
			x->r, STATUS_REFUSED, ENOENT,
			"dev %s: cannot keep the maps of entry \"%s\": there is no chain; without \"maps keep\", the maps are new",
			v->link.ifname, x->programs[i].name);
	return report_fail(
		x->r, STATUS_REFUSED, ENOENT,
		"dev %s: cannot keep the maps of entry \"%s\": there is no such entry; similar names: %s; without \"maps keep\", the maps are new",
		v->link.ifname, x->programs[i].name, names);
}

/* One load serves all devices: the maps of the first one come first. */
static int add_replaced(struct txn *x, unsigned int i, const struct view *v)
{
	struct object *o = &x->objects[i];
	const struct program *p = replaced(x, i, v);

	if (x->rq->maps == MAPS_KEEP && !old_program(x, i, v))
		return no_predecessor(x, i, v);
	return p && x->rq->maps != MAPS_NEW ? object_replaces(o, p->id, x->r) : 0;
}

int txn_plan_entry(struct txn *x, unsigned int i, struct view *const *views)
{
	struct object *o = &x->objects[i];
	int err = 0;

	o->earlier = x->objects;
	o->n_earlier = i;
	o->going = x->going;
	o->n_going = x->n_going;
	for (unsigned int d = 0; views && !err && d < x->n; d++)
		err = add_replaced(x, i, views[d]);
	return err ? err : object_plan_maps(o, x->rq->maps, x->r);
}

/* ---- dropped entries ---- */

/* A map that is pinned where the entry's maps are stays there. */
static bool is_pinned(const struct program *p, const struct map_facts *f)
{
	char path[sizeof(p->origin.pinmaps) + MAP_NAME_MAX];
	struct kobj_map info;
	bool same;
	int fd;

	if (!*p->origin.pinmaps)
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
	int err = add_id(&x->judged, &x->n_judged, e->program->id, x->r);

	if (!err)
		err = map_set_add_program(&s, e->program->id, x->r);
	for (unsigned int i = 0; !err && i < s.n; i++) {
		const struct map_facts *f = &s.facts[i];

		if (!matters(x, f) || map_set_has_map(staying, f->id) || is_pinned(e->program, f))
			continue;
		if (x->rq->maps == MAPS_FIT)
			report_warn(
				x->r,
				"Map \"%s\" of \"%s\" and its contents are dropped: its entry is removed",
				f->name, e->name);
		else
			map_losses_add(losses, f->name, e->name, "its entry is removed");
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
			if (!is_dropped(x, &own->chain.entries[s]))
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

static int plan_dropped(struct txn *x, struct view *const *views, struct map_losses *losses)
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

/* ---- all of it ---- */

/* The name that the entry has now. */
static const char *old_name(const struct txn *x, unsigned int i, struct view *const *views)
{
	for (unsigned int d = 0; views && d < x->n; d++) {
		const struct view *own = view_own_chain(views[d]);
		int slot = old_slot(x, i, own);

		if (slot >= 0)
			return own->chain.entries[slot].name;
	}
	return x->programs[i].name;
}

static int plan_entries(struct txn *x, struct view *const *views, struct map_losses *losses)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < x->rq->n_entries; i++) {
		if (!request_loads(&x->rq->entries[i]) || !x->programs[i].load)
			continue;
		err = txn_plan_entry(x, i, views);
		if (err)
			request_blame(x->rq, &x->rq->entries[i], x->r);
		else
			object_judge_maps(&x->objects[i], x->rq->maps, old_name(x, i, views),
					  losses, x->r);
	}
	return err;
}

int txn_plan_maps(struct txn *x, struct view *const *views)
{
	struct map_losses losses = { 0 };
	size_t n_warnings = x->r->n_warnings;
	int err = 0;

	for (unsigned int i = 0; views && i < x->rq->n_entries; i++)
		for (unsigned int d = 0; d < x->n; d++)
			x->targets[d].prepared[i] = old_program(x, i, views[d]);
	if (views && asks_who_goes(x))
		err = find_going(x, views);
	if (!err)
		err = plan_entries(x, views, &losses);
	if (!err && views && x->rq->maps != MAPS_NEW)
		err = plan_dropped(x, views, &losses);
	if (!err)
		err = map_losses_refuse(&losses, x->rq->maps, x->r);
	/* Then nothing of it happens. */
	if (err == -EEXIST && losses.n)
		report_drop_warnings(x->r, n_warnings);
	return err;
}
