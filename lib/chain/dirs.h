/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which chain and interface do pins belong to?  This file alone answers that: it finds out
 * the facts that dir_class.h needs, each only when it is asked for, and once.
 *
 *	dirs_open() -> dirs_put_link() or dirs_read_links() -> dirs_judge(),
 *	dirs_detached() ... -> dirs_close()
 *
 * The facts are of one moment, and serve all of a command: first what is on the interfaces,
 * then which directories there are, then where dispatchers are attached and who refers to
 * them.  A caller that knows its interfaces names them first; an interface that is named
 * later makes the later facts be read again.
 *
 * A change of what is attached or pinned makes the facts stale: dirs_forget().
 */
#ifndef XM_DIRS_H
#define XM_DIRS_H

#include "chain/dir_class.h"
#include "chain/proof.h"
#include "dispatcher/libxdp.h"
#include "kernel/attached.h"
#include "kernel/links.h"
#include "kernel/netlink.h"
#include "kernel/store.h"
#include "model/report.h"

/*
 * struct dir - a directory of pins
 * @mark: its store_mark(), once DIR_EXISTS was asked for
 * @note: what is noted there, then
 * @err: a question could not be answered for want of memory, descriptors or rights
 */
struct dir {
	struct store_dir which;
	struct dir_facts facts;
	int mark;
	struct store_note note;
	int err;
};

/*
 * struct dirs - what is attached and pinned at a moment
 * @libxdp: the one that is installed, if it was asked for; it stays for good
 * @all: all interfaces are wanted; @complete: they are there
 * @links, @n_links: those that are known, by number
 * @listed, @at, @n: the directories, sorted by kind, interface and id
 * @bare: number of an interface that has none, found out without the list; 0 if nobody
 *	  asked
 * @by_id: the same, sorted by id first, once that was asked for
 * @kept, @n_kept: those that were listed before, with what does not change of them
 * @outdated: one of those in the list has gone since
 * @read, @ties: the links of the kernel, if they were asked for
 * @counted, @proof: and the references
 * @programs: those that exist, counted if needed
 * @walked, @attachments: and what is attached where: YES, or NO where that cannot
 *			  be had
 */
struct dirs {
	struct netlink *nl;
	struct store *store;
	struct libxdp libxdp;

	bool all;
	bool complete;
	struct netlink_link *links;
	size_t n_links;
	size_t size_links;

	bool listed;
	struct dir *at;
	size_t n;
	int bare;
	struct dir **by_id;
	struct dir *kept;
	size_t n_kept;
	bool outdated;

	bool read;
	struct links ties;
	bool counted;
	struct proof proof;
	struct refcounts programs;
	enum answer walked;
	struct attachments attachments;
};

/* dirs_open() - reads nothing yet.  @s may be NULL or without "xdp": then there are no
 * directories. */
void dirs_open(struct dirs *d, struct netlink *nl, struct store *s);
void dirs_close(struct dirs *d);

/* dirs_forget() - forget all facts; they are read again when needed */
void dirs_forget(struct dirs *d);

/* dirs_relist() - a directory was made or removed: all but the interfaces is read anew */
void dirs_relist(struct dirs *d);

/* dirs_attached() - we have just attached a dispatcher: only what depends on it is
 * asked anew */
void dirs_attached(struct dirs *d, int ifindex, __u32 id);

/* ---- interfaces ---- */

/* dirs_read_links() - all of this namespace, by one question.  0 or -errno. */
int dirs_read_links(struct dirs *d, struct report *r);

/* dirs_put_link() - one that was read just now.  0 or -ENOMEM. */
int dirs_put_link(struct dirs *d, const struct netlink_link *link, struct report *r);

/* dirs_link() - what is on an interface at the moment that @d is of.  0, -ENODEV or
 * another -errno, as netlink_link_index(). */
int dirs_link(struct dirs *d, int ifindex, struct netlink_link *link, struct report *r);

/* dirs_xdp_link() - is the program on the interface, by a bpf_link?  0 with its @id, or 0 for
 * none, also if we may not look; or -errno with a sentence for want of memory or descriptors. */
int dirs_xdp_link(struct dirs *d, __u32 prog, int ifindex, __u32 *id, struct report *r);

/* dirs_ties() - the links of the kernel.  0, or -errno and NULL where we may not
 * look. */
int dirs_ties(struct dirs *d, const struct links **ties, struct report *r);

/* ---- directories ---- */

/* dirs_list() - list them, if that was not done.  0 or -errno. */
int dirs_list(struct dirs *d, struct report *r);

/* dirs_none() - is it known, or found out without the list, that an interface number has
 * none?  False may also mean that the list tells. */
bool dirs_none(struct dirs *d, int ifindex);

/* dirs_next() - the one behind @before, NULL to begin with, of an interface number.  Of
 * a list that could not be read there is none. */
struct dir *dirs_next(struct dirs *d, int ifindex, const struct dir *before);

/* dirs_youngest() - of an interface number, the one with the highest id below @id */
struct dir *dirs_youngest(struct dirs *d, int ifindex, __u32 id);

/* dirs_of_id() - those of a dispatcher, @n of them */
struct dir *const *dirs_of_id(struct dirs *d, __u32 id, size_t *n);

/* dirs_judge() - the class of a directory, with the evidence */
struct dir_verdict dirs_judge(struct dirs *d, struct dir *dir);

/*
 * dirs_detached() - the directory of the chain that was taken off an interface, or
 * displaced there
 * @attached: what the interface has instead, 0 for nothing
 *
 * Of several the youngest.  Returns 1 with @which, 0 if there is none, or -errno if
 * it cannot be found out for want of memory, descriptors or rights: with a sentence, or
 * without and with @which.  With 0 the id of @which is that of a chain which may be one,
 * where that cannot be found out, else 0.
 */
int dirs_detached(struct dirs *d, int ifindex, __u32 attached, struct store_dir *which,
		  struct report *r);

/* dirs_is_only_used() - of what dirs_detached() returned 0 with: is it a whole chain that no
 * interface of any namespace has, so that only what else uses it keeps it from being detached?
 * That can be a process, a pin elsewhere, or a tracing program on its dispatcher. */
bool dirs_is_only_used(struct dirs *d, const struct store_dir *which);

/* dirs_all_elsewhere() - when nothing was found that was taken off an interface: are all
 * directories of its number those of other namespaces, and was all of that asked? */
bool dirs_all_elsewhere(struct dirs *d, int ifindex);

/* dirs_is_used() - has its dispatcher a reference that nothing explains?  Of an
 * open fd of our own too. */
enum answer dirs_is_used(struct dirs *d, struct dir *dir);

/* dirs_is_bare() - has the interface of its number no program? */
bool dirs_is_bare(struct dirs *d, const struct dir *dir);

#endif
