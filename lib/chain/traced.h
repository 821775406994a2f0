/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the process that traces a chain. */
#ifndef XM_TRACED_H
#define XM_TRACED_H

#include "chain/view.h"

/* struct traced_by - @alive: the process is there still */
struct traced_by {
	__u32 pid;
	bool alive;
};

/* traced_read() - 1 with @by, 0 when the chain is not traced, or -errno with a
 * sentence */
int traced_read(const struct view *v, struct traced_by *by, struct report *r);

#endif
