/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change, from request to kernel:
 *
 *	verify -> lock -> read -> edit -> build -> check -> pin -> swap
 *	-> wait a grace period, and for who wants the lock -> unpin old -> unlock
 *
 * Packets see the old chain or the new one, complete.  Until the swap
 * everything new is an fd or a pin of this process's making and is taken back
 * on failure; after it the old chain's pins are all that is left to remove.
 */
#ifndef XM_TXN_H
#define XM_TXN_H

#include <errno.h>

#include "kernel/netlink.h"
#include "model/report.h"
#include "model/request.h"
#include "kernel/store.h"
#include "chain/view.h"

/*
 * struct txn_preview - what a dry run calls for each device
 *
 * With the chain @v that it would have, and what is there now: @old, which is the same
 * if nothing would change.
 */
struct txn_preview {
	void (*show)(const struct view *v, const struct view *old, void *arg);
	void *arg;
};

/* Returned when a device has not what the request's requirements were tried on. */
#define TXN_OUTDATED (-EKEYEXPIRED)

/*
 * txn_run() - carry out a changing request
 * @d: opened by the caller, in the right network namespace; forgotten afterwards
 * @source_nl: for share, a socket in the namespace of the device to copy from;
 *	       NULL when that is the same
 * @preview: for a dry run
 *
 * All devices of the request change, or none; a device that another process changed in
 * between is left alone and named.  Lost races are retried with a bound.  Returns 0, or
 * -errno with status and sentence in @r.
 */
int txn_run(struct dirs *d, struct netlink *source_nl, const struct request *rq,
	    const struct txn_preview *preview, struct report *r);

#endif
