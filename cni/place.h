/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface that gets the chain: the container's, or its other end on the host. */
#ifndef CNI_PLACE_H
#define CNI_PLACE_H

#include <net/if.h>

#include "config.h"
#include "environment.h"
#include "error.h"

/*
 * struct cni_place
 * @home: fd of the network namespace that the plugin was called in
 * @home_path: a path to it, which leads there from everywhere
 * @netns: of the interface, NULL for that one
 * @ifindex: of the interface, 0 for any
 */
struct cni_place {
	int home;
	char home_path[32];
	const char *netns;
	char ifname[IFNAMSIZ];
	int ifindex;
};

/* cni_place_open() - only the plugin's own namespace, and that the container's is
 * another one.  0 or -1 with the error; close in either case. */
int cni_place_open(struct cni_place *p, const struct cni_environment *env, struct cni_error *e);

/* cni_place_find() - find the interface, or what is known of it */
int cni_place_find(struct cni_place *p, const struct cni_environment *env,
		   const struct cni_config *c, struct cni_error *e);

void cni_place_close(struct cni_place *p);

#endif
