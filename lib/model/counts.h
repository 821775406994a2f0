/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a dispatcher counts when that is switched on: packets by verdict, and bytes,
 * in a row for each entry and one for the chain as a whole.  Pure.
 *
 * An entry keeps its row as long as it is in the chain, whatever its place, its name
 * and its program become, so that one dispatcher can go on where another stopped.
 */
#ifndef XM_COUNTS_H
#define XM_COUNTS_H

#include "model/chain.h"

/* Behind the verdicts: what a program returns that is none. */
#define VERDICT_OTHER N_VERDICTS

/*
 * struct counts - one row
 * @verdicts: packets, by what came of them; VERDICT_OTHER last
 * @bytes: of all of these packets, as long as they were when the chain began
 */
struct counts {
	__u64 verdicts[N_VERDICTS + 1];
	__u64 bytes;
	__u64 unused;
};

_Static_assert(sizeof(struct counts) == 64, "a row is one cache line");

/* Rows 1 to CHAIN_MAX are for entries. */
#define COUNTS_CHAIN_ROW 0
#define COUNTS_ROWS	 (1 + CHAIN_MAX)

/*
 * struct chain_counts - what has been counted of a chain
 * @entries: by slot
 */
struct chain_counts {
	struct counts chain;
	struct counts entries[CHAIN_MAX];
};

/* counts_packets() - of all verdicts */
__u64 counts_packets(const struct counts *c);

/* counts_verdict_name() - the word for a verdict, "other" for VERDICT_OTHER */
const char *counts_verdict_name(unsigned int verdict);

/* counts_of_chain() - from the rows as the maps have them, COUNTS_ROWS of them */
void counts_of_chain(const struct chain *c, const struct counts *rows, struct chain_counts *out);

/* counts_since() - what was counted between two moments; what went back, because it
 * was reset, counts as nothing */
void counts_since(const struct chain_counts *before, const struct chain_counts *now, unsigned int n,
		  struct chain_counts *out);

/*
 * counts_assign_rows() - give a row to each entry that has none
 * @old: the chain whose dispatcher counts in the same rows until this one does: its
 *	 entries' rows are not free yet.  NULL for none
 *
 * 0, or -ENOSPC when too few rows are free: nothing is changed then.
 */
int counts_assign_rows(struct chain *c, const struct chain *old);

/* counts_has_row() - has an entry of the chain this row? */
bool counts_has_row(const struct chain *c, unsigned int row);

#endif
