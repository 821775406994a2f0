/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that repair BTF share. */
#ifndef BTF_REPAIR_INTERNAL_H
#define BTF_REPAIR_INTERNAL_H

#include <stdbool.h>

#include <linux/types.h>

#include "object/btf_repair.h"

struct btf_type;

/*
 * struct repair - a copy under repair
 * @byte, @number, @empty, @proto: types of ours that stand in for what is wrong
 */
struct repair {
	const struct btf *old;
	const struct reach *to;
	struct btf *btf;
	__u32 n;
	int byte, number, empty, proto;
};

/*
 * btf_repair_copy() - all types, with their ids, and those of ours behind them
 *
 * An empty type stands in for what is not reached.  0 or -ENOMEM.
 */
int btf_repair_copy(struct repair *x);

/* btf_repair_is_extern() - is that a function or variable of somebody else? */
bool btf_repair_is_extern(const struct btf_type *t);

#endif
