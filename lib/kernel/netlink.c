// SPDX-License-Identifier: GPL-2.0-or-later
/* rtnetlink: read which XDP programs are on interfaces. */
#include "kernel/netlink_internal.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#define ALTNAME_MAX 128 /* ALTIFNAMSIZ, not exported by the kernel */
#define DUMP_TRIES  16

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71 /* in other places on some architectures */
#endif

/* ---- the socket ---- */

/* 0 where the kernel has none. */
static __u64 read_cookie(int fd)
{
	socklen_t size = sizeof(__u64);
	__u64 cookie = 0;

	return getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) ? 0 : cookie;
}

int netlink_open_protocol(struct netlink **nlp, int protocol, struct report *r)
{
	struct netlink *nl;
	int on = 1;
	int err;

	nl = malloc(sizeof(*nl));
	if (!nl)
		return report_no_memory(r);
	nl->seq = 0;
	nl->sock = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	if (!nl->sock) {
		err = errno;
		goto err_free;
	}
	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = errno;
		goto err_close;
	}
	/* Best effort: without them only the texts are missing. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	nl->portid = mnl_socket_get_portid(nl->sock);
	nl->netns = read_cookie(mnl_socket_get_fd(nl->sock));
	*nlp = nl;
	return 0;

err_close:
	mnl_socket_close(nl->sock);
err_free:
	free(nl);
	return report_fail(r, STATUS_NOT_TRIED, err, "Cannot open netlink socket: %s",
			   strerror(err));
}

int netlink_open(struct netlink **nl, struct report *r)
{
	return netlink_open_protocol(nl, NETLINK_ROUTE, r);
}

void netlink_close(struct netlink *nl)
{
	if (!nl)
		return;
	mnl_socket_close(nl->sock);
	free(nl);
}

__u64 netlink_netns(const struct netlink *nl)
{
	return nl->netns;
}

/* ---- reading ---- */

static __u32 get_u32(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_U32) < 0 ? 0 : mnl_attr_get_u32(attr);
}

/*
 * Only the per-mode ids count: IFLA_XDP_ATTACHED and the plain id say the same
 * with less, and the plain one is missing when there are two programs.
 */
static void parse_xdp(const struct nlattr *nest, struct netlink_link *link)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
	{
		switch (mnl_attr_get_type(attr)) {
		case IFLA_XDP_DRV_PROG_ID:
			link->native_id = get_u32(attr);
			break;
		case IFLA_XDP_SKB_PROG_ID:
			link->generic_id = get_u32(attr);
			break;
		case IFLA_XDP_HW_PROG_ID:
			link->offload_id = get_u32(attr);
			break;
		}
	}
	link->modes = (link->native_id ? XDP_MODE_NATIVE : 0) |
		      (link->generic_id ? XDP_MODE_GENERIC : 0) |
		      (link->offload_id ? XDP_MODE_OFFLOAD : 0);
}

static void parse_info(const struct nlattr *nest, struct netlink_link *link)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) if (mnl_attr_get_type(attr) == IFLA_INFO_KIND &&
						 mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
		snprintf(link->kind, sizeof(link->kind), "%s", mnl_attr_get_str(attr));
}

/* @elsewhere: set if the device that this one belongs to is in another namespace */
static void parse_attr(const struct nlattr *attr, struct netlink_link *link, bool *elsewhere)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
			snprintf(link->ifname, sizeof(link->ifname), "%s", mnl_attr_get_str(attr));
		break;
	case IFLA_MTU:
		link->mtu = get_u32(attr);
		break;
	case IFLA_LINK:
		link->lower = get_u32(attr);
		break;
	case IFLA_LINK_NETNSID:
		*elsewhere = true;
		break;
	case IFLA_MASTER:
		link->master = get_u32(attr);
		break;
	case IFLA_LINKINFO:
		if (mnl_attr_validate(attr, MNL_TYPE_NESTED) == 0)
			parse_info(attr, link);
		break;
	case IFLA_XDP:
		if (mnl_attr_validate(attr, MNL_TYPE_NESTED) == 0)
			parse_xdp(attr, link);
		break;
	}
}

/* The kinds whose IFLA_LINK is a device below them; a tunnel, for example, also has one. */
static bool is_on_top(const struct netlink_link *link)
{
	static const char *const kinds[] = { "vlan",   "macvlan", "macvtap",
					     "ipvlan", "ipvtap",  "macsec" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(link->kind, kinds[i]))
			return true;
	return false;
}

int netlink_parse_link(const struct nlmsghdr *nlh, struct netlink_link *link)
{
	const struct ifinfomsg *ifm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	bool elsewhere = false;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifm))
		return -EBADMSG;
	memset(link, 0, sizeof(*link));
	link->ifindex = ifm->ifi_index;
	mnl_attr_for_each(attr, nlh, sizeof(*ifm)) parse_attr(attr, link, &elsewhere);
	if (!strcmp(link->kind, "veth"))
		link->veth_peer = link->lower;
	if (elsewhere || !is_on_top(link))
		link->lower = 0;
	return 0;
}

static int parse_link(const struct nlmsghdr *nlh, void *arg)
{
	return netlink_parse_link(nlh, arg);
}

int netlink_get_by_index(struct netlink *nl, int ifindex, struct netlink_link *link,
			 struct answer *answer)
{
	char buf[REQUEST_MAX];

