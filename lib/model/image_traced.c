// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The instructions that trace packets in a dispatcher.
 *
 *	begin:	[scratch] = this CPU's room for an event; copy the packet there
 *		run the filter on the copy
 *		[told] = bytes of the packet to report, 0 to report nothing
 *	call:	with times, and if [told]: note the time
 *	step:	the event's verdict of the slot = w0; with times, how long it ran; if
 *		changes are reported, copy the packet's beginning to the event, and its
 *		length, and how far its start moved
 *	end:	if [told] and the verdict matches and it is its turn: output the event
 *
 * Programs may change the packet, so it is copied before they run.  The buffer is per
 * CPU, and nothing else on the CPU can run a dispatcher meanwhile.
 */
#include "model/image_traced.h"

#include <linux/bpf.h>

#include "model/filter.h"
#include "model/image_timed.h"

unsigned int traced_labels(const struct image_trace *trace)
{
	return LABEL_FILTER + trace->conf->n_filter;
}

size_t traced_insns(const struct image_trace *trace, unsigned int n)
{
	return 110 + 50 * (size_t)n + FILTER_INSNS_BESIDE +
	       (size_t)FILTER_INSNS_PER_INSN * trace->conf->n_filter;
}

static __u32 piece(const struct traced *t)
{
	return t->trace->conf->changes ? trace_piece(t->n) : 0;
}

static __s32 piece_offset(const struct traced *t, unsigned int slot)
{
	return traced_step_offset(t->n) + slot * piece(t);
}

static __s32 packet_offset(const struct traced *t)
{
	return piece_offset(t, t->n);
}

/* ---- begin ---- */

static void find_scratch(const struct traced *t)
{
	struct assembler *a = t->a;

	asm_put(a, BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, FRAME_KEY, 0);
	asm_put(a, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, FRAME_TOLD, 0);
	asm_mov(a, BPF_REG_2, BPF_REG_10);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, FRAME_KEY);
	asm_map(a, BPF_REG_1, t->trace->scratch);
	asm_call(a, BPF_FUNC_map_lookup_elem);
	/* The map has a value, but the verifier does not know that. */
	asm_put(a, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 2, 0);
	asm_set32(a, BPF_REG_0, VERDICT_ABORTED);
	asm_jump(a, t->leave);
	asm_store(a, BPF_DW, BPF_REG_10, FRAME_SCRATCH, BPF_REG_0);
}

/* No program has run yet. */
static void clear_steps(const struct traced *t)
{
	struct assembler *a = t->a;

	asm_store(a, BPF_W, BPF_REG_0, IN_EVENT(len), BPF_REG_9);
	for (unsigned int i = 0; i < t->n; i++) {
		asm_put(a, BPF_ST | BPF_MEM | BPF_W, BPF_REG_0, 0, traced_step_offset(i),
			t->trace->entries[i]);
		asm_put(a, BPF_ST | BPF_MEM | BPF_W, BPF_REG_0, 0,
			traced_step_offset(i) + offsetof(struct trace_step, verdict),
			XDP_DISPATCHER_RETVAL);
	}
}

/* Copy r4 bytes of the packet to this place in the scratch buffer. */
static void copy_in_buffers(const struct traced *t, __s32 to)
{
	struct assembler *a = t->a;

	asm_mov(a, BPF_REG_1, BPF_REG_6);
	asm_set32(a, BPF_REG_2, 0);
	asm_load(a, BPF_DW, BPF_REG_3, BPF_REG_10, FRAME_SCRATCH);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, 0, to);
	asm_call(a, BPF_FUNC_xdp_load_bytes);
}

/* Before Linux 5.18 a packet is always in one buffer. */
static void copy_linear(const struct traced *t, __s32 to)
{
	struct assembler *a = t->a;

	asm_load(a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, to);
	asm_mov(a, BPF_REG_2, BPF_REG_4);
	asm_load(a, BPF_W, BPF_REG_3, BPF_REG_6, offsetof(struct xdp_md, data));
	asm_call(a, BPF_FUNC_probe_read_kernel);
}

