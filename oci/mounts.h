/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enters the mount namespace of the host. */
#ifndef OCI_MOUNTS_H
#define OCI_MOUNTS_H

#include "model/report.h"

/*
 * mounts_enter_init() - go to the mount namespace of process 1
 *
 * A runtime may have one of its own.  Pins in a BPF filesystem there would end with it, but
 * a chain must outlive the call of the hook; and the path of a chain file is one of the
 * host.  Does nothing if this process is already there.  If it cannot be read or entered:
 * -errno, and the message says what to do.
 */
int mounts_enter_init(struct report *r);

#endif
