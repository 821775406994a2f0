/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which process has a BPF object open? */
#ifndef XM_HOLDER_H
#define XM_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

/* struct holder - @command: its name, as the kernel has it */
struct holder {
	pid_t pid;
	char command[32];
};

/*
 * holder_find() - a process that has a link open, or else a program
 * @link: 0 for none
 *
 * By /proc, so only processes that are visible there.  Those that run the program that
 * this one runs do not count: they only look.  False if there is none.
 */
bool holder_find(__u32 prog, __u32 link, struct holder *h);

#endif