static void copy_bytes(const struct traced *t, __s32 to)
{
	if (t->trace->load_bytes)
		copy_in_buffers(t, to);
	else
		copy_linear(t, to);
}

/* Jump if the size in this register is 0.  After "!= 0" the verifier of Linux 6.1 does
 * not know that the size is at least 1, which helpers require. */
static void jump_if_none(const struct traced *t, __u8 reg, unsigned int label)
{
	asm_jump_if64(t->a, BPF_JLT, reg, 1, label);
}

static void copy_packet(const struct traced *t)
{
	struct assembler *a = t->a;

	asm_mov(a, BPF_REG_4, BPF_REG_9);
	asm_put(a, BPF_JMP | BPF_JLE | BPF_K, BPF_REG_4, 0, 1, TRACE_SNAP_MAX);
	asm_set32(a, BPF_REG_4, TRACE_SNAP_MAX);
	jump_if_none(t, BPF_REG_4, t->label + LABEL_BEGUN);
	asm_store(a, BPF_DW, BPF_REG_10, FRAME_COPIED, BPF_REG_4);
	copy_bytes(t, packet_offset(t));
	asm_jump_if64(a, BPF_JNE, BPF_REG_0, 0, t->label + LABEL_BEGUN);
}

static void run_filter(const struct traced *t)
{
	const struct trace_conf *conf = t->trace->conf;
	const struct filter_frame f = {
		.base = BPF_REG_3,
		.caplen = BPF_REG_5,
		.len = BPF_REG_9,
		.data = packet_offset(t),
		.memory = FRAME_MEMORY,
		.label = t->label + LABEL_FILTER,
		.accept = t->label + LABEL_ACCEPT,
		.reject = t->label + LABEL_BEGUN,
	};

	if (!conf->n_filter)
		return;
	asm_load(t->a, BPF_DW, BPF_REG_3, BPF_REG_10, FRAME_SCRATCH);
	asm_load(t->a, BPF_DW, BPF_REG_5, BPF_REG_10, FRAME_COPIED);
	filter_emit(t->a, conf->filter, conf->n_filter, &f);
}

