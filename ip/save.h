/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "save" prints chains as a file, and "restore all" reads such a file. */
#ifndef SAVE_H
#define SAVE_H

#include "model/report.h"
#include "model/request.h"
#include "session/session.h"

/*
 * save_run() - print the chain of the request's device, or those of all devices
 *
 * With all devices, a chain that cannot be saved does not stop the others; the error
 * reports it.
 */
int save_run(struct session *s, const struct request *rq, struct report *r);

/*
 * restore_all() - give each device in a file of several chains its chain
 * @preview: for a dry run
 *
 * Reads the whole file before it changes anything.  A device that cannot be changed does
 * not stop the others.
 */
int restore_all(struct session *s, const struct request *rq, const struct txn_preview *preview,
		struct report *r);

#endif
