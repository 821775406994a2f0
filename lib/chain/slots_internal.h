/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the two ways to read slots: from pins, and by walking links. */
#ifndef SLOTS_INTERNAL_H
#define SLOTS_INTERNAL_H

#include "chain/slots.h"

/*
 * struct slots_reader
 * @unread: there are pins of links, on a read-only bpffs, that cannot be opened
 * @shortage: what was there could not be opened for want of memory or descriptors
 */
struct slots_reader {
	struct slots *s;
	const struct kobj_prog *prog;
	const struct dispatcher_view *d;
	const struct chain *c;
	int dir;
	struct dirs *dirs;
	struct problems *problems;
	struct report *r;
	bool unread;
	int shortage;
};

/* slots_program() - the program of a slot, from an fd that is taken over in any
 * case */
int slots_program(const struct slots_reader *x, unsigned int slot, int fd, struct report *r);

/* slots_problem() - one that is about a slot, or PROBLEM_OF_NO_SLOT */
int slots_problem(const struct slots_reader *x, enum problem_kind kind, int slot);

/* slots_walk_all() - of a chain of another bpffs, or one whose pins were removed */
int slots_walk_all(struct slots_reader *x);

/*
 * slots_walk_missing() - what the pins left out
 *
 * An unpinned program or link may be held by a process.  So may a tail-call map, but Linux
 * leaks memory if such a map is opened by its id just after its last user is gone: only
 * repair tries it.  Without the right to walk, only the pins are read.
 */
int slots_walk_missing(struct slots_reader *x);

#endif
