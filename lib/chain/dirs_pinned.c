// SPDX-License-Identifier: GPL-2.0-or-later
/* Which chain and interface do pins belong to, according to the dispatcher? */
#include "chain/dirs_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "chain/view_internal.h"
#include "dispatcher/dispatcher.h"
#include "kernel/kobj.h"
#include "kernel/token.h"

/* Does the caller lack permission, or does the kernel let nobody open pins (read-only
 * bpffs)?  Then the contents are unknown. */
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

/* With a BPF token the programs may not have been counted, which is no lack of rights. */
static enum answer not_known(struct dir *dir, int err)
{
	if (token_has())
		return unsure(dir, err);
	dir->err = err;
	return UNSURE;
}

/* Containers have interfaces of the same number, and there can be many. */
static bool is_noted_elsewhere(struct dirs *d, struct dir *dir)
{
	__u64 here = netlink_netns(d->nl);

	return dirs_mark(d, dir) >= 0 && here && dir->note.netns && here != dir->note.netns;
}

/* A list that has one which is not there any more is not of this moment.  A note lasts
 * as long as all the pins, and so the dispatcher. */
enum answer dirs_exists(struct dirs *d, struct dir *dir)
{
	int is;

	if (dirs_mark(d, dir) == -ENOENT)
		return NO;
	if (is_noted_elsewhere(d, dir))
		return YES;
	is = refcount_exists(&d->programs, dir->which.id);
	return is < 0 ? not_known(dir, is) : answer(is);
}

/* The namespace that it was made for, 0 where it does not say: 0 or -errno. */
static int read_netns(const struct dir *dir, __u64 *netns)
{
	struct kobj_prog prog;
	int fd = kobj_prog_open(dir->which.id, NULL);
	int err = fd < 0 ? fd : kobj_prog_info(fd, &prog, NULL);

	*netns = 0;
	if (fd >= 0)
		close(fd);
	return err ? err : dispatcher_netns(&prog, netns);
}

/* Another namespace's is not ours; one that cannot be read is in doubt. */
enum answer dirs_is_of_netns(struct dirs *d, struct dir *dir)
{
	__u64 here = netlink_netns(d->nl), there;
	int err;

	if (is_noted_elsewhere(d, dir))
		return NO;
	err = read_netns(dir, &there);
	if (says_nothing(err) || err == -EPERM)
		return unsure(dir, err);
	return here && there ? answer(here == there) : UNSURE;
}

/* Does the directory hold all of the chain?  1 or 0, or -errno. */
static int read_whole(struct dirs *d, const struct dir *dir, struct dispatcher_view *dv,
		      struct view *v)
{
	int is, err;

	v->fd = kobj_prog_open(dir->which.id, NULL);
	is = v->fd < 0 ? v->fd : kobj_prog_info(v->fd, &v->prog, NULL);
	if (!is)
		is = dispatcher_read(&v->prog, dv, NULL);
	if (is != 1)
		return is;
	err = view_read_chain(v, dv, d, &dir->which, NULL);
	return err ? err : v->pinned && view_is_whole(v);
}

enum answer dirs_is_whole(struct dirs *d, struct dir *dir)
{
	struct dispatcher_view *dv = dispatcher_view_new();
	struct view *v = view_new();
	int is = -ENOMEM;

	if (dv && v)
		is = read_whole(d, dir, dv, v);
	if (v)
		view_close(v);
	if (dv)
		dispatcher_view_close(dv);
	free(v);
	free(dv);
	if (says_nothing(is) || is == -EPERM)
		return unsure(dir, is);
	/* What is not understood, such as a newer version, may be a whole chain. */
	return is < 0 && is != -ENOENT ? UNSURE : answer(is == 1);
}
