/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small assembler for programs that are generated: instructions are put one behind
 * the other, and jumps lead to labels that are placed sooner or later.  Pure.
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
 * @label: where each label is placed, -1 if it is not
 * @wanted: something leads there
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

/* asm_open() - room for so many instructions and labels; 0 or -ENOMEM.  asm_close()
 * is due in either case, and leaves @insns to who takes it out. */
int asm_open(struct assembler *a, size_t room, unsigned int n_labels);
void asm_close(struct assembler *a);

/* asm_resolve() - when all labels are placed: let the jumps lead there */
void asm_resolve(struct assembler *a);

/* asm_place() - the next instruction is where the label is */
void asm_place(struct assembler *a, unsigned int label);

/* One instruction as it is. */
void asm_put(struct assembler *a, __u8 code, __u8 dst, __u8 src, __s16 off, __s32 imm);

void asm_mov(struct assembler *a, __u8 dst, __u8 src);
void asm_mov32(struct assembler *a, __u8 dst, __u8 src);
void asm_set32(struct assembler *a, __u8 dst, __s32 imm);
void asm_load(struct assembler *a, __u8 size, __u8 dst, __u8 src, __s16 off);
void asm_store(struct assembler *a, __u8 size, __u8 dst, __s16 off, __u8 src);

/* asm_map() - the address of a map */
void asm_map(struct assembler *a, __u8 dst, int fd);

/* asm_call() - of a helper; asm_call_label() - of a function of the program */
void asm_call(struct assembler *a, __s32 helper);
void asm_call_label(struct assembler *a, unsigned int label);

/* asm_jump_if() - if the lower 32 bits of @reg OP @imm; asm_jump_if_reg() - OP those of
 * another register; asm_jump_if64() - if all of @reg OP @imm */
void asm_jump_if(struct assembler *a, __u8 op, __u8 reg, __s32 imm, unsigned int label);
void asm_jump_if_reg(struct assembler *a, __u8 op, __u8 reg, __u8 other, unsigned int label);
void asm_jump_if64(struct assembler *a, __u8 op, __u8 reg, __s32 imm, unsigned int label);
void asm_jump(struct assembler *a, unsigned int label);
void asm_exit(struct assembler *a);

#endif
