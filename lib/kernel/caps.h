/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities: which of those that a step needs does this process lack? */
#ifndef XM_CAPS_H
#define XM_CAPS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Steps that the kernel guards, and what they need (Linux 5.8 and later; CAP_SYS_ADMIN
 * also does for the first two).  All but the last need it in the initial user namespace;
 * to attach takes it in the one that owns the network namespace.
 */
enum caps_step {
	CAPS_LOAD_XDP, /* CAP_BPF, CAP_NET_ADMIN */
	CAPS_LOAD_EXT, /* CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN */
	CAPS_BY_ID,    /* CAP_SYS_ADMIN: open a program, map or link by id */
	CAPS_ATTACH,   /* CAP_NET_ADMIN */
};

/* Room for what caps_lacking() writes. */
#define CAPS_TEXT_SIZE 192

/* caps_in_container() - is this process in another user namespace than the initial one? */
bool caps_in_container(void);

/* caps_are_root() - does it have CAP_SYS_ADMIN in its own user namespace? */
bool caps_are_root(void);

/*
 * caps_lacking() - name what is missing, "CAP_BPF and CAP_PERFMON", into @buf
 *
 * In another user namespace than the initial one a process lacks what it has only there:
 * "CAP_BPF and CAP_NET_ADMIN in the initial user namespace".  With a BPF token (token.h) the
 * first two steps take what it has there.
 *
 * Returns the number of missing capabilities; 0, with @buf empty, also when
 * the process's own capabilities cannot be read.
 */
int caps_lacking(enum caps_step step, char buf[CAPS_TEXT_SIZE]);

#endif
