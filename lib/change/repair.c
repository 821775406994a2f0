// SPDX-License-Identifier: GPL-2.0-or-later
/* Repairs chains that other tools have damaged. */
#include "change/repair.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change/displaced.h"
#include "change/foreign.h"
#include "kernel/attach.h"
#include "chain/built.h"

struct repair {
	struct dirs *dirs;
	struct netlink *nl;
	struct store *store;
	const struct request *rq;
	void (*fn)(const struct view *v, enum repair_step step, void *arg);
	void *arg;
	struct report *r;
	enum status worst;
};

/* ---- attach again ---- */

/* Where the answer was lost. */
static bool is_attached(const struct repair *x, const struct view *v)
{
	struct netlink_link now;
	int err = netlink_link_index(x->nl, v->link.ifindex, &now, NULL);

	return !err && netlink_link_has(&now, v->prog.id);
}

/* Natively a large MTU can need what a dispatcher that was made for generic mode is
 * not made for. */
static int attach_as_made(const struct repair *x, const struct view *v, char *why, size_t size)
{
	enum xdp_mode mode;
	int err =
		attach_first(x->nl, v->link.ifindex, XDP_MODE_AUTO, v->fd, &mode, why, size, x->r);

	if ((err != -ERANGE && err != -EMSGSIZE) || !chain_made_for_generic(&v->chain))
		return err;
	snprintf(why, size, "%s", report_error(x->r));
	report_clear_error(x->r);
	return attach_first(x->nl, v->link.ifindex, XDP_MODE_GENERIC, v->fd, &mode, NULL, 0, x->r);
}

static int attach_again(const struct repair *x, const struct view *v)
{
	char why[512] = "";
	int err = 0;

	if (!x->rq->dry_run)
		err = attach_as_made(x, v, why, sizeof(why));
	if (err == -EINPROGRESS && is_attached(x, v)) {
		report_clear_error(x->r);
		err = 0;
	}
	if (err)
		return err;
	if (*why)
		report_warn(x->r,
			    "dev %s: the chain runs in generic mode, because in native mode %s",
			    v->link.ifname, why);
	if (!x->rq->dry_run)
		dirs_attached(x->dirs, v->link.ifindex, v->prog.id);
	x->fn(v, REPAIR_ATTACH, x->arg);
	return 0;
}

/* In place of the program that displaced it, in one swap. */
static int put_back(const struct repair *x, const struct view *v)
{
	const struct view *was = v->displaced;
	int err = 0;

	if (!x->rq->dry_run)
		err = netlink_swap(x->nl, v->link.ifindex, v->mode, was->fd, v->fd, x->r);
	if (err == -EINPROGRESS && is_attached(x, was)) {
		report_clear_error(x->r);
		err = 0;
	}
	if (err)
		return err;
	if (!x->rq->dry_run)
		dirs_attached(x->dirs, v->link.ifindex, was->prog.id);
	if (v->mode == XDP_MODE_GENERIC)
		foreign_warn_generic(v, x->r);
	x->fn(was, REPAIR_ATTACH, x->arg);
	return 0;
}

/* ---- pin again ---- */

static bool anything_left(const struct view *v)
{
	for (unsigned int i = 0; i < v->chain.n; i++)
		if (v->programs[i].fd >= 0)
			return true;
	return false;
}

static int open_pins(const struct repair *x, const struct view *v)
{
	struct store_dir which = view_dir(v);

	return v->pinned ? store_open_dir(x->store, &which, x->r)
			 : store_create_dir(x->store, &which, x->r);
}

/* An attached chain is not pending; the command that left the mark may have left more. */
static void settle(const struct repair *x, const struct store_dir *d)
{
	if (store_is_pending(x->store, d))
		store_set_mark(x->store, d, STORE_CHANGING);
}

static int pin(const struct repair *x, const struct view *v, const struct built *b)
{
	struct store_dir which = view_dir(v);
	int dir = open_pins(x, v), err;

	if (dir < 0)
		return dir;
	err = built_pin(b, &v->chain, dir, v->pinned, x->r);
	close(dir);
	if (err && !v->pinned)
		store_remove_dir(x->store, &which, x->r);
	else if (!err)
		settle(x, &which);
	dirs_relist(x->dirs);
	return err;
}

/* Is anything held that is not pinned?  1, 0, or -errno. */
static int can_pin(const struct repair *x, const struct view *v, const struct built *b)
{
	int dir, can;

	if (!v->pinned)
		return built_unpinned(b, &v->chain, -1, x->r);
	dir = open_pins(x, v);
	if (dir < 0)
		return dir;
	can = built_unpinned(b, &v->chain, dir, x->r);
	close(dir);
	return can;
}

/* The problems that remain after the repair. */
static int look_again(const struct repair *x, const struct netlink_link *link, bool repaired)
{
	struct view *v = view_new();
	char why[PROBLEM_TEXT_SIZE];
	int err;

	if (!v)
		return report_no_memory(x->r);
	err = view_read_steadily(x->dirs, link->ifindex, v, x->r);
	if (err && repaired) {
		report_warn(x->r, "dev %s was repaired, but could not be read again: %s",
			    link->ifname, report_cause(x->r));
		report_clear_error(x->r);
		err = 0;
	} else if (!err && !view_is_whole(v)) {
		err = report_fail(
			x->r, STATUS_REFUSED, EUCLEAN,
			"Parts of the chain are lost (%s): flush it and add the programs again",
			view_problem(v, 0, why, sizeof(why)));
	}
	view_free(v);
	return err;
}

static bool is_whole(const struct repair *x, const struct netlink_link *link)
{
	struct view *v = view_new();
	bool whole;

	if (!v)
		return false;
	v->fd = -1;
	whole = !view_read_steadily(x->dirs, link->ifindex, v, NULL) && v->kind == VIEW_CHAIN &&
		view_is_whole(v);
	view_free(v);
	return whole;
}

