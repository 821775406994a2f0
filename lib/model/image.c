// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dispatcher's instructions.
 *
 * The path that packets take is laid out slot by slot, falling through from one
 * call to the next; everything rare (an empty stub, a verdict out of range, a
 * jump that must remember its verdict) stands behind it.
 *
 *	main:	r6 = ctx
 *	slot 0:	r1 = r6; call stub 0; if w0 != PASS goto rare 0
 *	slot 1:	...
 *	end:	w0 = the last real verdict; exit
 *	rare 0:	if w0 == 31 goto slot 1; exit
 *
 * Comparisons are of 32 bits: a program declared to return int may leave
 * anything in the upper half.
 */
#include "model/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_INSNS_PER_SLOT 48 /* generous: 11 + 2 + 5 * 2 + 6 */

/* Jump targets.  LABEL_SLOT + n is the end of the chain. */
enum {
	LABEL_OUT, /* exit with r0 as it is */
	LABEL_SLOT,
	LABEL_RARE = LABEL_SLOT + CHAIN_MAX + 1,
	LABEL_STUB = LABEL_RARE + CHAIN_MAX,
	LABEL_KEEP = LABEL_STUB + CHAIN_MAX, /* + slot: w7 = w0; goto slot */
	N_LABELS = LABEL_KEEP + CHAIN_MAX + 1,
};

struct fixup {
	size_t insn;
	unsigned int label;
};

struct builder {
	struct image *img;
	struct fixup *fixups;
	size_t n_fixups;
	int label[N_LABELS];   /* instruction index, -1 not placed */
	bool wanted[N_LABELS]; /* something jumps there */
	bool track;	       /* the last real verdict lives in r7 */
};

static void emit(struct builder *b, __u8 code, __u8 dst, __u8 src, __s32 imm)
{
	b->img->insns[b->img->n_insns++] = (struct bpf_insn){
		.code = code,
		.dst_reg = dst,
		.src_reg = src,
		.imm = imm,
	};
}

static void place(struct builder *b, unsigned int label)
{
	b->label[label] = b->img->n_insns;
}

static void fix(struct builder *b, unsigned int label)
{
	b->fixups[b->n_fixups++] = (struct fixup){ b->img->n_insns, label };
	b->wanted[label] = true;
}

static void mov32(struct builder *b, __u8 dst, __s32 imm)
{
	emit(b, BPF_ALU | BPF_MOV | BPF_K, dst, 0, imm);
}

static void mov32_reg(struct builder *b, __u8 dst, __u8 src)
{
	emit(b, BPF_ALU | BPF_MOV | BPF_X, dst, src, 0);
}

static void mov64_reg(struct builder *b, __u8 dst, __u8 src)
{
	emit(b, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0);
}

/* if w0 OP imm goto label */
static void jump_if(struct builder *b, __u8 op, __s32 imm, unsigned int label)
{
	fix(b, label);
	emit(b, BPF_JMP32 | op | BPF_K, BPF_REG_0, 0, imm);
}

static void jump(struct builder *b, unsigned int label)
{
	fix(b, label);
	emit(b, BPF_JMP | BPF_JA, 0, 0, 0);
}

static void leave(struct builder *b)
{
	emit(b, BPF_JMP | BPF_EXIT, 0, 0, 0);
}

/*
 * Leave slot i for its neighbour on each verdict in @mask, and for the rare
 * part on anything else.  Few verdicts are compared one by one; for many it is
 * cheaper to check the range and to compare the others.
 */
static void go_on(struct builder *b, unsigned int i, unsigned int mask, unsigned int stops)
{
	unsigned int left = mask;

	if (__builtin_popcount(mask) > 1 + __builtin_popcount(stops)) {
		jump_if(b, BPF_JGT, VERDICT_REDIRECT, LABEL_RARE + i);
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (stops & VERDICT_BIT(v))
				jump_if(b, BPF_JEQ, v, LABEL_OUT);
		return;
	}
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		if (!(left & VERDICT_BIT(v)))
			continue;
		left &= ~VERDICT_BIT(v);
		if (!left)
			jump_if(b, BPF_JNE, v, LABEL_RARE + i);
		else
			jump_if(b, BPF_JEQ, v, b->track ? LABEL_KEEP + i + 1 : LABEL_SLOT + i + 1);
	}
}

static void emit_slot(struct builder *b, const struct image_slot *slot, unsigned int i)
{
	unsigned int mask = 0, stops = 0;

	place(b, LABEL_SLOT + i);
	mov64_reg(b, BPF_REG_1, BPF_REG_6);
	fix(b, LABEL_STUB + i);
	emit(b, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0);
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int next = slot->next[v];

		if (next == IMAGE_STOP || next >= (int)b->img->n_slots)
			stops |= VERDICT_BIT(v);
		else if (next == (int)i + 1)
			mask |= VERDICT_BIT(v);
		else
			jump_if(b, BPF_JEQ, v, (b->track ? LABEL_KEEP : LABEL_SLOT) + next);
	}
	if (!mask) {
		/* Only an empty stub gets past here. */
		jump_if(b, BPF_JNE, XDP_DISPATCHER_RETVAL, LABEL_OUT);
		return;
	}
	go_on(b, i, mask, stops);
	if (b->track) {
		place(b, LABEL_KEEP + i + 1);
		mov32_reg(b, BPF_REG_7, BPF_REG_0);
	}
}

