/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory where a program's maps are pinned ("pinmaps DIR"), and which of
 * them are.
 *
 *	pinmaps_set() -> pinmaps_wanted() -> pinmaps_make() -> pinmaps_remove()
 */
#ifndef XM_PINMAPS_H
#define XM_PINMAPS_H

#include <stdbool.h>

#include "model/report.h"

struct bpf_map;
struct object;
struct stat;

/*
 * pinmaps_set() - take @dir as the directory for the maps of @o
 *
 * It must be on a bpffs, and nobody but root and our user may be able to change
 * what is in it.  One that does not exist is made by pinmaps_make(); its parent
 * must exist.  Nothing is changed here.  NULL: no maps are pinned.
 */
int pinmaps_set(struct object *o, const char *dir, struct report *r);

/* pinmaps_distrusted() - why what is there cannot be trusted, or NULL */
const char *pinmaps_distrusted(const struct stat *st);

/*
 * pinmaps_wanted() - is this map to be pinned?
 *
 * Yes if the object file says so, or if the map works only as long as user space
 * holds it: the kernel empties a tail-call map, and cancels the timers and
 * the work in a map, when its last fd or pin goes.
 *
 * Without a directory such a map is an error, and one that the file wants to be
 * pinned gives a warning.  1, 0, or -errno.
 */
int pinmaps_wanted(const struct object *o, const struct bpf_map *m, struct report *r);

/* pinmaps_make() - make the directory if it is missing, for our user alone.
 * pinmaps_remove() takes it back if it is empty and was made by us. */
int pinmaps_make(struct object *o, struct report *r);
void pinmaps_remove(struct object *o, struct report *r);

#endif
