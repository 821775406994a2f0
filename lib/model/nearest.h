/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries whose names are most like a name that was mistyped.  Pure. */
#ifndef XM_NEAREST_H
#define XM_NEAREST_H

#include "model/chain.h"

/* nearest_names() - write up to three names of entries, each in quotes, the likest
 * first; "" for an empty chain */
void nearest_names(const struct chain *c, const char *name, char *buf, size_t size);

#endif
