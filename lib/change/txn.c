// SPDX-License-Identifier: GPL-2.0-or-later
/* A change, from request to kernel. */
#include "change/txn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/grace.h"
#include "chain/leftover.h"
#include "dispatcher/probe.h"
#include "change/txn_internal.h"

#define MAX_TRIES 16

static int each(const struct txn *x, int (*step)(const struct txn *x, struct target *t))
{
	int err = 0;

	for (unsigned int i = 0; !err && i < x->n; i++) {
		err = step(x, &x->targets[i]);
		if (err)
			report_context(x->r, "dev %s", x->targets[i].link.ifname);
	}
	return err;
}

/*
 * A device cannot be changed while one above it (a bond over its ports) has a
 * program too, so taking off several may need another round.
 */
static int swap_each(const struct txn *x)
{
	unsigned int left = x->n, before;
	int err;

	do {
		before = left;
		left = 0;
		err = 0;
		for (unsigned int i = 0; i < x->n; i++) {
			struct target *t = &x->targets[i];

			if (t->unchanged || t->swapped)
				continue;
			report_clear_error(x->r);
			err = target_swap(x, t);
			if (!err)
				continue;
			report_context(x->r, "dev %s", t->link.ifname);
			left++;
			if (err != -EEXIST || t->new.n)
				return err;
		}
	} while (left && left < before);
	return left ? -EEXIST : 0;
}

static int pin_maps(const struct txn *x)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < x->rq->n_entries; i++)
		if (x->objects && x->objects[i].program.fd >= 0)
			err = object_pin_maps(&x->objects[i], x->r);
	/* Loaded again, the programs will use what was pinned meanwhile. */
	return err == -EEXIST ? TXN_PREPARE_AGAIN : err;
}

/* A device that could not be given its old chain back needs them. */
static void unpin_maps(const struct txn *x)
{
	for (unsigned int i = 0; i < x->n; i++)
		if (x->targets[i].swapped)
			return;
	for (unsigned int i = 0; x->objects && i < x->rq->n_entries; i++)
		object_unpin_maps(&x->objects[i]);
}

/* Pin everything, then swap device by device; on failure the other way round.
 * A packet may still be inside a dispatcher that was just taken off, so nothing
 * that it needs may go before a grace period is over. */
static int swap_all(const struct txn *x)
{
	bool attached = false;
	int err = pin_maps(x);

	if (!err)
		err = each(x, target_pin);

	if (!err)
		err = swap_each(x);
	for (unsigned int i = x->n; i-- > 0;) {
		attached |= x->targets[i].swapped || x->targets[i].old.kind == VIEW_DETACHED;
		if (err)
			target_swap_back(x, &x->targets[i]);
	}
	if (err)
		unpin_maps(x);
	if (attached && !grace_period()) {
		report_warn(
			x->r,
			"Cannot wait for packets in flight (membarrier and packet sockets are refused): pins that are no longer needed were left behind");
		return err;
	}
	for (unsigned int i = 0; i < x->n; i++) {
		if (err)
			target_unpin_new(x, &x->targets[i]);
		else
			target_unpin_old(x, &x->targets[i]);
		target_relabel(&x->targets[i]);
		target_warn(x, &x->targets[i]);
	}
	return err;
}

static int try_once(struct txn *x)
{
	int err = x->rq->verb == VERB_SHARE ? share_open(x) : 0;

	if (!err)
		err = each(x, target_read);
	if (!err)
		err = each(x, target_edit);
	if (!err)
		err = each(x, target_build);
	if (!err && x->rq->dry_run)
		err = each(x, target_preview);
	else if (!err)
		err = swap_all(x);
	for (unsigned int i = 0; i < x->n; i++)
		target_reset(&x->targets[i]);
	share_close(x);
	return err;
}

/* Between pin and unpin a signal would leave pins behind for the next change to
 * clear up: let it wait. */
