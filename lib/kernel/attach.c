// SPDX-License-Identifier: GPL-2.0-or-later
/* The first program of an interface. */
#include "kernel/attach.h"

#include <errno.h>
#include <stdio.h>

enum xdp_mode attach_mode(unsigned int modes)
{
	return !modes || modes & XDP_MODE_NATIVE ? XDP_MODE_NATIVE : XDP_MODE_GENERIC;
}

int attach_first(struct netlink *nl, int ifindex, unsigned int modes, int fd, enum xdp_mode *mode,
		 char *why, size_t size, struct report *r)
{
	int err;

	*mode = attach_mode(modes);
	err = netlink_swap(nl, ifindex, *mode, fd, -1, r);
	if (err != -EOPNOTSUPP || (modes && modes != XDP_MODE_AUTO))
		return err;
	snprintf(why, size, "%s", report_error(r));
	report_clear_error(r);
	*mode = XDP_MODE_GENERIC;
	return netlink_swap(nl, ifindex, *mode, fd, -1, r);
}
