/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a dispatcher tells of packets while somebody traces it: the layout of the maps
 * that the tracer and the dispatcher share.  Pure.
 */
#ifndef XM_TRACE_H
#define XM_TRACE_H

#include <stddef.h>

#include "model/chain.h"

/* The longest piece of a packet that is copied, and the longest filter. */
#define TRACE_SNAP_MAX	 16384
#define TRACE_FILTER_MAX 1024

/* All verdicts, and results that are none. */
#define TRACE_ANY_VERDICT VERDICTS_ALL

#define TRACE_VERSION 1

/* struct trace_insn - an instruction of classic BPF, as libpcap makes them */
struct trace_insn {
	__u16 code;
	__u8 jt;
	__u8 jf;
	__u32 k;
};

/*
 * struct trace_conf - which packets are traced, and for whom
 * @tracer: id of a map that the tracer holds open: it is gone when the tracer is
 * @pid: of the tracer, for messages
 * @format: of the chain before it was traced, 0 unknown
 * @snaplen: bytes of a packet that are told, at most TRACE_SNAP_MAX
 * @sample: one of so many of the packets that match, at least 1
 * @verdicts: what becomes of the packets that match; with @entry, what that entry
 *	      returns.  A result that is no verdict counts as aborted.
 * @entry: the name of an entry that the packets must meet, "" for none
 * @filter: @n_filter instructions that choose packets, as they were when the chain
 *	    began; none: all packets
 */
struct trace_conf {
	__u32 version;
	__u32 tracer;
	__u32 pid;
	__u32 format;
	__u32 snaplen;
	__u32 sample;
	__u32 verdicts;
	__u32 n_filter;
	char entry[ENTRY_NAME_SIZE];
	struct trace_insn filter[TRACE_FILTER_MAX];
};

/*
 * struct trace_step - what an entry made of the packet
 * @entry: a number that stands for its name
 * @verdict: what its program returned; XDP_DISPATCHER_RETVAL if it did not run
 */
struct trace_step {
	__u32 entry;
	__u32 verdict;
};

/*
 * struct trace_event - one packet
 * @time: nanoseconds since boot, when the chain began
 * @lost: packets that this CPU could not tell so far
 * @len: of the packet then
 * @caplen: bytes of it that follow the steps
 * @n_steps: entries of the chain that are called
 */
struct trace_event {
	__u64 time;
	__u64 lost;
	__u32 len;
	__u32 caplen;
	__u32 queue;
	__u32 cpu;
	__u32 verdict;
	__u32 n_steps;
	struct trace_step steps[];
};

/*
 * struct trace_scratch - what each CPU writes an event in before it tells it
 * @lost: see struct trace_event
 * @seen: packets that matched
 */
struct trace_scratch {
	__u64 lost;
	__u64 seen;
	struct trace_event event;
};

/* The steps of a chain of CHAIN_MAX entries and the longest piece of a packet. */
#define TRACE_SCRATCH_SIZE \
	(sizeof(struct trace_scratch) + CHAIN_MAX * sizeof(struct trace_step) + TRACE_SNAP_MAX)

_Static_assert(sizeof(struct trace_insn) == 8, "an instruction");
_Static_assert(sizeof(struct trace_event) == 40, "an event without steps");
_Static_assert(TRACE_SCRATCH_SIZE < 32768, "what the kernel has for each CPU at most");

/* trace_filter_valid() - is it a filter that is understood?  Jumps lead forward to
 * instructions that are there, and each way ends. */
bool trace_filter_valid(const struct trace_insn *insns, unsigned int n);

/* trace_packet() - the packet behind the steps; NULL if @size bytes are no event */
static inline const void *trace_packet(const struct trace_event *e, size_t size)
{
	size_t steps;

	if (size < sizeof(*e) || e->n_steps > CHAIN_MAX)
		return NULL;
	steps = e->n_steps * sizeof(e->steps[0]);
	return size - sizeof(*e) < steps || size - sizeof(*e) - steps < e->caplen
		       ? NULL
		       : (const char *)(e + 1) + steps;
}

#endif
