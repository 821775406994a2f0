/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entry point of the library: opens what a program needs to read and change the
 * chains of one network namespace, in the only order that works.
 *
 *	session_open() -> session_view() / session_each_view() /
 *	session_change() / session_repair() / session_clean() -> session_close()
 *
 * session_open() opens the BPF filesystem first, since it belongs to the caller's mount
 * namespace.  Then the thread enters the network namespace, but no other namespace, and
 * opens the netlink socket there.  The thread stays there until session_close(), because
 * the kernel looks up the devices of device-bound programs in the current namespace.
 * Meanwhile libbpf does not print, and the limit of open files is raised.  A process can
 * have only one session at a time.
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
	SESSION_READ,	/* the BPF filesystem is optional; without it chains have no pins */
	SESSION_CHANGE, /* the BPF filesystem is required */
};

/*
 * session_capture_fn - call @fn for each packet of a file
 *
 * @fn returns 0 to continue, or another value that ends the walk and is returned.
 * Returns 0, or -errno with a sentence.
 */
typedef int session_capture_fn(const char *path,
			       int (*fn)(const void *packet, unsigned int len,
					 unsigned int wire_len, void *arg),
			       void *arg, struct report *r);

/*
 * struct session - an open session
 * @store: the BPF filesystem, NULL if none can be read
 * @nl: a socket in the network namespace
 * @dirs: cache of attached programs and pins
 * @home: the thread's original namespace, -1 if it did not leave it
 * @was: settings of the process to restore
 * @policy, @policy_read: the administrator's policy, valid if @policy_read
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
 * session_open() - open a session
 * @netns: a name, a process id or a path as in netns_open(), NULL for the current one
 *
 * Returns 0, or -errno with a sentence; then nothing is open.  -EIO as of session_leave().
 */
int session_open(struct session *s, const char *netns, enum session_use use, struct report *r);

/*
 * session_reopen() - in a child process, reopen the same namespace and bpffs
 *
 * The child then shares neither the lock nor cached kernel state with its parent.
 * Returns 0, or -errno with a sentence.
 */
int session_reopen(struct session *s, struct report *r);

/* session_close() - release everything and restore the settings of the process and the thread's
 * network namespace; call it only once.  0, or -errno if the thread could not return to its
 * namespace: then it must not go on with anything that is meant for that one. */
int session_close(struct session *s);

/* session_leave() - the same at the end of work with the result @err: returns it, or in any case
 * -EIO with a sentence if the thread could not return */
int session_leave(struct session *s, int err, struct report *r);

/*
 * session_view() - read what is attached to the named device
 *
 * If permission is missing, the view is a foreign one of kind FOREIGN_UNREADABLE with
 * the reason.  Close the view in any case.  Returns 0, -ENODEV, or an error if memory or
 * descriptors run out.
 */
int session_view(struct session *s, const char *ifname, struct view *v, struct report *r);

/*
 * session_each_view() - call @fn for each device, or for each listed device
 * @devs, @n_devs: names; @n_devs 0 selects every device of the namespace, except
 *		   devices that disappear meanwhile
 *
 * @fn borrows the view.  It returns 0 to continue, or a negative value that ends the
 * walk and is returned.
 */
int session_each_view(struct session *s, char *const *devs, unsigned int n_devs,
		      int (*fn)(const struct view *v, void *arg), void *arg, struct report *r);

/*
 * session_savable() - test whether the chain can be saved and restored
 *
 * Returns -ENOENT with a sentence if there is no chain, or if a program is gone and its
 * origin is unknown; -EPERM if the chain cannot be read.
 */
int session_savable(const struct view *v, struct report *r);

/* session_policy() - apply the administrator's policy to a request about entries.  The
 * file is read once.  STATUS_NOT_TRIED if it has an error. */
int session_policy(struct session *s, struct request *rq, struct report *r);

/* session_change() - carry out a changing request under the administrator's policy and
 * the requirements of its files, as txn_run(); share reads the other chain in the
 * namespace @rq->netns */
int session_change(struct session *s, const struct request *rq, const struct txn_preview *preview,
		   struct report *r);

/* session_unconfirmed() - list changes that wait for confirmation, as undo_list() */
int session_unconfirmed(struct session *s, __u64 token, struct undo **list, size_t *n,
			struct report *r);

/*
 * session_undo() - call undo_carry_out() in the interface's current network namespace
 *
 * Other namespaces are searched only if the interface is not in the session's.
 */
int session_undo(struct session *s, const struct undo *u, unsigned int wait, struct report *r);

/* session_repair() - as repair_run() */
int session_repair(struct session *s, const struct request *rq,
		   void (*fn)(const struct view *v, enum repair_step step, void *arg), void *arg,
		   struct report *r);

/* session_clean() - as leftover_clean(), with the options of the request */
int session_clean(struct session *s, const struct request *rq,
		  void (*fn)(const struct leftover *l, void *arg), void *arg, struct report *r);

/*
 * session_trial() - prepare to run test packets through a chain
 * @rq: a request with the verb test; the chain is its device's, as it is or as
 *	@rq->test.change would make it
 * @t: zeroed; call trial_close() in any case
 *
 * Changes nothing that runs.  Reasons to refuse the change are errors here too.
 * Returns 0 or -errno.
 */
int session_trial(struct session *s, const struct request *rq, struct trial *t, struct report *r);

#endif
