// SPDX-License-Identifier: GPL-2.0-or-later
/* Copy the BTF of an object file before it is repaired. */
#include "object/btf_repair_internal.h"

#include <errno.h>
#include <string.h>

#include <bpf/btf.h>

#include "object/btf_name.h"
#include "object/reach.h"
#include "object/reduce.h"

static const char *old_name(const struct repair *x, __u32 offset)
{
	const char *name = btf__name_by_offset(x->old, offset);

	return name ? name : "";
}

/* Is a variable of a section, a map or an extern kept? */
static bool keeps_var(const struct repair *x, const char *section,
		      const struct btf_var_secinfo *info)
{
	const struct btf_type *var = btf__type_by_id(x->old, info->type);
	bool by_name = !strcmp(section, ".maps") || !strcmp(section, ".kconfig") ||
		       !strcmp(section, ".ksyms");

	if (!var || (!btf_is_var(var) && !btf_is_func(var)))
		return false;
	return by_name ? reach_has_name(x->to, old_name(x, var->name_off)) : info->size != 0;
}

static bool keeps_section(const struct repair *x, const char *name)
{
	unsigned int section = elf_section_named(x->to->elf, name);

	if (!strcmp(name, ".kconfig") || !strcmp(name, ".ksyms"))
		return true;
	return section && reduce_keeps(x->to, section) && btf_name_ok(name, true);
}

static int copy_section(struct repair *x, const struct btf_type *t)
{
	const struct btf_var_secinfo *info = btf_var_secinfos(t);
	const char *name = old_name(x, t->name_off);
	unsigned int n = keeps_section(x, name) ? btf_vlen(t) : 0;
	int id = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (!keeps_var(x, name, &info[i]))
			continue;
		if (!id)
			id = btf__add_datasec(x->btf, name, t->size);
		if (id < 0 ||
		    btf__add_datasec_var_info(x->btf, info[i].type, info[i].offset, info[i].size))
			return -ENOMEM;
	}
	return id ? id : btf__add_struct(x->btf, NULL, 0);
}

bool btf_repair_is_extern(const struct btf_type *t)
{
	return (btf_is_func(t) && btf_vlen(t) == BTF_FUNC_EXTERN) ||
	       (btf_is_var(t) && btf_var(t)->linkage == BTF_VAR_GLOBAL_EXTERN);
}

static bool is_dropped(const struct repair *x, const struct btf_type *t)
{
	return btf_repair_is_extern(t) && !reach_has_name(x->to, old_name(x, t->name_off));
}

/* Does the target of a tag exist? */
static bool tag_fits(const struct repair *x, const struct btf_type *tag)
{
	const struct btf_type *t = btf__type_by_id(x->old, tag->type);
	int component = btf_decl_tag(tag)->component_idx;

	if (!t || is_dropped(x, t) || !*old_name(x, tag->name_off))
		return false;
	if (btf_is_var(t) || btf_is_typedef(t))
		return component == -1;
	if (btf_is_func(t))
		t = btf__type_by_id(x->old, t->type);
	else if (!btf_is_composite(t))
		return false;
	return component == -1 || (t && component >= 0 && component < (int)btf_vlen(t));
}

static bool float_fits(const struct btf_type *t)
{
	return t->size == 2 || t->size == 4 || t->size == 8 || t->size == 12 || t->size == 16;
}

static int copy_type(struct repair *x, const struct btf_type *t)
{
	if (btf_is_datasec(t))
		return copy_section(x, t);
	if (is_dropped(x, t) || (btf_is_decl_tag(t) && !tag_fits(x, t)))
		return btf__add_struct(x->btf, NULL, 0);
	if (btf_is_float(t) && !float_fits(t))
		return btf__add_struct(x->btf, NULL, t->size);
	return btf__add_type(x->btf, x->old, t);
}

int btf_repair_copy(struct repair *x)
{
	for (__u32 id = 1; id < x->n; id++)
		if (copy_type(x, btf__type_by_id(x->old, id)) != (int)id)
			return -ENOMEM;
	x->byte = btf__add_int(x->btf, "unsigned char", 1, 0);
	x->number = btf__add_int(x->btf, "int", sizeof(int), BTF_INT_SIGNED);
	x->empty = btf__add_struct(x->btf, NULL, 0);
	x->proto = btf__add_func_proto(x->btf, x->number);
	return x->byte < 0 || x->number < 0 || x->empty < 0 || x->proto < 0 ? -ENOMEM : 0;
}
