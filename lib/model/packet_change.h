/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find out what a program changed in a packet.  Pure. */
#ifndef XM_PACKET_CHANGE_H
#define XM_PACKET_CHANGE_H

#include <stdbool.h>

#include <linux/types.h>

/* The maximum number of ranges that are reported. */
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
 * struct changed_range - bytes that have changed; borrowed
 * @offset: their offset in the new packet
 * @old: the @len bytes that they replace, NULL if there were none
 * @new: the new bytes
 */
struct changed_range {
	__u32 offset;
	__u32 len;
	const __u8 *old;
	const __u8 *new;
};

/*
 * struct change_of_packet
 * @any: the packet has changed
 * @was, @is: the length before and after
 * @front, @end: number of bytes added at the front or end, removed if negative
 * @more: there are more ranges than @range can hold
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
 * packet_change() - compare the captured pieces of a packet before and after a program
 * @head: how many bytes the program moved the packet's start forward
 *
 * Bytes beyond the end of either piece are not compared.
 */
void packet_change(const struct piece_of_packet *before, const struct piece_of_packet *after,
		   __s32 head, struct change_of_packet *c);

#endif
