// SPDX-License-Identifier: GPL-2.0-or-later
/* Undoes a change of an interface that may have moved since. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/kobj.h"
#include "kernel/netns_walk.h"
#include "session/session.h"

/* struct seeking - @found: the interface was found; @err: result of the undo there */
struct seeking {
	const struct undo *u;
	unsigned int wait;
	struct report *r;
	bool found;
	int err;
};

/* 0, or -errno if it cannot be found out whether the interface is there. */
static int undo_in(struct seeking *k, struct session *there)
{
	struct netlink_link link;
	int err = netlink_link_index(there->nl, k->u->ifindex, &link, NULL);

	if (err || !undo_is_pending(k->u, &link))
		return err == -ENODEV ? 0 : err;
	k->found = true;
	k->err = undo_carry_out(&there->dirs, k->u, k->wait, k->r);
	return 0;
}

static int visit(const struct netns_seen *ns, void *arg)
{
	struct seeking *k = arg;
	struct session there;
	char path[32];
	int err;

	/* The caller has looked there.  Before Linux 5.14 no namespace has a cookie. */
	if (ns->cookie && ns->cookie == k->u->netns)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ns->fd);
	err = session_open(&there, path, SESSION_CHANGE, NULL);
	if (err)
		return kobj_is_shortage(-err) || err == -EIO ? err : 0;
	err = session_leave(&there, undo_in(k, &there), k->r);
	return err ? err : k->found;
}

/* May it be in another namespace?  Its number here can be that of another interface. */
static bool may_have_moved(const struct session *s, const struct undo *u)
{
	struct netlink_link link;
	int err = u->new_id ? netlink_link_index(s->nl, u->ifindex, &link, NULL) : -EINVAL;

	return err == -ENODEV || (!err && !undo_is_pending(u, &link));
}

int session_undo(struct session *s, const struct undo *u, unsigned int wait, struct report *r)
{
	struct seeking k = { .u = u, .wait = wait, .r = r };
	int err = may_have_moved(s, u) ? netns_walk(visit, &k, r) : 0;

	if (k.found && err >= 0)
		return k.err;
	/* The interface may be in a namespace that could not be searched. */
	if (err < 0)
		return report_fail(r, STATUS_NOT_TRIED, -err,
				   "Cannot look for the interface in other network namespaces: %s",
				   strerror(-err));
	return undo_carry_out(&s->dirs, u, wait, r);
}
