// SPDX-License-Identifier: GPL-2.0-or-later
/* Compare BTF types: do they mean the same to a reader of a map? */
#include "object/map_types.h"

#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#define MAX_DEPTH 32

const char *map_type_name(const struct btf *btf, __u32 offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ? name : "";
}

static bool is_qualifier(const struct btf_type *t)
{
	return btf_is_mod(t) || btf_is_typedef(t) || btf_kind(t) == BTF_KIND_TYPE_TAG;
}

/* The type itself, without qualifiers and typedefs; NULL if the BTF is bad. */
static const struct btf_type *skip_qualifiers(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	for (int i = 0; t && i < MAX_DEPTH; i++) {
		if (!is_qualifier(t))
			return t;
		t = btf__type_by_id(btf, t->type);
	}
	return NULL;
}

/* ---- types ---- */

/* struct pair - the two sides of a comparison, and where they differ */
struct pair {
	const struct btf *old, *new;
	char *where;
};

static bool same_type(const struct pair *p, __u32 old_id, __u32 new_id, int depth);

/* Note that the difference is in this member, or inside it. */
static void found_in(const struct pair *p, const char *member)
{
	char deeper[MAP_WHERE_MAX];

	if (!*member)
		return;
	snprintf(deeper, sizeof(deeper), "%s", p->where);
	if (snprintf(p->where, MAP_WHERE_MAX, "%s%s%s", member, *deeper ? "." : "", deeper) < 0)
		*p->where = '\0';
}

static bool same_member(const struct pair *p, const struct btf_type *old,
			const struct btf_type *new, unsigned int i, int depth)
{
	const struct btf_member *a = btf_members(old) + i, *b = btf_members(new) + i;
	const char *name = map_type_name(p->old, a->name_off);

	if (!strcmp(name, map_type_name(p->new, b->name_off)) &&
	    btf_member_bit_offset(old, i) == btf_member_bit_offset(new, i) &&
	    btf_member_bitfield_size(old, i) == btf_member_bitfield_size(new, i) &&
	    same_type(p, a->type, b->type, depth))
		return true;
	found_in(p, name);
	return false;
}

/* Compare members; the first one that is on one side only, or differs, is noted. */
static bool same_members(const struct pair *p, const struct btf_type *old,
			 const struct btf_type *new, int depth)
{
	unsigned int n_old = btf_vlen(old), n_new = btf_vlen(new);

	for (unsigned int i = 0; i < n_old && i < n_new; i++)
		if (!same_member(p, old, new, i, depth))
			return false;
	if (n_old > n_new)
		found_in(p, map_type_name(p->old, btf_members(old)[n_new].name_off));
	else if (n_new > n_old)
		found_in(p, map_type_name(p->new, btf_members(new)[n_old].name_off));
	return n_old == n_new;
}

/* Get a name and value of an enum of either width; false after the last one. */
static bool enumerator(const struct btf *btf, const struct btf_type *t, unsigned int i,
		       const char **name, __u64 *value)
{
	if (i >= btf_vlen(t))
		return false;
	if (btf_is_enum64(t)) {
		const struct btf_enum64 *e = btf_enum64(t) + i;

		*name = map_type_name(btf, e->name_off);
		*value = (__u64)e->val_hi32 << 32 | e->val_lo32;
		return true;
	}
	*name = map_type_name(btf, btf_enum(t)[i].name_off);
	*value = (__u32)btf_enum(t)[i].val;
	return true;
}

static bool has_enumerator(const struct btf *btf, const struct btf_type *t, const char *name,
			   __u64 value)
{
	const char *its;
	__u64 number;

	for (unsigned int i = 0; enumerator(btf, t, i, &its, &number); i++)
		if (!strcmp(its, name))
			return number == value;
	return false;
}

static bool same_enum(const struct pair *p, const struct btf_type *old, const struct btf_type *new)
{
	const char *name;
	__u64 value;

	for (unsigned int i = 0; enumerator(p->old, old, i, &name, &value); i++)
		if (!has_enumerator(p->new, new, name, value))
			return false;
	return old->size == new->size;
}

static bool same_array(const struct pair *p, const struct btf_type *old, const struct btf_type *new,
		       int depth)
{
	const struct btf_array *a = btf_array(old), *b = btf_array(new);

	return a->nelems == b->nelems && same_type(p, a->type, b->type, depth);
}

static bool same_type(const struct pair *p, __u32 old_id, __u32 new_id, int depth)
{
	const struct btf_type *old = skip_qualifiers(p->old, old_id);
	const struct btf_type *new = skip_qualifiers(p->new, new_id);

	if (!old || !new || ++depth > MAX_DEPTH || btf_kind(old) != btf_kind(new))
		return false;
	if (btf_is_array(old))
		return same_array(p, old, new, depth);
	if (btf_is_composite(old))
		return same_members(p, old, new, depth) && old->size == new->size;
	if (btf_is_any_enum(old))
		return same_enum(p, old, new);
	return btf_is_ptr(old) || old->size == new->size;
}

