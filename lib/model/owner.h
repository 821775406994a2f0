/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A short key for the owner of a chain. */
#ifndef XM_OWNER_H
#define XM_OWNER_H

#include <stdbool.h>

#include <linux/types.h>

/*
 * owner_key() - compute a number from all words of an owner except the last
 *
 * The last word is the interface, and an owner can have several interfaces.  All chains
 * of one owner have the same key, and chains with different keys have different owners;
 * but two owners can have the same key.  The key is never 0, and below 2^31.
 */
__u32 owner_key(const char *owner);

/*
 * struct owner_filter - selects chains by owner
 * @matches: does the filter select this owner?  The owner is never empty.
 * @key: owner_key() of all selected owners, 0 if they have different keys
 */
struct owner_filter {
	bool (*matches)(const char *owner, void *arg);
	void *arg;
	__u32 key;
};

#endif
