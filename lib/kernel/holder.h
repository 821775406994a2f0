/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which process has a BPF object open? */
#ifndef XM_HOLDER_H
#define XM_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
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
 * Searches /proc, so only for processes that are visible there.  Processes of this program
 * do not count: they only look.  False if there is none.
 */
bool holder_find(__u32 prog, __u32 link, struct holder *h);

/*
 * holder_pin() - where a link is pinned, or else a program
 * @link: 0 for none
 * @path: the first pin that is found on a bpffs of this mount namespace
 *
 * Opens every pin there, so it is only for objects that are not ours.  False if there is
 * none.
 */
bool holder_pin(__u32 prog, __u32 link, char *path, size_t size);

#define HOLDER_TEXT_SIZE 640

/* holder_text() - both as a clause such as ", held by process 12 (katran)" and ", pinned at
 * PATH", "" where neither is known; returns @buf */
const char *holder_text(__u32 prog, __u32 link, char *buf, size_t size);

#endif
