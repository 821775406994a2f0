/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters, as a table or as JSON. */
#ifndef PRINT_STATS_H
#define PRINT_STATS_H

#include "chain/view.h"
#include "kernel/run_stats.h"
#include "model/counts.h"
#include "output.h"

/*
 * struct shown_counts - what is to be printed with a device
 * @counts: NULL for nothing
 * @rates: what was counted in @ns nanoseconds, NULL where that is not known
 * @run: how often the dispatcher ran in this time, and how long; zeroed if that is not
 *	 known
 */
struct shown_counts {
	const struct chain_counts *counts;
	const struct chain_counts *rates;
	__u64 ns;
	struct run_stats run;
};

/* print_stats_json() - the object "stats" of the entry in @slot, or of the chain for
 * -1; nothing in text */
void print_stats_json(struct output *out, const struct shown_counts *s, int slot);

/* print_stats_runs() - how long a packet takes in the chain, if the kernel measured it */
void print_stats_runs(struct output *out, const struct shown_counts *s);

/* print_stats_table() - a row for each entry and one for the chain; nothing in JSON */
void print_stats_table(struct output *out, const struct view *v, const struct shown_counts *s);

#endif
