/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removes pins that nothing needs: of a command that was killed, or of an interface that no
 * longer exists. dirs.h finds them.
 */
#ifndef XM_LEFTOVER_H
#define XM_LEFTOVER_H

#include "chain/dirs.h"
#include "kernel/netlink.h"
#include "kernel/store.h"
#include "model/report.h"

/* leftover_exists() - is there a directory of @ifindex that is of no attached
 * chain?  One that belongs to another interface or namespace does not count. */
bool leftover_exists(struct dirs *d, int ifindex);

/*
 * struct leftover_place - an interface whose leftovers are to be removed
 * @left: afterwards: there may be pins of commands that were killed still, not proven
 *	  dead, or not removed
 */
struct leftover_place {
	const struct netlink_link *link;
	bool left;
};

/*
 * leftover_sweep() - remove those of some interfaces that are proven dead
 * @forget: and chains that were taken off there or displaced, if nothing uses them
 *
 * Under the lock.  Waits a grace period first.  Says what it removed as a
 * warning; what is not proven stays, silently.  Never fails.
 */
void leftover_sweep(struct dirs *d, struct leftover_place *places, unsigned int n, bool forget,
		    struct report *r);

/*
 * struct leftover - a directory that belongs to no attached chain here
 * @why: what it is taken for
 * @used: has it references that nothing explains? UNASKED where that makes no
 *	  difference
 * @displaced: of a detached chain: another program has its place
 * @removed: it is gone, or with a dry run would be
 */
struct leftover {
	struct store_dir dir;
	struct dir_verdict why;
	enum answer used;
	bool displaced;
	bool removed;
};

/*
 * leftover_clean() - remove those of all interfaces that are proven dead
 * @all_netns: chains that were taken off in other network namespaces too
 * @fn: called for each directory that was removed or left
 *
 * Takes the lock for @wait seconds.  A chain that was taken off an interface of
 * this namespace stays: it can be attached again.  Returns 0 or -errno.
 */
int leftover_clean(struct dirs *d, bool all_netns, bool dry_run, unsigned int wait,
		   void (*fn)(const struct leftover *l, void *arg), void *arg, struct report *r);

#endif
