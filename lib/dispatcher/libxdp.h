/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The installed libxdp, and what it can do with a chain. */
#ifndef XM_LIBXDP_H
#define XM_LIBXDP_H

#include <stdbool.h>
#include <stddef.h>

#include "model/chain.h"
#include "model/report.h"

/* struct libxdp - what was found out about it, if it was; zeroed before */
struct libxdp {
	bool known;
	unsigned int version;
};

/*
 * libxdp_version() - the version of the dispatcher that it writes
 *
 * From its object file, which is looked for where libxdp itself does: only in
 * $LIBXDP_OBJECT_PATH if that is set and this program runs with no raised
 * privileges, else where distributions and `make install` put it.  Of several the
 * newest counts; 0 for none.  A libxdp that is part of a static binary is not
 * found.  0 or -errno.
 */
int libxdp_version(unsigned int *version, struct report *r);

/* libxdp_look() - the same, into @l, unless that is known already */
int libxdp_look(struct libxdp *l, struct report *r);

/* libxdp_format() - the format for a chain that is new: the one that libxdp writes,
 * or version 3 where there is none.  It is not guessed: libxdp would not read the
 * chain. */
int libxdp_format(struct libxdp *l, enum chain_format *format, struct report *r);

/*
 * libxdp_note() - a sentence on a chain that libxdp here reads or shows, but in a
 * version in which it refuses to change it; false where there is none to make
 * @ifname: its device
 */
bool libxdp_note(struct libxdp *l, const struct chain *c, const char *ifname, char *buf,
		 size_t size);

#endif
