// SPDX-License-Identifier: GPL-2.0-or-later
/* Collect the facts about the maps of programs in the kernel. */
#include "object/map_set_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "dispatcher/tailcalls.h"
#include "kernel/kobj.h"
#include "object/label_map.h"
#include "object/map_names.h"

static int find(const struct map_set *s, __u32 id)
{
	for (unsigned int i = 0; i < s->n; i++)
		if (s->facts[i].id == id)
			return i;
	return -1;
}

bool map_set_has_map(const struct map_set *s, __u32 id)
{
	return find(s, id) >= 0;
}

bool map_set_has_program(const struct map_set *s, __u32 id)
{
	for (unsigned int i = 0; i < s->n_programs; i++)
		if (s->programs[i] == id)
			return true;
	return false;
}

static int add_map(struct map_set *s, __u32 id, struct report *r)
{
	int fd, err;

	if (find(s, id) >= 0)
		return 0;
	fd = kobj_map_open(id, r);
	if (fd < 0)
		return fd;
	err = map_set_add_fd(s, fd, r);
	close(fd);
	return err < 0 ? err : 0;
}

/* libbpf made all maps of a program that has our labels. */
static bool has_labels(const struct map_set *s, const struct kobj_prog *info)
{
	bool found = false;

	for (unsigned int i = 0; i < info->n_maps && i < KOBJ_MAX_MAPS; i++) {
		int at = find(s, info->maps[i]);

		found |= at >= 0 && !strcmp(s->facts[at].name, LABEL_MAP_NAME);
	}
	return found;
}

static void name_maps(struct map_set *s, const struct kobj_prog *info, const struct btf *btf,
		      bool in_order)
{
	struct map_facts *maps[KOBJ_MAX_MAPS];
	unsigned int n = 0;

	for (unsigned int i = 0; i < info->n_maps && i < KOBJ_MAX_MAPS; i++) {
		int at = find(s, info->maps[i]);

		if (at >= 0 && s->facts[at].role != MAP_OF_CONSTANTS)
			maps[n++] = &s->facts[at];
	}
	map_names_resolve(btf, maps, n, in_order);
	for (unsigned int i = 0; btf && i < n; i++)
		map_set_find_inner(maps[i], btf);
}

/* Was the program loaded from the same object?  Its BTF or its name in that BTF tells.  1, 0 or
 * -errno. */
static int is_own(const struct kobj_prog *info, __u32 btf_id, const struct btf *btf,
		  struct report *r)
{
	char name[MAP_NAME_MAX];
	int err;

	if (info->btf_id == btf_id)
		return 1;
	err = kobj_func_name(info, NULL, name, sizeof(name), r);
	if (err)
		return err;
	return btf && btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

/* struct walk - a program whose maps are added, and those that it can tail-call */
struct walk {
	__u32 *todo;
	unsigned int n;
	bool in_order;
};

static int push(struct walk *w, __u32 id, struct report *r)
{
	__u32 *todo = realloc(w->todo, (w->n + 1) * sizeof(*todo));

	if (!todo)
		return report_no_memory(r);
	w->todo = todo;
	w->todo[w->n++] = id;
	return 0;
}

static int look_at_called(struct map_facts *f, __u32 id, const struct kobj_prog *owner,
			  const struct btf *btf, struct report *r)
{
	struct kobj_prog info;
	int fd = kobj_prog_open(id, r);
	int err, is;

	if (fd < 0)
		return fd;
	err = kobj_prog_info(fd, &info, r);
	close(fd);
	if (err)
		return err;
	is = is_own(&info, owner->btf_id, btf, r);
	if (!is)
		f->stranger = id;
	return is < 0 ? is : 0;
}

static int walk_table(struct map_set *s, unsigned int at, const struct kobj_prog *owner,
		      const struct btf *btf, struct walk *w, struct report *r)
{
	int err = 0;

	for (__u32 slot = 0; !err && slot < s->facts[at].max_entries; slot++) {
		__u32 id = tailcalls_get(s->fds[at], slot);

		if (!id)
			continue;
		err = look_at_called(&s->facts[at], id, owner, btf, r);
		if (!err)
			err = push(w, id, r);
		if (err != -ENOENT)
			continue;
		report_clear_error(r);
		err = 0;
	}
	return err;
}

static int note_program(struct map_set *s, __u32 id, struct report *r)
{
	__u32 *programs = realloc(s->programs, (s->n_programs + 1) * sizeof(*programs));

	if (!programs)
		return report_no_memory(r);
	s->programs = programs;
	s->programs[s->n_programs++] = id;
	return 0;
}

static int add_maps_of(struct map_set *s, const struct kobj_prog *info, struct walk *w,
		       struct report *r)
{
	unsigned int known = s->n;
	struct btf *btf;
	int err = map_set_btf(s, info->btf_id, &btf, r);

	for (unsigned int i = 0; !err && i < info->n_maps && i < KOBJ_MAX_MAPS; i++)
		err = add_map(s, info->maps[i], r);
	if (err)
		return err;
	w->in_order |= has_labels(s, info);
	name_maps(s, info, btf, w->in_order);
	for (unsigned int i = known; !err && i < s->n; i++)
		if (s->facts[i].role == MAP_OF_TAIL_CALLS)
			err = walk_table(s, i, info, btf, w, r);
	return err;
}

static int visit(struct map_set *s, __u32 id, struct walk *w, struct report *r)
{
	struct kobj_prog info;
	int fd, err;

	if (map_set_has_program(s, id))
		return 0;
	fd = kobj_prog_open(id, r);
	if (fd == -ENOENT)
		report_clear_error(r);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = kobj_prog_info(fd, &info, r);
	if (!err)
		err = note_program(s, id, r);
	if (!err)
		err = add_maps_of(s, &info, w, r);
	close(fd);
	return err;
}

int map_set_add_program(struct map_set *s, __u32 id, struct report *r)
{
	struct walk w = { 0 };
	int err = push(&w, id, r);

	while (!err && w.n) {
		__u32 next = w.todo[--w.n];

		err = visit(s, next, &w, r);
	}
	free(w.todo);
	return err;
}
