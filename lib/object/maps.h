/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does a map in the kernel fit a map that an object file declares? */
#ifndef XM_MAPS_H
#define XM_MAPS_H

#include <stdbool.h>

#include "kernel/kobj.h"

struct bpf_map;
struct bpf_object;

/* maps_keepable() - false for what always belongs to one program: .rodata,
 * .kconfig and the map of our labels */
bool maps_keepable(const struct kobj_map *info);

/* maps_find() - the map of the object with this kernel name, or NULL.  .data
 * and .bss are found whatever the object is called. */
struct bpf_map *maps_find(struct bpf_object *obj, const struct kobj_map *info);

/*
 * maps_fit() - can the map behind @fd take the place of @m?
 *
 * Type, sizes and flags are the same; of .data and .bss also the variables, by
 * name, place and type.  1 if it can, 0 if not, -errno if that could not be found
 * out.
 */
int maps_fit(struct bpf_object *obj, const struct bpf_map *m, int fd);

#endif
