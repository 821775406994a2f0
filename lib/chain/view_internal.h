/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read a view share. */
#ifndef VIEW_INTERNAL_H
#define VIEW_INTERNAL_H

#include "dispatcher/dispatcher.h"
#include "chain/view.h"

/* view_set_foreign() - what is attached is not ours.  Returns 0. */
int view_set_foreign(struct view *v, enum foreign_kind kind, const char *reason);

/*
 * view_read_chain() - the entries of the dispatcher that @v->prog and @d are
 * @which: the directory that holds its pins; if it is not there, the links and
 *	   maps of the kernel tell the entries
 */
int view_read_chain(struct view *v, const struct dispatcher_view *d, struct store *s,
		    const struct store_dir *which, struct report *r);

/*
 * view_read_detached() - a chain that is pinned for an interface and no longer
 * attached there
 * @attached: id of the program that the interface has instead, 0 for none
 *
 * Of several the youngest.  Returns 1 with the chain in @v, 0 when there is none,
 * or -errno.
 */
int view_read_detached(struct netlink *nl, struct store *s, __u32 attached, struct view *v,
		       struct report *r);

#endif
