/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door to the library: what a program needs to read and change the chains of
 * one network namespace, opened in the only order that works.
 *
 *	session_open() -> session_view() / session_each_view() /
 *	session_change() / session_repair() / session_clean() -> session_close()
 *
 * The BPF filesystem comes first, since it belongs to the mount namespace of the
 * caller; then this thread enters the network namespace, and only that; then the
 * netlink socket is opened there.  Until session_close() the thread stays in the
 * namespace, because the kernel looks up the devices of device-bound programs in
 * it.  Until then libbpf does not print, and the process may open more files.  One
 * session at a time.
 */
#ifndef XM_SESSION_H
#define XM_SESSION_H

#include "chain/dirs.h"
#include "chain/view.h"
#include "change/repair.h"
#include "change/txn.h"
#include "change/undo_run.h"
#include "chain/leftover.h"
#include "kernel/kobj.h"
#include "kernel/netlink.h"
#include "kernel/store.h"
#include "model/report.h"
#include "model/request.h"
#include "syntax/policy_file.h"
#include "trial/trial.h"

enum session_use {
	SESSION_READ,	/* without a BPF filesystem chains have no pins */
	SESSION_CHANGE, /* there must be one */
};

/*
 * session_capture_fn - call @fn for each packet of a file; it returns 0 to go on, or
 * another value that ends the walk and is returned.  0 or -errno with a sentence.
 */
typedef int session_capture_fn(const char *path,
			       int (*fn)(const void *packet, unsigned int len,
					 unsigned int wire_len, void *arg),
			       void *arg, struct report *r);

/*
 * struct session
 * @store: the BPF filesystem, NULL if there is none to be read
 * @nl: a socket in the network namespace
 * @dirs: what is attached and pinned, as far as it was asked
 * @home: the namespace that the thread came from, -1 if it entered no other
 * @was: the process as it was
 * @policy, @policy_read: the administrator's, when it has been read
 * @capture: reads packet files, which "require" lines may name; the caller sets it.
 *	     NULL: such requirements are refused.
 */
struct session {
	struct store *store;
	struct netlink *nl;
	struct dirs dirs;
	struct store own_store;
	int home;
	struct kobj_process was;
	struct policy_file policy;
	bool policy_read;
	session_capture_fn *capture;
};

/*
 * session_open() - get ready
 * @netns: a name, a process id or a path as of netns_open(), NULL to stay here
 *
 * Returns 0, or -errno with a sentence and nothing open.
 */
int session_open(struct session *s, const char *netns, enum session_use use, struct report *r);

/*
 * session_reopen() - for a child: the same namespace and the same bpffs once more
 *
 * Nothing is shared with the parent any more, neither its lock nor what it has asked
 * the kernel.  0, or -errno with a sentence.
 */
int session_reopen(struct session *s, struct report *r);

/* session_close() - release everything, once, and put back what was changed of the
 * process: the thread's network namespace too, if the kernel allows that */
void session_close(struct session *s);

/*
 * session_view() - what is on a device, by name
 *
 * What may not be read is a foreign view of kind FOREIGN_UNREADABLE with the
 * reason in it.  Close the view in any case.  Returns 0, -ENODEV, or the error of who has
 * too little memory or too few descriptors.
 */
int session_view(struct session *s, const char *ifname, struct view *v, struct report *r);

/*
 * session_each_view() - call @fn for each device, or for those of the list
 * @devs, @n_devs: names; with @n_devs 0 every device of the namespace, but for
 *		   those that go away meanwhile
 *
 * @fn borrows the view.  It returns 0 to go on, or a negative value that ends the
 * walk and is returned.
 */
int session_each_view(struct session *s, char *const *devs, unsigned int n_devs,
		      int (*fn)(const struct view *v, void *arg), void *arg, struct report *r);

/*
 * session_savable() - can the chain be written down so that it can be restored?
 *
 * -ENOENT with a sentence if there is no chain, or if a program is gone and
 * nothing says where it came from; -EPERM if it cannot be read.
 */
int session_savable(const struct view *v, struct report *r);

/* session_policy() - let the request be under the administrator's policy, if it is about
 * entries; the file is read once.  STATUS_NOT_TRIED if anything is wrong in it. */
int session_policy(struct session *s, struct request *rq, struct report *r);

/* session_change() - carry out a changing request under the administrator's policy and
 * the requirements of its files, as txn_run(); share reads the other chain in the
 * namespace @rq->netns */
int session_change(struct session *s, const struct request *rq, const struct txn_preview *preview,
		   struct report *r);

/* session_unconfirmed() - changes that have to be confirmed, as undo_list() */
int session_unconfirmed(struct session *s, __u64 token, struct undo **list, size_t *n,
			struct report *r);

/*
 * session_undo() - undo_carry_out(), in whatever network namespace the interface is now
 *
 * It is looked for only if it is not in the session's.
 */
int session_undo(struct session *s, const struct undo *u, unsigned int wait, struct report *r);

/* session_repair() - as repair_run() */
int session_repair(struct session *s, const struct request *rq,
		   void (*fn)(const struct view *v, enum repair_step step, void *arg), void *arg,
		   struct report *r);

/* session_clean() - as leftover_clean(), which the request tells how */
int session_clean(struct session *s, const struct request *rq,
		  void (*fn)(const struct leftover *l, void *arg), void *arg, struct report *r);

/*
 * session_trial() - make ready to try packets on a chain
 * @rq: of the verb test: its device has the chain, as it is or as @rq->test.change
 *	would make it
 * @t: zeroed; trial_close() in any case
 *
 * Nothing that runs is changed.  What the change would be refused for is an error here
 * too.  Returns 0 or -errno.
 */
int session_trial(struct session *s, const struct request *rq, struct trial *t, struct report *r);

#endif
