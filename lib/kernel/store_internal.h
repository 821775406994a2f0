/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the store. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <sys/stat.h>

#include "kernel/store.h"

#define XDP_DIR	     "xdp"
#define DIR_NAME_MAX 64

/* "/proc/self/fd/" + number + '/' + name */
#define FD_PATH_MAX (32 + NAME_MAX)

/* store_resolve_xdp() - the name that the directory "xdp" really has in the root; @name has
 * room for NAME_MAX + 1 bytes.  @st describes "xdp" itself; zeroed if it does not exist. */
void store_resolve_xdp(const struct store *s, char *name, struct stat *st);

/*
 * store_open_xdp() - open and check it
 *
 * Returns an fd, -ENOENT (silent), or -errno with a sentence when it is not
 * under the control of root and our user alone.
 */
int store_open_xdp(const struct store *s, struct report *r);

#endif
