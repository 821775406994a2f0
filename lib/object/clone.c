// SPDX-License-Identifier: GPL-2.0-or-later
/* A second instance of a component program, with copies of its maps. */
#include "object/clone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "dispatcher/tailcalls.h"
#include "kernel/kobj.h"
#include "object/object_maps.h"

/*
 * struct cloning
 * @from: per new map, 1 + the index of the old map to copy into it, or 0
 */
struct cloning {
	const struct program *p;
	const char *entry;
	bool partial;
	struct map_copies *copies;
	struct object *o;
	unsigned int *from;
	struct report *r;
};

/* Report what cannot be cloned: 0 if that is allowed, else -ENOENT. */
static int __attribute__((format(printf, 2, 3)))
missing(const struct cloning *c, const char *fmt, ...)
{
	char what[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (!c->partial)
		return report_fail(
			c->r, STATUS_REFUSED, ENOENT,
			"Entry \"%s\" cannot be tested: %s; \"partial\" tests the rest without it",
			c->entry, what);
	report_warn(c->r, "Entry \"%s\": %s", c->entry, what);
	return 0;
}

/* ---- maps ---- */

/* Reuse the copy of a map that a clone of another program already has. */
static int use_copy(struct cloning *c, unsigned int old, int copy)
{
	int fd = fcntl(copy, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return report_fail(c->r, STATUS_REFUSED, errno, "Cannot keep a map open: %s",
				   strerror(errno));
	close(c->o->maps->old.fds[old]);
	c->o->maps->old.fds[old] = fd;
	return 0;
}

static int make_room(struct bpf_map *m, struct report *r)
{
	__u32 flags = bpf_map__map_flags(m), entries = bpf_map__max_entries(m);
	int err;

	map_copy_size(bpf_map__type(m), &flags, &entries);
	err = bpf_map__set_map_flags(m, flags);
	if (!err)
		err = bpf_map__set_max_entries(m, entries);
	return err ? object_not_set(m, err, r) : 0;
}

/* The plan would have the clone use the original maps; keep only the information which
 * new map corresponds to which old map. */
static int plan_copies(struct cloning *c)
{
	struct map_plan *plan = &c->o->maps->plan;
	int err = 0;

	c->from = calloc(plan->n_new + 1, sizeof(*c->from));
	if (!c->from)
		return report_no_memory(c->r);
	for (unsigned int i = 0; !err && i < plan->n_new; i++) {
		struct map_origin *origin = &plan->origins[i];
		int copy;

		if (origin->action != MAP_KEPT)
			continue;
		copy = map_copies_find(c->copies, c->o->maps->old.facts[origin->old].id);
		if (copy >= 0) {
			err = use_copy(c, origin->old, copy);
			continue;
		}
		c->from[i] = 1 + origin->old;
		origin->action = MAP_FRESH;
		err = make_room(c->o->maps->new.declared[i], c->r);
	}
	return err;
}

/* Report maps of the program that differ from the declarations in its own file. */
static int check_fates(const struct cloning *c)
{
	const struct object_maps *maps = c->o->maps;
	int err = 0;

	for (unsigned int i = 0; !err && i < maps->plan.n_old; i++) {
		char why[512];

		if (!maps->plan.fates[i].loss || maps->old.facts[i].role == MAP_OF_TAIL_CALLS)
			continue;
		map_loss_text(&maps->plan.fates[i], why, sizeof(why));
		err = missing(
			c, "its map \"%s\" differs from the one that its object file declares: %s",
			maps->old.facts[i].name, why);
	}
	return err;
}

static int copy_one(struct cloning *c, unsigned int new)
{
	const struct object_maps *maps = c->o->maps;
	unsigned int old = c->from[new] - 1;
	int fd = bpf_map__fd(maps->new.declared[new]);
	const char *why = "";
	int err = map_copy(maps->old.fds[old], fd, c->copies, &why, c->r);

	if (err == -EOPNOTSUPP)
		err = missing(c, "its map \"%s\" is not copied: %s", maps->old.facts[old].name,
			      why);
	return err ? err : map_copies_add(c->copies, maps->old.facts[old].id, fd, c->r);
}

static int copy_maps(struct cloning *c)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < c->o->maps->plan.n_new; i++)
		if (c->from[i])
			err = copy_one(c, i);
	return err ? err : object_copy_variables(c->o, c->r);
}

