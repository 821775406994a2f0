/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network namespaces: enter one without touching the mount namespace. */
#ifndef XM_NETNS_H
#define XM_NETNS_H

#include <stdbool.h>

#include "model/report.h"

struct netlink;

/* The namespace that this thread is in. */
#define NETNS_OWN "/proc/thread-self/ns/net"

/* The namespace of process 1, which is the host's. */
#define NETNS_INIT "/proc/1/ns/net"

/*
 * netns_open() - open a network namespace
 * @name: a name under /run/netns as "ip netns" makes them, a path (contains a
 *	  '/'), or a decimal process id; a name wins over a process id
 *
 * Returns a close-on-exec fd, or -errno with a sentence (STATUS_USAGE, as
 * iproute2 does, for a name that leads nowhere; else STATUS_NOT_TRIED).  The fd is
 * checked to be a network namespace.
 */
int netns_open(const char *name, struct report *r);

/*
 * netns_enter() - move this thread into the network namespace behind @fd
 *
 * Only the network namespace: "ip -n" of iproute2 also replaces /sys, which
 * hides the bpffs.  Returns 0 or -errno.
 */
int netns_enter(int fd, struct report *r);

/* netns_netlink() - netlink_open() in the namespace behind @fd; this thread is in its own again
 * afterwards.  0 or -errno: -EIO if it could not return. */
int netns_netlink(int fd, struct netlink **nl, struct report *r);

/* netns_same() - do two fds lead to the same namespace? */
bool netns_same(int a, int b);

/* netns_is_at() - 1 if @path leads to the namespace behind @fd, 0 if not, or -errno with a
 * sentence if that cannot be found out */
int netns_is_at(int fd, const char *path, struct report *r);

#endif
