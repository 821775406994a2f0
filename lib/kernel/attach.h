/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first program of an interface. */
#ifndef XM_ATTACH_H
#define XM_ATTACH_H

#include "kernel/netlink.h"
#include "model/request.h"

/* attach_mode() - the mode that is tried first; @modes: bits, 0 for auto */
enum xdp_mode attach_mode(unsigned int modes);

/*
 * attach_first() - attach a program where none is
 * @mode: the mode that it has then
 * @why: why native mode was refused, if that is so; else untouched
 *
 * In mode auto native, and generic only where the driver has no native mode.  Any
 * other refusal (MTU, queues) must not end in the slow mode.  Returns as
 * netlink_swap().
 */
int attach_first(struct netlink *nl, int ifindex, unsigned int modes, int fd, enum xdp_mode *mode,
		 char *why, size_t size, struct report *r);

#endif
