/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets that are too large for a chain. */
#ifndef XM_OVERSIZE_H
#define XM_OVERSIZE_H

#include "chain/view.h"

/*
 * oversize_note() - a note if a chain may lose packets as large as the MTU
 *
 * Drivers check the MTU when a program is attached.  Some, virtio_net for one, let it be
 * raised later, and drop what does not fit one buffer if the program takes no others.  Not
 * of drivers that are known to refuse that or to take such packets another way.  Returns
 * false if there is no note.
 */
bool oversize_note(const struct view *v, char *buf, size_t size);

#endif
