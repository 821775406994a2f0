/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bpffs: directories of pins below <bpffs>/xdp, and the lock that libxdp
 * and we share.  One door to BPF_OBJ_PIN and BPF_OBJ_GET.
 *
 *	store_open() -> store_lock() -> store_create_dir(), store_pin() ...
 *	-> store_remove_dir() -> store_unlock() -> store_close()
 *
 * Everything is addressed relative to fds opened once, before any namespace is
 * entered: the default root is world-writable and sticky, so that a name looked
 * up twice need not be the same directory.
 */
#ifndef XM_STORE_H
#define XM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>

#include "model/format.h"
#include "model/report.h"

/*
 * struct store - an opened bpffs
 * @root: fd of the bpffs root
 * @dev: its file system
 * @xdp: fd of its "xdp" directory, or -1 while that does not exist
 * @locked: this process holds the lock on @xdp
 * @path: the root's path, for messages
 * @asked_init, @not_init: see store_is_private()
 */
struct store {
	int root;
	dev_t dev;
	int xdp;
	bool locked;
	bool asked_init;
	bool not_init;
	char path[4096];
};

/* In a directory of ours: the dispatcher itself. */
#define STORE_DISPATCHER_PIN "dispatcher"

/*
 * struct store_dir - which directory: of what kind, for which dispatcher
 * @id: of the dispatcher; for STORE_UNDO what chain/undo.h puts there
 */
struct store_dir {
	enum store_kind kind;
	int ifindex;
	__u32 id;
};

/*
 * store_open() - open the bpffs root and, if it exists, its "xdp" directory
 *
 * The root is /sys/fs/bpf or $LIBXDP_BPFFS (not with AT_SECURE: then a set
 * variable is an error).  Nothing is created or mounted.  Fails with a sentence
 * that names the next step when the root is missing or is no bpffs
 * (STATUS_NOT_TRIED), or when "xdp" is a symlink, on another filesystem, owned
 * by somebody who is neither root nor our effective user, or writable for
 * group or others (-EPERM).  -EACCES: we may not look into it.
 */
int store_open(struct store *s, struct report *r);
void store_close(struct store *s);

/* store_is_private() - has process 1 this bpffs mounted nowhere (/proc/1/mountinfo), so
 * that it ends with our mount namespace?  False where that cannot be read, and with a BPF
 * token: the host mounted it for the container.  Asked once. */
bool store_is_private(struct store *s);

/* store_reopen() - for a child: the same bpffs, but not the fd that the parent locks.  0 or
 * -errno as store_open(), and then it is closed. */
int store_reopen(struct store *s, struct report *r);

/*
 * store_lock() - take the lock, creating "xdp" (mode 0700) if need be
 * @seconds: how long to wait at most; 0 tries once
 *
 * A user who lacks what loading a chain takes creates nothing (-EPERM).
 * The same exclusive flock(2) on the directory as libxdp takes.  After the lock
 * is had the directory must still be what its name leads to; if it is not, the
 * new one is opened, checked and locked, so @xdp may change here.  Returns
 * -ETIMEDOUT with STATUS_RETRY and a sentence that says who holds the lock
 * (from /proc/locks: pid and command name, where readable), else 0 or -errno.
 * Does nothing when the lock is held already: it does not count.
 */
int store_lock(struct store *s, unsigned int seconds, struct report *r);
void store_unlock(struct store *s);

/*
 * store_yield() - let those who wait for the lock have it first
 *
 * It is given up for a moment.  If somebody takes it then, such as libxdp, which waits in
 * flock(2), all who wait there go first, within @seconds.  0 when it is held again; or
 * -errno as store_lock(), and then it is not.
 */
int store_yield(struct store *s, unsigned int seconds, struct report *r);

/* store_dir_of() - the directory of the chain in @format with dispatcher @id */
struct store_dir store_dir_of(enum chain_format format, int ifindex, __u32 id);

/* store_dir_name() - "dispatch-4-29" into @buf (at least 64 bytes). */
void store_dir_name(const struct store_dir *d, char *buf);

/* store_compare_dirs() - by kind, interface and id: below, at or above 0 */
int store_compare_dirs(const struct store_dir *a, const struct store_dir *b);

/* store_same_dir() - are these one directory? */
bool store_same_dir(const struct store_dir *a, const struct store_dir *b);

/* store_parse_dir() - the reverse, exact: trailing text or leading zeros are
 * not a name of ours.  True if @name is one of a chain's directory. */
bool store_parse_dir(const char *name, struct store_dir *d);

/* store_parse_undo_dir() - the same for directories of the kind STORE_UNDO */
bool store_parse_undo_dir(const char *name, struct store_dir *d);

/* store_check_writable() - can directories be made and removed?  0 or -errno; not
 * on a read-only mount. */
int store_check_writable(const struct store *s, struct report *r);

