/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The problems of a damaged chain as values: the code that reads a chain finds them, the
 * code that prints makes sentences of them.
 *
 *	problems_add() ... -> problem_text() of each -> problems_free()
 */
#ifndef XM_PROBLEM_H
#define XM_PROBLEM_H

#include "model/chain.h"
#include "model/report.h"

enum problem_kind {
	PROBLEM_PIN_MISSING,	  /* @pin is not in the directory */
	PROBLEM_WRONG_LINK,	  /* @pin is no link of the slot's program into the slot */
	PROBLEM_WRONG_CALL,	  /* the dispatcher's map does not lead to the program */
	PROBLEM_WRONG_SHIM,	  /* nor does the extension on the stub */
	PROBLEM_NOT_LINKED,	  /* nothing is on the stub: packets pass it by */
	PROBLEM_NOT_CALLED,	  /* the stub's tail call fails: packets abort */
	PROBLEM_PINNED_ELSEWHERE, /* there is no directory here, but it runs */
	PROBLEM_GONE,		  /* there is none, and nothing runs */
	PROBLEM_OTHER_IFINDEX,	  /* the directory is that of interface number @id */
	PROBLEM_DISPLACED,	  /* of a foreign program: the chain of dispatcher @id is pinned */
};

#define PROBLEM_OF_NO_SLOT (-1)
#define PIN_NAME_SIZE	   32
#define PROBLEM_TEXT_SIZE  256

/*
 * struct problem
 * @slot: which, or PROBLEM_OF_NO_SLOT
 * @pin: name of a pin, "" where it is not about one
 * @id: see the kind
 */
struct problem {
	enum problem_kind kind;
	int slot;
	char pin[PIN_NAME_SIZE];
	__u32 id;
};

/* struct problems - in the order they were found; zeroed for none */
struct problems {
	struct problem *at;
	unsigned int n;
};

/* problems_add() - 0 or -ENOMEM: a chain must not look whole for want of memory */
int problems_add(struct problems *ps, const struct problem *p, struct report *r);
void problems_free(struct problems *ps);

/*
 * problem_text() - a sentence without full stop
 * @c: the chain, for the names of its entries
 * @ifname: of the interface that it is on
 *
 * Returns @buf.
 */
const char *problem_text(const struct problem *p, const struct chain *c, const char *ifname,
			 char *buf, size_t size);

#endif
