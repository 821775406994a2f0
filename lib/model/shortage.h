/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which failures say nothing about what was asked for. */
#ifndef XM_SHORTAGE_H
#define XM_SHORTAGE_H

#include <errno.h>
#include <stdbool.h>

/* is_shortage() - does this errno mean a shortage of memory or of descriptors? */
static inline bool is_shortage(int err)
{
	return err == ENOMEM || err == EMFILE || err == ENFILE || err == EAGAIN;
}

#endif
