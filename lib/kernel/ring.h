/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring buffer that programs write and this process reads. */
#ifndef XM_RING_H
#define XM_RING_H

#include <stddef.h>

#include "model/report.h"

struct ring;

/* ring_open() - @map stays the caller's.  0 or -errno; close in either case. */
int ring_open(int map, struct ring **ring, struct report *r);
void ring_close(struct ring *ring);

/* ring_fd() - is readable when something is there */
int ring_fd(const struct ring *ring);

/* ring_read() - call @fn for each record that is there, and do not wait; @fn returns 0
 * to go on.  What it stops at counts as read. */
void ring_read(struct ring *ring, int (*fn)(const void *data, size_t size, void *arg), void *arg);

#endif
