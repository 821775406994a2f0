// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the faults of a request before anything is loaded: applies it to a copy of the chains. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdlib.h>

/* A view that could not be read would look like an empty one.  And if somebody was faster, that
 * comes before any fault that the request has now. */
int txn_check_view(const struct txn *x, const struct view *v)
{
	int err = 0;

	if (v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE)
		err = report_fail(x->r, STATUS_NOT_TRIED, EPERM, "%s", v->reason);
	if (!err)
		err = target_check_expected(x, v);
	if (err)
		report_context(x->r, "dev %s", v->link.ifname);
	return err;
}

static int try_edit(const struct txn *x, const struct target *on, struct view *v, struct report *r)
{
	struct target t = { .name = on->name, .link = on->link, .old = v };
	struct txn dry = *x;
	int err;

	dry.r = r;
	t.plan.chain = malloc(sizeof(*t.plan.chain));
	if (!t.plan.chain)
		return report_no_memory(r);
	chain_init(t.plan.chain);
	err = target_apply(&dry, &t);
	free(t.plan.chain);
	return err;
}

/* A file without a line at fault has the place of its fault in the sentence. */
static void name_device(const struct txn *x, const struct target *t, struct report *r)
{
	if (r->status != STATUS_NOT_TRIED || x->rq->verb != VERB_RESTORE)
		report_context(r, "dev %s", t->link.ifname);
}

int txn_check_edit(const struct txn *x, struct view *const *views)
{
	bool whole_chain = x->rq->verb == VERB_RESTORE || x->rq->verb == VERB_APPLY;
	int err = 0;

	for (unsigned int i = 0; !err && i < x->n; i++) {
		struct report own = REPORT_INIT;

		if (!whole_chain && (views[i]->kind != VIEW_CHAIN || !view_is_whole(views[i])))
			continue;
		err = try_edit(x, &x->targets[i], views[i], &own);
		if (err) {
			name_device(x, &x->targets[i], &own);
			report_fail(x->r, own.status, -err, "%s", report_error(&own));
		}
		report_free(&own);
	}
	return err;
}
