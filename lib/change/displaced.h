/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A chain that another program has displaced. */
#ifndef XM_DISPLACED_H
#define XM_DISPLACED_H

#include "chain/view.h"
#include "model/report.h"

/* displaced_can_return() - is there a chain that can be attached again by one swap?  Not in
 * place of a bpf_link, or of a program that cannot be read. */
bool displaced_can_return(const struct view *v);

/*
 * displaced_refusal() - the reason why nothing is done: the program, the displaced chain,
 * and the remedies
 * @makes_chain: for a command that could displace the program in its turn
 *
 * -EBUSY with a sentence.
 */
int displaced_refusal(const struct view *v, bool makes_chain, struct report *r);

#endif
