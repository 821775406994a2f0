// SPDX-License-Identifier: GPL-2.0-or-later
/* Pins that nobody needs. */
#include "chain/leftover.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/grace.h"

bool leftover_exists_in(struct dirs *d, int ifindex)
{
	for (size_t i = 0; i < d->n; i++) {
		struct dir_verdict v;

		if (d->at[i].which.ifindex != ifindex)
			continue;
		v = dirs_judge(d, &d->at[i]);
		if (v.class != DIR_ATTACHED && v.class != DIR_ELSEWHERE)
			return true;
	}
	return false;
}

bool leftover_exists(struct netlink *nl, struct store *s, int ifindex)
{
	struct dirs d;
	bool exists = !dirs_open(&d, nl, s, NULL) && leftover_exists_in(&d, ifindex);

	dirs_close(&d);
	return exists;
}

/* ---- sweep ---- */

static bool can_go(struct dirs *d, struct dir *dir, bool forget)
{
	struct dir_verdict v = dirs_judge(d, dir);

	return v.class == DIR_DEAD ||
	       (forget && v.class == DIR_DETACHED && dirs_is_used(d, dir) == NO);
}

/* Those that can go come first; how many. */
static size_t select_dirs(struct dirs *d, int ifindex, bool forget, struct store_dir **go)
{
	size_t n = 0;

	*go = calloc(d->n + 1, sizeof(**go));
	for (size_t i = 0; *go && i < d->n; i++)
		if (d->at[i].which.ifindex == ifindex && can_go(d, &d->at[i], forget))
			(*go)[n++] = d->at[i].which;
	return n;
}

/* What a change marked as going goes without a word, whoever comes to do it. */
static void sweep_dir(struct store *s, const struct store_dir *d, const char *ifname,
		      struct report *r)
{
	bool going = store_is_pending(s, d);

	if (!store_remove_dir(s, d, NULL) && !going)
		report_warn(
			r, "dev %s: removed the pins of dispatcher %u, which nothing used any more",
			ifname, d->id);
}

void leftover_sweep(struct netlink *nl, struct store *s, int ifindex, const char *ifname,
		    bool forget, struct report *r)
{
	struct store_dir *go = NULL;
	struct dirs d;
	size_t n = 0;

	if (!dirs_open(&d, nl, s, NULL))
		n = select_dirs(&d, ifindex, forget, &go);
	dirs_close(&d);
	if (n && !grace_period())
		n = 0;
	for (size_t i = 0; i < n; i++)
		sweep_dir(s, &go[i], ifname, r);
	free(go);
}

/* ---- clean ---- */

/* What may be another namespace's goes only where that was asked for. */
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
	l.displaced = l.why.class == DIR_DETACHED && !dir->bare;
	l.removed = is_removable(&l, all_netns);
	return l;
}

/* All are judged before any is removed: the proof is of one moment. */
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
					 "Cannot wait for packets in flight (membarrier and packet sockets are refused)");
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

int leftover_clean(struct netlink *nl, struct store *s, bool all_netns, bool dry_run,
		   unsigned int wait, void (*fn)(const struct leftover *l, void *arg), void *arg,
		   struct report *r)
{
	int err = s->xdp < 0 ? 0 : store_lock(s, wait, r);
	struct leftover *found = NULL;
	struct dirs d = { 0 };
	size_t n = 0;

	if (err || s->xdp < 0)
		return err;
	err = dirs_open(&d, nl, s, r);
	if (!err)
		err = look_at_all(&d, all_netns, &found, &n, r);
	dirs_close(&d);
	if (!err && !dry_run)
		err = wait_for_packets(found, n, r);
	if (!err)
		err = remove_found(s, found, n, dry_run, fn, arg, r);
	free(found);
	store_unlock(s);
	return err;
}
