/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests a chain against the "require" lines of files. */
#ifndef XM_REQUIRE_H
#define XM_REQUIRE_H

#include "session/compare.h"
#include "session/session.h"

/*
 * session_require() - test whether the new chain of each device meets the request's
 * requirements
 * @tried: set for each device of the request; may be NULL
 *
 * Changes nothing.  Returns 0, or -errno with a sentence.
 */
int session_require(struct session *s, const struct request *rq, struct tried_on *tried,
		    struct report *r);

/*
 * session_compare_required() - test whether the chain of a view meets the requirements
 * @fn: called for the first packet of each requirement that gets another verdict
 *
 * The packets go through a copy of the chain.  A chain that is not whole, or not
 * attached, is skipped.  Returns 0, or -errno with a sentence if the test failed to run.
 */
int session_compare_required(struct session *s, const struct view *v, const struct request *rq,
			     void (*fn)(const struct difference *d, void *arg), void *arg,
			     struct report *r);

#endif
