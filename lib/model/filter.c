// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Translate classic BPF to instructions of the dispatcher.
 *
 * The accumulator is w0 and the index register w4.  The packet is a copy in a map, so
 * offsets are checked against the number of bytes copied and, for the verifier, against
 * the size of the buffer.
 */
#include "model/filter.h"

#include <linux/filter.h>

#define A	 BPF_REG_0
#define X	 BPF_REG_4
#define TEMP	 BPF_REG_1
#define TEMP2	 BPF_REG_2
#define N_MEMORY 16

struct translator {
	struct assembler *a;
	const struct filter_frame *f;
	const struct trace_insn *insns;
	unsigned int n;
};

/* ---- validation ---- */

static unsigned int size_of(__u16 code)
{
	return BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;
}

static bool load_known(const struct trace_insn *i)
{
	switch (BPF_MODE(i->code)) {
	case BPF_IMM:
	case BPF_LEN:
		return BPF_SIZE(i->code) == BPF_W;
	case BPF_MEM:
		return BPF_SIZE(i->code) == BPF_W && i->k < N_MEMORY;
	case BPF_MSH:
		return BPF_CLASS(i->code) == BPF_LDX && BPF_SIZE(i->code) == BPF_B;
	case BPF_ABS:
	case BPF_IND:
		/* Offsets above 2 GB are Linux extensions that do not read the packet. */
		return BPF_CLASS(i->code) == BPF_LD && BPF_SIZE(i->code) != BPF_DW &&
		       i->k <= 0x7fffffff;
	default:
		return false;
	}
}

static bool alu_known(const struct trace_insn *i)
{
	bool divides = BPF_OP(i->code) == BPF_DIV || BPF_OP(i->code) == BPF_MOD;

	if (BPF_OP(i->code) > BPF_XOR)
		return false;
	return !divides || BPF_SRC(i->code) == BPF_X || i->k;
}

static bool jump_known(const struct trace_insn *i, unsigned int left)
{
	switch (BPF_OP(i->code)) {
	case BPF_JA:
		return i->k < left;
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
		return i->jt < left && i->jf < left;
	default:
		return false;
	}
}

static bool is_known(const struct trace_insn *i, unsigned int left)
{
	switch (BPF_CLASS(i->code)) {
	case BPF_LD:
	case BPF_LDX:
		return left && load_known(i);
	case BPF_ST:
	case BPF_STX:
		return left && i->k < N_MEMORY;
	case BPF_ALU:
		return left && alu_known(i);
	case BPF_JMP:
		return jump_known(i, left);
	case BPF_RET:
		return BPF_RVAL(i->code) == BPF_K || BPF_RVAL(i->code) == BPF_A;
	default:
		return left > 0; /* BPF_MISC: copy the accumulator to the index register, or back */
	}
}

bool trace_filter_valid(const struct trace_insn *insns, unsigned int n)
{
	if (!n || n > TRACE_FILTER_MAX)
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (!is_known(&insns[i], n - 1 - i))
			return false;
	return true;
}

/* ---- loads ---- */

/* Load into w0, or load the length of an IP header into @to. */
static void read_packet(struct translator *t, __u8 to, unsigned int size, __u8 base, __s16 off)
{
	static const __u8 sizes[] = { [1] = BPF_B, [2] = BPF_H, [4] = BPF_W };

	asm_load(t->a, sizes[size], to, base, off);
	if (size > 1)
		asm_put(t->a, BPF_ALU | BPF_END | BPF_TO_BE, to, 0, 0, 8 * size);
}

static void load_absolute(struct translator *t, __u8 to, unsigned int size, __u32 k)
{
	if (k > TRACE_SNAP_MAX - size) {
		asm_jump(t->a, t->f->reject);
		return;
	}
	asm_jump_if(t->a, BPF_JLT, t->f->caplen, k + size, t->f->reject);
	read_packet(t, to, size, t->f->base, t->f->data + k);
}

static void load_indirect(struct translator *t, unsigned int size, __u32 k)
{
	struct assembler *a = t->a;

	if (k > TRACE_SNAP_MAX - size) {
		asm_jump(a, t->f->reject);
		return;
	}
	/* The first check catches sums that wrap around. */
	asm_jump_if(a, BPF_JGT, X, TRACE_SNAP_MAX - size - k, t->f->reject);
	asm_mov32(a, TEMP, X);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, TEMP, 0, 0, k);
	asm_mov(a, TEMP2, TEMP);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_K, TEMP2, 0, 0, size);
	asm_jump_if_reg(a, BPF_JGT, TEMP2, t->f->caplen, t->f->reject);
	asm_put(a, BPF_ALU64 | BPF_ADD | BPF_X, TEMP, t->f->base, 0, 0);
	read_packet(t, A, size, TEMP, t->f->data);
}

