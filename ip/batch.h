/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ip -batch FILE, with our commands and commands of the system's ip in one file.
 *
 * If the file has no command of ours, the system's ip replaces this process.  Otherwise
 * this process runs our commands, and a child runs each sequence of other commands, in
 * the order of the file.  The first failure ends the batch, unless -force was given.
 */
#ifndef BATCH_H
#define BATCH_H

#include "options.h"

/*
 * batch_run_fn - run one command of ours
 * @argv: the words after "multi", valid only during the call; argv[argc] is NULL
 *
 * Returns an exit status and must not exit.
 */
typedef int (*batch_run_fn)(int argc, char **argv, void *arg);

/*
 * batch_run() - run the batch opts->batch_file
 * @argc, @argv: the whole command line; the system's ip gets the options in it
 *
 * Returns the exit status: 0, 1 if a line failed, or that of a system's ip that
 * did not finish its lines.
 */
int batch_run(const struct options *opts, int argc, char **argv, batch_run_fn run, void *arg);

#endif
