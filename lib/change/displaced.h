/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program that somebody else put in the place of a chain. */
#ifndef XM_DISPLACED_H
#define XM_DISPLACED_H

#include "chain/view.h"
#include "model/report.h"

/* displaced_can_return() - is there a chain that can be put back by one swap?  Not
 * in place of a bpf_link, or of what cannot be read. */
bool displaced_can_return(const struct view *v);

/*
 * displaced_refusal() - why nothing is done: the program, the chain that was there
 * before, and the ways to go on
 * @makes_chain: for a command that could displace the program in its turn
 *
 * -EBUSY with a sentence.
 */
int displaced_refusal(const struct view *v, bool makes_chain, struct report *r);

#endif
