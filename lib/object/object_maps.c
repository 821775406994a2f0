// SPDX-License-Identifier: GPL-2.0-or-later
/* Maps of component programs: make the plan for each map, and carry it out. */
#include "object/object_maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/kobj.h"
#include "object/object_internal.h"
#include "object/pinmaps.h"

static int get_maps(struct object *o, struct report *r)
{
	if (!o->maps)
		o->maps = calloc(1, sizeof(*o->maps));
	return o->maps ? 0 : report_no_memory(r);
}

/* Drop what is known about the new object, but keep the facts about old programs. */
static void forget_plan(struct object *o)
{
	object_free_pins(o);
	map_plan_free(&o->maps->plan);
	map_set_close(&o->maps->new);
	map_set_close(&o->maps->pinned);
	o->maps->planned = false;
}

void object_free_maps(struct object *o)
{
	if (!o->maps)
		return;
	forget_plan(o);
	map_set_close(&o->maps->old);
	free(o->maps);
	o->maps = NULL;
}

int object_replaces(struct object *o, __u32 program, struct report *r)
{
	int err = get_maps(o, r);

	return err ? err : map_set_add_program(&o->maps->old, program, r);
}

/* ---- plan ---- */

/* The maps of a program that is already loaded cannot be replaced. */
static int add_loaded(struct object *o, struct report *r)
{
	struct map_set *new = &o->maps->new;
	int err = map_set_add_program(new, o->program.id, r);

	for (unsigned int i = 0; i < new->n; i++)
		new->facts[i].made = true;
	return err;
}

static int add_declared(struct object *o, struct report *r)
{
	struct map_set *new = &o->maps->new;
	int err = map_set_add_object(new, o->obj, r);

	for (unsigned int i = 0; !err && i < new->n; i++) {
		int wanted = pinmaps_wanted(o, new->declared[i], r);

		err = wanted > 0 ? object_add_pin(o, i, r) : wanted;
	}
	return err;
}

/*
 * A shared tail-call map must not be written, but libbpf would write to it.  So
 * open the object again, without the programs that it puts there.
 */
static int open_for_sharing(struct object *o, struct report *r)
{
	const char **names = calloc(o->n_pins + 1, sizeof(char *));
	struct map_set before = o->maps->new;
	unsigned int n = 0;
	int err;

	if (!names)
		return report_no_memory(r);
	for (unsigned int i = 0; i < o->n_pins; i++)
		if (o->pins[i].shares)
			names[n++] = o->maps->new.facts[o->pins[i].map].name;
	if (!n) {
		free(names);
		return 0;
	}
	/* The names in the old facts are used until the end. */
	o->maps->new = (struct map_set){ 0 };
	forget_plan(o);
	err = object_open_again(o, names, n, r);
	map_set_close(&before);
	free(names);
	return err ? err : add_declared(o, r);
}

/* A pinned map replaces the declared one; a tail-call map does so only if it is shared.
 * The facts no longer move in memory from here on. */
static void set_pinned(struct object *o)
{
	for (unsigned int i = 0; i < o->n_pins; i++) {
		struct object_pin *pin = &o->pins[i];
		struct map_facts *f = &o->maps->new.facts[pin->map];

		if (pin->pinned >= 0 && (f->role != MAP_OF_TAIL_CALLS || pin->shares))
			f->pinned = &o->maps->pinned.facts[pin->pinned];
	}
}

static int refuse_misfit(const struct object *o, struct report *r)
{
	const struct map_plan *plan = &o->maps->plan;
	char why[256];

	map_loss_text(&plan->misfit_fate, why, sizeof(why));
	return report_fail(r, STATUS_REFUSED, EEXIST,
			   "The map pinned at \"%s/%s\" is not the one that \"%s\" declares: %s",
			   o->program.origin.pinmaps, plan->misfit->name, o->program.origin.object,
			   why);
}

int object_plan_maps(struct object *o, enum maps_policy policy, struct report *r)
{
	struct object_maps *maps;
	int err = get_maps(o, r);

	if (err)
		return err;
	maps = o->maps;
	forget_plan(o);
	/* No privileges are needed to find out that nothing can be lost. */
	if (o->obj)
		err = add_declared(o, r);
	else if (maps->old.n)
		err = add_loaded(o, r);
	if (!err)
		err = open_for_sharing(o, r);
	if (err)
		return err;
	set_pinned(o);
	if (map_plan_make(maps->old.facts, maps->old.n, maps->new.facts, maps->new.n, policy,
			  &maps->plan))
		return report_no_memory(r);
	maps->planned = true;
	return maps->plan.misfit ? refuse_misfit(o, r) : 0;
}

