// SPDX-License-Identifier: GPL-2.0-or-later
/* Watches the directory of pins for the monitor. */
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/monitor_internal.h"

/* Best effort: without inotify, changes are found a little later. */
static int watch_pins(const struct monitor *m)
{
	const struct store *store = m->s->store;
	int fd = store && store->xdp >= 0 ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
	char path[64];

	if (fd < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", store->xdp);
	if (inotify_add_watch(fd, path, IN_CREATE | IN_DELETE | IN_ATTRIB) >= 0 &&
	    !epoll_ctl(m->poll, EPOLL_CTL_ADD, fd, &event))
		return fd;
	close(fd);
	return -1;
}

static bool has_no_dir(const struct store *s)
{
	struct stat st;

	return s->xdp < 0 || fstat(s->xdp, &st) || !st.st_nlink;
}

/* The first chain creates the directory, which can be removed and created again; and in a
 * shortage it cannot be opened at once. */
void monitor_find_pins(struct monitor *m)
{
	struct session *s = m->s;

	if (!s->store || has_no_dir(s->store)) {
		if (m->pins >= 0)
			close(m->pins);
		m->pins = -1;
		if (s->store)
			store_close(s->store);
		s->store = store_open(&s->own_store, NULL) ? NULL : &s->own_store;
		for (struct monitor_place *p = m->places; p; p = p->next) {
			dirs_close(&p->dirs);
			dirs_open(&p->dirs, p->nl, s->store);
		}
	}
	if (m->pins < 0)
		m->pins = watch_pins(m);
}

static bool has_dir(struct store *s, int ifindex, __u32 id)
{
	struct store_dir d = { .ifindex = ifindex, .id = id };
	bool found = false;

	for (d.kind = STORE_LIBXDP; d.kind <= STORE_EXTENDED; d.kind++) {
		int mark = store_mark(s, &d);

		found |= mark >= 0 && mark != STORE_PENDING;
	}
	return found;
}

/* A process that detaches and unpins the chain holds the lock, so look again under the
 * lock. */
bool monitor_is_pinned(struct monitor *m, int ifindex, __u32 dispatcher)
{
	struct store *s = m->s->store;
	bool locked, found;

	if (!s || s->xdp < 0 || !has_dir(s, ifindex, dispatcher))
		return false;
	locked = !store_lock(s, MONITOR_INTERVAL / 1000, NULL);
	found = has_dir(s, ifindex, dispatcher);
	if (locked)
		store_unlock(s);
	return found;
}
