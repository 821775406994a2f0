/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files about directories. */
#ifndef DIRS_INTERNAL_H
#define DIRS_INTERNAL_H

#include <limits.h>

#include "chain/dirs.h"

#define MARK_UNASKED INT_MIN

static inline enum answer answer(bool yes)
{
	return yes ? YES : NO;
}

/* ---- dirs.c ---- */

/* dirs_update_link() - an interface that only we have changed since.  0 or -ENOMEM. */
int dirs_update_link(struct dirs *d, const struct netlink_link *link);

/* dirs_mark() - what is noted in the directory: enum store_mark, or -errno; asked once */
int dirs_mark(struct dirs *d, struct dir *dir);

/* dirs_find() - the directory of a dispatcher for an interface, NULL if there is none */
struct dir *dirs_find(struct dirs *d, int ifindex, __u32 id);

/* dirs_find_out() - answer a question about a directory */
void dirs_find_out(struct dirs *d, struct dir *dir, enum dir_fact fact);

/* dirs_walk() - read what is attached where, once; false where that cannot be had */
bool dirs_walk(struct dirs *d);

/* ---- dirs_pinned.c ---- */

/* dirs_exists() - is its dispatcher there? */
enum answer dirs_exists(struct dirs *d, struct dir *dir);

/* dirs_is_of_netns() - was the dispatcher made for this namespace? */
enum answer dirs_is_of_netns(struct dirs *d, struct dir *dir);

/* dirs_is_whole() - does the directory hold all of the chain? */
enum answer dirs_is_whole(struct dirs *d, struct dir *dir);

#endif
