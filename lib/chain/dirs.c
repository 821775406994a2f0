// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose pins are these? */
#include "chain/dirs.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain/view_internal.h"
#include "dispatcher/dispatcher.h"
#include "kernel/kobj.h"

static enum answer answer(bool yes)
{
	return yes ? YES : NO;
}

static bool same_chain(const struct dir *a, const struct dir *b)
{
	return a->which.id == b->which.id && a->which.kind == b->which.kind;
}

/* The directory of a dispatcher for an interface, NULL if there is none. */
static struct dir *find(const struct dirs *d, int ifindex, __u32 id)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->at[i].which.ifindex == ifindex && d->at[i].which.id == id)
			return &d->at[i];
	return NULL;
}

/* ---- the interface ---- */

/* Also says whether it has this dispatcher, and any program at all. */
static enum answer look_at_interface(struct dirs *d, struct dir *dir)
{
	struct netlink_link link;
	int err = netlink_link_index(d->nl, dir->which.ifindex, &link, NULL);
	enum answer *is = dir->facts.is;
	__u32 id = dir->which.id;

	is[DIR_HAS_INTERFACE] = err == -ENODEV ? NO : err ? UNSURE : YES;
	if (err) {
		is[DIR_IS_ATTACHED] = is[DIR_HAS_INTERFACE];
		return UNSURE;
	}
	dir->bare = !link.modes;
	is[DIR_IS_ATTACHED] = answer(netlink_link_has(&link, id));
	/* Whatever has a directory of its own here is a chain. */
	return answer(find(d, dir->which.ifindex, link.native_id) ||
		      find(d, dir->which.ifindex, link.generic_id));
}

static bool is_attached(struct dirs *d, struct dir *dir)
{
	if (!dir->facts.is[DIR_IS_ATTACHED])
		look_at_interface(d, dir);
	return dir->facts.is[DIR_IS_ATTACHED] == YES;
}

/* The youngest chain is the one that was there last. */
static enum answer is_superseded(struct dirs *d, struct dir *dir)
{
	if (look_at_interface(d, dir) == YES)
		return YES;
	for (size_t i = 0; i < d->n; i++) {
		struct dir *other = &d->at[i];

		if (other->which.ifindex == dir->which.ifindex && other->which.id > dir->which.id &&
		    dirs_judge(d, other).class == DIR_DETACHED)
			return YES;
	}
	return NO;
}

/* ---- the dispatcher ---- */

/* Is it the caller who cannot look, or the kernel that lets nobody look at pins (a
 * read-only bpffs)?  That says nothing of what is there. */
static bool says_nothing(int err)
{
	return kobj_is_shortage(-err) || err == -EACCES || err == -EROFS;
}

/* It could not be looked at. */
static enum answer unsure(struct dir *dir, int err)
{
	if (says_nothing(err))
		dir->err = err;
	return UNSURE;
}

static enum answer exists(struct dir *dir)
{
	int fd = kobj_prog_open(dir->which.id, NULL);

	if (fd >= 0)
		close(fd);
	if (fd < 0 && fd != -ENOENT)
		return unsure(dir, fd);
	return answer(fd >= 0);
}

/* Reads the dispatcher, and its chain from the directory if that is wanted: 1, or 0
 * where that is none, or -errno. */
static int read_dispatcher(struct dirs *d, const struct dir *dir, struct dispatcher_view *dv,
			   struct view *v, bool chain)
{
	int is;

	v->fd = kobj_prog_open(dir->which.id, NULL);
	is = v->fd < 0 ? v->fd : kobj_prog_info(v->fd, &v->prog, NULL);
	if (!is)
		is = dispatcher_read(&v->prog, dv, NULL);
	if (is == 1 && chain) {
		int err = view_read_chain(v, dv, d->store, &dir->which, NULL);

		is = err ? err : v->pinned && view_is_whole(v);
	}
	return is;
}

/* @netns: made for which; with @whole: is all of the chain there?  0 or -errno. */
static int look_at_dispatcher(struct dirs *d, const struct dir *dir, __u64 *netns,
			      enum answer *whole)
{
	struct dispatcher_view *dv = calloc(1, sizeof(*dv));
	struct view *v = calloc(1, sizeof(*v));
	int is = -ENOMEM;

