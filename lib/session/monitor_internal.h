/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations that the files of the monitor share. */
#ifndef XM_MONITOR_INTERNAL_H
#define XM_MONITOR_INTERNAL_H

#include "kernel/netlink_events.h"
#include "session/monitor.h"

/*
 * struct watched - an interface with an XDP program attached
 * @id: id of the program at the last notification or look
 * @chain: the program is a chain, with the entries @seen
 * @displaced: the id of a chain's dispatcher that is pinned but not attached, while another
 *	       program is; 0 for none
 * @found: the current look has found the interface
 */
struct watched {
	int ifindex;
	char ifname[IFNAMSIZ];
	__u32 id;
	bool chain;
	struct seen_chain seen;
	__u32 displaced;
	bool found;
	struct watched *next;
};

/*
 * struct monitor_place - a network namespace that is watched
 * @name: in the syntax of netns_open(), "" for the session's; owned
 * @ino: its inode number
 * @nl: a socket in it, the session's or owned
 * @found: the current walk has found it
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

/* struct wish - a device of the request; @ifindex is 0 unless @name is an alternative
 * name; @there: the device existed at the start */
struct wish {
	const char *name;
	int ifindex;
	bool there;
};

/*
 * struct monitor - the state of the monitor
 * @wishes: @rq->n_devs of them
 * @places: namespaces, always with the session's
 * @poll: an epoll fd
 * @pins: an inotify fd for the directories of pins, -1 for none
 * @silent: do not report what is found now, because it existed before
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

/* watched_find() - the position of an interface in the list, or where to insert it */
struct watched **watched_find(struct monitor_place *p, int ifindex);

/* watched_remember() - find an interface or add it; NULL if out of memory */
struct watched *watched_remember(struct monitor_place *p, int ifindex);
void watched_forget(struct watched **at);

/* monitor_wants() - true if the request includes this interface */
bool monitor_wants(const struct monitor_place *p, int ifindex, const char *ifname);

/* ---- network namespaces (monitor_place.c) ---- */

/* monitor_open_place() - watch the thread's current namespace, or the session's if @name
 * is "".  Returns 0 or -errno. */
int monitor_open_place(struct monitor *m, const char *name, ino_t ino);

/* monitor_close_places() - stop watching all namespaces */
void monitor_close_places(struct monitor *m);

/* monitor_find_places() - with @rq->all_netns, watch new namespaces and release those
 * that are gone.  Returns 0 or -errno. */
int monitor_find_places(struct monitor *m);

/* ---- pins (monitor_pins.c) ---- */

/* monitor_find_pins() - watch the directory of pins, which may be created later or
 * recreated */
void monitor_find_pins(struct monitor *m);

/* monitor_is_pinned() - true if the detached chain of an interface is still pinned */
bool monitor_is_pinned(struct monitor *m, int ifindex, __u32 dispatcher);

/* ---- one change (monitor_look.c) ---- */

/* monitor_hear() - handle the state of an interface in a kernel notification;
 * monitor_end() - handle its end, MONITOR_GONE or MONITOR_MOVED.  Return 0 or -errno. */
int monitor_hear(struct monitor_place *p, const struct netlink_link *link);
int monitor_end(struct monitor_place *p, int ifindex, enum monitor_event how);

/* monitor_tell_lost() - report that kernel notifications were lost */
int monitor_tell_lost(struct monitor_place *p);

/* ---- listening (monitor.c) ---- */

/* monitor_look_at_all() - compare all interfaces of a place with their known state */
int monitor_look_at_all(struct monitor_place *p);

#endif
