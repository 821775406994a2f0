/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that read a view. */
#ifndef VIEW_INTERNAL_H
#define VIEW_INTERNAL_H

#include "dispatcher/dispatcher.h"
#include "chain/view.h"

/*
 * view_read_chain() - the entries of the dispatcher that @v->prog and @d are
 * @which: the directory that holds its pins; if it is not there, the links and
 *	   maps of the kernel tell the entries
 */
int view_read_chain(struct view *v, const struct dispatcher_view *d, struct dirs *dirs,
		    const struct store_dir *which, struct report *r);

/*
 * view_read_detached() - the detached chain of the interface, or the one that @attached
 * displaced
 *
 * 1 with it in @v, 0 if there is none, or -errno.
 */
int view_read_detached(struct dirs *dirs, __u32 attached, struct view *v, struct report *r);

/* view_read_displaced() - the same of a view of something foreign, as its displaced chain.
 * 0 or -errno. */
int view_read_displaced(struct dirs *dirs, struct view *v, struct report *r);

#endif
