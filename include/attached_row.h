/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What bpf/attached.bpf.c writes. */
#ifndef ATTACHED_ROW_H
#define ATTACHED_ROW_H

#include <linux/types.h>

/*
 * struct attached_row - a step of the walk
 * @kind: it begins, anew if it did before; a device has this program; it is at
 *	  its end, without which it is not complete
 */
struct attached_row {
	enum {
		ATTACHED_BEGIN,
		ATTACHED_HERE,
		ATTACHED_END,
	} kind;
	__u32 prog;
	__u32 ifindex;
};

#endif
