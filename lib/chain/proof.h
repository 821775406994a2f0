/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proof that nothing uses a dispatcher: all references to it are explained by the
 * extensions that are linked into it and by its pins here.  One that is attached
 * anywhere, in whatever network namespace, or that any process has open, has more.
 *
 *	proof_open() -> proof_used() -> proof_close()
 */
#ifndef XM_PROOF_H
#define XM_PROOF_H

#include <stdbool.h>

#include <linux/types.h>

#include "kernel/refcount.h"
#include "kernel/store.h"

/*
 * struct proof - the references of one moment
 * @counts: of all programs; @counted is false where that cannot be found out
 * @explained: what may explain one reference, @n of them: a link or a pin
 */
struct proof {
	struct refcounts counts;
	bool counted;
	struct explained *explained;
	size_t n;
};

/* proof_open() - count.  Never fails: what cannot be counted is not proven. */
void proof_open(struct proof *p, struct store *s);

/* proof_used() - 1 if the dispatcher has a reference that nothing explains, 0 if it
 * has none, -ENODATA if that is not known. */
int proof_used(const struct proof *p, __u32 id);

void proof_close(struct proof *p);

#endif
