/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose a chain is, in short. */
#ifndef XM_OWNER_H
#define XM_OWNER_H

#include <stdbool.h>

#include <linux/types.h>

/*
 * owner_key() - a number for an owner, from all its words but the last
 *
 * The last word of an owner is what it has several of, its interface.  So all chains of
 * one owner have one key, and chains with different keys have different owners; two
 * owners can have the same key, too.  Never 0, and below 2^31.
 */
__u32 owner_key(const char *owner);

/*
 * struct owner_filter - whose chains are looked for
 * @matches: is an owner, which is never empty, one of those?
 * @key: owner_key() of all of them, 0 if they have several
 */
struct owner_filter {
	bool (*matches)(const char *owner, void *arg);
	void *arg;
	__u32 key;
};

#endif