/* Code after a load that always fails is unreachable. */
static bool never_there(const struct trace_insn *i)
{
	__u16 mode = BPF_MODE(i->code);

	return (BPF_CLASS(i->code) == BPF_LD || BPF_CLASS(i->code) == BPF_LDX) &&
	       (mode == BPF_ABS || mode == BPF_IND || mode == BPF_MSH) &&
	       i->k > TRACE_SNAP_MAX - size_of(i->code);
}

static void emit_load(struct translator *t, const struct trace_insn *i)
{
	__u8 to = BPF_CLASS(i->code) == BPF_LD ? A : X;

	switch (BPF_MODE(i->code)) {
	case BPF_IMM:
		asm_set32(t->a, to, i->k);
		return;
	case BPF_LEN:
		asm_mov32(t->a, to, t->f->len);
		return;
	case BPF_MEM:
		asm_load(t->a, BPF_W, to, BPF_REG_10, t->f->memory + 4 * i->k);
		return;
	case BPF_ABS:
		load_absolute(t, A, size_of(i->code), i->k);
		return;
	case BPF_IND:
		load_indirect(t, size_of(i->code), i->k);
		return;
	default: /* BPF_MSH */
		load_absolute(t, X, 1, i->k);
		if (never_there(i))
			return;
		asm_put(t->a, BPF_ALU | BPF_AND | BPF_K, X, 0, 0, 0xf);
		asm_put(t->a, BPF_ALU | BPF_LSH | BPF_K, X, 0, 0, 2);
	}
}

/* ---- the others ---- */

static void emit_alu(struct translator *t, const struct trace_insn *i)
{
	bool by_x = BPF_SRC(i->code) == BPF_X;
	__u8 op = BPF_OP(i->code);

	if (by_x && (op == BPF_DIV || op == BPF_MOD))
		asm_jump_if(t->a, BPF_JEQ, X, 0, t->f->reject);
	/* The kernel refuses a shift by a constant that is too large. */
	if (!by_x && (op == BPF_LSH || op == BPF_RSH) && i->k > 31)
		asm_set32(t->a, A, 0);
	else if (op == BPF_NEG)
		asm_put(t->a, BPF_ALU | BPF_NEG, A, 0, 0, 0);
	else
		asm_put(t->a, BPF_ALU | op | BPF_SRC(i->code), A, by_x ? X : 0, 0, by_x ? 0 : i->k);
}

static void emit_jump(struct translator *t, const struct trace_insn *i, unsigned int next)
{
	unsigned int label = t->f->label + next;
	__u8 op = BPF_OP(i->code);

	if (op == BPF_JA) {
		asm_jump(t->a, label + i->k);
		return;
	}
	if (BPF_SRC(i->code) == BPF_X)
		asm_jump_if_reg(t->a, op, A, X, label + i->jt);
	else
		asm_jump_if(t->a, op, A, i->k, label + i->jt);
	asm_jump(t->a, label + i->jf);
}

static void emit_return(struct translator *t, const struct trace_insn *i)
{
	if (BPF_RVAL(i->code) == BPF_A)
		asm_jump_if(t->a, BPF_JNE, A, 0, t->f->accept);
	asm_jump(t->a, BPF_RVAL(i->code) == BPF_K && i->k ? t->f->accept : t->f->reject);
}

/* Emit one instruction.  Does execution continue with the next one? */
static bool emit_insn(struct translator *t, unsigned int at)
{
	const struct trace_insn *i = &t->insns[at];

	switch (BPF_CLASS(i->code)) {
	case BPF_LD:
	case BPF_LDX:
		emit_load(t, i);
		return !never_there(i);
	case BPF_ST:
	case BPF_STX:
		asm_store(t->a, BPF_W, BPF_REG_10, t->f->memory + 4 * i->k,
			  BPF_CLASS(i->code) == BPF_ST ? A : X);
		return true;
	case BPF_ALU:
		emit_alu(t, i);
		return true;
	case BPF_JMP:
		emit_jump(t, i, at + 1);
		return false;
	case BPF_RET:
		emit_return(t, i);
		return false;
	default:
		asm_mov32(t->a, BPF_MISCOP(i->code) == BPF_TAX ? X : A,
			  BPF_MISCOP(i->code) == BPF_TAX ? A : X);
		return true;
	}
}

void filter_emit(struct assembler *a, const struct trace_insn *insns, unsigned int n,
		 const struct filter_frame *f)
{
	struct translator t = { .a = a, .f = f, .insns = insns, .n = n };
	bool reached = true;

	for (unsigned int i = 0; i < N_MEMORY / 2; i++)
		asm_put(a, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, f->memory + 8 * i, 0);
	asm_set32(a, A, 0);
	asm_set32(a, X, 0);
	/* This jump is never taken, but without it the label would be dead code. */
	asm_jump_if(a, BPF_JEQ, f->caplen, 0, f->accept);
	/* All jumps lead forward, so an instruction is reached only if it is wanted by now. */
	for (unsigned int i = 0; i < n; i++) {
		if (!reached && !a->wanted[f->label + i])
			continue;
		asm_place(a, f->label + i);
		reached = emit_insn(&t, i);
	}
}
