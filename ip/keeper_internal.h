/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations that the files of the keeper share. */
#ifndef KEEPER_INTERNAL_H
#define KEEPER_INTERNAL_H

#include "keeper.h"

/*
 * struct keeping - the state of the keeper
 * @undo, @n: records that wait; a settled one has token 0
 * @held: per record, the fd that marks it as kept
 * @term: undo all changes now
 * @tries: failed rounds, the next one not before @again
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
	__u64 again;
};

/* keeper_say_ready() - tell the command that the keeper is ready; false if the command has
 * ended */
bool keeper_say_ready(const struct keeping *k);

/* keeper_give_up() - say in the system log that this process does nothing more, and why.  The
 * command is not told: it learns from the end of the process, and starts another one. */
void keeper_give_up(const char *why);

/* keeper_work() - wait until all changes of the token are confirmed or undone.  Returns 0,
 * or another number if that is not possible now. */
int keeper_work(struct keeping *k);

#endif
