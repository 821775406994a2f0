/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is on the interfaces, as text or JSON. */
#ifndef SHOW_H
#define SHOW_H

#include "kernel/netlink.h"
#include "options.h"
#include "model/report.h"
#include "model/request.h"
#include "kernel/store.h"

/*
 * show_run() - print the chain of one device, or of all that have XDP
 * @s: opened, or NULL where there is no bpffs to look at
 *
 * A device that cannot be read is shown as such and does not end the listing.
 * Returns 0 or -errno.
 */
int show_run(struct netlink *nl, struct store *s, const struct request *rq,
	     const struct options *opts, struct report *r);

#endif
