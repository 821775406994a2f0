/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "check": is a chain whole, and what it should be? */
#ifndef CHECK_H
#define CHECK_H

#include "options.h"
#include "session/session.h"

/*
 * check_run() - compare chains with what they should be
 * @rq: with its entries read from the file, if one was given
 *
 * Prints what differs.  Sets STATUS_REFUSED when something does,
 * STATUS_NOT_TRIED when that could not be found out.
 */
int check_run(struct session *s, const struct request *rq, const struct options *opts,
	      struct report *r);

#endif
