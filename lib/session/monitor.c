// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports changes of chains as they happen. */
#include "session/monitor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel/token.h"
#include "session/monitor_internal.h"

const char *monitor_event_name(enum monitor_event event)
{
	static const char *const names[] = {
		[MONITOR_ATTACHED] = "attached", [MONITOR_CHANGED] = "changed",
		[MONITOR_REBUILT] = "rebuilt",	 [MONITOR_DISPLACED] = "displaced",
		[MONITOR_DETACHED] = "detached", [MONITOR_REMOVED] = "removed",
		[MONITOR_GONE] = "gone",	 [MONITOR_MOVED] = "moved",
		[MONITOR_RENAMED] = "renamed",	 [MONITOR_LOST] = "lost",
	};

	return names[event];
}

/* ---- notifications of the kernel ---- */

static int hear_event(const struct netlink_event *event, void *arg)
{
	if (!event->gone)
		return monitor_hear(arg, &event->link);
	return monitor_end(arg, event->link.ifindex, event->moved ? MONITOR_MOVED : MONITOR_GONE);
}

/* Handle all pending notifications. */
static int hear_all(struct monitor_place *p)
{
	int err;

	while ((err = netlink_events_read(p->events, hear_event, p, p->m->r)) == -ENOBUFS) {
		err = monitor_tell_lost(p);
		if (err)
			return err;
	}
	return err;
}

/* ---- changes without a notification ---- */

/*
 * Handle an interface that differs from its known state.  Handle pending notifications
 * first, so that changes are reported in order.  If the interface stays the same
 * meanwhile, the kernel sent no notification of this change.
 */
static int settle(struct monitor_place *p, int ifindex)
{
	struct netlink_link link = { 0 }, now = { 0 };
	int err, is, was;

	do {
		was = netlink_link_index(p->nl, ifindex, &link, NULL);
		err = hear_all(p);
		is = netlink_link_index(p->nl, ifindex, &now, NULL);
	} while (!err && (is != was || netlink_link_id(&link) != netlink_link_id(&now)));
	if (err)
		return err;
	return is == -ENODEV ? monitor_end(p, ifindex, MONITOR_GONE)
	       : is	     ? 0
			     : monitor_hear(p, &now);
}

static int look_at_one(const struct netlink_link *link, void *arg)
{
	struct monitor_place *p = arg;
	struct watched *w = *watched_find(p, link->ifindex);

	if (w)
		w->found = true;
	return (w ? w->id : 0) == netlink_link_id(link) ? 0 : settle(p, link->ifindex);
}

static struct watched *first_missing(const struct monitor_place *p)
{
	struct watched *w = p->list;

	while (w && w->found)
		w = w->next;
	return w;
}

int monitor_look_at_all(struct monitor_place *p)
{
	struct watched *w;
	int err;

	for (w = p->list; w; w = w->next)
		w->found = false;
	err = netlink_each_link(p->nl, look_at_one, p, p->m->r);
	while (!err && (w = first_missing(p))) {
		w->found = true;
		err = settle(p, w->ifindex);
	}
	/* The list of interfaces kept changing: retry at the next look. */
	if (err == -EAGAIN) {
		report_clear_error(p->m->r);
		err = 0;
	}
	return err;
}

static int look_everywhere(struct monitor *m)
{
	int err = 0;

	for (struct monitor_place *p = m->places; !err && p; p = p->next)
		err = hear_all(p);
	for (struct monitor_place *p = m->places; !err && p; p = p->next)
		err = monitor_look_at_all(p);
	return err;
}

/* ---- the devices that were named ---- */

/* An alternative name can be longer than that of an interface, or contain a colon. */
static int check_missing(const struct monitor *m, const char *name)
{
	if (netlink_name_valid(name))
		return 0;
	return report_fail(
		m->r, STATUS_USAGE, ENODEV,
		"Error: argument \"%s\" is wrong: no device has this name, and no new one can have it",
		name);
}

/* 0, or -errno if it cannot be found out whether the device is there. */
static int find_wish(const struct monitor *m, struct wish *wish)
{
	struct netlink_link link;

	for (struct monitor_place *p = m->places; p; p = p->next) {
		int err = netlink_link(p->nl, wish->name, &link, m->r);

		if (err && err != -ENODEV)
			return err;
		report_clear_error(m->r);
		if (err)
			continue;
		wish->there = true;
		if (!*p->name && strcmp(link.ifname, wish->name))
			wish->ifindex = link.ifindex;
	}
	return 0;
}

