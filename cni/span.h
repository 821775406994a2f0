/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The very bytes of a value in a JSON text, so that it can be handed on unchanged. */
#ifndef CNI_SPAN_H
#define CNI_SPAN_H

#include <stdbool.h>
#include <stddef.h>

/* struct span - bytes of somebody else's text */
struct span {
	const char *start;
	size_t len;
};

/*
 * span_find() - the value of a key of the object that a text is
 * @text: valid JSON, which a parser has read: of a key that comes twice the last
 *	  counts, as with json-c
 *
 * Pure.  False if the key is not there.
 */
bool span_find(const char *text, const char *key, struct span *value);

#endif
