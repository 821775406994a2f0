// SPDX-License-Identifier: GPL-2.0-or-later
/* Adapts the name of the command in printed texts. */
#include "own_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char link_words[] = "ip link xdp multi";

/* Write the command as the user must type it here.  False if it does not fit. */
static bool command(const struct options *opts, char *buf, size_t size)
{
	const char *netns = opts->netns ? opts->netns : "";

	return snprintf(buf, size, "%s%s%s%s", opts->own_name ? OWN_NAME : "ip",
			*netns ? " -n " : "", netns,
			opts->own_name ? "" : " link xdp multi") < (int)size;
}

const char *own_words(const struct options *opts, const char *text, char *buf, size_t size)
{
	char own[512];
	size_t len = 0;
	const char *at;

	/* A command with half a name would be wrong. */
	if ((!opts->own_name && !opts->netns) || !command(opts, own, sizeof(own)))
		return text;
	*buf = '\0';
	while (len < size && (at = strstr(text, link_words))) {
		len += snprintf(buf + len, size - len, "%.*s%s", (int)(at - text), text, own);
		text = at + strlen(link_words);
	}
	if (len < size)
		snprintf(buf + len, size - len, "%s", text);
	return buf;
}
