// SPDX-License-Identifier: GPL-2.0-or-later
/* Removes pins that nothing needs. */
#include "chain/leftover.h"

#include <errno.h>
#include <stdlib.h>

#include "chain/undo.h"
#include "kernel/grace.h"

bool leftover_exists(struct dirs *d, int ifindex)
{
	for (struct dir *dir = NULL; (dir = dirs_next(d, ifindex, dir));) {
		struct dir_verdict v = dirs_judge(d, dir);

		if (v.class != DIR_ATTACHED && v.class != DIR_ELSEWHERE)
			return true;
	}
	return false;
}

/* ---- sweep ---- */

/* struct gone - a directory that can go, and of whom */
struct gone {
	struct store_dir which;
	struct leftover_place *place;
};

struct sweep {
	struct dirs *d;
	bool forget;
	struct gone *gone;
	size_t n;
};

/* Another process may have opened it for a moment, or we could not check: then the next
 * command finds it unused. */
static bool may_go_later(const struct dir *dir, const struct dir_verdict *v)
{
	return v->class == DIR_PENDING || dir->err ||
	       (v->class == DIR_UNKNOWN && dir->facts.is[DIR_OF_NETNS] != UNSURE);
}

static bool can_go(const struct sweep *x, struct leftover_place *p, struct dir *dir)
{
	struct dir_verdict v = dirs_judge(x->d, dir);

	p->left |= may_go_later(dir, &v);
	return v.class == DIR_DEAD ||
	       (x->forget && v.class == DIR_DETACHED && dirs_is_used(x->d, dir) == NO);
}

/* Classify all of them before one is removed: the proof holds for one moment. */
static void select_dirs(struct sweep *x, struct leftover_place *p)
{
	p->left = !x->gone;
	for (struct dir *dir = NULL; x->gone && (dir = dirs_next(x->d, p->link->ifindex, dir));)
		if (can_go(x, p, dir))
			x->gone[x->n++] = (struct gone){ dir->which, p };
}

/* A directory that a change marked for removal is removed silently, by any command. */
static void remove_dir(struct store *s, const struct gone *g, struct report *r)
{
	bool going = store_is_pending(s, &g->which);

	if (store_remove_dir(s, &g->which, NULL))
		g->place->left = true;
	else if (!going)
		report_warn(r, "dev %s: removed the unused pins of dispatcher %u",
			    g->place->link->ifname, g->which.id);
}

void leftover_sweep(struct dirs *d, struct leftover_place *places, unsigned int n, bool forget,
		    struct report *r)
{
	struct sweep x = { .d = d, .forget = forget };
	bool waited;

	if (!dirs_list(d, NULL))
		x.gone = calloc(d->n + 1, sizeof(*x.gone));
	for (unsigned int i = 0; i < n; i++)
		select_dirs(&x, &places[i]);
	waited = !x.n || grace_period();
	for (size_t i = 0; i < x.n; i++) {
		if (waited)
			remove_dir(d->store, &x.gone[i], r);
		else
			x.gone[i].place->left = true;
	}
	if (x.n)
		dirs_relist(d);
	free(x.gone);
}

/* ---- clean ---- */

/* Directories that may belong to another namespace are removed only on request. */
static bool is_removable(const struct leftover *l, bool all_netns)
{
	switch (l->why.class) {
	case DIR_DEAD:
		return true;
	case DIR_ELSEWHERE:
	case DIR_UNKNOWN:
		return all_netns && l->why.by == DIR_OF_NETNS && l->used == NO;
	case DIR_ATTACHED:
	case DIR_PENDING:
	case DIR_DETACHED:
		break;
	}
	return false;
}

static struct leftover look_at(struct dirs *d, struct dir *dir, bool all_netns)
{
	struct leftover l = { .dir = dir->which, .why = dirs_judge(d, dir) };

	if (l.why.class == DIR_ELSEWHERE || l.why.class == DIR_UNKNOWN ||
	    l.why.class == DIR_PENDING)
		l.used = dirs_is_used(d, dir);
	l.displaced = l.why.class == DIR_DETACHED && !dirs_is_bare(d, dir);
	l.removed = is_removable(&l, all_netns);
	return l;
}

/* Classify all of them before one is removed: the proof holds for one moment. */
static int look_at_all(struct dirs *d, bool all_netns, struct leftover **found, size_t *n,
		       struct report *r)
{
	*n = 0;
	*found = calloc(d->n + 1, sizeof(**found));
	if (!*found)
		return report_no_memory(r);
	for (size_t i = 0; i < d->n; i++) {
		struct leftover l = look_at(d, &d->at[i], all_netns);

		if (l.why.class != DIR_ATTACHED)
			(*found)[(*n)++] = l;
	}
	return 0;
}

static int wait_for_packets(const struct leftover *found, size_t n, struct report *r)
{
	for (size_t i = 0; i < n; i++) {
		if (!found[i].removed)
			continue;
		return grace_period()
			       ? 0
			       : report_fail(
					 r, STATUS_NOT_TRIED, EPERM,
					 "Cannot wait until no packet uses the chain (membarrier and packet sockets are refused)");
	}
	return 0;
}

/* One that cannot be removed does not keep the others. */
static int remove_found(struct store *s, const struct leftover *found, size_t n, bool dry_run,
			void (*fn)(const struct leftover *l, void *arg), void *arg,
			struct report *r)
{
	int first = 0;

	for (size_t i = 0; i < n; i++) {
		int err = found[i].removed && !dry_run ? store_remove_dir(s, &found[i].dir, r) : 0;

		if (!err)
			fn(&found[i], arg);
		else if (!first)
			first = err;
	}
	return first;
}

/* Pins that unconfirmed changes kept, except those that still wait. */
static int clean_undo(struct dirs *d, bool all_netns, bool dry_run,
		      void (*fn)(const struct leftover *l, void *arg), void *arg, struct report *r)
{
	struct store_dir *list;
	size_t n;
	int err = store_list_undo_dirs(d->store, &list, &n, r);

	for (size_t i = 0; !err && i < n; i++) {
		struct leftover l = { .dir = list[i], .why.class = DIR_DEAD, .removed = true };
		enum undo_state state;

		err = undo_judge(d->store, d->nl, &list[i], all_netns, &state, r);
		if (err || state != UNDO_STALE)
			continue;
		err = dry_run ? 0 : undo_remove(d->store, &list[i], r);
		if (!err)
			fn(&l, arg);
	}
	free(list);
	return err;
}

int leftover_clean(struct dirs *d, bool all_netns, bool dry_run, unsigned int wait,
		   void (*fn)(const struct leftover *l, void *arg), void *arg, struct report *r)
{
	struct store *s = d->store;
	struct leftover *found = NULL;
	size_t n = 0;
	int err;

	if (s->xdp < 0)
		return 0;
	err = store_lock(s, wait, r);
	if (err)
		return err;
	err = dirs_read_links(d, r);
	if (!err)
		err = dirs_list(d, r);
	if (!err)
		err = look_at_all(d, all_netns, &found, &n, r);
	if (!err && !dry_run)
		err = wait_for_packets(found, n, r);
	if (!err)
		err = remove_found(s, found, n, dry_run, fn, arg, r);
	if (!err)
		err = clean_undo(d, all_netns, dry_run, fn, arg, r);
	free(found);
	store_unlock(s);
	dirs_forget(d);
	return err;
}
