// SPDX-License-Identifier: GPL-2.0-or-later
/* Collect the facts for a map plan. */
#include "object/map_set_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/kobj.h"
#include "object/label_map.h"
#include "object/map_names.h"

static unsigned int cpus(void)
{
	int n = libbpf_num_possible_cpus();

	return n > 0 ? n : 1;
}

/* ---- the arrays ---- */

static int grow(struct map_set *s)
{
	struct map_facts *facts = realloc(s->facts, (s->n + 1) * sizeof(*facts));
	struct bpf_map **declared;
	int *fds;

	if (!facts)
		return -ENOMEM;
	s->facts = facts;
	fds = realloc(s->fds, (s->n + 1) * sizeof(*fds));
	if (!fds)
		return -ENOMEM;
	s->fds = fds;
	declared = realloc(s->declared, (s->n + 1) * sizeof(struct bpf_map *));
	if (!declared)
		return -ENOMEM;
	s->declared = declared;
	return 0;
}

static int add(struct map_set *s, const struct map_facts *f, int fd, struct bpf_map *declared,
	       struct report *r)
{
	if (grow(s))
		return report_no_memory(r);
	s->facts[s->n] = *f;
	map_facts_settle(&s->facts[s->n], cpus());
	s->fds[s->n] = fd;
	s->declared[s->n] = declared;
	return s->n++;
}

int map_set_add_facts(struct map_set *s, const struct map_facts *f, struct report *r)
{
	return add(s, f, -1, NULL, r);
}

