/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An archive of object files, named by their digests so that a later version does not
 * overwrite an earlier one. */
#ifndef XM_ARCHIVE_H
#define XM_ARCHIVE_H

#include "model/chain.h"
#include "model/report.h"

/*
 * archive_object() - keep a copy of the object file that a program came from
 * @dir: directory of the archive; the copy is DIR/SHA256.o
 *
 * If a copy with this digest exists, it is left alone and the object file is not read.
 * The copy appears complete or not at all.  Returns 0 or -errno: STATUS_REFUSED when
 * the file has changed since the program was loaded, and STATUS_NOT_TRIED when it
 * cannot be read or written.
 */
int archive_object(const struct origin *o, const char *dir, struct report *r);

#endif
