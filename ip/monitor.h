/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "monitor": prints a line for each change of a chain. */
#ifndef MONITOR_H
#define MONITOR_H

#include "options.h"
#include "session/session.h"

/* monitor_run() - print changes until the process is ended */
int monitor_run(struct session *s, const struct request *rq, const struct options *opts,
		struct report *r);

#endif
