// SPDX-License-Identifier: GPL-2.0-or-later
/* Make texts from untrusted sources safe to show. */
#include "model/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t text_utf8_len(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len = *s < 0x80	 ? 1
		     : *s < 0xc2 ? 0
		     : *s < 0xe0 ? 2
		     : *s < 0xf0 ? 3
		     : *s < 0xf5 ? 4
				 : 0;

	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Refuse overlong encodings, surrogates, and values above U+10FFFF. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90))
		return 0;
	return len;
}

/* A byte order mark, a character of no width, or one that changes the direction. */
static bool is_invisible(const unsigned char *s)
{
	unsigned int c = (s[0] & 0xf) << 12 | (s[1] & 0x3f) << 6 | (s[2] & 0x3f);

	return c == 0xfeff || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f);
}

size_t text_printable(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len = text_utf8_len(text);

	if (len == 1)
		return *s >= ' ' && *s != 0x7f;
	if (len == 3 && is_invisible(s))
		return 0;
	/* U+0080 to U+009F are control characters too. */
	return len == 2 && s[0] == 0xc2 && s[1] < 0xa0 ? 0 : len;
}

const char *text_escape(const char *text, char *buf, size_t size)
{
	size_t len = 0;

	while (*text && len + 5 < size) {
		size_t n = *text == '\\' ? 0 : text_printable(text);

		if (n) {
			memcpy(buf + len, text, n);
			len += n;
			text += n;
		} else {
			len += snprintf(buf + len, size - len, "\\x%02x", (unsigned char)*text++);
		}
	}
	buf[len] = '\0';
	return buf;
}

char *text_utf8(const char *text)
{
	size_t room = 4 * strlen(text) + 1, len = 0;
	char *clean = malloc(room);

	while (clean && *text) {
		size_t n = text_utf8_len(text);

		if (n)
			memcpy(clean + len, text, n);
		else
			snprintf(clean + len, room - len, "\\x%02x", (unsigned char)*text);
		len += n ? n : 4;
		text += n ? n : 1;
	}
	if (clean)
		clean[len] = '\0';
	return clean;
}
