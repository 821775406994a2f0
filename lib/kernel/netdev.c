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

/* struct wanted - the attribute of an answer that is looked for */
struct wanted {
	unsigned int type;
	enum mnl_attr_data_type data;
	bool found;
	__u64 value;
};

static int find_attr(const struct nlmsghdr *nlh, void *arg)
{
	struct wanted *w = arg;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
	{
		if (mnl_attr_get_type(attr) != w->type || mnl_attr_validate(attr, w->data) < 0)
			continue;
		w->value =
			w->data == MNL_TYPE_U64 ? mnl_attr_get_u64(attr) : mnl_attr_get_u16(attr);
		w->found = true;
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

static bool ask(struct netlink *nl, struct nlmsghdr *nlh, struct wanted *w)
{
	struct answer answer;

	return !netlink_exchange(nl, nlh, find_attr, w, &answer) && w->found;
}

static bool find_family(struct netlink *nl, __u16 *id)
{
	struct wanted w = { .type = CTRL_ATTR_FAMILY_ID, .data = MNL_TYPE_U16 };
	char buf[REQUEST_MAX];
	struct nlmsghdr *nlh = put_header(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, FAMILY_NAME);
	if (!ask(nl, nlh, &w))
		return false;
	*id = w.value;
	return true;
}

static bool get_features(struct netlink *nl, int ifindex, __u64 *features)
{
	struct wanted w = { .type = A_DEV_XDP_FEATURES, .data = MNL_TYPE_U64 };
	char buf[REQUEST_MAX];
	struct nlmsghdr *nlh;
	__u16 family;

	if (!find_family(nl, &family))
		return false;
	nlh = put_header(buf, family, CMD_DEV_GET, FAMILY_VERSION);
	mnl_attr_put_u32(nlh, A_DEV_IFINDEX, ifindex);
	if (!ask(nl, nlh, &w))
		return false;
	*features = w.value;
	return true;
}

bool netdev_xdp_features(struct netlink *nl, int ifindex, __u64 *features)
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
