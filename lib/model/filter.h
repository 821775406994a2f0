/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter of libpcap's, in the dispatcher.  Pure. */
#ifndef XM_FILTER_H
#define XM_FILTER_H

#include "model/assembler.h"
#include "model/trace.h"

/* Generous: what one instruction of the filter can become, and what stands before
 * all of them. */
#define FILTER_INSNS_PER_INSN 10
#define FILTER_INSNS_BESIDE   20

/*
 * struct filter_frame - what the filter finds
 * @base: a register with the address of the copy of the packet, minus @data
 * @caplen: a register with the bytes of it that are there, at least 1
 * @len: a register with the length of the packet
 * @memory: place of 64 bytes on the stack
 * @label: the first of as many labels as the filter has instructions
 * @accept, @reject: where it leads
 *
 * The registers are not r0, r1, r2 and r4, which the filter uses.
 */
struct filter_frame {
	__u8 base;
	__u8 caplen;
	__u8 len;
	__s16 data;
	__s16 memory;
	unsigned int label;
	unsigned int accept;
	unsigned int reject;
};

/*
 * filter_emit() - translate a filter that trace_filter_valid() took
 *
 * What it reads of a packet that is not there is as classic BPF has it: the packet is
 * rejected.  There is at most TRACE_SNAP_MAX of a packet.
 */
void filter_emit(struct assembler *a, const struct trace_insn *insns, unsigned int n,
		 const struct filter_frame *f);

#endif
