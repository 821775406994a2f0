// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds where XDP programs are attached. */
#include "kernel/attached.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "attached_row.h"
#include "kernel/iter.h"

/* A round goes eight steps for each program in the kernel. */
#define MAX_ROUNDS 4096

/* The compiled program, as the Makefile writes it. */
static const unsigned char object[] __attribute__((aligned(8))) = {
#include "kernel/attached_bytes.h"
};

struct reading {
	struct attachments *a;
	bool complete;
};

static int add(struct attachments *a, const struct attached_row *row)
{
	struct attachment *rows = realloc(a->rows, (a->n + 1) * sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	a->rows = rows;
	a->rows[a->n++] = (struct attachment){ .prog = row->prog, .ifindex = row->ifindex };
	return 0;
}

static int take(const void *data, void *arg)
{
	const struct attached_row *row = data;
	struct reading *r = arg;

	switch (row->kind) {
	case ATTACHED_BEGIN:
		r->a->n = 0;
		return 0;
	case ATTACHED_HERE:
		return add(r->a, row);
	case ATTACHED_END:
		break;
	}
	r->complete = true;
	return 1;
}

static int compare(const void *a, const void *b)
{
	const struct attachment *x = a, *y = b;

	if (x->prog != y->prog)
		return x->prog < y->prog ? -1 : 1;
	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

int attachments_read(struct attachments *a)
{
	const struct iter_object o = {
		.data = object,
		.size = sizeof(object),
		.row = sizeof(struct attached_row),
	};
	struct reading r = { .a = a };
	int err;

	memset(a, 0, sizeof(*a));
	err = iter_read(&o, MAX_ROUNDS, take, &r);
	if (!err && !r.complete)
		err = -EAGAIN;
	if (err)
		attachments_free(a);
	else if (a->n)
		qsort(a->rows, a->n, sizeof(*a->rows), compare);
	return err;
}

const struct attachment *attachments_of(const struct attachments *a, __u32 prog, size_t *n)
{
	size_t from = 0, to = a->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (a->rows[middle].prog < prog)
			from = middle + 1;
		else
			to = middle;
	}
	for (*n = 0; from + *n < a->n && a->rows[from + *n].prog == prog; (*n)++)
		;
	return *n ? &a->rows[from] : NULL;
}

void attachments_free(struct attachments *a)
{
	free(a->rows);
	a->rows = NULL;
	a->n = 0;
}
