/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A shim: a generated extension program that replaces a stub and tail-calls one
 * XDP program.  For programs without attach type, which the dispatcher itself
 * cannot tail-call, while an extension can.
 */
#ifndef XM_SHIM_H
#define XM_SHIM_H

#include "model/chain.h"
#include "dispatcher/template.h"
#include "model/report.h"

/* struct shim - its program, and the map of one that it calls through */
struct shim {
	int prog;
	int map;
};

#define SHIM_INIT                     \
	{                             \
		.prog = -1, .map = -1 \
	}

/* shim_make() - a shim for a program.  @t is loaded if it was not.  0 or -errno;
 * release with shim_close() in either case. */
int shim_make(const struct program *p, struct template *t, struct shim *s, struct report *r);
void shim_close(struct shim *s);

/* shim_serves() - does the extension with these maps call @id through the map
 * behind @fd? */
bool shim_serves(const __u32 *maps, unsigned int n_maps, int fd, __u32 id);

#endif