	if (dv && v)
		is = read_dispatcher(d, dir, dv, v, whole);
	if (netns)
		*netns = is == 1 ? dv->chain.netns : 0;
	if (whole)
		*whole = answer(is == 1);
	if (v)
		view_close(v);
	if (dv)
		dispatcher_view_close(dv);
	free(v);
	free(dv);
	return says_nothing(is) || is == -EPERM ? is : 0;
}

/* Another namespace's is not ours; one that cannot be read is in doubt. */
static enum answer is_of_netns(struct dirs *d, struct dir *dir)
{
	__u64 here = netlink_netns(d->nl), there;
	int err = look_at_dispatcher(d, dir, &there, NULL);

	if (err)
		return unsure(dir, err);
	return here && there ? answer(here == there) : UNSURE;
}

static enum answer is_whole(struct dirs *d, struct dir *dir)
{
	enum answer whole;
	int err = look_at_dispatcher(d, dir, NULL, &whole);

	return err ? unsure(dir, err) : whole;
}

enum answer dirs_is_used(struct dirs *d, struct dir *dir)
{
	int used;

	if (dir->facts.is[DIR_IS_USED])
		return dir->facts.is[DIR_IS_USED];
	if (!d->counted)
		proof_open(&d->proof, d->store);
	d->counted = true;
	used = proof_used(&d->proof, dir->which.id);
	dir->facts.is[DIR_IS_USED] = used < 0 ? UNSURE : answer(used);
	return dir->facts.is[DIR_IS_USED];
}

/* ---- where it is attached ---- */

static bool walk(struct dirs *d)
{
	if (!d->walked)
		d->walked = answer(!attachments_read(&d->attachments));
	return d->walked == YES;
}

/* How often it is attached, at an interface of that number or with 0 of any. */
static unsigned int count_attached(const struct dirs *d, __u32 id, int ifindex)
{
	unsigned int n = 0;

	for (size_t i = 0; i < d->attachments.n; i++) {
		const struct attachment *a = &d->attachments.rows[i];

		n += a->prog == id && (!ifindex || a->ifindex == ifindex);
	}
	return n;
}

/*
 * An interface takes its chain along to another namespace, where it may get another
 * number, and another one have its number here.  One of the same number there has
 * this directory; one of another number that has no directory has any of those that
 * no interface has, and if there are more directories than such interfaces, this one
 * is in doubt, and so not elsewhere.
 */
static enum answer is_elsewhere(struct dirs *d, const struct dir *dir)
{
	__u32 id = dir->which.id;
	unsigned int homeless = 0, spare = 0;

	if (!walk(d))
		return UNSURE;
	if (count_attached(d, id, dir->which.ifindex))
		return YES;
	for (size_t i = 0; i < d->attachments.n; i++)
		homeless += d->attachments.rows[i].prog == id &&
			    !find(d, d->attachments.rows[i].ifindex, id);
	for (size_t i = 0; i < d->n; i++)
		spare += same_chain(&d->at[i], dir) &&
			 !store_is_pending(d->store, &d->at[i].which) &&
			 !count_attached(d, id, d->at[i].which.ifindex);
	return answer(homeless && homeless >= spare);
}

/* Is the dispatcher attached, here and nowhere else, to interfaces that all have a
 * whole directory of it?  Then this one keeps nothing alive. */
static enum answer is_spare(struct dirs *d, const struct dir *dir)
{
	unsigned int served = 0;

	for (size_t i = 0; i < d->n; i++) {
		struct dir *other = &d->at[i];

		served += other != dir && same_chain(other, dir) && is_attached(d, other) &&
			  !store_is_pending(d->store, &other->which) && is_whole(d, other) == YES;
	}
	if (!served)
		return NO;
	return walk(d) ? answer(count_attached(d, dir->which.id, 0) == served) : UNSURE;
}

/* ---- */