static void take_note(const struct traced *t)
{
	struct assembler *a = t->a;

	asm_place(a, t->label + LABEL_ACCEPT);
	asm_load(a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_COPIED);
	asm_put(a, BPF_JMP | BPF_JLE | BPF_K, BPF_REG_1, 0, 1, t->trace->conf->snaplen);
	asm_set32(a, BPF_REG_1, t->trace->conf->snaplen);
	asm_store(a, BPF_DW, BPF_REG_10, FRAME_TOLD, BPF_REG_1);
	asm_call(a, BPF_FUNC_ktime_get_ns);
	asm_load(a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	asm_store(a, BPF_DW, BPF_REG_1, IN_EVENT(time), BPF_REG_0);
	if (t->trace->conf->times)
		timed_clock(t);
	asm_place(a, t->label + LABEL_BEGUN);
}

/* Note the start of the packet: write it as a pointer and read it as a number, which can
 * be subtracted.  r1 = scratch. */
static void note_start(const struct traced *t, unsigned int i)
{
	asm_load(t->a, BPF_W, BPF_REG_2, BPF_REG_6, offsetof(struct xdp_md, data));
	asm_store(t->a, BPF_DW, BPF_REG_1, offsetof(struct trace_scratch, data[i]), BPF_REG_2);
}

static void note_first_start(const struct traced *t)
{
	if (!piece(t))
		return;
	asm_load(t->a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	note_start(t, 0);
}

void traced_begin(const struct traced *t)
{
	find_scratch(t);
	clear_steps(t);
	copy_packet(t);
	run_filter(t);
	take_note(t);
	note_first_start(t);
}

/* ---- step ---- */

/* [scratch] = how far the start moved.  r1 = scratch. */
static void note_move(const struct traced *t, unsigned int slot)
{
	const __s16 before = offsetof(struct trace_scratch, data[0]);
	const __s16 after = offsetof(struct trace_scratch, data[1]);
	struct assembler *a = t->a;

	note_start(t, 1);
	asm_load(a, BPF_DW, BPF_REG_2, BPF_REG_1, after);
	asm_load(a, BPF_DW, BPF_REG_3, BPF_REG_1, before);
	asm_store(a, BPF_DW, BPF_REG_1, before, BPF_REG_2);
	asm_put(a, BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_2, BPF_REG_3, 0, 0);
	asm_store(a, BPF_W, BPF_REG_1, IN_STEP(slot, head), BPF_REG_2);
}

/* r4 = the packet's length. */
static void find_length(const struct traced *t)
{
	struct assembler *a = t->a;

	if (t->frags) {
		asm_mov(a, BPF_REG_1, BPF_REG_6);
		asm_call(a, BPF_FUNC_xdp_get_buff_len);
		asm_mov(a, BPF_REG_4, BPF_REG_0);
		return;
	}
	asm_load(a, BPF_W, BPF_REG_4, BPF_REG_6, offsetof(struct xdp_md, data_end));
	asm_load(a, BPF_W, BPF_REG_2, BPF_REG_6, offsetof(struct xdp_md, data));
	asm_put(a, BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_4, BPF_REG_2, 0, 0);
}

void traced_skip(const struct traced *t, unsigned int label)
{
	asm_load(t->a, BPF_DW, BPF_REG_2, BPF_REG_10, FRAME_TOLD);
	asm_jump_if64(t->a, BPF_JEQ, BPF_REG_2, 0, label);
}

/* Copy the beginning of the packet as it is now, if the packet may be reported. */
static void copy_piece(const struct traced *t, unsigned int slot)
{
	unsigned int label = t->label + LABEL_STEP + slot;
	struct assembler *a = t->a;

	traced_skip(t, label);
	note_move(t, slot);
	find_length(t);
	asm_load(a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	asm_store(a, BPF_W, BPF_REG_1, IN_STEP(slot, len), BPF_REG_4);
	asm_put(a, BPF_JMP | BPF_JLE | BPF_K, BPF_REG_4, 0, 1, piece(t));
	asm_set32(a, BPF_REG_4, piece(t));
	jump_if_none(t, BPF_REG_4, label);
	copy_bytes(t, piece_offset(t, slot));
	asm_place(a, label);
	asm_load(a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	asm_load(a, BPF_W, BPF_REG_0, BPF_REG_1, IN_STEP(slot, verdict));
}

void traced_step(const struct traced *t, unsigned int slot)
{
	asm_load(t->a, BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_SCRATCH);
	asm_store(t->a, BPF_W, BPF_REG_1, IN_STEP(slot, verdict), BPF_REG_0);
	if (t->trace->conf->times)
		timed_step(t, slot);
	if (piece(t))
		copy_piece(t, slot);
}

/* ---- end ---- */

/* r9 = number of bytes to report, r6 = the event. */
static void take_up(const struct traced *t)
{
	struct assembler *a = t->a;

	asm_load(a, BPF_DW, BPF_REG_9, BPF_REG_10, FRAME_TOLD);
	jump_if_none(t, BPF_REG_9, t->label + LABEL_ENDED);
	/* The value is never greater, but the verifier may not know that. */
	asm_jump_if64(a, BPF_JGT, BPF_REG_9, TRACE_SNAP_MAX, t->label + LABEL_ENDED);
	asm_load(a, BPF_W, BPF_REG_2, BPF_REG_6, offsetof(struct xdp_md, rx_queue_index));
	asm_load(a, BPF_DW, BPF_REG_6, BPF_REG_10, FRAME_SCRATCH);
	asm_store(a, BPF_W, BPF_REG_6, IN_EVENT(queue), BPF_REG_2);
	asm_store(a, BPF_W, BPF_REG_6, IN_EVENT(caplen), BPF_REG_9);
	asm_store(a, BPF_W, BPF_REG_6, IN_EVENT(verdict), BPF_REG_7);
}

static void match_verdict(const struct traced *t)
{
	const struct image_trace *trace = t->trace;
	struct assembler *a = t->a;

	asm_mov32(a, BPF_REG_1, BPF_REG_7);
	if (trace->slot != TRACE_EVERY_SLOT) {
		asm_load(a, BPF_W, BPF_REG_1, BPF_REG_6,
			 traced_step_offset(trace->slot) + offsetof(struct trace_step, verdict));
		asm_jump_if(a, BPF_JEQ, BPF_REG_1, XDP_DISPATCHER_RETVAL, t->label + LABEL_ENDED);
	}
	asm_jump_if(a, BPF_JLE, BPF_REG_1, VERDICT_REDIRECT, t->label + LABEL_RANGE);
	asm_set32(a, BPF_REG_1, VERDICT_ABORTED);
	asm_place(a, t->label + LABEL_RANGE);
	asm_set32(a, BPF_REG_2, 1);
	asm_put(a, BPF_ALU | BPF_LSH | BPF_X, BPF_REG_2, BPF_REG_1, 0, 0);
	asm_jump_if(a, BPF_JSET, BPF_REG_2, trace->conf->verdicts, t->label + LABEL_MATCH);
	asm_jump(a, t->label + LABEL_ENDED);
	asm_place(a, t->label + LABEL_MATCH);
}

static void take_turn(const struct traced *t)
{
	struct assembler *a = t->a;

	asm_load(a, BPF_DW, BPF_REG_1, BPF_REG_6, offsetof(struct trace_scratch, seen));
	asm_mov(a, BPF_REG_2, BPF_REG_1);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, 1);
	asm_store(a, BPF_DW, BPF_REG_6, offsetof(struct trace_scratch, seen), BPF_REG_1);
	asm_put(a, BPF_ALU64 | BPF_MOD | BPF_K, BPF_REG_2, 0, 0, t->trace->conf->sample);
	asm_jump_if64(a, BPF_JNE, BPF_REG_2, 0, t->label + LABEL_ENDED);
}

/* Output the event; count it as lost if it does not fit. */
static void output(const struct traced *t)
{
	struct assembler *a = t->a;

	asm_call(a, BPF_FUNC_get_smp_processor_id);
	asm_store(a, BPF_W, BPF_REG_6, IN_EVENT(cpu), BPF_REG_0);
	asm_load(a, BPF_DW, BPF_REG_1, BPF_REG_6, offsetof(struct trace_scratch, lost));
	asm_store(a, BPF_DW, BPF_REG_6, IN_EVENT(lost), BPF_REG_1);
	asm_put(a, BPF_ST | BPF_MEM | BPF_W, BPF_REG_6, 0, IN_EVENT(n_steps), t->n);
	asm_put(a, BPF_ST | BPF_MEM | BPF_W, BPF_REG_6, 0, IN_EVENT(piece), piece(t));
	asm_map(a, BPF_REG_1, t->trace->ring);
	asm_mov(a, BPF_REG_2, BPF_REG_6);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, EVENT);
	asm_mov(a, BPF_REG_3, BPF_REG_9);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, 0, packet_offset(t) - EVENT);
	asm_set32(a, BPF_REG_4, 0);
	asm_call(a, BPF_FUNC_ringbuf_output);
	asm_jump_if64(a, BPF_JEQ, BPF_REG_0, 0, t->label + LABEL_ENDED);
	asm_load(a, BPF_DW, BPF_REG_1, BPF_REG_6, offsetof(struct trace_scratch, lost));
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, 1);
	asm_store(a, BPF_DW, BPF_REG_6, offsetof(struct trace_scratch, lost), BPF_REG_1);
}

void traced_end(const struct traced *t)
{
	asm_mov(t->a, BPF_REG_7, BPF_REG_0);
	take_up(t);
	if (t->trace->slot != TRACE_EVERY_SLOT || t->trace->conf->verdicts != TRACE_ANY_VERDICT)
		match_verdict(t);
	if (t->trace->conf->sample > 1)
		take_turn(t);
	output(t);
	asm_place(t->a, t->label + LABEL_ENDED);
	asm_mov(t->a, BPF_REG_0, BPF_REG_7);
}
