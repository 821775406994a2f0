// SPDX-License-Identifier: GPL-2.0-or-later
/* Listens to the kernel's messages about interfaces. */
#include "kernel/netlink_events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "kernel/netlink_internal.h"

#define ROOM (4 << 20) /* room for many changes between two reads */

struct netlink_events {
	struct mnl_socket *sock;
	char buf[RECEIVE_MAX];
};

static int subscribe(struct netlink_events *e)
{
	int room = ROOM;

	e->sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!e->sock)
		return -errno;
	/* The second option is for processes that cannot exceed the limit. */
	if (setsockopt(mnl_socket_get_fd(e->sock), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(mnl_socket_get_fd(e->sock), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return mnl_socket_bind(e->sock, RTMGRP_LINK, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
}

int netlink_events_open(struct netlink_events **ep, struct report *r)
{
	struct netlink_events *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return report_no_memory(r);
	err = subscribe(e);
	if (!err) {
		*ep = e;
		return 0;
	}
	netlink_events_close(e);
	return report_fail(r, STATUS_NOT_TRIED, -err, "Cannot listen to the kernel: %s",
			   strerror(-err));
}

void netlink_events_close(struct netlink_events *e)
{
	if (e && e->sock)
		mnl_socket_close(e->sock);
	free(e);
}

int netlink_events_fd(const struct netlink_events *e)
{
	return mnl_socket_get_fd(e->sock);
}

static bool has_attr(const struct nlmsghdr *nlh, unsigned int type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(attr) == type)
			return true;
	}
	return false;
}

/* Some messages about bridges and wireless devices are about other things. */
static bool is_whole(const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifm = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifm) || ifm->ifi_family != AF_UNSPEC)
		return false;
	return nlh->nlmsg_type == RTM_DELLINK || has_attr(nlh, IFLA_XDP);
}

static int hand_on(const struct nlmsghdr *nlh,
		   int (*fn)(const struct netlink_event *event, void *arg), void *arg)
{
	struct netlink_event event = { .gone = nlh->nlmsg_type == RTM_DELLINK };

	if (nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK)
		return 0;
	if (!is_whole(nlh) || netlink_parse_link(nlh, &event.link) || !*event.link.ifname)
		return 0;
	event.moved = event.gone && has_attr(nlh, IFLA_NEW_NETNSID);
	return fn(&event, arg);
}

int netlink_events_read(struct netlink_events *e,
			int (*fn)(const struct netlink_event *event, void *arg), void *arg,
			struct report *r)
{
	const struct nlmsghdr *nlh;
	int err = 0, len;
	ssize_t got;

	for (;;) {
		got = mnl_socket_recvfrom(e->sock, e->buf, sizeof(e->buf));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return 0;
		if (got < 0 && (errno == ENOBUFS || errno == ENOSPC))
			return -ENOBUFS;
		if (got < 0)
			return report_fail(r, STATUS_NOT_TRIED, errno,
					   "Cannot listen to the kernel: %s", strerror(errno));
		len = got;
		for (nlh = (void *)e->buf; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			err = hand_on(nlh, fn, arg);
			if (err)
				return err;
		}
	}
}
