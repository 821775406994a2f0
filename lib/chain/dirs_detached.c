// SPDX-License-Identifier: GPL-2.0-or-later
/* Which pins are those of a chain that was taken off, or may have been? */
#include <errno.h>
#include <stdint.h>

#include "chain/dirs_internal.h"

#define LIST_TRIES 8

/* This matters only if there is no chain, and takes long to find out. */
static bool is_detached(struct dirs *d, struct dir *dir)
{
	struct dir_verdict v;

	while (!dir_decide(&dir->facts, &v)) {
		if (v.by == DIR_IS_USED && dir->facts.is[DIR_OF_NETNS] != UNSURE)
			return false;
		dirs_find_out(d, dir, v.by);
	}
	return v.class == DIR_DETACHED;
}

/* What does not hold all of a chain is none; nor is what has a mark, which can be read where
 * the dispatcher cannot be opened. */
static bool may_be_detached(struct dirs *d, struct dir *dir)
{
	static const enum dir_fact more[] = { DIR_IS_PENDING, DIR_IS_WHOLE };
	const struct dir_facts *f = &dir->facts;

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]) && dir_may_be_detached(f); i++)
		if (!f->is[more[i]])
			dirs_find_out(d, dir, more[i]);
	return dir_may_be_detached(f);
}

static int find_detached(struct dirs *d, int ifindex, __u32 attached, struct store_dir *which)
{
	struct dir *dir = dirs_youngest(d, ifindex, UINT32_MAX);

	*which = (struct store_dir){ 0 };
	for (; dir; dir = dirs_youngest(d, ifindex, dir->which.id)) {
		if (dir->which.id == attached)
			continue;
		if (is_detached(d, dir)) {
			*which = dir->which;
			return 1;
		}
		if ((which->id && !dir->err) || !may_be_detached(d, dir))
			continue;
		if (dir->err || !which->id)
			*which = dir->which;
		if (dir->err)
			return dir->err;
	}
	return 0;
}

/* Without the lock a chain may have got another directory since they were listed: then
 * its old one has gone. */
int dirs_detached(struct dirs *d, int ifindex, __u32 attached, struct store_dir *which,
		  struct report *r)
{
	int is;

	*which = (struct store_dir){ 0 };
	if (dirs_none(d, ifindex))
		return 0;
	is = dirs_list(d, r);
	for (int try = 0; !is && try < LIST_TRIES; try++) {
		is = find_detached(d, ifindex, attached, which);
		if (is || !d->outdated)
			break;
		dirs_relist(d);
		is = dirs_list(d, r);
	}
	return is;
}

bool dirs_is_only_used(struct dirs *d, const struct store_dir *which)
{
	struct dir *dir = dirs_find(d, which->ifindex, which->id);
	size_t n;

	if (!dir || dir->facts.is[DIR_IS_WHOLE] != YES || dir->facts.is[DIR_IS_USED] != YES ||
	    !dirs_walk(d))
		return false;
	attachments_of(&d->attachments, which->id, &n);
	return !n;
}

bool dirs_all_elsewhere(struct dirs *d, int ifindex)
{
	if (!dirs_none(d, ifindex) && dirs_list(d, NULL))
		return false;
	for (struct dir *dir = NULL; (dir = dirs_next(d, ifindex, dir));)
		if (dir->facts.is[DIR_IS_PENDING] != NO || dir->facts.is[DIR_OF_NETNS] != NO)
			return false;
	return true;
}
