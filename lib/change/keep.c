// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decides what happens to the maps of the entries that a request replaces.  Changes nothing.
 */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/nearest.h"
#include "object/map_losses.h"
#include "object/tables.h"

/* ---- which entry goes on as which ---- */

/* The slot that an entry request is about in a chain, or -1. */
static int old_slot(const struct txn *x, unsigned int i, const struct view *own)
{
	struct selector by_name = { .by = SELECT_NAME };

	/* Without a new program the maps stay. */
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

bool txn_prepared_for(const struct txn *x, const struct target *t)
{
	if (!t->prepared || x->rq->maps == MAPS_NEW)
		return true;
	if (x->objects && !txn_knows_dropped(x, view_own_chain(t->old)))
		return false;
	for (unsigned int i = 0; x->objects && i < x->rq->n_entries; i++)
		if (request_loads(&x->rq->entries[i]) &&
		    t->prepared[i] != old_program(x, i, t->old))
			return false;
	return true;
}

/* Does the entry of the old chain already run this program? */
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

/* Only asked for tail-call maps, because this looks at all programs. */
static bool asks_who_goes(const struct txn *x)
{
	for (unsigned int i = 0; i < x->rq->n_entries; i++)
		if (x->objects[i].program.origin.pinmaps)
			return true;
	return false;
}

/* A program goes if it is replaced or dropped, unless something else runs it too. */
static int consider(struct txn *x, const struct program *p, const struct kobj_prog *old,
		    unsigned int n_old)
{
	bool elsewhere;
	int err = program_runs_elsewhere(p, old, n_old, &elsewhere, x->r);

	return err || elsewhere ? err : txn_add_id(&x->going, &x->n_going, p->id, x->r);
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
		if (txn_drops(x, &own->chain.entries[s]))
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
	/* Then all of its programs keep running. */
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
			"Cannot keep the maps of entry \"%s\": %s has no chain; without \"maps keep\", the maps are new",
			x->programs[i].name, v->link.ifname);
	return report_fail(
		x->r, STATUS_REFUSED, ENOENT,
		"Cannot keep the maps of entry \"%s\": %s has no such entry; similar names: %s; without \"maps keep\", the maps are new",
		x->programs[i].name, v->link.ifname, names);
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

/* ---- which devices have a map ---- */

/* struct users - the devices of a change */
struct users {
	const struct txn *x;
	struct view *const *views;
};

static bool program_has_map(const struct program *p, __u32 map)
{
	struct kobj_prog info;

	if (p->fd < 0 || kobj_prog_info(p->fd, &info, NULL))
		return false;
	for (unsigned int i = 0; i < info.n_maps && i < KOBJ_MAX_MAPS; i++)
		if (info.maps[i] == map)
			return true;
	return false;
}

static bool view_has_map(const struct view *v, __u32 map)
{
	const struct view *own = view_own_chain(v);

	for (unsigned int s = 0; own && s < own->chain.n; s++)
		if (program_has_map(&own->programs[s], map))
			return true;
	return false;
}

/* A map that only tail-called programs use is not found: then it may be any device's. */
static void name_users(void *arg, __u32 map, char *buf, size_t size)
{
	const struct users *u = arg;
	unsigned int n = 0, found = 0;
	size_t len = 0;

	for (unsigned int d = 0; u->x->n > 1 && d < u->x->n; d++)
		found += view_has_map(u->views[d], map);
	for (unsigned int d = 0; d < u->x->n; d++) {
		const char *name = u->x->targets[d].link.ifname;

		if (found && !view_has_map(u->views[d], map))
			continue;
		if (len + strlen(name) + sizeof(", 4294967295 more") < size)
			len += snprintf(buf + len, size - len, "%s%s", len ? ", " : "", name);
		else
			n++;
	}
	if (n)
		snprintf(buf + len, size - len, ", %u more", n);
}

int txn_plan_maps(struct txn *x, struct view *const *views)
{
	struct users users = { .x = x, .views = views };
	struct map_losses losses = { .devs_of = views ? name_users : NULL, .arg = &users };
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
		err = txn_plan_dropped(x, views, &losses);
	if (!err)
		err = map_losses_refuse(&losses, x->rq->maps, x->r);
	/* Then nothing of this is done. */
	if (err == -EEXIST && losses.n)
		report_drop_warnings(x->r, n_warnings);
	map_losses_free(&losses);
	return err;
}
