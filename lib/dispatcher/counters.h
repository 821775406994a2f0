/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of a dispatcher in the kernel: two maps that are bound to it and live
 * as long as it does, or as the one that goes on with them.  The one is counted in by
 * each CPU for itself, and user space never writes there, lest a count be lost; the
 * other holds what is to be added, so that a row can begin at 0 again.
 *
 *	counters_make() or counters_open() -> counters_read(), counters_restart() ->
 *	counters_close()
 */
#ifndef XM_COUNTERS_H
#define XM_COUNTERS_H

#include "kernel/kobj.h"
#include "model/counts.h"
#include "model/report.h"

/* struct counters - fds of the two, -1 for none */
struct counters {
	int counts;
	int offsets;
};

#define COUNTERS_INIT                       \
	{                                   \
		.counts = -1, .offsets = -1 \
	}

/* counters_make() - new ones, all 0.  0 or -errno; close in either case. */
int counters_make(struct counters *k, struct report *r);

/* counters_open() - those of a dispatcher.  -ENOENT with a sentence if it has none;
 * close in any case. */
int counters_open(const struct kobj_prog *dispatcher, struct counters *k, struct report *r);
void counters_close(struct counters *k);

/* counters_bind() - let a dispatcher keep both */
int counters_bind(const struct counters *k, int dispatcher, struct report *r);

/* counters_read() - all rows, COUNTS_ROWS of them */
int counters_read(const struct counters *k, struct counts *rows, struct report *r);

/*
 * counters_restart() - let rows go on from other numbers
 * @from: COUNTS_ROWS numbers to go on from
 * @which: the rows that do; the others stay as they are
 *
 * No packet is lost, whoever counts meanwhile: those before this moment are replaced
 * by @from, those after it add to that.  Under the lock, as two at the same time
 * would undo each other.  Killed in the middle, it has happened or it has not.
 */
int counters_restart(const struct counters *k, const struct counts *from, const bool *which,
		     struct report *r);

#endif
