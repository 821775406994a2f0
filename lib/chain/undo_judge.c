// SPDX-License-Identifier: GPL-2.0-or-later
/* Is the record of an unconfirmed change needed still?  The interface can be in another
 * network namespace by now. */
#include "chain/undo.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attached.h"
#include "kernel/kobj.h"
#include "kernel/netns.h"
#include "kernel/netns_walk.h"
#include "kernel/refcount.h"

static bool is_gone(__u32 id)
{
	struct refcounts counts = { 0 };
	int is = refcount_exists(&counts, id);

	refcount_free(&counts);
	return !is;
}

/* Only the kernel's lists of all namespaces tell that an interface was moved.  Without
 * them it may have been, as long as the program is there. */
static bool may_be_elsewhere(__u32 id)
{
	struct attachments all;
	size_t n = 0;

	if (!id)
		return false;
	if (attachments_read(&all))
		return !is_gone(id);
	attachments_of(&all, id, &n);
	attachments_free(&all);
	return n;
}

/* ---- where kernel lists cannot be read ---- */

/* struct seeking - @found: a namespace has the interface with the new program */
struct seeking {
	const struct undo *u;
	bool found;
};

static int seek(const struct netns_seen *ns, void *arg)
{
	struct seeking *k = arg;
	struct netlink_link link;
	struct netlink *nl;
	int err = netns_netlink(ns->fd, &nl, NULL);

	/* Skip a namespace that we may not enter, but not one that could not be left. */
	if (err)
		return kobj_is_shortage(-err) || err == -EIO ? err : 0;
	err = netlink_link_index(nl, k->u->ifindex, &link, NULL);
	k->found = !err && undo_is_pending(k->u, &link);
	netlink_close(nl);
	return err && err != -ENODEV ? err : k->found;
}

/* In a namespace that a mount or a process leads to.  If they could not all be searched, it may
 * be. */
static bool is_in_another(const struct undo *u)
{
	struct seeking k = { .u = u };

	return netns_walk(seek, &k, NULL) < 0 || k.found;
}

/* ---- */

static bool has_number(const struct attachments *all, const struct undo *u)
{
	const struct attachment *at;
	size_t n;

	at = attachments_of(all, u->new_id, &n);
	for (size_t i = 0; i < n; i++)
		if (at[i].ifindex == u->ifindex)
			return true;
	return false;
}

/* An interface that was moved is found by its program, if it has kept its number.  In a shortage
 * it may have been moved.  Where this cannot be found out, one with another name than that of the
 * record is another one. */
static bool has_moved(const struct undo *u, const struct netlink_link *link)
{
	struct attachments all;
	int err = attachments_read(&all);
	bool is;

	if (err && kobj_is_shortage(-err))
		return true;
	if (err)
		return is_in_another(u) || (link && strcmp(u->ifname, link->ifname));
	is = has_number(&all, u);
	attachments_free(&all);
	return is;
}

/* Can it no longer be undone in time? */
static bool is_over(struct store *s, const struct undo *u)
{
	return !undo_seconds_left(u, undo_now()) && !undo_is_kept(s, u);
}

bool undo_may_be_anothers(struct store *s, const struct undo *u, const struct netlink_link *link)
{
	if (link && (undo_is_pending(u, link) || (u->old_id && undo_is_back(u, link))))
		return false;
	if (u->netns)
		return u->new_id && !is_gone(u->new_id) && has_moved(u, link);
	if (u->new_id)
		return may_be_elsewhere(u->new_id);
	return u->device == UNDO_DEVICE_ELSEWHERE ||
	       (u->device == UNDO_DEVICE_UNSURE && !is_over(s, u));
}

static int judge_here(struct store *s, struct netlink *nl, const struct undo *u,
		      enum undo_state *state, struct report *r)
{
	struct netlink_link link;
	int err = netlink_link_index(nl, u->ifindex, &link, r);
	bool gone = err == -ENODEV;

	if (gone)
		report_clear_error(r);
	else if (err)
		return err;
	if (!gone && undo_is_pending(u, &link))
		*state = UNDO_WAITS;
	else if ((gone && may_be_elsewhere(u->new_id)) ||
		 undo_may_be_anothers(s, u, gone ? NULL : &link))
		*state = UNDO_ELSEWHERE;
	else
		*state = UNDO_STALE;
	return 0;
}

/* Without the new program nothing can have it.  Where there is none, it is left as long as the
 * interface is there, or it may be undone in time. */
static bool judge_elsewhere(struct store *s, const struct undo *u, bool all_netns)
{
	if (u->new_id)
		return is_gone(u->new_id);
	return u->device == UNDO_DEVICE_GONE || (all_netns && is_over(s, u));
}

int undo_judge(struct store *s, struct netlink *nl, const struct store_dir *which, bool all_netns,
	       enum undo_state *state, struct report *r)
{
	struct undo u;
	int is = undo_read_dir(s, which, &u, r);

	*state = is == -EOPNOTSUPP ? UNDO_ELSEWHERE : UNDO_STALE;
	if (is == -EOPNOTSUPP)
		report_clear_error(r);
	if (is <= 0)
		return is == -EOPNOTSUPP ? 0 : is;
	if (u.netns == netlink_netns(nl))
		return judge_here(s, nl, &u, state, r);
	if (!judge_elsewhere(s, &u, all_netns))
		*state = UNDO_ELSEWHERE;
	return 0;
}
