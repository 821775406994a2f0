/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "confirm SECONDS": a change that is undone unless it is confirmed. */
#ifndef CONFIRM_H
#define CONFIRM_H

#include "model/report.h"
#include "options.h"
#include "session/session.h"

/*
 * confirm_change() - make a change that has to be confirmed
 * @rq: gets a token
 * @make: makes the change
 *
 * On a terminal it waits for Enter, or until the change is confirmed or undone
 * otherwise.  Else it prints how to confirm and returns.  Returns 0 if the change is
 * confirmed or left to the keeper, else -errno.
 */
int confirm_change(struct session *s, struct request *rq, const struct options *opts,
		   int (*make)(struct session *s, const struct request *rq,
			       const struct options *opts, struct report *r),
		   struct report *r);

#endif
