/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Load a second instance of a component program from its origin, with copies of the
 * first instance's maps.  Nothing that the second instance does affects the first.
 *
 *	object_clone() -> object_close()
 */
#ifndef XM_CLONE_H
#define XM_CLONE_H

#include "object/map_copy.h"
#include "object/object.h"

/*
 * object_clone() - load a program a second time
 * @p: open, with its origin
 * @entry: name of the program in messages
 * @ifindex, @t: as for object_load()
 * @partial: if something cannot be cloned, warn and continue; else fail
 * @copies: maps that clones of other programs use already: clones share copies of the
 *	    maps that the original programs share
 * @o: its program's fd is -1 if there is no clone, which only @partial allows
 *
 * These cannot be cloned: a program whose origin is unknown, or whose object file has
 * changed; the contents of a map that cannot be read; and programs that others put
 * into a tail-call map.  Close @o in any case.  Returns 0 or -errno with a sentence.
 */
int object_clone(const struct program *p, const char *entry, int ifindex, struct template *t,
		 bool partial, struct map_copies *copies, struct object *o, struct report *r);

#endif
