/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find the users of a tail-call map that is pinned where another one will be pinned. */
#ifndef XM_TABLES_H
#define XM_TABLES_H

#include <stdbool.h>

#include "kernel/kobj.h"
#include "model/report.h"

/*
 * enum table_state
 *
 * TABLE_FREE: nothing that runs uses the map once the change is done.
 * TABLE_SAME: a program of the very same object file uses the map, so it holds what
 *	       that object declares.
 */
enum table_state {
	TABLE_FREE,
	TABLE_SAME,
	TABLE_BUSY,
};

/* struct table_user - a program that keeps a table busy */
struct table_user {
	__u32 id;
	char name[64];
};

/*
 * table_state() - check all programs in the kernel for users of a map
 * @table: fd of the map
 * @going, @n: programs that nothing runs any more after the change
 * @sha256: digest of the new program's object file
 *
 * Programs in the table itself, and in tables that those use, do not count unless
 * they are entries.  0 or -errno with a sentence.
 */
int table_state(int table, const __u32 *going, unsigned int n, const char *sha256,
		enum table_state *state, struct table_user *user, struct report *r);

/*
 * program_runs_elsewhere() - does anything but these dispatchers run the program?
 *
 * This looks for other dispatchers whose stubs it replaces, and for other tail-call maps
 * that hold it.  *@elsewhere is true in case of doubt.  0 or -errno with a sentence.
 */
int program_runs_elsewhere(const struct program *p, const struct kobj_prog *dispatchers,
			   unsigned int n, bool *elsewhere, struct report *r);

#endif
