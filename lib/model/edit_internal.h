/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions shared by the files that implement request_edit(). */
#ifndef XM_EDIT_INTERNAL_H
#define XM_EDIT_INTERNAL_H

#include "model/request.h"

/* ---- edit.c ---- */

/* edit_insert() - insert a new entry without its rules, which may name entries that are
 * inserted later.  Its slot or -errno. */
int edit_insert(const struct entry_request *q, const struct new_program *p, struct chain *c,
		struct report *r);

/* edit_update_program() - give the entry the requested program, unless it already has the
 * same one */
int edit_update_program(const struct entry_request *q, const struct new_program *p, struct entry *e,
			struct report *r);

/*
 * edit_resolve_rules() - resolve the targets of a request's gotos to uids
 *
 * A slot number refers to the chain that the user saw, so resolve with @by_slot before
 * any entry moves.  Resolve the other targets when every entry has its name.
 */
int edit_resolve_rules(const struct entry_request *q, const struct chain *c, bool by_slot,
		       unsigned int *uids, struct report *r);

/* edit_apply_rules() - set the rules of an entry, once all other entries are in the chain;
 * @uids has the targets that were resolved by slot */
int edit_apply_rules(const struct entry_request *q, struct chain *c, unsigned int slot,
		     unsigned int *uids, struct report *r);

/* ---- edit_files.c ---- */

/* edit_restore() - build a whole chain anew */
int edit_restore(const struct request *rq, const struct new_program *p, struct chain *c,
		 struct report *r);

/* edit_apply() - merge the entries of configuration files into the existing chain */
int edit_apply(const struct request *rq, const struct new_program *p, struct chain *c,
	       struct report *r);

/* edit_blame_rule() - if the entry with a wrong rule comes from a file, the file is at fault */
void edit_blame_rule(const struct request *rq, const struct new_program *p, const struct chain *c,
		     struct report *r);

#endif
