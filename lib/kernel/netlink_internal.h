/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the netlink files: messages and their answers. */
#ifndef NETLINK_INTERNAL_H
#define NETLINK_INTERNAL_H

#include <libmnl/libmnl.h>

#include "kernel/netlink.h"

/*
 * One interface's message can hold 64 KiB of alternative names and then the
 * rest; a datagram that does not fit would be cut off.
 */
#define RECEIVE_MAX (128 * 1024)
#define REQUEST_MAX 512
#define EXTACK_MAX  256

struct netlink {
	struct mnl_socket *sock;
	unsigned int portid;
	unsigned int seq;
	__u64 netns;
	char buf[RECEIVE_MAX];
};

/* struct answer - what the kernel said besides the data */
struct answer {
	bool interrupted;      /* the dump is not consistent */
	bool lost;	       /* sent, but no answer could be received */
	char text[EXTACK_MAX]; /* extended ack, empty if there was none */
};

/* netlink_parse_link() - an interface's message.  0 or -EBADMSG. */
int netlink_parse_link(const struct nlmsghdr *nlh, struct netlink_link *link);

typedef int (*link_fn)(const struct nlmsghdr *nlh, void *arg);

/* netlink_open_protocol() - netlink_open() for another family than rtnetlink */
int netlink_open_protocol(struct netlink **nl, int protocol, struct report *r);

/* netlink_exchange() - send a request and hand each message of the reply to @fn.
 * 0 or -errno, with what else the kernel said in @answer. */
int netlink_exchange(struct netlink *nl, struct nlmsghdr *nlh, link_fn fn, void *arg,
		     struct answer *answer);

/* netlink_get_by_index() - read an interface; without a sentence.  0 or -errno. */
int netlink_get_by_index(struct netlink *nl, int ifindex, struct netlink_link *link,
			 struct answer *answer);

/* netlink_put_header() - begin a message about an interface in @buf, which has
 * REQUEST_MAX bytes */
struct nlmsghdr *netlink_put_header(char *buf, int type, int flags, int ifindex);

/* netlink_reason() - the text for the user: the kernel's message, else that of the errno */
const char *netlink_reason(const struct answer *answer, int err, char text[EXTACK_MAX + 1]);

#endif
