/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handing over to the system's ip, see system_ip.h.
 *
 *	passthru_exec()		a whole command line
 *	passthru_run()		the same where something is to be done afterwards
 *
 *	passthru_start() -> passthru_feed() for each line of a batch,
 *	passthru_wait_input() while there is none yet -> passthru_finish()
 *
 * One such child at a time.
 */
#ifndef PASSTHRU_H
#define PASSTHRU_H

#include <stdbool.h>
#include <stddef.h>

struct passthru;

/*
 * passthru_exec() - become the system's ip, with exactly this argv and this
 * environment
 *
 * To be called before anything is opened or changed.  Returns only on failure: 1,
 * after one sentence on stderr.
 */
int passthru_exec(char *const argv[]);

/* passthru_run() - run the system's ip with this argv and wait for it.  Returns its exit
 * status, or 1 after one sentence on stderr. */
int passthru_run(char *const argv[]);

/*
 * passthru_start() - start the system's ip as a child that reads a batch
 * @argv: must make it read from standard input; the caller keeps it
 * @file, @first_line: what "Command failed -:N" in its error output is changed to;
 *		       @file must stay valid
 *
 * SIGPIPE is ignored until passthru_finish().  Returns NULL after one sentence on
 * stderr if it cannot be started.
 */
struct passthru *passthru_start(char *const argv[], const char *file, unsigned int first_line);

/* passthru_feed() - give it the next bytes, which are @lines lines.  False if it
 * does not read any more: then passthru_finish() tells why. */
bool passthru_feed(struct passthru *run, const char *text, size_t len, unsigned int lines);

/* passthru_wait_input() - wait until @fd can be read.  False if the child ended
 * before that. */
bool passthru_wait_input(struct passthru *run, int fd);

/*
 * passthru_finish() - end its input, wait for its end and free @run
 *
 * Returns its exit status, or 128 plus the signal that killed it.  If it failed
 * without naming the line, the lines that it was given are named on stderr.
 */
int passthru_finish(struct passthru *run);

#endif
