// SPDX-License-Identifier: GPL-2.0-or-later
/* A short key for the owner of a chain. */
#include "model/owner.h"

#include <string.h>

/* FNV-1a, without the top bit, because the key is stored as a file time. */
#define OFFSET 2166136261U
#define PRIME  16777619U
#define MASK   0x7fffffffU

__u32 owner_key(const char *owner)
{
	const char *last = strrchr(owner, ' ');
	size_t len = last ? (size_t)(last - owner) : strlen(owner);
	__u32 key = OFFSET;

	for (size_t i = 0; i < len; i++)
		key = (key ^ (unsigned char)owner[i]) * PRIME;
	key &= MASK;
	return key ? key : 1;
}
