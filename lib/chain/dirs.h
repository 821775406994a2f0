/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose pins are these?  The one owner of that question: it finds out the facts
 * that dir_class.h decides by, each when it is asked for and once.
 *
 *	dirs_open() -> dirs_judge(), dirs_detached() ... -> dirs_close()
 *
 * A change of what is attached or pinned makes the facts stale: open anew.
 */
#ifndef XM_DIRS_H
#define XM_DIRS_H

#include "chain/dir_class.h"
#include "chain/proof.h"
#include "kernel/attached.h"
#include "kernel/netlink.h"
#include "kernel/store.h"
#include "model/report.h"

/*
 * struct dir - a directory of pins
 * @bare: the interface of its number has no program, once it was asked for
 * @err: a question could not be answered for want of memory or descriptors
 */
struct dir {
	struct store_dir which;
	struct dir_facts facts;
	bool bare;
	int err;
};

/*
 * struct dirs - all directories of the moment, sorted by kind, interface and id
 * @proof, @counted: the references, if they were asked for
 * @attachments, @walked: and what is attached where: YES, or NO where that cannot
 *			  be had
 */
struct dirs {
	struct netlink *nl;
	struct store *store;
	struct dir *at;
	size_t n;
	struct proof proof;
	bool counted;
	struct attachments attachments;
	enum answer walked;
};

/* dirs_open() - list them.  @s may be NULL or without "xdp": then there is none.
 * 0 or -errno; close in either case. */
int dirs_open(struct dirs *d, struct netlink *nl, struct store *s, struct report *r);
void dirs_close(struct dirs *d);

/* dirs_any() - is there a directory of that interface number, whosever it is? */
bool dirs_any(struct store *s, int ifindex);

/* dirs_judge() - the class of a directory, with the evidence */
struct dir_verdict dirs_judge(struct dirs *d, struct dir *dir);

/*
 * dirs_detached() - the directory of the chain that was taken off an interface, or
 * displaced there
 * @attached: what the interface has instead, 0 for nothing
 *
 * Of several the youngest.  Returns 1 with @which, 0 if there is none, or -errno if
 * want of memory or descriptors keeps from finding out.  With 0 the id of @which is
 * that of a chain which may be one, where this host does not let that be found out,
 * else 0.
 */
int dirs_detached(struct dirs *d, int ifindex, __u32 attached, struct store_dir *which);

/* dirs_is_used() - has its dispatcher a reference that nothing explains?  Of an
 * open fd of our own too. */
enum answer dirs_is_used(struct dirs *d, struct dir *dir);

#endif
