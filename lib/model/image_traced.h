/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a dispatcher does beside running its programs while it is traced.  Pure. */
#ifndef XM_IMAGE_TRACED_H
#define XM_IMAGE_TRACED_H

#include "model/assembler.h"
#include "model/trace.h"

#define TRACE_EVERY_SLOT (-1)

/*
 * struct image_trace - what is told, and where
 * @scratch: fd of a map of type PERCPU_ARRAY with one value of TRACE_SCRATCH_SIZE
 * @ring: fd of a map of type RINGBUF
 * @load_bytes: the kernel has a helper that reads multi-buffer packets
 * @conf: which packets
 * @slot: of the image, the entry that they must meet, or TRACE_EVERY_SLOT
 * @entries: by slot, the number for the entry
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
 * @n: of its slots
 * @frags: packets may be multi-buffer
 * @label: the first of as many as traced_labels() says
 * @leave: where it leads if there is nothing to write in, with w0 set
 */
struct traced {
	struct assembler *a;
	const struct image_trace *trace;
	unsigned int n;
	bool frags;
	unsigned int label;
	unsigned int leave;
};

/* traced_labels(), traced_insns() - how many labels and instructions it takes */
unsigned int traced_labels(const struct image_trace *trace);
size_t traced_insns(const struct image_trace *trace, unsigned int n);

/*
 * traced_begin() - copy the packet and see whether it is one to tell of
 *
 * With the context in r6 and the length in r9; r7 and r8 stay as they are.
 */
void traced_begin(const struct traced *t);

/* traced_step() - keep what a slot's program returned, in w0, and what it made of
 * the packet; uses r1 to r5 */
void traced_step(const struct traced *t, unsigned int slot);

/* traced_end() - tell, with the chain's verdict in r0, which stays; uses r6, r7 and r9 */
void traced_end(const struct traced *t);

#endif
