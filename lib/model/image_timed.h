/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations shared by the files that generate the instructions of tracing: the stack, the
 * labels and the clock.  Pure.
 */
#ifndef XM_IMAGE_TIMED_H
#define XM_IMAGE_TIMED_H

#include <stddef.h>

#include "model/image_traced.h"

/* ---- the stack: scratch is the address of the buffer, told the bytes to report ---- */

#define FRAME_KEY     -4
#define FRAME_SCRATCH -16
#define FRAME_TOLD    -24
#define FRAME_COPIED  -32
#define FRAME_MEMORY  -96

#define EVENT	    offsetof(struct trace_scratch, event)
#define IN_EVENT(m) (EVENT + offsetof(struct trace_event, m))

enum {
	LABEL_ACCEPT,
	LABEL_BEGUN,
	LABEL_RANGE,
	LABEL_MATCH,
	LABEL_ENDED,
	LABEL_STEP, /* plus the slot */
	LABEL_CALL = LABEL_STEP + CHAIN_MAX,
	LABEL_TIME = LABEL_CALL + CHAIN_MAX,
	LABEL_FILTER = LABEL_TIME + CHAIN_MAX,
};

/* traced_step_offset() - where the scratch buffer has the step of a slot */
static inline __s16 traced_step_offset(unsigned int slot)
{
	return EVENT + sizeof(struct trace_event) + slot * sizeof(struct trace_step);
}

#define IN_STEP(slot, m) (traced_step_offset(slot) + offsetof(struct trace_step, m))

/* traced_skip() - jump to the label if the packet is not reported; uses r2 */
void traced_skip(const struct traced *t, unsigned int label);

/* ---- the clock (image_timed.c) ---- */

/* timed_clock() - measure how long one read of the clock takes; uses r0 to r5 */
void timed_clock(const struct traced *t);

/* timed_step() - record how long a slot's program ran, if the packet is reported.  Sets r1 to
 * the scratch buffer and w0 to the verdict in it; uses r2 to r5. */
void timed_step(const struct traced *t, unsigned int slot);

#endif