static void find_out(struct dirs *d, struct dir *dir, enum dir_fact fact)
{
	enum answer *is = &dir->facts.is[fact];

	switch (fact) {
	case DIR_IS_ATTACHED:
	case DIR_HAS_INTERFACE:
		look_at_interface(d, dir);
		break;
	case DIR_EXISTS:
		*is = exists(dir);
		break;
	case DIR_IS_PENDING:
		*is = answer(store_is_pending(d->store, &dir->which));
		break;
	case DIR_OF_NETNS:
		*is = is_of_netns(d, dir);
		break;
	case DIR_IS_SPARE:
		*is = is_spare(d, dir);
		break;
	case DIR_IS_SUPERSEDED:
		*is = is_superseded(d, dir);
		break;
	case DIR_IS_ELSEWHERE:
		*is = is_elsewhere(d, dir);
		break;
	case DIR_IS_WHOLE:
		*is = is_whole(d, dir);
		break;
	case DIR_IS_USED:
		dirs_is_used(d, dir);
		break;
	case N_DIR_FACTS:
		break;
	}
}

struct dir_verdict dirs_judge(struct dirs *d, struct dir *dir)
{
	struct dir_verdict v;

	while (!dir_decide(&dir->facts, &v))
		find_out(d, dir, v.by);
	return v;
}

/* Whether it is used matters only to what is none, and takes long to find out. */
static bool is_detached(struct dirs *d, struct dir *dir)
{
	struct dir_verdict v;

	while (!dir_decide(&dir->facts, &v)) {
		if (v.by == DIR_IS_USED && dir->facts.is[DIR_OF_NETNS] != UNSURE)
			return false;
		find_out(d, dir, v.by);
	}
	return v.class == DIR_DETACHED;
}

/* Is that in doubt only because it is not known what is attached where? */
static bool may_be_detached(const struct dir *dir)
{
	const enum answer *is = dir->facts.is;

	return is[DIR_IS_ELSEWHERE] == UNSURE && is[DIR_OF_NETNS] == UNSURE &&
	       is[DIR_IS_USED] != NO;
}

static struct dir *youngest_before(const struct dirs *d, int ifindex, __u32 id)
{
	struct dir *best = NULL;

	for (size_t i = 0; i < d->n; i++) {
		struct dir *dir = &d->at[i];

		if (dir->which.ifindex == ifindex && dir->which.id < id &&
		    (!best || dir->which.id > best->which.id))
			best = dir;
	}
	return best;
}

int dirs_detached(struct dirs *d, int ifindex, __u32 attached, struct store_dir *which)
{
	struct dir *dir = youngest_before(d, ifindex, UINT32_MAX);

	*which = (struct store_dir){ 0 };
	for (; dir; dir = youngest_before(d, ifindex, dir->which.id)) {
		if (dir->which.id == attached)
			continue;
		if (is_detached(d, dir)) {
			*which = dir->which;
			return 1;
		}
		if (dir->err)
			return dir->err;
		if (!which->id && may_be_detached(dir))
			*which = dir->which;
	}
	return 0;
}

static int add(const struct store_dir *which, void *arg)
{
	struct dirs *d = arg;
	struct dir *at = realloc(d->at, (d->n + 1) * sizeof(*at));

	if (!at)
		return -ENOMEM;
	d->at = at;
	d->at[d->n++] = (struct dir){ .which = *which };
	return 0;
}

int dirs_open(struct dirs *d, struct netlink *nl, struct store *s, struct report *r)
{
	int err;

	*d = (struct dirs){ .nl = nl, .store = s };
	if (!s || s->xdp < 0)
		return 0;
	err = store_each_dir(s, add, d, r);
	return err == -ENOMEM ? report_no_memory(r) : err;
}

static int has_number(const struct store_dir *which, void *arg)
{
	const int *ifindex = arg;

	return which->ifindex == *ifindex ? -EEXIST : 0;
}

bool dirs_any(struct store *s, int ifindex)
{
	return s && s->xdp >= 0 && store_each_dir(s, has_number, &ifindex, NULL) == -EEXIST;
}

void dirs_close(struct dirs *d)
{
	if (d->counted)
		proof_close(&d->proof);
	attachments_free(&d->attachments);
	free(d->at);
	*d = (struct dirs){ 0 };
}
