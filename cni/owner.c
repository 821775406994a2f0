// SPDX-License-Identifier: GPL-2.0-or-later
/* The owner of a chain. */
#include "owner.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "cni "

void owner_write(char *owner, const char *network, const char *container, const char *ifname)
{
	snprintf(owner, OWNER_SIZE, PREFIX "%s %s %s", network, container, ifname);
}

bool owner_is(const char *owner, void *of)
{
	const struct owner_of *who = of;
	char wanted[OWNER_SIZE];

	owner_write(wanted, who->network, who->container, who->ifname);
	return !strcmp(owner, wanted);
}

bool owner_in_network(const char *owner, const char *network, const char **container,
		      const char **ifname)
{
	size_t len = strlen(network);
	const char *space;

	if (strncmp(owner, PREFIX, strlen(PREFIX)) != 0)
		return false;
	owner += strlen(PREFIX);
	if (strncmp(owner, network, len) != 0 || owner[len] != ' ')
		return false;
	*container = owner + len + 1;
	space = strchr(*container, ' ');
	if (!space)
		return false;
	*ifname = space + 1;
	return true;
}
