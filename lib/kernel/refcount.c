// SPDX-License-Identifier: GPL-2.0-or-later
/* Reference counts of programs. */
#include "kernel/refcount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/iter.h"
#include "kernel/kobj.h"
#include "kernel/token.h"

/* The compiled program, as the Makefile writes it. */
static const unsigned char object[] __attribute__((aligned(8))) = {
#include "kernel/refcount_bytes.h"
};

static int add(const void *row, void *arg)
{
	struct refcounts *rc = arg;
	struct refcount_row *rows = realloc(rc->rows, (rc->n + 1) * sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	rc->rows = rows;
	memcpy(&rc->rows[rc->n++], row, sizeof(*rows));
	return 0;
}

int refcount_read(struct refcounts *rc)
{
	const struct iter_object o = {
		.data = object,
		.size = sizeof(object),
		.row = sizeof(struct refcount_row),
	};
	int err;

	memset(rc, 0, sizeof(*rc));
	err = iter_read(&o, 1, add, rc);
	if (err)
		refcount_free(rc);
	return err;
}

void refcount_free(struct refcounts *rc)
{
	free(rc->rows);
	*rc = (struct refcounts){ 0 };
}

static const struct refcount_row *find(const struct refcounts *rc, __u32 id)
{
	for (size_t i = 0; i < rc->n; i++)
		if (rc->rows[i].id == id)
			return &rc->rows[i];
	return NULL;
}

__u64 refcount_of(const struct refcounts *rc, __u32 id)
{
	const struct refcount_row *row = find(rc, id);

	return row ? row->count - 1 : 0;
}

/* All programs of the moment, or why they could not be counted. */
static int count_once(struct refcounts *rc)
{
	int err = rc->read ? 0 : refcount_read(rc);

	if (err && kobj_is_shortage(-err))
		return err;
	rc->read = true;
	return rc->n ? 0 : -EPERM;
}

int refcount_exists(struct refcounts *rc, __u32 id)
{
	int fd = kobj_prog_open(id, NULL), err;

	if (fd >= 0) {
		close(fd);
		return 1;
	}
	if (fd == -ENOENT)
		return 0;
	if (fd != -EPERM || !token_has())
		return fd;
	err = count_once(rc);
	return err ? err : find(rc, id) != NULL;
}
