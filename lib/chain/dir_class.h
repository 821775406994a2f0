/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Classifies a directory of pins from facts that the caller finds out.  It asks for one fact
 * after the other, cheap ones first, and only for those that still matter.
 */
#ifndef XM_DIR_CLASS_H
#define XM_DIR_CLASS_H

#include <stdbool.h>

/*
 * enum dir_class - of one directory, for one interface number of this namespace
 *
 * If a fact is unknown, the chain counts as present: only a proof makes a directory
 * ELSEWHERE or DEAD.
 */
enum dir_class {
	DIR_ATTACHED,  /* its dispatcher is on the interface */
	DIR_PENDING,   /* a command is making it, or has taken it off */
	DIR_DETACHED,  /* a chain that somebody else took off or displaced */
	DIR_ELSEWHERE, /* it belongs to another interface or namespace */
	DIR_DEAD,      /* nothing needs it, and nothing uses it */
	DIR_UNKNOWN,   /* it could not be found out */
};

/* enum dir_fact - what is asked about a directory, its interface (the one of this
 * namespace that has its number) and its dispatcher */
enum dir_fact {
	DIR_IS_ATTACHED,   /* is the dispatcher on the interface? */
	DIR_EXISTS,	   /* is there still a program with that id? */
	DIR_IS_PENDING,	   /* is it marked as not yet, or no more, attached? */
	DIR_OF_NETNS,	   /* was it made for this namespace?  UNSURE: it does not say */
	DIR_HAS_INTERFACE, /* is there an interface of that number? */
	DIR_IS_SPARE,	   /* is the dispatcher on others only, which have their own? */
	DIR_IS_SUPERSEDED, /* has the interface a younger chain, attached or not? */
	DIR_IS_ELSEWHERE,  /* is it proven to be the directory of another interface? */
	DIR_IS_WHOLE,	   /* does it hold all of the chain? */
	DIR_IS_USED,	   /* is there a reference that no link and no pin explains? */
	N_DIR_FACTS,
};

/* enum answer - zero: nobody has asked yet */
enum answer {
	UNASKED,
	NO,
	YES,
	UNSURE,
};

struct dir_facts {
	enum answer is[N_DIR_FACTS];
};

/*
 * struct dir_verdict - the class and the evidence
 * @by, @is: the fact that decided, and the answer to it
 */
struct dir_verdict {
	enum dir_class class;
	enum dir_fact by;
	enum answer is;
};

/*
 * dir_decide() - the class, or what has to be known first
 *
 * Returns true with the verdict, or false with @v->by to be asked: fill it in and
 * call again.
 */
bool dir_decide(const struct dir_facts *f, struct dir_verdict *v);

/*
 * dir_may_be_detached() - of a directory that is not proven to be DIR_DETACHED: may it be?
 *
 * True unless a known fact speaks against it.  One that was not asked for, or could not be
 * found out, does not: the caller may not open the dispatcher or may not understand it, or its
 * namespace is not recorded (before Linux 5.14, or made by libxdp).
 */
bool dir_may_be_detached(const struct dir_facts *f);

#endif
