// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dispatcher's instructions where it counts, or is traced, or both.
 *
 *	main:	r6 = ctx; r9 = length of the packet; r8 = this CPU's counters
 *	slot 0:	r1 = r6; call stub 0; if w0 == PASS goto hot 0
 *		if w0 == 31 goto slot 1
 *		count w0 of slot 0; r7 = w0; if w0 == DROP goto slot 1; ...; goto out
 *	hot 0:	count a pass of slot 0; w7 = PASS
 *	slot 1:	...
 *	end:	w0 = w7
 *	out:	count w0 of the chain; exit
 *
 * A dispatcher that does not count has no code for r8; image_traced.c adds the code for
 * a trace.
 *
 * All jumps lead forward, for the reason that image.c gives.
 *
 * The counters are per CPU, and nothing else on the CPU can run a dispatcher meanwhile,
 * so plain additions suffice.
 */
#include "model/image_counted.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "model/assembler.h"
#include "model/counts.h"

#define INSNS_PER_SLOT 64 /* upper bound: 11 + 13 + 5 + 2 + 6; image_traced.c adds its own */
#define INSNS_BESIDE   64

#define FRAME_KEY -4

/* Jump targets; the slot is added to all but the first two.  Slot n is the end of the
 * chain. */
enum {
	LABEL_OUT,  /* count r0 and exit */
	LABEL_EXIT, /* exit */
	LABEL_SLOT,
	LABEL_HOT = LABEL_SLOT + CHAIN_MAX + 1,	 /* a pass */
	LABEL_RANGE = LABEL_HOT + CHAIN_MAX + 1, /* w1 is in range; n for the chain */
	LABEL_STUB = LABEL_RANGE + CHAIN_MAX + 1,
	N_LABELS = LABEL_STUB + CHAIN_MAX + 1,
};

/* @counts: the program counts; @trace: the program is traced if this has a program */
struct counted {
	struct assembler a;
	bool counts;
	struct traced trace;
	const struct image_slot *slots;
	unsigned int n;
	int entries;
	bool track; /* the last real verdict lives in r7 */
};

/* The slot to run after this verdict, or IMAGE_STOP. */
static int next_of(const struct counted *b, unsigned int i, unsigned int v)
{
	int next = b->slots[i].next[v];

	return next < (int)b->n ? next : IMAGE_STOP;
}

static bool must_track(const struct counted *b)
{
	for (unsigned int i = 0; i < b->n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (v != VERDICT_PASS && next_of(b, i, v) != IMAGE_STOP)
				return true;
	return false;
}

/* ---- counting ---- */

static __s16 offset_of(unsigned int row, unsigned int verdict)
{
	return row * sizeof(struct counts) + verdict * sizeof(__u64);
}

/* [@base + off] += 1, by way of r2 */
static void add_one(struct assembler *a, __u8 base, __s16 off)
{
	asm_load(a, BPF_DW, BPF_REG_2, base, off);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, 1);
	asm_store(a, BPF_DW, base, off, BPF_REG_2);
}

/* Use one instruction; it is atomic because there is no non-atomic one. */
static void add_bytes(struct assembler *a, unsigned int row)
{
	__s16 off = row * sizeof(struct counts) + offsetof(struct counts, bytes);

	asm_put(a, BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_8, BPF_REG_9, off, BPF_ADD);
}

/* Count any value of w0.  @i: index for LABEL_RANGE. */
static void count_any(struct assembler *a, unsigned int row, unsigned int i)
{
	asm_mov32(a, BPF_REG_1, BPF_REG_0);
	asm_jump_if(a, BPF_JLE, BPF_REG_1, VERDICT_REDIRECT, LABEL_RANGE + i);
	asm_set32(a, BPF_REG_1, VERDICT_OTHER);
	asm_place(a, LABEL_RANGE + i);
	asm_put(a, BPF_ALU64 | BPF_LSH | BPF_K, BPF_REG_1, 0, 0, 3);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_1, BPF_REG_8, 0, 0);
	add_one(a, BPF_REG_1, offset_of(row, 0));
	add_bytes(a, row);
}

/* ---- main ---- */

static void emit_length(struct assembler *a, bool frags)
{
	if (frags) {
		asm_call(a, BPF_FUNC_xdp_get_buff_len);
		asm_mov(a, BPF_REG_9, BPF_REG_0);
		return;
	}
	asm_load(a, BPF_W, BPF_REG_9, BPF_REG_1, offsetof(struct xdp_md, data_end));
	asm_load(a, BPF_W, BPF_REG_2, BPF_REG_1, offsetof(struct xdp_md, data));
	asm_put(a, BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_9, BPF_REG_2, 0, 0);
}

static void find_counters(struct assembler *a, int fd)
{
	asm_put(a, BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, FRAME_KEY, 0);
	asm_mov(a, BPF_REG_2, BPF_REG_10);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, FRAME_KEY);
	asm_map(a, BPF_REG_1, fd);
	asm_call(a, BPF_FUNC_map_lookup_elem);
	/* The map has a value, but the verifier does not know that. */
	asm_put(a, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 2, 0);
	asm_set32(a, BPF_REG_0, VERDICT_ABORTED);
	asm_jump(a, LABEL_EXIT);
	asm_mov(a, BPF_REG_8, BPF_REG_0);
}

static void emit_begin(struct counted *b, const struct image_counters *counters)
{
	struct assembler *a = &b->a;

	asm_mov(a, BPF_REG_6, BPF_REG_1);
	emit_length(a, counters->frags);
	if (b->counts)
		find_counters(a, counters->fd);
	if (b->trace.trace)
		traced_begin(&b->trace);
	if (b->track)
		asm_set32(a, BPF_REG_7, VERDICT_PASS);
}

