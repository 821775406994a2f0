// SPDX-License-Identifier: GPL-2.0-or-later
/* Maps of component programs: pinned where the user wants it, and kept. */
#include "object/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/kobj.h"
#include "object/maps.h"
#include "object/object_internal.h"
#include "object/pinmaps.h"
#include "kernel/store.h"

/* ---- pinned maps ---- */

static int add_pin(struct object *o, struct bpf_map *m, struct report *r)
{
	struct object_pin *pins = realloc(o->pins, (o->n_pins + 1) * sizeof(*pins));
	char *path;

	if (pins)
		o->pins = pins;
	if (!pins || asprintf(&path, "%s/%s", o->program.origin.pinmaps, bpf_map__name(m)) < 0)
		return report_no_memory(r);
	o->pins[o->n_pins++] = (struct object_pin){ .map = m, .path = path };
	return 0;
}

static int not_kept(const struct object *o, const char *name, const char *why,
		    enum maps_policy policy, struct report *r)
{
	if (policy == MAPS_KEEP)
		return report_fail(r, STATUS_REFUSED, EEXIST,
				   "Map \"%s\" cannot be kept for \"%s\": %s", name,
				   o->program.func, why);
	report_warn(r, "Map \"%s\" is not kept: %s", name, why);
	return 0;
}

/* The map that an earlier object of the request pins at this path, or -1. */
static int earlier_map(const struct object *o, const char *path)
{
	for (unsigned int i = 0; i < o->n_earlier; i++)
		for (unsigned int j = 0; j < o->earlier[i].n_pins; j++)
			if (!strcmp(o->earlier[i].pins[j].path, path))
				return fcntl(bpf_map__fd(o->earlier[i].pins[j].map),
					     F_DUPFD_CLOEXEC, 3);
	return -1;
}

/* 1 if both are the same map. */
static int same_map(int a, int b, struct report *r)
{
	struct kobj_map x, y;
	int err = kobj_map_info(a, &x, r);

	if (!err)
		err = kobj_map_info(b, &y, r);
	return err ? err : x.id == y.id;
}

/* The old program's map, which was kept, is not the one that is pinned. */
static int check_kept(struct object *o, const struct bpf_map *m, int fd, struct report *r)
{
	int same = bpf_map__fd(m) < 0 ? 1 : same_map(bpf_map__fd(m), fd, r);

	if (same)
		return same < 0 ? same : 0;
	return not_kept(o, bpf_map__name(m), "another one is pinned in \"pinmaps\"", o->policy, r);
}

static int use_map(struct object *o, struct bpf_map *m, int fd, struct report *r)
{
	int err = maps_fit(o->obj, m, fd);

	if (err <= 0)
		return err ? err : -EEXIST;
	err = check_kept(o, m, fd, r);
	return err ? err : bpf_map__reuse_fd(m, fd);
}

/* A map that was pinned before is taken up; it must be the same kind of map. */
static int use_pinned(struct object *o, struct bpf_map *m, const char *path, struct report *r)
{
	int fd = store_get_path(path, r);
	struct stat st;
	int err;

	if (fd >= 0 && (lstat(path, &st) || pinmaps_distrusted(&st))) {
		close(fd);
		return report_fail(
			r, STATUS_NOT_TRIED, EPERM,
			"Cannot use the map pinned at \"%s\": it belongs to another user", path);
	}
	if (fd == -ENOENT)
		fd = earlier_map(o, path);
	if (fd < 0)
		return fd == -1 ? 0 : fd;
	err = use_map(o, m, fd, r);
	close(fd);
	if (!err || *report_error(r))
		return err;
	if (err != -EEXIST)
		return report_fail(r, STATUS_REFUSED, -err,
				   "Cannot use the map pinned at \"%s\": %s", path, strerror(-err));
	return report_fail(r, STATUS_REFUSED, EEXIST,
			   "The map pinned at \"%s\" is not the one that \"%s\" declares", path,
			   o->program.origin.object);
}

