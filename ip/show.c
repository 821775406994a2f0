// SPDX-License-Identifier: GPL-2.0-or-later
/* What is on the interfaces. */
#include "show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "printer.h"
#include "chain/view.h"

struct show {
	struct netlink *nl;
	struct store *store;
	struct output out;
	struct report *r;
};

static int show_link(const struct netlink_link *link, void *arg)
{
	struct show *sh = arg;
	struct view *v = calloc(1, sizeof(*v));
	int err;

	if (!v)
		return report_no_memory(sh->r);
	err = view_read_steadily(sh->nl, sh->store, link, v, sh->r);
	/* Gone meanwhile: as if it had never been there. */
	if (err == -ENODEV) {
		report_clear_error(sh->r);
		v->kind = VIEW_NONE;
	} else if (err && err != -ENOMEM) {
		v->kind = VIEW_FOREIGN;
		v->foreign = FOREIGN_UNREADABLE;
		snprintf(v->reason, sizeof(v->reason), "%.255s", sh->r->error);
		report_clear_error(sh->r);
	}
	if (err != -ENOMEM)
		printer_view(&sh->out, v);
	view_close(v);
	free(v);
	return err == -ENOMEM ? err : 0;
}

int show_run(struct netlink *nl, struct store *s, const struct request *rq,
	     const struct options *opts, struct report *r)
{
	struct show sh = { .nl = nl, .store = s, .r = r };
	struct netlink_link link;
	int err = 0;

	output_begin(&sh.out, opts);
	if (!rq->n_devs)
		err = netlink_each_link(nl, show_link, &sh, r);
	for (unsigned int i = 0; !err && i < rq->n_devs; i++) {
		err = netlink_link(nl, rq->devs[i], &link, r);
		if (!err)
			err = show_link(&link, &sh);
	}
	return output_end(&sh.out, err, r);
}