/* If only pass continues, nothing checks what the last program returns. */
static bool is_final(const struct counted *b, unsigned int i)
{
	return i + 1 == b->n && !b->track;
}

/* Handle any value except pass. */
static void emit_rare(struct counted *b, unsigned int i)
{
	struct assembler *a = &b->a;

	if (!is_final(b, i))
		asm_jump_if(a, BPF_JEQ, BPF_REG_0, XDP_DISPATCHER_RETVAL, LABEL_SLOT + i + 1);
	if (b->counts)
		count_any(a, b->slots[i].row, i);
	if (b->track)
		asm_mov32(a, BPF_REG_7, BPF_REG_0);
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (v != VERDICT_PASS && next_of(b, i, v) != IMAGE_STOP)
			asm_jump_if(a, BPF_JEQ, BPF_REG_0, v, LABEL_SLOT + next_of(b, i, v));
	asm_jump(a, LABEL_OUT);
}

static void emit_pass(struct counted *b, unsigned int i)
{
	int next = next_of(b, i, VERDICT_PASS);
	struct assembler *a = &b->a;

	asm_place(a, LABEL_HOT + i);
	if (b->counts) {
		add_one(a, BPF_REG_8, offset_of(b->slots[i].row, VERDICT_PASS));
		add_bytes(a, b->slots[i].row);
	}
	if (next == IMAGE_STOP) {
		if (!is_final(b, i))
			asm_jump(a, LABEL_OUT);
		return;
	}
	if (b->track)
		asm_set32(a, BPF_REG_7, VERDICT_PASS);
	if (next != (int)i + 1)
		asm_jump(a, LABEL_SLOT + next);
}

static void emit_slot(struct counted *b, unsigned int i)
{
	struct assembler *a = &b->a;

	asm_place(a, LABEL_SLOT + i);
	if (b->trace.trace)
		traced_call(&b->trace, i);
	asm_mov(a, BPF_REG_1, BPF_REG_6);
	asm_call_label(a, LABEL_STUB + i);
	if (b->trace.trace)
		traced_step(&b->trace, i);
	asm_jump_if(a, BPF_JEQ, BPF_REG_0, VERDICT_PASS, LABEL_HOT + i);
	emit_rare(b, i);
	emit_pass(b, i);
}

/* The program of the last slot did not run, so an earlier verdict counts. */
static void emit_end(struct counted *b)
{
	struct assembler *a = &b->a;

	asm_place(a, LABEL_SLOT + b->n);
	if (b->track)
		asm_mov32(a, BPF_REG_0, BPF_REG_7);
	else if (!b->n)
		asm_set32(a, BPF_REG_0, VERDICT_PASS);
	asm_place(a, LABEL_OUT);
	if (b->counts)
		count_any(a, COUNTS_CHAIN_ROW, b->n);
	if (b->trace.trace)
		traced_end(&b->trace);
	asm_place(a, LABEL_EXIT);
	asm_exit(a);
}

/* ---- stubs ---- */

static void emit_tail_stub(struct assembler *a, int entries, int index)
{
	asm_map(a, BPF_REG_2, entries);
	asm_set32(a, BPF_REG_3, index);
	asm_call(a, BPF_FUNC_tail_call);
	asm_set32(a, BPF_REG_0, VERDICT_ABORTED);
	asm_exit(a);
}

static void set64(struct assembler *a, __u8 dst, __s32 imm)
{
	asm_put(a, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

static void emit_replaced_stub(struct assembler *a, int result)
{
	set64(a, BPF_REG_0, result);
	asm_put(a, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 3, result);
	set64(a, BPF_REG_2, 0);
	asm_call(a, BPF_FUNC_xdp_adjust_head);
	set64(a, BPF_REG_0, result);
	asm_exit(a);
}

static void emit_stub(struct counted *b, unsigned int i, struct image *img)
{
	asm_place(&b->a, LABEL_STUB + i);
	img->func[1 + i] = b->a.n;
	if (b->slots[i].tail)
		emit_tail_stub(&b->a, b->entries, b->slots[i].entry);
	else
		emit_replaced_stub(&b->a, is_final(b, i) ? VERDICT_PASS : XDP_DISPATCHER_RETVAL);
}

static void emit(struct counted *b, const struct image_counters *counters, struct image *img)
{
	b->track = must_track(b);
	emit_begin(b, counters);
	for (unsigned int i = 0; i < b->n; i++)
		emit_slot(b, i);
	emit_end(b);
	for (unsigned int i = 0; i < b->n; i++)
		emit_stub(b, i, img);
	asm_resolve(&b->a);
	img->insns = b->a.insns;
	img->n_insns = b->a.n;
	b->a.insns = NULL;
}

int image_build_counted(const struct image_slot *slots, unsigned int n, int entries,
			const struct image_counters *counters, const struct image_trace *trace,
			struct image *img)
{
	struct counted b = { .slots = slots, .n = n, .entries = entries };
	unsigned int n_labels = N_LABELS + (trace ? traced_labels(trace) : 0);
	size_t room = INSNS_BESIDE + (size_t)n * INSNS_PER_SLOT;
	int err = asm_open(&b.a, room + (trace ? traced_insns(trace, n) : 0), n_labels);

	memset(img, 0, sizeof(*img));
	img->n_slots = n;
	b.counts = counters->fd >= 0;
	b.trace = (struct traced){
		.a = &b.a,
		.trace = trace,
		.n = n,
		.frags = counters->frags,
		.label = N_LABELS,
		.leave = LABEL_EXIT,
	};
	if (!err)
		emit(&b, counters, img);
	asm_close(&b.a);
	return err;
}
