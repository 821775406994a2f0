// SPDX-License-Identifier: GPL-2.0-or-later
/* The directory for the maps of a program, and the choice of the maps to pin there. */
#include "object/pinmaps.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/magic.h>

#include "object/object.h"

#define MAX_DEPTH 16
#define NO_DOT	  "a name on a BPF filesystem has no dot"

static int cannot(const char *dir, int err, const char *why, struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, err, "Cannot use \"%s\" for \"pinmaps\": %s", dir,
			   why);
}

/* If others can write to the directory, we might use a map that they put there. */
const char *pinmaps_distrusted(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "it belongs to another user";
	if (S_ISDIR(st->st_mode) && st->st_mode & (S_IWGRP | S_IWOTH) && !(st->st_mode & S_ISVTX))
		return "it is writable by others";
	return NULL;
}

/* Split the path of a directory that does not exist yet into parent and name. */
static char *split(const char *dir, const char **name)
{
	char *copy = strdup(dir);
	size_t len = copy ? strlen(copy) : 0;
	char *slash;

	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	slash = copy ? strrchr(copy, '/') : NULL;
	*name = dir + (slash ? slash + 1 - copy : 0);
	if (slash)
		slash[slash == copy] = '\0';
	else if (copy)
		strcpy(copy, ".");
	return copy;
}

/* Resolve links in the path of a directory that will be made. */
static char *missing_path(const char *dir, struct report *r)
{
	const char *name;
	char *parent = split(dir, &name);
	char *real = parent ? realpath(parent, NULL) : NULL;
	int len = strcspn(name, "/");
	char *path = NULL;

	if (!real)
		cannot(dir, errno, strerror(errno), r);
	else if (memchr(name, '.', len))
		cannot(dir, EINVAL, NO_DOT, r);
	else if (asprintf(&path, "%s/%.*s", strcmp(real, "/") ? real : "", len, name) < 0)
		path = NULL;
	free(real);
	free(parent);
	return path;
}

static int check_dir(const char *path, const char *dir, struct report *r)
{
	struct statfs fs;
	struct stat st;

	if (lstat(path, &st) || statfs(path, &fs) || (__u32)fs.f_type != BPF_FS_MAGIC)
		return cannot(dir, ENOTSUP, "it is not on a BPF filesystem", r);
	if (!S_ISDIR(st.st_mode))
		return cannot(dir, ENOTDIR, strerror(ENOTDIR), r);
	if (pinmaps_distrusted(&st))
		return cannot(dir, EPERM, pinmaps_distrusted(&st), r);
	return 0;
}

/* If the directory does not exist yet, check its parent. */
static int check_parent(const char *path, const char *dir, struct report *r)
{
	char *parent = strdup(path);
	int err;

	if (!parent)
		return report_no_memory(r);
	*strrchr(parent, '/') = '\0';
	err = check_dir(*parent ? parent : "/", dir, r);
	free(parent);
	return err;
}

int pinmaps_set(struct object *o, const char *dir, struct report *r)
{
	char *path = dir ? realpath(dir, NULL) : NULL;
	int err;

	if (!dir)
		return 0;
	if (!path && errno == ENOENT) {
		o->pinmaps_missing = true;
		path = missing_path(dir, r);
		if (!path)
			return *report_error(r) ? -ENOENT : report_no_memory(r);
	}
	if (!path)
		return cannot(dir, errno,
			      errno == EPERM && strchr(dir, '.') ? NO_DOT : strerror(errno), r);
	if (strlen(path) >= PATH_MAX)
		err = cannot(dir, ENAMETOOLONG, strerror(ENAMETOOLONG), r);
	else
		err = o->pinmaps_missing ? check_parent(path, dir, r) : check_dir(path, dir, r);
	if (err) {
		free(path);
		return err;
	}
	o->program.origin.pinmaps = o->pinmaps = path;
	return 0;
}

/* ---- choice of maps ---- */

