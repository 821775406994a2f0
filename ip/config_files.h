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
 * struct config - the configuration of an interface
 * @rq: a copy of the request, with the entries of the files
 * @chosen: the @n files that apply
 * @texts: their contents, which the entries point to
 */
struct config {
	struct request rq;
	struct config_file *chosen;
	struct chainfile *texts;
	unsigned int n;
};

/*
 * config_read() - read the files for an interface
 * @rq: the request for all interfaces; @c gets a copy with the entries of the files, as
 *	the policy changes them, and with the mode and format of a chain file if the
 *	request leaves them open
 *
 * It is not an error if there is no file.  Fails with STATUS_NOT_TRIED and "FILE: ..."
 * or "FILE:LINE: ..."; free @c in any case.
 */
int config_read(struct config *c, struct netlink *nl, const struct netlink_link *link,
		const struct request *rq, struct report *r);
void config_free(struct config *c);

#endif