static int keep_btf(struct map_set *s, struct btf *btf, __u32 id)
{
	struct btf **btfs = realloc(s->btfs, (s->n_btfs + 1) * sizeof(struct btf *));
	__u32 *ids;

	if (!btfs)
		return -ENOMEM;
	s->btfs = btfs;
	ids = realloc(s->btf_ids, (s->n_btfs + 1) * sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	s->btf_ids = ids;
	s->btfs[s->n_btfs] = btf;
	s->btf_ids[s->n_btfs++] = id;
	return 0;
}

int map_set_btf(struct map_set *s, __u32 id, struct btf **btf, struct report *r)
{
	int err;

	*btf = NULL;
	for (unsigned int i = 0; i < s->n_btfs; i++)
		if (s->btf_ids[i] == id)
			*btf = s->btfs[i];
	if (!id || *btf)
		return 0;
	*btf = btf__load_from_kernel_by_id(id);
	if (!*btf)
		return report_fail(r, STATUS_REFUSED, errno,
				   "Cannot read the BTF of the programs that run: %s",
				   strerror(errno));
	err = keep_btf(s, *btf, id);
	if (!err)
		return 0;
	btf__free(*btf);
	return report_no_memory(r);
}

void map_set_close(struct map_set *s)
{
	for (unsigned int i = 0; i < s->n; i++)
		if (s->fds[i] >= 0)
			close(s->fds[i]);
	for (unsigned int i = 0; i < s->n_btfs; i++)
		btf__free(s->btfs[i]);
	free(s->facts);
	free(s->fds);
	free(s->declared);
	free(s->programs);
	free(s->btfs);
	free(s->btf_ids);
	memset(s, 0, sizeof(*s));
}

/* ---- what a map is ---- */

static enum map_role role_of(__u32 type, const char *section)
{
	if (!strncmp(section, ".rodata", 7) || !strncmp(section, ".kconfi", 7))
		return MAP_OF_CONSTANTS;
	if (*section)
		return MAP_OF_VARIABLES;
	return type == BPF_MAP_TYPE_PROG_ARRAY ? MAP_OF_TAIL_CALLS : MAP_OF_USER;
}

/* Global variables are in an array of one element, whose type is their section; the
 * kernel's name of the map is cut, and begins with the object's name. */
static const char *section_of(const struct kobj_map *info, const struct btf *btf)
{
	const char *dot = strchr(info->name, '.');
	const struct btf_type *t;

	if (info->type != BPF_MAP_TYPE_ARRAY || info->max_entries != 1 || !dot)
		return "";
	t = btf ? btf__type_by_id(btf, info->btf_value_type) : NULL;
	return t && btf_is_datasec(t) ? map_type_name(btf, t->name_off) : dot;
}

static void set_facts(struct map_facts *f, const struct kobj_map *info, const struct btf *btf)
{
	const char *section = section_of(info, btf);

	*f = (struct map_facts){
		.id = info->id,
		.role = role_of(info->type, section),
		.type = info->type,
		.key_size = info->key_size,
		.value_size = info->value_size,
		.max_entries = info->max_entries,
		.flags = info->flags,
		.extra = info->extra,
		.btf_id = info->btf_id,
		.btf = btf,
		.key = btf ? info->btf_key_type : 0,
		.value = btf ? info->btf_value_type : 0,
	};
	snprintf(f->name, sizeof(f->name), "%s", *section ? section : info->name);
	f->cut = !*section && strlen(info->name) == MAP_KERNEL_NAME_MAX;
	if (strcmp(info->name, LABEL_MAP_NAME))
		return;
	f->role = MAP_OF_CONSTANTS;
	strcpy(f->name, LABEL_MAP_NAME);
}

int map_set_add_fd(struct map_set *s, int fd, struct report *r)
{
	struct map_facts f;
	struct kobj_map info;
	struct btf *btf;
	int own, err = kobj_map_info(fd, &info, r);

	if (!err)
		err = map_set_btf(s, info.btf_id, &btf, r);
	if (err)
		return err;
	own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (own < 0)
		return report_fail(r, STATUS_REFUSED, errno, "Cannot keep a map open: %s",
				   strerror(errno));
	set_facts(&f, &info, btf);
	err = add(s, &f, own, NULL, r);
	if (err < 0)
		close(own);
	return err;
}

/* ---- an object file ---- */

/* The declaration of a map of maps also has the type of its inner maps. */
void map_set_find_inner(struct map_facts *f, const struct btf *btf)
{
	__u32 section = map_section_find(btf, MAPS_SECTION);
	struct map_declaration d;
	struct map_var var;

	if (f->cut || !map_var_find(btf, section, f->name, &var) ||
	    !map_declaration_read(btf, var.type, &d))
		return;
	f->declared_in = btf;
	f->inner = d.inner;
}

static const char *section_name(const struct bpf_map *m)
{
	const char *dot = bpf_map__is_internal(m) ? strchr(bpf_map__name(m), '.') : NULL;

	return dot ? dot : "";
}

static void set_declared(struct map_facts *f, const struct bpf_map *m, const struct btf *btf)
{
	const char *section = section_name(m);

	*f = (struct map_facts){
		.role = role_of(bpf_map__type(m), section),
		.type = bpf_map__type(m),
		.key_size = bpf_map__key_size(m),
		.value_size = bpf_map__value_size(m),
		.max_entries = bpf_map__max_entries(m),
		.flags = bpf_map__map_flags(m),
		.extra = bpf_map__map_extra(m),
		.btf = btf,
		.key = btf ? bpf_map__btf_key_type_id(m) : 0,
		.value = btf ? bpf_map__btf_value_type_id(m) : 0,
	};
	if (bpf_map__type(m) == BPF_MAP_TYPE_STRUCT_OPS)
		f->role = MAP_OF_CONSTANTS;
	snprintf(f->name, sizeof(f->name), "%s", *section ? section : bpf_map__name(m));
	if (*section)
		f->value = map_section_find(btf, section);
	else if (btf)
		map_set_find_inner(f, btf);
}

int map_set_add_object(struct map_set *s, struct bpf_object *obj, struct report *r)
{
	const struct btf *btf = bpf_object__btf(obj);
	struct bpf_map *m;
	int err = 0;

	bpf_object__for_each_map(m, obj)
	{
		struct map_facts f;

		if (err < 0 || !bpf_map__autocreate(m))
			continue;
		set_declared(&f, m, btf);
		err = add(s, &f, -1, m, r);
	}
	return err < 0 ? err : 0;
}
