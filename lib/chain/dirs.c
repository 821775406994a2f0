// SPDX-License-Identifier: GPL-2.0-or-later
/* Which chain and interface do pins belong to? */
#include "chain/dirs_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct dir *dirs_find(struct dirs *d, int ifindex, __u32 id)
{
	struct dir *const *of;
	size_t n;

	if (!id)
		return NULL;
	of = dirs_of_id(d, id, &n);
	for (size_t i = 0; i < n; i++)
		if (of[i]->which.ifindex == ifindex)
			return of[i];
	return NULL;
}

/* ---- its mark ---- */

int dirs_mark(struct dirs *d, struct dir *dir)
{
	if (dir->mark == MARK_UNASKED)
		dir->mark = store_look(d->store, &dir->which, &dir->note);
	d->outdated |= dir->mark == -ENOENT;
	return dir->mark;
}

static bool is_pending(struct dirs *d, struct dir *dir)
{
	return dirs_mark(d, dir) == STORE_PENDING;
}

/* ---- the interface ---- */

/* Also says whether it has this dispatcher, and any program at all. */
static enum answer look_at_interface(struct dirs *d, struct dir *dir)
{
	struct netlink_link link;
	int err = dirs_link(d, dir->which.ifindex, &link, NULL);
	enum answer *is = dir->facts.is;

	is[DIR_HAS_INTERFACE] = err == -ENODEV ? NO : err ? UNSURE : YES;
	if (err) {
		is[DIR_IS_ATTACHED] = is[DIR_HAS_INTERFACE];
		return UNSURE;
	}
	is[DIR_IS_ATTACHED] = answer(netlink_link_has(&link, dir->which.id));
	/* A dispatcher with its own directory here is a chain. */
	return answer(dirs_find(d, dir->which.ifindex, link.native_id) ||
		      dirs_find(d, dir->which.ifindex, link.generic_id));
}

bool dirs_is_bare(struct dirs *d, const struct dir *dir)
{
	struct netlink_link link;

	return !dirs_link(d, dir->which.ifindex, &link, NULL) && !link.modes;
}

static bool is_attached(struct dirs *d, struct dir *dir)
{
	if (!dir->facts.is[DIR_IS_ATTACHED])
		look_at_interface(d, dir);
	return dir->facts.is[DIR_IS_ATTACHED] == YES;
}

/* The youngest chain is the last one that was attached. */
static enum answer is_superseded(struct dirs *d, struct dir *dir)
{
	if (look_at_interface(d, dir) == YES)
		return YES;
	for (struct dir *o = NULL; (o = dirs_next(d, dir->which.ifindex, o));)
		if (o->which.id > dir->which.id && dirs_judge(d, o).class == DIR_DETACHED)
			return YES;
	return NO;
}

/* Does it hold all of the chain?  Found out once. */
static bool holds_all(struct dirs *d, struct dir *dir)
{
	enum answer *is = &dir->facts.is[DIR_IS_WHOLE];

	if (!*is)
		*is = dirs_is_whole(d, dir);
	return *is == YES;
}

/* ---- its references ---- */

static enum answer count(struct dirs *d, __u32 id, struct dir *const *of, size_t n)
{
	struct store_dir *which = calloc(n + 1, sizeof(*which));
	int used;

	if (!which)
		return UNSURE;
	for (size_t i = 0; i < n; i++)
		which[i] = of[i]->which;
	used = proof_used(&d->proof, d->store, id, which, n);
	free(which);
	for (size_t i = 0; used == -EROFS && i < n; i++)
		of[i]->err = used;
	return used < 0 ? UNSURE : answer(used);
}

static void count_all(struct dirs *d)
{
	const struct links *ties;

	if (d->counted)
		return;
	dirs_ties(d, &ties, NULL);
	proof_open(&d->proof, ties);
	d->counted = true;
}

enum answer dirs_is_used(struct dirs *d, struct dir *dir)
{
	struct dir *const *of;
	enum answer used;
	size_t n;

	if (dir->facts.is[DIR_IS_USED])
		return dir->facts.is[DIR_IS_USED];
	count_all(d);
	of = dirs_of_id(d, dir->which.id, &n);
	used = count(d, dir->which.id, of, n);
	for (size_t i = 0; i < n; i++)
		of[i]->facts.is[DIR_IS_USED] = used;
	return used;
}

/* ---- where it is attached ---- */

bool dirs_walk(struct dirs *d)
{
	if (!d->walked)
		d->walked = answer(!attachments_read(&d->attachments));
	return d->walked == YES;
}

/* How often it is attached to interfaces of that number. */
static unsigned int count_attached(const struct dirs *d, __u32 id, int ifindex)
{
	const struct attachment *at;
	unsigned int found = 0;
	size_t n;

	at = attachments_of(&d->attachments, id, &n);
	for (size_t i = 0; i < n; i++)
		found += at[i].ifindex == ifindex;
	return found;
}

