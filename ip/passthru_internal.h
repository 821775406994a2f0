/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations that the files which run the system's ip share. */
#ifndef PASSTHRU_INTERNAL_H
#define PASSTHRU_INTERNAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "passthru.h"

/*
 * struct passthru - a child process with the system's ip that runs lines of a batch
 * @pidfd: -1 if the kernel has no pidfds (before Linux 5.3)
 * @in_fd: its standard input
 * @err_fd: its standard error, -1 after end of file
 * @lines: number of lines given to it so far
 * @reported: it has named a failed line
 * @midline: the last byte passed on was not a newline
 * @held: the beginning of a line that may become a FAILED_LINE
 * @old_sigpipe, @old_sigchld: the previous signal actions
 */
struct passthru {
	pid_t pid;
	int pidfd;
	int in_fd;
	int err_fd;
	const char *file;
	unsigned int first_line;
	unsigned int lines;
	bool reported;
	bool midline;
	char held[48];
	size_t held_len;
	struct sigaction old_sigpipe;
	struct sigaction old_sigchld;
};

/* passthru_forward_stderr() - pass on the child's error output; false if there is none at
 * the moment, or at its end */
bool passthru_forward_stderr(struct passthru *run);

/* passthru_finish_stderr() - pass on the rest without waiting for more */
void passthru_finish_stderr(struct passthru *run);

#endif