/* store_create_dir() - make the directory (0700), or take the one that is there,
 * and open it.  Fd or -errno. */
int store_create_dir(struct store *s, const struct store_dir *d, struct report *r);

/*
 * enum store_mark - how far a command has come that makes or replaces a chain
 *
 * Should it be killed, that tells a chain which was never attached from one that was
 * and that somebody else took off.  The marks are the sticky and the setgid bit of the
 * directory.
 */
enum store_mark {
	STORE_SETTLED,	/* nothing is under way */
	STORE_PENDING,	/* it is not attached yet, or no more */
	STORE_CHANGING, /* it is attached, and there may be another one for its interface: of
			 * its successor, or its predecessor */
};

/* store_set_mark() - best effort.  A new directory is STORE_PENDING. */
void store_set_mark(const struct store *s, const struct store_dir *d, enum store_mark mark);

/* store_mark() - its enum store_mark, or -errno: -ENOENT if it is not there */
int store_mark(const struct store *s, const struct store_dir *d);

bool store_is_pending(const struct store *s, const struct store_dir *d);

/*
 * struct store_note - what a dispatcher says itself but takes long to be asked
 * @netns: cookie of the namespace that it was made for
 * @owner: owner_key() of its chain's owner
 *
 * Each is 0 where it is not known.
 */
struct store_note {
	__u64 netns;
	__u32 owner;
};

/*
 * store_put_note() - note that at its directory
 *
 * The notes are the directory's times: of its last change, which the next pin that is
 * made or removed there replaces, and of its last use, which listing it replaces.  Best
 * effort.
 */
void store_put_note(const struct store *s, const struct store_dir *d,
		    const struct store_note *note);

/* store_look() - the mark of a directory, as store_mark(), and what is noted there */
int store_look(const struct store *s, const struct store_dir *d, struct store_note *note);

/* store_has_pin() - is there something of that name in the directory? */
bool store_has_pin(const struct store *s, const struct store_dir *d, const char *name);

/* store_open_dir() - open an existing one.  Fd, -ENOENT (no sentence: the
 * caller knows what it means), or -errno with a sentence. */
int store_open_dir(struct store *s, const struct store_dir *d, struct report *r);

/* store_pin() - pin @fd as @name in the directory @dir; -EEXIST if something else
 * has the name.  Pinning goes through /proc/self/fd.  0 or -errno. */
int store_pin(int dir, const char *name, int fd, struct report *r);

/* store_get() - fd of the object pinned as @name in @dir (close-on-exec), or
 * -errno: -ENOENT is silent as above. */
int store_get(int dir, const char *name, struct report *r);

/* store_pin_path(), store_get_path() - the same by path, for programs and maps
 * that the user keeps where he likes.  -EEXIST and -ENOENT as of store_pin() and
 * store_get(). */
int store_pin_path(const char *path, int fd, struct report *r);
int store_get_path(const char *path, struct report *r);

/*
 * store_copy_pins() - pin what is pinned in one directory in another one too
 * @except: names that are passed over, @n of them
 *
 * What has a pin there already is left.  0 or -errno.
 */
int store_copy_pins(int from, int to, const char *const *except, unsigned int n, struct report *r);

/* store_unpin() - remove one pin of an open directory; a missing one is success */
int store_unpin(int dir, const char *name, struct report *r);

/*
 * store_remove_dir() - unpin everything in the directory, and the directory
 *
 * Order as libxdp does it: link then program, slot by slot; then whatever else
 * is pinned there.  A missing directory is success.  What cannot be unpinned (a
 * subdirectory) stays, alone, and is an error.  0 or -errno.
 */
int store_remove_dir(struct store *s, const struct store_dir *d, struct report *r);

/*
 * store_list_dirs() - all directories of chains, in the order of
 * store_compare_dirs()
 * @list, @n: to be freed; NULL and 0 for none
 *
 * 0 or -errno.
 */
int store_list_dirs(const struct store *s, struct store_dir **list, size_t *n, struct report *r);

/* store_list_undo_dirs() - the same for directories of the kind STORE_UNDO */
int store_list_undo_dirs(const struct store *s, struct store_dir **list, size_t *n,
			 struct report *r);

/* store_list_all_dirs() - both, in one pass.  With hundreds of directories, changes during the
 * pass may be missed. */
int store_list_all_dirs(const struct store *s, struct store_dir **list, size_t *n,
			struct report *r);

/* store_has_none() - has no dispatcher a directory for this interface?  False where that
 * cannot be read.  This takes far less than a list of all. */
bool store_has_none(const struct store *s, int ifindex);

/*
 * store_each_dir() - call @fn for each of them
 *
 * The list is complete before the first call, so that @fn may remove directories.
 * It returns 0 to go on or a negative value that ends the walk and is returned.
 */
int store_each_dir(const struct store *s, int (*fn)(const struct store_dir *d, void *arg),
		   void *arg, struct report *r);

#endif
