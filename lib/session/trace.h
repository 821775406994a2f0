/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces packets through a chain.
 *
 * During a trace the chain has a dispatcher in the extended format that reports packets.
 * A change of the chain meanwhile keeps the tracing.  At the end the chain is restored.
 */
#ifndef XM_SESSION_TRACE_H
#define XM_SESSION_TRACE_H

#include "model/packet_change.h"
#include "model/trace.h"
#include "session/session.h"

/* Interval in milliseconds at which we check that the chain still reports packets.  The
 * kernel notifies us of most reasons why it does not. */
#define TRACE_INTERVAL 1000

/*
 * struct traced_step - an entry that ran, and what its program returned
 * @ns: how long it ran, if requested
 * @change: what it changed in the packet, if requested
 */
struct traced_step {
	const char *entry;
	__u32 verdict;
	__u32 ns;
	struct change_of_packet change;
};

/*
 * struct traced_packet - one packet; borrowed
 * @ns: start of the chain, in nanoseconds since the epoch
 * @len: length of the packet then; @data has @caplen bytes of it
 * @queue: receive queue of the interface
 * @lost: packets that were lost on this CPU since the previous one
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
 * struct trace_reader - the callbacks of a trace
 * @begin: called once with the previous chain, when the chain begins to report packets
 * @packet: called for each packet; returns 0, or TRACE_ENOUGH, or -errno
 * @pause: called when no packet is left to report; returns as @packet
 * @stop: the trace ends when this fd is readable
 * @out: fd to which packets are written; the trace ends when it loses its reader
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
 * @rq: a request with the verb trace
 * @conf: which packets; this function fills in the tracer's own part
 * @lost: set to the number of packets that could not be reported
 *
 * Packets are reported in order on each CPU.  Returns 0 after the end of the trace, with
 * the chain restored except for changes by others; or -errno.
 */
int session_trace(struct session *s, const struct request *rq, const struct trace_conf *conf,
		  const struct trace_reader *reader, __u64 *lost, struct report *r);

#endif
