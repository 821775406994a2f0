/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds and reads the configuration files of an interface, see xdp-multi.conf(5).
 * model/config.h decides which of them apply.
 *
 *	config_read() -> the request -> config_free()
 */
#ifndef CONFIG_FILES_H
#define CONFIG_FILES_H

#include "kernel/netlink.h"
#include "model/config.h"
#include "syntax/chainfile.h"

/*
 * struct config - what was read
 * @rq: the request that it was read for, with the entries of the files
 * @chosen: the files that count, @n of them
 * @texts: what is in them; entries point there
 */
struct config {
	struct request rq;
	struct config_file *chosen;
	struct chainfile *texts;
	unsigned int n;
};

/*
 * config_read() - read the files for an interface
 * @rq: what is asked for all interfaces; the result differs in the entries, of which the
 *	policy has made what it wants, and in what a chain file says of mode and format
 *	where the request says nothing
 *
 * No file at all is no entry and no error.  Fails with STATUS_NOT_TRIED and "FILE: ..."
 * or "FILE:LINE: ..."; free it in any case.
 */
int config_read(struct config *c, struct netlink *nl, const struct netlink_link *link,
		const struct request *rq, struct report *r);
void config_free(struct config *c);

#endif
