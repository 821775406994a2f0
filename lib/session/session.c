// SPDX-License-Identifier: GPL-2.0-or-later
/* The entry point of the library. */
#include "session/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change/displaced.h"
#include "kernel/netns.h"

/* ---- opening ---- */

static int open_store(struct session *s, enum session_use use, struct report *r)
{
	int err = store_open(&s->own_store, r);

	if (!err) {
		s->store = &s->own_store;
		return 0;
	}
	if (use == SESSION_CHANGE || kobj_is_shortage(-err))
		return err;
	/* Warn of a directory with another owner, because it hides the pins. */
	if (err == -EPERM)
		report_warn(r, "%s", report_error(r));
	report_clear_error(r);
	return 0;
}

/* Sets @home to the previous namespace. */
static int enter(const char *netns, int *home, struct report *r)
{
	int there = netns_open(netns, r);
	int err;

	if (there < 0)
		return there;
	*home = netns_open(NETNS_OWN, r);
	err = *home < 0 ? *home : netns_enter(there, r);
	close(there);
	return err;
}

int session_open(struct session *s, const char *netns, enum session_use use, struct report *r)
{
	int err;

	*s = (struct session){ .home = -1 };
	kobj_init(&s->was);
	err = open_store(s, use, r);
	if (!err && netns)
		err = enter(netns, &s->home, r);
	if (!err)
		err = netlink_open(&s->nl, r);
	if (!err)
		dirs_open(&s->dirs, s->nl, s->store);
	return err ? session_leave(s, err, r) : 0;
}

int session_reopen(struct session *s, struct report *r)
{
	int err;

	dirs_close(&s->dirs);
	netlink_close(s->nl);
	s->nl = NULL;
	err = store_reopen(s->store, r);
	if (!err)
		err = netlink_open(&s->nl, r);
	if (!err)
		dirs_open(&s->dirs, s->nl, s->store);
	return err;
}

int session_close(struct session *s)
{
	int err = 0;

	dirs_close(&s->dirs);
	if (s->nl)
		netlink_close(s->nl);
	if (s->store)
		store_close(s->store);
	if (s->home >= 0) {
		err = netns_enter(s->home, NULL);
		close(s->home);
	}
	kobj_done(&s->was);
	policy_file_free(&s->policy);
	*s = (struct session){ .home = -1 };
	return err;
}

int session_leave(struct session *s, int err, struct report *r)
{
	if (!session_close(s))
		return err;
	report_clear_error(r);
	return report_fail(r, STATUS_NOT_TRIED, EIO,
			   "Cannot return to the network namespace of this process");
}

/* ---- reading ---- */

/* One unreadable device does not end the listing.  A lack of memory or descriptors does,
 * because it affects all devices. */
static int read_view(struct session *s, int ifindex, struct view *v, struct report *r)
{
	struct report why = REPORT_INIT;
	int err = view_read_steadily(&s->dirs, ifindex, v, &why);

	if (err == -ENODEV || (err && !v->link.ifindex)) {
		report_fail(r, why.status, -err, "%s", why.error);
	} else if (err && err != -EAGAIN && kobj_is_shortage(-err)) {
		report_fail(r, why.status, -err, "dev %s: %s", v->link.ifname, report_cause(&why));
	} else if (err) {
		v->kind = VIEW_FOREIGN;
		v->foreign = FOREIGN_UNREADABLE;
		snprintf(v->reason, sizeof(v->reason), "%.255s", report_cause(&why));
		err = 0;
	}
	for (size_t i = 0; i < why.n_warnings; i++)
		report_warn(r, "%s", why.warnings[i]);
	report_free(&why);
	return err;
}

int session_unconfirmed(struct session *s, __u64 token, struct undo **list, size_t *n,
			struct report *r)
{
	*list = NULL;
	*n = 0;
	return s->store ? undo_list(s->store, netlink_netns(s->nl), token, list, n, r) : 0;
}

static void set_unconfirmed(struct session *s, const struct undo *u, struct view *v)
{
	if (!undo_is_pending(u, &v->link))
		return;
	v->unconfirmed = *u;
	v->kept = undo_is_kept(s->store, u);
}

/* A shortage is an error.  A record that only its owner may read does not concern others; of any
 * other that cannot be read, as of one of another version, the user learns.  0 or -errno. */
static int unread(int err, const struct report *why, struct report *r)
{
	if (kobj_is_shortage(-err))
		return report_fail(r, why->status, -err, "%s", report_error(why));
	if (err == -EACCES || err == -EPERM)
		return 0;
	report_warn(r, "%s", report_error(why));
	return 0;
}

/* Look for a record of the namespace @here, or of the chain's original namespace. */
static int find_unconfirmed(struct session *s, __u64 here, struct view *v, struct report *r)
{
	struct report why = REPORT_INIT;
	struct undo u;
	int is = s->store ? undo_find(s->store, here, v->chain.netns, &v->link, &u, &why) : 0;

	if (is > 0)
		set_unconfirmed(s, &u, v);
	if (is < 0) {
		report_context(&why, "dev %s", v->link.ifname);
		is = unread(is, &why, r);
	}
	report_free(&why);
	return is < 0 ? is : 0;
}

