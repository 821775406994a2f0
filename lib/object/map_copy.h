/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of maps in the kernel: separate maps with the contents that the originals have
 * at this moment.
 *
 *	map_copies_find() -> map_copy() -> map_copies_add() ... -> map_copies_close()
 */
#ifndef XM_MAP_COPY_H
#define XM_MAP_COPY_H

#include <stdbool.h>

#include <linux/types.h>

#include "model/report.h"

/*
 * struct map_ids - the maps that exist in the kernel at one moment
 * @known: the maps could be listed
 */
struct map_ids {
	__u32 *ids;
	unsigned int n;
	bool known;
};

/* map_ids_read() - list the maps; call map_ids_close() in any case */
void map_ids_read(struct map_ids *m);
void map_ids_close(struct map_ids *m);

/*
 * struct map_copies - maps and their copies
 * @before: maps that were not made just now, or NULL; borrowed.  All others hold only
 *	    the initial contents from their object file.
 * @ids: ids of the maps that were copied
 * @fds: fds of their copies; owned
 */
struct map_copies {
	const struct map_ids *before;
	__u32 *ids;
	int *fds;
	unsigned int n;
};

/* map_copies_find() - fd of the copy of a map, -1 if there is none yet; borrowed */
int map_copies_find(const struct map_copies *c, __u32 id);

/* map_copies_add() - record that @fd, which the caller still owns, is the copy of map @id */
int map_copies_add(struct map_copies *c, __u32 id, int fd, struct report *r);
void map_copies_close(struct map_copies *c);

/*
 * map_copy_size() - change the @entries and @flags of a new map so that all elements of an
 * original of this type find room in it
 *
 * The kernel evicts elements of an LRU map before it is full, and in one with a list for
 * each CPU as soon as the share of one CPU is full.
 */
void map_copy_size(__u32 type, __u32 *flags, __u32 *entries);

/*
 * map_copy() - copy the contents of a map to another map of the same kind
 * @from: the source, which may change meanwhile
 * @to: new; in a map of maps, what an object file put there is removed
 * @c: registry of copies; each map in a map of maps is copied too, once
 * @why: set to the reason if the map cannot be copied
 *
 * Maps that only carry data from programs to user space (ring buffers, perf events) are
 * left empty.  Returns 0; -EOPNOTSUPP with @why and without a sentence for a kind of map
 * that the kernel does not allow to read or fill, unless the map is not in @c->before;
 * another -errno with a sentence.
 */
int map_copy(int from, int to, struct map_copies *c, const char **why, struct report *r);

#endif
