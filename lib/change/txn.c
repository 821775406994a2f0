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

#include "chain/leftover.h"
#include "change/txn_internal.h"
#include "dispatcher/libxdp.h"
#include "dispatcher/probe.h"

#define MAX_TRIES 16U

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

/* ---- one try ---- */

/* Pins that cannot be made or removed are a reason to begin nothing. */
static int check_store(const struct txn *x)
{
	bool needed = false;

	for (unsigned int i = 0; i < x->n; i++)
		needed |= x->steps[i].pins || x->steps[i].forgets;
	return needed ? store_check_writable(x->store, x->r) : 0;
}

/* Before anything is asked of what is pinned. */
static int target_look(const struct txn *x, struct target *t)
{
	struct netlink_link link;
	int err = t->name ? target_check_name(x, t, &link)
			  : netlink_link_index(x->nl, t->link.ifindex, &link, x->r);

	if (!err)
		return dirs_put_link(x->dirs, &link, x->r);
	if (t->name || err != -ENODEV)
		return err;
	/* The code that reads the device reports what this means. */
	report_clear_error(x->r);
	return 0;
}

int txn_look(const struct txn *x)
{
	dirs_forget(x->dirs);
	return x->rq->all ? dirs_read_links(x->dirs, x->r) : each(x, target_look);
}

