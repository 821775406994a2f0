/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtnetlink, the one door to libmnl: which XDP program is on an interface, and
 * the swap of that program for another.
 *
 *	netlink_open() -> netlink_link() / netlink_each_link() -> netlink_swap()
 *	-> netlink_close()
 *
 * The socket belongs to the network namespace it was opened in.
 */
#ifndef XM_NETLINK_H
#define XM_NETLINK_H

#include <net/if.h>
#include <stdbool.h>

#include <linux/types.h>

#include "model/chain.h"
#include "model/report.h"

struct netlink;

/*
 * struct netlink_link - an interface and the XDP programs on it
 * @modes: bits of enum xdp_mode that have a program
 * @native_id, @generic_id, @offload_id: program ids, 0 where there is none
 * @kind: "veth", "bridge" ...; "" for one that is no more than its driver
 * @veth_peer: of one end of a veth: index of the other, in the other's namespace
 * @lower: of a device on top of another, such as a VLAN: index of the latter, if both are in
 *	   this namespace
 * @master: of a port: index of its bond, bridge, ...
 */
struct netlink_link {
	int ifindex;
	char ifname[IFNAMSIZ];
	unsigned int mtu;
	unsigned int modes;
	__u32 native_id;
	__u32 generic_id;
	__u32 offload_id;
	char kind[16];
	int veth_peer;
	int lower;
	int master;
};

/* netlink_open() - open a socket in the current network namespace, with
 * extended acknowledgements switched on (capped too).  0 or -errno. */
int netlink_open(struct netlink **nl, struct report *r);
void netlink_close(struct netlink *nl);

/* netlink_name_valid() - can an interface have this name?  The kernel's rule; an
 * alternative name may be longer. */
bool netlink_name_valid(const char *name);

/* netlink_netns() - the cookie of the network namespace, which no other gets
 * until the next boot; 0 where the kernel has none (before Linux 5.14) */
__u64 netlink_netns(const struct netlink *nl);

/*
 * netlink_link() - look an interface up by name, alternative name or "ifN"
 *
 * Returns 0, -ENODEV with "Cannot find device "NAME"" (STATUS_NOT_TRIED), or
 * another -errno.
 */
int netlink_link(struct netlink *nl, const char *name, struct netlink_link *link, struct report *r);

/* netlink_link_index() - the same by index; -ENODEV when it is gone. */
int netlink_link_index(struct netlink *nl, int ifindex, struct netlink_link *link,
		       struct report *r);

/* netlink_link_id() - of the program that is attached, in whichever mode; 0 for none */
__u32 netlink_link_id(const struct netlink_link *link);

/* netlink_link_has() - is the program with this id attached, in software? */
bool netlink_link_has(const struct netlink_link *link, __u32 id);

/*
 * netlink_each_link() - call @fn for each interface of the namespace in order
 * of index.  An interrupted dump is repeated (bounded, then -EAGAIN with
 * STATUS_RETRY).  @fn returns 0 to go on, or a negative value that ends the walk
 * and is returned.  The dump is over by then: @fn may use @nl.
 */
int netlink_each_link(struct netlink *nl, int (*fn)(const struct netlink_link *link, void *arg),
		      void *arg, struct report *r);

/*
 * netlink_swap() - replace the program on an interface, if it is the expected
 * @fd: the new program, or -1 to detach
 * @expected_fd: the program that must be attached in @mode now, or -1 for none
 *
 * Always sent with XDP_FLAGS_REPLACE, IFLA_XDP_EXPECTED_FD and the flag of
 * @mode: the kernel ignores the expectation without the former, and guesses the
 * mode without the latter.  The kernel's extended ack is part of every error; one
 * on success becomes a warning.  The sentence does not name the interface.
 *
 * Returns 0 or (STATUS_REFUSED unless said otherwise)
 *   -ESTALE      something else is attached than expected: a lost race
 *		  (STATUS_RETRY)
 *   -EEXIST      a program is attached in another mode, or to an upper device
 *   -EBUSY       a bpf_link owns the hook (or the driver is busy)
 *   -EOPNOTSUPP  the driver has no native mode; no other refusal is reported so
 *   -ERANGE      packets may take several buffers (a large MTU), which the program
 *		  does not take
 *   -EMSGSIZE    that may be the reason: the driver gave none and the MTU is large
 *   -ENODEV      the interface is gone (STATUS_NOT_TRIED)
 *   -EPERM       no CAP_NET_ADMIN there (STATUS_NOT_TRIED)
 *   -EINPROGRESS the request was sent and its answer was lost: it may have been
 *		  done or not
 *   -errno       any other refusal (MTU, queues, ...)
 */
int netlink_swap(struct netlink *nl, int ifindex, enum xdp_mode mode, int fd, int expected_fd,
		 struct report *r);

#endif
