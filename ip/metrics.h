/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the state and the counters of chains for Prometheus. */
#ifndef METRICS_H
#define METRICS_H

#include "options.h"
#include "session/session.h"

/*
 * metrics_run() - print the metrics of the request's devices, or of all
 *
 * Uses the text format of Prometheus.  A device that cannot be read does not stop the
 * others.  Prints nothing if an error occurs before the first device was read.
 */
int metrics_run(struct session *s, const struct request *rq, const struct options *opts,
		struct report *r);

#endif
