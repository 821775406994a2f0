/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports changes of chains as they happen.
 *
 * The kernel notifies us of most changes, and inotify on the pins of others.  A change
 * without either notification (a bpf_link) is found within MONITOR_INTERVAL
 * milliseconds.
 */
#ifndef XM_MONITOR_H
#define XM_MONITOR_H

#include "kernel/holder.h"
#include "model/changes.h"
#include "session/session.h"

#define MONITOR_INTERVAL 1000

enum monitor_event {
	MONITOR_ATTACHED,  /* a chain was attached where none was */
	MONITOR_CHANGED,   /* another chain replaced it */
	MONITOR_REBUILT,   /* libxdp replaced it by another chain */
	MONITOR_DISPLACED, /* a program that is not a chain replaced it */
	MONITOR_DETACHED,  /* it was detached, but is still pinned */
	MONITOR_REMOVED,   /* it was detached and its pins were removed */
	MONITOR_GONE,	   /* the interface was deleted */
	MONITOR_MOVED,	   /* the interface moved to another network namespace */
	MONITOR_RENAMED,   /* the interface has a new name */
	MONITOR_LOST,	   /* the kernel dropped notifications */
};

/* monitor_event_name() - the word for an event */
const char *monitor_event_name(enum monitor_event event);

/*
 * struct monitor_change - a change of one interface
 * @netns: network namespace in the syntax of netns_open(); "" for the session's
 * @ifname, @ifindex: "" and 0 for MONITOR_LOST, which concerns no single interface
 * @was: the old name for MONITOR_RENAMED, else ""
 * @before, @after: ids of the old and new attached programs, 0 for none
 * @changes: changes of the entries; when a chain ends, all its entries are removed
 * @unread: why the new chain could not be read, "" if it was read
 * @program: the name of the other program for MONITOR_DISPLACED
 * @held, @holder: a process that holds this program or its bpf_link open
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
 * struct monitor_request - what to report, and the callbacks
 * @devs, @n_devs: names of interfaces, which need not exist yet; 0 for all
 * @all_netns: watch all network namespaces that netns_walk() finds; a new one is found
 *	       within MONITOR_INTERVAL milliseconds
 * @until: monitoring ends when this pipe or socket loses its reader; -1 for none
 * @missing: called for each of @devs that does not exist at the start
 * @fn: called for each change; it returns 0 to continue, or a negative value that ends
 *	the monitor and is returned; its argument is borrowed
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
 * session_monitor() - report changes until the request's end condition
 *
 * The monitor releases a namespace that nothing else refers to within MONITOR_INTERVAL
 * milliseconds.  Returns 0 at the end condition, or -errno.
 */
int session_monitor(struct session *s, const struct monitor_request *rq, struct report *r);

#endif