/* The parts of a value that the kernel stops when no one in user space holds the map. */
static const char *stopped(const char *type)
{
	static const struct {
		const char *type, *what;
	} stops[] = {
		{ "bpf_timer", "timers" },
		{ "bpf_wq", "work queues" },
		{ "bpf_task_work", "task work" },
	};

	for (size_t i = 0; type && i < sizeof(stops) / sizeof(stops[0]); i++)
		if (!strcmp(type, stops[i].type))
			return stops[i].what;
	return NULL;
}

static const char *stops_in(const struct btf *btf, __u32 id, int depth)
{
	const struct btf_type *t = btf__type_by_id(btf, id);
	const struct btf_member *m;
	const char *what;

	for (int i = 0; t && i < MAX_DEPTH && (btf_is_mod(t) || btf_is_typedef(t)); i++)
		t = btf__type_by_id(btf, t->type);
	if (!t || depth == MAX_DEPTH)
		return NULL;
	if (btf_is_array(t))
		return stops_in(btf, btf_array(t)->type, depth + 1);
	if (!btf_is_struct(t))
		return NULL;
	what = stopped(btf__name_by_offset(btf, t->name_off));
	m = btf_members(t);
	for (unsigned int i = 0; !what && i < btf_vlen(t); i++)
		what = stops_in(btf, m[i].type, depth + 1);
	return what;
}

static int pin_it(const struct object *o, const struct bpf_map *m, const char *what,
		  struct report *r)
{
	return report_fail(
		r, STATUS_NOT_TRIED, EINVAL,
		"The %s \"%s\" in \"%s\" would be %s when this command ends: pin it with \"pinmaps DIR\"",
		what, bpf_map__name(m), o->program.origin.object,
		bpf_map__type(m) == BPF_MAP_TYPE_PROG_ARRAY ? "emptied" : "stopped");
}

int pinmaps_wanted(const struct object *o, const struct bpf_map *m, struct report *r)
{
	const struct btf *btf = bpf_object__btf(o->obj);
	const char *what = btf ? stops_in(btf, bpf_map__btf_value_type_id(m), 0) : NULL;
	bool dir = o->program.origin.pinmaps;
	char text[64];

	if (o->ends_with_us)
		return 0;
	if (bpf_map__type(m) == BPF_MAP_TYPE_PROG_ARRAY)
		return dir ? 1 : pin_it(o, m, "tail-call map", r);
	if (what) {
		snprintf(text, sizeof(text), "%s in map", what);
		return dir ? 1 : pin_it(o, m, text, r);
	}
	if (bpf_map__pin_path(m) && !dir)
		report_warn(
			r,
			"Map \"%s\" of \"%s\" is not pinned, although the object file asks for it: add \"pinmaps DIR\"",
			bpf_map__name(m), o->program.origin.object);
	return bpf_map__pin_path(m) && dir;
}

/* ---- the directory itself ---- */

/* An object of the same request may have made it a moment ago. */
static bool made_before(const struct object *o)
{
	const char *path = o->program.origin.pinmaps;

	for (unsigned int i = 0; i < o->n_earlier; i++)
		if (o->earlier[i].pinmaps_made &&
		    same_text(o->earlier[i].program.origin.pinmaps, path))
			return true;
	return false;
}

int pinmaps_make(struct object *o, struct report *r)
{
	const char *path = o->program.origin.pinmaps;

	if (!o->pinmaps_missing)
		return 0;
	if (!mkdir(path, S_IRWXU)) {
		o->pinmaps_made = true;
		return 0;
	}
	if (errno != EEXIST)
		return report_fail(r, STATUS_REFUSED, errno, "Cannot make \"%s\": %s", path,
				   strerror(errno));
	o->pinmaps_made = made_before(o);
	return check_dir(path, path, r);
}

void pinmaps_remove(struct object *o, struct report *r)
{
	const char *path = o->program.origin.pinmaps;

	if (o->pinmaps_made && rmdir(path) && errno != ENOTEMPTY && errno != ENOENT)
		report_warn(r, "Directory \"%s\" is no longer needed, but was left behind: %s",
			    path, strerror(errno));
	o->pinmaps_made = false;
}
