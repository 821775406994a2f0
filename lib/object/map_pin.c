// SPDX-License-Identifier: GPL-2.0-or-later
/* One map and its pin. */
#include "object/map_pin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/kobj.h"
#include "kernel/store.h"

/* 1 if both are the same map. */
static int same_map(int a, int b, struct report *r)
{
	struct kobj_map x, y;
	int err = kobj_map_info(a, &x, r);

	if (!err)
		err = kobj_map_info(b, &y, r);
	return err ? err : x.id == y.id;
}

int map_pin_check(const char *path, int map, struct report *r)
{
	int fd = store_get_path(path, r);
	int same = fd < 0 ? fd : same_map(fd, map, r);

	if (fd >= 0)
		close(fd);
	if (same < 0 && same != -ENOENT)
		return same;
	return same == 1 ? 0 : -EEXIST;
}

char *map_pin_beside(const char *path, int map, struct report *r)
{
	struct kobj_map info;
	char *text;

	if (kobj_map_info(map, &info, r))
		return NULL;
	if (asprintf(&text, "%s-%u", path, info.id) >= 0)
		return text;
	report_no_memory(r);
	return NULL;
}

void map_unpin(const char *path, struct report *r)
{
	if (unlink(path) && errno != ENOENT)
		report_warn(r, "Pin \"%s\" is no longer needed, but was left behind: %s", path,
			    strerror(errno));
}

int map_pin_once(const char *path, int map, struct report *r)
{
	int err = store_pin_path(path, map, r);

	if (err != -EEXIST)
		return err;
	report_clear_error(r);
	return map_pin_check(path, map, r);
}

int map_pin_replace(const char *path, int map, struct report *r)
{
	char *fresh = map_pin_beside(path, map, r);
	int err = fresh ? map_pin_once(fresh, map, r) : -ENOMEM;

	if (!err && rename(fresh, path)) {
		err = report_fail(r, STATUS_REFUSED, errno, "Cannot pin \"%s\": %s", path,
				  strerror(errno));
		map_unpin(fresh, r);
	}
	free(fresh);
	return err;
}
