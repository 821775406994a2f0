// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chains that somebody took off the interface and that are still pinned, whole.
 *
 * A directory does not say which network namespace its interface is in, and
 * others have the same indexes.  Our dispatchers carry the namespace's cookie.
 * And only one that runs nowhere else can be this interface's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chain/proof.h"
#include "chain/view_internal.h"

#define MAX_FOUND 16

/* struct find - the youngest directories of an interface, youngest first */
struct find {
	struct store *store;
	int ifindex;
	__u32 attached;
	struct store_dir found[MAX_FOUND];
	unsigned int n;
};

static int collect(const struct store_dir *which, void *arg)
{
	struct find *f = arg;
	unsigned int i;

	if (which->ifindex != f->ifindex || which->id == f->attached ||
	    store_is_pending(f->store, which))
		return 0;
	if (f->n < MAX_FOUND)
		f->n++;
	for (i = f->n - 1; i > 0 && f->found[i - 1].id < which->id; i--)
		f->found[i] = f->found[i - 1];
	if (i < f->n)
		f->found[i] = *which;
	return 0;
}

static int has_program(const struct netlink_link *link, void *arg)
{
	const __u32 *id = arg;

	return link->native_id == *id || link->generic_id == *id ? -EEXIST : 0;
}

static bool is_attached_here(struct netlink *nl, __u32 id)
{
	int err = netlink_each_link(nl, has_program, &id, NULL);

	return err == -EEXIST;
}

/* Is nothing known to use the dispatcher, but for our own fd?  @proven: that is
 * more than a lack of means to find out. */
static bool is_unused(struct store *s, __u32 id, bool *proven)
{
	struct proof proof;
	bool dead;

	proof_open(&proof, s);
	*proven = proof.counted;
	dead = proof_dead(&proof, id, 1);
	proof_close(&proof);
	return dead;
}

/*
 * The interface that the chain was made for may have been moved to another
 * namespace, with it, and another one have its number here.  So it must be used
 * by nothing, or by others here that share it.  Who is just looking at it goes
 * away again.
 */
static bool is_of_this_netns(struct netlink *nl, struct store *s, const struct store_dir *which,
			     const struct dispatcher_view *d)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	__u64 here = netlink_netns(nl);
	bool proven;

	if (!here || !d->chain.netns)
		return is_unused(s, which->id, &proven);
	if (here != d->chain.netns)
		return false;
	for (int try = 0; try < 5; try++) {
		if (is_unused(s, which->id, &proven) || !proven || is_attached_here(nl, which->id))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* 1 if the directory holds all of a chain, which is in @v then. */
static int read_dir(struct netlink *nl, struct store *s, const struct store_dir *which,
		    struct view *v, struct dispatcher_view *d, struct report *r)
{
	int err;

	v->fd = kobj_prog_open(which->id, r);
	err = v->fd < 0 ? v->fd : kobj_prog_info(v->fd, &v->prog, r);
	if (!err)
		err = dispatcher_read(&v->prog, d, r);
	if (err == 1)
		err = is_of_this_netns(nl, s, which, d) ? view_read_chain(v, d, s, which, r)
							: -ENOENT;
	else if (!err)
		err = -ENOENT;
	/* Want of memory does not mean that there is none. */
	if (kobj_is_shortage(-err))
		return err;
	return !err && v->pinned && view_is_whole(v);
}

int view_read_detached(struct netlink *nl, struct store *s, __u32 attached, struct view *v,
		       struct report *r)
{
	struct find f = {
		.store = s,
		.ifindex = v->link.ifindex,
		.attached = attached,
	};
	struct dispatcher_view *d;
	int is = s ? store_each_dir(s, collect, &f, r) : 0;

	if (is || !f.n)
		return is;
	d = calloc(1, sizeof(*d));
	if (!d)
		return report_no_memory(r);
	for (unsigned int i = 0; !is && i < f.n; i++) {
		is = read_dir(nl, s, &f.found[i], v, d, r);
		dispatcher_view_close(d);
		if (is >= 0)
			report_clear_error(r);
		if (!is)
			view_close(v);
	}
	free(d);
	if (is > 0)
		v->kind = VIEW_DETACHED;
	return is;
}
