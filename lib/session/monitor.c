// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes of chains, as they happen. */
#include "session/monitor.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/netlink_events.h"

/*
 * struct watched - an interface with something attached
 * @id: of what was attached when it was last heard of
 * @chain: it is a chain, @seen: with these entries
 * @found: by the look that is going on
 */
struct watched {
	int ifindex;
	char ifname[IFNAMSIZ];
	__u32 id;
	bool chain;
	struct seen_chain seen;
	bool found;
	struct watched *next;
};

/* struct monitor - @pins: an inotify fd for the directories of pins, -1 for none */
struct monitor {
	struct session *s;
	char *const *devs;
	unsigned int n_devs;
	int (*fn)(const struct monitor_change *change, void *arg);
	void *arg;
	struct report *r;
	struct watched *list;
	struct netlink_events *events;
	int pins;
	bool silent;
};

const char *monitor_event_name(enum monitor_event event)
{
	static const char *const names[] = {
		[MONITOR_ATTACHED] = "attached", [MONITOR_CHANGED] = "changed",
		[MONITOR_REBUILT] = "rebuilt",	 [MONITOR_DISPLACED] = "displaced",
		[MONITOR_DETACHED] = "detached", [MONITOR_REMOVED] = "removed",
		[MONITOR_GONE] = "gone",	 [MONITOR_LOST] = "lost",
	};

	return names[event];
}

/* ---- what is known ---- */

static struct watched **find(struct monitor *m, int ifindex)
{
	struct watched **w = &m->list;

	while (*w && (*w)->ifindex != ifindex)
		w = &(*w)->next;
	return w;
}

static void forget(struct watched **at)
{
	struct watched *w = *at;

	*at = w->next;
	seen_free(&w->seen);
	free(w);
}

static struct watched *remember(struct monitor *m, int ifindex)
{
	struct watched **at = find(m, ifindex);

	if (!*at)
		*at = calloc(1, sizeof(**at));
	if (!*at)
		report_no_memory(m->r);
	else
		(*at)->ifindex = ifindex;
	return *at;
}

static __u32 attached(const struct netlink_link *link)
{
	return link->native_id	  ? link->native_id
	       : link->generic_id ? link->generic_id
				  : link->offload_id;
}

static bool wanted(const struct monitor *m, const char *ifname)
{
	for (unsigned int i = 0; i < m->n_devs; i++)
		if (!strcmp(m->devs[i], ifname))
			return true;
	return !m->n_devs;
}

/* ---- one change ---- */

/* What has become of an interface. */
struct state {
	const struct netlink_link *link;
	__u32 id;
	bool chain;
	struct seen_chain seen;
	enum monitor_event event;
	char unread[256];
	char program[16];
	__u32 link_id;
};

static int tell(struct monitor *m, const struct watched *was, struct state *is)
{
	static const struct seen_chain none;
	struct entry_change *changes = NULL;
	struct monitor_change c = {
		.event = is->event,
		.ifname = is->link->ifname,
		.ifindex = is->link->ifindex,
		.before = was ? was->id : 0,
		.after = is->id,
		.unread = is->unread,
		.program = is->program,
	};
	int err = 0;

	if (m->silent || (!wanted(m, c.ifname) && !(was && wanted(m, was->ifname))))
		return 0;
	if (!*is->unread)
		err = changes_between(was ? &was->seen : &none, &is->seen, &changes, &c.n_changes);
	if (err)
		return report_no_memory(m->r);
	c.changes = changes;
	if (c.event == MONITOR_DISPLACED)
		c.held = holder_find(is->id, is->link_id, &c.holder);
	err = m->fn(&c, m->arg);
	free(changes);
	return err;
}

/* ---- pins ---- */

