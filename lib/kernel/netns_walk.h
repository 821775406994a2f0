/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks the network namespaces of the machine that a mount or a process leads to. "ip
 * netns" and container runtimes make such mounts. */
#ifndef XM_NETNS_WALK_H
#define XM_NETNS_WALK_H

#include <sys/types.h>

#include <linux/types.h>

#include "model/report.h"

/*
 * struct netns_seen - one of them
 * @fd: open until @fn returns
 * @ino: its number, which no other one has as long as something keeps it
 * @cookie: as of netlink_netns()
 * @path: one that leads to it
 */
struct netns_seen {
	int fd;
	ino_t ino;
	__u64 cookie;
	const char *path;
};

/*
 * netns_walk() - call @fn for each, once
 * @fn: returns 0 to go on, or a value that ends the walk and is returned
 *
 * This thread is in its own namespace again when @fn is called.  Namespaces that only
 * a socket or a file keeps, and those that this process may not enter, are passed
 * over.  A shortage of memory or descriptors is an error.  0, -errno, or what @fn returned.
 */
int netns_walk(int (*fn)(const struct netns_seen *ns, void *arg), void *arg, struct report *r);

#endif
