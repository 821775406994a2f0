/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Find the full names of maps: the kernel keeps only 15 characters, but the BTF of the
 * program that uses the maps has the full names.  Pure.
 */
#ifndef XM_MAP_NAMES_H
#define XM_MAP_NAMES_H

#include "object/map_plan.h"

#define MAPS_SECTION ".maps"

/*
 * map_names_resolve() - find the full names
 * @btf: BTF of the program that uses these maps, NULL for none
 * @maps: maps with the kernel's names; @cut is set if the name may be cut
 * @in_order: the loader of the program made its maps in the order in which they are
 *	      declared, as libbpf does
 *
 * Sets @name and clears @cut of each map that surely is one of the declared maps: by
 * its name, its sizes and types, because there is no other candidate, or by the order
 * of the ids of maps that were made by one load.
 */
void map_names_resolve(const struct btf *btf, struct map_facts **maps, unsigned int n,
		       bool in_order);

#endif
