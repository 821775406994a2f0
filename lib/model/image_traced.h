/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generate the instructions that trace packets in a dispatcher.  Pure. */
#ifndef XM_IMAGE_TRACED_H
#define XM_IMAGE_TRACED_H

#include "model/assembler.h"
#include "model/trace.h"

#define TRACE_EVERY_SLOT (-1)

/*
 * struct image_trace - what is reported, and where
 * @scratch: fd of a map of type PERCPU_ARRAY with one value of TRACE_SCRATCH_SIZE
 * @ring: fd of a map of type RINGBUF
 * @load_bytes: the kernel has a helper that reads multi-buffer packets
 * @conf: which packets are traced
 * @slot: slot in the image of the entry that packets must reach, or TRACE_EVERY_SLOT
 * @entries: per slot, the number that stands for the entry
 */
struct image_trace {
	int scratch;
	int ring;
	bool load_bytes;
	const struct trace_conf *conf;
	int slot;
	__u32 entries[CHAIN_MAX];
};

/*
 * struct traced - a main function that traces
 * @n: number of its slots
 * @frags: packets may be multi-buffer
 * @label: the first of traced_labels() labels
 * @leave: label to jump to, with w0 set, if there is no buffer to write to
 */
struct traced {
	struct assembler *a;
	const struct image_trace *trace;
	unsigned int n;
	bool frags;
	unsigned int label;
	unsigned int leave;
};

/* traced_labels(), traced_insns() - the number of labels and instructions that tracing needs */
unsigned int traced_labels(const struct image_trace *trace);
size_t traced_insns(const struct image_trace *trace, unsigned int n);

/*
 * traced_begin() - copy the packet and check whether to report it
 *
 * Expects the context in r6 and the length in r9; preserves r7 and r8.
 */
void traced_begin(const struct traced *t);

/* traced_call() - before a slot's program is called; uses r0 to r5 */
void traced_call(const struct traced *t, unsigned int slot);

/* traced_step() - record what a slot's program returned in w0, and how it changed the
 * packet, and how long it took; uses r1 to r5 */
void traced_step(const struct traced *t, unsigned int slot);

/* traced_end() - report the packet, with the chain's verdict in r0, which is preserved; uses
 * r6, r7 and r9 */
void traced_end(const struct traced *t);

#endif
