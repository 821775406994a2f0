// SPDX-License-Identifier: GPL-2.0-or-later
/* Pins that nobody needs. */
#include "leftover.h"

#include <errno.h>
#include <unistd.h>

#include "grace.h"
#include "kobj.h"
#include "refcount.h"

#define MAX_FOUND 64

/* struct find - directories of an interface that are not the attached one's */
struct find {
	int ifindex;
	__u32 attached;
	struct store_dir found[MAX_FOUND];
	unsigned int n;
};

static int collect(const struct store_dir *d, void *arg)
{
	struct find *f = arg;

	if (d->ifindex == f->ifindex && d->id != f->attached &&
	    f->n < MAX_FOUND)
		f->found[f->n++] = *d;
	return 0;
}

static void find_dirs(struct store *s, int ifindex, __u32 attached,
		      struct find *f)
{
	struct report ignored = REPORT_INIT;

	f->ifindex = ifindex;
	f->attached = attached;
	f->n = 0;
	store_each_dir(s, collect, f, &ignored);
	report_free(&ignored);
}

bool leftover_exists(struct store *s, int ifindex, __u32 attached)
{
	struct find f;

	find_dirs(s, ifindex, attached, &f);
	return f.n > 0;
}

struct count {
	__u32 target;
	unsigned int links;
};

static int count_link(const struct kobj_link *link, int fd, void *arg)
{
	struct count *c = arg;

	(void)fd;
	if (link->is_tracing && link->target == c->target)
		c->links++;
	return 0;
}

/* The dispatcher exists: is it referred to by the links into it and by our own
 * fd, and by nothing else? */
static bool unused(__u32 id, const struct refcounts *rc)
{
	struct report ignored = REPORT_INIT;
	struct count c = { .target = id };
	int err = kobj_each_link(count_link, &c, &ignored);

	report_free(&ignored);
	return !err && refcount_of(rc, id) == c.links + 1;
}

static bool proven_dead(const struct store_dir *d)
{
	struct report ignored = REPORT_INIT;
	struct refcounts rc;
	bool dead = false;
	int fd = kobj_prog_open(d->id, &ignored);

	report_free(&ignored);
	if (fd < 0)
		return fd == -ENOENT;
	if (!refcount_read(&rc)) {
		dead = unused(d->id, &rc);
		refcount_free(&rc);
	}
	close(fd);
	return dead;
}

void leftover_sweep(struct store *s, int ifindex, const char *ifname,
		    __u32 attached, struct report *r)
{
	struct report ignored = REPORT_INIT;
	bool waited = false;
	struct find f;

	find_dirs(s, ifindex, attached, &f);
	for (unsigned int i = 0; i < f.n; i++) {
		if (!proven_dead(&f.found[i]))
			continue;
		if (!waited && !grace_period())
			break;
		waited = true;
		if (!store_remove_dir(s, &f.found[i], &ignored))
			report_warn(r, "dev %s: removed the pins of dispatcher %u, which nothing used any more",
				    ifname, f.found[i].id);
	}
	report_free(&ignored);
}
