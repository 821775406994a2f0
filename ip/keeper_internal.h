/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the keeper share. */
#ifndef KEEPER_INTERNAL_H
#define KEEPER_INTERNAL_H

#include "keeper.h"

/*
 * struct keeping - what the keeper knows
 * @undo, @n: records that wait; one that is settled has token 0
 * @held: per record, the fd that says that it is kept
 * @term: undo all now
 */
struct keeping {
	struct session *s;
	__u64 token;
	unsigned int wait;
	int result;
	struct undo *undo;
	int *held;
	size_t n;
	bool term;
	unsigned int tries;
};

/* keeper_say_ready() - to the command; false if it has ended */
bool keeper_say_ready(const struct keeping *k);

/* keeper_work() - until all changes of the token are confirmed or undone.  0, or another
 * number if that was not possible now. */
int keeper_work(struct keeping *k);

#endif
