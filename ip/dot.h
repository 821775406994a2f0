/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A chain as a graph, in the language of graphviz. */
#ifndef DOT_H
#define DOT_H

#include "model/counts.h"
#include "session/session.h"

/*
 * dot_print() - the graph of a chain, on stdout
 * @counts: what it has counted, NULL for nothing
 *
 * A node for each entry, in grey if it is disabled, and nodes where packets enter and
 * leave; an edge for each path between two of them, with its verdicts.
 */
void dot_print(const struct view *v, const struct chain_counts *counts);

/* dot_run() - of the one device of a request.  -ENOENT if there is no chain. */
int dot_run(struct session *s, const struct request *rq, struct report *r);

#endif