/* The records of all devices. */
static int list_unconfirmed(struct session *s, struct undo **list, size_t *n, struct report *r)
{
	struct report why = REPORT_INIT;
	int err = session_unconfirmed(s, 0, list, n, &why);

	if (err)
		err = unread(err, &why, r);
	for (size_t i = 0; i < why.n_warnings; i++)
		report_warn(r, "%s", why.warnings[i]);
	report_free(&why);
	return err;
}

/* Find a device by name, and cache its attached program for the session. */
static int find(struct session *s, const char *ifname, struct netlink_link *link, struct report *r)
{
	int err = netlink_link(s->nl, ifname, link, r);

	return err ? err : dirs_put_link(&s->dirs, link, r);
}

int session_view(struct session *s, const char *ifname, struct view *v, struct report *r)
{
	struct netlink_link link;
	int err = find(s, ifname, &link, r);

	view_init(v);
	if (!err)
		err = read_view(s, link.ifindex, v, r);
	if (!err)
		err = find_unconfirmed(s, netlink_netns(s->nl), v, r);
	return err;
}

/* struct walk - iterates over devices by index; @undo: unconfirmed changes, listed once
 * for all devices, but not if devices are @named */
struct walk {
	struct session *s;
	int (*fn)(const struct view *v, void *arg);
	void *arg;
	int *devs;
	size_t n;
	bool named;
	struct undo *undo;
	size_t n_undo;
};

/* True if the device came from another network namespace with its chain. */
static bool was_moved(const struct session *s, const struct view *v)
{
	return s->store && v->kind == VIEW_CHAIN && v->chain.netns &&
	       v->chain.netns != netlink_netns(s->nl);
}

static int visit(struct walk *w, int ifindex, struct report *r)
{
	struct view *v = view_new();
	int err;

	if (!v)
		return report_no_memory(r);
	v->fd = -1;
	err = read_view(w->s, ifindex, v, r);
	if (!err && w->named)
		err = find_unconfirmed(w->s, netlink_netns(w->s->nl), v, r);
	for (size_t i = 0; !err && i < w->n_undo; i++)
		if (w->undo[i].ifindex == ifindex)
			set_unconfirmed(w->s, &w->undo[i], v);
	if (!err && !w->named && was_moved(w->s, v))
		err = find_unconfirmed(w->s, 0, v, r);
	if (!err)
		err = w->fn(v, w->arg);
	view_free(v);
	return err;
}

static int find_all(struct walk *w, struct report *r)
{
	const struct dirs *d = &w->s->dirs;
	int err = dirs_read_links(&w->s->dirs, r);

	if (err)
		return err;
	w->devs = calloc(d->n_links + 1, sizeof(*w->devs));
	if (!w->devs)
		return report_no_memory(r);
	for (; w->n < d->n_links; w->n++)
		w->devs[w->n] = d->links[w->n].ifindex;
	return 0;
}

/* Stop at the first missing device; the devices before it are still visited. */
static int find_named(struct walk *w, char *const *devs, unsigned int n_devs, struct report *r)
{
	struct netlink_link link;
	int err = 0;

	w->devs = calloc(n_devs, sizeof(*w->devs));
	if (!w->devs)
		return report_no_memory(r);
	for (unsigned int i = 0; !err && i < n_devs; i++) {
		err = find(w->s, devs[i], &link, r);
		if (!err)
			w->devs[w->n++] = link.ifindex;
	}
	return err;
}

/* Ignore a device that disappears meanwhile, unless it was named. */
int session_each_view(struct session *s, char *const *devs, unsigned int n_devs,
		      int (*fn)(const struct view *v, void *arg), void *arg, struct report *r)
{
	struct walk w = { .s = s, .fn = fn, .arg = arg, .named = n_devs };
	struct report why = REPORT_INIT;
	int missing = n_devs ? find_named(&w, devs, n_devs, &why) : find_all(&w, &why);
	int err = w.named ? 0 : list_unconfirmed(s, &w.undo, &w.n_undo, r);

	for (size_t i = 0; !err && i < w.n; i++) {
		err = visit(&w, w.devs[i], r);
		if (err == -ENODEV && !n_devs) {
			report_clear_error(r);
			err = 0;
		}
	}
	free(w.devs);
	free(w.undo);
	if (!err && missing)
		err = report_fail(r, why.status, -missing, "%s", why.error);
	report_free(&why);
	return err;
}

int session_savable(const struct view *v, struct report *r)
{
	if (v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE)
		return report_fail(r, STATUS_NOT_TRIED, EPERM, "dev %s: %s", v->link.ifname,
				   v->reason);
	if (v->displaced && v->foreign != FOREIGN_LINK && v->foreign != FOREIGN_HW)
		return displaced_refusal(v, false, r);
	if (v->kind != VIEW_CHAIN && v->kind != VIEW_DETACHED)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "dev %s: no such chain: there is nothing to save",
				   v->link.ifname);
	for (unsigned int i = 0; i < v->chain.n; i++) {
		const struct entry *e = &v->chain.entries[i];

		if (!*e->name || (!e->program->id && !e->program->origin.object))
			return report_fail(
				r, STATUS_REFUSED, ENOENT,
				"dev %s: the program of slot %u is gone and its origin is unknown: the chain cannot be saved; delete that entry first",
				v->link.ifname, i);
	}
	return 0;
}
