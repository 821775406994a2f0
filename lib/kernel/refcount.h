/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reference counts of programs, by an iterator program of ours. */
#ifndef XM_REFCOUNT_H
#define XM_REFCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/*
 * struct refcounts - a moment's counts
 * @rows: program id and count, owned
 * @read: refcount_exists() has tried to count
 */
struct refcounts {
	struct refcount_row {
		__u64 id;
		__u64 count;
	} * rows;
	size_t n;
	bool read;
};

/* refcount_read() - 0, or -errno where such a program cannot be loaded (no BTF
 * of the kernel, no rights).  Release with refcount_free(). */
int refcount_read(struct refcounts *rc);
void refcount_free(struct refcounts *rc);

/* refcount_of() - the count of a program; without the one that the iterator
 * itself held while it looked.  0 when the program is not there. */
__u64 refcount_of(const struct refcounts *rc, __u32 id);

/*
 * refcount_exists() - is there a program with this id?
 * @rc: empty, or of an earlier call; counted here once, if the id does not tell: a process with
 *	a BPF token opens a program by its pin only
 *
 * 1, 0, or -errno if that cannot be found out.
 */
int refcount_exists(struct refcounts *rc, __u32 id);

#endif
