/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The config map's bytes: encoded from a chain, decoded into one.  Pure. */
#ifndef XM_CONF_H
#define XM_CONF_H

#include <stddef.h>

#include "model/chain.h"

#define CONF_MAX_SIZE (sizeof(struct xdp_multi_config) + CHAIN_MAX * sizeof(struct xdp_multi_slot))

/* struct conf - what a config map says beyond the chain's entries */
struct conf {
	bool frags;
	bool devbound;
	__u32 program_flags[CHAIN_MAX]; /* XDP_DISPATCHER_F_* per slot */
	bool no_type[CHAIN_MAX];
};

/*
 * conf_encode() - write the config of a chain in its own format
 * @buf: at least CONF_MAX_SIZE bytes, aligned as a __u32; cleared here
 *
 * In versions 2 and 3 the mask of the last slot is reduced to {pass}: libxdp's
 * dispatcher turns a last verdict that proceeds into PASS, so a larger mask
 * would lose verdicts should libxdp rebuild the chain.  Returns the size.
 */
size_t conf_encode(const struct chain *c, void *buf);

/*
 * conf_decode() - read a config
 * @buf: aligned as a __u32
 * @version: the version that the dispatcher's BTF tells, 0 if it does not;
 *	     only used when there is no magic number
 *
 * Fills @c->format, @c->n and prio, proceed_on of the entries; everything else
 * in the entries is cleared.  Every byte may be hostile.  Versions 1 to 3 built
 * with another number of slots are understood by their size.  Returns 0,
 * -EOPNOTSUPP for a version that we do not know, or -EINVAL for nonsense, with
 * a sentence that says what is wrong with the map.
 */
int conf_decode(const void *buf, size_t size, unsigned int version, struct chain *c,
		struct conf *conf, struct report *r);

#endif
