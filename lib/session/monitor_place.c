// SPDX-License-Identifier: GPL-2.0-or-later
/* Watches network namespaces. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "kernel/netns.h"
#include "kernel/netns_walk.h"
#include "session/monitor_internal.h"

#define MOUNTED "/run/netns/"

/* ---- open and close ---- */

static void close_place(struct monitor_place *p)
{
	while (p->list)
		watched_forget(&p->list);
	netlink_events_close(p->events);
	dirs_close(&p->dirs);
	if (p->nl && p->nl != p->m->s->nl)
		netlink_close(p->nl);
	free(p->name);
	free(p);
}

static int listen_to(struct monitor_place *p)
{
	struct epoll_event event = { .events = EPOLLIN };
	int err = netlink_events_open(&p->events, p->m->r);

	if (err)
		return err;
	event.data.fd = netlink_events_fd(p->events);
	if (!epoll_ctl(p->m->poll, EPOLL_CTL_ADD, event.data.fd, &event))
		return 0;
	return report_fail(p->m->r, STATUS_NOT_TRIED, errno, "Cannot listen to the kernel: %s",
			   strerror(errno));
}

int monitor_open_place(struct monitor *m, const char *name, ino_t ino)
{
	struct monitor_place *p = calloc(1, sizeof(*p)), **at = &m->places;
	int err = 0;

	if (!p)
		return report_no_memory(m->r);
	*p = (struct monitor_place){ .m = m, .name = strdup(name), .ino = ino, .found = true };
	if (!p->name)
		err = report_no_memory(m->r);
	else if (*name)
		err = netlink_open(&p->nl, m->r);
	else
		p->nl = m->s->nl;
	dirs_open(&p->dirs, p->nl, m->s->store);
	if (!err)
		err = listen_to(p);
	if (err) {
		close_place(p);
		return err;
	}
	while (*at)
		at = &(*at)->next;
	*at = p;
	return 0;
}

void monitor_close_places(struct monitor *m)
{
	while (m->places) {
		struct monitor_place *p = m->places;

		m->places = p->next;
		close_place(p);
	}
}

/* ---- other namespaces ---- */

/* A name for the namespace that "ip -n" accepts. */
static const char *name_of(const char *path, char *pid, size_t size)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;

	if (len == strlen(MOUNTED) && !strncmp(path, MOUNTED, len))
		return path + len;
	if (!strncmp(path, "/proc/", 6) && strspn(path + 6, "0123456789") < size) {
		pid[0] = '\0';
		strncat(pid, path + 6, strspn(path + 6, "0123456789"));
		return pid;
	}
	return path;
}

static struct monitor_place *find_place(struct monitor *m, ino_t ino)
{
	struct monitor_place *p = m->places;

	while (p && p->ino != ino)
		p = p->next;
	return p;
}

/* The thread enters the namespace only to open sockets in it. */
static int open_there(struct monitor *m, const struct netns_seen *ns)
{
	int home = netns_open("/proc/thread-self/ns/net", m->r);
	int err = home < 0 ? home : netns_enter(ns->fd, m->r);
	char pid[16];

	if (!err) {
		err = monitor_open_place(m, name_of(ns->path, pid, sizeof(pid)), ns->ino);
		if (netns_enter(home, m->r) && !err)
			err = -EIO;
	}
	if (home >= 0)
		close(home);
	return err;
}

/* Programs in a new namespace were attached after its creation, so report them, except at
 * the start. */
static int visit(const struct netns_seen *ns, void *arg)
{
	struct monitor *m = arg;
	struct monitor_place *p = find_place(m, ns->ino);
	int err;

	if (p) {
		p->found = true;
		return 0;
	}
	err = open_there(m, ns);
	return err ? err : monitor_look_at_all(find_place(m, ns->ino));
}

/* Close our sockets, because they would keep a namespace that nobody else uses. */
static int leave(struct monitor_place **at)
{
	struct monitor_place *p = *at;
	int err = 0;

	while (!err && p->list)
		err = monitor_end(p, p->list->ifindex, MONITOR_GONE);
	*at = p->next;
	close_place(p);
	return err;
}

int monitor_find_places(struct monitor *m)
{
	struct monitor_place **at = &m->places;
	int err;

	if (!m->rq->all_netns)
		return 0;
	for (struct monitor_place *p = m->places; p; p = p->next)
		p->found = !*p->name;
	err = netns_walk(visit, m, m->r);
	while (!err && *at) {
		if ((*at)->found)
			at = &(*at)->next;
		else
			err = leave(at);
	}
	return err;
}
