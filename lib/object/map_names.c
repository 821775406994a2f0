// SPDX-License-Identifier: GPL-2.0-or-later
/* Find the full names of maps whose names the kernel cut. */
#include "object/map_names.h"

#include <stdio.h>
#include <string.h>

#include <linux/bpf.h>

/* Does the variable's name begin with the kernel's name of the map? */
static bool begins(const struct map_var *var, const struct map_facts *f)
{
	return !strncmp(var->name, f->name, MAP_KERNEL_NAME_MAX);
}

/* The kernel or libbpf rounds the number of entries. */
static bool is_rounded(__u32 type)
{
	return type == BPF_MAP_TYPE_LRU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_RINGBUF || type == BPF_MAP_TYPE_USER_RINGBUF;
}

/* Does the map match this declaration?  Facts that are not declared are not
 * compared. */
static bool is_declared(const struct btf *btf, const struct map_var *var, const struct map_facts *f)
{
	struct map_facts declared = { 0 };
	struct map_declaration d;
	struct map_fate fate;

	if (!map_declaration_read(btf, var->type, &d))
		return false;
	declared.type = d.type;
	declared.key_size = d.key_size ? d.key_size : f->key_size;
	declared.value_size = d.value_size ? d.value_size : f->value_size;
	declared.max_entries =
		is_rounded(d.type) || !d.max_entries ? f->max_entries : d.max_entries;
	/* The kernel adds some flags. */
	declared.flags = f->flags;
	declared.extra = f->extra;
	declared.btf = btf;
	declared.key = d.key;
	declared.value = d.value;
	return map_fits(f, &declared, &fate);
}

/* Was another map already resolved to this variable? */
static bool is_taken(struct map_facts **maps, unsigned int n, const struct map_var *var)
{
	for (unsigned int i = 0; i < n; i++)
		if (!maps[i]->cut && !strcmp(maps[i]->name, var->name))
			return true;
	return false;
}

/* Count the variables that can be this map, and store the first of them in @found. */
static unsigned int candidates(const struct btf *btf, __u32 section, struct map_facts **maps,
			       unsigned int n, const struct map_facts *f, struct map_var *found)
{
	struct map_var var;
	unsigned int count = 0;

	for (unsigned int i = 0; map_var_get(btf, section, i, &var); i++) {
		if (!begins(&var, f) || is_taken(maps, n, &var) || !is_declared(btf, &var, f))
			continue;
		if (!count++)
			*found = var;
	}
	return count;
}

/* Can another map with a cut name be this variable too? */
static bool is_disputed(const struct btf *btf, struct map_facts **maps, unsigned int n,
			const struct map_facts *f, const struct map_var *var)
{
	for (unsigned int i = 0; i < n; i++)
		if (maps[i] != f && maps[i]->cut && begins(var, maps[i]) &&
		    is_declared(btf, var, maps[i]))
			return true;
	return false;
}

static void set_name(struct map_facts *f, const char *name)
{
	snprintf(f->name, sizeof(f->name), "%s", name);
	f->cut = false;
}

/* Resolve maps that can be only one variable, until there are no more. */
static void resolve_single(const struct btf *btf, __u32 section, struct map_facts **maps,
			   unsigned int n)
{
	struct map_var var;
	bool again = true;

	while (again) {
		again = false;
		for (unsigned int i = 0; i < n; i++) {
			if (!maps[i]->cut ||
			    candidates(btf, section, maps, n, maps[i], &var) != 1 ||
			    is_disputed(btf, maps, n, maps[i], &var))
				continue;
			set_name(maps[i], var.name);
			again = true;
		}
	}
}

/* Count the maps that look like @f in @alike, and return how many of them were made
 * before it; -1 if they do not come from one load. */
static int rank(struct map_facts **maps, unsigned int n, const struct map_facts *f,
		unsigned int *alike)
{
	int before = 0;

	*alike = 0;
	for (unsigned int i = 0; i < n; i++) {
		struct map_fate fate;

		if (!maps[i]->cut || strcmp(maps[i]->name, f->name) || !map_fits(maps[i], f, &fate))
			continue;
		if (!f->btf_id || maps[i]->btf_id != f->btf_id)
			return -1;
		++*alike;
		before += maps[i]->id < f->id;
	}
	return before;
}

/* Find the name of @f, if the number of maps that look like it equals the number of such
 * declarations. */
static bool find_by_order(const struct btf *btf, __u32 section, struct map_facts **maps,
			  unsigned int n, const struct map_facts *f, struct map_var *found)
{
	unsigned int alike, count = 0;
	int before = rank(maps, n, f, &alike);
	struct map_var var;

	for (unsigned int i = 0; before >= 0 && map_var_get(btf, section, i, &var); i++) {
		if (!begins(&var, f) || is_taken(maps, n, &var) || !is_declared(btf, &var, f))
			continue;
		if (count++ == (unsigned int)before)
			*found = var;
	}
	return before >= 0 && count == alike;
}

/* Set all names at the end: a name that is found must not change the other counts. */
static void resolve_by_order(const struct btf *btf, __u32 section, struct map_facts **maps,
			     unsigned int n)
{
	struct map_var found[64];
	bool known[64] = { false };

	if (n > 64)
		n = 64;
	for (unsigned int i = 0; i < n; i++)
		known[i] = maps[i]->cut && find_by_order(btf, section, maps, n, maps[i], &found[i]);
	for (unsigned int i = 0; i < n; i++)
		if (known[i])
			set_name(maps[i], found[i].name);
}

void map_names_resolve(const struct btf *btf, struct map_facts **maps, unsigned int n,
		       bool in_order)
{
	__u32 section = map_section_find(btf, MAPS_SECTION);

	if (!section)
		return;
	resolve_single(btf, section, maps, n);
	if (in_order)
		resolve_by_order(btf, section, maps, n);
}
