/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out why the kernel refused an XDP program, from its errno, its message and the
 * features of the driver.  The errno alone is not enough.  Pure.
 */
#ifndef XM_REFUSAL_H
#define XM_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "model/chain.h"

enum refusal {
	REFUSAL_OTHER,	     /* any other refusal; there is nothing to try */
	REFUSAL_STALE,	     /* another program is attached than expected */
	REFUSAL_NO_NATIVE,   /* the driver has no native mode */
	REFUSAL_FRAGS,	     /* packets may take several buffers */
	REFUSAL_MAYBE_FRAGS, /* this may be the reason, the driver does not say */
};

/*
 * struct refusal_device - what is known of the device
 * @features: its XDP features (NETDEV_XDP_ACT_*), NULL where the kernel does not
 *	      tell them
 */
struct refusal_device {
	unsigned int mtu;
	const __u64 *features;
};

/*
 * refusal_of() - what a refusal means
 * @err: negative errno of the request to attach
 * @text: extended ack, "" for none
 * @mode: in which the program was to be attached
 *
 * If the reason is unknown, it is not REFUSAL_NO_NATIVE, after which mode auto falls back
 * to the slow mode; and not REFUSAL_FRAGS if the driver does not support multi-buffer
 * packets at all.
 */
enum refusal refusal_of(int err, const char *text, enum xdp_mode mode,
			const struct refusal_device *dev);

/* enum refusal_near - whose program is in the way, beside the device itself */
enum refusal_near {
	NEAR_NONE,
	NEAR_ABOVE, /* that of a device on top of it */
	NEAR_PORT,  /* that of a port of it */
};

/* refusal_near() - what the kernel's message tells about that */
enum refusal_near refusal_near(const char *text);

/*
 * refusal_advice() - what to do about a refusal of the native mode or of the device
 * @text: extended ack
 * @dev: name of the device
 * @near: name of the other device, see refusal_near(); "" if it is unknown
 *
 * Writes a clause into @buf, "" if the kernel's message is enough; returns @buf.
 */
const char *refusal_advice(const char *text, const char *dev, const char *near, char *buf,
			   size_t size);

/* refusal_may_be_size() - does a driver that gives no message refuse the MTU, perhaps? */
bool refusal_may_be_size(int err, const char *text, enum xdp_mode mode, unsigned int mtu);

/* refusal_needs() - the text for what requires multi-buffer programs */
const char *refusal_needs(const char *text);

#endif
