/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "trace": prints a line, or writes a record to a file, for each packet. */
#ifndef TRACE_RUN_H
#define TRACE_RUN_H

#include "options.h"
#include "session/session.h"

int trace_run(struct session *s, const struct request *rq, const struct options *opts,
	      struct report *r);

#endif
