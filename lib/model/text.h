/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that somebody else wrote, made fit to be shown.  Pure. */
#ifndef XM_TEXT_H
#define XM_TEXT_H

#include <stddef.h>

/* text_utf8_len() - bytes of the UTF-8 character at @text, 0 if it is none */
size_t text_utf8_len(const char *text);

/* text_printable() - bytes of the character at @text, 0 if no terminal should see it */
size_t text_printable(const char *text);

/*
 * text_escape() - make a text from the kernel or a file fit for a terminal
 *
 * Control characters, backslashes and bytes that are no UTF-8 become \xNN.
 * Returns @buf, cut to @size.
 */
const char *text_escape(const char *text, char *buf, size_t size);

/*
 * text_utf8() - make a text fit for JSON, which has escapes of its own for the rest
 *
 * Bytes that are no UTF-8 become \xNN.  Returns a copy to be freed, or NULL when memory
 * is short.
 */
char *text_utf8(const char *text);

#endif
