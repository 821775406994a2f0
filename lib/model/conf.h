/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encode a chain into the bytes of the config map, and decode it from them.  Pure. */
#ifndef XM_CONF_H
#define XM_CONF_H

#include <stddef.h>

#include "model/format.h"

#define CONF_MAX_SIZE (sizeof(struct xdp_multi_config) + CHAIN_MAX * sizeof(struct xdp_multi_slot))

/* struct conf - facts in a config map that are not in the chain's entries */
struct conf {
	bool frags;
	bool devbound;
	__u32 program_flags[CHAIN_MAX]; /* XDP_DISPATCHER_F_* per slot */
	bool no_type[CHAIN_MAX];
};

/*
 * Functions for the table of formats; other callers use format_encode() and
 * format_decode().  libxdp's versions have arrays of one word per slot; the
 * extended version has one record per slot.
 */
size_t conf_encode_libxdp(const struct format *f, const struct chain *c, void *buf);
size_t conf_encode_extended(const struct format *f, const struct chain *c, void *buf);
int conf_decode_libxdp(const struct format *f, const void *buf, size_t size, struct chain *c,
		       struct conf *conf, struct report *r);
int conf_decode_extended(const struct format *f, const void *buf, size_t size, struct chain *c,
			 struct conf *conf, struct report *r);

/* conf_bad() - report an invalid config map; returns -EINVAL */
int conf_bad(struct report *r, const char *what);

#endif
