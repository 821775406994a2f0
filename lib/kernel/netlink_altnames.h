/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink: the alternative names of an interface. */
#ifndef XM_NETLINK_ALTNAMES_H
#define XM_NETLINK_ALTNAMES_H

#include "kernel/netlink.h"

/* struct altnames - zeroed before they are read */
struct altnames {
	char **names;
	unsigned int n;
};

/*
 * altnames_read() - the alternative names of an interface, in the kernel's order
 *
 * Returns 0, -ENODEV when the interface is gone, or another -errno.  Release with
 * altnames_free() in any case.
 */
int altnames_read(struct netlink *nl, int ifindex, struct altnames *a, struct report *r);
void altnames_free(struct altnames *a);

#endif