static int pin_again(const struct repair *x, struct view *v)
{
	struct built *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return report_no_memory(x->r);
	*b = (struct built)BUILT_INIT;
	err = built_take(b, v, x->r);
	if (!err)
		err = can_pin(x, v, b);
	if (err > 0) {
		err = x->rq->dry_run ? 0 : pin(x, v, b);
		if (!err)
			x->fn(v, REPAIR_PIN, x->arg);
	} else if (!err) {
		err = look_again(x, &v->link, false);
	}
	built_close(b);
	free(b);
	return err;
}

static int repair_chain(const struct repair *x, struct view *v)
{
	int err;

	if (view_is_whole(v)) {
		if (!x->rq->dry_run)
			settle(x, &v->pins);
		return 0;
	}
	if (!anything_left(v))
		return report_fail(x->r, STATUS_REFUSED, EUCLEAN,
				   "The whole chain is lost: flush it and add the programs again");
	if (!x->rq->force && store_is_private(x->store))
		return report_fail(
			x->r, STATUS_NOT_TRIED, EXDEV,
			"The bpffs at %s is not init's: pins there are lost with this mount namespace; run this in init's mount namespace, or with -force",
			x->store->path);
	err = pin_again(x, v);
	if (x->rq->dry_run)
		return err;
	/* The failure may have come after the last missing pin was made. */
	if (err && is_whole(x, &v->link)) {
		report_clear_error(x->r);
		x->fn(v, REPAIR_PIN, x->arg);
		return 0;
	}
	return err ? err : look_again(x, &v->link, true);
}

/* ---- what there is ---- */

static int nothing(const struct repair *x)
{
	if (x->rq->all)
		return 0;
	return report_fail(x->r, STATUS_REFUSED, ENOENT,
			   "No such chain: nothing is attached, and no whole chain is pinned");
}

static int refuse(const struct repair *x, const struct view *v)
{
	if (v->foreign != FOREIGN_UNREADABLE && x->rq->all && !v->displaced)
		return 0;
	return foreign_refusal(v, FOREIGN_LOOK, x->r);
}

static int repair_view(const struct repair *x, struct view *v)
{
	switch (v->kind) {
	case VIEW_NONE:
		return nothing(x);
	case VIEW_FOREIGN:
		return x->rq->overwrite && displaced_can_return(v) ? put_back(x, v) : refuse(x, v);
	case VIEW_DETACHED:
		return attach_again(x, v);
	case VIEW_CHAIN:
		break;
	}
	return repair_chain(x, v);
}

static int repair_link(const struct netlink_link *link, void *arg)
{
	const struct repair *x = arg;
	struct view *v = view_new();
	int err;

	if (!v)
		return report_no_memory(x->r);
	err = view_read_steadily(x->dirs, link->ifindex, v, x->r);
	if (!err)
		err = repair_view(x, v);
	if (err)
		report_context(x->r, "dev %s", link->ifname);
	view_free(v);
	return err;
}

static int repair_named(struct repair *x, const char *name)
{
	struct netlink_link link;
	int err = netlink_link(x->nl, name, &link, x->r);

	return err ? err : repair_link(&link, x);
}

/* A chain that cannot be repaired does not stop the others.  @name, or the device @link,
 * which may be gone meanwhile: as if it had never been there. */
static void go_on(struct repair *x, const char *name, const struct netlink_link *link)
{
	struct report own = REPORT_INIT, *all = x->r;
	int err;

	x->r = &own;
	err = name ? repair_named(x, name) : repair_link(link, x);
	if (!name && err == -ENODEV)
		report_clear_error(&own);
	report_one_of_many(all, &own, &x->worst);
	x->r = all;
	report_free(&own);
}

static int repair_all(struct repair *x)
{
	struct netlink_link *links;
	int err = dirs_read_links(x->dirs, x->r);
	size_t n = x->dirs->n_links;

	if (err || !n)
		return err;
	links = calloc(n, sizeof(*links));
	if (!links)
		return report_no_memory(x->r);
	memcpy(links, x->dirs->links, n * sizeof(*links));
	for (size_t i = 0; i < n; i++)
		go_on(x, NULL, &links[i]);
	free(links);
	return 0;
}

/* Read all interfaces before the pins are classified. */
static void repair_several(struct repair *x)
{
	struct netlink_link link;

	for (unsigned int i = 0; i < x->rq->n_devs; i++)
		if (!netlink_link(x->nl, x->rq->devs[i], &link, NULL))
			dirs_put_link(x->dirs, &link, NULL);
	for (unsigned int i = 0; i < x->rq->n_devs; i++)
		go_on(x, x->rq->devs[i], NULL);
}

int repair_run(struct dirs *d, const struct request *rq,
	       void (*fn)(const struct view *v, enum repair_step step, void *arg), void *arg,
	       struct report *r)
{
	struct store *s = d->store;
	struct repair x = {
		.dirs = d,
		.nl = d->nl,
		.store = s,
		.rq = rq,
		.fn = fn,
		.arg = arg,
		.r = r,
	};
	bool locks = !rq->dry_run || s->xdp >= 0;
	int err = locks ? store_lock(s, rq->wait, r) : 0;

	if (err)
		return err;
	if (rq->all)
		err = repair_all(&x);
	else if (rq->n_devs == 1)
		err = repair_named(&x, rq->devs[0]);
	else
		repair_several(&x);
	if (!err && x.worst)
		err = report_fail(r, x.worst, EUCLEAN, "Not every chain could be repaired");
	store_unlock(s);
	dirs_forget(d);
	return err;
}