	return netlink_exchange(nl, netlink_put_header(buf, RTM_GETLINK, 0, ifindex), parse_link,
				link, answer);
}

static int get_by_attr(struct netlink *nl, int attr, const char *name, struct netlink_link *link,
		       struct answer *answer)
{
	size_t size = attr == IFLA_IFNAME ? IFNAMSIZ : ALTNAME_MAX;
	char buf[REQUEST_MAX];
	struct nlmsghdr *nlh;

	if (!name[0] || strlen(name) >= size)
		return -ENODEV;
	nlh = netlink_put_header(buf, RTM_GETLINK, 0, 0);
	mnl_attr_put_strz(nlh, attr, name);
	return netlink_exchange(nl, nlh, parse_link, link, answer);
}

bool netlink_name_valid(const char *name)
{
	if (!*name || strlen(name) >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' || isspace((unsigned char)*name))
			return false;
	return true;
}

/* "if7", as iproute2 writes an interface without a name; 0 if it is not that */
static int parse_if_number(const char *name)
{
	unsigned long n;
	char *end;

	if (strncmp(name, "if", 2) != 0 || name[2] < '1' || name[2] > '9')
		return 0;
	errno = 0;
	n = strtoul(name + 2, &end, 10);
	return *end || errno || n > INT_MAX ? 0 : (int)n;
}

static int link_failed(int err, const char *name, const struct answer *answer, struct report *r)
{
	char text[EXTACK_MAX + 1];

	if (err == -ENODEV)
		return report_fail(r, STATUS_NOT_TRIED, ENODEV, "Cannot find device \"%s\"", name);
	return report_fail(r, STATUS_NOT_TRIED, -err, "Cannot read device \"%s\": %s", name,
			   netlink_reason(answer, err, text));
}

int netlink_link(struct netlink *nl, const char *name, struct netlink_link *link, struct report *r)
{
	struct answer answer = { 0 };
	int ifindex, err;

	err = get_by_attr(nl, IFLA_IFNAME, name, link, &answer);
	if (err == -ENODEV)
		err = get_by_attr(nl, IFLA_ALT_IFNAME, name, link, &answer);
	ifindex = parse_if_number(name);
	if (err == -ENODEV && ifindex)
		err = netlink_get_by_index(nl, ifindex, link, &answer);
	return err ? link_failed(err, name, &answer, r) : 0;
}

int netlink_link_index(struct netlink *nl, int ifindex, struct netlink_link *link, struct report *r)
{
	struct answer answer = { 0 };
	char name[16];
	int err;

	/* The kernel would take an index below 1 for "none given": EINVAL. */
	err = ifindex < 1 ? -ENODEV : netlink_get_by_index(nl, ifindex, link, &answer);
	if (!err)
		return 0;
	snprintf(name, sizeof(name), "if%d", ifindex);
	return link_failed(err, name, &answer, r);
}

__u32 netlink_link_id(const struct netlink_link *link)
{
	return link->native_id	  ? link->native_id
	       : link->generic_id ? link->generic_id
				  : link->offload_id;
}

bool netlink_link_has(const struct netlink_link *link, __u32 id)
{
	return id && (link->native_id == id || link->generic_id == id);
}

/* struct link_list - what a dump has brought so far */
struct link_list {
	struct netlink_link *links;
	size_t n;
	size_t size;
};

static int append_link(const struct nlmsghdr *nlh, void *arg)
{
	struct link_list *list = arg;
	struct netlink_link *links;
	size_t size;
	int err;

	if (list->n == list->size) {
		size = list->size ? 2 * list->size : 64;
		links = reallocarray(list->links, size, sizeof(*links));
		if (!links)
			return -ENOMEM;
		list->links = links;
		list->size = size;
	}
	err = parse_link(nlh, &list->links[list->n]);
	if (!err)
		list->n++;
	return err;
}

static int compare_links(const void *a, const void *b)
{
	const struct netlink_link *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

/*
 * The whole list or an error.  Interfaces that come and go while the kernel
 * walks its table can make it skip others, so such a dump is not used.
 */
static int dump_links(struct netlink *nl, struct link_list *list, struct answer *answer)
{
	struct timespec pause = { .tv_nsec = 1000000 };
	char buf[REQUEST_MAX];
	int err;

	for (int i = 0; i < DUMP_TRIES; i++) {
		list->n = 0;
		err = netlink_exchange(nl, netlink_put_header(buf, RTM_GETLINK, NLM_F_DUMP, 0),
				       append_link, list, answer);
		if (err || !answer->interrupted)
			return err;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 100000000)
			pause.tv_nsec *= 2;
	}
	return -EAGAIN;
}

int netlink_each_link(struct netlink *nl, int (*fn)(const struct netlink_link *link, void *arg),
		      void *arg, struct report *r)
{
	struct link_list list = { 0 };
	struct answer answer;
	char text[EXTACK_MAX + 1];
	int err;

	err = dump_links(nl, &list, &answer);
	if (err == -EAGAIN)
		report_fail(r, STATUS_RETRY, EAGAIN, "The list of interfaces keeps changing");
	else if (err)
		report_fail(r, STATUS_NOT_TRIED, -err, "Cannot list interfaces: %s",
			    netlink_reason(&answer, err, text));
	if (!err && list.n)
		qsort(list.links, list.n, sizeof(*list.links), compare_links);
	for (size_t i = 0; !err && i < list.n; i++)
		err = fn(&list.links[i], arg);
	free(list.links);
	return err;
}
