// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions for the members of a request. */
#include "model/request.h"

#include <stdlib.h>
#include <string.h>

struct entry_request *request_new_entry(struct request *rq, struct report *r)
{
	struct entry_request *e;

	e = realloc(rq->entries, (rq->n_entries + 1) * sizeof(*e));
	if (!e) {
		report_no_memory(r);
		return NULL;
	}
	rq->entries = e;
	e += rq->n_entries++;
	memset(e, 0, sizeof(*e));
	return e;
}

void request_free(struct request *rq)
{
	if (rq->test.change)
		request_free(rq->test.change);
	free(rq->test.change);
	free(rq->test.packets);
	memset(&rq->test, 0, sizeof(rq->test));
	free(rq->devs);
	free(rq->entries);
	free(rq->requirements);
	rq->devs = NULL;
	rq->entries = NULL;
	rq->requirements = NULL;
	rq->n_requirements = 0;
	rq->n_devs = rq->n_entries = 0;
}
