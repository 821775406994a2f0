/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way of one packet through a chain.  Pure. */
#ifndef XM_PATH_H
#define XM_PATH_H

#include "model/chain.h"
#include "model/counts.h"

/*
 * struct path_step - an entry that a packet met
 * @verdict: what its program returned, VERDICT_OTHER for what is no verdict
 * @ns: how long that took, 0 if it was not measured
 */
struct path_step {
	unsigned int slot;
	unsigned int verdict;
	unsigned int ns;
};

/*
 * struct path
 * @steps: in order, @n of them
 * @verdict: what became of the packet, VERDICT_OTHER: the kernel aborts it
 */
struct path {
	struct path_step steps[CHAIN_MAX];
	unsigned int n;
	unsigned int verdict;
};

/*
 * path_of_counts() - the steps of the only packet that was counted
 * @counted: of each entry; a chain leads forward only, so their order is that of the
 *	     steps
 */
void path_of_counts(const struct chain *c, const struct chain_counts *counted, struct path *p);

/*
 * path_end_by_libxdp() - the verdict where the dispatcher is not one of ours
 *
 * libxdp's passes when the last of its programs returns a verdict to go on after.
 * @p->verdict is what ours would return.
 */
void path_end_by_libxdp(const struct chain *c, struct path *p);

#endif