/*
 * Maps are pinned only where the command line says, and only when the change is
 * certain: so libbpf must not do it.
 */
int object_prepare_maps(struct object *o, struct report *r)
{
	struct bpf_map *m;

	bpf_object__for_each_map(m, o->obj)
	{
		int wanted = pinmaps_wanted(o, m, r);
		int err = wanted < 0 ? wanted : 0;

		bpf_map__set_pin_path(m, NULL);
		if (wanted > 0) {
			err = add_pin(o, m, r);
			if (!err)
				err = use_pinned(o, m, o->pins[o->n_pins - 1].path, r);
		}
		if (err)
			return err;
	}
	return 0;
}

/* Pinned before, or for another object; if it is that map. */
static int check_pinned(const struct object_pin *pin, struct report *r)
{
	int fd = store_get_path(pin->path, r);
	int same = fd < 0 ? fd : same_map(fd, bpf_map__fd(pin->map), r);

	if (fd >= 0)
		close(fd);
	if (same < 0 && same != -ENOENT)
		return same;
	return same == 1 ? 0 : -EEXIST;
}

int object_pin_maps(struct object *o, struct report *r)
{
	int err = o->n_pins ? pinmaps_make(o, r) : 0;

	for (unsigned int i = 0; !err && i < o->n_pins; i++) {
		struct object_pin *pin = &o->pins[i];

		err = store_pin_path(pin->path, bpf_map__fd(pin->map), r);
		pin->made = !err;
		if (err == -EEXIST) {
			report_clear_error(r);
			err = check_pinned(pin, r);
		}
	}
	return err;
}

void object_unpin_maps(struct object *o)
{
	for (unsigned int i = 0; i < o->n_pins; i++) {
		if (o->pins[i].made)
			unlink(o->pins[i].path);
		o->pins[i].made = false;
	}
	pinmaps_remove(o);
}

/* ---- kept maps ---- */

/* What is wrong here is no matter of the map, which could be kept. */
static int reuse(struct bpf_map *m, int fd, struct report *r)
{
	int err = bpf_map__reuse_fd(m, fd);

	if (err)
		return report_fail(r, STATUS_REFUSED, -err, "Cannot keep map \"%s\": %s",
				   bpf_map__name(m), strerror(-err));
	return 0;
}

static int keep_map(struct object *o, __u32 id, enum maps_policy policy, struct report *r)
{
	struct kobj_map info;
	struct bpf_map *m;
	int fd = kobj_map_open(id, r);
	int err, fits;

	if (fd < 0)
		return fd;
	err = kobj_map_info(fd, &info, r);
	if (err || !maps_keepable(&info))
		goto out;
	m = maps_find(o->obj, &info);
	fits = m ? maps_fit(o->obj, m, fd) : 0;
	if (fits > 0)
		err = reuse(m, fd, r);
	else if (fits < 0)
		err = report_fail(r, STATUS_REFUSED, -fits, "Cannot look at map \"%s\": %s",
				  info.name, strerror(-fits));
	else
		err = not_kept(o, info.name,
			       m ? "the new object declares it otherwise"
				 : "the new object has none of this name",
			       policy, r);
out:
	close(fd);
	return err;
}

int object_keep_maps(struct object *o, const __u32 *ids, unsigned int n, enum maps_policy policy,
		     struct report *r)
{
	int err = 0;

	o->policy = policy;
	if (!o->obj && policy == MAPS_KEEP)
		return report_fail(
			r, STATUS_NOT_TRIED, EINVAL,
			"Program %u is loaded already and has its own maps: it cannot keep others",
			o->program.id);
	if (!o->obj || policy == MAPS_NEW)
		return 0;
	for (unsigned int i = 0; !err && i < n && i < KOBJ_MAX_MAPS; i++)
		err = keep_map(o, ids[i], policy, r);
	return err;
}
