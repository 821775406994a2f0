/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Make texts from untrusted sources safe to show.  Pure. */
#ifndef XM_TEXT_H
#define XM_TEXT_H

#include <stddef.h>

/* text_utf8_len() - length of the UTF-8 character at @text in bytes, 0 if it is not valid */
size_t text_utf8_len(const char *text);

/* text_printable() - length of the character at @text, 0 if it is not safe for a terminal */
size_t text_printable(const char *text);

/*
 * text_escape() - make a text from the kernel or a file safe for a terminal
 *
 * Control characters, backslashes and bytes that are not UTF-8 become \xNN.
 * Returns @buf, cut to @size.
 */
const char *text_escape(const char *text, char *buf, size_t size);

/*
 * text_utf8() - make a text valid UTF-8 for JSON, which has its own escapes for the rest
 *
 * Bytes that are not UTF-8 become \xNN.  Returns a copy that the caller frees, or NULL
 * when out of memory.
 */
char *text_utf8(const char *text);

#endif
