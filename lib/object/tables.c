// SPDX-License-Identifier: GPL-2.0-or-later
/* Find the users of a tail-call map. */
#include "object/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "dispatcher/tailcalls.h"
#include "kernel/token.h"
#include "model/label.h"
#include "object/label_map.h"
#include "object/map_set.h"

/* struct search - a search in all programs for users of the map @id */
struct search {
	__u32 id;
	const char *sha256;
	struct map_set going, inside;
	struct labels *labels;
	enum table_state state;
	struct table_user *user;
};

static bool uses(const struct kobj_prog *info, __u32 map)
{
	for (unsigned int i = 0; i < info->n_maps && i < KOBJ_MAX_MAPS; i++)
		if (info->maps[i] == map)
			return true;
	return false;
}

static int note(struct search *s, const struct kobj_prog *info, struct report *r)
{
	struct origin origin = { 0 };
	int is_entry = label_map_read(info->maps, info->n_maps, s->labels, r);

	if (is_entry < 0)
		return is_entry;
	if (!is_entry && map_set_has_program(&s->inside, info->id))
		return 0;
	if (is_entry)
		label_origin(s->labels, &origin);
	labels_clear(s->labels);
	if (*origin.sha256 && !strcmp(origin.sha256, s->sha256)) {
		s->state = TABLE_SAME;
		return 0;
	}
	if (s->state == TABLE_SAME)
		return 0;
	s->state = TABLE_BUSY;
	s->user->id = info->id;
	return kobj_func_name(info, NULL, s->user->name, sizeof(s->user->name), r);
}

static int look_at(struct search *s, __u32 id, struct report *r)
{
	struct kobj_prog info;
	int fd = kobj_prog_open(id, r);
	int err;

	if (fd == -ENOENT)
		report_clear_error(r);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = kobj_prog_info(fd, &info, r);
	if (!err && uses(&info, s->id) && !map_set_has_program(&s->going, id))
		err = note(s, &info, r);
	close(fd);
	return err;
}

/* Collect the programs in the table, and those that they lead to. */
static int add_inside(struct search *s, int table, __u32 slots, struct report *r)
{
	int err = 0;

	for (__u32 i = 0; !err && i < slots; i++) {
		__u32 id = tailcalls_get(table, i);

		if (id)
			err = map_set_add_program(&s->inside, id, r);
	}
	return err;
}

static int cannot_look(struct report *r)
{
	return report_fail(r, STATUS_REFUSED, errno,
			   "Cannot look for the programs that use a map: %s", strerror(errno));
}

static int search(struct search *s, struct report *r)
{
	__u32 id = 0;
	int err = 0;

	while (!err && !bpf_prog_get_next_id(id, &id))
		err = look_at(s, id, r);
	return err || errno == ENOENT ? err : cannot_look(r);
}

int table_state(int table, const __u32 *going, unsigned int n, const char *sha256,
		enum table_state *state, struct table_user *user, struct report *r)
{
	struct search s = { .sha256 = sha256, .user = user };
	struct kobj_map info;
	int err = kobj_map_info(table, &info, r);

	s.labels = calloc(1, sizeof(*s.labels));
	if (!err && !s.labels)
		err = report_no_memory(r);
	s.id = info.id;
	for (unsigned int i = 0; !err && i < n; i++)
		err = map_set_add_program(&s.going, going[i], r);
	if (!err)
		err = add_inside(&s, table, info.max_entries, r);
	if (!err)
		err = search(&s, r);
	*state = s.state;
	map_set_close(&s.going);
	map_set_close(&s.inside);
	free(s.labels);
	return err;
}

/* ---- does a program run elsewhere? ---- */

/* struct run - where a program runs; @links: number of its links whose target the kernel
 * does not tell, as before Linux 5.13 */
struct run {
	__u32 program;
	const struct kobj_prog *dispatchers;
	unsigned int n;
	unsigned int links;
	bool elsewhere;
};

static int look_at_link(const struct kobj_link *link, int fd, void *arg)
{
	struct run *run = arg;
	bool known = false;

	(void)fd;
	if (link->prog != run->program)
		return 0;
	for (unsigned int i = 0; i < run->n; i++)
		known |= link->target && run->dispatchers[i].id == link->target;
	run->links += !link->target;
	run->elsewhere |= link->target && !known;
	return 0;
}

static bool is_of_dispatcher(const struct run *run, __u32 map)
{
	for (unsigned int i = 0; i < run->n; i++)
		if (uses(&run->dispatchers[i], map))
			return true;
	return false;
}

static int look_at_map(struct run *run, __u32 id, const struct map_set *own, struct report *r)
{
	struct kobj_map info;
	int fd = kobj_map_open(id, r);
	int err;

	if (fd == -ENOENT)
		report_clear_error(r);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = kobj_map_info(fd, &info, r);
	if (!err && info.type == BPF_MAP_TYPE_PROG_ARRAY && !is_of_dispatcher(run, id) &&
	    !map_set_has_map(own, id))
		for (__u32 i = 0; !run->elsewhere && i < info.max_entries; i++)
			run->elsewhere = tailcalls_get(fd, i) == run->program;
	close(fd);
	return err;
}

static int look_at_maps_of(struct run *run, __u32 prog, const struct map_set *own, struct report *r)
{
	struct kobj_prog info;
	int fd = kobj_prog_open(prog, r);
	int err;

	if (fd == -ENOENT)
		report_clear_error(r);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = kobj_prog_info(fd, &info, r);
	for (unsigned int i = 0; !err && i < info.n_maps && i < KOBJ_MAX_MAPS; i++)
		err = look_at_map(run, info.maps[i], own, r);
	close(fd);
	return err;
}

/* Find the maps through the programs: the kernel may empty a tail-call map that we open
 * by its id just when its last user has gone. */
static int look_at_maps(struct run *run, struct report *r)
{
	struct map_set own = { 0 };
	int err = map_set_add_program(&own, run->program, r);
	__u32 id = 0;

	while (!err && !run->elsewhere && !bpf_prog_get_next_id(id, &id))
		err = look_at_maps_of(run, id, &own, r);
	if (!err && !run->elsewhere && errno != ENOENT)
		err = cannot_look(r);
	map_set_close(&own);
	return err;
}

int program_runs_elsewhere(const struct program *p, const struct kobj_prog *dispatchers,
			   unsigned int n, bool *elsewhere, struct report *r)
{
	struct run run = { .program = p->id, .dispatchers = dispatchers, .n = n };
	int err = kobj_each_link(look_at_link, &run, r);

	/* An extension cannot be tail-called. */
	if (!err && p->plain)
		err = look_at_maps(&run, r);
	/* With a token, others may hold links that are not seen. */
	*elsewhere = token_has() || run.elsewhere || run.links > n;
	return err;
}
