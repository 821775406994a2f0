// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives the chain of one device to others. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "change/displaced.h"

static int check_source(const struct view *v, struct report *r)
{
	if (v->kind == VIEW_DETACHED)
		return report_fail(
			r, STATUS_REFUSED, ENOTCONN,
			"The chain of dev %s is detached: \"ip link xdp multi repair dev %s\" attaches it again",
			v->link.ifname, v->link.ifname);
	if (v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE)
		return report_fail(r, STATUS_NOT_TRIED, EPERM, "dev %s: %s", v->link.ifname,
				   v->reason);
	if (v->displaced && v->foreign != FOREIGN_LINK && v->foreign != FOREIGN_HW)
		return displaced_refusal(v, false, r);
	if (v->kind != VIEW_CHAIN)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "No such chain: dev %s has none to share", v->link.ifname);
	if (v->chain.n == 0)
		return report_fail(r, STATUS_REFUSED, ENOENT, "The chain on dev %s has no entry",
				   v->link.ifname);
	for (unsigned int i = 0; i < v->chain.n; i++)
		if (v->programs[i].devbound)
			return report_fail(
				r, STATUS_REFUSED, EXDEV,
				"Entry \"%s\" is bound to dev %s and cannot be shared: add its object file to the other device",
				v->chain.entries[i].name, v->link.ifname);
	return chain_refusal(v, r);
}

/* The links of the source's dispatcher: pinned once more for each device, they
 * keep its programs in place as long as any of them has it. */
static int take_dispatcher(struct txn *x)
{
	struct built *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return report_no_memory(x->r);
	*b = (struct built)BUILT_INIT;
	x->source_built = b;
	err = built_take(b, x->source, x->r);
	if (!err && !built_complete(b, &x->source->chain))
		err = report_fail(x->r, STATUS_REFUSED, EUCLEAN,
				  "Not all of the chain on dev %s could be opened",
				  x->source->link.ifname);
	return err;
}

/* Configuration files are of one device: apply on another one must not take away what
 * is shared with it. */
static bool forget_configs(struct chain *c)
{
	bool any = false;

	for (unsigned int i = 0; i < c->n; i++) {
		any |= c->entries[i].config != NULL;
		c->entries[i].config = NULL;
	}
	return any;
}

static int read_source(struct txn *x, struct dirs *d)
{
	struct netlink_link link;
	int err = netlink_link(d->nl, x->rq->from, &link, x->r);

	if (!err)
		err = dirs_put_link(d, &link, x->r);
	return err ? err : view_read(d, link.ifindex, x->source, x->r);
}

int share_open(struct txn *x)
{
	struct dirs other;
	bool configured;
	int err;

	x->source = view_new();
	if (!x->source)
		return report_no_memory(x->r);
	dirs_open(&other, x->source_nl, x->store);
	err = read_source(x, x->source_nl ? &other : x->dirs);
	dirs_close(&other);
	if (!err)
		err = check_source(x->source, x->r);
	configured = forget_configs(&x->source->chain);
	/* A dispatcher belongs to one network namespace.  One that libxdp rebuilt
	 * with less than what is wanted is not handed on. */
	if (!err && !configured && !x->source_nl &&
	    chain_in_force(&x->source->chain, &x->source->chain))
		err = take_dispatcher(x);
	return err;
}

bool share_serves(const struct txn *x, const struct chain *c)
{
	const struct chain *source;

	if (!x->source_built)
		return false;
	source = &x->source->chain;
	/* It records its owner. */
	if (strcmp(c->owner, source->owner))
		return false;
	return !source->traced && c->format == source->format &&
	       (!source->netns || c->netns == source->netns) &&
	       chain_frags(c) == chain_frags(source);
}

void share_close(struct txn *x)
{
	if (x->source_built)
		built_close(x->source_built);
	free(x->source_built);
	view_free(x->source);
	x->source_built = NULL;
	x->source = NULL;
}
