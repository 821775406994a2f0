/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints counters as a table or as JSON. */
#ifndef PRINT_STATS_H
#define PRINT_STATS_H

#include "chain/view.h"
#include "kernel/run_stats.h"
#include "model/counts.h"
#include "output.h"

/*
 * struct shown_counts - the counters to print with a device
 * @counts: the counters, or NULL
 * @rates: the increase in @ns nanoseconds, NULL if unknown
 * @run: number and total time of the dispatcher's runs in this time; zeroed if unknown
 */
struct shown_counts {
	const struct chain_counts *counts;
	const struct chain_counts *rates;
	__u64 ns;
	struct run_stats run;
};

/* print_stats_json() - print the object "stats" of the entry in @slot, or of the chain if
 * @slot is -1; prints nothing in text */
void print_stats_json(struct output *out, const struct shown_counts *s, int slot);

/* print_stats_runs() - print the time of a packet in the chain, if the kernel measured
 * it */
void print_stats_runs(struct output *out, const struct shown_counts *s);

/* print_stats_table() - print a row for each entry and one for the chain; prints nothing in
 * JSON */
void print_stats_table(struct output *out, const struct view *v, const struct shown_counts *s);

#endif
