/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dispatcher with programs of its own, that counts what each of them returns. */
#ifndef XM_STAGE_H
#define XM_STAGE_H

#include "chain/built.h"
#include "dispatcher/template.h"
#include "model/counts.h"
#include "object/clone.h"
#include "trial/trial.h"

/*
 * struct trial_stage
 * @chain: what is tried, with the programs that were loaded for it
 * @clones: per entry; without a program where another entry has the same
 * @copies: their maps
 * @template: what they were loaded against
 * @built, @counters: the dispatcher of the whole chain
 * @ends: dispatchers of the chain up to each slot, which do not count; NULL before
 *	  they are needed
 */
struct trial_stage {
	struct chain chain;
	struct object *clones;
	struct map_copies copies;
	struct template template;
	struct built built;
	struct counters counters;
	struct built *ends[CHAIN_MAX];
};

/* stage_make() - load the programs of a chain, which are open, once more.  0 or
 * -errno, and nothing is left. */
int stage_make(const struct chain *c, int ifindex, bool partial, const struct map_ids *before,
	       struct trial_stage **stage, struct report *r);

/* stage_build() - and the dispatcher that counts */
int stage_build(struct trial_stage *s, int ifindex, struct report *r);

/* stage_end() - the dispatcher of the chain up to @slot, made when it is asked for; NULL
 * with a sentence if that fails */
const struct built *stage_end(struct trial_stage *s, unsigned int slot, int ifindex,
			      struct report *r);

void stage_close(struct trial_stage *s);

#endif
