/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of request_edit() share. */
#ifndef XM_EDIT_INTERNAL_H
#define XM_EDIT_INTERNAL_H

#include "model/request.h"

/* ---- edit.c ---- */

/* edit_insert() - a new entry, without its rules: those may name entries still to
 * come.  Its slot or -errno. */
int edit_insert(const struct entry_request *q, const struct new_program *p, struct chain *c,
		struct report *r);

/* edit_update_program() - the program that was asked for, unless the very same is
 * there */
int edit_update_program(const struct entry_request *q, const struct new_program *p, struct entry *e,
			struct report *r);

/*
 * edit_resolve_rules() - where the gotos of a request lead, as uids
 *
 * A slot number means the chain as the user saw it, so @by_slot come before anything
 * is moved; the others after, when every entry has its name.
 */
int edit_resolve_rules(const struct entry_request *q, const struct chain *c, bool by_slot,
		       unsigned int *uids, struct report *r);

/* edit_apply_rules() - the rules of an entry, when all others are in the chain; @uids
 * has what was resolved by slot */
int edit_apply_rules(const struct entry_request *q, struct chain *c, unsigned int slot,
		     unsigned int *uids, struct report *r);

/* ---- edit_files.c ---- */

/* edit_restore() - a whole chain anew */
int edit_restore(const struct request *rq, const struct new_program *p, struct chain *c,
		 struct report *r);

/* edit_apply() - what configuration files say becomes part of the chain that is
 * there */
int edit_apply(const struct request *rq, const struct new_program *p, struct chain *c,
	       struct report *r);

#endif
