/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proof that nothing uses a dispatcher: its id is gone, or all references to it
 * are explained by the links into it and by its pins here.  One that is attached
 * anywhere, in whatever network namespace, or that any process has open, has more.
 *
 *	proof_open() -> proof_dead() -> proof_close()
 */
#ifndef XM_PROOF_H
#define XM_PROOF_H

#include <stdbool.h>

#include <linux/types.h>

#include "kernel/refcount.h"
#include "kernel/store.h"

/*
 * struct proof - the references of one moment
 * @counts: of all programs; @counted is false where that cannot be found out, and
 *	    then only an id that is gone proves anything
 * @explained: targets of links and dispatchers of pins, one id for each
 */
struct proof {
	struct refcounts counts;
	bool counted;
	__u32 *explained;
	size_t n;
};

/* proof_open() - count.  Never fails: what cannot be counted is not proven. */
void proof_open(struct proof *p, struct store *s);

/* proof_dead() - is the dispatcher used by nothing?  @held: fds of it that this
 * process had when it counted */
bool proof_dead(const struct proof *p, __u32 id, unsigned int held);

void proof_close(struct proof *p);

#endif
