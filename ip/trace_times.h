/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mean times of the entries in a trace. */
#ifndef TRACE_TIMES_H
#define TRACE_TIMES_H

#include <stddef.h>

#include "session/trace.h"

struct timed_entry;

/* struct trace_times - @n entries; zeroed at the start */
struct trace_times {
	struct timed_entry *at;
	size_t n;
};

/* trace_times_add() - add the times of a packet.  Returns 0, or -ENOMEM. */
int trace_times_add(struct trace_times *t, const struct traced_packet *p);

/* trace_times_print() - print one line for each entry */
void trace_times_print(const struct trace_times *t);

/* trace_times_free() - free the entries; @t is then as at the start */
void trace_times_free(struct trace_times *t);

#endif
