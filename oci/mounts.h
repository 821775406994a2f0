/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a hook finds the host's files. */
#ifndef OCI_MOUNTS_H
#define OCI_MOUNTS_H

#include "model/report.h"

/*
 * mounts_enter_init() - go to the mount namespace of process 1
 *
 * A runtime may have one of its own.  What is pinned in a BPF filesystem there ends with
 * it, while a chain has to outlast the call of the hook; and the path of a chain file is
 * that of the host.  Does nothing where this is process 1's.  Where that cannot be found
 * out or entered: -errno, with what to do.
 */
int mounts_enter_init(struct report *r);

#endif
