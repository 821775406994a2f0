/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ip -batch FILE, where lines of ours and lines of the system's may mix.
 *
 * A file without a line of ours is left to the system's ip, which takes the place
 * of this process.  Otherwise our lines run in this process and each run of other
 * lines in a child, in the order of the file.  The first failure ends the batch,
 * unless -force was given.
 */
#ifndef BATCH_H
#define BATCH_H

#include "options.h"

/*
 * batch_run_fn - run one command of ours
 * @argv: the words after "multi", argv[argc] is NULL; they are gone afterwards
 *
 * Returns an exit status and must not exit.
 */
typedef int (*batch_run_fn)(int argc, char **argv, void *arg);

/*
 * batch_run() - run the batch opts->batch_file
 * @argc, @argv: the whole command line, from which the system's ip gets its options
 *
 * Returns the exit status: 0, 1 if a line failed, or that of a system's ip that
 * did not finish its lines.
 */
int batch_run(const struct options *opts, int argc, char **argv, batch_run_fn run, void *arg);

#endif
