/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaches the first program of an interface. */
#ifndef XM_ATTACH_H
#define XM_ATTACH_H

#include "kernel/netlink.h"
#include "model/request.h"

/*
 * attach_mode() - the mode that a first program will have
 * @modes: bits that are wanted, 0 for auto
 *
 * In mode auto the mode that the driver announces, so that the dispatcher can be built for
 * it.  Native if the kernel does not report driver features (before Linux 6.3).
 */
enum xdp_mode attach_mode(struct netlink *nl, int ifindex, unsigned int modes);

/*
 * attach_first() - attach a program where none is
 * @mode: the mode that it has then
 * @why: why native mode was refused, if that is so; else untouched
 *
 * In mode auto native is always tried first, and then generic only if the driver has no
 * native mode: see refusal_of().  Any other refusal (MTU, queues, offloads) must not end in
 * the slow mode.  Returns as netlink_swap().
 */
int attach_first(struct netlink *nl, int ifindex, unsigned int modes, int fd, enum xdp_mode *mode,
		 char *why, size_t size, struct report *r);

#endif
