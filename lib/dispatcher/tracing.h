/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maps that a traced dispatcher and its tracer share: they are bound to the dispatcher,
 * and to the next one, as long as there is a tracer.
 *
 *	tracing_make() or tracing_open() -> ... -> tracing_close()
 *
 * Only the tracer holds one more map open.  If that map is gone, so is the tracer.  A process
 * with a BPF token cannot open it, and looks whether the tracer's process has it open.
 */
#ifndef XM_TRACING_H
#define XM_TRACING_H

#include "kernel/kobj.h"
#include "model/report.h"
#include "model/trace.h"

/* Size of the buffer for events that the tracer has not read yet. */
#define TRACING_RING_SIZE (4U << 20)

/*
 * struct tracing - fds, -1 for none
 * @ring: events
 * @scratch: room for an event on each CPU
 * @how: which packets
 * @names: of entries, by number
 * @alive: that the tracer holds; -1 for everybody else
 * @id: of the map @ring
 * @conf: what @how says; owned
 */
struct tracing {
	int ring;
	int scratch;
	int how;
	int names;
	int alive;
	__u32 id;
	struct trace_conf *conf;
};

#define TRACING_INIT                                                           \
	{                                                                      \
		.ring = -1, .scratch = -1, .how = -1, .names = -1, .alive = -1 \
	}

/* tracing_make() - for a trace of these packets by this process.  0 or -errno; close
 * in either case. */
int tracing_make(struct tracing *t, const struct trace_conf *conf, struct report *r);

/* tracing_open() - those of a dispatcher.  -ENOENT with a sentence if it has none;
 * close in any case. */
int tracing_open(const struct kobj_prog *dispatcher, struct tracing *t, struct report *r);
void tracing_close(struct tracing *t);

/* tracing_is_alive() - is there a process that reads?  True if unknown. */
bool tracing_is_alive(const struct tracing *t);

/* tracing_is_of() - is the dispatcher traced by this? */
bool tracing_is_of(const struct tracing *t, const struct kobj_prog *dispatcher);

/* tracing_set_format() - the format of the chain before the trace */
int tracing_set_format(const struct tracing *t, enum chain_format format, struct report *r);

/* tracing_bind() - let a dispatcher keep the maps */
int tracing_bind(const struct tracing *t, int dispatcher, struct report *r);

/* tracing_number() - the numbers of all entries of a chain, by slot, old ones for
 * names that had one.  Under the lock.  0 or -errno. */
int tracing_number(const struct tracing *t, const struct chain *c, __u32 *numbers,
		   struct report *r);

/* tracing_name() - the name that a number stands for, "?" if it is unknown */
void tracing_name(const struct tracing *t, __u32 number, char name[ENTRY_NAME_SIZE]);

/* tracing_lost() - packets that were lost, because the tracer did not read in time */
__u64 tracing_lost(const struct tracing *t);

#endif
