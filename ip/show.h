/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the chains and programs on interfaces as text or JSON. */
#ifndef SHOW_H
#define SHOW_H

#include "options.h"
#include "session/session.h"

/*
 * show_run() - print the chain of one device, or of all that have XDP
 *
 * A device that cannot be read is shown as such and does not end the listing.
 * Returns 0 or -errno.
 */
int show_run(struct session *s, const struct request *rq, const struct options *opts,
	     struct report *r);

#endif
