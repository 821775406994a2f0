/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BPF objects that this process has open, or that are pinned in the directories of chains:
 * what a process with a BPF token finds in place of the kernel's ids.
 */
#ifndef XM_HELD_H
#define XM_HELD_H

#include <sys/types.h>

#include <linux/types.h>

#include "model/report.h"

enum held_kind {
	HELD_PROG,
	HELD_MAP,
	HELD_LINK,
};

/* held_is() - is @fd an object of that kind?  1, 0, or -errno. */
int held_is(int fd, enum held_kind kind);

/* held_open() - a new fd of the object with this id, or -EPERM: nothing is known of one that
 * is not held here */
int held_open(enum held_kind kind, __u32 id);

/*
 * held_by() - has another process a map open?
 * @pid: in the PID namespace of /proc
 *
 * 1, 0 also where there is no such process, or -errno if that cannot be found out.
 */
int held_by(pid_t pid, __u32 map);

/* held_map_pin() - the name of a map's pin, by which it is found soon */
#define HELD_PIN_SIZE 16
const char *held_map_pin(__u32 id, char buf[HELD_PIN_SIZE]);

/*
 * held_each_link() - call @fn for each link that is held here, once
 *
 * As kobj_each_link() does for all links.  0, what @fn returned, or -errno
 * with a sentence.
 */
int held_each_link(int (*fn)(int fd, void *arg), void *arg, struct report *r);

#endif
