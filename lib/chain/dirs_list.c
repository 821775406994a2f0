// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists what is attached and pinned at one moment. */
#include "chain/dirs_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- forgetting ---- */

static void forget_references(struct dirs *d)
{
	if (d->counted)
		proof_close(&d->proof);
	refcount_free(&d->programs);
	d->counted = false;
	links_free(&d->ties);
	d->read = false;
	attachments_free(&d->attachments);
	d->walked = UNASKED;
}

/* Facts of a directory that do not change are kept for the next list. */
static void forget_list(struct dirs *d)
{
	d->bare = 0;
	if (!d->listed)
		return;
	free(d->by_id);
	free(d->kept);
	d->kept = d->at;
	d->n_kept = d->n;
	d->by_id = NULL;
	d->at = NULL;
	d->n = 0;
	d->listed = false;
	d->outdated = false;
}

void dirs_relist(struct dirs *d)
{
	forget_references(d);
	forget_list(d);
}

void dirs_forget(struct dirs *d)
{
	dirs_relist(d);
	d->n_links = 0;
	d->complete = false;
}

void dirs_open(struct dirs *d, struct netlink *nl, struct store *s)
{
	*d = (struct dirs){ .nl = nl, .store = s };
}

void dirs_close(struct dirs *d)
{
	dirs_forget(d);
	free(d->kept);
	free(d->links);
	*d = (struct dirs){ 0 };
}

/* ---- interfaces ---- */

/* Where the number is, or belongs. */
static size_t place_of(const struct dirs *d, int ifindex)
{
	size_t from = 0, to = d->n_links;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (d->links[middle].ifindex < ifindex)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static int insert(struct dirs *d, size_t i, const struct netlink_link *link)
{
	struct netlink_link *links;

	if (d->n_links == d->size_links) {
		size_t size = d->size_links ? 2 * d->size_links : 16;

		links = reallocarray(d->links, size, sizeof(*links));
		if (!links)
			return -ENOMEM;
		d->links = links;
		d->size_links = size;
	}
	links = &d->links[i];
	memmove(links + 1, links, (d->n_links++ - i) * sizeof(*links));
	*links = *link;
	return 0;
}

int dirs_update_link(struct dirs *d, const struct netlink_link *link)
{
	size_t i = place_of(d, link->ifindex);

	if (i < d->n_links && d->links[i].ifindex == link->ifindex)
		d->links[i] = *link;
	else
		return insert(d, i, link);
	return 0;
}

int dirs_put_link(struct dirs *d, const struct netlink_link *link, struct report *r)
{
	int err = dirs_update_link(d, link);

	dirs_relist(d);
	return err ? report_no_memory(r) : 0;
}

static int append(const struct netlink_link *link, void *arg)
{
	struct dirs *d = arg;

	return insert(d, d->n_links, link);
}

int dirs_read_links(struct dirs *d, struct report *r)
{
	int err;

	dirs_forget(d);
	d->all = true;
	err = netlink_each_link(d->nl, append, d, r);
	d->complete = !err;
	return err == -ENOMEM ? report_no_memory(r) : err;
}

static int gone(int ifindex, struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, ENODEV, "Cannot find device \"if%d\"", ifindex);
}

int dirs_link(struct dirs *d, int ifindex, struct netlink_link *link, struct report *r)
{
	int err = d->all && !d->complete ? dirs_read_links(d, r) : 0;
	size_t i = place_of(d, ifindex);

	if (err)
		return err;
	if (i < d->n_links && d->links[i].ifindex == ifindex) {
		*link = d->links[i];
		return 0;
	}
	if (d->complete)
		return gone(ifindex, r);
	err = netlink_link_index(d->nl, ifindex, link, r);
	if (err)
		return err;
	/* The list stays: the caller may hold a pointer into it. */
	forget_references(d);
	return dirs_update_link(d, link) ? report_no_memory(r) : 0;
}

int dirs_ties(struct dirs *d, const struct links **ties, struct report *r)
{
	int err = d->read ? 0 : links_read(&d->ties, r);

	d->read |= !err;
	*ties = err ? NULL : &d->ties;
	return err;
}

int dirs_xdp_link(struct dirs *d, __u32 prog, int ifindex, __u32 *id, struct report *r)
{
	const struct links *ties;
	int err = dirs_ties(d, &ties, r);

	*id = err ? 0 : links_xdp(ties, prog, ifindex);
	if (kobj_is_shortage(-err))
		return err;
	if (err)
		report_clear_error(r);
	return 0;
}

/* ---- directories ---- */

static int compare_by_id(const void *a, const void *b)
{
	const struct dir *x = *(struct dir *const *)a, *y = *(struct dir *const *)b;

	if (x->which.id != y->which.id)
		return x->which.id < y->which.id ? -1 : 1;
	return store_compare_dirs(&x->which, &y->which);
}

