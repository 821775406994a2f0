/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One map and its pin.  A map that replaces another one is first pinned beside it, and
 * then renamed over it.
 */
#ifndef XM_MAP_PIN_H
#define XM_MAP_PIN_H

#include "model/report.h"

/* map_pin_check() - is this map still pinned at @path?  0, -EEXIST without a sentence, or
 * another -errno. */
int map_pin_check(const char *path, int map, struct report *r);

/* map_pin_beside() - make a path beside that of the pin, with a character that no name of
 * a map contains.  The caller frees it; NULL on failure. */
char *map_pin_beside(const char *path, int map, struct report *r);

/* map_pin_once() - pin the map at @path unless it is pinned there already.  0, -EEXIST if
 * another map is pinned there, or another -errno. */
int map_pin_once(const char *path, int map, struct report *r);

/* map_pin_replace() - pin the map at @path and replace any other pin.  0 or -errno. */
int map_pin_replace(const char *path, int map, struct report *r);

/* map_unpin() - remove a pin that nothing needs, or warn that it could not be removed */
void map_unpin(const char *path, struct report *r);

#endif
