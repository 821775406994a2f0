/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations shared by the files that repair BTF. */
#ifndef BTF_REPAIR_INTERNAL_H
#define BTF_REPAIR_INTERNAL_H

#include <stdbool.h>

#include <linux/types.h>

#include "object/btf_repair.h"

struct btf_type;

/*
 * struct repair - a copy under repair
 * @byte, @number, @empty, @proto: added types that replace invalid ones
 */
struct repair {
	const struct btf *old;
	const struct reach *to;
	struct btf *btf;
	__u32 n;
	int byte, number, empty, proto;
};

/*
 * btf_repair_copy() - copy all types with their ids, then add our own types
 *
 * An empty type replaces each type that is not reached.  0 or -ENOMEM.
 */
int btf_repair_copy(struct repair *x);

/* btf_repair_is_extern() - is this an extern function or variable? */
bool btf_repair_is_extern(const struct btf_type *t);

#endif
