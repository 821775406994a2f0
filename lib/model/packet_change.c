// SPDX-License-Identifier: GPL-2.0-or-later
/* Find out what a program changed in a packet. */
#include "model/packet_change.h"

#include <string.h>

/* How a byte of the new packet compares with the old packet. */
enum fate { SAME, OTHER, ADDED, UNKNOWN };

static enum fate fate_of(const struct piece_of_packet *before, const struct piece_of_packet *after,
			 __s32 head, __u32 i)
{
	__s64 at = (__s64)i + head;

	if (at < 0 || at >= before->len)
		return ADDED;
	if (at >= before->caplen)
		return UNKNOWN;
	return before->data[at] == after->data[i] ? SAME : OTHER;
}

static void add_range(const struct piece_of_packet *before, const struct piece_of_packet *after,
		      __s32 head, __u32 from, __u32 to, struct change_of_packet *c)
{
	__s64 at = (__s64)from + head;

	if (c->n == CHANGE_RANGES) {
		c->more = true;
		return;
	}
	c->range[c->n++] = (struct changed_range){
		.offset = from,
		.len = to - from,
		.old = at >= 0 && at < before->caplen ? before->data + at : NULL,
		.new = after->data + from,
	};
}

void packet_change(const struct piece_of_packet *before, const struct piece_of_packet *after,
		   __s32 head, struct change_of_packet *c)
{
	__u32 from = 0;
	enum fate fate = SAME;

	memset(c, 0, sizeof(*c));
	for (__u32 i = 0; i <= after->caplen; i++) {
		enum fate next = i < after->caplen ? fate_of(before, after, head, i) : UNKNOWN;

		if (next == fate)
			continue;
		if (fate == OTHER || fate == ADDED)
			add_range(before, after, head, from, i, c);
		from = i;
		fate = next;
	}
	c->was = before->len;
	c->is = after->len;
	c->front = -head;
	c->end = (__s32)(after->len - before->len) + head;
	c->any = c->n || c->front || c->end;
}
