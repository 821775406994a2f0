/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Do two types in BTF mean the same to who reads a map?  Pure. */
#ifndef XM_MAP_TYPES_H
#define XM_MAP_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct btf;
struct btf_type;

/* A member that differs, as in "flow.src"; cut when it is longer. */
#define MAP_WHERE_MAX 128

/*
 * map_types_same() - are the types alike in memory, with members of the same names
 * @where: of the first difference: the path of that member, "" for the type itself
 *
 * Typedefs, qualifiers, the names of types, and the sign of integers do not count,
 * nor does what a pointer leads to: pointers in maps are not followed.  An enum may
 * have new names, but every old one must keep its value.
 */
bool map_types_same(const struct btf *old, __u32 old_id, const struct btf *new, __u32 new_id,
		    char where[MAP_WHERE_MAX]);

/* map_type_name() - a name in BTF, "" for none */
const char *map_type_name(const struct btf *btf, __u32 offset);

/* map_section_find() - id of the section of this name, 0 for none */
__u32 map_section_find(const struct btf *btf, const char *name);

/* struct map_var - one variable of a section */
struct map_var {
	const char *name;
	__u32 type;
	__u32 offset;
	__u32 size;
};

/* map_var_get() - variable @i of a section; false behind the last one, or where the
 * BTF is bad */
bool map_var_get(const struct btf *btf, __u32 section, unsigned int i, struct map_var *var);

/* map_var_find() - the only variable of this name in the section */
bool map_var_find(const struct btf *btf, __u32 section, const char *name, struct map_var *var);

/*
 * struct map_declaration - a map as an object declares it: a variable in .maps
 * @key, @value: types, 0 where only a size is given
 * @inner: type that declares the maps in this one, 0 for none
 */
struct map_declaration {
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 flags;
	__u32 key;
	__u32 value;
	__u32 inner;
};

/* map_declaration_read() - read a variable's type; false if it declares no map */
bool map_declaration_read(const struct btf *btf, __u32 type, struct map_declaration *d);

/* map_declaration_same() - are maps that are in others declared alike? */
bool map_declaration_same(const struct btf *old, __u32 old_id, const struct btf *new, __u32 new_id);

#endif
