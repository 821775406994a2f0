/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads text files, and names the file and line in error messages. */
#ifndef XM_TEXT_FILE_H
#define XM_TEXT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "model/report.h"

/* text_slurp() - read a stream as a string, which the caller frees; NULL with errno:
 * EFBIG if it is longer than any chain needs, EILSEQ if it contains a NUL, ENOMEM */
char *text_slurp(FILE *in);

/* The time in milliseconds that programs give their caller to write all of their input. */
#define TEXT_PATIENCE 20000

/* text_slurp_within() - the same for a descriptor; ETIMEDOUT if it has not ended after
 * @msec milliseconds */
char *text_slurp_within(int fd, unsigned int msec);

/* text_slurp_why() - what errno says after one of these failed */
const char *text_slurp_why(int err);

/* text_read() - read a file of any kind, "-" for standard input.  NULL with
 * STATUS_NOT_TRIED on error. */
char *text_read(const char *path, struct report *r);

/*
 * text_read_regular() - read a regular file
 * @text: its contents, which the caller frees
 * @masks: NULL, or set instead of @text if the file is empty or a link to /dev/null: such
 *	   a file masks another one
 *
 * No other kind of file is opened: a fifo would block, and opening a device may have side
 * effects.  -ESTALE if the file does not exist; a dangling link is another error.
 * -EAGAIN if the file was written to meanwhile.
 */
int text_read_regular(const char *path, char **text, bool *masks, struct report *r);

/* text_check_root() - check that the root directory of a search exists, so that a mistyped
 * one does not look like missing files; NULL is the system's root */
int text_check_root(const char *root, struct report *r);

/* text_cannot_read() - -@err with "Cannot read ..." */
int text_cannot_read(struct report *r, const char *path, int err);

/* text_check_last_line() - check that the last line has a newline, so that the text was
 * not cut off */
int text_check_last_line(const char *text, const char *path, struct report *r);

/* text_blame() - "Error: ..." of the parser becomes "FILE:LINE: ..." */
int text_blame(const char *path, unsigned int line, struct report *r);

/* text_file_name() - @path as a message names it */
const char *text_file_name(const char *path);

#endif
