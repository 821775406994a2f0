/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chains for somebody else's interfaces: a container's, for instance.  Whoever makes
 * the chain gives it an owner, and finds it again by that, wherever it is and whoever
 * has changed it: there is no list of them but the kernel's.
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
 * struct tenant
 * @owner: one line of text, below OWNER_SIZE
 * @netns: of the interface, as of netns_open(); NULL for the caller's
 * @ifname: of the interface
 * @ifindex: that it must have; 0 for any
 * @patience: milliseconds to wait for the interface to come
 * @rq: restore or share, what shall be there; its devices are not looked at
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
 * Where it has that chain already, and of that owner, nothing is done.  Any other
 * chain or program there is a refusal: nothing is replaced.  Returns 0 or -errno with
 * a sentence.
 */
int tenant_add(const struct tenant *t, struct report *r);

/* tenant_check_store() - does what is pinned there outlast this mount namespace?  0, or
 * -EXDEV with a sentence. */
int tenant_check_store(struct store *s, struct report *r);

/*
 * tenant_check() - is the chain there, whole and what it should be?
 * @fn: called for each difference, as of session_compare()
 *
 * Changes nothing.  Returns 0, also where there are differences, or -errno with a
 * sentence: the chain is not there, is not whole, or could not be compared.
 */
int tenant_check(const struct tenant *t, void (*fn)(const struct difference *d, void *arg),
		 void *arg, struct report *r);

/*
 * tenant_release() - take off and forget the chains of some owners
 * @whose: which owners
 * @netns: where it is most likely to be found, NULL for the caller's namespace; it need
 *	   not be there any more
 *
 * What is gone already is success, and what was left of other commands that were
 * killed goes with it.  Waits a little for a namespace that is being removed.  Returns
 * 0, or -errno with a sentence when something is still attached or pinned.
 */
int tenant_release(const struct owner_filter *whose, const char *netns, struct report *r);

#endif
