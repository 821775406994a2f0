// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the counters of a chain. */
#include "chain/counted.h"

#include <errno.h>
#include <stdlib.h>

#include "dispatcher/counters.h"

int counted_read(const struct view *v, struct chain_counts *out, struct report *r)
{
	struct counts *rows;
	struct counters k;
	int err;

	if (!v->chain.stats)
		return 0;
	rows = calloc(COUNTS_ROWS, sizeof(*rows));
	if (!rows)
		return report_no_memory(r);
	err = counters_open(&v->prog, &k, r);
	if (!err)
		err = counters_read(&k, rows, r);
	if (!err)
		counts_of_chain(&v->chain, rows, out);
	counters_close(&k);
	free(rows);
	if (err != -ENOENT)
		return err ? err : 1;
	/* Another process turned them off or removed the chain after the view was read. */
	report_clear_error(r);
	return 0;
}
