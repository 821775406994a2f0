// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the process that traces a chain. */
#include "chain/traced.h"

#include <errno.h>

#include "dispatcher/tracing.h"

int traced_read(const struct view *v, struct traced_by *by, struct report *r)
{
	struct tracing t;
	int err;

	if (!v->chain.traced)
		return 0;
	err = tracing_open(&v->prog, &t, r);
	if (!err)
		*by = (struct traced_by){
			.pid = t.conf->pid,
			.alive = tracing_is_alive(&t),
		};
	tracing_close(&t);
	return err ? err : 1;
}
