// SPDX-License-Identifier: GPL-2.0-or-later
/* Pins that nobody needs. */
#include "chain/leftover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dispatcher/dispatcher.h"
#include "kernel/grace.h"
#include "kernel/kobj.h"
#include "chain/proof.h"
#include "chain/view.h"

/* struct find - directories, of one interface or with 0 of all */
struct find {
	int ifindex;
	__u32 attached;
	struct store_dir *found;
	size_t n;
};

static int collect(const struct store_dir *d, void *arg)
{
	struct find *f = arg;
	struct store_dir *found;

	if ((f->ifindex && d->ifindex != f->ifindex) || d->id == f->attached)
		return 0;
	found = realloc(f->found, (f->n + 1) * sizeof(*found));
	if (!found)
		return -ENOMEM;
	f->found = found;
	f->found[f->n++] = *d;
	return 0;
}

/* As far as they can be listed. */
static void find_dirs(struct store *s, struct find *f)
{

	store_each_dir(s, collect, f, NULL);
}

/* The network namespace that a dispatcher was made for, 0 if it does not say.
 * -errno if that could not be found out. */
static int netns_of(__u32 id, __u64 *netns)
{
	struct dispatcher_view *d = calloc(1, sizeof(*d));
	struct kobj_prog info;
	int fd = d ? kobj_prog_open(id, NULL) : -ENOMEM;
	int err = fd < 0 ? fd : kobj_prog_info(fd, &info, NULL);

	*netns = 0;
	if (!err)
		err = dispatcher_read(&info, d, NULL);
	if (err == 1)
		*netns = d->chain.netns;
	if (fd >= 0)
		close(fd);
	if (d)
		dispatcher_view_close(d);
	free(d);
	return kobj_is_shortage(-err) ? err : 0;
}

/* Was the chain taken off in another network namespace, where it may be wanted
 * again? */
static bool is_elsewhere(const struct netlink *nl, struct store *s, const struct store_dir *d)
{
	__u64 here = netlink_netns(nl), there;

	if (store_is_pending(s, d))
		return false;
	if (netns_of(d->id, &there))
		return true;
	return here && there && here != there;
}

bool leftover_exists(const struct netlink *nl, struct store *s, int ifindex, __u32 attached)
{
	struct find f = { .ifindex = ifindex, .attached = attached };
	bool found = false;

	find_dirs(s, &f);
	for (size_t i = 0; !found && i < f.n; i++)
		found = !is_elsewhere(nl, s, &f.found[i]);
	free(f.found);
	return found;
}

/* ---- sweep ---- */

void leftover_sweep(struct netlink *nl, struct store *s, int ifindex, const char *ifname,
		    __u32 attached, struct report *r)
{
	struct find f = { .ifindex = ifindex, .attached = attached };
	bool waited = false;
	struct proof proof;

	find_dirs(s, &f);
	if (f.n)
		proof_open(&proof, s);
	for (size_t i = 0; i < f.n; i++) {
		if (!proof_dead(&proof, f.found[i].id, 0) || is_elsewhere(nl, s, &f.found[i]))
			continue;
		if (!waited && !grace_period())
			break;
		waited = true;
		if (!store_remove_dir(s, &f.found[i], NULL))
			report_warn(
				r,
				"dev %s: removed the pins of dispatcher %u, which nothing used any more",
				ifname, f.found[i].id);
	}
	if (f.n)
		proof_close(&proof);
	free(f.found);
}

/* ---- clean ---- */

struct clean {
	struct netlink *nl;
	struct store *store;
	bool all_netns;
	struct proof proof;
};

/* Can the chain be attached again here?  @v is what is on the interface of that
 * index, NULL if there is none. */
static const char *wanted(const struct store_dir *d, const struct view *v)
{
	if (v && v->kind == VIEW_DETACHED && v->prog.id == d->id)
		return "a chain that was taken off: repair attaches it again, flush forgets it";
	if (v && v->displaced == d->id)
		return "a chain in whose place another program was put";
	return NULL;
}

/* Why a directory whose dispatcher is dead has to stay, or NULL. */
static const char *keep_dead(const struct clean *c, const struct store_dir *d, const struct view *v)
{
	__u64 netns;

	if (store_is_pending(c->store, d))
		return NULL;
	if (c->all_netns)
		return NULL;
	if (is_elsewhere(c->nl, c->store, d))
		return "of another network namespace: \"clean all-netns\" removes it";
	if (!v && !netns_of(d->id, &netns) && !netns && kobj_prog_exists(d->id))
		return "maybe of another network namespace: \"clean all-netns\" removes it";
	return NULL;
}

static const char *judge(const struct clean *c, const struct store_dir *d, const struct view *v)
{
	const char *reason = wanted(d, v);

	if (reason)
		return reason;
	if (!c->proof.counted && kobj_prog_exists(d->id))
		return "who uses it cannot be found out: no iterator program can be loaded";
	if (!proof_dead(&c->proof, d->id, 0))
		return "in use: attached to an interface, or open in a process";
	return keep_dead(c, d, v);
}

/* What is on the interface of that index here; -ENODEV if there is none. */
static int look(const struct clean *c, int ifindex, struct view *v)
{
	struct netlink_link link;
	int err;

	v->fd = -1;
	err = netlink_link_index(c->nl, ifindex, &link, NULL);
	if (!err)
		err = view_read_steadily(c->nl, c->store, &link, v, NULL);
	return err;
}

static int clean_dir(const struct clean *c, const struct store_dir *d, bool dry_run,
		     struct leftover *l, struct report *r)
{
	struct view *v = calloc(1, sizeof(*v));
	bool attached;
	int err;

	if (!v)
		return report_no_memory(r);
	err = look(c, d->ifindex, v);
	attached = !err && view_attached(v) == d->id;
	*l = (struct leftover){ .dir = *d };
	if (err && err != -ENODEV)
		l->reason = "what is on the interface of that number could not be read";
	else if (!attached)
		l->reason = judge(c, d, err ? NULL : v);
	l->removed = !attached && !l->reason;
	err = l->removed && !dry_run ? store_remove_dir(c->store, d, r) : 0;
	view_close(v);
	free(v);
	return err;
}

int leftover_clean(struct netlink *nl, struct store *s, bool all_netns, bool dry_run,
		   unsigned int wait, void (*fn)(const struct leftover *l, void *arg), void *arg,
		   struct report *r)
{
	struct clean c = { .nl = nl, .store = s, .all_netns = all_netns };
	struct find f = { 0 };
	int err = s->xdp < 0 ? 0 : store_lock(s, wait, r);

	if (err || s->xdp < 0)
		return err;
	err = store_each_dir(s, collect, &f, r);
	if (err == -ENOMEM)
		report_no_memory(r);
	proof_open(&c.proof, s);
	if (!err && !dry_run && f.n && !grace_period())
		err = report_fail(
			r, STATUS_NOT_TRIED, EPERM,
			"Cannot wait for packets in flight (membarrier and packet sockets are refused)");
	for (size_t i = 0; !err && i < f.n; i++) {
		struct leftover l;

		err = clean_dir(&c, &f.found[i], dry_run, &l, r);
		if (!err && (l.removed || l.reason))
			fn(&l, arg);
	}
	proof_close(&c.proof);
	free(f.found);
	store_unlock(s);
	return err;
}
