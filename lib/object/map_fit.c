// SPDX-License-Identifier: GPL-2.0-or-later
/* Can one map take the place of another? */
#include "object/map_plan.h"

#include <stdio.h>

#include <linux/bpf.h>

static bool is_devmap(const struct map_facts *f)
{
	return f->type == BPF_MAP_TYPE_DEVMAP || f->type == BPF_MAP_TYPE_DEVMAP_HASH;
}

static bool is_lru(const struct map_facts *f)
{
	return f->type == BPF_MAP_TYPE_LRU_HASH || f->type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

/* The kernel gives each processor an equal part of an LRU map, and rounds the size up
 * to a multiple, or down if that would overflow. */
static void settle_lru(struct map_facts *f, unsigned int cpus)
{
	__u32 rest = f->max_entries % cpus;
	__u32 up = rest ? f->max_entries + (cpus - rest) : f->max_entries;

	f->max_entries = up < f->max_entries ? f->max_entries - rest : up;
}

void map_facts_settle(struct map_facts *f, unsigned int cpus)
{
	/* These flags apply only to the fd with which the map was made. */
	f->flags &= ~(BPF_F_RDONLY | BPF_F_WRONLY);
	/* The kernel adds a flag: programs must not write what it dereferences. */
	if (is_devmap(f))
		f->flags |= BPF_F_RDONLY_PROG;
	if (is_lru(f) && f->flags & BPF_F_NO_COMMON_LRU && cpus)
		settle_lru(f, cpus);
	if (f->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !f->max_entries)
		f->max_entries = cpus;
}

static enum map_loss compare_types(const struct map_facts *old, const struct map_facts *new,
				   char where[MAP_WHERE_MAX])
{
	if (!old->btf || !new->btf)
		return MAP_NOT_LOST;
	if (old->key && new->key && !map_types_same(old->btf, old->key, new->btf, new->key, where))
		return MAP_LOST_KEY;
	if (old->value && new->value &&
	    !map_types_same(old->btf, old->value, new->btf, new->value, where))
		return MAP_LOST_VALUE;
	return MAP_NOT_LOST;
}

static enum map_loss compare_inner(const struct map_facts *old, const struct map_facts *new)
{
	if (!old->declared_in || !new->declared_in || !old->inner || !new->inner ||
	    map_declaration_same(old->declared_in, old->inner, new->declared_in, new->inner))
		return MAP_NOT_LOST;
	return MAP_LOST_INNER;
}

static enum map_loss compare(const struct map_facts *old, const struct map_facts *new,
			     char where[MAP_WHERE_MAX])
{
	enum map_loss types;

	*where = '\0';
	if (old->type != new->type)
		return MAP_LOST_TYPE;
	if (old->key_size != new->key_size)
		return MAP_LOST_KEY_SIZE;
	if (old->value_size != new->value_size)
		return MAP_LOST_VALUE_SIZE;
	if (old->max_entries != new->max_entries)
		return MAP_LOST_ENTRIES;
	if (old->flags != new->flags)
		return MAP_LOST_FLAGS;
	if (old->extra != new->extra)
		return MAP_LOST_EXTRA;
	types = compare_types(old, new, where);
	return types ? types : compare_inner(old, new);
}

bool map_fits(const struct map_facts *old, const struct map_facts *new, struct map_fate *fate)
{
	char where[MAP_WHERE_MAX];

	fate->loss = compare(old, new, where);
	snprintf(fate->where, sizeof(fate->where), "%s", where);
	return !fate->loss;
}
