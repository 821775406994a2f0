// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes that wait to be confirmed. */
#include "change/undo_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "chain/leftover.h"
#include "chain/traced.h"
#include "chain/view.h"
#include "change/txn.h"
#include "kernel/grace.h"
#include "kernel/kobj.h"
#include "object/label_map.h"

#define LOCK_AGAIN_SECONDS 20

/*
 * struct undoing - one that is taken back
 * @link: the interface at this moment
 * @old, @new: programs, -1 for none
 * @mode: of the program that is attached, or will be
 * @swept: nothing was left behind the new chain
 */
struct undoing {
	struct dirs *dirs;
	struct netlink *nl;
	struct store *store;
	struct undo u;
	struct netlink_link link;
	int old;
	int new;
	enum xdp_mode mode;
	bool swept;
	struct report *r;
};

/* ---- what is there ---- */

int undo_none(struct report *r)
{
	return report_fail(r, STATUS_REFUSED, ENOENT, "There is no unconfirmed change");
}

static int drop(const struct undoing *x, int err, const char *why)
{
	undo_drop(x->store, &x->u, NULL);
	return report_fail(x->r, err == ENODEV ? STATUS_NOT_TRIED : STATUS_RETRY, err, "%s", why);
}

/* Read anew under the lock: 0 if the change still waits. */
static int find(struct undoing *x, const struct undo *u)
{
	int is = undo_read(x->store, u->netns, u->ifindex, &x->u, x->r), err;

	if (is < 0)
		return is;
	if (!is || x->u.token != u->token)
		return undo_none(x->r);
	err = netlink_link_index(x->nl, u->ifindex, &x->link, x->r);
	if (err && err != -ENODEV)
		return err;
	if (undo_may_be_anothers(x->store, &x->u, err ? NULL : &x->link)) {
		report_clear_error(x->r);
		return report_fail(
			x->r, STATUS_REFUSED, EXDEV,
			"The unconfirmed change may be of an interface with index %d in another network namespace: confirm or undo it there",
			u->ifindex);
	}
	if (!err && x->u.device == UNDO_DEVICE_GONE)
		return drop(
			x, ENODEV,
			"The interface was deleted or moved to another network namespace, and another one has its index");
	if (!err)
		return 0;
	report_clear_error(x->r);
	return drop(x, ENODEV, "The interface is gone");
}

/* ---- undo ---- */

/* The directory of the new chain: of one kind or the other. */
static bool find_new_dir(const struct undoing *x, struct store_dir *d)
{
	*d = (struct store_dir){ .ifindex = x->u.ifindex, .id = x->u.new_id };
	for (d->kind = STORE_LIBXDP; d->id && d->kind <= STORE_EXTENDED; d->kind++)
		if (store_mark(x->store, d) >= 0)
			return true;
	return false;
}

static enum xdp_mode mode_of(const struct undoing *x)
{
	if (!x->u.new_id)
		return x->u.mode;
	return x->link.native_id == x->u.new_id ? XDP_MODE_NATIVE : XDP_MODE_GENERIC;
}

static int open_both(struct undoing *x)
{
	int err = undo_open_old(x->store, &x->u, &x->old, x->r);

	if (err || !x->u.new_id)
		return err;
	x->new = kobj_prog_open(x->u.new_id, x->r);
	return x->new < 0 ? x->new : 0;
}

/* If the kernel's reply was lost, read the state of the device. */
static bool was_swapped(struct undoing *x, int err)
{
	return err == -EINPROGRESS && !netlink_link_index(x->nl, x->u.ifindex, &x->link, NULL) &&
	       undo_is_back(&x->u, &x->link);
}

