/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files about the maps of a component program share. */
#ifndef OBJECT_MAPS_H
#define OBJECT_MAPS_H

#include "object/map_set.h"
#include "object/object.h"

/*
 * struct object_maps - the maps on both sides, and what is planned
 * @pinned: what is pinned where new maps would be; of a map that an object of the
 *	    same request will pin there only the facts
 */
struct object_maps {
	struct map_set old, new, pinned;
	struct map_plan plan;
	bool planned;
};

/*
 * struct object_pin - a map and the path where it is to be pinned
 * @map: index of the new map
 * @pinned: index of the map that is there already, -1 for none
 * @earlier: the object of the same request that pins it there, NULL for none
 * @shares: a tail-call map that is used as it is, with nothing written to it
 * @parked: path where the map that was there stays until the change is certain
 * @made: it was pinned by us
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

/* object_add_pin() - plan to pin a new map, and see what is there */
int object_add_pin(struct object *o, unsigned int map, struct report *r);
void object_free_pins(struct object *o);

/* object_pinned_fd() - the map that takes the place of a new one by its pin; not to be
 * closed */
int object_pinned_fd(const struct object *o, unsigned int map);

#endif
