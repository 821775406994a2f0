/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts that a map plan is made of: of the maps that programs in the kernel use,
 * of those that an object file declares, and of single pins.
 *
 *	map_set_add_program(), map_set_add_object(), map_set_add_fd()
 *	-> map_plan_make() -> map_set_close()
 */
#ifndef XM_MAP_SET_H
#define XM_MAP_SET_H

#include "object/map_plan.h"

struct bpf_map;
struct bpf_object;

/*
 * struct map_set - maps of one side
 * @facts, @n: settled; what they borrow is owned here
 * @fds: of maps in the kernel, -1 for declared ones; owned
 * @declared: the maps of an object, NULL for those in the kernel; borrowed
 * @programs: ids of the programs that were added, with those that they can tail-call
 * @btfs, @btf_ids: what was read of the kernel
 */
struct map_set {
	struct map_facts *facts;
	int *fds;
	struct bpf_map **declared;
	unsigned int n;
	__u32 *programs;
	unsigned int n_programs;
	struct btf **btfs;
	__u32 *btf_ids;
	unsigned int n_btfs;
};

/*
 * map_set_add_program() - the maps of a program in the kernel, and of all programs
 *			   that it can tail-call
 *
 * A map that is in the set already is not added again, and a program that is gone
 * adds nothing.  0 or -errno with a sentence.
 */
int map_set_add_program(struct map_set *s, __u32 id, struct report *r);

/* map_set_add_object() - the maps that an object file declares; bpf_object__close()
 * comes after map_set_close() */
int map_set_add_object(struct map_set *s, struct bpf_object *obj, struct report *r);

/* map_set_add_fd() - one map in the kernel; @fd stays the caller's.  Index of its
 * facts or -errno. */
int map_set_add_fd(struct map_set *s, int fd, struct report *r);

/* map_set_add_facts() - one map that is known already.  Index or -errno. */
int map_set_add_facts(struct map_set *s, const struct map_facts *f, struct report *r);

/* map_set_has_program() - was it added, or found to be tail-called? */
bool map_set_has_program(const struct map_set *s, __u32 id);

/* map_set_has_map() - is the map with this id in it? */
bool map_set_has_map(const struct map_set *s, __u32 id);

void map_set_close(struct map_set *s);

#endif
