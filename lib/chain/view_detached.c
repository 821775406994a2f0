// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a chain that is no longer attached to its interface, from its pins. */
#include "chain/view_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain/dirs.h"

static int read_pinned(struct view *v, struct dirs *dirs, const struct store_dir *which,
		       struct report *r)
{
	struct dispatcher_view *d = dispatcher_view_new();
	int is;

	if (!d)
		return report_no_memory(r);
	v->fd = kobj_prog_open(which->id, r);
	is = v->fd < 0 ? v->fd : kobj_prog_info(v->fd, &v->prog, r);
	if (!is)
		is = dispatcher_read(&v->prog, d, r);
	if (is == 1)
		is = view_read_chain(v, d, dirs, which, r);
	else if (!is)
		is = -ENOENT;
	dispatcher_view_close(d);
	free(d);
	return is;
}

/* The pins are there, but not what they mean. */
static int unread(int err, const struct store_dir *which, struct report *r)
{
	int fd = err == -EPERM ? kobj_prog_open(which->id, r) : -1;

	if (fd >= 0)
		close(fd);
	report_context(r, "The chain of dispatcher %u may be detached", which->id);
	return report_fail(r, STATUS_NOT_TRIED, -err,
			   "Cannot read the pins of a chain that may be detached: %s",
			   strerror(-err));
}

int view_read_detached(struct dirs *dirs, __u32 attached, struct view *v, struct report *r)
{
	struct store_dir which;
	int is = dirs_detached(dirs, v->link.ifindex, attached, &which, r), err;

	if (is < 0)
		return *report_error(r) ? is : unread(is, &which, r);
	if (!is && which.id) {
		v->in_doubt = which.id;
		v->doubt_ends = dirs_is_only_used(dirs, &which);
	}
	if (!is)
		return 0;
	err = read_pinned(v, dirs, &which, r);
	if (err == -ENOENT) {
		/* Removed just now. */
		report_clear_error(r);
		view_close(v);
		return 0;
	}
	v->kind = VIEW_DETACHED;
	return err ? err : 1;
}

int view_read_displaced(struct dirs *dirs, struct view *v, struct report *r)
{
	struct view *was = view_new();
	struct problem p = { .kind = PROBLEM_DISPLACED, .slot = PROBLEM_OF_NO_SLOT };
	int is;

	if (!was)
		return report_no_memory(r);
	was->link = v->link;
	is = view_read_detached(dirs, v->prog.id, was, r);
	if (is > 0) {
		v->displaced = was;
		p.id = was->prog.id;
		return problems_add(&v->problems, &p, r);
	}
	if (!is) {
		v->in_doubt = was->in_doubt;
		v->doubt_ends = was->doubt_ends;
	}
	view_free(was);
	return is;
}
