/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compare BTF types: do they mean the same to a reader of a map?  Pure. */
#ifndef XM_MAP_TYPES_H
#define XM_MAP_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct btf;
struct btf_type;

/* The size of the path of a member, such as "flow.src"; a longer path is cut. */
#define MAP_WHERE_MAX 128

/*
 * map_types_same() - do the types have the same layout, with members of the same names?
 * @where: path of the first member that differs, "" for the type itself
 *
 * Typedefs, qualifiers, the names of types, the sign of integers, and the types that
 * pointers point to do not matter: pointers in maps are not followed.  An enum may have
 * new names, but every old name must keep its value.
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

/* map_var_get() - get variable @i of a section; false after the last one, or if the BTF
 * is invalid */
bool map_var_get(const struct btf *btf, __u32 section, unsigned int i, struct map_var *var);

/* map_var_find() - find the only variable of this name in the section */
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

/* map_declaration_same() - are two inner maps declared alike? */
bool map_declaration_same(const struct btf *old, __u32 old_id, const struct btf *new, __u32 new_id);

#endif
