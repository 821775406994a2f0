/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What files require of a chain. */
#ifndef XM_REQUIRE_H
#define XM_REQUIRE_H

#include "session/compare.h"
#include "session/session.h"

/*
 * session_require() - would each device get a chain that treats packets as the request's
 * requirements say?
 * @tried: set for each device of the request
 *
 * Nothing is changed.  0, or -errno with a sentence.
 */
int session_require(struct session *s, const struct request *rq, struct tried_on *tried,
		    struct report *r);

/*
 * session_compare_required() - does the chain of a view treat packets so?
 * @fn: called for the first packet of each requirement that gets another verdict
 *
 * The packets go through a copy.  A chain that is not whole, or not attached, is not
 * looked at.  0, or -errno with a sentence when that could not be tried.
 */
int session_compare_required(struct session *s, const struct view *v, const struct request *rq,
			     void (*fn)(const struct difference *d, void *arg), void *arg,
			     struct report *r);

#endif
