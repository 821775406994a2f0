/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "apply": makes the chains that the configuration files define. */
#ifndef APPLY_H
#define APPLY_H

#include "model/report.h"
#include "model/request.h"
#include "options.h"
#include "session/session.h"

/*
 * apply_run() - one change for each device of the request
 * @preview: for a dry run
 *
 * If the files of one device are invalid, or its change fails, the others are still
 * changed.
 */
int apply_run(struct session *s, const struct request *rq, const struct txn_preview *preview,
	      struct report *r);

#endif