void object_judge_maps(const struct object *o, enum maps_policy policy, const char *entry,
		       struct map_losses *losses, struct report *r)
{
	map_plan_judge(&o->maps->plan, o->maps->old.facts, policy, entry, losses, r);
}

/* ---- before the object is loaded ---- */

int object_not_set(const struct bpf_map *map, int err, struct report *r)
{
	return report_fail(r, STATUS_REFUSED, -err, "Cannot prepare map \"%s\": %s",
			   bpf_map__name(map), strerror(-err));
}

static int reuse(const struct object *o, unsigned int map, int fd, struct report *r)
{
	int err = bpf_map__reuse_fd(o->maps->new.declared[map], fd);

	if (err)
		return report_fail(r, STATUS_REFUSED, -err, "Cannot use map \"%s\" again: %s",
				   o->maps->new.facts[map].name, strerror(-err));
	return 0;
}

static int prepare_map(const struct object *o, unsigned int i, struct report *r)
{
	const struct map_origin *from = &o->maps->plan.origins[i];

	switch (from->action) {
	case MAP_KEPT:
		return reuse(o, i, o->maps->old.fds[from->old], r);
	case MAP_SHARED:
		return reuse(o, i, object_pinned_fd(o, i), r);
	case MAP_FRESH:
		break;
	}
	return 0;
}

/*
 * Maps are pinned only in the directory that the command line names, and only when
 * the change is certain, so libbpf must not pin them.
 */
int object_prepare_maps(struct object *o, struct report *r)
{
	struct bpf_map *m;
	int err = 0;

	if (!o->maps || !o->maps->planned)
		err = object_plan_maps(o, MAPS_NEW, r);
	bpf_object__for_each_map(m, o->obj)
	{
		int not_set = bpf_map__set_pin_path(m, NULL);

		if (not_set && !err)
			err = object_not_set(m, not_set, r);
	}
	for (unsigned int i = 0; !err && i < o->maps->new.n; i++)
		err = prepare_map(o, i, r);
	return err;
}

/* ---- when everything else has succeeded ---- */

static int read_value(int fd, __u32 size, char **value, struct report *r)
{
	*value = malloc(size);
	if (!*value)
		return report_no_memory(r);
	return kobj_map_value(fd, *value, r);
}

/* Copy one variable from the old map's value to that of the new map. */
static int copy_variable(const struct object_maps *maps, const struct map_copy *copy, char *value,
			 struct report *r)
{
	char *old = NULL;
	int err = read_value(maps->old.fds[copy->old], maps->old.facts[copy->old].value_size, &old,
			     r);

	if (!err)
		memcpy(value + copy->new_offset, old + copy->old_offset, copy->size);
	free(old);
	return err;
}

static int copy_into(const struct object_maps *maps, unsigned int n, struct report *r)
{
	const struct map_plan *plan = &maps->plan;
	int fd = bpf_map__fd(maps->new.declared[n]);
	char *value = NULL;
	__u32 key = 0;
	int err = read_value(fd, maps->new.facts[n].value_size, &value, r);

	for (unsigned int i = 0; !err && i < plan->n_copies; i++)
		if (plan->copies[i].new == n)
			err = copy_variable(maps, &plan->copies[i], value, r);
	if (!err && bpf_map_update_elem(fd, &key, value, 0))
		err = report_fail(r, STATUS_REFUSED, errno,
				  "Cannot copy the variables in \"%s\": %s",
				  maps->new.facts[n].name, strerror(errno));
	free(value);
	return err;
}

static bool has_copies(const struct map_plan *plan, unsigned int n)
{
	for (unsigned int i = 0; i < plan->n_copies; i++)
		if (plan->copies[i].new == n)
			return true;
	return false;
}

int object_copy_variables(const struct object *o, struct report *r)
{
	int err = 0;

	for (unsigned int n = 0; o->maps && !err && n < o->maps->plan.n_new; n++)
		if (has_copies(&o->maps->plan, n))
			err = copy_into(o->maps, n, r);
	return err;
}
