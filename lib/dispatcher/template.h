/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A template: the smallest program that component programs can be loaded against.  It is one
 * function like a dispatcher's stub, and is never attached.  A program that was loaded
 * against it can replace any stub of any dispatcher with the same attach type.
 *
 *	template_load() -> template_load_ext() -> template_close()
 */
#ifndef XM_TEMPLATE_H
#define XM_TEMPLATE_H

#include <stddef.h>

#include <linux/types.h>

#include "model/report.h"

struct bpf_insn;

/* The name of the program and of its function. */
#define TEMPLATE_NAME "multi_template"

enum template_ext {
	TEMPLATE_EXT_UNKNOWN,
	TEMPLATE_EXT_REFUSED,
	TEMPLATE_EXT_ALLOWED,
};

/*
 * struct template
 * @fd, @btf: -1 until it is loaded
 * @func: BTF id of its function, whose prototype an extension must have
 * @ext: what probe_ext_refused() found out with it
 */
struct template
{
	int fd;
	int btf;
	__u32 func;
	enum template_ext ext;
};

#define TEMPLATE_INIT               \
	{                           \
		.fd = -1, .btf = -1 \
	}

/*
 * template_load() - load it if it is not loaded yet
 * @ifindex: device to bind it to, which what is loaded against it inherits; 0 for none
 *
 * Returns 0 or -errno.
 */
int template_load(int ifindex, struct template *t, struct report *r);

/*
 * template_load_ext() - load a few instructions as an extension program
 * @flags: program flags, XDP_DISPATCHER_F_*
 *
 * For programs of ours that no object file holds.  Fd, or -errno without a
 * sentence.
 */
int template_load_ext(const struct template *t, const char *name, const struct bpf_insn *insns,
		      size_t n, __u32 flags);

void template_close(struct template *t);

#endif
