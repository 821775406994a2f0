// SPDX-License-Identifier: GPL-2.0-or-later
/* The path of one packet through a chain. */
#include "model/path.h"

void path_of_counts(const struct chain *c, const struct chain_counts *counted, struct path *p)
{
	p->n = 0;
	for (unsigned int slot = 0; slot < c->n; slot++)
		for (unsigned int v = 0; v <= VERDICT_OTHER; v++)
			if (counted->entries[slot].verdicts[v])
				p->steps[p->n++] = (struct path_step){ .slot = slot, .verdict = v };
}

void path_end_by_libxdp(const struct chain *c, struct path *p)
{
	const struct path_step *last = p->n ? &p->steps[p->n - 1] : NULL;

	if (last && last->slot + 1 == c->n && last->verdict < N_VERDICTS &&
	    c->entries[last->slot].proceed_on & VERDICT_BIT(last->verdict))
		p->verdict = VERDICT_PASS;
}
