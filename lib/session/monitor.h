/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of chains, as they happen.
 *
 * The kernel tells of most; of those that it does not tell of, the pins do, and what
 * neither tells of (a bpf_link) is found within MONITOR_INTERVAL milliseconds.
 */
#ifndef XM_MONITOR_H
#define XM_MONITOR_H

#include "kernel/holder.h"
#include "model/changes.h"
#include "session/session.h"

#define MONITOR_INTERVAL 1000

enum monitor_event {
	MONITOR_ATTACHED,  /* a chain where none was */
	MONITOR_CHANGED,   /* another chain */
	MONITOR_REBUILT,   /* another one, by libxdp */
	MONITOR_DISPLACED, /* by a program that is no chain */
	MONITOR_DETACHED,  /* taken off, and pinned still */
	MONITOR_REMOVED,   /* taken off, with its pins */
	MONITOR_GONE,	   /* with the interface */
	MONITOR_MOVED,	   /* with the interface, to another network namespace */
	MONITOR_RENAMED,   /* the interface has another name */
	MONITOR_LOST,	   /* the kernel could not keep all that it had to tell */
};

/* monitor_event_name() - the word for it */
const char *monitor_event_name(enum monitor_event event);

/*
 * struct monitor_change
 * @netns: network namespace, as netns_open() takes it; "" for that of the session
 * @ifname, @ifindex: "" and 0 of MONITOR_LOST, which is of no interface
 * @was: of MONITOR_RENAMED, the old name; else ""
 * @before, @after: ids of the programs that were and are attached, 0 for none
 * @changes: of the entries; when a chain ends all were removed
 * @unread: why the new chain could not be read, "" if it was
 * @program: of MONITOR_DISPLACED, the program's name
 * @held, @holder: a process that has this program open, or its bpf_link
 */
struct monitor_change {
	enum monitor_event event;
	const char *netns;
	const char *ifname;
	int ifindex;
	const char *was;
	__u32 before;
	__u32 after;
	const struct entry_change *changes;
	unsigned int n_changes;
	const char *unread;
	const char *program;
	bool held;
	struct holder holder;
};

/*
 * struct monitor_request - what is to be told, and to whom
 * @devs, @n_devs: names of interfaces, 0 for all; one need not be there
 * @all_netns: of all network namespaces that something leads to, as netns_walk() has
 *	       them; a new one is found within MONITOR_INTERVAL milliseconds
 * @until: a file that this ends with, when nobody reads it any more; -1 for none
 * @missing: called for each of @devs that is not there in the beginning
 * @fn: called for each change; it returns 0 to go on, or a negative value that ends
 *	it and is returned; what it gets is borrowed
 */
struct monitor_request {
	char *const *devs;
	unsigned int n_devs;
	bool all_netns;
	int until;
	void (*missing)(const char *ifname, void *arg);
	int (*fn)(const struct monitor_change *change, void *arg);
	void *arg;
};

/*
 * session_monitor() - tell of changes, until the end that the request names
 *
 * A namespace that nothing else leads to any more is let go within MONITOR_INTERVAL
 * milliseconds.  Returns 0 at that end, or -errno.
 */
int session_monitor(struct session *s, const struct monitor_request *rq, struct report *r);

#endif
