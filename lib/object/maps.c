// SPDX-License-Identifier: GPL-2.0-or-later
/* Does a map in the kernel fit a map that an object file declares? */
#include "object/maps.h"

#include <errno.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#define KERNEL_NAME_MAX 15
#define MAX_DEPTH	16

bool maps_keepable(const struct kobj_map *info)
{
	const char *section = strchr(info->name, '.');

	return !section || (strncmp(section, ".rodata", 7) && strncmp(section, ".kconfi", 7));
}

/* Of a global section the part behind the object's name counts; the kernel cuts
 * names at 15 characters. */
static bool same_name(const struct bpf_map *m, const char *kernel_name)
{
	const char *name = bpf_map__name(m);

	if (bpf_map__is_internal(m)) {
		name = strchr(name, '.');
		kernel_name = strchr(kernel_name, '.');
		return name && kernel_name && !strncmp(name, kernel_name, KERNEL_NAME_MAX);
	}
	return !strncmp(name, kernel_name, KERNEL_NAME_MAX);
}

struct bpf_map *maps_find(struct bpf_object *obj, const struct kobj_map *info)
{
	struct bpf_map *m;

	bpf_object__for_each_map(m, obj) if (same_name(m, info->name)) return m;
	return NULL;
}

static const char *name_of(const struct btf *btf, __u32 offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ? name : "";
}

/* The type itself, without const, volatile and typedefs. */
static const struct btf_type *resolve(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	for (int i = 0; t && i < MAX_DEPTH; i++) {
		if (!btf_is_mod(t) && !btf_is_typedef(t))
			return t;
		t = btf__type_by_id(btf, t->type);
	}
	return NULL;
}

static bool same_type(const struct btf *a, __u32 id_a, const struct btf *b, __u32 id_b, int depth);

static bool same_members(const struct btf *a, const struct btf_type *ta, const struct btf *b,
			 const struct btf_type *tb, int depth)
{
	const struct btf_member *ma = btf_members(ta), *mb = btf_members(tb);

	for (unsigned int i = 0; i < btf_vlen(ta); i++)
		if (ma[i].offset != mb[i].offset ||
		    strcmp(name_of(a, ma[i].name_off), name_of(b, mb[i].name_off)) ||
		    !same_type(a, ma[i].type, b, mb[i].type, depth))
			return false;
	return true;
}

/* Alike in memory, with members of the same names.  What a pointer leads to is
 * of no matter: pointers in maps are not followed. */
static bool same_type(const struct btf *a, __u32 id_a, const struct btf *b, __u32 id_b, int depth)
{
	const struct btf_type *ta = resolve(a, id_a), *tb = resolve(b, id_b);

	if (!ta || !tb || ++depth > MAX_DEPTH || btf_kind(ta) != btf_kind(tb) ||
	    btf_vlen(ta) != btf_vlen(tb))
		return false;
	if (btf_is_array(ta))
		return btf_array(ta)->nelems == btf_array(tb)->nelems &&
		       same_type(a, btf_array(ta)->type, b, btf_array(tb)->type, depth);
	if (btf_is_composite(ta))
		return ta->size == tb->size && same_members(a, ta, b, tb, depth);
	if (btf_is_ptr(ta))
		return true;
	return ta->size == tb->size;
}

static bool same_variables(const struct btf *a, const struct btf_type *ta, const struct btf *b,
			   const struct btf_type *tb)
{
	const struct btf_var_secinfo *va = btf_var_secinfos(ta);
	const struct btf_var_secinfo *vb = btf_var_secinfos(tb);

	if (btf_vlen(ta) != btf_vlen(tb))
		return false;
	for (unsigned int i = 0; i < btf_vlen(ta); i++) {
		const struct btf_type *a_var = btf__type_by_id(a, va[i].type);
		const struct btf_type *b_var = btf__type_by_id(b, vb[i].type);

		if (!a_var || !b_var || va[i].offset != vb[i].offset || va[i].size != vb[i].size ||
		    strcmp(name_of(a, a_var->name_off), name_of(b, b_var->name_off)) ||
		    !same_type(a, a_var->type, b, b_var->type, 0))
			return false;
	}
	return true;
}

/* .data or .bss of the object and of the kernel's map hold the same variables. */
static int same_section(struct bpf_object *obj, const struct bpf_map *m,
			const struct kobj_map *info)
{
	const struct btf *ours = bpf_object__btf(obj);
	const struct btf_type *our_type, *its_type;
	struct btf *its;
	bool same;
	int id;

	id = ours ? btf__find_by_name_kind(ours, strchr(bpf_map__name(m), '.'), BTF_KIND_DATASEC)
		  : -1;
	if (id <= 0 || !info->btf_id)
		return 0;
	its = btf__load_from_kernel_by_id(info->btf_id);
	if (!its)
		return -errno;
	our_type = btf__type_by_id(ours, id);
	its_type = btf__type_by_id(its, info->btf_value_type);
	same = our_type && its_type && btf_is_datasec(its_type) &&
	       same_variables(ours, our_type, its, its_type);
	btf__free(its);
	return same;
}

int maps_fit(struct bpf_object *obj, const struct bpf_map *m, int fd)
{
	struct kobj_map info;
	__u32 entries = bpf_map__max_entries(m);
	int err = kobj_map_info(fd, &info, NULL);

	if (err)
		return err;
	if (info.type != bpf_map__type(m) || info.key_size != bpf_map__key_size(m) ||
	    info.value_size != bpf_map__value_size(m) || info.flags != bpf_map__map_flags(m))
		return 0;
	/* 0: as many as there are processors, settled when it is made */
	if (info.max_entries != entries &&
	    !(info.type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !entries))
		return 0;
	return bpf_map__is_internal(m) ? same_section(obj, m, &info) : 1;
}
