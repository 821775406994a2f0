/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The full names of maps: the kernel keeps 15 characters, the BTF of the program
 * that uses the maps has the rest.  Pure.
 */
#ifndef XM_MAP_NAMES_H
#define XM_MAP_NAMES_H

#include "object/map_plan.h"

#define MAPS_SECTION ".maps"

/*
 * map_names_resolve() - find out the full names
 * @btf: of the program that uses these maps, NULL for none
 * @maps: with the kernel's names; @cut is set where such a name can be cut
 * @in_order: whoever loaded the program made its maps in the order in which they are
 *	      declared, as libbpf does
 *
 * Sets @name and clears @cut where it is certain which of the declared maps it is:
 * by its name, by its sizes and types, by there being no other, or by the order of
 * ids of maps that were made by one load.
 */
void map_names_resolve(const struct btf *btf, struct map_facts **maps, unsigned int n,
		       bool in_order);

#endif
