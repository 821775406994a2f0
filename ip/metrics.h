/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of all chains and what they count, for Prometheus. */
#ifndef METRICS_H
#define METRICS_H

#include "session/session.h"

/*
 * metrics_run() - print the metrics of the request's devices, or of all
 *
 * In the text format of Prometheus: nothing at all where something fails.
 */
int metrics_run(struct session *s, const struct request *rq, struct report *r);

#endif
