/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions in BTF. */
#ifndef XM_BTF_FUNCTION_H
#define XM_BTF_FUNCTION_H

#include <gelf.h>
#include <linux/types.h>

struct btf;

/*
 * btf_function_fix_prototype() - set a function's prototype to int f(struct xdp_md *ctx)
 *
 * A program that returns enum xdp_action or takes void * then fits the stubs like any
 * other, and libxdp can also link it again.  0 or -ENOMEM.
 */
int btf_function_fix_prototype(struct btf *btf, __u32 func);

/*
 * btf_function_add() - add a type for a static function without one
 *
 * The verifier checks a static function at each of its calls, so its type matters
 * little.  Returns the id of the type or a negative value.
 */
int btf_function_add(struct btf *btf, const char *symbol);

/* btf_function_fix_linkage() - make a hidden function static, as libbpf does: the verifier
 * then checks it at each of its calls */
void btf_function_fix_linkage(struct btf *btf, __u32 id, const Elf64_Sym *s);

#endif
