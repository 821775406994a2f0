// SPDX-License-Identifier: GPL-2.0-or-later
/* The links of one moment. */
#include "kernel/links.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/token.h"

/* struct reading - with room for @size of them */
struct reading {
	struct links *l;
	size_t size;
};

static int add(const struct kobj_link *link, int fd, void *arg)
{
	struct reading *x = arg;
	struct links *l = x->l;
	struct kobj_link *at = l->at;

	(void)fd;
	if (!link->is_tracing && !link->is_xdp)
		return 0;
	if (l->n == x->size) {
		x->size = x->size ? 2 * x->size : 64;
		at = reallocarray(at, x->size, sizeof(*at));
		if (!at)
			return -ENOMEM;
		l->at = at;
	}
	at[l->n++] = *link;
	l->untold |= link->is_tracing && !link->target;
	return 0;
}

/* XDP links have no target, and come first. */
static int compare(const void *a, const void *b)
{
	const struct kobj_link *x = a, *y = b;

	if (x->is_tracing != y->is_tracing)
		return x->is_tracing ? 1 : -1;
	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

int links_read(struct links *l, struct report *r)
{
	struct reading x = { .l = l };
	int err;

	/* With a token, others may hold links that are not seen. */
	*l = (struct links){ .untold = token_has() };
	err = kobj_each_link(add, &x, r);
	if (err)
		links_free(l);
	else if (l->n)
		qsort(l->at, l->n, sizeof(*l->at), compare);
	return err == -ENOMEM ? report_no_memory(r) : err;
}

void links_free(struct links *l)
{
	free(l->at);
	*l = (struct links){ 0 };
}

/* The first that is not below a tracing link of that target. */
static size_t first_into(const struct links *l, __u32 target)
{
	const struct kobj_link wanted = { .is_tracing = true, .target = target };
	size_t from = 0, to = l->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare(&l->at[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const struct kobj_link *links_into(const struct links *l, __u32 target, size_t *n)
{
	size_t first = first_into(l, target);

	for (*n = 0; first + *n < l->n && l->at[first + *n].target == target; (*n)++)
		;
	return *n ? &l->at[first] : NULL;
}

__u32 links_xdp(const struct links *l, __u32 prog, int ifindex)
{
	for (size_t i = 0; i < l->n && l->at[i].is_xdp; i++)
		if (l->at[i].prog == prog && l->at[i].ifindex == (__u32)ifindex)
			return l->at[i].id;
	return 0;
}
