/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "repair" and "clean": handle what other tools have damaged or left behind. */
#ifndef UPKEEP_H
#define UPKEEP_H

#include "options.h"
#include "session/session.h"

/* upkeep_repair(), upkeep_clean() - run the command and print each step.  Return 0 or
 * -errno. */
int upkeep_repair(struct session *s, const struct request *rq, const struct options *opts,
		  struct report *r);
int upkeep_clean(struct session *s, const struct request *rq, const struct options *opts,
		 struct report *r);

#endif
