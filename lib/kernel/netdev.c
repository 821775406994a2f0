// SPDX-License-Identifier: GPL-2.0-or-later
/* Generic netlink: the XDP features of a device. */
#include "kernel/netdev.h"

#include <stddef.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "kernel/netlink_internal.h"

/* From linux/netdev.h (Linux 6.3). */
#define FAMILY_NAME	   "netdev"
#define FAMILY_VERSION	   1
#define CMD_DEV_GET	   1
#define A_DEV_IFINDEX	   1
#define A_DEV_XDP_FEATURES 3
#define A_DEV_RX_METADATA  5

static int find_family_id(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
	{
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
			*(__u16 *)arg = mnl_attr_get_u16(attr);
	}
	return 0;
}

/* struct found - what the answer about a device holds */
struct found {
	struct netdev_features *features;
	bool xdp;
};

static int find_features(const struct nlmsghdr *nlh, void *arg)
{
	struct found *f = arg;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
	{
		if (mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
			continue;
		if (mnl_attr_get_type(attr) == A_DEV_XDP_FEATURES) {
			f->features->xdp = mnl_attr_get_u64(attr);
			f->xdp = true;
		} else if (mnl_attr_get_type(attr) == A_DEV_RX_METADATA) {
			f->features->rx_metadata = mnl_attr_get_u64(attr);
		}
	}
	return 0;
}

static struct nlmsghdr *put_header(char *buf, int type, int cmd, int version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

/* 0 where there is no such family. */
static __u16 find_family(struct netlink *nl)
{
	struct answer answer;
	char buf[REQUEST_MAX];
	struct nlmsghdr *nlh = put_header(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	__u16 id = 0;

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, FAMILY_NAME);
	return netlink_exchange(nl, nlh, find_family_id, &id, &answer) ? 0 : id;
}

static bool get_features(struct netlink *nl, int ifindex, struct netdev_features *features)
{
	struct found f = { .features = features };
	__u16 family = find_family(nl);
	struct answer answer;
	char buf[REQUEST_MAX];
	struct nlmsghdr *nlh;

	*features = (struct netdev_features){ 0 };
	if (!family)
		return false;
	nlh = put_header(buf, family, CMD_DEV_GET, FAMILY_VERSION);
	mnl_attr_put_u32(nlh, A_DEV_IFINDEX, ifindex);
	return !netlink_exchange(nl, nlh, find_features, &f, &answer) && f.xdp;
}

bool netdev_features(struct netlink *nl, int ifindex, struct netdev_features *features)
{
	struct netlink *genl;
	bool found;

	if (netlink_open_protocol(&genl, NETLINK_GENERIC, NULL))
		return false;
	/* The new socket is in the namespace that this process is in now. */
	found = netlink_netns(genl) == netlink_netns(nl) && get_features(genl, ifindex, features);
	netlink_close(genl);
	return found;
}
