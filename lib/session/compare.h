/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a chain whole, and what it should be? */
#ifndef XM_COMPARE_H
#define XM_COMPARE_H

#include "chain/view.h"
#include "model/report.h"
#include "model/request.h"

/*
 * struct difference - one thing in which a chain is not what it should be
 * @entry: its name, "-" for the chain as a whole
 * @what: "slot", "prio", "rules", "program" ...
 * @want, @have: as words
 *
 * The strings last as long as the call that gets them.
 */
struct difference {
	const char *entry;
	const char *what;
	const char *want;
	const char *have;
};

/*
 * session_compare() - compare a chain with what it should be
 * @v: of a device on which a chain is expected, and that can be read
 * @rq: the mode and format that it should have, if it says them; with @rq->file or
 *	@rq->config, also the entries that it should have: all of them, or those that
 *	apply would see to
 * @fn: called for each difference
 *
 * Loads nothing; object files that say more than the request are read.  Returns 0,
 * or -errno with a sentence when the comparison was not possible.
 */
int session_compare(const struct view *v, const struct request *rq,
		    void (*fn)(const struct difference *d, void *arg), void *arg, struct report *r);

#endif
