/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handing over to the system's ip, see system_ip.h.
 *
 * A whole command line: passthru_exec(). Lines of a batch file: passthru_start(),
 * passthru_feed() for each line, passthru_wait_input() while there is none yet,
 * passthru_finish(). There may be one such child at a time.
 */
#ifndef PASSTHRU_H
#define PASSTHRU_H

#include <stdbool.h>
#include <stddef.h>

struct passthru;

/*
 * Become the system's ip with exactly this argv and this environment. Call it
 * before anything is opened or changed. Returns only on failure: 1, after one
 * sentence on stderr, if there is no such program.
 */
int passthru_exec(char *const argv[]);

/*
 * Start the system's ip with argv, which must make it read a batch from standard
 * input; "Command failed -:N" in its error output is changed to the name file
 * and to line numbers that begin with first_line. SIGPIPE is ignored until
 * passthru_finish(). The caller keeps argv and file; file must stay valid.
 * Returns NULL after one sentence on stderr if it cannot be started.
 */
struct passthru *passthru_start(char *const argv[], const char *file, unsigned int first_line);

/*
 * Give it the next raw bytes, lines of them lines long. Returns false if it does
 * not read any more: then passthru_finish() tells why.
 */
bool passthru_feed(struct passthru *run, const char *text, size_t len, unsigned int lines);

/* Wait until fd can be read. Returns false if the child ended before that. */
bool passthru_wait_input(struct passthru *run, int fd);

/*
 * End its input, wait for its end and free run. Returns its exit status, or 128
 * plus the signal that killed it. If it failed without naming the line, the lines
 * that it was given are named on stderr.
 */
int passthru_finish(struct passthru *run);

#endif
