// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dispatcher's instructions.
 *
 * The common path is laid out slot by slot and falls through from one call to the
 * next; all rare cases come after it.
 *
 *	main:	[ctx] = r1
 *	slot 0:	call stub 0; if w0 != PASS goto rare 0
 *	slot 1:	r1 = [ctx]; call stub 1; if w0 != PASS goto rare 1
 *	...
 *	slot n:	r1 = [ctx]; call stub n; exit
 *
 * This is the path while every program passes the packet.  A packet that continues
 * after another verdict, or after an empty slot, switches to a second copy of the
 * slots, which keeps the last real verdict, and stays there.
 *
 *	rare 0:	if w0 == DROP goto keep 1; if w0 == 31 goto empty 1; goto out
 *	...
 *	empty 1: w0 = PASS
 *	keep 1:	[last] = w0
 *	kept 1:	r1 = [ctx]; call stub 1; if w0 == PASS goto keep 2; ...
 *		if w0 == 31 goto kept 2; goto out
 *
 * All jumps lead forward, including "goto out".  It is used instead of an exit, from
 * which the x86 JIT compiler jumps back to the first exit: up to Linux 5.11 its passes
 * may not converge if forward and backward jumps cross, and it gives up.
 *
 * Comparisons use 32 bits: a program declared to return int may leave anything in
 * the upper half.  A stack slot costs less than a register that must be saved.
 */
#include "model/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_INSNS_PER_SLOT 40 /* upper bound: 2 * (3 + 5 + 2) + 2 + 6 */

#define FRAME_CTX  -8  /* main's argument */
#define FRAME_LAST -16 /* the last real verdict, 32 bits */

/* The two copies of a slot. */
enum copy { PASSED, KEPT };

/* Jump targets; the slot is added to all but the first.  Slot n is the end of the
 * chain. */
enum {
	LABEL_OUT, /* exit with r0 as it is */
	LABEL_SLOT,
	LABEL_RARE = LABEL_SLOT + CHAIN_MAX + 1,  /* a verdict other than pass in the first copy */
	LABEL_EMPTY = LABEL_RARE + CHAIN_MAX + 1, /* to the second copy after an empty slot */
	LABEL_KEEP = LABEL_EMPTY + CHAIN_MAX + 1, /* to the second copy after a verdict, in r0 */
	LABEL_KEPT = LABEL_KEEP + CHAIN_MAX + 1,  /* the slot in the second copy */
	LABEL_STUB = LABEL_KEPT + CHAIN_MAX + 1,
	N_LABELS = LABEL_STUB + CHAIN_MAX + 1,
};

struct fixup {
	size_t insn;
	unsigned int label;
};

