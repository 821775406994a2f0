/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdict rule, written a second time and as plainly as can be: what the
 * generated instructions are compared with, in an interpreter and in the kernel.
 */
#ifndef VERDICT_MODEL_H
#define VERDICT_MODEL_H

#include <linux/types.h>

#include "model/image.h"

/* On purpose not taken from the headers of what is tested. */
enum {
	MODEL_ABORTED = 0,
	MODEL_PASS = 2,
	MODEL_LAST_VERDICT = 4,
	MODEL_NOT_RUN = 31,
};

/* In place of what a program returns: there is none in the slot, or the kernel
 * refuses to tail-call it. */
#define MODEL_EMPTY (1ULL << 63 | 0xe3)

/* verdict_model_rules() - what proceed-on masks mean, slot by slot */
static inline void verdict_model_rules(const __u32 *masks, unsigned int n, struct image_slot *slots)
{
	for (unsigned int i = 0; i < n; i++)
		for (int v = 0; v <= MODEL_LAST_VERDICT; v++)
			slots[i].next[v] = (masks[i] >> v & 1) ? (int)i + 1 : IMAGE_STOP;
}

/* verdict_model_keeps() - can a verdict other than pass go on to another slot? */
static inline int verdict_model_keeps(const struct image_slot *slots, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		for (int v = 0; v <= MODEL_LAST_VERDICT; v++)
			if (v != MODEL_PASS && slots[i].next[v] > (int)i &&
			    slots[i].next[v] < (int)n)
				return 1;
	return 0;
}

/*
 * verdict_model() - what a packet gets
 * @returned: what the program of each slot leaves in r0, all 64 bits, or MODEL_EMPTY
 */
static inline __u32 verdict_model(const struct image_slot *slots, unsigned int n,
				  const __u64 *returned)
{
	__u32 last = MODEL_PASS;
	unsigned int i = 0;

	while (i < n) {
		__u32 verdict = returned[i];

		if (returned[i] == MODEL_EMPTY)
			verdict = slots[i].tail ? MODEL_ABORTED : MODEL_NOT_RUN;
		else if (verdict == MODEL_NOT_RUN && i + 1 == n && !verdict_model_keeps(slots, n))
			return verdict; /* Nobody looks at what the last program says. */
		if (verdict == MODEL_NOT_RUN) {
			i++;
			continue;
		}
		if (verdict > MODEL_LAST_VERDICT)
			return verdict;
		last = verdict;
		if (slots[i].next[verdict] == IMAGE_STOP)
			break;
		i = slots[i].next[verdict];
	}
	return last;
}

#endif