static int swap(struct undoing *x)
{
	struct store_dir old;
	bool pinned = undo_old_dir(&x->u, &old);
	int err = undo_put_back(x->store, &x->u, x->r);

	/* A chain that is attached may not look as if it was not. */
	if (!err && pinned)
		store_set_mark(x->store, &old, STORE_CHANGING);
	if (!err)
		err = netlink_swap(x->nl, x->u.ifindex, x->mode, x->old, x->new, x->r);
	if (err && was_swapped(x, err)) {
		report_clear_error(x->r);
		err = 0;
	}
	if (err && pinned && err != -EINPROGRESS)
		store_remove_dir(x->store, &old, NULL);
	return err;
}

/* From here on the new chain does not look like one that another tool detached. */
static void retire_new(struct undoing *x)
{
	struct store_dir d;

	if (!find_new_dir(x, &d))
		return;
	x->swept = store_mark(x->store, &d) == STORE_SETTLED;
	store_set_mark(x->store, &d, STORE_PENDING);
}

/* The lock is released for a moment: the mark tells other commands that the directory is
 * being removed. */
static void unpin_new(const struct undoing *x)
{
	struct netlink_link now;
	struct store_dir d;

	if (!find_new_dir(x, &d) || !grace_period() ||
	    store_yield(x->store, LOCK_AGAIN_SECONDS, NULL))
		return;
	if (store_mark(x->store, &d) != STORE_PENDING ||
	    netlink_link_index(x->nl, d.ifindex, &now, NULL) || netlink_link_has(&now, d.id))
		return;
	if (store_remove_dir(x->store, &d, NULL))
		return;
	if (x->swept && undo_old_dir(&x->u, &d) && store_mark(x->store, &d) == STORE_CHANGING)
		store_set_mark(x->store, &d, STORE_SETTLED);
}

/* Where this process did not take the new chain off it is not known whether something still
 * needs the pins: its interface may have been moved, and another one have its number. */
static void sweep_new(const struct undoing *x)
{
	struct leftover_place place = { .link = &x->link };

	dirs_forget(x->dirs);
	leftover_sweep(x->dirs, &place, 1, false, x->r);
}

/* The record is removed before the other pins; if it cannot be read it may be there. */
static void warn_left(const struct undoing *x, struct report *failed)
{
	struct undo u;

	if (undo_read(x->store, x->u.netns, x->u.ifindex, &u, NULL))
		report_warn(
			x->r,
			"dev %s: the record of the change was left behind (%s): \"ip link xdp multi clean\" removes it",
			x->link.ifname, report_cause(failed));
	else
		report_warn(
			x->r,
			"dev %s: pins of the change were left behind (%s): \"ip link xdp multi clean\" removes them",
			x->link.ifname, report_cause(failed));
}

/* When the old program is back: a record that cannot be removed is only left over. */
static int finish(struct undoing *x, void (*unpin)(const struct undoing *x))
{
	struct report failed = REPORT_INIT;

	retire_new(x);
	if (undo_drop(x->store, &x->u, &failed))
		warn_left(x, &failed);
	report_free(&failed);
	unpin(x);
	return 0;
}

static void close_both(const struct undoing *x)
{
	if (x->old >= 0)
		close(x->old);
	if (x->new >= 0)
		close(x->new);
}

static int leave(struct undoing *x)
{
	report_clear_error(x->r);
	return drop(
		x, ESTALE,
		"Another process changed the interface after the unconfirmed change: it is left as it is");
}

static int take_back(struct undoing *x)
{
	int err;

	/* By a process that was killed then. */
	if (undo_is_back(&x->u, &x->link))
		return finish(x, sweep_new);
	if (!undo_is_pending(&x->u, &x->link))
		return leave(x);
	if (x->u.device == UNDO_DEVICE_UNSURE)
		return report_fail(
			x->r, STATUS_REFUSED, EUCLEAN,
			"Pins of the change were removed, so this may be another interface than the flushed one: \"confirm\" drops the old chain");
	x->mode = mode_of(x);
	err = open_both(x);
	if (!err)
		err = swap(x);
	if (!err)
		err = finish(x, unpin_new);
	close_both(x);
	return err == -ESTALE ? leave(x) : err;
}

