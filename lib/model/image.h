/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dispatcher's instructions, generated for exactly one chain.  Pure: needs
 * the uapi header for the instruction encoding and nothing else.
 */
#ifndef XM_IMAGE_H
#define XM_IMAGE_H

#include <stddef.h>

#include <linux/bpf.h>

#include "model/chain.h"

#define IMAGE_STOP (-1)

/*
 * struct image_slot - where the chain goes on after a slot's program
 * @next: per verdict, the slot to run next (behind this one; one past the last
 *	  ends the chain), or IMAGE_STOP to end with that verdict
 * @tail: its stub tail-calls the program at index @entry of the map of entries;
 *	  else it is there to be replaced
 * @row: where it counts, if it does
 */
struct image_slot {
	int next[N_VERDICTS];
	bool tail;
	unsigned int entry;
	unsigned int row;
};

/*
 * struct image - main function first, then one stub per slot
 * @func: index of the first instruction of main and of each stub; 0 for a last
 *	  slot without a stub: main itself makes its tail call
 */
struct image {
	struct bpf_insn *insns;
	size_t n_insns;
	size_t func[1 + CHAIN_MAX];
	unsigned int n_slots;
};

/* image_rules() - the rules of the entries that are called, as a chain says
 * them.  Disabled entries have no slot in the image.  Returns their number. */
unsigned int image_rules(const struct chain *c, struct image_slot *slots);

/*
 * image_build() - generate the program
 * @n: number of slots, 0 to CHAIN_MAX
 * @entries: fd of the map of entries, for slots with a tail call
 *
 * The rule: a verdict goes on as its slot says, or ends the chain; 31 (what a
 * stub without a program returns) runs the next slot and keeps the last real
 * verdict; anything else above 4 ends the chain as it is.  Behind the last slot
 * the last real verdict counts, PASS if there was none.  Where only PASS goes on
 * nothing looks at what the last program returns, so that its 31 ends the chain
 * as it is; without a program the last stub returns PASS then.
 *
 * Each stub holds a call that may change packet data, never reached: newer
 * kernels let only such a function be replaced by a program that does.  A stub
 * with a tail call aborts when the kernel refuses the call: going on would let
 * packets pass by a filter.  Returns 0 or -ENOMEM; release with image_free().
 */
int image_build(const struct image_slot *slots, unsigned int n, int entries, struct image *img);
void image_free(struct image *img);

#endif
