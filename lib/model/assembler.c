// SPDX-License-Identifier: GPL-2.0-or-later
/* A small assembler for generated programs. */
#include "model/assembler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int asm_open(struct assembler *a, size_t room, unsigned int n_labels)
{
	*a = (struct assembler){ .room = room };
	a->insns = calloc(room, sizeof(*a->insns));
	a->fixups = calloc(room, sizeof(*a->fixups));
	a->label = calloc(n_labels, sizeof(*a->label));
	a->wanted = calloc(n_labels, sizeof(*a->wanted));
	if (!a->insns || !a->fixups || !a->label || !a->wanted)
		return -ENOMEM;
	memset(a->label, 0xff, n_labels * sizeof(*a->label));
	return 0;
}

void asm_close(struct assembler *a)
{
	free(a->insns);
	free(a->fixups);
	free(a->label);
	free(a->wanted);
	*a = (struct assembler){ 0 };
}

void asm_resolve(struct assembler *a)
{
	for (size_t i = 0; i < a->n_fixups; i++) {
		struct bpf_insn *insn = &a->insns[a->fixups[i].insn];
		int distance = a->label[a->fixups[i].label] - (int)a->fixups[i].insn - 1;

		if (insn->code == (BPF_JMP | BPF_CALL))
			insn->imm = distance;
		else
			insn->off = distance;
	}
}

void asm_place(struct assembler *a, unsigned int label)
{
	a->label[label] = a->n;
}

void asm_put(struct assembler *a, __u8 code, __u8 dst, __u8 src, __s16 off, __s32 imm)
{
	a->insns[a->n++] = (struct bpf_insn){
		.code = code,
		.dst_reg = dst,
		.src_reg = src,
		.off = off,
		.imm = imm,
	};
}

static void fix(struct assembler *a, unsigned int label)
{
	a->fixups[a->n_fixups++] = (struct asm_fixup){ a->n, label };
	a->wanted[label] = true;
}

void asm_mov(struct assembler *a, __u8 dst, __u8 src)
{
	asm_put(a, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

void asm_mov32(struct assembler *a, __u8 dst, __u8 src)
{
	asm_put(a, BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0);
}

void asm_set32(struct assembler *a, __u8 dst, __s32 imm)
{
	asm_put(a, BPF_ALU | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

void asm_load(struct assembler *a, __u8 size, __u8 dst, __u8 src, __s16 off)
{
	asm_put(a, BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

void asm_store(struct assembler *a, __u8 size, __u8 dst, __s16 off, __u8 src)
{
	asm_put(a, BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

void asm_map(struct assembler *a, __u8 dst, int fd)
{
	asm_put(a, BPF_LD | BPF_DW | BPF_IMM, dst, BPF_PSEUDO_MAP_FD, 0, fd);
	asm_put(a, 0, 0, 0, 0, 0);
}

void asm_call(struct assembler *a, __s32 helper)
{
	asm_put(a, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

void asm_call_label(struct assembler *a, unsigned int label)
{
	fix(a, label);
	asm_put(a, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
}

void asm_jump_if(struct assembler *a, __u8 op, __u8 reg, __s32 imm, unsigned int label)
{
	fix(a, label);
	asm_put(a, BPF_JMP32 | op | BPF_K, reg, 0, 0, imm);
}

void asm_jump_if_reg(struct assembler *a, __u8 op, __u8 reg, __u8 other, unsigned int label)
{
	fix(a, label);
	asm_put(a, BPF_JMP32 | op | BPF_X, reg, other, 0, 0);
}

void asm_jump_if64(struct assembler *a, __u8 op, __u8 reg, __s32 imm, unsigned int label)
{
	fix(a, label);
	asm_put(a, BPF_JMP | op | BPF_K, reg, 0, 0, imm);
}

void asm_jump(struct assembler *a, unsigned int label)
{
	fix(a, label);
	asm_put(a, BPF_JMP | BPF_JA, 0, 0, 0, 0);
}

void asm_exit(struct assembler *a)
{
	asm_put(a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}
