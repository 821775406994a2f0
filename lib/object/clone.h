/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A second instance of a component program: loaded anew from where it came from, with
 * maps of its own that hold what the first one's hold.  Nothing that it does reaches
 * the first.
 *
 *	object_clone() -> object_close()
 */
#ifndef XM_CLONE_H
#define XM_CLONE_H

#include "object/map_copy.h"
#include "object/object.h"

/*
 * object_clone() - load a program once more
 * @p: open, with its origin
 * @entry: what it is called in messages
 * @ifindex, @t: as of object_load()
 * @partial: go on where something cannot be had twice, with a warning; else that is
 *	     refused
 * @copies: maps that clones of other programs have already: maps that the programs
 *	    have in common, their clones have in common too
 * @o: its program's fd is -1 if there is no clone, which only @partial allows
 *
 * Cannot be had twice: a program of which it is not known where it came from, or whose
 * file is another by now; what is in a map that cannot be read; and what others put
 * into a tail-call map.  Close @o in any case.  Returns 0 or -errno with a sentence.
 */
int object_clone(const struct program *p, const char *entry, int ifindex, struct template *t,
		 bool partial, struct map_copies *copies, struct object *o, struct report *r);

#endif
