/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chains for the interfaces of others, for example of containers.  The creator gives the
 * chain an owner and finds it again by this owner, wherever the chain is and whoever has
 * changed it.  The kernel's state is the only list of such chains.
 *
 *	tenant_add() -> tenant_check() ... -> tenant_release()
 *
 * Each call opens and closes a session of its own.
 */
#ifndef XM_TENANT_H
#define XM_TENANT_H

#include <stdbool.h>

#include "kernel/store.h"
#include "model/owner.h"
#include "model/report.h"
#include "model/request.h"
#include "session/compare.h"

/*
 * struct tenant - an interface and the chain that it should have
 * @owner: one line of text, shorter than OWNER_SIZE
 * @netns: the interface's namespace, as in netns_open(); NULL for the caller's
 * @ifname: name of the interface
 * @ifindex: the index that it must have; 0 for any
 * @patience: milliseconds to wait for the interface to appear
 * @rq: a request to restore or share, which describes the chain; its devices are ignored
 */
struct tenant {
	const char *owner;
	const char *netns;
	const char *ifname;
	int ifindex;
	unsigned int patience;
	const struct request *rq;
};

/*
 * tenant_add() - give the interface its chain
 *
 * Does nothing if the interface already has this chain with this owner.  Refuses if it
 * has any other chain or program, and replaces nothing.  Returns 1 if it has got its chain
 * now, which can be one of this owner that was detached, 0 if it had it already, or -errno
 * with a sentence.
 */
int tenant_add(const struct tenant *t, struct report *r);

/* tenant_check_store() - test whether pins in this store outlive the mount namespace.
 * Returns 0, or -EXDEV with a sentence. */
int tenant_check_store(struct store *s, struct report *r);

/*
 * tenant_check() - test whether the chain exists, is whole and is what it should be
 * @fn: called for each difference, as in session_compare()
 *
 * Changes nothing.  Returns 0, even if there are differences, or -errno with a sentence
 * if the chain does not exist, is not whole, or could not be compared.
 */
int tenant_check(const struct tenant *t, void (*fn)(const struct difference *d, void *arg),
		 void *arg, struct report *r);

/*
 * tenant_release() - detach and unpin the chains of some owners
 * @whose: which owners
 * @netns: the most likely namespace, NULL for the caller's; it need not exist any more
 *
 * A chain that is already gone is a success.  Leftovers of killed commands are removed
 * too.  Waits a little for a namespace that is being removed.  Returns 0, or -errno with
 * a sentence if something is still attached or pinned.
 */
int tenant_release(const struct owner_filter *whose, const char *netns, struct report *r);

#endif
