// SPDX-License-Identifier: GPL-2.0-or-later
/* The chain of one device for others. */
#include "txn_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "entries.h"

static int check_source(const struct view *v, struct report *r)
{
	if (v->kind != VIEW_CHAIN)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "No such chain: there is none to share on dev %s",
				   v->link.ifname);
	if (v->chain.n == 0)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "The chain on dev %s has no entry",
				   v->link.ifname);
	for (unsigned int i = 0; i < v->chain.n; i++)
		if (v->programs[i].devbound)
			return report_fail(r, STATUS_REFUSED, EXDEV,
					   "Entry \"%s\" is bound to dev %s and cannot be shared",
					   v->chain.entries[i].name,
					   v->link.ifname);
	return chain_refusal(v, r);
}

/* The links of the source's dispatcher: pinned once more for each device, they
 * keep its programs in place as long as any of them has it. */
static int take_links(struct txn *x, struct built *b)
{
	const struct view *v = x->source;
	struct store_dir which = view_dir(v);
	int dir = store_open_dir(x->store, &which, x->r);
	char name[32];
	int fd = 0;

	if (dir < 0)
		return dir;
	for (unsigned int i = 0; fd >= 0 && i < v->chain.n; i++) {
		b->links[i] = -1;
		b->shims[i] = (struct shim)SHIM_INIT;
		b->n_links++;
		if (v->chain.entries[i].disabled ||
		    (v->chain.entries[i].linkage == LINKAGE_TAIL &&
		     !chain_shimmed(&v->chain, i)))
			continue;
		snprintf(name, sizeof(name), "prog%u-link", i);
		fd = store_get(dir, name, x->r);
		b->links[i] = fd < 0 ? -1 : fd;
		if (fd < 0 || !chain_shimmed(&v->chain, i))
			continue;
		snprintf(name, sizeof(name), "prog%u-" ENTRIES_PIN, i);
		fd = store_get(dir, name, x->r);
		b->shims[i].map = fd < 0 ? -1 : fd;
	}
	if (fd >= 0 && chain_has_tail(&v->chain)) {
		fd = store_get(dir, ENTRIES_PIN, x->r);
		b->dispatcher.entries = fd < 0 ? -1 : fd;
	}
	close(dir);
	return fd < 0 ? fd : 0;
}

static int take_dispatcher(struct txn *x)
{
	struct built *b = calloc(1, sizeof(*b));

	if (!b)
		return report_fail(x->r, STATUS_NOT_TRIED, ENOMEM, "%s",
				   strerror(ENOMEM));
	x->source_built = b;
	b->dispatcher.entries = -1;
	b->dispatcher.fd = dup(x->source->fd);
	b->dispatcher.id = x->source->prog.id;
	b->dispatcher.n = x->source->chain.n;
	memcpy(b->dispatcher.tag, x->source->prog.tag, BPF_TAG_BYTES);
	if (b->dispatcher.fd < 0)
		return report_fail(x->r, STATUS_NOT_TRIED, errno, "%s",
				   strerror(errno));
	return take_links(x, b);
}

int share_open(struct txn *x)
{
	struct netlink *nl = x->source_nl ? x->source_nl : x->nl;
	struct netlink_link link;
	int err;

	x->source = calloc(1, sizeof(*x->source));
	if (!x->source)
		return report_fail(x->r, STATUS_NOT_TRIED, ENOMEM, "%s",
				   strerror(ENOMEM));
	x->source->fd = -1;
	err = netlink_link(nl, x->rq->from, &link, x->r);
	if (!err)
		err = view_read(nl, x->store, &link, x->source, x->r);
	if (!err)
		err = check_source(x->source, x->r);
	/* A dispatcher belongs to one network namespace. */
	if (!err && !x->source_nl)
		err = take_dispatcher(x);
	return err;
}

void share_close(struct txn *x)
{
	struct built *b = x->source_built;

	while (b && b->n_links) {
		shim_close(&b->shims[--b->n_links]);
		if (b->links[b->n_links] >= 0)
			close(b->links[b->n_links]);
	}
	if (b)
		dispatcher_close(&b->dispatcher);
	free(b);
	if (x->source)
		view_close(x->source);
	free(x->source);
	x->source_built = NULL;
	x->source = NULL;
}
