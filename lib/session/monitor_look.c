// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and reports one change of a chain. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/monitor_internal.h"

/* The new state of an interface. */
struct state {
	const struct netlink_link *link;
	__u32 id;
	bool chain;
	struct seen_chain seen;
	enum monitor_event event;
	char unread[256];
	char program[16];
	__u32 link_id;
	__u32 displaced;
};

/* A chain that is detached has no entry in the list; one that is displaced is not the
 * program that was attached. */
static __u32 before(const struct watched *was, const struct state *is)
{
	if (was && was->displaced && is->event == MONITOR_DETACHED)
		return was->displaced;
	return was && was->id ? was->id : is->displaced;
}

static int tell(struct monitor_place *p, const struct watched *was, struct state *is)
{
	static const struct seen_chain none;
	struct entry_change *changes = NULL;
	struct monitor_change c = {
		.event = is->event,
		.netns = p->name,
		.ifname = is->link->ifname,
		.ifindex = is->link->ifindex,
		.was = is->event == MONITOR_RENAMED ? was->ifname : "",
		.before = before(was, is),
		.after = is->id,
		.unread = is->unread,
		.program = is->program,
	};
	int err = 0;

	if (p->m->silent || (!monitor_wants(p, c.ifindex, c.ifname) &&
			     !(was && monitor_wants(p, was->ifindex, was->ifname))))
		return 0;
	if (!*is->unread && c.event != MONITOR_RENAMED && (is->chain || (was && was->chain)))
		err = changes_between(was ? &was->seen : &none, &is->seen, &changes, &c.n_changes);
	if (err)
		return report_no_memory(p->m->r);
	c.changes = changes;
	if (c.event == MONITOR_DISPLACED)
		c.held = holder_find(is->id, is->link_id, &c.holder);
	err = p->m->rq->fn(&c, p->m->rq->arg);
	free(changes);
	return err;
}

/* ---- one look ---- */

/* If another change followed before we could read the chain, we know only the id of the
 * attached program. */
static void describe(struct state *is, const struct view *v, int err, struct report *why)
{
	if (err)
		snprintf(is->unread, sizeof(is->unread), "%.255s", report_cause(why));
	else if (view_attached(v) != is->id)
		snprintf(is->unread, sizeof(is->unread),
			 "it was replaced again before it could be read");
	else if (v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE)
		snprintf(is->unread, sizeof(is->unread), "%.255s", v->reason);
	is->chain = *is->unread ? is->id != 0 : v->kind == VIEW_CHAIN;
	if (v->kind != VIEW_FOREIGN || *is->unread)
		return;
	snprintf(is->program, sizeof(is->program), "%s", v->prog.name);
	is->link_id = v->link_id;
	is->displaced = v->displaced ? v->displaced->prog.id : 0;
}

static enum monitor_event name_event(struct monitor_place *p, const struct watched *was,
				     const struct state *is, const struct view *v)
{
	if (is->chain && !(was && was->chain))
		return MONITOR_ATTACHED;
	if (is->chain)
		return *is->unread || v->ours ? MONITOR_CHANGED : MONITOR_REBUILT;
	if (is->id)
		return MONITOR_DISPLACED;
	return monitor_is_pinned(p->m, was->ifindex, was->id) ? MONITOR_DETACHED : MONITOR_REMOVED;
}

/* A chain that was detached before is displaced when another program is attached, and
 * detached again when that program is. */
static bool concerns_detached(struct monitor_place *p, const struct watched *was, struct state *is)
{
	if (!was && is->displaced)
		is->event = MONITOR_DISPLACED;
	else if (was && was->displaced && !is->id &&
		 monitor_is_pinned(p->m, was->ifindex, was->displaced))
		is->event = MONITOR_DETACHED;
	else
		return false;
	return true;
}

/* Store the new state.  If the chain could not be read, keep the old entries; the next
 * change is compared with them. */
static int update(struct monitor_place *p, struct state *is)
{
	struct watched **at = watched_find(p, is->link->ifindex), *w;

	if (!is->id) {
		if (*at)
			watched_forget(at);
		return 0;
	}
	w = watched_remember(p, is->link->ifindex);
	if (!w)
		return -ENOMEM;
	w->id = is->id;
	w->chain = is->chain;
	w->displaced = is->displaced;
	w->found = true;
	memcpy(w->ifname, is->link->ifname, sizeof(w->ifname));
	if (*is->unread)
		return 0;
	seen_free(&w->seen);
	w->seen = is->seen;
	is->seen = (struct seen_chain){ 0 };
	return 0;
}

static void look(struct monitor_place *p, struct state *is, struct view *v, struct report *why)
{
	int err;

	dirs_forget(&p->dirs);
	err = view_read_steadily(&p->dirs, is->link->ifindex, v, why);
	describe(is, v, err, why);
	dirs_forget(&p->dirs);
}

static int compare(struct monitor_place *p, const struct netlink_link *link)
{
	struct watched *was = *watched_find(p, link->ifindex);
	struct state is = { .link = link, .id = netlink_link_id(link) };
	struct report why = REPORT_INIT;
	struct view *v = view_new();
	int err = 0;

	if (!v)
		return report_no_memory(p->m->r);
	monitor_find_pins(p->m);
	if (is.id)
		look(p, &is, v, &why);
	if (is.chain && !*is.unread && seen_take(&is.seen, &v->chain))
		err = report_no_memory(p->m->r);
	if (!err && (is.chain || (was && was->chain))) {
		is.event = name_event(p, was, &is, v);
		err = tell(p, was, &is);
	} else if (!err && concerns_detached(p, was, &is)) {
		err = tell(p, was, &is);
	}
	if (!err)
		err = update(p, &is);
	seen_free(&is.seen);
	view_free(v);
	report_free(&why);
	return err;
}

/* ---- notifications of the kernel ---- */

static int rename_it(struct monitor_place *p, struct watched *w, const struct netlink_link *link)
{
	struct state is = { .link = link, .id = w->id, .event = MONITOR_RENAMED };
	int err = w->chain ? tell(p, w, &is) : 0;

	memcpy(w->ifname, link->ifname, sizeof(w->ifname));
	return err;
}

int monitor_hear(struct monitor_place *p, const struct netlink_link *link)
{
	struct watched *w = *watched_find(p, link->ifindex);
	int err = w && strcmp(w->ifname, link->ifname) ? rename_it(p, w, link) : 0;

	return !err && (w ? w->id : 0) != netlink_link_id(link) ? compare(p, link) : err;
}

int monitor_end(struct monitor_place *p, int ifindex, enum monitor_event how)
{
	struct watched **at = watched_find(p, ifindex), *w = *at;
	struct netlink_link link = { .ifindex = ifindex };
	struct state is = { .link = &link, .event = how };
	int err = 0;

	if (!w)
		return 0;
	memcpy(link.ifname, w->ifname, sizeof(link.ifname));
	if (w->chain)
		err = tell(p, w, &is);
	watched_forget(at);
	return err;
}

int monitor_tell_lost(struct monitor_place *p)
{
	const struct monitor_change c = {
		.event = MONITOR_LOST,
		.netns = p->name,
		.ifname = "",
		.was = "",
		.unread = "",
		.program = "",
	};

	return p->m->silent ? 0 : p->m->rq->fn(&c, p->m->rq->arg);
}
