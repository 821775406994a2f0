/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proof that nothing uses a dispatcher: all references to it are explained by the
 * extensions that are linked into it and by its pins here.  One that is attached
 * anywhere, in whatever network namespace, or that any process has open, has more.
 *
 *	proof_open() -> proof_used() of each -> proof_close()
 *
 * Counting takes long, and is done once for all dispatchers.
 */
#ifndef XM_PROOF_H
#define XM_PROOF_H

#include <stdbool.h>

#include <linux/types.h>

#include "kernel/links.h"
#include "kernel/refcount.h"
#include "kernel/store.h"

/*
 * struct proof - the references of one moment
 * @counts: of all programs; @counted is false where that cannot be found out
 * @links: which extension is linked into what; borrowed
 */
struct proof {
	struct refcounts counts;
	bool counted;
	const struct links *links;
};

/* proof_open() - count.  @links: read already, or NULL where that was not possible.
 * Never fails: what cannot be counted is not proven. */
void proof_open(struct proof *p, const struct links *links);

/*
 * proof_used() - 1 if the dispatcher has a reference that nothing explains, 0 if it
 * has none, -ENODATA if that is not known, -EROFS if its pins cannot be opened
 * @dirs, @n: all directories with its pins
 */
int proof_used(const struct proof *p, struct store *s, __u32 id, const struct store_dir *dirs,
	       size_t n);

void proof_close(struct proof *p);

#endif
