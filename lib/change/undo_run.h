/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes that wait to be confirmed: keep them, or take them back. */
#ifndef XM_UNDO_RUN_H
#define XM_UNDO_RUN_H

#include "chain/dirs.h"
#include "chain/undo.h"
#include "model/report.h"
#include "model/request.h"

/*
 * undo_carry_out() - swap the old program back
 * @u: as it was read; what counts is the one that is there under the lock
 * @wait: seconds for the lock
 *
 * The old chain is complete before it is attached, and the new one's pins go after it
 * was taken off.  Killed in between, it can be called again.  What somebody else changed
 * after the unconfirmed change is left.  Returns 0 or
 *   -ENOENT  there is no such change: it was confirmed or undone
 *   -ESTALE  somebody else changed the interface since; the record is dropped
 *   -ENODEV  the interface is gone; the record is dropped
 *   -EXDEV   the change may be of an interface that was moved to another network namespace,
 *	      and waits there
 *   -errno   any other, and the change still waits
 */
int undo_carry_out(struct dirs *d, const struct undo *u, unsigned int wait, struct report *r);

/* undo_confirm() - keep the change.  Returns as undo_carry_out(). */
int undo_confirm(struct dirs *d, const struct undo *u, unsigned int wait, struct report *r);

/* undo_run() - the verbs confirm and undo: devices of the request, or all that have an
 * unconfirmed change.  0 or -errno. */
int undo_run(struct dirs *d, const struct request *rq, struct report *r);

#endif
