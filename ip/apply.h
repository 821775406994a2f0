/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "apply": chains become what the configuration files say. */
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
 * Of several devices, one of which the files are bad or whose change fails does not
 * keep the others from it.
 */
int apply_run(struct session *s, const struct request *rq, const struct txn_preview *preview,
	      struct report *r);

#endif
