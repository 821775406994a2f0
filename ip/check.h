/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "check": is a chain complete and as expected? */
#ifndef CHECK_H
#define CHECK_H

#include "options.h"
#include "session/session.h"

/*
 * check_run() - compare chains with the expected ones
 * @rq: with its entries read from the file, if one was given
 *
 * Prints each difference.  Sets STATUS_REFUSED if there is one, STATUS_NOT_TRIED if the
 * comparison failed.
 */
int check_run(struct session *s, const struct request *rq, const struct options *opts,
	      struct report *r);

#endif
