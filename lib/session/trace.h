/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets on their way through a chain.
 *
 * While this runs the chain has a dispatcher that tells of them, in the extended
 * format; changes of the chain go on with that.  At the end the chain is put back.
 */
#ifndef XM_SESSION_TRACE_H
#define XM_SESSION_TRACE_H

#include "model/packet_change.h"
#include "model/trace.h"
#include "session/session.h"

/* How often it is looked whether the chain still tells, in milliseconds; the kernel
 * tells of most reasons why it does not. */
#define TRACE_INTERVAL 1000

/*
 * struct traced_step - an entry that ran, and what its program returned
 * @change: what it changed in the packet, where that was asked for
 */
struct traced_step {
	const char *entry;
	__u32 verdict;
	struct change_of_packet change;
};

/*
 * struct traced_packet - one packet; borrowed
 * @ns: nanoseconds since the epoch, when the chain began
 * @len: of the packet then; @caplen of its bytes are at @data
 * @queue: of the interface that it came by
 * @lost: packets that were lost on this CPU since the one before
 * @verdict: what the chain returned
 * @steps: in order
 */
struct traced_packet {
	__u64 ns;
	__u32 len;
	__u32 caplen;
	const void *data;
	__u32 queue;
	__u64 lost;
	__u32 verdict;
	struct traced_step steps[CHAIN_MAX];
	unsigned int n_steps;
};

/*
 * struct trace_reader - who is told
 * @begin: called once, when the chain begins to tell: with it as it was
 * @packet: called for each packet; returns 0, or TRACE_ENOUGH, or -errno
 * @pause: called when all that is there was told; returns as @packet
 * @stop: an fd that is readable when it shall end
 * @out: an fd that packets are written to: it ends when nobody reads there
 */
struct trace_reader {
	int (*begin)(const struct view *v, void *arg);
	int (*packet)(const struct traced_packet *p, void *arg);
	int (*pause)(void *arg);
	void *arg;
	int stop;
	int out;
};

#define TRACE_ENOUGH 1

/*
 * session_trace() - trace the packets of one device until something ends it
 * @rq: the verb trace
 * @conf: which packets; the tracer's own part is filled in here
 * @lost: packets that could not be told
 *
 * What is told is in order on each CPU.  Returns 0 when it was ended, with the chain
 * as it was before but for what others changed; or -errno.
 */
int session_trace(struct session *s, const struct request *rq, const struct trace_conf *conf,
		  const struct trace_reader *reader, __u64 *lost, struct report *r);

#endif
