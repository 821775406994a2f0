// SPDX-License-Identifier: GPL-2.0-or-later
/* The devices of a change. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "chain/leftover.h"

/* ---- which ---- */

static int add_target(struct txn *x, const char *name, const struct netlink_link *link)
{
	struct target *t;

	for (unsigned int i = 0; i < x->n; i++)
		if (x->targets[i].link.ifindex == link->ifindex)
			return 0;
	t = realloc(x->targets, (x->n + 1) * sizeof(*t));
	if (!t)
		return report_no_memory(x->r);
	x->targets = t;
	x->targets[x->n++] = (struct target){ .name = name, .link = *link };
	return 0;
}

/* All that have a program, or pins. */
static int find_all(struct txn *x)
{
	struct dirs *d = x->dirs;
	struct netlink_link *links = NULL;
	int err = dirs_read_links(d, x->r);
	size_t n = d->n_links;

	if (!err)
		err = dirs_list(d, x->r);
	if (!err && n)
		links = calloc(n, sizeof(*links));
	if (!err && n && !links)
		err = report_no_memory(x->r);
	for (size_t i = 0; links && i < n; i++)
		links[i] = d->links[i];
	for (size_t i = 0; links && !err && i < n; i++)
		if (links[i].modes || leftover_exists(d, links[i].ifindex))
			err = add_target(x, NULL, &links[i]);
	free(links);
	return err;
}

int txn_find_targets(struct txn *x)
{
	struct netlink_link link;
	int err;

	if (x->rq->all)
		return find_all(x);
	for (unsigned int i = 0; i < x->rq->n_devs; i++) {
		err = netlink_link(x->nl, x->rq->devs[i], &link, x->r);
		if (err == -ENODEV && x->rq->if_exists) {
			report_clear_error(x->r);
			continue;
		}
		if (!err)
			err = add_target(x, x->rq->devs[i], &link);
		if (err)
			return err;
	}
	return 0;
}

/* ---- one try ---- */

int target_open(const struct txn *x, struct target *t)
{
	t->old = view_none();
	t->plan.chain = chain_new(0);
	return t->old && t->plan.chain ? 0 : report_no_memory(x->r);
}

void target_reset(struct target *t)
{
	const struct target kept = {
		.name = t->name,
		.link = t->link,
		.prepared = t->prepared,
		.native = t->native,
		.swept = t->swept,
	};

	if (t->own_built)
		built_close(t->own_built);
	view_free(t->old);
	free(t->own_built);
	free(t->plan.chain);
	free(t->plan.adopted);
	free(t->fallback);
	target_count_close(t);
	target_trace_close(t);
	*t = kept;
}
