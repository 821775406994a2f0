// SPDX-License-Identifier: GPL-2.0-or-later
/* Reference counts of programs. */
#include "kernel/refcount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* bpf/refcount.bpf.c, compiled, as part of this program. */
__asm__(".section .rodata\n"
	".balign 8\n"
	"refcount_object:\n"
	".incbin \"obj/bpf/refcount.o\"\n"
	"refcount_object_end:\n"
	".previous\n");

extern const char refcount_object[], refcount_object_end[];

static int add_row(struct refcounts *rc, const struct refcount_row *row)
{
	struct refcount_row *rows;

	rows = realloc(rc->rows, (rc->n + 1) * sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	rc->rows = rows;
	rc->rows[rc->n++] = *row;
	return 0;
}

static int read_rows(int fd, struct refcounts *rc)
{
	struct refcount_row row;
	char *p = (char *)&row;
	size_t have = 0;

	for (;;) {
		ssize_t n = read(fd, p + have, sizeof(row) - have);
		int err;

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		have += n;
		if (have < sizeof(row))
			continue;
		have = 0;
		err = add_row(rc, &row);
		if (err)
			return err;
	}
}

static int iterate(struct bpf_object *obj, struct refcounts *rc)
{
	struct bpf_program *p = bpf_object__next_program(obj, NULL);
	struct bpf_link *link;
	int fd, err;

	err = bpf_object__load(obj);
	if (err)
		return err;
	link = bpf_program__attach_iter(p, NULL);
	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	err = fd < 0 ? -errno : read_rows(fd, rc);
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return err;
}

int refcount_read(struct refcounts *rc)
{
	struct bpf_object *obj;
	int err;

	memset(rc, 0, sizeof(*rc));
	obj = bpf_object__open_mem(refcount_object, refcount_object_end - refcount_object, NULL);
	if (!obj)
		return -errno;
	err = iterate(obj, rc);
	bpf_object__close(obj);
	if (err)
		refcount_free(rc);
	return err;
}

void refcount_free(struct refcounts *rc)
{
	free(rc->rows);
	rc->rows = NULL;
	rc->n = 0;
}

__u64 refcount_of(const struct refcounts *rc, __u32 id)
{
	for (size_t i = 0; i < rc->n; i++)
		if (rc->rows[i].id == id)
			return rc->rows[i].count - 1;
	return 0;
}
