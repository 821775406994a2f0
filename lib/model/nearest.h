/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find the entries whose names are most similar to a mistyped name.  Pure. */
#ifndef XM_NEAREST_H
#define XM_NEAREST_H

#include "model/chain.h"

/* nearest_names() - write up to three names of entries, each in quotes, the most similar
 * first; "" for an empty chain */
void nearest_names(const struct chain *c, const char *name, char *buf, size_t size);

#endif