/* ---- the doors ---- */

/* Programs learn the names that their entries have now: a second copy, which may fail. */
static void relabel(const struct undoing *x)
{
	struct view *v;

	if (!x->u.relabel || view_keep(x->dirs, x->u.ifindex, &v, NULL))
		return;
	for (unsigned int i = 0; v->kind == VIEW_CHAIN && i < v->chain.n; i++) {
		const struct entry *e = &v->chain.entries[i];

		if (e->program->fd >= 0 && v->infos[i].n_maps < KOBJ_MAX_MAPS)
			label_map_renew(e->program->fd, e);
	}
	view_free(v);
}

/* Without its record the change is confirmed. */
static int forget(const struct undoing *x)
{
	struct report failed = REPORT_INIT;
	struct undo u;
	int err = undo_drop(x->store, &x->u, &failed);

	if (err && !undo_read(x->store, x->u.netns, x->u.ifindex, &u, NULL)) {
		warn_left(x, &failed);
		err = 0;
	} else if (err) {
		report_fail(x->r, failed.status, -err, "%s", report_error(&failed));
	}
	report_free(&failed);
	return err;
}

static int keep(struct undoing *x)
{
	int err;

	if (!undo_is_pending(&x->u, &x->link)) {
		undo_drop(x->store, &x->u, NULL);
		return undo_none(x->r);
	}
	err = forget(x);
	if (!err)
		relabel(x);
	return err;
}

static bool has_dead_tracer(struct dirs *d, int ifindex)
{
	struct traced_by by = { 0 };
	struct view *v;
	bool is;

	if (view_keep(d, ifindex, &v, NULL))
		return false;
	is = v->kind == VIEW_CHAIN && traced_read(v, &by, NULL) > 0 && !by.alive;
	view_free(v);
	return is;
}

/* A tracer that ended while the change waited could not put the chain back. */
static void end_trace(struct dirs *d, int ifindex, unsigned int wait, struct report *r)
{
	struct report why = REPORT_INIT;
	struct netlink_link link;
	char *devs[] = { link.ifname };
	const struct request rq = {
		.verb = VERB_SET,
		.devs = devs,
		.n_devs = 1,
		.wait = wait,
		.trace.wish = TRACE_OFF,
	};

	if (!has_dead_tracer(d, ifindex) || netlink_link_index(d->nl, ifindex, &link, NULL))
		return;
	if (txn_run(d, NULL, &rq, NULL, &why))
		report_warn(r, "The chain is still traced until its next change: %s",
			    report_cause(&why));
	report_free(&why);
}

/* A signal between two steps would leave pins to clean up: block it. */
static int locked(struct dirs *d, const struct undo *u, unsigned int wait,
		  int (*act)(struct undoing *x), struct report *r)
{
	struct undoing x = {
		.dirs = d,
		.nl = d->nl,
		.store = d->store,
		.old = -1,
		.new = -1,
		.r = r,
	};
	sigset_t hold, before;
	int err = store_lock(d->store, wait, r);

	if (err)
		return err;
	sigemptyset(&hold);
	sigaddset(&hold, SIGINT);
	sigaddset(&hold, SIGTERM);
	sigaddset(&hold, SIGHUP);
	sigprocmask(SIG_BLOCK, &hold, &before);
	err = store_check_writable(d->store, r);
	if (!err)
		err = find(&x, u);
	if (!err)
		err = act(&x);
	sigprocmask(SIG_SETMASK, &before, NULL);
	store_unlock(d->store);
	dirs_forget(d);
	if (!err)
		end_trace(d, u->ifindex, wait, r);
	return err;
}

int undo_carry_out(struct dirs *d, const struct undo *u, unsigned int wait, struct report *r)
{
	return locked(d, u, wait, take_back, r);
}

int undo_confirm(struct dirs *d, const struct undo *u, unsigned int wait, struct report *r)
{
	return locked(d, u, wait, keep, r);
}