/* ---- tail-call maps ---- */

/* The tag of the program with this id, zeros for none. */
static void tag_of(__u32 id, __u8 tag[BPF_TAG_BYTES])
{
	struct kobj_prog info;
	int fd = id ? kobj_prog_open(id, NULL) : -1;

	memset(tag, 0, BPF_TAG_BYTES);
	if (fd < 0)
		return;
	if (!kobj_prog_info(fd, &info, NULL))
		memcpy(tag, info.tag, BPF_TAG_BYTES);
	close(fd);
}

static bool same_calls(int old, int new, __u32 n)
{
	for (__u32 slot = 0; slot < n; slot++) {
		__u32 was = tailcalls_get(old, slot), is = tailcalls_get(new, slot);
		__u8 a[BPF_TAG_BYTES], b[BPF_TAG_BYTES];

		if (!was && !is)
			continue;
		tag_of(was, a);
		tag_of(is, b);
		if (!was || !is || memcmp(a, b, BPF_TAG_BYTES))
			return false;
	}
	return true;
}

static bool same_name(const struct map_facts *a, const struct map_facts *b)
{
	return a->cut || b->cut ? !strncmp(a->name, b->name, MAP_KERNEL_NAME_MAX)
				: !strcmp(a->name, b->name);
}

/* The clone's table has the programs of the object too, but cannot have others. */
static int check_table(const struct cloning *c, unsigned int old)
{
	const struct object_maps *maps = c->o->maps;
	const struct map_facts *was = &maps->old.facts[old];

	for (unsigned int i = 0; i < maps->new.n; i++) {
		const struct map_facts *is = &maps->new.facts[i];

		if (is->role == MAP_OF_TAIL_CALLS && same_name(was, is) &&
		    was->max_entries == is->max_entries &&
		    same_calls(maps->old.fds[old], bpf_map__fd(maps->new.declared[i]),
			       was->max_entries))
			return 0;
	}
	return missing(
		c,
		"its tail-call map \"%s\" holds programs that its object file does not put there, and these cannot be loaded again",
		was->name);
}

static int check_tables(const struct cloning *c)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < c->o->maps->old.n; i++)
		if (c->o->maps->old.facts[i].role == MAP_OF_TAIL_CALLS)
			err = check_table(c, i);
	return err;
}

/* ---- the program ---- */

/* Returns 0 also if the object was not found and that is allowed. */
static int open_origin(const struct cloning *c)
{
	const struct origin *from = &c->p->origin;
	const struct program_source src = {
		.object = from->object,
		.function = from->function,
		.sha256 = *from->sha256 ? from->sha256 : NULL,
	};
	struct report why = REPORT_INIT;
	int err;

	if (!from->object)
		return missing(c, "the object file of its program is unknown");
	err = object_open(&src, NULL, c->o, &why);
	if (err && kobj_is_shortage(-err))
		report_fail(c->r, why.status, -err, "%s", report_error(&why));
	else if (err)
		err = missing(c, "%s", report_error(&why));
	report_free(&why);
	return err;
}

static int load(const struct cloning *c, int ifindex, struct template *t)
{
	if (!c->p->plain)
		return object_load(c->o, ifindex, t, c->r);
	c->o->program.no_type = c->p->no_type;
	return object_load_tail(c->o, c->p->frags, c->r);
}

static int clone_opened(struct cloning *c, int ifindex, struct template *t)
{
	int err;

	c->o->ends_with_us = true;
	err = object_replaces(c->o, c->p->id, c->r);
	if (!err)
		err = object_plan_maps(c->o, MAPS_FIT, c->r);
	if (!err)
		err = check_fates(c);
	if (!err)
		err = plan_copies(c);
	if (!err)
		err = load(c, ifindex, t);
	if (!err)
		err = copy_maps(c);
	return err ? err : check_tables(c);
}

int object_clone(const struct program *p, const char *entry, int ifindex, struct template *t,
		 bool partial, struct map_copies *copies, struct object *o, struct report *r)
{
	struct cloning c = {
		.p = p,
		.entry = entry,
		.partial = partial,
		.copies = copies,
		.o = o,
		.r = r,
	};
	int err;

	memset(o, 0, sizeof(*o));
	o->program.fd = -1;
	err = open_origin(&c);
	if (!err && o->obj)
		err = clone_opened(&c, ifindex, t);
	free(c.from);
	return err;
}
