/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions in BTF. */
#ifndef XM_BTF_FUNCTION_H
#define XM_BTF_FUNCTION_H

#include <gelf.h>
#include <linux/types.h>

struct btf;

/*
 * btf_function_fix_prototype() - give it the prototype int f(struct xdp_md *ctx)
 *
 * A program that returns enum xdp_action or takes void * then fits the stubs like any
 * other, and libxdp can link it again too.  0 or -ENOMEM.
 */
int btf_function_fix_prototype(struct btf *btf, __u32 func);

/*
 * btf_function_add() - a type for a static function that has none
 *
 * The verifier looks at a static function wherever it is called, so that its type
 * matters little.  Its id or a negative value.
 */
int btf_function_add(struct btf *btf, const char *symbol);

/* btf_function_fix_linkage() - as libbpf has it: who hides a function wants it to be
 * verified where it is called */
void btf_function_fix_linkage(struct btf *btf, __u32 id, const Elf64_Sym *s);

#endif
