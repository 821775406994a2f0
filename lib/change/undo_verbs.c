// SPDX-License-Identifier: GPL-2.0-or-later
/* The verbs confirm and undo. */
#include "change/undo_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "chain/view.h"

static int act_on(struct dirs *d, const struct request *rq, const struct undo *u, struct report *r)
{
	return rq->verb == VERB_UNDO ? undo_carry_out(d, u, rq->wait, r)
				     : undo_confirm(d, u, rq->wait, r);
}

/* It may have come from another network namespace with what is unconfirmed. */
static int find_record(struct dirs *d, const struct netlink_link *link, struct undo *u,
		       struct report *r)
{
	int is = undo_read(d->store, netlink_netns(d->nl), link->ifindex, u, r);
	struct view *v;

	if (is < 0 || (is > 0 && undo_is_pending(u, link)) || !link->modes ||
	    view_keep(d, link->ifindex, &v, NULL))
		return is;
	if (v->kind == VIEW_CHAIN)
		is = undo_find(d->store, netlink_netns(d->nl), v->chain.netns, link, u, r);
	view_free(v);
	dirs_forget(d);
	return is;
}

static int run_named(struct dirs *d, const struct request *rq, const char *name, struct report *r)
{
	struct netlink_link link;
	int err = netlink_link(d->nl, name, &link, r);
	struct undo u;

	if (err)
		return err;
	err = find_record(d, &link, &u, r);
	if (err >= 0)
		err = err ? act_on(d, rq, &u, r) : undo_none(r);
	if (err)
		report_context(r, "dev %s", link.ifname);
	return err;
}

static void go_on(struct dirs *d, const struct request *rq, const char *name, const struct undo *u,
		  struct report *all, enum status *worst)
{
	struct report own = REPORT_INIT;
	int err = name ? run_named(d, rq, name, &own) : act_on(d, rq, u, &own);
	struct netlink_link link;

	if (err && u)
		report_context(&own, "dev %s",
			       netlink_link_index(d->nl, u->ifindex, &link, NULL) ? u->ifname
										  : link.ifname);
	report_one_of_many(all, &own, worst);
	report_free(&own);
}

/* Those of this namespace. */
static void leave_out_others(struct dirs *d, struct undo *list, size_t *n)
{
	struct netlink_link link;
	size_t here = 0;

	for (size_t i = 0; i < *n; i++) {
		int err = netlink_link_index(d->nl, list[i].ifindex, &link, NULL);

		if (!undo_may_be_anothers(d->store, &list[i], err ? NULL : &link))
			list[here++] = list[i];
	}
	*n = here;
}

int undo_run(struct dirs *d, const struct request *rq, struct report *r)
{
	enum status worst = STATUS_DONE;
	struct undo *list = NULL;
	size_t n = 0;
	int err = 0;

	if (rq->n_devs == 1)
		return run_named(d, rq, rq->devs[0], r);
	if (rq->all)
		err = undo_list(d->store, netlink_netns(d->nl), 0, &list, &n, r);
	if (!err)
		leave_out_others(d, list, &n);
	if (!err && rq->all && !n)
		err = undo_none(r);
	for (size_t i = 0; !err && i < n; i++)
		go_on(d, rq, NULL, &list[i], r, &worst);
	for (unsigned int i = 0; i < rq->n_devs; i++)
		go_on(d, rq, rq->devs[i], NULL, r, &worst);
	free(list);
	if (err || !worst)
		return err;
	return report_fail(r, worst, EUCLEAN, "Not every change could be %s",
			   rq->verb == VERB_UNDO ? "undone" : "confirmed");
}
