// SPDX-License-Identifier: GPL-2.0-or-later
/* The instructions that read the clock in a traced dispatcher. */
#include "model/image_timed.h"

#include <linux/bpf.h>

#define BEGAN ((__s16)offsetof(struct trace_scratch, began))

/* r1 = scratch; [began] = now. */
static void note_time(const struct traced *t)
{
	asm_call(t->a, BPF_FUNC_ktime_get_ns);
	asm_load(t->a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	asm_store(t->a, BPF_DW, BPF_REG_1, BEGAN, BPF_REG_0);
}

/* r1 = scratch; [to] = the time since [began]. */
static void note_duration(const struct traced *t, __s16 to)
{
	asm_call(t->a, BPF_FUNC_ktime_get_ns);
	asm_load(t->a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	asm_load(t->a, BPF_DW, BPF_REG_2, BPF_REG_1, BEGAN);
	asm_put(t->a, BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_0, BPF_REG_2, 0, 0);
	asm_store(t->a, BPF_W, BPF_REG_1, to, BPF_REG_0);
}

void timed_clock(const struct traced *t)
{
	note_time(t);
	note_duration(t, IN_EVENT(clock));
}

/* Packets that are not reported are not measured. */
void traced_call(const struct traced *t, unsigned int slot)
{
	unsigned int label = t->label + LABEL_CALL + slot;

	if (!t->trace->conf->times)
		return;
	traced_skip(t, label);
	note_time(t);
	asm_place(t->a, label);
}

void timed_step(const struct traced *t, unsigned int slot)
{
	unsigned int label = t->label + LABEL_TIME + slot;

	traced_skip(t, label);
	note_duration(t, IN_STEP(slot, ns));
	asm_place(t->a, label);
	asm_load(t->a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	asm_load(t->a, BPF_W, BPF_REG_0, BPF_REG_1, IN_STEP(slot, verdict));
}