/* Best effort: without it changes are found a little later. */
static int watch_pins(const struct session *s)
{
	int fd = s->store && s->store->xdp >= 0 ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
	char path[64];

	if (fd < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", s->store->xdp);
	if (inotify_add_watch(fd, path, IN_CREATE | IN_DELETE | IN_ATTRIB) >= 0)
		return fd;
	close(fd);
	return -1;
}

static bool has_no_dir(const struct store *s)
{
	struct stat st;

	return s->xdp < 0 || fstat(s->xdp, &st) || !st.st_nlink;
}

/* The first chain of all makes the directory, and it can be removed and made anew. */
static void find_pins(struct monitor *m)
{
	struct session *s = m->s;

	if (s->store && has_no_dir(s->store)) {
		if (m->pins >= 0)
			close(m->pins);
		m->pins = -1;
		store_close(s->store);
		s->store = store_open(&s->own_store, NULL) ? NULL : &s->own_store;
		dirs_close(&s->dirs);
		dirs_open(&s->dirs, s->nl, s->store);
	}
	if (m->pins < 0)
		m->pins = watch_pins(s);
}

static bool has_dir(struct store *s, int ifindex, __u32 id)
{
	struct store_dir d = { .ifindex = ifindex, .id = id };
	bool found = false;

	for (d.kind = STORE_LIBXDP; d.kind <= STORE_EXTENDED; d.kind++) {
		int fd = store_open_dir(s, &d, NULL);

		if (fd < 0)
			continue;
		close(fd);
		found |= !store_is_pending(s, &d);
	}
	return found;
}

/* Is the chain that was taken off pinned still?  Who takes off and unpins it has the
 * lock until that is done. */
static bool is_pinned(struct monitor *m, const struct watched *w)
{
	struct store *s = m->s->store;
	bool locked, found;

	if (!s || s->xdp < 0 || !has_dir(s, w->ifindex, w->id))
		return false;
	locked = !store_lock(s, MONITOR_INTERVAL / 1000, NULL);
	found = has_dir(s, w->ifindex, w->id);
	if (locked)
		store_unlock(s);
	return found;
}

/* ---- one look ---- */

/* Of a change that was followed by another one before it could be looked at, only
 * what is attached is known. */
static void describe(struct state *is, const struct view *v, int err, const struct report *why)
{
	if (err)
		snprintf(is->unread, sizeof(is->unread), "%.255s", report_error(why));
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
}

static enum monitor_event name_event(struct monitor *m, const struct watched *was,
				     const struct state *is, const struct view *v)
{
	if (is->chain && !(was && was->chain))
		return MONITOR_ATTACHED;
	if (is->chain)
		return *is->unread || v->ours ? MONITOR_CHANGED : MONITOR_REBUILT;
	if (is->id)
		return MONITOR_DISPLACED;
	return is_pinned(m, was) ? MONITOR_DETACHED : MONITOR_REMOVED;
}

/* From now on it is known.  What could not be read leaves the entries as they were: the
 * next change is told from there. */
static int update(struct monitor *m, struct state *is)
{
	struct watched **at = find(m, is->link->ifindex), *w;

	if (!is->id) {
		if (*at)
			forget(at);
		return 0;
	}
	w = remember(m, is->link->ifindex);
	if (!w)
		return -ENOMEM;
	w->id = is->id;
	w->chain = is->chain;
	w->found = true;
	memcpy(w->ifname, is->link->ifname, sizeof(w->ifname));
	if (*is->unread)
		return 0;
	seen_free(&w->seen);
	w->seen = is->seen;
	is->seen = (struct seen_chain){ 0 };
	return 0;
}

static void look(struct monitor *m, struct state *is, struct view *v, struct report *why)
{
	int err;

	dirs_forget(&m->s->dirs);
	err = view_read_steadily(&m->s->dirs, is->link->ifindex, v, why);
	describe(is, v, err, why);
	dirs_forget(&m->s->dirs);
}

static int compare(struct monitor *m, const struct netlink_link *link)
{
	struct watched *was = *find(m, link->ifindex);
	struct state is = { .link = link, .id = attached(link) };
	struct report why = REPORT_INIT;
	struct view *v = calloc(1, sizeof(*v));
	int err = 0;

	if (!v)
		return report_no_memory(m->r);
	v->fd = -1;
	find_pins(m);
	if (is.id)
		look(m, &is, v, &why);
	if (is.chain && !*is.unread && seen_take(&is.seen, &v->chain))
		err = report_no_memory(m->r);
	if (!err && (is.chain || (was && was->chain))) {
		is.event = name_event(m, was, &is, v);
		err = tell(m, was, &is);
	}
	if (!err)
		err = update(m, &is);
	seen_free(&is.seen);
	view_close(v);
	free(v);
	report_free(&why);
	return err;
}

/* As it was when the kernel told of it. */
static int hear(struct monitor *m, const struct netlink_link *link)
{
	struct watched *w = *find(m, link->ifindex);

	if ((w ? w->id : 0) != attached(link))
		return compare(m, link);
	if (w)
		memcpy(w->ifname, link->ifname, sizeof(w->ifname));
	return 0;
}

static int gone(struct monitor *m, int ifindex)
{
	struct watched **at = find(m, ifindex), *w = *at;
	struct netlink_link link = { .ifindex = ifindex };
	struct state is = { .link = &link, .event = MONITOR_GONE };
	int err = 0;

	if (!w)
		return 0;
	memcpy(link.ifname, w->ifname, sizeof(link.ifname));
	if (w->chain)
		err = tell(m, w, &is);
	forget(at);
	return err;
}

static int hear_event(const struct netlink_event *event, void *arg)
{
	return event->gone ? gone(arg, event->link.ifindex) : hear(arg, &event->link);
}

static int tell_lost(struct monitor *m)
{
	const struct monitor_change c = {
		.event = MONITOR_LOST,
		.ifname = "",
		.unread = "",
		.program = "",
	};

	return m->silent ? 0 : m->fn(&c, m->arg);
}

/* All that the kernel has told so far. */
static int hear_all(struct monitor *m)
{
	int err;

	while ((err = netlink_events_read(m->events, hear_event, m, m->r)) == -ENOBUFS) {
		err = tell_lost(m);
		if (err)
			return err;
	}
	return err;
}

/* ---- what the kernel does not tell ---- */

/*
 * An interface that is not as it is known to be.  What the kernel told before it was
 * looked at is heard first, so that changes come in their order; if it is the same
 * before and after that, nobody told.
 */
static int settle(struct monitor *m, int ifindex)
{
	struct netlink_link link = { 0 }, now = { 0 };
	int err, is, was;

	do {
		was = netlink_link_index(m->s->nl, ifindex, &link, NULL);
		err = hear_all(m);
		is = netlink_link_index(m->s->nl, ifindex, &now, NULL);
	} while (!err && (is != was || attached(&link) != attached(&now)));
	if (err)
		return err;
	return is == -ENODEV ? gone(m, ifindex) : is ? 0 : hear(m, &now);
}

static int look_at_one(const struct netlink_link *link, void *arg)
{
	struct monitor *m = arg;
	struct watched *w = *find(m, link->ifindex);

	if (w)
		w->found = true;
	return (w ? w->id : 0) == attached(link) ? 0 : settle(m, link->ifindex);
}

static struct watched *first_missing(const struct monitor *m)
{
	struct watched *w = m->list;

	while (w && w->found)
		w = w->next;
	return w;
}

static int look_at_all(struct monitor *m)
{
	struct watched *w;
	int err;

	for (w = m->list; w; w = w->next)
		w->found = false;
	err = netlink_each_link(m->s->nl, look_at_one, m, m->r);
	while (!err && (w = first_missing(m))) {
		w->found = true;
		err = settle(m, w->ifindex);
	}
	return err;
}

/* ---- for ever ---- */

static void drain(int fd)
{
	char buf[4096];

	while (read(fd, buf, sizeof(buf)) > 0)
		;
}

static int listen_on(struct monitor *m)
{
	int err = 0;

	while (!err) {
		struct pollfd fds[] = {
			{ .fd = netlink_events_fd(m->events), .events = POLLIN },
			{ .fd = m->pins, .events = POLLIN },
		};

		if (poll(fds, 2, MONITOR_INTERVAL) < 0 && errno != EINTR)
			return report_fail(m->r, STATUS_NOT_TRIED, errno, "Cannot wait: %s",
					   strerror(errno));
		if (m->pins >= 0)
			drain(m->pins);
		err = hear_all(m);
		if (!err)
			err = look_at_all(m);
		/* The list of interfaces kept changing: next time. */
		if (err == -EAGAIN) {
			report_clear_error(m->r);
			err = 0;
		}
	}
	return err;
}

int session_monitor(struct session *s, char *const *devs, unsigned int n_devs,
		    int (*fn)(const struct monitor_change *change, void *arg), void *arg,
		    struct report *r)
{
	struct monitor m = {
		.s = s,
		.devs = devs,
		.n_devs = n_devs,
		.fn = fn,
		.arg = arg,
		.r = r,
		.pins = -1,
		.silent = true,
	};
	int err = netlink_events_open(&m.events, r);

	find_pins(&m);
	if (!err)
		err = look_at_all(&m);
	m.silent = false;
	if (!err)
		err = listen_on(&m);
	while (m.list)
		forget(&m.list);
	if (m.pins >= 0)
		close(m.pins);
	netlink_events_close(m.events);
	return err;
}
