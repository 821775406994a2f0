/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of a trace. */
#ifndef TRACE_INTERNAL_H
#define TRACE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "dispatcher/tracing.h"
#include "session/trace.h"

/*
 * struct trace_known - what it takes to understand the packets; zeroed to begin with
 * @names: names of entries, by number minus one; NULL if not looked up yet
 * @lost: per processor, the count at its previous packet
 * @clock: offset from the monotonic clock to the real time, in nanoseconds
 */
struct trace_known {
	char **names;
	__u32 n_names;
	__u64 *lost;
	__u32 n_cpus;
	__u64 clock;
};

/* trace_read_clock() - again during a trace, because the clock may be set meanwhile */
void trace_read_clock(struct trace_known *k);

/* trace_take() - a packet of @size bytes that the kernel wrote; @p borrows from it and from @k.
 * False if it is cut off. */
bool trace_take(struct trace_known *k, const struct tracing *maps, const void *data, size_t size,
		struct traced_packet *p);

void trace_forget(struct trace_known *k);

#endif
