// SPDX-License-Identifier: GPL-2.0-or-later
/* Pin the maps of component programs where the user wants it. */
#include "object/object_maps.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/kobj.h"
#include "kernel/store.h"
#include "object/map_pin.h"
#include "object/pinmaps.h"
#include "object/tables.h"

/* ---- existing pins ---- */

static const struct object_pin *pin_at(const struct object *o, const char *path)
{
	for (unsigned int i = 0; i < o->n_pins; i++)
		if (!strcmp(o->pins[i].path, path))
			return &o->pins[i];
	return NULL;
}

/* A map that an earlier object of the request will pin there counts as pinned.  It has
 * an id if it exists already. */
static int add_earlier(struct object *o, struct object_pin *pin, struct report *r)
{
	const struct object_maps *its = pin->earlier->maps;
	const struct object_pin *p = pin_at(pin->earlier, pin->path);
	const struct map_origin *from = &its->plan.origins[p->map];
	struct map_facts f = its->new.facts[p->map];

	if (from->action == MAP_KEPT)
		f.id = its->old.facts[from->old].id;
	else if (from->action == MAP_SHARED)
		f.id = its->pinned.facts[p->pinned].id;
	pin->pinned = map_set_add_facts(&o->maps->pinned, &f, r);
	return pin->pinned < 0 ? pin->pinned : 0;
}

static int open_trusted(const char *path, struct report *r)
{
	int fd = store_get_path(path, r);
	struct stat st;

	if (fd < 0 || (!lstat(path, &st) && !pinmaps_distrusted(&st)))
		return fd;
	close(fd);
	return report_fail(r, STATUS_NOT_TRIED, EPERM,
			   "Cannot use the map pinned at \"%s\": it belongs to another user", path);
}

static int find_pinned(struct object *o, struct object_pin *pin, struct report *r)
{
	int fd, at;

	for (unsigned int i = 0; i < o->n_earlier && !pin->earlier; i++)
		if (pin_at(&o->earlier[i], pin->path))
			pin->earlier = &o->earlier[i];
	if (pin->earlier)
		return add_earlier(o, pin, r);
	fd = open_trusted(pin->path, r);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	at = map_set_add_fd(&o->maps->pinned, fd, r);
	close(fd);
	if (at >= 0)
		pin->pinned = at;
	return at < 0 ? at : 0;
}

/* ---- tail-call maps ---- */

static int refuse_busy(const struct object *o, const struct object_pin *pin,
		       const struct table_user *user, struct report *r)
{
	if (pin->earlier)
		return report_fail(
			r, STATUS_REFUSED, EBUSY,
			"Two object files cannot share the tail-call map at \"%s\": give one of them another \"pinmaps\"",
			pin->path);
	return report_fail(
		r, STATUS_REFUSED, EBUSY,
		"The tail-call map at \"%s\" is used by program %u (\"%s\"), which keeps running: replace both in one command, or give another \"pinmaps\" than \"%s\"",
		pin->path, user->id, user->name, o->program.origin.pinmaps);
}

/*
 * A fresh tail-call map takes the pin of an existing one, if nothing that runs uses
 * the old map after this change.  Otherwise the existing map is shared, but only with
 * programs of the same object, and nothing is written to it.
 */
static int settle_table(struct object *o, struct object_pin *pin, struct report *r)
{
	const char *sha256 = o->program.origin.sha256;
	struct table_user user = { 0 };
	enum table_state state = TABLE_BUSY;
	int err = 0;

	if (!pin->earlier)
		err = table_state(o->maps->pinned.fds[pin->pinned], o->going, o->n_going, sha256,
				  &state, &user, r);
	else if (!strcmp(pin->earlier->program.origin.sha256, sha256))
		state = TABLE_SAME;
	if (err)
		return err;
	pin->shares = state == TABLE_SAME;
	return state == TABLE_BUSY ? refuse_busy(o, pin, &user, r) : 0;
}

int object_add_pin(struct object *o, unsigned int map, struct report *r)
{
	const struct map_facts *f = &o->maps->new.facts[map];
	struct object_pin *pins = realloc(o->pins, (o->n_pins + 1) * sizeof(*pins));
	struct object_pin pin = { .map = map, .pinned = -1 };
	int err;

	if (pins)
		o->pins = pins;
	if (!pins || asprintf(&pin.path, "%s/%s", o->program.origin.pinmaps, f->name) < 0)
		return report_no_memory(r);
	o->pins[o->n_pins++] = pin;
	err = find_pinned(o, &o->pins[o->n_pins - 1], r);
	if (err || f->role != MAP_OF_TAIL_CALLS || o->pins[o->n_pins - 1].pinned < 0)
		return err;
	return settle_table(o, &o->pins[o->n_pins - 1], r);
}

void object_free_pins(struct object *o)
{
	for (unsigned int i = 0; i < o->n_pins; i++) {
		free(o->pins[i].path);
		free(o->pins[i].parked);
	}
	free(o->pins);
	o->pins = NULL;
	o->n_pins = 0;
}

static int map_fd(const struct object *o, const struct object_pin *pin)
{
	return bpf_map__fd(o->maps->new.declared[pin->map]);
}

int object_pinned_fd(const struct object *o, unsigned int map)
{
	for (unsigned int i = 0; i < o->n_pins; i++) {
		const struct object_pin *pin = &o->pins[i];

		if (pin->map == map && pin->earlier)
			return map_fd(pin->earlier, pin_at(pin->earlier, pin->path));
		if (pin->map == map)
			return o->maps->pinned.fds[pin->pinned];
	}
	return -1;
}

/* ---- pin ---- */

/* ---- pin ---- */

