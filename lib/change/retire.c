// SPDX-License-Identifier: GPL-2.0-or-later
/* Removes old pins after a change, and new ones after a failure: mark, wait, unpin. */
#include "change/txn_internal.h"

#include <errno.h>

#include "kernel/grace.h"

/* How long to wait for the lock that was given up for a moment. */
#define LOCK_AGAIN_SECONDS 20

void txn_set_mark(const struct txn *x, const struct store_dir *d, enum store_mark mark)
{
	if (d->id)
		store_set_mark(x->store, d, mark);
}

int txn_is_attached(const struct txn *x, const struct store_dir *d, struct report *r)
{
	struct netlink_link now;
	int err = netlink_link_index(x->nl, d->ifindex, &now, r);

	if (err)
		return err == -ENODEV ? 0 : err;
	return netlink_link_has(&now, d->id);
}

/* The lock was given up since the directory was marked: somebody may have taken it
 * up again.  0 if it has gone. */
static int unpin(const struct txn *x, const struct target *t, const struct store_dir *d,
		 const char *whose)
{
	struct report failed = REPORT_INIT;
	int mark, err;

	mark = t->marked ? store_mark(x->store, d) : STORE_PENDING;
	if (mark >= 0 && mark != STORE_PENDING)
		return 1;
	err = txn_is_attached(x, d, &failed);
	if (!err)
		err = store_remove_dir(x->store, d, &failed);
	if (err < 0)
		report_warn(x->r, "dev %s: the %s chain's pins were left behind: %s",
			    t->link.ifname, whose, report_cause(&failed));
	report_free(&failed);
	return err;
}

/* Nothing else is left there.  Another command may have it in hand already, if the lock
 * was given up. */
static void settle(const struct txn *x, const struct store_dir *d)
{
	if (d->id && store_mark(x->store, d) == STORE_CHANGING)
		store_set_mark(x->store, d, STORE_SETTLED);
}

void txn_unpin_old(void *arg, unsigned int i)
{
	struct txn *x = arg;
	const struct target *t = &x->targets[i];

	if (!unpin(x, t, &t->plan.old_dir, "old") && t->swept)
		settle(x, &t->plan.new_dir);
}

void txn_unpin_new(void *arg, unsigned int i)
{
	struct txn *x = arg;
	const struct target *t = &x->targets[i];

	if (!unpin(x, t, &t->plan.new_dir, "new") && t->swept)
		settle(x, &t->old->pins);
}

/* Marking is best effort; where it failed, its absence tells nothing. */
static void retire(const struct txn *x, struct target *t, const struct store_dir *d)
{
	txn_set_mark(x, d, STORE_PENDING);
	t->marked = d->id && store_is_pending(x->store, d);
}

void txn_retire_old(void *arg, unsigned int i)
{
	struct txn *x = arg;

	retire(x, &x->targets[i], &x->targets[i].plan.old_dir);
}

void txn_retire_new(void *arg, unsigned int i)
{
	struct txn *x = arg;

	retire(x, &x->targets[i], &x->targets[i].plan.new_dir);
}

/* Are there pins among those that go which libxdp may look for? */
static bool libxdp_may_look(const struct txn *x)
{
	for (unsigned int i = 0; i < x->n; i++) {
		const struct plan *p = &x->targets[i].plan;

		if ((p->old_dir.id && p->old_dir.kind == STORE_LIBXDP) ||
		    (p->new_dir.id && p->new_dir.kind == STORE_LIBXDP))
			return true;
	}
	return false;
}

/*
 * A packet may still be inside a dispatcher that was just taken off, so nothing
 * that it needs may go before a grace period is over.  And libxdp reads which
 * dispatcher is attached before it takes the lock: who waits for it meanwhile will
 * look for the pins of the old one, and must find them.
 */
bool txn_wait(void *arg)
{
	struct txn *x = arg;

	x->waited = grace_period();
	if (!x->waited)
		report_warn(
			x->r,
			"Old pins were left behind: cannot wait until no packet uses the old chain (membarrier and packet sockets are refused)");
	if (x->rq->released || !libxdp_may_look(x))
		return x->waited;
	/* Should the lock not be had again, the next change removes what is going. */
	return !store_yield(x->store, LOCK_AGAIN_SECONDS, NULL) && x->waited;
}