static int try_undisturbed(struct txn *x)
{
	sigset_t hold, before;
	int err;

	sigemptyset(&hold);
	sigaddset(&hold, SIGINT);
	sigaddset(&hold, SIGTERM);
	sigaddset(&hold, SIGHUP);
	sigprocmask(SIG_BLOCK, &hold, &before);
	err = try_once(x);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

static void back_off(unsigned int try)
{
	long base = 1000000L << (try < 6 ? try : 6);
	struct timespec pause = { .tv_nsec = base + random() % base };

	nanosleep(&pause, NULL);
}

static bool try_again(int err)
{
	return err == -ESTALE || err == -EAGAIN || err == TXN_PREPARE_AGAIN;
}

/* A command that was killed may not have come to do it. */
static void settle(struct store *s, const struct netlink_link *now)
{
	struct store_dir d = {
		.ifindex = now->ifindex,
		.id = now->native_id ? now->native_id : now->generic_id,
	};

	for (d.kind = STORE_LIBXDP; d.id && d.kind <= STORE_EXTENDED; d.kind++)
		if (store_is_pending(s, &d))
			store_set_pending(s, &d, false);
}

/* What earlier commands left behind on these devices. */
static void sweep(const struct txn *x)
{

	for (unsigned int i = 0; i < x->n; i++) {
		const struct netlink_link *link = &x->targets[i].link;
		struct netlink_link now;

		if (netlink_link_index(x->nl, link->ifindex, &now, NULL))
			continue;
		settle(x->store, &now);
		/* Another command than flush forgets no detached chain. */
		if (x->targets[i].was_detached && !now.modes && x->rq->verb != VERB_FLUSH)
			continue;
		leftover_sweep(x->nl, x->store, now.ifindex, now.ifname,
			       now.native_id ? now.native_id : now.generic_id, x->r);
		if (x->rq->verb == VERB_FLUSH && !now.modes && !x->rq->all &&
		    leftover_exists(x->nl, x->store, now.ifindex, 0))
			report_warn(
				x->r,
				"dev %s: pins of its number are left, which may be those of another network namespace: \"clean\" tells of them",
				now.ifname);
	}
}

/* Is there a program that was not loaded for packets in several buffers, though
 * its object says that it takes them? */
static bool can_have_frags(const struct txn *x)
{
	for (unsigned int i = 0; x->objects && i < x->rq->n_entries; i++)
		if (x->objects[i].may_have_frags)
			return true;
	return false;
}

/*
 * A driver tells by refusing, for instance because its peer has a large MTU, that
 * packets in several buffers are wanted; or the chain, because its programs take
 * them.  And some architectures load extensions and then cannot link them.
 */
static int learn(struct txn *x, int err)
{
	bool wanted = err == -ERANGE || err == -EOPNOTSUPP;

	if (wanted && !x->frags && can_have_frags(x)) {
		x->frags = true;
		return TXN_PREPARE_AGAIN;
	}
	if ((err != -EOPNOTSUPP && err != -KERNEL_ENOTSUPP) || *x->ext_refused ||
	    !probe_ext_refused())
		return err;
	snprintf(x->ext_refused, sizeof(x->ext_refused), "%.255s", x->r->error);
	return TXN_PREPARE_AGAIN;
}

static int try_locked(struct txn *x)
{
	int err;

	if (!x->objects) {
		err = txn_prepare(x);
		x->n_warnings = x->r->n_warnings;
		/* Another try must not find it half done. */
		if (err) {
			txn_unprepare(x);
			return err;
		}
	}
	err = store_lock(x->store, x->rq->wait, x->r);
	if (err)
		return err;
	err = try_undisturbed(x);
	if (!err && !x->rq->dry_run)
		sweep(x);
	store_unlock(x->store);
	return learn(x, err);
}

static int run(struct txn *x)
{
	unsigned int try;

	srandom(getpid());
	for (try = 0; try < MAX_TRIES; try++) {
		int err = try_locked(x);

		if (!try_again(err))
			return err;
		if (err == TXN_PREPARE_AGAIN)
			txn_unprepare(x);
		/* What the next try finds is said anew. */
		report_clear_error(x->r);
		report_drop_warnings(x->r, x->objects ? x->n_warnings : 0);
		back_off(try);
	}
	return report_fail(x->r, STATUS_RETRY, EAGAIN,
			   "Somebody else kept changing the interface: gave up after %u tries",
			   try);
}

/* ---- before the lock ---- */

static int add_target(struct txn *x, const struct netlink_link *link)
{
	struct target *t;

	for (unsigned int i = 0; i < x->n; i++)
		if (x->targets[i].link.ifindex == link->ifindex)
			return 0;
	t = realloc(x->targets, (x->n + 1) * sizeof(*t));
	if (!t)
		return report_no_memory(x->r);
	x->targets = t;
	t += x->n++;
	memset(t, 0, sizeof(*t));
	t->link = *link;
	t->own_built = (struct built)BUILT_INIT;
	t->old.fd = -1;
	return 0;
}

static int add_with_chain(const struct netlink_link *link, void *arg)
{
	struct txn *x = arg;

	return link->modes || leftover_exists(x->nl, x->store, link->ifindex, 0)
		       ? add_target(x, link)
		       : 0;
}

static int find_targets(struct txn *x)
{
	struct netlink_link link;
	int err;

	if (x->rq->all)
		return netlink_each_link(x->nl, add_with_chain, x, x->r);
	for (unsigned int i = 0; i < x->rq->n_devs; i++) {
		err = netlink_link(x->nl, x->rq->devs[i], &link, x->r);
		if (err == -ENODEV && x->rq->if_exists) {
			report_clear_error(x->r);
			continue;
		}
		if (!err)
			err = add_target(x, &link);
		if (err)
			return err;
	}
	return 0;
}

int txn_run(struct netlink *nl, struct netlink *source_nl, struct store *s,
	    const struct request *rq, const struct txn_preview *preview, struct report *r)
{
	struct txn x = {
		.nl = nl,
		.source_nl = source_nl,
		.store = s,
		.rq = rq,
		.preview = preview,
		.r = r,
	};
	int err = find_targets(&x);

	if (!err && x.n)
		err = run(&x);
	txn_unprepare(&x);
	free(x.targets);
	return err;
}
