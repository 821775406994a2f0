/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compile a libpcap filter into the dispatcher.  Pure. */
#ifndef XM_FILTER_H
#define XM_FILTER_H

#include "model/assembler.h"
#include "model/trace.h"

/* Upper bounds: instructions per instruction of the filter, and instructions before
 * the first one. */
#define FILTER_INSNS_PER_INSN 10
#define FILTER_INSNS_BESIDE   20

/*
 * struct filter_frame - the environment of the filter
 * @base: register that holds the address of the copy of the packet, minus @data
 * @caplen: register that holds the number of bytes in the copy, at least 1
 * @len: register that holds the length of the packet
 * @memory: offset of 64 bytes on the stack
 * @label: the first of as many labels as the filter has instructions
 * @accept, @reject: labels to which the filter jumps
 *
 * The registers must not be r0, r1, r2 or r4, which the filter uses.
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
 * filter_emit() - translate a filter that trace_filter_valid() accepted
 *
 * As in classic BPF, a read beyond the end of the packet rejects it.  The copy of a
 * packet has at most TRACE_SNAP_MAX bytes.
 */
void filter_emit(struct assembler *a, const struct trace_insn *insns, unsigned int n,
		 const struct filter_frame *f);

#endif
