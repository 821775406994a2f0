// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chains that somebody took off the interface and that are still pinned, whole.
 *
 * A directory does not say which network namespace its interface is in, and
 * others have the same indexes.  Our dispatchers carry the namespace's cookie;
 * of those without, only one that is in use nowhere can be this interface's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proof.h"
#include "view_internal.h"

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

static bool of_this_netns(struct netlink *nl, struct store *s,
			  const struct store_dir *which,
			  const struct dispatcher_view *d)
{
	__u64 here = netlink_netns(nl);
	struct proof proof;
	bool dead;

	if (here && d->chain.netns)
		return here == d->chain.netns;
	proof_open(&proof, s);
	dead = proof_dead(&proof, which->id, 1);
	proof_close(&proof);
	return dead;
}

/* 1 if the directory holds all of a chain, which is in @v then. */
static int read_dir(struct netlink *nl, struct store *s,
		    const struct store_dir *which, struct view *v,
		    struct dispatcher_view *d, struct report *r)
{
	int err;

	v->fd = kobj_prog_open(which->id, r);
	if (v->fd < 0)
		return 0;
	err = kobj_prog_info(v->fd, &v->prog, r);
	if (err || dispatcher_read(&v->prog, d, r) != 1 ||
	    !of_this_netns(nl, s, which, d))
		return 0;
	err = view_read_chain(v, d, s, which, r);
	return !err && v->pinned && !v->problems.n_warnings;
}

int view_read_detached(struct netlink *nl, struct store *s, __u32 attached,
		       struct view *v, struct report *r)
{
	struct find f = {
		.store = s, .ifindex = v->link.ifindex, .attached = attached,
	};
	struct dispatcher_view *d;
	int is = s ? store_each_dir(s, collect, &f, r) : 0;

	if (is || !f.n)
		return is;
	d = calloc(1, sizeof(*d));
	if (!d)
		return report_fail(r, STATUS_NOT_TRIED, ENOMEM, "%s",
				   strerror(ENOMEM));
	for (unsigned int i = 0; !is && i < f.n; i++) {
		struct report ignored = REPORT_INIT;

		is = read_dir(nl, s, &f.found[i], v, d, &ignored);
		if (!is)
			view_close(v);
		report_free(&ignored);
	}
	free(d);
	if (is)
		v->kind = VIEW_DETACHED;
	return is;
}