/* A map that loses its pin gets another one: else the kernel would empty it while
 * programs still use it. */
static int park(struct object_pin *pin, int map, struct report *r)
{
	int err;

	pin->parked = map_pin_beside(pin->path, map, r);
	if (!pin->parked)
		return -ENOMEM;
	err = map_pin_once(pin->parked, map, r);
	if (!err)
		return 0;
	free(pin->parked);
	pin->parked = NULL;
	return err;
}

static void unpark(struct object_pin *pin, struct report *r)
{
	map_unpin(pin->parked, r);
	free(pin->parked);
	pin->parked = NULL;
}

/* The new map takes the pin, by one rename.  If a map other than the old one has it by
 * now, whoever took the pin may already have parked the old map, which then stays so. */
static int take_pin(struct object_pin *pin, int old, int new, struct report *r)
{
	int err = map_pin_check(pin->path, old, r);

	if (!err)
		err = park(pin, old, r);
	if (err)
		return err;
	err = map_pin_replace(pin->path, new, r);
	if (err)
		unpark(pin, r);
	pin->made = !err;
	return err;
}

/* Somebody may have begun to use the map since the plan was made. */
static int check_free(const struct object *o, const struct object_pin *pin, struct report *r)
{
	struct table_user user;
	enum table_state state;
	int err = table_state(o->maps->pinned.fds[pin->pinned], o->going, o->n_going, "", &state,
			      &user, r);

	return !err && state != TABLE_FREE ? -EEXIST : err;
}

/* Is this a fresh tail-call map for a path where an older one is pinned? */
static bool takes_pin(const struct object *o, const struct object_pin *pin)
{
	return o->maps->new.facts[pin->map].role == MAP_OF_TAIL_CALLS && pin->pinned >= 0 &&
	       !pin->shares;
}

const char *object_takes_pin(const struct object *o)
{
	for (unsigned int i = 0; i < o->n_pins; i++)
		if (takes_pin(o, &o->pins[i]))
			return o->pins[i].path;
	return NULL;
}

static int pin_map(const struct object *o, struct object_pin *pin, struct report *r)
{
	int err;

	if (takes_pin(o, pin)) {
		err = check_free(o, pin, r);
		return err ? err
			   : take_pin(pin, o->maps->pinned.fds[pin->pinned], map_fd(o, pin), r);
	}
	err = store_pin_path(pin->path, map_fd(o, pin), r);
	pin->made = !err;
	if (err != -EEXIST)
		return err;
	report_clear_error(r);
	return map_pin_check(pin->path, map_fd(o, pin), r);
}

int object_pin_maps(struct object *o, struct report *r)
{
	int err = o->n_pins ? pinmaps_make(o, r) : 0;

	for (unsigned int i = 0; !err && i < o->n_pins; i++)
		err = pin_map(o, &o->pins[i], r);
	return err;
}

/* Give the old map its pin back.  If that fails, the map keeps the pin beside it: without
 * any pin, the kernel would empty it. */
static bool put_back(struct object_pin *pin, struct report *r)
{
	bool back = !rename(pin->parked, pin->path);

	if (!back)
		report_warn(r, "The map that was pinned at \"%s\" is pinned at \"%s\" now: %s",
			    pin->path, pin->parked, strerror(errno));
	free(pin->parked);
	pin->parked = NULL;
	return back;
}

void object_unpin_maps(struct object *o, struct report *r)
{
	for (unsigned int i = 0; i < o->n_pins; i++) {
		struct object_pin *pin = &o->pins[i];
		bool back = pin->parked && put_back(pin, r);

		if (pin->made && !back)
			map_unpin(pin->path, r);
		pin->made = false;
	}
	pinmaps_remove(o, r);
}

/* Did map_pin_beside() make this path, and is it of a tail-call map that nothing uses? */
static bool is_forgotten(const char *path, const char *beside_what)
{
	enum table_state state = TABLE_BUSY;
	int fd = store_get_path(path, NULL);
	struct table_user user;
	struct kobj_map info;
	char *ours = NULL;
	bool found;

	if (fd < 0)
		return false;
	if (!kobj_map_info(fd, &info, NULL) && info.type == BPF_MAP_TYPE_PROG_ARRAY)
		ours = map_pin_beside(beside_what, fd, NULL);
	found = ours && !strcmp(ours, path) && !table_state(fd, NULL, 0, "", &state, &user, NULL) &&
		state == TABLE_FREE;
	free(ours);
	close(fd);
	return found;
}

/* @name: name of a file in the directory of the pin @path */
static void sweep_one(const char *path, const char *name, struct report *r)
{
	char *found;

	if (asprintf(&found, "%.*s/%s", (int)(strrchr(path, '/') - path), path, name) < 0)
		return;
	if (is_forgotten(found, path))
		map_unpin(found, r);
	free(found);
}

/* Remove what a killed command left beside this pin. */
static void sweep(const struct object *o, const struct object_pin *pin, struct report *r)
{
	const char *name = strrchr(pin->path, '/') + 1;
	size_t len = strlen(name);
	DIR *d = opendir(o->program.origin.pinmaps);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (!strncmp(e->d_name, name, len) && e->d_name[len] == '-' &&
		    isdigit((unsigned char)e->d_name[len + 1]))
			sweep_one(pin->path, e->d_name, r);
	if (d)
		closedir(d);
}

void object_release_maps(struct object *o, struct report *r)
{
	for (unsigned int i = 0; i < o->n_pins; i++) {
		const struct object_pin *pin = &o->pins[i];

		if (pin->parked)
			map_unpin(pin->parked, r);
		if (o->maps->new.facts[pin->map].role == MAP_OF_TAIL_CALLS)
			sweep(o, pin, r);
	}
}
