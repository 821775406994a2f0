/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dispatcher with its own copies of programs, which counts their verdicts. */
#ifndef XM_STAGE_H
#define XM_STAGE_H

#include "chain/built.h"
#include "dispatcher/template.h"
#include "model/counts.h"
#include "object/clone.h"
#include "trial/trial.h"

/*
 * struct trial_stage - a loaded copy of a chain
 * @chain: the chain, with the programs that were loaded for it
 * @clones: the program of each entry; empty if an earlier entry has the same program
 * @copies: copies of the maps of these programs
 * @template: the dispatcher that the programs were loaded against
 * @built, @counters: the dispatcher of the whole chain
 * @ends: dispatchers of the chain up to each slot, without counters; NULL until needed
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

/* stage_make() - load copies of the open programs of a chain.  Returns 0, or -errno with
 * nothing left. */
int stage_make(const struct chain *c, int ifindex, bool partial, const struct map_ids *before,
	       struct trial_stage **stage, struct report *r);

/* stage_build() - build the dispatcher with counters */
int stage_build(struct trial_stage *s, int ifindex, struct report *r);

/* stage_end() - the dispatcher of the chain up to @slot, built on first use; NULL with a
 * sentence if that fails */
const struct built *stage_end(struct trial_stage *s, unsigned int slot, int ifindex,
			      struct report *r);

void stage_close(struct trial_stage *s);

#endif
