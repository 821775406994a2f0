/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "set stats off": prints the counters before they are removed.
 *
 *	last_counts_hold() -> the change -> last_counts_print() -> last_counts_free()
 */
#ifndef LAST_COUNTS_H
#define LAST_COUNTS_H

#include "options.h"
#include "session/session.h"

struct last_device;

/* struct last_counts - the counters of all devices of a request */
struct last_counts {
	struct last_device *at;
	size_t n;
};

/* last_counts_hold() - keep the counters of the request's devices; 0 or -errno.  Free
 * in either case. */
int last_counts_hold(struct last_counts *l, struct session *s, const struct request *rq,
		     struct report *r);

/* last_counts_print() - print the devices as they are now, with the final counters, which
 * count no more packets */
int last_counts_print(struct last_counts *l, struct session *s, const struct options *opts,
		      struct report *r);

void last_counts_free(struct last_counts *l);

#endif
