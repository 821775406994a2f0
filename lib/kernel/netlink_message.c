// SPDX-License-Identifier: GPL-2.0-or-later
/* rtnetlink: messages to the kernel, and its answers. */
#include "kernel/netlink_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static void parse_extack(const struct nlmsghdr *nlh, struct answer *answer)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	unsigned int offset = sizeof(*err);
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += err->msg.nlmsg_len - sizeof(err->msg);
	mnl_attr_for_each(attr, nlh, offset)
	{
		if (mnl_attr_get_type(attr) != NLMSGERR_ATTR_MSG ||
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
			continue;
		snprintf(answer->text, sizeof(answer->text), "%s", mnl_attr_get_str(attr));
	}
}

static int parse_error(const struct nlmsghdr *nlh, struct answer *answer)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err))
		return -EBADMSG;
	parse_extack(nlh, answer);
	return err->error;
}

/* The end of a dump carries the error that ended it early, if any. */
static int parse_done(const struct nlmsghdr *nlh)
{
	int err = 0;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(nlh), sizeof(err));
	return err < 0 ? err : 0;
}

/* Handle one message.  Returns 1 to go on, 0 when that was the last one. */
static int handle_message(const struct nlmsghdr *nlh, link_fn fn, void *arg, struct answer *answer)
{
	int err;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		return parse_error(nlh, answer);
	case NLMSG_DONE:
		return parse_done(nlh);
	default:
		if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
			return 1;
		err = fn ? fn(nlh, arg) : 0;
		if (err)
			return err;
		return nlh->nlmsg_flags & NLM_F_MULTI ? 1 : 0;
	}
}

static int receive(struct netlink *nl, link_fn fn, void *arg, struct answer *answer)
{
	const struct nlmsghdr *nlh;
	ssize_t got;
	int len, err;

	for (;;) {
		got = mnl_socket_recvfrom(nl->sock, nl->buf, sizeof(nl->buf));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			answer->lost = true;
			return -errno;
		}
		len = got;
		for (nlh = (void *)nl->buf; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			/* The rest of a dump that we gave up on? */
			if (!mnl_nlmsg_seq_ok(nlh, nl->seq) ||
			    !mnl_nlmsg_portid_ok(nlh, nl->portid))
				continue;
			err = handle_message(nlh, fn, arg, answer);
			if (err <= 0)
				return err;
		}
	}
}

int netlink_exchange(struct netlink *nl, struct nlmsghdr *nlh, link_fn fn, void *arg,
		     struct answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	nlh->nlmsg_seq = ++nl->seq;
	while (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return receive(nl, fn, arg, answer);
}

struct nlmsghdr *netlink_put_header(char *buf, int type, int flags, int ifindex)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifm;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	ifm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifm));
	ifm->ifi_family = AF_UNSPEC;
	ifm->ifi_index = ifindex;
	/* Counters are most of the reply, and are not needed here. */
	if (type == RTM_GETLINK)
		mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return nlh;
}

const char *netlink_reason(const struct answer *answer, int err, char text[EXTACK_MAX + 1])
{
	size_t len = strlen(answer->text);

	if (!len)
		return strerror(-err);
	snprintf(text, EXTACK_MAX + 1, "%s%s", answer->text,
		 answer->text[len - 1] == '.' ? "" : ".");
	return text;
}
