/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One map and its pin.  A map that is to take the place of another one is pinned beside
 * it first, and then takes its place by one rename.
 */
#ifndef XM_MAP_PIN_H
#define XM_MAP_PIN_H

#include "model/report.h"

/* map_pin_check() - is it still this map that is pinned there?  0, -EEXIST without a
 * sentence, or another -errno. */
int map_pin_check(const char *path, int map, struct report *r);

/* map_pin_beside() - a path beside that of the pin: no map has a name with such a
 * character.  The caller frees it; NULL if it fails. */
char *map_pin_beside(const char *path, int map, struct report *r);

/* map_pin_once() - pin it there unless it is.  0, -EEXIST if another one is pinned there,
 * or another -errno. */
int map_pin_once(const char *path, int map, struct report *r);

/* map_pin_replace() - pin it there, whatever is pinned there.  0 or -errno. */
int map_pin_replace(const char *path, int map, struct report *r);

/* map_unpin() - a pin that nothing needs goes, or a warning says that it is left */
void map_unpin(const char *path, struct report *r);

#endif