static int find_wishes(struct monitor *m)
{
	const struct monitor_request *rq = m->rq;

	m->wishes = calloc(rq->n_devs + 1, sizeof(*m->wishes));
	if (!m->wishes)
		return report_no_memory(m->r);
	for (unsigned int i = 0; i < rq->n_devs; i++)
		m->wishes[i].name = rq->devs[i];
	return 0;
}

static int tell_missing(const struct monitor *m)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < m->rq->n_devs; i++) {
		err = find_wish(m, &m->wishes[i]);
		if (!err && !m->wishes[i].there)
			err = check_missing(m, m->wishes[i].name);
		if (!err && !m->wishes[i].there)
			m->rq->missing(m->wishes[i].name, m->rq->arg);
	}
	return err;
}

/* ---- until its end ---- */

static int cannot_wait(const struct monitor *m)
{
	return report_fail(m->r, STATUS_NOT_TRIED, errno, "Cannot wait: %s", strerror(errno));
}

static void drain(int fd)
{
	char buf[4096];

	while (fd >= 0 && read(fd, buf, sizeof(buf)) > 0)
		;
}

static __u64 milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

/* Returns 1 if something may have changed, 0 at the end condition. */
static int wait_for_news(const struct monitor *m)
{
	struct epoll_event event = { .data.fd = -1 };

	if (epoll_wait(m->poll, &event, 1, MONITOR_INTERVAL) < 0 && errno != EINTR)
		return cannot_wait(m);
	drain(m->pins);
	return event.data.fd < 0 || event.data.fd != m->rq->until;
}

static int listen_on(struct monitor *m)
{
	__u64 walked = milliseconds();
	int err = 0, is;

	while (!err && (is = wait_for_news(m))) {
		if (is < 0)
			return is;
		err = look_everywhere(m);
		if (!err && milliseconds() - walked >= MONITOR_INTERVAL) {
			err = monitor_find_places(m);
			walked = milliseconds();
		}
	}
	return err;
}

/* ---- entry point ---- */

/* Without the right to open programs we could report nothing.  A BPF token opens those of the
 * chains here. */
static int check_rights(struct report *r)
{
	struct report why = REPORT_INIT;
	int fd = token_has() ? -ENOENT : kobj_prog_open(1, &why);

	if (fd >= 0)
		close(fd);
	if (fd == -EPERM || fd == -EACCES)
		report_fail(r, STATUS_NOT_TRIED, -fd, "Chains cannot be watched: %s",
			    report_cause(&why));
	report_free(&why);
	return fd == -EPERM || fd == -EACCES ? fd : 0;
}

/* epoll_ctl() refuses a regular file as @until, but such a file cannot lose a reader. */
static int begin(struct monitor *m)
{
	struct epoll_event event = { .data.fd = m->rq->until };
	struct stat here;
	int err = check_rights(m->r);

	if (err)
		return err;
	m->poll = epoll_create1(EPOLL_CLOEXEC);
	if (m->poll < 0 || stat("/proc/thread-self/ns/net", &here))
		return cannot_wait(m);
	if (m->rq->until >= 0)
		epoll_ctl(m->poll, EPOLL_CTL_ADD, m->rq->until, &event);
	err = monitor_open_place(m, "", here.st_ino);
	if (!err)
		err = find_wishes(m);
	monitor_find_pins(m);
	if (!err)
		err = monitor_look_at_all(m->places);
	return err ? err : monitor_find_places(m);
}

int session_monitor(struct session *s, const struct monitor_request *rq, struct report *r)
{
	struct monitor m = {
		.s = s,
		.rq = rq,
		.r = r,
		.poll = -1,
		.pins = -1,
		.silent = true,
	};
	int err = begin(&m);

	m.silent = false;
	if (!err)
		err = tell_missing(&m);
	if (!err)
		err = listen_on(&m);
	monitor_close_places(&m);
	if (m.pins >= 0)
		close(m.pins);
	if (m.poll >= 0)
		close(m.poll);
	free(m.wishes);
	return err;
}
