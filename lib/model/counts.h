/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of a dispatcher, if they are on: packets by verdict, and bytes, in one
 * row for each entry and one row for the whole chain.  Pure.
 *
 * An entry keeps its row as long as it is in the chain, even if its place, name or
 * program changes, so that a new dispatcher continues the counters of the old one.
 */
#ifndef XM_COUNTS_H
#define XM_COUNTS_H

#include "model/chain.h"

/* Stands for a return value that is not a verdict; follows the verdicts. */
#define VERDICT_OTHER N_VERDICTS

/*
 * struct counts - one row
 * @verdicts: number of packets per verdict; VERDICT_OTHER last
 * @bytes: sum of the lengths that these packets had when the chain began
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
 * struct chain_counts - the counters of a chain
 * @entries: indexed by slot
 */
struct chain_counts {
	struct counts chain;
	struct counts entries[CHAIN_MAX];
};

/* counts_packets() - the sum over all verdicts */
__u64 counts_packets(const struct counts *c);

/* counts_verdict_name() - the word for a verdict, "other" for VERDICT_OTHER */
const char *counts_verdict_name(unsigned int verdict);

/* counts_of_chain() - sort the COUNTS_ROWS rows of the maps by slot */
void counts_of_chain(const struct chain *c, const struct counts *rows, struct chain_counts *out);

/* counts_since() - subtract two readings; a counter that decreased, because it was
 * reset, gives 0 */
void counts_since(const struct chain_counts *before, const struct chain_counts *now, unsigned int n,
		  struct chain_counts *out);

/*
 * counts_assign_rows() - assign a row to each entry without one
 * @old: the chain whose dispatcher counts in the same rows until this one takes over, so
 *	 the rows of its entries are still in use.  NULL for no such chain
 *
 * 0, or -ENOSPC without any change if too few rows are free.
 */
int counts_assign_rows(struct chain *c, const struct chain *old);

/* counts_has_row() - does an entry of the chain use this row? */
bool counts_has_row(const struct chain *c, unsigned int row);

#endif
