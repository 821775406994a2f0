/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All links at one moment: which program they attach or replace, for callers with many
 * programs.
 *
 *	links_read() -> links_into(), links_xdp() -> links_free()
 */
#ifndef XM_LINKS_H
#define XM_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "kernel/kobj.h"
#include "model/report.h"

/*
 * struct links
 * @at: XDP links and tracing links, those by their target, owned
 * @untold: there are tracing links that do not name it (Linux before 5.13), or may be some
 *	    that are not here (with a BPF token)
 */
struct links {
	struct kobj_link *at;
	size_t n;
	bool untold;
};

/* links_read() - 0, or -errno with a sentence: that takes CAP_SYS_ADMIN.  Release
 * with links_free(). */
int links_read(struct links *l, struct report *r);
void links_free(struct links *l);

/* links_into() - those whose target has this id, or 0 for those that do not tell; @n of
 * them.  It need not be a program: only an extension replaces a function of one. */
const struct kobj_link *links_into(const struct links *l, __u32 target, size_t *n);

/* links_xdp() - id of the link by which a program is attached to an interface; 0 for
 * none */
__u32 links_xdp(const struct links *l, __u32 prog, int ifindex);

#endif
