/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interface of an unconfirmed change after which nothing is attached to it.
 *
 * Other changes leave a program on the interface, which tells it from another one that gets its
 * index.  After this one the directory of the record has a map that holds the interface.
 */
#ifndef XM_UNDO_DEVICE_H
#define XM_UNDO_DEVICE_H

#include "chain/undo.h"

#define UNDO_DEVICE_PIN "interface"

/* undo_device_pin() - pin that map in the directory, if the change needs it.  0 or -errno. */
int undo_device_pin(int dir, const struct undo *u, struct report *r);

/* undo_device_netns() - inode of this thread's network namespace, 0 if it cannot be had */
__u64 undo_device_netns(void);

/* undo_device_look() - fill in @u->device of a record that was read from the directory.  0, or
 * -errno with a sentence for want of memory or descriptors. */
int undo_device_look(int dir, struct undo *u, struct report *r);

#endif
