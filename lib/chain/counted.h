/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the counters of a chain. */
#ifndef XM_COUNTED_H
#define XM_COUNTED_H

#include "chain/view.h"
#include "model/counts.h"

/*
 * counted_read() - the numbers of this moment
 * @v: of a chain, attached or not
 *
 * Returns 1 with the numbers in @out; 0 if the chain has no counters, or no longer has any;
 * or -errno with a sentence.
 */
int counted_read(const struct view *v, struct chain_counts *out, struct report *r);

#endif
