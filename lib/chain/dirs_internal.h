/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files about directories share. */
#ifndef DIRS_INTERNAL_H
#define DIRS_INTERNAL_H

#include <limits.h>

#include "chain/dirs.h"

#define MARK_UNASKED INT_MIN

/* dirs_update_link() - an interface that only we have changed since.  0 or -ENOMEM. */
int dirs_update_link(struct dirs *d, const struct netlink_link *link);

#endif
