/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is an interface still the one that it was?  Its index, its name and its addresses can be those
 * of another one by now.
 *
 * A device map holds an interface, not its index: the kernel removes the interface from such maps
 * when it is deleted, or moved to another network namespace.
 */
#ifndef XM_PRESENCE_H
#define XM_PRESENCE_H

#include "model/report.h"

/* presence_make() - a map that holds an interface of this thread's network namespace.  Fd to be
 * pinned, or -errno: -ENODEV if there is no such interface. */
int presence_make(int ifindex, struct report *r);

/* presence_lasts() - 1 if the interface of such a map has been there since, 0 if it was deleted
 * or moved, or -errno */
int presence_lasts(int fd);

#endif