/* Behind the last slot: its program did not run, so an earlier verdict counts.
 * Without tracking that can only be PASS. */
static void emit_end(struct builder *b)
{
	place(b, LABEL_SLOT + b->img->n_slots);
	if (b->track)
		mov32_reg(b, BPF_REG_0, BPF_REG_7);
	else
		mov32(b, BPF_REG_0, VERDICT_PASS);
	leave(b);
}

/* What is not wanted must not be there: the verifier refuses dead code. */
static void emit_rare(struct builder *b)
{
	for (unsigned int i = 0; i < b->img->n_slots; i++) {
		if (!b->wanted[LABEL_RARE + i])
			continue;
		place(b, LABEL_RARE + i);
		jump_if(b, BPF_JEQ, XDP_DISPATCHER_RETVAL, LABEL_SLOT + i + 1);
		leave(b);
	}
	for (unsigned int i = 1; i < b->img->n_slots; i++) {
		if (!b->wanted[LABEL_KEEP + i] || b->label[LABEL_KEEP + i] >= 0)
			continue;
		place(b, LABEL_KEEP + i);
		mov32_reg(b, BPF_REG_7, BPF_REG_0);
		jump(b, LABEL_SLOT + i);
	}
	if (b->wanted[LABEL_OUT]) {
		place(b, LABEL_OUT);
		leave(b);
	}
}

/* tail_call(ctx, entries, index); return aborted */
static void emit_tail_stub(struct builder *b, int entries, int index)
{
	emit(b, BPF_LD | BPF_DW | BPF_IMM, BPF_REG_2, BPF_PSEUDO_MAP_FD, entries);
	emit(b, 0, 0, 0, 0);
	mov32(b, BPF_REG_3, index);
	emit(b, BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_tail_call);
	mov32(b, BPF_REG_0, VERDICT_ABORTED);
	leave(b);
}

static void emit_replaced_stub(struct builder *b)
{
	emit(b, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, XDP_DISPATCHER_RETVAL);
	emit(b, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, XDP_DISPATCHER_RETVAL);
	b->img->insns[b->img->n_insns - 1].off = 3;
	emit(b, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0);
	emit(b, BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_xdp_adjust_head);
	emit(b, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, XDP_DISPATCHER_RETVAL);
	leave(b);
}

static void emit_stub(struct builder *b, const struct image_slot *slot, unsigned int i, int entries)
{
	place(b, LABEL_STUB + i);
	b->img->func[1 + i] = b->img->n_insns;
	if (slot->tail)
		emit_tail_stub(b, entries, slot->entry);
	else
		emit_replaced_stub(b);
}

static void resolve(struct builder *b)
{
	for (size_t i = 0; i < b->n_fixups; i++) {
		struct bpf_insn *insn = &b->img->insns[b->fixups[i].insn];
		int distance = b->label[b->fixups[i].label] - (int)b->fixups[i].insn - 1;

		if (insn->code == (BPF_JMP | BPF_CALL))
			insn->imm = distance;
		else
			insn->off = distance;
	}
}

/* The last real verdict must be remembered only when it can be other than PASS,
 * which is also what counts when no program ran. */
static bool must_track(const struct image_slot *slots, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (v != VERDICT_PASS && slots[i].next[v] >= 0 && slots[i].next[v] < (int)n)
				return true;
	return false;
}

int image_build(const struct image_slot *slots, unsigned int n, int entries, struct image *img)
{
	size_t room = 16 + (size_t)n * MAX_INSNS_PER_SLOT;
	struct builder *b = calloc(1, sizeof(*b));

	memset(img, 0, sizeof(*img));
	img->n_slots = n;
	img->insns = calloc(room, sizeof(*img->insns));
	if (!b || !img->insns)
		goto err;
	b->fixups = calloc(room, sizeof(*b->fixups));
	if (!b->fixups)
		goto err;
	b->img = img;
	b->track = must_track(slots, n);
	memset(b->label, 0xff, sizeof(b->label));

	mov64_reg(b, BPF_REG_6, BPF_REG_1);
	if (b->track)
		mov32(b, BPF_REG_7, VERDICT_PASS);
	for (unsigned int i = 0; i < n; i++)
		emit_slot(b, &slots[i], i);
	emit_end(b);
	emit_rare(b);
	for (unsigned int i = 0; i < n; i++)
		emit_stub(b, &slots[i], i, entries);
	resolve(b);
	free(b->fixups);
	free(b);
	return 0;
err:
	free(b);
	image_free(img);
	return -ENOMEM;
}

void image_free(struct image *img)
{
	free(img->insns);
	img->insns = NULL;
}

unsigned int image_rules(const struct chain *c, struct image_slot *slots)
{
	/* Position among the entries that are called: of each slot, and of the
	 * next such entry behind a disabled one. */
	int position[CHAIN_MAX + 1];
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->n; i++) {
		position[i] = n;
		n += !c->entries[i].disabled;
	}
	position[c->n] = n;
	for (unsigned int i = 0; i < c->n; i++) {
		struct image_slot *slot = &slots[position[i]];

		if (c->entries[i].disabled)
			continue;
		slot->tail = chain_tie(c, i) == TIE_TAIL;
		slot->entry = slot->tail ? i : 0;
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			int next = rules_next(c, i, v);

			slot->next[v] = next < 0 ? IMAGE_STOP : position[next];
		}
	}
	return n;
}
