/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of words as text, and who is to blame for what is wrong in them. */
#ifndef XM_TEXT_FILE_H
#define XM_TEXT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "model/report.h"

/* text_slurp() - all of a stream as a string, to be freed; NULL with errno: EFBIG for
 * more than a chain can need, EILSEQ for a text with a NUL in it */
char *text_slurp(FILE *in);

/* text_read() - all of a file of whatever kind, "-" for standard input.  NULL with an
 * error of STATUS_NOT_TRIED. */
char *text_read(const char *path, struct report *r);

/*
 * text_read_regular() - read a file, which has to be a regular one
 * @text: what is in it, to be freed
 * @masks: NULL, or set in its place for a file that is empty or a link to /dev/null: it
 *	   is there to say that another one does not count
 *
 * Nothing else is opened: a fifo would hang, and to open a device may have effects.
 * -ESTALE if the file is not there; a link that leads nowhere is another error.  -EAGAIN
 * if somebody wrote to it meanwhile.
 */
int text_read_regular(const char *path, char **text, bool *masks, struct report *r);

/* text_check_root() - the directory that files are looked for below has to be there, or
 * a mistyped one would read as no file at all; NULL is the system's */
int text_check_root(const char *root, struct report *r);

/* text_cannot_read() - -@err with "Cannot read ..." */
int text_cannot_read(struct report *r, const char *path, int err);

/* text_check_last_line() - a text was not cut off: its last line has a newline */
int text_check_last_line(const char *text, const char *path, struct report *r);

/* text_blame() - "Error: ..." of the parser becomes "FILE:LINE: ..." */
int text_blame(const char *path, unsigned int line, struct report *r);

/* text_file_name() - @path as a message names it */
const char *text_file_name(const char *path);

#endif
