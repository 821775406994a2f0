/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface has a foreign program instead of a chain. */
#ifndef XM_FOREIGN_H
#define XM_FOREIGN_H

#include "chain/view.h"
#include "model/report.h"

/* enum foreign_wish - what the command wanted to do, which decides the remedy */
enum foreign_wish {
	FOREIGN_LOOK,	/* at a chain, or repair one */
	FOREIGN_REMOVE, /* remove it, or an entry of it */
	FOREIGN_CHAIN,	/* make one */
};

#define FOREIGN_TODO_SIZE 256

/*
 * foreign_advice() - the remedy for a program that is attached by netlink, as a clause
 * @v: a foreign view
 * @buf: at least FOREIGN_TODO_SIZE bytes
 *
 * Returns @buf: empty, or the end of the sentence about the program.
 */
const char *foreign_advice(const struct view *v, enum foreign_wish wish, char *buf);

/* foreign_warn_generic() - a chain took the place of a program in generic mode, and so it is in
 * that mode even if the driver has native XDP: warn */
void foreign_warn_generic(const struct view *v, struct report *r);

/*
 * foreign_refusal() - the foreign program, its holder, and what to do
 * @v: a foreign view
 *
 * Fails with a sentence: -EPERM (STATUS_NOT_TRIED) for what cannot be read, else -EBUSY.
 */
int foreign_refusal(const struct view *v, enum foreign_wish wish, struct report *r);

#endif
