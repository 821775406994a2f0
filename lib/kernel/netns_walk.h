/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network namespaces of the machine, as far as something leads to them: a mount,
 * as "ip netns" and container runtimes make it, or a process. */
#ifndef XM_NETNS_WALK_H
#define XM_NETNS_WALK_H

#include <linux/types.h>

#include "model/report.h"

/*
 * netns_walk() - call @fn for each, once
 * @fn: @fd is open until it returns, @cookie as of netlink_netns(); it returns 0 to go
 *	on, or a value that ends the walk and is returned
 *
 * This thread is in its own namespace again when @fn is called.  Namespaces that only
 * a socket or a file keeps, and those that this process may not enter, are passed
 * over.
 */
int netns_walk(int (*fn)(int fd, __u64 cookie, void *arg), void *arg, struct report *r);

#endif
