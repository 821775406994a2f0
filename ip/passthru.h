/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hands command lines over to the system's ip, see system_ip.h.
 *
 *	passthru_exec()		a whole command line
 *	passthru_run()		the same, but returns afterwards
 *
 *	passthru_start() -> passthru_feed() for each line of a batch,
 *	passthru_wait_input() while no line is available -> passthru_finish()
 *
 * There can be only one such child at a time.
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
 * Call it before anything is opened or changed.  Returns only on failure: 1, after one
 * sentence on stderr.
 */
int passthru_exec(char *const argv[]);

/* passthru_run() - run the system's ip with this argv and wait for it.  Returns its exit
 * status, or 1 after one sentence on stderr. */
int passthru_run(char *const argv[]);

/*
 * passthru_start() - start the system's ip as a child that reads a batch
 * @argv: must make it read from standard input; the caller keeps it
 * @file, @first_line: replace "-" and line 1 in "Command failed -:N" of its error output;
 *		       @file must stay valid
 *
 * SIGPIPE is ignored until passthru_finish().  Returns NULL after one sentence on
 * stderr if it cannot be started.
 */
struct passthru *passthru_start(char *const argv[], const char *file, unsigned int first_line);

/* passthru_feed() - give the child the next bytes, which are @lines lines.  False if it
 * does not read any more: passthru_finish() then reports why. */
bool passthru_feed(struct passthru *run, const char *text, size_t len, unsigned int lines);

/* passthru_wait_input() - wait until @fd can be read.  False if the child ended
 * before that. */
bool passthru_wait_input(struct passthru *run, int fd);

/*
 * passthru_finish() - close the child's input, wait for its exit and free @run
 *
 * Returns its exit status, or 128 plus the signal that killed it.  If it failed without
 * naming a line, this prints the range of its lines on stderr.
 */
int passthru_finish(struct passthru *run);

#endif
