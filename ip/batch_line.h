/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command of a batch file as words, cut as iproute2 cuts it.  Pure. */
#ifndef BATCH_LINE_H
#define BATCH_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Words of one line including the terminating NULL, as in iproute2. */
#define BATCH_MAX_ARGS 512
/* The limit of a line: a longer one is not a command, but for example an endless device
 * file. */
#define BATCH_MAX_LINE (16 << 20)

enum line_problem {
	LINE_FINE,
	LINE_UNTERMINATED,
	LINE_TOO_MANY,
	LINE_UNCONTINUED,
};

/*
 * struct batch_line - a command: one physical line, or several, each but the last with
 * a backslash at its end; zeroed before the first use
 * @raw_len: its length in the file
 * @first, @last: its physical lines
 * @text: its text without comments and continuations, cut into words
 */
struct batch_line {
	size_t raw_len;
	unsigned int first, last;
	char *text;
	size_t text_len, text_size;
	enum line_problem problem;
	int argc;
	char *argv[BATCH_MAX_ARGS];
};

/* batch_grow() - make room for more bytes, doubling.  False with errno set. */
bool batch_grow(char **data, size_t *size, size_t wanted);

/* batch_line_start() - forget the previous command */
void batch_line_start(struct batch_line *line);

/*
 * batch_line_append() - add a physical line as iproute2 reads it: up to the first
 * NUL or '#', quoted or not
 * @continued: set if a backslash ended it, perhaps one that the previous line left
 *
 * Returns false with errno set.
 */
bool batch_line_append(struct batch_line *line, const char *raw, size_t len, bool *continued);

/* batch_line_split() - cut the text into words; after the last append */
void batch_line_split(struct batch_line *line);

#endif
