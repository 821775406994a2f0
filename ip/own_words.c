// SPDX-License-Identifier: GPL-2.0-or-later
/* Adapts the name of the command in printed texts. */
#include "own_words.h"

#include <stdio.h>
#include <string.h>

static const char link_words[] = "ip link xdp multi";

const char *own_words(const struct options *opts, const char *text, char *buf, size_t size)
{
	size_t len = 0;
	const char *at;

	if (!opts->own_name)
		return text;
	*buf = '\0';
	while (len < size && (at = strstr(text, link_words))) {
		len += snprintf(buf + len, size - len, "%.*s" OWN_NAME, (int)(at - text), text);
		text = at + strlen(link_words);
	}
	if (len < size)
		snprintf(buf + len, size - len, "%s", text);
	return buf;
}
