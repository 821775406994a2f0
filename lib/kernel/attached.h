/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds where XDP programs are attached, in all network namespaces at once. */
#ifndef XM_ATTACHED_H
#define XM_ATTACHED_H

#include <stddef.h>

#include <linux/types.h>

/*
 * struct attachments - of one moment
 * @rows: program id and the interface's number in whatever namespace, sorted, owned
 */
struct attachments {
	struct attachment {
		__u32 prog;
		int ifindex;
	} * rows;
	size_t n;
};

/*
 * attachments_read() - list all of them
 *
 * An iterator program of ours walks the kernel's lists.  Returns 0 when the list
 * is complete, or -errno where that cannot be had (no BTF of the kernel, lockdown,
 * no rights).  Release with attachments_free().
 */
int attachments_read(struct attachments *a);
void attachments_free(struct attachments *a);

/* attachments_of() - where a program is attached, @n times, in the order of numbers */
const struct attachment *attachments_of(const struct attachments *a, __u32 prog, size_t *n);

#endif
