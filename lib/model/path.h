/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path of one packet through a chain.  Pure. */
#ifndef XM_PATH_H
#define XM_PATH_H

#include "model/chain.h"
#include "model/counts.h"

/*
 * struct path_step - an entry that ran for a packet
 * @verdict: what its program returned, VERDICT_OTHER if that is not a verdict
 * @ns: run time of the program, 0 if it was not measured
 */
struct path_step {
	unsigned int slot;
	unsigned int verdict;
	unsigned int ns;
};

/*
 * struct path
 * @steps: the @n steps, in order
 * @verdict: the final verdict; the kernel aborts the packet if it is VERDICT_OTHER
 */
struct path {
	struct path_step steps[CHAIN_MAX];
	unsigned int n;
	unsigned int verdict;
};

/*
 * path_of_counts() - derive the steps of the only packet that was counted
 * @counted: the counters of each entry; a chain leads only forward, so the steps are in
 *	     the order of the entries
 */
void path_of_counts(const struct chain *c, const struct chain_counts *counted, struct path *p);

/*
 * path_end_by_libxdp() - correct the verdict for a dispatcher of libxdp
 *
 * libxdp's dispatcher returns PASS when its last program returns a verdict in its
 * proceed-on set.  @p->verdict is what our dispatcher would return.
 */
void path_end_by_libxdp(const struct chain *c, struct path *p);

#endif
