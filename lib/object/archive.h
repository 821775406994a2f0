/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Object files that are kept by their digests, so that a later version does not take
 * their place. */
#ifndef XM_ARCHIVE_H
#define XM_ARCHIVE_H

#include "model/chain.h"
#include "model/report.h"

/*
 * archive_object() - keep a copy of the object file that a program came from
 * @dir: where; the copy is DIR/SHA256.o
 *
 * A copy that is there and has this digest is left alone, and the object file is not
 * looked at then.  The copy appears with all of its bytes or not at all.  Returns 0 or
 * -errno: STATUS_REFUSED when the file has changed since the program was loaded, and
 * STATUS_NOT_TRIED when it cannot be read or written.
 */
int archive_object(const struct origin *o, const char *dir, struct report *r);

#endif
