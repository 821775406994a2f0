// SPDX-License-Identifier: GPL-2.0-or-later
/* Undoes a change of an interface that may have moved since. */
#include <errno.h>
#include <stdio.h>

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

static void undo_in(struct seeking *k, struct session *there)
{
	struct netlink_link link;

	if (netlink_link_index(there->nl, k->u->ifindex, &link, NULL) ||
	    !undo_is_pending(k->u, &link))
		return;
	k->found = true;
	k->err = undo_carry_out(&there->dirs, k->u, k->wait, k->r);
}

static int visit(const struct netns_seen *ns, void *arg)
{
	struct seeking *k = arg;
	struct session there;
	char path[32];

	if (ns->cookie == k->u->netns)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ns->fd);
	if (session_open(&there, path, SESSION_CHANGE, NULL))
		return 0;
	undo_in(k, &there);
	session_close(&there);
	return k->found;
}

int session_undo(struct session *s, const struct undo *u, unsigned int wait, struct report *r)
{
	struct seeking k = { .u = u, .wait = wait, .r = r };
	struct netlink_link link;

	if (u->new_id && netlink_link_index(s->nl, u->ifindex, &link, NULL) == -ENODEV)
		netns_walk(visit, &k, NULL);
	return k.found ? k.err : undo_carry_out(&s->dirs, u, wait, r);
}
