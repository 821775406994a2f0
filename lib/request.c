// SPDX-License-Identifier: GPL-2.0-or-later
/* A request applied to a chain. */
#include "request.h"

#include <errno.h>

static int edit_del(const struct request *rq, struct chain *c,
		    struct report *r)
{
	int slot = chain_find(c, &rq->selector, r);

	if (slot == -ENOENT && rq->if_exists) {
		report_clear_error(r);
		return 0;
	}
	if (slot < 0)
		return slot;
	chain_del(c, slot);
	return 0;
}

int request_edit(const struct request *rq, const struct entry *e,
		 struct chain *c, struct report *r)
{
	int slot;

	switch (rq->verb) {
	case VERB_ADD:
		slot = chain_add(c, e, r);
		return slot < 0 ? slot : 0;
	case VERB_DEL:
		return edit_del(rq, c, r);
	case VERB_FLUSH:
		c->n = 0;
		return 0;
	default:
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "This command changes nothing");
	}
}
