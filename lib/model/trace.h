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

/* The longest piece of a packet that is looked at behind each entry. */
#define TRACE_CHANGES_MAX 256U

/* All verdicts, and results that are none. */
#define TRACE_ANY_VERDICT VERDICTS_ALL

#define TRACE_VERSION 2

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
 * @changes: what each entry changes in the packet is told too
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
	__u32 changes;
	char entry[ENTRY_NAME_SIZE];
	struct trace_insn filter[TRACE_FILTER_MAX];
};

/*
 * struct trace_step - what an entry made of the packet
 * @entry: a number that stands for its name
 * @verdict: what its program returned; XDP_DISPATCHER_RETVAL if it did not run
 * @len: of the packet behind it
 * @head: how far it moved the packet's start, in bytes: forward if it is positive
 *
 * The last two are there only where changes are told.
 */
struct trace_step {
	__u32 entry;
	__u32 verdict;
	__u32 len;
	__s32 head;
};

/*
 * struct trace_event - one packet
 * @time: nanoseconds since boot, when the chain began
 * @lost: packets that this CPU could not tell so far
 * @len: of the packet then
 * @caplen: bytes of it that are told
 * @n_steps: entries of the chain that are called
 * @piece: bytes of the packet as it was behind each step, which follow the steps; 0
 *	   where changes are not told
 *
 * After those come @caplen bytes of the packet as it was when the chain began.
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
	__u32 piece;
	__u32 pad;
	struct trace_step steps[];
};

/*
 * struct trace_scratch - what each CPU writes an event in before it tells it
 * @lost: see struct trace_event
 * @seen: packets that matched
 * @data: where the packet began, before the program that runs and after it
 */
struct trace_scratch {
	__u64 lost;
	__u64 seen;
	__u64 data[2];
	struct trace_event event;
};

/* What the kernel has for each CPU at most is 32768. */
#define TRACE_SCRATCH_SIZE 32752U

_Static_assert(sizeof(struct trace_insn) == 8, "an instruction");
_Static_assert(sizeof(struct trace_event) == 48, "an event without steps");

/* trace_piece() - how much of the packet can be looked at behind each of @n steps: the
 * longest chains leave less room */
static inline __u32 trace_piece(unsigned int n)
{
	__u32 room = TRACE_SCRATCH_SIZE - sizeof(struct trace_scratch) - TRACE_SNAP_MAX -
		     n * sizeof(struct trace_step);
	__u32 piece = n ? room / n / 8 * 8 : 0;

	return piece < TRACE_CHANGES_MAX ? piece : TRACE_CHANGES_MAX;
}

_Static_assert(sizeof(struct trace_scratch) + TRACE_SNAP_MAX +
			       CHAIN_MAX * (sizeof(struct trace_step) + 40) <=
		       TRACE_SCRATCH_SIZE,
	       "the longest chain has some room");

/* trace_filter_valid() - is it a filter that is understood?  Jumps lead forward to
 * instructions that are there, and each way ends. */
bool trace_filter_valid(const struct trace_insn *insns, unsigned int n);

/* trace_packet() - the packet behind steps and pieces; NULL if @size bytes are no event */
static inline const void *trace_packet(const struct trace_event *e, size_t size)
{
	size_t before;

	if (size < sizeof(*e) || e->n_steps > CHAIN_MAX || e->piece > TRACE_CHANGES_MAX)
		return NULL;
	before = e->n_steps * (sizeof(e->steps[0]) + e->piece);
	return size - sizeof(*e) < before || size - sizeof(*e) - before < e->caplen
		       ? NULL
		       : (const char *)(e + 1) + before;
}

/* trace_piece_of() - the packet's beginning behind a step, in an event that is one */
static inline const void *trace_piece_of(const struct trace_event *e, unsigned int step)
{
	return (const char *)&e->steps[e->n_steps] + (size_t)step * e->piece;
}

#endif
