/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions shared by the files of map sets. */
#ifndef MAP_SET_INTERNAL_H
#define MAP_SET_INTERNAL_H

#include "object/map_set.h"

struct btf;

/* map_set_btf() - read a BTF object from the kernel by its id, once: the set keeps it.  *@btf
 * is NULL for id 0.  0 or -errno. */
int map_set_btf(struct map_set *s, __u32 id, struct btf **btf, struct report *r);

/* map_set_find_inner() - if @btf declares this map as a map of maps, note the inner type */
void map_set_find_inner(struct map_facts *f, const struct btf *btf);

#endif
