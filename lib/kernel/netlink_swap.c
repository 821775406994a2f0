// SPDX-License-Identifier: GPL-2.0-or-later
/* rtnetlink: swap the XDP program on an interface. */
#include "kernel/netlink_internal.h"

#include <errno.h>
#include <stdio.h>

#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "kernel/caps.h"
#include "kernel/netdev.h"
#include "kernel/refusal.h"

static __u32 mode_flag(enum xdp_mode mode)
{
	switch (mode) {
	case XDP_MODE_NATIVE:
		return XDP_FLAGS_DRV_MODE;
	case XDP_MODE_GENERIC:
		return XDP_FLAGS_SKB_MODE;
	case XDP_MODE_OFFLOAD:
		return XDP_FLAGS_HW_MODE;
	default:
		return 0;
	}
}

/*
 * EEXIST without a message.  If no program was expected and there is none, it does not mean
 * a lost race.  Otherwise assume that it does, because then the caller reads the state
 * again.
 */
static bool may_be_stale(const struct netlink_link *now, enum xdp_mode mode, int expected_fd)
{
	return expected_fd >= 0 || !now || now->modes & mode;
}

/* The errno that stands for what a refusal means, see netlink_swap(). */
static int refusal_errno(struct netlink *nl, int ifindex, enum xdp_mode mode, int expected_fd,
			 int err, const struct answer *answer)
{
	struct netlink_link link = { 0 };
	struct refusal_device dev = { 0 };
	struct answer ignored;
	struct netdev_features features;
	bool known = !netlink_get_by_index(nl, ifindex, &link, &ignored);

	dev.mtu = link.mtu;
	if (mode == XDP_MODE_NATIVE && netdev_features(nl, ifindex, &features))
		dev.features = &features.xdp;
	switch (refusal_of(err, answer->text, mode, &dev)) {
	case REFUSAL_STALE:
		return -ESTALE;
	case REFUSAL_NO_NATIVE:
		return -EOPNOTSUPP;
	case REFUSAL_FRAGS:
		return -ERANGE;
	case REFUSAL_MAYBE_FRAGS:
		return -EMSGSIZE;
	case REFUSAL_OTHER:
		break;
	}
	if (err == -EEXIST && !answer->text[0])
		return may_be_stale(known ? &link : NULL, mode, expected_fd) ? -ESTALE : err;
	return err == -EOPNOTSUPP || err == -ERANGE || err == -EMSGSIZE ? -EINVAL : err;
}

/* struct search - for the other device whose program is in the way */
struct search {
	const struct netlink_link *of;
	enum refusal_near near;
	char name[IFNAMSIZ];
};

static int look_near(const struct netlink_link *link, void *arg)
{
	struct search *s = arg;
	bool above = link->lower == s->of->ifindex || link->ifindex == s->of->master;

	if (link->modes && (s->near == NEAR_ABOVE ? above : link->master == s->of->ifindex))
		snprintf(s->name, sizeof(s->name), "%s", link->ifname);
	return *s->name ? 1 : 0;
}

/* struct refused - a request to attach or detach that the kernel refused with this errno */
struct refused {
	int err;
	enum xdp_mode mode;
	bool detach;
};

/* Find the remedy for a refusal with this message.  False if there is none. */
static bool advise(struct netlink *nl, int ifindex, const char *words, const struct refused *was,
		   char *todo, size_t size)
{
	struct netlink_link link = { 0 };
	struct search near = { .of = &link, .near = refusal_near(words) };
	struct answer ignored;

	if (netlink_get_by_index(nl, ifindex, &link, &ignored))
		return false;
	if (!was->detach && refusal_may_be_size(was->err, words, was->mode, link.mtu)) {
		snprintf(todo, size,
			 "the MTU may be too large: lower it with \"ip link set dev %s mtu %d\"",
			 link.ifname, ETH_DATA_LEN);
		return true;
	}
	if (near.near != NEAR_NONE)
		netlink_each_link(nl, look_near, &near, NULL);
	return *refusal_advice(words, link.ifname, near.name, todo, size);
}

static enum status swap_status(int err)
{
	switch (err) {
	case -ESTALE:
		return STATUS_RETRY;
	case -ENODEV:
	case -EPERM:
		return STATUS_NOT_TRIED;
	default:
		return STATUS_REFUSED;
	}
}

static struct nlmsghdr *put_request(char *buf, int ifindex, enum xdp_mode mode, int fd,
				    int expected_fd)
{
	struct nlmsghdr *nlh = netlink_put_header(buf, RTM_SETLINK, NLM_F_ACK, ifindex);
	struct nlattr *nest = mnl_attr_nest_start(nlh, IFLA_XDP);

	mnl_attr_put_u32(nlh, IFLA_XDP_FD, fd);
	mnl_attr_put_u32(nlh, IFLA_XDP_EXPECTED_FD, expected_fd);
	mnl_attr_put_u32(nlh, IFLA_XDP_FLAGS, XDP_FLAGS_REPLACE | mode_flag(mode));
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

int netlink_swap(struct netlink *nl, int ifindex, enum xdp_mode mode, int fd, int expected_fd,
		 struct report *r)
{
	char buf[REQUEST_MAX], text[EXTACK_MAX + 1], lacking[CAPS_TEXT_SIZE], todo[512];
	struct refused was = { .mode = mode, .detach = fd < 0 };
	struct answer answer;
	struct nlmsghdr *nlh;
	const char *why;
	int err;

	if (!mode_flag(mode))
		return report_fail(r, STATUS_NOT_TRIED, EINVAL, "XDP mode %d is not exactly one",
				   mode);
	nlh = put_request(buf, ifindex, mode, fd, expected_fd);
	err = netlink_exchange(nl, nlh, NULL, NULL, &answer);
	why = netlink_reason(&answer, err, text);
	if (!err) {
		if (answer.text[0])
			report_warn(r, "%s", why);
		return 0;
	}
	if (answer.lost)
		return report_fail(r, STATUS_REFUSED, EINPROGRESS,
				   "The kernel's reply to %s the dispatcher was lost: %s",
				   fd < 0 ? "detaching" : "attaching", why);
	was.err = err;
	err = refusal_errno(nl, ifindex, mode, expected_fd, err, &answer);
	if (err == -EPERM && caps_lacking(CAPS_ATTACH, lacking))
		return report_fail(r, STATUS_NOT_TRIED, EPERM,
				   "Cannot %s the dispatcher: requires %s",
				   fd < 0 ? "detach" : "attach", lacking);
	if (advise(nl, ifindex, answer.text, &was, todo, sizeof(todo)))
		return report_fail(r, swap_status(err), -err,
				   "the kernel refused to %s the dispatcher: %s; %s",
				   fd < 0 ? "detach" : "attach", answer.text[0] ? answer.text : why,
				   todo);
	return report_fail(r, swap_status(err), -err, "the kernel refused to %s the dispatcher: %s",
			   fd < 0 ? "detach" : "attach", why);
}