struct builder {
	struct image *img;
	const struct image_slot *slots;
	int entries;
	struct fixup *fixups;
	size_t n_fixups;
	int label[N_LABELS];   /* instruction index */
	bool wanted[N_LABELS]; /* a jump leads there; the verifier refuses dead code */
	bool keep;	       /* a verdict other than pass can continue */
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

/* Emit an instruction with an offset instead of an immediate value. */
static void emit_off(struct builder *b, __u8 code, __u8 dst, __u8 src, __s16 off)
{
	emit(b, code, dst, src, 0);
	b->img->insns[b->img->n_insns - 1].off = off;
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

/* tail_call(ctx, entries, index); w0 = ABORTED */
static void emit_tail_call(struct builder *b, int index)
{
	emit(b, BPF_LD | BPF_DW | BPF_IMM, BPF_REG_2, BPF_PSEUDO_MAP_FD, b->entries);
	emit(b, 0, 0, 0, 0);
	mov32(b, BPF_REG_3, index);
	emit(b, BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_tail_call);
	mov32(b, BPF_REG_0, VERDICT_ABORTED);
}

/* ---- main ---- */

static bool is_last(const struct builder *b, unsigned int i)
{
	return i + 1 == b->img->n_slots;
}

/* The last entry's tail call needs no stub, because nothing runs after it. */
static bool called_from_main(const struct builder *b, unsigned int i)
{
	return is_last(b, i) && b->slots[i].tail && !b->keep;
}

/* The slot to run after this verdict, or IMAGE_STOP. */
static int next_of(const struct builder *b, unsigned int i, unsigned int v)
{
	int next = b->slots[i].next[v];

	return next < (int)b->img->n_slots ? next : IMAGE_STOP;
}

/*
 * Compare the verdict of slot i, which is none of @done.  If few verdicts continue
 * with the next slot, they are compared one by one, the likely ones first; if many
 * do, it is cheaper to compare those that end the chain and to check the range.
 */
static void emit_verdicts(struct builder *b, enum copy copy, unsigned int i, unsigned int done)
{
	static const enum verdict order[N_VERDICTS] = { VERDICT_PASS, VERDICT_DROP, VERDICT_TX,
							VERDICT_REDIRECT, VERDICT_ABORTED };
	unsigned int on = 0, stops = 0;
	bool range;

	for (unsigned int k = 0; k < N_VERDICTS; k++) {
		unsigned int v = order[k];
		int next = next_of(b, i, v);

		if (done & VERDICT_BIT(v))
			continue;
		if (next == IMAGE_STOP)
			stops |= VERDICT_BIT(v);
		else if (next == (int)i + 1)
			on |= VERDICT_BIT(v);
		else
			jump_if(b, BPF_JEQ, v, LABEL_KEEP + next);
	}
	range = __builtin_popcount(on) > 1 + 2 * __builtin_popcount(stops);
	for (unsigned int k = 0; k < N_VERDICTS; k++)
		if ((range ? stops : on) & VERDICT_BIT(order[k]))
			jump_if(b, BPF_JEQ, order[k], range ? LABEL_OUT : LABEL_KEEP + i + 1);
	if (range)
		jump_if(b, BPF_JLE, VERDICT_REDIRECT, LABEL_KEEP + i + 1);
	jump_if(b, BPF_JEQ, XDP_DISPATCHER_RETVAL,
		(copy == PASSED ? LABEL_EMPTY : LABEL_KEPT) + i + 1);
	jump(b, LABEL_OUT);
}

static void emit_call(struct builder *b, unsigned int i)
{
	if (i)
		emit_off(b, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10, FRAME_CTX);
	if (called_from_main(b, i)) {
		emit_tail_call(b, b->slots[i].entry);
		return;
	}
	fix(b, LABEL_STUB + i);
	emit(b, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0);
}

/* The last slot's verdict is the verdict of the chain.  An empty slot must be detected
 * only if its stub cannot know the last real verdict. */
static void emit_last_passed(struct builder *b)
{
	if (b->keep)
		jump_if(b, BPF_JEQ, XDP_DISPATCHER_RETVAL, LABEL_EMPTY + b->img->n_slots);
	leave(b);
	if (b->keep) {
		place(b, LABEL_EMPTY + b->img->n_slots);
		mov32(b, BPF_REG_0, VERDICT_PASS);
		leave(b);
	}
}

static void emit_passed(struct builder *b, unsigned int i)
{
	int pass = next_of(b, i, VERDICT_PASS);

	if (i && !b->wanted[LABEL_SLOT + i])
		return;
	place(b, LABEL_SLOT + i);
	emit_call(b, i);
	if (is_last(b, i)) {
		emit_last_passed(b);
	} else if (pass == (int)i + 1) {
		jump_if(b, BPF_JNE, VERDICT_PASS, LABEL_RARE + i);
		b->wanted[LABEL_SLOT + i + 1] = true;
	} else if (pass == IMAGE_STOP) {
		emit_verdicts(b, PASSED, i, 0);
	} else {
		jump_if(b, BPF_JEQ, VERDICT_PASS, LABEL_SLOT + pass);
		emit_verdicts(b, PASSED, i, VERDICT_BIT(VERDICT_PASS));
	}
}

static void emit_kept(struct builder *b, unsigned int i)
{
	bool empty = b->wanted[LABEL_EMPTY + i], keep = b->wanted[LABEL_KEEP + i];

	place(b, LABEL_EMPTY + i);
	if (b->keep && empty)
		mov32(b, BPF_REG_0, VERDICT_PASS);
	place(b, LABEL_KEEP + i);
	if (b->keep && (empty || keep))
		emit_off(b, BPF_STX | BPF_MEM | BPF_W, BPF_REG_10, BPF_REG_0, FRAME_LAST);
	place(b, LABEL_KEPT + i);
	emit_call(b, i);
	if (!is_last(b, i)) {
		emit_verdicts(b, KEPT, i, 0);
	} else if (b->keep) {
		jump_if(b, BPF_JNE, XDP_DISPATCHER_RETVAL, LABEL_OUT);
		emit_off(b, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_0, BPF_REG_10, FRAME_LAST);
	}
}

static void emit_main(struct builder *b)
{
	unsigned int n = b->img->n_slots;

	if (!n)
		mov32(b, BPF_REG_0, VERDICT_PASS);
	if (n > 1)
		emit_off(b, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, BPF_REG_1, FRAME_CTX);
	for (unsigned int i = 0; i < n; i++)
		emit_passed(b, i);
	for (unsigned int i = 0; i + 1 < n; i++) {
		if (!b->wanted[LABEL_RARE + i])
			continue;
		place(b, LABEL_RARE + i);
		emit_verdicts(b, PASSED, i, VERDICT_BIT(VERDICT_PASS));
	}
	for (unsigned int i = 1; i < n; i++)
		emit_kept(b, i);
	if (n != 1) {
		place(b, LABEL_OUT);
		leave(b);
	}
}

/* ---- stubs ---- */

static void emit_replaced_stub(struct builder *b, int result)
{
	emit(b, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, result);
	emit(b, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, result);
	b->img->insns[b->img->n_insns - 1].off = 3;
	emit(b, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0);
	emit(b, BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_xdp_adjust_head);
	emit(b, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, result);
}

static void emit_stub(struct builder *b, unsigned int i)
{
	if (called_from_main(b, i))
		return;
	place(b, LABEL_STUB + i);
	b->img->func[1 + i] = b->img->n_insns;
	if (b->slots[i].tail)
		emit_tail_call(b, b->slots[i].entry);
	else if (is_last(b, i) && !b->keep)
		emit_replaced_stub(b, VERDICT_PASS);
	else
		emit_replaced_stub(b, XDP_DISPATCHER_RETVAL);
	leave(b);
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

/* Can a verdict other than pass continue?  If not, the last real verdict is always
 * pass, which is also the result if no program ran. */
static bool must_keep(const struct image_slot *slots, unsigned int n)
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
	b->slots = slots;
	b->entries = entries;
	b->keep = must_keep(slots, n);

	emit_main(b);
	for (unsigned int i = 0; i < n; i++)
		emit_stub(b, i);
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
	/* Per slot, the position of its entry among the enabled ones; for a disabled
	 * entry, that of the next enabled one. */
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
		slot->row = c->entries[i].row;
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			int next = rules_next(c, i, v);

			slot->next[v] = next < 0 ? IMAGE_STOP : position[next];
		}
	}
	return n;
}
