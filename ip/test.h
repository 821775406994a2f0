/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "test": sends packets through a chain that is not attached. */
#ifndef TEST_H
#define TEST_H

#include "options.h"
#include "session/session.h"

/* test_run_packets() - test the packets of the request and print the verdicts of each */
int test_run_packets(struct session *s, const struct request *rq, const struct options *opts,
		     struct report *r);

#endif
