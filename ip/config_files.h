/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the configuration files say of an interface, see xdp-multi.conf(5).  Which of
 * them count is for model/config.h to tell; here they are found and read.
 *
 *	config_read() -> the request -> config_free()
 */
#ifndef CONFIG_FILES_H
#define CONFIG_FILES_H

#include "chainfile.h"
#include "kernel/netlink.h"
#include "model/config.h"

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

/* config_check_root() - the directory that files are looked for below has to be there,
 * or a mistyped one would read as no configuration at all; NULL is the system's */
int config_check_root(const char *root, struct report *r);

/*
 * config_read_file() - read a file, which has to be a regular one
 * @text: what is in it, to be freed
 * @masks: set in its place for one that is empty or a link to /dev/null: it is there to
 *	   say that another one does not count
 *
 * -ESTALE if it is not there any more; a link that leads nowhere is another error.
 */
int config_read_file(const char *path, char **text, bool *masks, struct report *r);

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
