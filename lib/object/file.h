/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files in memory, with their digest. */
#ifndef XM_FILE_H
#define XM_FILE_H

#include <stddef.h>

#include "model/report.h"

/*
 * struct file - a file that was read once; zeroed before the first is read into it
 * @asked: the path that the caller gave, borrowed
 * @path: absolute, symbolic links resolved
 * @data, @size: its bytes, owned
 * @sha256: of these bytes, in hex
 */
struct file {
	const char *asked;
	char path[4096];
	char *data;
	size_t size;
	char sha256[65];
};

/* file_read() - read a regular file of at most 64 MiB.  0 or -errno with
 * STATUS_NOT_TRIED.  Release with file_free(). */
int file_read(struct file *f, const char *path, struct report *r);

/* file_reread() - like file_read(), but keep the bytes if @f already has the file of this
 * path.  If it fails, there is nothing to release. */
int file_reread(struct file *f, const char *path, struct report *r);

void file_free(struct file *f);

#endif
