/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a tail-call map that is pinned where another one shall be? */
#ifndef XM_TABLES_H
#define XM_TABLES_H

#include <stdbool.h>

#include "kernel/kobj.h"
#include "model/report.h"

/*
 * enum table_state
 *
 * TABLE_FREE: nothing runs with it once the change is done.
 * TABLE_SAME: a program of the very same object file uses it: so it holds what that
 *	       object declares.
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
 * table_state() - look at all programs in the kernel
 * @table: the map
 * @going, @n: programs that nobody runs any more when the change is done
 * @sha256: of the object that the new program comes from
 *
 * The programs that are in the table itself, and in tables that those use, do not
 * count, unless they are entries.  0 or -errno with a sentence.
 */
int table_state(int table, const __u32 *going, unsigned int n, const char *sha256,
		enum table_state *state, struct table_user *user, struct report *r);

/*
 * program_runs_elsewhere() - does anything but these dispatchers run the program?
 *
 * Other dispatchers whose stubs it replaces, and other tail-call maps that hold it.
 * In doubt true.  0 or -errno with a sentence.
 */
int program_runs_elsewhere(const struct program *p, const struct kobj_prog *dispatchers,
			   unsigned int n, bool *elsewhere, struct report *r);

#endif
