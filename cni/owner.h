/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner of a chain, as its dispatcher stores it: "cni NETWORK CONTAINER IFNAME". */
#ifndef CNI_OWNER_H
#define CNI_OWNER_H

#include <stdbool.h>

#include "model/chain.h"

/* struct owner_of - one attachment */
struct owner_of {
	const char *network;
	const char *container;
	const char *ifname;
};

/* owner_write() - into @owner, of OWNER_SIZE bytes.  The names are valid ones. */
void owner_write(char *owner, const char *network, const char *container, const char *ifname);

/* owner_is() - is it the one of a struct owner_of? */
bool owner_is(const char *owner, void *of);

/* owner_in_network() - the container's id and the interface of an owner in a network,
 * as pointers into @owner; the id ends at a space.  False if it is another's. */
bool owner_in_network(const char *owner, const char *network, const char **container,
		      const char **ifname);

#endif
