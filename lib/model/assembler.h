/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small assembler for generated programs: it appends instructions, and resolves jumps
 * to labels that can be placed before or after the jump.  Pure.
 *
 *	asm_open() -> asm_...() -> asm_close()
 */
#ifndef XM_ASSEMBLER_H
#define XM_ASSEMBLER_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>

struct asm_fixup {
	size_t insn;
	unsigned int label;
};

/*
 * struct assembler
 * @insns: room for @room instructions; owned
 * @label: per label, the index of its instruction, -1 while it is not placed
 * @wanted: per label, whether a jump leads there
 */
struct assembler {
	struct bpf_insn *insns;
	size_t n;
	size_t room;
	struct asm_fixup *fixups;
	size_t n_fixups;
	int *label;
	bool *wanted;
};

/* asm_open() - allocate room for @room instructions and @n_labels labels; 0 or -ENOMEM.
 * Call asm_close() in either case; a caller that keeps @insns sets it to NULL before. */
int asm_open(struct assembler *a, size_t room, unsigned int n_labels);
void asm_close(struct assembler *a);

/* asm_resolve() - fill in the jump offsets, after all labels are placed */
void asm_resolve(struct assembler *a);

/* asm_place() - place the label at the next instruction */
void asm_place(struct assembler *a, unsigned int label);

/* asm_put() - append one instruction with exactly these fields */
void asm_put(struct assembler *a, __u8 code, __u8 dst, __u8 src, __s16 off, __s32 imm);

void asm_mov(struct assembler *a, __u8 dst, __u8 src);
void asm_mov32(struct assembler *a, __u8 dst, __u8 src);
void asm_set32(struct assembler *a, __u8 dst, __s32 imm);
void asm_load(struct assembler *a, __u8 size, __u8 dst, __u8 src, __s16 off);
void asm_store(struct assembler *a, __u8 size, __u8 dst, __s16 off, __u8 src);

/* asm_map() - load the address of a map */
void asm_map(struct assembler *a, __u8 dst, int fd);

/* asm_call() - call a helper; asm_call_label() - call a function of the program */
void asm_call(struct assembler *a, __s32 helper);
void asm_call_label(struct assembler *a, unsigned int label);

/* asm_jump_if() - jump if the lower 32 bits of @reg OP @imm; asm_jump_if_reg() - compare
 * with those of @other instead; asm_jump_if64() - compare all 64 bits of @reg with @imm */
void asm_jump_if(struct assembler *a, __u8 op, __u8 reg, __s32 imm, unsigned int label);
void asm_jump_if_reg(struct assembler *a, __u8 op, __u8 reg, __u8 other, unsigned int label);
void asm_jump_if64(struct assembler *a, __u8 op, __u8 reg, __s32 imm, unsigned int label);
void asm_jump(struct assembler *a, unsigned int label);
void asm_exit(struct assembler *a);

#endif
