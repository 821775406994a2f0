/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints a chain as a graph in the language of graphviz. */
#ifndef DOT_H
#define DOT_H

#include "model/counts.h"
#include "options.h"
#include "session/session.h"

/*
 * dot_print() - print the graph of a chain on stdout
 * @counts: its counters, or NULL
 *
 * The graph has a node for each entry, grey if it is disabled, and nodes where packets
 * enter and leave; and an edge with verdicts for each path between two nodes.
 */
void dot_print(const struct view *v, const struct chain_counts *counts);

/* dot_run() - print the graph for the one device of a request.  -ENOENT if it has no
 * chain; -EINVAL with -json, because a graph is not JSON. */
int dot_run(struct session *s, const struct request *rq, const struct options *opts,
	    struct report *r);

#endif
