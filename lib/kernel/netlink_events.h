/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listens to the kernel's messages about interfaces.
 *
 *	netlink_events_open() -> poll netlink_events_fd() -> netlink_events_read() ...
 *	-> netlink_events_close()
 *
 * The kernel reports an XDP program that is attached or detached by netlink while the
 * interface is up. It does not report a bpf_link, nor changes while the interface is down.
 */
#ifndef XM_NETLINK_EVENTS_H
#define XM_NETLINK_EVENTS_H

#include "kernel/netlink.h"

struct netlink_events;

/*
 * struct netlink_event
 * @link: as it was then
 * @gone: it was deleted, or @moved to another network namespace
 */
struct netlink_event {
	struct netlink_link link;
	bool gone;
	bool moved;
};

/* netlink_events_open() - listen in the current network namespace.  0 or -errno. */
int netlink_events_open(struct netlink_events **e, struct report *r);
void netlink_events_close(struct netlink_events *e);
int netlink_events_fd(const struct netlink_events *e);

/*
 * netlink_events_read() - call @fn for each event that is there, and do not wait
 *
 * @fn returns 0 to go on or a negative value that ends it and is returned.  -ENOBUFS
 * without a sentence when the kernel had no room to keep some of them: they are lost.
 */
int netlink_events_read(struct netlink_events *e,
			int (*fn)(const struct netlink_event *event, void *arg), void *arg,
			struct report *r);

#endif
