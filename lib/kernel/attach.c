// SPDX-License-Identifier: GPL-2.0-or-later
/* Attaches the first program of an interface. */
#include "kernel/attach.h"

#include <errno.h>
#include <stdio.h>

#include "kernel/netdev.h"

static bool is_auto(unsigned int modes)
{
	return !modes || modes == XDP_MODE_AUTO;
}

enum xdp_mode attach_mode(struct netlink *nl, int ifindex, unsigned int modes)
{
	struct netdev_features features;

	if (!is_auto(modes))
		return modes & XDP_MODE_NATIVE ? XDP_MODE_NATIVE : XDP_MODE_GENERIC;
	return netdev_features(nl, ifindex, &features) && !(features.xdp & NETDEV_XDP_BASIC)
		       ? XDP_MODE_GENERIC
		       : XDP_MODE_NATIVE;
}

int attach_first(struct netlink *nl, int ifindex, unsigned int modes, int fd, enum xdp_mode *mode,
		 char *why, size_t size, struct report *r)
{
	int err;

	*mode = is_auto(modes) || modes & XDP_MODE_NATIVE ? XDP_MODE_NATIVE : XDP_MODE_GENERIC;
	err = netlink_swap(nl, ifindex, *mode, fd, -1, r);
	if (err != -EOPNOTSUPP || !is_auto(modes))
		return err;
	snprintf(why, size, "%s", report_error(r));
	report_clear_error(r);
	*mode = XDP_MODE_GENERIC;
	return netlink_swap(nl, ifindex, *mode, fd, -1, r);
}
