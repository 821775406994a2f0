/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of the maps through which a traced dispatcher reports packets to the
 * tracer.  Pure.
 */
#ifndef XM_TRACE_H
#define XM_TRACE_H

#include <stddef.h>

#include "model/chain.h"

/* The longest piece of a packet that is copied, and the longest filter. */
#define TRACE_SNAP_MAX	 16384
#define TRACE_FILTER_MAX 1024

/* The longest piece of a packet that is compared after each entry. */
#define TRACE_CHANGES_MAX 256U

/* All verdicts, and results that are not verdicts. */
#define TRACE_ANY_VERDICT VERDICTS_ALL

#define TRACE_VERSION 3

/* struct trace_insn - an instruction of classic BPF, as libpcap generates it */
struct trace_insn {
	__u16 code;
	__u8 jt;
	__u8 jf;
	__u32 k;
};

/*
 * struct trace_conf - which packets are traced, and for whom
 * @tracer: id of a map that the tracer holds open; it disappears with the tracer
 * @pid: pid of the tracer, for messages
 * @format: format of the chain before it was traced, 0 if unknown
 * @snaplen: bytes to report of each packet, at most TRACE_SNAP_MAX
 * @sample: report one of @sample matching packets, at least 1
 * @verdicts: the verdicts of the packets that match; with @entry, what that entry
 *	      returns.  A result that is not a verdict counts as aborted.
 * @entry: the name of an entry that the packets must reach, "" for none
 * @changes: also report what each entry changes in the packet
 * @times: also report how long each entry takes
 * @filter: @n_filter instructions that select packets by their content when the chain
 *	    began; without any, all packets match
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
	__u32 times;
	char entry[ENTRY_NAME_SIZE];
	struct trace_insn filter[TRACE_FILTER_MAX];
};

/*
 * struct trace_step - the result of an entry
 * @entry: a number that stands for the entry's name
 * @verdict: what its program returned; XDP_DISPATCHER_RETVAL if it did not run
 * @len: length of the packet after the entry
 * @head: how many bytes the entry moved the packet's start forward, or back if negative
 * @ns: how long it ran, in nanoseconds, including one read of the clock
 *
 * @len and @head are set only if changes are reported, and @ns only with times.
 */
struct trace_step {
	__u32 entry;
	__u32 verdict;
	__u32 len;
	__s32 head;
	__u32 ns;
};

/*
 * struct trace_event - one packet
 * @time: when the chain began, in nanoseconds since boot
 * @lost: number of packets that this CPU could not report so far
 * @len: length of the packet when the chain began
 * @caplen: number of bytes of the packet that are reported
 * @n_steps: number of enabled entries of the chain
 * @piece: size of the piece of the packet that is stored for each step; the pieces
 *	   follow the steps.  0 if changes are not reported
 * @clock: the time of one read of the clock, in nanoseconds.  Only with times
 *
 * After the pieces come @caplen bytes of the packet as it was when the chain began.
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
	__u32 clock;
	struct trace_step steps[];
};

/*
 * struct trace_scratch - buffer in which each CPU prepares an event
 * @lost: see struct trace_event
 * @seen: number of packets that matched
 * @data: start of the packet, before and after the current program
 * @began: when that program began, in nanoseconds since boot
 */
struct trace_scratch {
	__u64 lost;
	__u64 seen;
	__u64 data[2];
	__u64 began;
	struct trace_event event;
};

/* The kernel allows at most 32768 bytes per CPU. */
#define TRACE_SCRATCH_SIZE 32752U

_Static_assert(sizeof(struct trace_insn) == 8, "an instruction");
_Static_assert(sizeof(struct trace_event) == 48, "an event without steps");

/* trace_piece() - how many bytes of the packet can be stored for each of @n steps: the
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

/* trace_filter_valid() - can the filter be translated?  All jumps must lead forward to
 * existing instructions, and each path must end with a return. */
bool trace_filter_valid(const struct trace_insn *insns, unsigned int n);

/* trace_packet() - the packet after the steps and pieces; NULL if @size bytes are no event */
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

/* trace_piece_of() - the packet's beginning after a step, in a valid event */
static inline const void *trace_piece_of(const struct trace_event *e, unsigned int step)
{
	return (const char *)&e->steps[e->n_steps] + (size_t)step * e->piece;
}

#endif
