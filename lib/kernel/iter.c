// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows that an iterator program of ours reads in the kernel. */
#include "kernel/iter.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define MAX_ROW 64

static int read_rows(int fd, size_t size, int (*fn)(const void *row, void *arg), void *arg)
{
	char row[MAX_ROW] __attribute__((aligned(8)));
	size_t have = 0;

	for (;;) {
		ssize_t n = read(fd, row + have, size - have);
		int err;

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		have += n;
		if (have < size)
			continue;
		have = 0;
		err = fn(row, arg);
		if (err)
			return err;
	}
}

static int run(struct bpf_link *link, size_t row, int (*fn)(const void *row, void *arg), void *arg)
{
	int fd = bpf_iter_create(bpf_link__fd(link));
	int err = fd < 0 ? -errno : read_rows(fd, row, fn, arg);

	if (fd >= 0)
		close(fd);
	return err;
}

int iter_read(const struct iter_object *o, unsigned int rounds,
	      int (*fn)(const void *row, void *arg), void *arg)
{
	struct bpf_object *obj = bpf_object__open_mem(o->data, o->size, NULL);
	struct bpf_link *link = NULL;
	int err = obj ? bpf_object__load(obj) : -errno;

	if (!err) {
		link = bpf_program__attach_iter(bpf_object__next_program(obj, NULL), NULL);
		err = link ? 0 : -errno;
	}
	while (!err && rounds--)
		err = run(link, o->row, fn, arg);
	bpf_link__destroy(link);
	bpf_object__close(obj);
	return err < 0 ? err : 0;
}