/* How often it is attached to those that have no directory of it. */
static unsigned int count_homeless(struct dirs *d, __u32 id)
{
	const struct attachment *at;
	unsigned int found = 0;
	size_t n;

	at = attachments_of(&d->attachments, id, &n);
	for (size_t i = 0; i < n; i++)
		found += !dirs_find(d, at[i].ifindex, id);
	return found;
}

/* How many directories of the same chain no interface has. */
static unsigned int count_spare(struct dirs *d, const struct dir *dir)
{
	struct dir *const *of;
	unsigned int found = 0;
	size_t n;

	of = dirs_of_id(d, dir->which.id, &n);
	for (size_t i = 0; i < n; i++)
		found += of[i]->which.kind == dir->which.kind && !is_pending(d, of[i]) &&
			 !count_attached(d, dir->which.id, of[i]->which.ifindex);
	return found;
}

/*
 * An interface takes its chain along to another namespace, where it may get another
 * number, and another one have its number here.  One of the same number there has
 * this directory; one of another number that has no directory has any of those that
 * no interface has, and if there are more directories than such interfaces, this one
 * is in doubt, and so not elsewhere.
 */
static enum answer is_elsewhere(struct dirs *d, const struct dir *dir)
{
	__u32 id = dir->which.id;
	unsigned int homeless;

	if (!dirs_walk(d))
		return UNSURE;
	if (count_attached(d, id, dir->which.ifindex))
		return YES;
	homeless = count_homeless(d, id);
	return answer(homeless && homeless >= count_spare(d, dir));
}

/* Is the dispatcher attached, here and nowhere else, to interfaces that all have a
 * whole directory of it?  Then this one keeps nothing alive. */
static enum answer is_spare(struct dirs *d, const struct dir *dir)
{
	unsigned int served = 0;
	struct dir *const *of;
	size_t n;

	of = dirs_of_id(d, dir->which.id, &n);
	for (size_t i = 0; i < n; i++)
		served += of[i] != dir && of[i]->which.kind == dir->which.kind &&
			  is_attached(d, of[i]) && !is_pending(d, of[i]) && holds_all(d, of[i]);
	if (!served)
		return NO;
	if (!dirs_walk(d))
		return UNSURE;
	attachments_of(&d->attachments, dir->which.id, &n);
	return answer(n == served);
}

/* ---- */

void dirs_find_out(struct dirs *d, struct dir *dir, enum dir_fact fact)
{
	enum answer *is = &dir->facts.is[fact];

	switch (fact) {
	case DIR_IS_ATTACHED:
	case DIR_HAS_INTERFACE:
		look_at_interface(d, dir);
		break;
	case DIR_EXISTS:
		*is = dirs_exists(d, dir);
		break;
	case DIR_IS_PENDING:
		*is = answer(is_pending(d, dir));
		break;
	case DIR_OF_NETNS:
		*is = dirs_is_of_netns(d, dir);
		break;
	case DIR_IS_SPARE:
		*is = is_spare(d, dir);
		break;
	case DIR_IS_SUPERSEDED:
		*is = is_superseded(d, dir);
		break;
	case DIR_IS_ELSEWHERE:
		*is = is_elsewhere(d, dir);
		break;
	case DIR_IS_WHOLE:
		*is = dirs_is_whole(d, dir);
		break;
	case DIR_IS_USED:
		dirs_is_used(d, dir);
		break;
	case N_DIR_FACTS:
		break;
	}
}

struct dir_verdict dirs_judge(struct dirs *d, struct dir *dir)
{
	struct dir_verdict v;

	while (!dir_decide(&dir->facts, &v))
		dirs_find_out(d, dir, v.by);
	return v;
}

/* Facts that do not depend on the interface stay. */
static void ask_anew(struct dir *dir)
{
	const enum answer *was = dir->facts.is;
	const struct dir_facts facts = { .is = {
						 [DIR_EXISTS] = was[DIR_EXISTS],
						 [DIR_OF_NETNS] = was[DIR_OF_NETNS],
					 } };

	dir->facts = facts;
	dir->mark = MARK_UNASKED;
}

/* This changes nothing for other directories.  What nobody else used is not used by others
 * now: the chains that share the dispatcher, and were detached, still are. */
void dirs_attached(struct dirs *d, int ifindex, __u32 id)
{
	struct netlink_link link;
	struct dir *const *of;
	size_t n;

	if (netlink_link_index(d->nl, ifindex, &link, NULL) || dirs_update_link(d, &link)) {
		dirs_forget(d);
		return;
	}
	for (struct dir *dir = NULL; (dir = dirs_next(d, ifindex, dir));)
		ask_anew(dir);
	of = dirs_of_id(d, id, &n);
	for (size_t i = 0; i < n; i++) {
		bool unused = of[i]->facts.is[DIR_IS_USED] == NO;

		ask_anew(of[i]);
		of[i]->facts.is[DIR_IS_USED] = unused ? NO : YES;
	}
}
