/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collect the facts for a map plan: about the maps that programs in the kernel use, the
 * maps that an object file declares, and single pins.
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
 * struct map_set - the maps of one side
 * @facts, @n: settled facts; the set owns what they borrow
 * @fds: fds of maps in the kernel, -1 for declared maps; owned
 * @declared: the maps of an object, NULL for those in the kernel; borrowed
 * @programs: ids of the added programs and of those that they can tail-call
 * @btfs, @btf_ids: BTF objects that were read from the kernel
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
 * map_set_add_program() - add the maps of a program in the kernel, and of all programs
 *			   that it can tail-call
 *
 * A map that is in the set already is not added again, and a program that no longer
 * exists adds nothing.  0 or -errno with a sentence.
 */
int map_set_add_program(struct map_set *s, __u32 id, struct report *r);

/* map_set_add_object() - add the maps that an object file declares; call map_set_close()
 * before bpf_object__close() */
int map_set_add_object(struct map_set *s, struct bpf_object *obj, struct report *r);

/* map_set_add_fd() - add one map in the kernel; the caller still owns @fd.  Index of
 * its facts or -errno. */
int map_set_add_fd(struct map_set *s, int fd, struct report *r);

/* map_set_add_facts() - add one map whose facts are known.  Index or -errno. */
int map_set_add_facts(struct map_set *s, const struct map_facts *f, struct report *r);

/* map_set_has_program() - was the program added, or found to be tail-called? */
bool map_set_has_program(const struct map_set *s, __u32 id);

/* map_set_has_map() - does the set have the map with this id? */
bool map_set_has_map(const struct map_set *s, __u32 id);

void map_set_close(struct map_set *s);

#endif
