/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chains with an owner, who made them and will remove them: found by their pins, in any
 * network namespace.  The dispatcher stores the owner, so it survives changes by others.
 */
#ifndef XM_OWNED_H
#define XM_OWNED_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/netlink.h"
#include "kernel/store.h"
#include "model/owner.h"
#include "model/report.h"

/*
 * struct owned - a directory of pins: of a chain, or of what an unconfirmed change keeps
 * @netns: cookie of the network namespace that its dispatcher was made for
 * @dead: there is no such dispatcher any more, so that nothing says whose it was
 */
struct owned {
	struct store_dir dir;
	__u64 netns;
	bool dead;
};

/*
 * owned_find() - the directories of some owners, and all dead ones
 *
 * Takes no lock.  With a key, directories of other owners are skipped without reading the
 * dispatcher.  Returns 0 with @found, @n of them, to be freed; or -errno.
 */
int owned_find(struct store *s, const struct owner_filter *whose, struct owned **found, size_t *n,
	       struct report *r);

/* owned_all_gone() - is none of these directories there any more? */
bool owned_all_gone(const struct store *s, const struct owned *found, size_t n);

/*
 * owned_remove() - remove the directories that are proven unused
 * @wait: seconds for the lock
 * @left: how many of @found are still there, apart from dead ones
 *
 * A dead one that cannot be removed is a warning.  0 or -errno.
 */
int owned_remove(struct netlink *nl, struct store *s, const struct owned *found, size_t n,
		 unsigned int wait, size_t *left, struct report *r);

#endif
