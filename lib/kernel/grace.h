/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until no packet is inside a program that was just replaced. */
#ifndef XM_GRACE_H
#define XM_GRACE_H

#include <stdbool.h>

/*
 * grace_period() - return when every packet that entered before has left
 *
 * A synchronize_rcu() from user space: membarrier(2), or where that is refused
 * (nohz_full, seccomp) or does not wait (PREEMPT_RT on a single processor) the close
 * of a packet socket.  False if neither works:
 * then nothing may be unlinked that such a packet could still need.
 */
bool grace_period(void);

#endif
