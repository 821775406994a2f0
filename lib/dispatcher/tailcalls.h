/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tail-call map that a dispatcher with tail-linked entries has: slot to
 * program.  Made new for each dispatcher, filled, frozen, read back, and pinned
 * as long as the dispatcher is in use, because the kernel empties it with its
 * last fd or pin.
 */
#ifndef XM_TAILCALLS_H
#define XM_TAILCALLS_H

#include <linux/bpf.h>

#include "model/chain.h"
#include "model/report.h"

#define ENTRIES_PIN "entries"

/* TAIL_CALL_FIRST() - tail-call the first program of a map; without one, return aborted */
#define TAIL_CALL_FIRST(map)                                                          \
	{ .code = BPF_LD | BPF_DW | BPF_IMM,                                          \
	  .dst_reg = BPF_REG_2,                                                       \
	  .src_reg = BPF_PSEUDO_MAP_FD,                                               \
	  .imm = (map) },                                                             \
		{ 0 }, { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3 }, \
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call },            \
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = VERDICT_ABORTED },      \
	{                                                                             \
		.code = BPF_JMP | BPF_EXIT                                            \
	}

/* tailcalls_make_map() - an empty map for so many programs.  Fd, or -1 with errno. */
int tailcalls_make_map(unsigned int n);

/* tailcalls_make() - an empty map for @c.  Fd or -errno. */
int tailcalls_make(const struct chain *c, struct report *r);

/*
 * tailcalls_fill() - put the programs in, freeze, read back
 *
 * After the dispatcher was loaded, which settles what kind of programs the map
 * takes.  The error names an entry that does not fit.
 */
int tailcalls_fill(int fd, const struct chain *c, struct report *r);

/* tailcalls_get() - id of the program at a slot; 0 with errno ENOENT for none */
__u32 tailcalls_get(int fd, unsigned int slot);

/* tailcalls_is_map() - is the map with this id one of tail calls?  1 or 0; -errno for want of
 * memory or descriptors. */
int tailcalls_is_map(__u32 id);

/*
 * tailcalls_classify() - find out what kind of XDP program @p is
 *
 * The kernel reports neither a program's attach type nor its frags flag, but a map accepts
 * only programs with equal ones: so this is tested with scratch maps.  Sets @p->frags and
 * @p->no_type. 0 or -errno.
 */
int tailcalls_classify(struct program *p, struct report *r);

#endif
