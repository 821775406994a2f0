/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The environment that the runtime sets: the command, and the container that it is for. */
#ifndef CNI_ENVIRONMENT_H
#define CNI_ENVIRONMENT_H

#include <stdbool.h>

#include "error.h"

enum cni_command {
	CNI_ADD,
	CNI_DEL,
	CNI_CHECK,
	CNI_GC,
	CNI_STATUS,
	CNI_VERSION,
};

#define CNI_NAME_MAX 255 /* of a container's id and of a network's name */

/*
 * struct cni_environment - borrowed from the environment
 * @netns: NULL if there is none
 */
struct cni_environment {
	enum cni_command command;
	const char *container;
	const char *netns;
	const char *ifname;
	bool may_be_own_netns;
};

/* cni_name_valid() - is it a container's id, or a network's name, as the
 * specification has them? */
bool cni_name_valid(const char *name);

/* cni_environment_read() - 0 or -1 with the error */
int cni_environment_read(struct cni_environment *env, struct cni_error *e);

#endif
