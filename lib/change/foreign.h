/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command that wants a chain finds something else on the interface. */
#ifndef XM_FOREIGN_H
#define XM_FOREIGN_H

#include "chain/view.h"
#include "model/report.h"

/* enum foreign_wish - what the command would do if it could, and so what helps */
enum foreign_wish {
	FOREIGN_LOOK,	/* at a chain, or repair one */
	FOREIGN_REMOVE, /* remove it, or an entry of it */
	FOREIGN_CHAIN,	/* make one */
};

/*
 * foreign_refusal() - what is there instead, who holds it, and what to do
 * @v: a foreign view
 *
 * Fails with a sentence: -EPERM (STATUS_NOT_TRIED) for what cannot be read, else -EBUSY.
 */
int foreign_refusal(const struct view *v, enum foreign_wish wish, struct report *r);

#endif
