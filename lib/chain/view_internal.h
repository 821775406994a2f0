/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read a view share. */
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

#endif
