/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of maps in the kernel: maps of their own, that hold what others hold at this
 * moment.
 *
 *	map_copies_find() -> map_copy() -> map_copies_add() ... -> map_copies_close()
 */
#ifndef XM_MAP_COPY_H
#define XM_MAP_COPY_H

#include <stdbool.h>

#include <linux/types.h>

#include "model/report.h"

/*
 * struct map_ids - the maps that are in the kernel at one moment
 * @known: they could be listed
 */
struct map_ids {
	__u32 *ids;
	unsigned int n;
	bool known;
};

/* map_ids_read() - close in any case */
void map_ids_read(struct map_ids *m);
void map_ids_close(struct map_ids *m);

/*
 * struct map_copies - which map is the copy of which
 * @before: maps that were not made just now, or NULL; borrowed.  All others hold only
 *	    what their file says.
 * @ids: of the maps that were copied
 * @fds: of their copies; owned
 */
struct map_copies {
	const struct map_ids *before;
	__u32 *ids;
	int *fds;
	unsigned int n;
};

/* map_copies_find() - fd of the copy of a map, -1 for none yet; borrowed */
int map_copies_find(const struct map_copies *c, __u32 id);

/* map_copies_add() - @fd, which stays the caller's, is the copy of map @id */
int map_copies_add(struct map_copies *c, __u32 id, int fd, struct report *r);
void map_copies_close(struct map_copies *c);

/*
 * map_copy() - put into one map all that another one of its kind holds
 * @from: it may change meanwhile
 * @c: maps that a map of maps holds are copied too, once each
 * @why: set where it cannot be done
 *
 * What is only written by programs for user space to read (ring buffers, perf events)
 * is left empty.  Returns 0; -EOPNOTSUPP with @why and without a sentence for a kind
 * of map that the kernel does not let be read or filled, unless it was made just now;
 * another -errno with one.
 */
int map_copy(int from, int to, struct map_copies *c, const char **why, struct report *r);

#endif