/* The first that is not below @which. */
static size_t first_of(const struct dir *at, size_t n, const struct store_dir *which)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (store_compare_dirs(&at[middle].which, which) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* The namespace of a dispatcher stays what it is; and one that is another's, and was
 * there and settled a moment ago, is not looked at again. */
static void take_over(const struct dirs *d, struct dir *dir)
{
	size_t i = first_of(d->kept, d->n_kept, &dir->which);
	const enum answer *was;

	if (i == d->n_kept || !store_same_dir(&d->kept[i].which, &dir->which))
		return;
	was = d->kept[i].facts.is;
	if (was[DIR_OF_NETNS] == NO)
		dir->facts.is[DIR_EXISTS] = was[DIR_EXISTS];
	if (was[DIR_OF_NETNS] == NO && was[DIR_IS_PENDING] == NO)
		dir->facts.is[DIR_IS_PENDING] = NO;
	if (was[DIR_OF_NETNS] != UNSURE)
		dir->facts.is[DIR_OF_NETNS] = was[DIR_OF_NETNS];
}

static int take_list(struct dirs *d, const struct store_dir *list, size_t n)
{
	d->at = calloc(n + 1, sizeof(*d->at));
	d->by_id = calloc(n + 1, sizeof(*d->by_id));
	if (!d->at || !d->by_id)
		return -ENOMEM;
	d->n = n;
	for (size_t i = 0; i < n; i++) {
		d->at[i] = (struct dir){ .which = list[i], .mark = MARK_UNASKED };
		if (d->n_kept)
			take_over(d, &d->at[i]);
	}
	return 0;
}

/* This order is rarely needed. */
static void sort_by_id(struct dirs *d)
{
	if (!d->n || *d->by_id)
		return;
	for (size_t i = 0; i < d->n; i++)
		d->by_id[i] = &d->at[i];
	qsort(d->by_id, d->n, sizeof(*d->by_id), compare_by_id);
}

int dirs_list(struct dirs *d, struct report *r)
{
	struct store_dir *list = NULL;
	size_t n = 0;
	int err;

	if (d->listed)
		return 0;
	err = d->all && !d->complete ? dirs_read_links(d, r) : 0;
	if (!err && d->store)
		err = store_list_dirs(d->store, &list, &n, r);
	if (!err && take_list(d, list, n)) {
		free(d->at);
		free(d->by_id);
		d->at = NULL;
		d->by_id = NULL;
		err = report_no_memory(r);
	}
	free(list);
	d->listed = !err;
	return err;
}

/* Done once per list, for callers with several interfaces. */
bool dirs_none(struct dirs *d, int ifindex)
{
	if (d->bare == ifindex)
		return true;
	if (d->listed || d->all || d->bare || !d->store || !store_has_none(d->store, ifindex))
		return false;
	d->bare = ifindex;
	return true;
}

struct dir *dirs_next(struct dirs *d, int ifindex, const struct dir *before)
{
	struct store_dir next = { .kind = STORE_LIBXDP, .ifindex = ifindex };
	size_t i;

	if (dirs_none(d, ifindex) || dirs_list(d, NULL))
		return NULL;
	i = before ? (size_t)(before - d->at) + 1 : first_of(d->at, d->n, &next);
	next.kind = STORE_EXTENDED;
	if (i == d->n || d->at[i].which.ifindex != ifindex) {
		if (before && before->which.kind == STORE_EXTENDED)
			return NULL;
		i = first_of(d->at, d->n, &next);
	}
	return i < d->n && d->at[i].which.ifindex == ifindex ? &d->at[i] : NULL;
}

static struct dir *last_below(struct dirs *d, const struct store_dir *which)
{
	size_t i = first_of(d->at, d->n, which);
	struct dir *dir = i ? &d->at[i - 1] : NULL;

	return dir && dir->which.kind == which->kind && dir->which.ifindex == which->ifindex ? dir
											     : NULL;
}

struct dir *dirs_youngest(struct dirs *d, int ifindex, __u32 id)
{
	struct store_dir which = { .kind = STORE_LIBXDP, .ifindex = ifindex, .id = id };
	struct dir *a, *b;

	if (dirs_list(d, NULL))
		return NULL;
	a = last_below(d, &which);
	which.kind = STORE_EXTENDED;
	b = last_below(d, &which);
	if (a && b)
		return a->which.id > b->which.id ? a : b;
	return a ? a : b;
}

struct dir *const *dirs_of_id(struct dirs *d, __u32 id, size_t *n)
{
	size_t from = 0, to = d->n;

	sort_by_id(d);
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (d->by_id[middle]->which.id < id)
			from = middle + 1;
		else
			to = middle;
	}
	for (*n = 0; from + *n < d->n && d->by_id[from + *n]->which.id == id; (*n)++)
		;
	return *n ? &d->by_id[from] : NULL;
}
