/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins that nobody needs: of a command that was killed, of a chain that was
 * taken off behind our back.  They go only with a proof that their dispatcher is
 * dead: its id is gone, or all references to it are explained by the links that
 * are pinned there.  A dispatcher that is attached anywhere, in whatever
 * namespace, or that any process has open, has more.
 */
#ifndef XM_LEFTOVER_H
#define XM_LEFTOVER_H

#include "report.h"
#include "store.h"

/* leftover_exists() - is there a directory of @ifindex for another dispatcher
 * than @attached (0: for any)? */
bool leftover_exists(struct store *s, int ifindex, __u32 attached);

/*
 * leftover_sweep() - remove those of @ifindex that are proven dead
 * @attached: id of the program that the interface has now, 0 for none
 *
 * Under the lock.  Waits a grace period first.  Says what it removed as a
 * warning; what is not proven stays, silently.  Never fails.
 */
void leftover_sweep(struct store *s, int ifindex, const char *ifname,
		    __u32 attached, struct report *r);

#endif
