/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a container, as a runtime writes it to a hook's stdin. */
#ifndef OCI_STATE_H
#define OCI_STATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "model/report.h"

struct json_object;

/*
 * struct oci_state - release with oci_state_free(); the texts are borrowed from @root
 * @pid: 0 where there is no process any more
 * @stopped: the container has ended, or will not begin: the hook is poststop
 * @chain, @ifname: by annotation; NULL and "eth0" by default
 */
struct oci_state {
	struct json_object *root;
	const char *id;
	pid_t pid;
	bool stopped;
	const char *chain;
	const char *ifname;
};

/*
 * oci_state_read() - read it
 * @chain: where no annotation says which; NULL for none
 *
 * 0 or -errno with a sentence; free in either case.
 */
int oci_state_read(struct oci_state *s, const char *chain, struct report *r);
void oci_state_free(struct oci_state *s);

#endif
