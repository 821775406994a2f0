/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations shared by the files for the maps of a component program. */
#ifndef OBJECT_MAPS_H
#define OBJECT_MAPS_H

#include "object/map_set.h"
#include "object/object.h"

/*
 * struct object_maps - the old and new maps, and the plan
 * @pinned: maps that are pinned where new maps would be; only the facts of a map that
 *	    an object of the same request will pin there
 */
struct object_maps {
	struct map_set old, new, pinned;
	struct map_plan plan;
	bool planned;
};

/*
 * struct object_pin - a map and the path where it will be pinned
 * @map: index of the new map
 * @pinned: index of the map that is already pinned there, -1 for none
 * @earlier: the object of the same request that pins it there, NULL for none
 * @shares: the pinned tail-call map is used without writing to it
 * @parked: path where the old map is pinned until the change is certain
 * @made: we pinned the map
 */
struct object_pin {
	unsigned int map;
	char *path;
	int pinned;
	const struct object *earlier;
	bool shares;
	char *parked;
	bool made;
};

/* object_add_pin() - plan to pin a new map, and look up what is pinned at its path */
int object_add_pin(struct object *o, unsigned int map, struct report *r);
void object_free_pins(struct object *o);

/* object_not_set() - libbpf refused to alter a map that is not loaded yet; @err as it said */
int object_not_set(const struct bpf_map *map, int err, struct report *r);

/* object_pinned_fd() - the pinned map that is used in place of a new one; the caller must
 * not close it */
int object_pinned_fd(const struct object *o, unsigned int map);

#endif
