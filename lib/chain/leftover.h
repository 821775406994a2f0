/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins that nobody needs: of a command that was killed, of an interface that is
 * no more.  They go only with a proof that their dispatcher is dead.
 */
#ifndef XM_LEFTOVER_H
#define XM_LEFTOVER_H

#include "kernel/netlink.h"
#include "model/report.h"
#include "kernel/store.h"

/* leftover_exists() - is there a directory of @ifindex for another dispatcher
 * than @attached (0: for any)?  One of another network namespace does not count. */
bool leftover_exists(const struct netlink *nl, struct store *s, int ifindex, __u32 attached);

/*
 * leftover_sweep() - remove those of an interface that are proven dead
 * @attached: id of the program that the interface has now, 0 for none
 *
 * Under the lock.  Waits a grace period first.  Says what it removed as a
 * warning; what is not proven stays, silently, and so does a chain that was taken
 * off in another network namespace.  Never fails.
 */
void leftover_sweep(struct netlink *nl, struct store *s, int ifindex, const char *ifname,
		    __u32 attached, struct report *r);

/*
 * struct leftover - a directory that belongs to no attached chain here
 * @dir: which
 * @removed: it is gone, or with a dry run would be
 * @reason: why it was left, NULL if it was not
 */
struct leftover {
	struct store_dir dir;
	bool removed;
	const char *reason;
};

/*
 * leftover_clean() - remove those of all interfaces that are proven dead
 * @all_netns: chains that were taken off in other network namespaces too
 * @fn: called for each directory that was removed or left
 *
 * Takes the lock for @wait seconds.  A chain that was taken off an interface of
 * this namespace stays: it can be attached again.  Returns 0 or -errno.
 */
int leftover_clean(struct netlink *nl, struct store *s, bool all_netns, bool dry_run,
		   unsigned int wait, void (*fn)(const struct leftover *l, void *arg), void *arg,
		   struct report *r);

#endif