static int try_once(struct txn *x)
{
	int err = txn_look(x);

	if (!err)
		err = each(x, target_open);
	if (!err && x->rq->verb == VERB_SHARE)
		err = share_open(x);
	if (!err)
		err = each(x, target_read);
	if (!err)
		err = each(x, target_edit);
	if (!err)
		err = each(x, target_build);
	if (!err)
		err = check_store(x);
	if (!err)
		err = each(x, target_check_unconfirmed);
	if (!err && x->rq->confirm)
		err = each(x, target_hold);
	if (!err && x->rq->dry_run)
		err = each(x, target_preview);
	else if (!err)
		err = txn_commit(x);
	if (err)
		txn_release(x);
	if (!err && x->rq->stats == STATS_RESET && !x->rq->dry_run)
		err = each(x, target_count_reset);
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

/* Clear the pending mark that a killed command left, unless leftovers must still be looked
 * for. */
static void settle(struct store *s, const struct netlink_link *now, bool left)
{
	struct store_dir d = {
		.ifindex = now->ifindex,
		.id = now->native_id ? now->native_id : now->generic_id,
	};

	for (d.kind = STORE_LIBXDP; d.id && d.kind <= STORE_EXTENDED; d.kind++)
		if (store_mark(s, &d) > STORE_SETTLED)
			store_set_mark(s, &d, left ? STORE_CHANGING : STORE_SETTLED);
}

static void warn_left(const struct txn *x, const struct target *t)
{
	struct netlink_link now;

	if (dirs_link(x->dirs, t->link.ifindex, &now, NULL) || now.modes ||
	    !leftover_exists(x->dirs, now.ifindex))
		return;
	report_warn(
		x->r,
		"dev %s: there are pins for its interface index, which may belong to another network namespace: \"ip link xdp multi clean\" lists them",
		now.ifname);
}

/*
 * Remove leftovers of earlier commands on these devices.  A chain that we wrote has none:
 * the command that wrote it has looked, and one that began to change it has marked it.
 */
static void sweep(const struct txn *x)
{
	struct leftover_place *places = calloc(x->n, sizeof(*places));
	/* Only flush forgets a detached chain.  tenant_release() removes the pins itself. */
	bool flush = x->rq->verb == VERB_FLUSH && !x->rq->released;
	unsigned int n = 0;

	dirs_forget(x->dirs);
	for (unsigned int i = 0; places && i < x->n; i++) {
		struct target *t = &x->targets[i];

		if ((t->swept && !flush) || dirs_link(x->dirs, t->link.ifindex, &t->link, NULL))
			continue;
		places[n++] = (struct leftover_place){ .link = &t->link };
	}
	if (n)
		leftover_sweep(x->dirs, places, n, flush, x->r);
	for (unsigned int i = 0; i < n; i++)
		settle(x->store, places[i].link, places[i].left);
	for (unsigned int i = 0; flush && !x->rq->all && i < x->n; i++)
		warn_left(x, &x->targets[i]);
	free(places);
}

/* Is there a program that was not loaded for multi-buffer packets, though
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
 * multi-buffer packets are wanted; or the chain, because its programs take
 * them.  And some architectures load extensions and then cannot link them.
 */
static int learn(struct txn *x, int err)
{
	bool wanted = err == -ERANGE || err == -EMSGSIZE || err == -EOPNOTSUPP;

	if (wanted && !x->frags && can_have_frags(x)) {
		x->frags = true;
		return TXN_PREPARE_AGAIN;
	}
	if ((err != -EOPNOTSUPP && err != -KERNEL_ENOTSUPP) || *x->ext_refused ||
	    !probe_ext_refused(x->template))
		return err;
	snprintf(x->ext_refused, sizeof(x->ext_refused), "%.255s", x->r->error);
	return TXN_PREPARE_AGAIN;
}

/* A dry run makes nothing, not even the directory that is locked. */
static int lock(const struct txn *x)
{
	if (x->rq->dry_run && x->store->xdp < 0)
		return 0;
	return store_lock(x->store, x->rq->wait, x->r);
}

/* Facts that are needed under the lock and do not depend on the device. */
static void look_before(const struct txn *x)
{
	if (x->rq->verb != VERB_FLUSH && x->rq->verb != VERB_SHARE && !x->rq->format &&
	    !*x->ext_refused)
		libxdp_look(&x->dirs->libxdp, NULL);
}

static int attempt(void *arg)
{
	struct txn *x = arg;
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
	look_before(x);
	err = lock(x);
	if (err)
		return err;
	err = try_undisturbed(x);
	if (!err && !x->rq->dry_run && x->store->locked)
		sweep(x);
	store_unlock(x->store);
	return learn(x, err);
}

/* ---- tries ---- */

/*
 * Only a change by another process is a reason to try again, and the code that found it
 * marks it: the same errno can also mean, for instance, that the kernel is out of memory.
 */
static bool is_lost(void *arg, int err)
{
	const struct txn *x = arg;

	if (err == TXN_PREPARE_AGAIN || err == TXN_IN_DOUBT)
		return true;
	return (err == -ESTALE || err == -EAGAIN) && x->r->status == STATUS_RETRY;
}

static void back_off(unsigned int n)
{
	long base = 1000000L << (n < 6 ? n : 6);
	struct timespec pause = { .tv_nsec = base + random() % base };

	nanosleep(&pause, NULL);
}

static void again(void *arg, int err, unsigned int n)
{
	struct txn *x = arg;

	if (err == TXN_PREPARE_AGAIN)
		txn_unprepare(x);
	if (err == TXN_IN_DOUBT && n + 1 == MAX_TRIES)
		return;
	/* The next try reports its own findings. */
	report_clear_error(x->r);
	report_drop_warnings(x->r, x->objects ? x->n_warnings : 0);
	back_off(n);
}

static const struct step_tries tries = {
	.attempt = attempt,
	.lost = is_lost,
	.again = again,
};

static int run(struct txn *x)
{
	int err;

	srandom(getpid());
	err = steps_try(&tries, x, MAX_TRIES);
	if (err != -EAGAIN || *report_error(x->r))
		return err;
	return report_fail(x->r, STATUS_RETRY, EAGAIN,
			   "Other processes kept changing the interface: gave up after %u tries",
			   MAX_TRIES);
}

/* ---- the door ---- */

/* The policy may alter what is asked for entries; the caller's request stays. */
static int decide_on_copies(struct txn *x, struct request *own)
{
	size_t size = own->n_entries * sizeof(*own->entries);

	if (!own->policy || !own->n_entries)
		return 0;
	x->decided = malloc(size);
	if (!x->decided)
		return report_no_memory(x->r);
	memcpy(x->decided, own->entries, size);
	own->entries = x->decided;
	x->rq = own;
	return 0;
}

int txn_run(struct dirs *d, struct netlink *source_nl, const struct request *rq,
	    const struct txn_preview *preview, struct report *r)
{
	struct template template = TEMPLATE_INIT;
	struct txn x = {
		.dirs = d,
		.nl = d->nl,
		.template = &template,
		.source_nl = source_nl,
		.store = d->store,
		.rq = rq,
		.preview = preview,
		.r = r,
	};
	struct request own = *rq;
	int err = decide_on_copies(&x, &own);

	if (!err)
		err = txn_find_targets(&x);
	if (!err && x.n) {
		x.steps = calloc(x.n, sizeof(*x.steps));
		err = x.steps ? run(&x) : report_no_memory(r);
	}
	txn_unprepare(&x);
	template_close(&template);
	free(x.targets);
	free(x.steps);
	free(x.decided);
	dirs_forget(d);
	return err;
}
