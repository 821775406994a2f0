/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of unconfirmed changes.
 *
 * A change with "confirm" pins the old objects again, in a separate directory, before it
 * attaches anything: the program that was attached and, if it was the dispatcher of a
 * chain, all pins of the chain.  So an undo swaps back to the same programs and maps.  A
 * record beside them holds both dispatchers and the deadline.  It is pinned last and
 * unpinned first: a directory without a record is not complete.
 *
 *	undo_hold() -> the swap -> undo_drop()			confirmed
 *			      `-> undo_put_back() -> undo_drop()	undone
 *
 * An interface has at most one record.  The name of the directory tells its namespace.
 */
#ifndef XM_UNDO_H
#define XM_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "kernel/netlink.h"
#include "kernel/store.h"
#include "model/report.h"

/* enum undo_device - where nothing is attached after a change: is the interface of that index
 * the one that was changed? */
enum undo_device {
	UNDO_DEVICE_SAME,
	UNDO_DEVICE_GONE,      /* that one was deleted, or moved to another namespace */
	UNDO_DEVICE_ELSEWHERE, /* that one is in another namespace (Linux before 5.14) */
	UNDO_DEVICE_UNSURE,
};

/*
 * struct undo - the record
 * @token: of the command; several devices can have it
 * @netns: cookie of the network namespace
 * @deadline: nanoseconds of CLOCK_BOOTTIME
 * @ifindex, @mode: the interface, and the mode of what was attached
 * @ifname: what it was called then: for messages when it is gone
 * @old_id, @new_id: programs, 0 for none
 * @old_kind: of the directory of the old chain, -1 for none
 * @relabel: when it is confirmed, programs learn the new names of their entries
 * @netns_ino: inode of the network namespace, which tells namespaces apart as long as they are
 *	       there
 * @device: enum undo_device at the time of reading; a program that is attached tells by itself
 */
struct undo {
	__u64 token;
	__u64 netns;
	__u64 deadline;
	__s32 ifindex;
	__u32 mode;
	__u32 old_id;
	__u32 new_id;
	__s32 old_kind;
	__u32 relabel;
	char ifname[IFNAMSIZ];
	__u64 netns_ino;
	__u32 device;
	__u32 unused;
};

/* undo_now() - CLOCK_BOOTTIME, in nanoseconds */
__u64 undo_now(void);

/* undo_seconds_left() - rounded up; 0 when it is over */
unsigned int undo_seconds_left(const struct undo *u, __u64 now);

/*
 * undo_hold() - pin what is replaced
 * @old_fd: the program that is attached, -1 for none
 * @pins: the directory of the chain's pins, NULL where it has none
 *
 * Under the lock.  Whatever an earlier record kept for the interface is dropped.
 * Returns 0, or -errno with nothing left.
 */
int undo_hold(struct store *s, const struct undo *u, int old_fd, const struct store_dir *pins,
	      struct report *r);

/* undo_read() - the record of an interface: 1, 0 for none, or -errno: -EOPNOTSUPP for one of
 * another version */
int undo_read(struct store *s, __u64 netns, int ifindex, struct undo *u, struct report *r);

/* undo_read_dir() - the record in a directory, of whatever network namespace; as undo_read() */
int undo_read_dir(struct store *s, const struct store_dir *which, struct undo *u, struct report *r);

/*
 * undo_find() - the record of an interface, also if it has been moved here since
 * @here: the network namespace
 * @of_chain: that of the dispatcher which is attached, 0 for none
 *
 * As undo_read().  What was moved is found if it has the same number here.
 */
int undo_find(struct store *s, __u64 here, __u64 of_chain, const struct netlink_link *link,
	      struct undo *u, struct report *r);

/*
 * undo_list() - all records of a network namespace, by interface
 * @token: only those of this command; 0 for all
 *
 * A record of another version is left out; where all are wanted, with a warning.  0 with @list, @n of them, to be freed; or -errno.
 */
int undo_list(struct store *s, __u64 netns, __u64 token, struct undo **list, size_t *n,
	      struct report *r);

/* undo_is_pending() - is the new program still what the interface has?  Otherwise it was
 * changed since, or is another interface, and there is nothing to confirm or undo. */
bool undo_is_pending(const struct undo *u, const struct netlink_link *link);

/* undo_is_back() - does it have the old program again? */
bool undo_is_back(const struct undo *u, const struct netlink_link *link);

/*
 * undo_keep() - say that this process undoes it in time
 *
 * Returns an fd; as long as it is open undo_is_kept() is true.  Or -errno.
 */
int undo_keep(struct store *s, const struct undo *u);
bool undo_is_kept(struct store *s, const struct undo *u);

/* undo_old_dir() - the directory of the old chain's pins; false if there was none */
bool undo_old_dir(const struct undo *u, struct store_dir *d);

/* undo_open_old() - the old program, -1 for none, into @fd.  0 or -errno. */
int undo_open_old(struct store *s, const struct undo *u, int *fd, struct report *r);

/* undo_put_back() - make the old chain's directory of pins again, marked as pending.  0
 * or -errno. */
int undo_put_back(struct store *s, const struct undo *u, struct report *r);

/* enum undo_state - of a directory, whatever network namespace it is of */
enum undo_state {
	UNDO_WAITS,	/* the change can be confirmed or undone */
	UNDO_ELSEWHERE, /* so it may in another namespace */
	UNDO_STALE,	/* nothing needs it */
};

/*
 * undo_may_be_anothers() - can a record be of an interface with this number in another network
 * namespace?  Then it must stay.
 * @link: the one here, NULL if there is none
 *
 * It can if it was moved there with the change; and before Linux 5.14, where a record does not
 * name its namespace.
 */
bool undo_may_be_anothers(struct store *s, const struct undo *u, const struct netlink_link *link);

/* undo_judge() - under the lock; with @all_netns what cannot be known of another
 * namespace is stale when its time is over and nobody undoes it.  0 or -errno. */
int undo_judge(struct store *s, struct netlink *nl, const struct store_dir *which, bool all_netns,
	       enum undo_state *state, struct report *r);

/* undo_drop() - forget the record, and what was pinned with it.  0 or -errno. */
int undo_drop(struct store *s, const struct undo *u, struct report *r);

/* undo_withdraw() - the same after the lock was given up, unless the record is one of another
 * command by now.  Best effort. */
void undo_withdraw(struct store *s, const struct undo *u);
int undo_remove(struct store *s, const struct store_dir *which, struct report *r);

#endif
