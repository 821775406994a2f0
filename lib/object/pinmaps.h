/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory where a program's maps are pinned ("pinmaps DIR"), and the choice of
 * the maps to pin.
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
 * pinmaps_set() - use @dir as the directory for the maps of @o
 *
 * The directory must be on a bpffs, and only root and our user may be able to change
 * its contents.  If it does not exist, pinmaps_make() makes it; its parent must
 * exist.  This function changes nothing.  NULL: no maps are pinned.
 */
int pinmaps_set(struct object *o, const char *dir, struct report *r);

/* pinmaps_distrusted() - why a directory or pin cannot be trusted, or NULL */
const char *pinmaps_distrusted(const struct stat *st);

/*
 * pinmaps_wanted() - must this map be pinned?
 *
 * Yes if the object file says so, or if the map works only as long as user space
 * holds it: the kernel empties a tail-call map, and cancels the timers and
 * the work in a map, when its last fd or pin goes.
 *
 * Without a directory such a map is an error, but a map that only the object file
 * wants pinned gives a warning.  1, 0, or -errno.
 */
int pinmaps_wanted(const struct object *o, const struct bpf_map *m, struct report *r);

/* pinmaps_make() - make the directory if it is missing, accessible only to our user.
 * pinmaps_remove() removes it if it is empty and we made it. */
int pinmaps_make(struct object *o, struct report *r);
void pinmaps_remove(struct object *o, struct report *r);

#endif
