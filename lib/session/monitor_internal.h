/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the monitor have in common. */
#ifndef XM_MONITOR_INTERNAL_H
#define XM_MONITOR_INTERNAL_H

#include "kernel/netlink_events.h"
#include "session/monitor.h"

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

/*
 * struct monitor_place - a network namespace
 * @name: as netns_open() takes it, "" for that of the session; owned
 * @ino: its number
 * @nl: a socket there, of the session or owned
 * @found: by the walk that is going on
 */
struct monitor_place {
	struct monitor *m;
	char *name;
	ino_t ino;
	struct netlink *nl;
	struct dirs dirs;
	struct netlink_events *events;
	struct watched *list;
	bool found;
	struct monitor_place *next;
};

/* struct wish - a device of the request; @ifindex is 0 unless @name is another name of
 * it, @there: it was there in the beginning */
struct wish {
	const char *name;
	int ifindex;
	bool there;
};

/*
 * struct monitor
 * @wishes: @rq->n_devs of them
 * @places: that of the session is always among them
 * @poll: an epoll fd
 * @pins: an inotify fd for the directories of pins, -1 for none
 * @silent: what is found now has been there before
 */
struct monitor {
	struct session *s;
	const struct monitor_request *rq;
	struct report *r;
	struct wish *wishes;
	struct monitor_place *places;
	int poll;
	int pins;
	bool silent;
};

/* ---- what is known (monitor_known.c) ---- */

/* watched_find() - where the interface is in the list, or would be */
struct watched **watched_find(struct monitor_place *p, int ifindex);

/* watched_remember() - make it known, if it is not; NULL without memory */
struct watched *watched_remember(struct monitor_place *p, int ifindex);
void watched_forget(struct watched **at);

/* monitor_wants() - was this interface asked for? */
bool monitor_wants(const struct monitor_place *p, int ifindex, const char *ifname);

/* ---- network namespaces (monitor_place.c) ---- */

/* monitor_open_place() - watch the namespace that the thread is in, or that of the
 * session if @name is "".  0 or -errno. */
int monitor_open_place(struct monitor *m, const char *name, ino_t ino);

/* monitor_close_places() - all of them */
void monitor_close_places(struct monitor *m);

/* monitor_find_places() - with @rq->all_netns: begin with those that are new, let go of
 * those that are gone.  0 or -errno. */
int monitor_find_places(struct monitor *m);

/* ---- pins (monitor_pins.c) ---- */

/* monitor_find_pins() - be told of changes of the directory of pins, which may be made
 * later or anew */
void monitor_find_pins(struct monitor *m);

/* monitor_is_pinned() - is the chain that was taken off pinned still? */
bool monitor_is_pinned(struct monitor *m, const struct watched *w);

/* ---- one change (monitor_look.c) ---- */

/* monitor_hear() - an interface as it was when the kernel told of it;
 * monitor_end() - it is gone, by MONITOR_GONE or MONITOR_MOVED.  0 or -errno. */
int monitor_hear(struct monitor_place *p, const struct netlink_link *link);
int monitor_end(struct monitor_place *p, int ifindex, enum monitor_event how);

/* monitor_tell_lost() - some of what the kernel had to tell was lost */
int monitor_tell_lost(struct monitor_place *p);

/* ---- listening (monitor.c) ---- */

/* monitor_look_at_all() - compare all interfaces of a place with what is known */
int monitor_look_at_all(struct monitor_place *p);

#endif
