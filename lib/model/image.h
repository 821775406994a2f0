/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generate the dispatcher's instructions for exactly one chain.  Pure: this needs
 * only the uapi header, for the instruction encoding.
 */
#ifndef XM_IMAGE_H
#define XM_IMAGE_H

#include <stddef.h>

#include <linux/bpf.h>

#include "model/chain.h"

#define IMAGE_STOP (-1)

/*
 * struct image_slot - where the chain continues after a slot's program
 * @next: per verdict, the next slot to run (a later one; one past the last ends
 *	  the chain), or IMAGE_STOP to end the chain with that verdict
 * @tail: the stub tail-calls the program at index @entry of the map of entries;
 *	  else a program replaces the stub
 * @row: the row of the slot's counters, if the dispatcher counts
 */
struct image_slot {
	int next[N_VERDICTS];
	bool tail;
	unsigned int entry;
	unsigned int row;
};

/*
 * struct image - main function first, then one stub per slot
 * @func: index of the first instruction of main and of each stub; 0 if the last
 *	  slot has no stub, because main itself makes its tail call
 */
struct image {
	struct bpf_insn *insns;
	size_t n_insns;
	size_t func[1 + CHAIN_MAX];
	unsigned int n_slots;
};

/* image_rules() - translate the rules of the enabled entries of a chain.  Disabled
 * entries have no slot in the image.  Returns the number of slots. */
unsigned int image_rules(const struct chain *c, struct image_slot *slots);

/*
 * image_build() - generate the program
 * @n: number of slots, 0 to CHAIN_MAX
 * @entries: fd of the map of entries, for slots with a tail call
 *
 * A verdict continues at the slot that @next gives, or ends the chain.  31, which a
 * stub without a program returns, runs the next slot and keeps the last real
 * verdict; any other value above 4 ends the chain unchanged.  After the last slot
 * the last real verdict counts, or PASS if there was none.  If only PASS continues,
 * main does not check what the last program returns, so that its 31 ends the chain
 * unchanged; the last stub without a program returns PASS in this case.
 *
 * Each stub has an unreachable call that may change packet data: newer kernels
 * allow a program that changes packet data to replace only such a function.  A stub
 * with a tail call aborts when the kernel refuses the call: to continue would let
 * packets bypass a filter.  Returns 0 or -ENOMEM; release with image_free().
 */
int image_build(const struct image_slot *slots, unsigned int n, int entries, struct image *img);
void image_free(struct image *img);

#endif
