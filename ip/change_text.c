// SPDX-License-Identifier: GPL-2.0-or-later
/* Describes what an entry changed in a packet. */
#include "change_text.h"

#include <stdio.h>

#include "model/text.h"

/* Longer pieces are cut. */
#define BYTES_SHOWN 32

#define RANGE_SIZE (4 * BYTES_SHOWN + 64)

_Static_assert(CHANGE_TEXT_SIZE >= 4 * ENTRY_NAME_SIZE + 128 + CHANGE_RANGES * RANGE_SIZE,
	       "all of a change has room");

const char *change_hex(const __u8 *bytes, __u32 len, char *buf)
{
	for (__u32 i = 0; i < len; i++)
		sprintf(buf + 2 * (size_t)i, "%02x", bytes[i]);
	buf[2 * (size_t)len] = '\0';
	return buf;
}

/* "26-29: 0a000001 > 0a000002", or "0-3: 0a000001" for added bytes. */
static int range_text(const struct changed_range *range, char *text)
{
	__u32 len = range->len < BYTES_SHOWN ? range->len : BYTES_SHOWN;
	const char *rest = len < range->len ? "..." : "";
	char old[2 * BYTES_SHOWN + 1], new[2 * BYTES_SHOWN + 1];
	int n = sprintf(text, ", %u", range->offset);

	if (range->len > 1)
		n += sprintf(text + n, "-%u", range->offset + range->len - 1);
	if (range->old)
		n += sprintf(text + n, ": %s%s >", change_hex(range->old, len, old), rest);
	else
		n += sprintf(text + n, ":");
	return n + sprintf(text + n, " %s%s", change_hex(range->new, len, new), rest);
}

static int moved_text(__s32 by, const char *where, char *text)
{
	if (!by)
		return 0;
	return sprintf(text, ", %d %s %s", by < 0 ? -by : by, by < 0 ? "removed" : "added", where);
}

const char *change_text(const struct traced_step *s, char *buf)
{
	const struct change_of_packet *c = &s->change;
	char name[4 * ENTRY_NAME_SIZE];
	int n = sprintf(buf, "%s: ", text_escape(s->entry, name, sizeof(name)));

	if (c->was == c->is)
		n += sprintf(buf + n, "%u bytes", c->is);
	else
		n += sprintf(buf + n, "%u > %u bytes", c->was, c->is);
	n += moved_text(c->front, "in front", buf + n);
	n += moved_text(c->end, "at the end", buf + n);
	for (unsigned int i = 0; i < c->n; i++)
		n += range_text(&c->range[i], buf + n);
	if (c->more)
		sprintf(buf + n, ", ...");
	return buf;
}
