// SPDX-License-Identifier: GPL-2.0-or-later
/* What is on the interfaces. */
#include "show.h"

#include "printer.h"

static int show_view(const struct view *v, void *arg)
{
	printer_view(arg, v);
	return 0;
}

int show_run(struct session *s, const struct request *rq, const struct options *opts,
	     struct report *r)
{
	struct output out;
	int err;

	output_begin(&out, opts);
	err = session_each_view(s, rq->devs, rq->n_devs, show_view, &out, r);
	return output_end(&out, err, r);
}
