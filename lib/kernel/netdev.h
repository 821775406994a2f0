/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generic netlink, family "netdev": which kinds of XDP a device has. */
#ifndef XM_NETDEV_H
#define XM_NETDEV_H

#include <stdbool.h>

#include <linux/types.h>

#include "kernel/netlink.h"

/* enum netdev_xdp_act of linux/netdev.h, which distributions may not have yet */
#define NETDEV_XDP_BASIC (1ULL << 0) /* native mode */
#define NETDEV_XDP_RX_SG (1ULL << 5) /* multi-buffer packets */

/*
 * struct netdev_features - what the driver announces
 * @xdp: NETDEV_XDP_ACT_*
 * @rx_metadata: NETDEV_XDP_RX_METADATA_* (Linux 6.7), what programs can ask it about
 */
struct netdev_features {
	__u64 xdp;
	__u64 rx_metadata;
};

/*
 * netdev_features() - the features that the driver announces
 * @nl: socket of the device's network namespace
 *
 * Needs no rights.  False where they cannot be had: before Linux 6.3 there is no
 * such family.
 */
bool netdev_features(struct netlink *nl, int ifindex, struct netdev_features *features);

#endif
