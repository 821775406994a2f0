/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program changed in a packet.  Pure. */
#ifndef XM_PACKET_CHANGE_H
#define XM_PACKET_CHANGE_H

#include <stdbool.h>

#include <linux/types.h>

/* More than so many ranges are not told. */
#define CHANGE_RANGES 16

/*
 * struct piece_of_packet - the first @caplen bytes of a packet of @len; borrowed
 */
struct piece_of_packet {
	const __u8 *data;
	__u32 caplen;
	__u32 len;
};

/*
 * struct changed_range - bytes that are others now; borrowed
 * @offset: in the packet as it is now
 * @old: @len bytes that were in their place, NULL where there were none
 * @new: the bytes
 */
struct changed_range {
	__u32 offset;
	__u32 len;
	const __u8 *old;
	const __u8 *new;
};

/*
 * struct change_of_packet
 * @any: there is a change
 * @was, @is: the length before and after
 * @front, @end: bytes added there, removed if negative
 * @more: there are more ranges than are told
 */
struct change_of_packet {
	bool any;
	__u32 was;
	__u32 is;
	__s32 front;
	__s32 end;
	struct changed_range range[CHANGE_RANGES];
	unsigned int n;
	bool more;
};

/*
 * packet_change() - compare what is there of a packet before and after a program
 * @head: how many bytes the program moved the packet's start forward
 *
 * Bytes behind the piece that is there of either are not compared.
 */
void packet_change(const struct piece_of_packet *before, const struct piece_of_packet *after,
		   __s32 head, struct change_of_packet *c);

#endif