bool map_types_same(const struct btf *old, __u32 old_id, const struct btf *new, __u32 new_id,
		    char where[MAP_WHERE_MAX])
{
	const struct pair p = { .old = old, .new = new, .where = where };

	*where = '\0';
	return same_type(&p, old_id, new_id, 0);
}

/* ---- variables ---- */

__u32 map_section_find(const struct btf *btf, const char *name)
{
	__s32 id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_DATASEC) : 0;

	return id > 0 ? id : 0;
}

bool map_var_get(const struct btf *btf, __u32 section, unsigned int i, struct map_var *var)
{
	const struct btf_type *sec = btf && section ? btf__type_by_id(btf, section) : NULL;
	const struct btf_var_secinfo *info;
	const struct btf_type *t;

	if (!sec || !btf_is_datasec(sec) || i >= btf_vlen(sec))
		return false;
	info = btf_var_secinfos(sec) + i;
	t = btf__type_by_id(btf, info->type);
	if (!t || !btf_is_var(t))
		return false;
	*var = (struct map_var){
		.name = map_type_name(btf, t->name_off),
		.type = t->type,
		.offset = info->offset,
		.size = info->size,
	};
	return true;
}

bool map_var_find(const struct btf *btf, __u32 section, const char *name, struct map_var *var)
{
	struct map_var v;
	bool found = false;

	for (unsigned int i = 0; map_var_get(btf, section, i, &v); i++) {
		if (strcmp(v.name, name))
			continue;
		if (found)
			return false;
		*var = v;
		found = true;
	}
	return found;
}

/* ---- declarations ---- */

/* libbpf's convention: __uint(name, n) is a pointer to an array of n. */
static __u32 number_of(const struct btf *btf, const struct btf_type *member)
{
	const struct btf_type *array =
		btf_is_ptr(member) ? skip_qualifiers(btf, member->type) : NULL;

	return array && btf_is_array(array) ? btf_array(array)->nelems : 0;
}

/* "values" is an array of pointers to the type of the map's elements. */
static __u32 inner_of(const struct btf *btf, const struct btf_type *member)
{
	const struct btf_type *t = NULL;

	if (btf_is_array(member))
		t = skip_qualifiers(btf, btf_array(member)->type);
	if (!t || !btf_is_ptr(t))
		return 0;
	return t->type;
}

static __u32 size_of(const struct btf *btf, __u32 type)
{
	__s64 size = btf__resolve_size(btf, type);

	return size > 0 ? size : 0;
}

static void read_member(const struct btf *btf, const struct btf_member *m,
			struct map_declaration *d)
{
	const char *name = map_type_name(btf, m->name_off);
	const struct btf_type *t = skip_qualifiers(btf, m->type);

	if (!t)
		return;
	if (!strcmp(name, "type"))
		d->type = number_of(btf, t);
	else if (!strcmp(name, "max_entries"))
		d->max_entries = number_of(btf, t);
	else if (!strcmp(name, "map_flags"))
		d->flags = number_of(btf, t);
	else if (!strcmp(name, "key_size"))
		d->key_size = number_of(btf, t);
	else if (!strcmp(name, "value_size"))
		d->value_size = number_of(btf, t);
	else if (!strcmp(name, "key") && btf_is_ptr(t))
		d->key = t->type;
	else if (!strcmp(name, "value") && btf_is_ptr(t))
		d->value = t->type;
	else if (!strcmp(name, "values"))
		d->inner = inner_of(btf, t);
}

bool map_declaration_read(const struct btf *btf, __u32 type, struct map_declaration *d)
{
	const struct btf_type *t = skip_qualifiers(btf, type);

	memset(d, 0, sizeof(*d));
	if (!t || !btf_is_struct(t))
		return false;
	for (unsigned int i = 0; i < btf_vlen(t); i++)
		read_member(btf, btf_members(t) + i, d);
	if (d->key)
		d->key_size = size_of(btf, d->key);
	if (d->value)
		d->value_size = size_of(btf, d->value);
	return d->type;
}

bool map_declaration_same(const struct btf *old, __u32 old_id, const struct btf *new, __u32 new_id)
{
	struct map_declaration a, b;
	char where[MAP_WHERE_MAX];

	if (!map_declaration_read(old, old_id, &a) || !map_declaration_read(new, new_id, &b))
		return true;
	return a.type == b.type && a.key_size == b.key_size && a.value_size == b.value_size &&
	       a.max_entries == b.max_entries && a.flags == b.flags &&
	       (!a.key || !b.key || map_types_same(old, a.key, new, b.key, where)) &&
	       (!a.value || !b.value || map_types_same(old, a.value, new, b.value, where));
}
