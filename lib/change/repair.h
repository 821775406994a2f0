/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Repairs chains that other tools have damaged: objects that are still in use are pinned
 * again, and detached chains are attached again.
 */
#ifndef XM_REPAIR_H
#define XM_REPAIR_H

#include "kernel/netlink.h"
#include "model/report.h"
#include "model/request.h"
#include "kernel/store.h"
#include "chain/view.h"

enum repair_step {
	REPAIR_ATTACH,
	REPAIR_PIN,
};

/*
 * repair_run() - repair the chains of a request
 * @fn: called for each step that was done, or with a dry run would be
 *
 * A chain that is whole needs no step.  Takes the lock.  If something is lost for good, the
 * error names it after the rest is done.  Returns 0 or -errno.
 */
int repair_run(struct dirs *d, const struct request *rq,
	       void (*fn)(const struct view *v, enum repair_step step, void *arg), void *arg,
	       struct report *r);

#endif
