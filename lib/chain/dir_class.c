// SPDX-License-Identifier: GPL-2.0-or-later
/* Classifies a directory of pins. */
#include "chain/dir_class.h"

#include <stddef.h>

/* The decision so far: it ends with a class, or with a fact that is not known. */
struct decision {
	const struct dir_facts *f;
	struct dir_verdict *v;
};

static enum answer ask(const struct decision *d, enum dir_fact fact)
{
	d->v->by = fact;
	d->v->is = d->f->is[fact];
	return d->v->is;
}

static bool decided(const struct decision *d, enum dir_class class)
{
	d->v->class = class;
	return d->v->is != UNASKED;
}

/* Decided by @fact alone. */
static bool decided_by(const struct decision *d, enum dir_class class, enum dir_fact fact)
{
	ask(d, fact);
	return decided(d, class);
}

/* No chain needs it, because of @fact: it is dead if it is not used. */
static bool dead_unless_used(const struct decision *d, enum dir_class used, enum dir_fact fact)
{
	if (ask(d, DIR_IS_USED) != NO)
		return decided(d, used);
	return decided_by(d, DIR_DEAD, fact);
}

/* The interface is not there, or not in this namespace. */
static bool without_interface(const struct decision *d)
{
	if (ask(d, DIR_IS_SPARE) == UNASKED)
		return false;
	if (d->v->is == YES)
		return decided(d, DIR_DEAD);
	if (ask(d, DIR_OF_NETNS) == UNSURE)
		return decided(d, DIR_UNKNOWN);
	return dead_unless_used(d, DIR_UNKNOWN, DIR_HAS_INTERFACE);
}

/* The chain can belong to an existing interface.  A chain that does not name its namespace
 * belongs to it if no other interface can have it. */
static bool with_interface(const struct decision *d)
{
	if (ask(d, DIR_IS_SUPERSEDED) == UNASKED)
		return false;
	if (d->v->is == YES)
		return dead_unless_used(d, DIR_UNKNOWN, DIR_IS_SUPERSEDED);
	if (ask(d, DIR_IS_ELSEWHERE) == UNASKED)
		return false;
	if (d->v->is == YES)
		return decided(d, DIR_ELSEWHERE);
	/* A loader that has pinned its chain but not attached it yet has it open. */
	if (d->f->is[DIR_OF_NETNS] == UNSURE && ask(d, DIR_IS_USED) != NO)
		return decided(d, DIR_UNKNOWN);
	switch (ask(d, DIR_IS_WHOLE)) {
	case YES:
		return decided(d, DIR_DETACHED);
	case UNSURE:
		return decided(d, DIR_UNKNOWN);
	case NO:
		return dead_unless_used(d, DIR_UNKNOWN, DIR_IS_WHOLE);
	case UNASKED:
		break;
	}
	return false;
}

bool dir_decide(const struct dir_facts *f, struct dir_verdict *v)
{
	const struct decision d = { f, v };

	if (ask(&d, DIR_IS_ATTACHED) != NO)
		return decided(&d, v->is == YES ? DIR_ATTACHED : DIR_UNKNOWN);
	if (ask(&d, DIR_EXISTS) != YES)
		return decided(&d, v->is == NO ? DIR_DEAD : DIR_UNKNOWN);
	if (ask(&d, DIR_IS_PENDING) == UNASKED)
		return false;
	if (v->is == YES)
		return dead_unless_used(&d, DIR_PENDING, DIR_IS_PENDING);
	if (ask(&d, DIR_OF_NETNS) == UNASKED)
		return false;
	if (v->is == NO)
		return decided(&d, DIR_ELSEWHERE);
	if (ask(&d, DIR_HAS_INTERFACE) == UNASKED)
		return false;
	if (v->is == UNSURE)
		return decided(&d, DIR_UNKNOWN);
	return v->is == YES ? with_interface(&d) : without_interface(&d);
}

bool dir_may_be_detached(const struct dir_facts *f)
{
	/* That it is used is not among them: whoever uses it may only look at it. */
	static const struct {
		enum dir_fact fact;
		enum answer is;
	} against[] = {
		{ DIR_IS_ATTACHED, YES },  { DIR_EXISTS, NO },	      { DIR_IS_PENDING, YES },
		{ DIR_OF_NETNS, NO },	   { DIR_HAS_INTERFACE, NO }, { DIR_IS_SUPERSEDED, YES },
		{ DIR_IS_ELSEWHERE, YES }, { DIR_IS_WHOLE, NO },
	};

	for (size_t i = 0; i < sizeof(against) / sizeof(against[0]); i++)
		if (f->is[against[i].fact] == against[i].is)
			return false;
	return true;
}
