/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dispatcher with the links into it, all that has to be pinned to keep a chain
 * running: made new by a change, or taken up from the kernel.
 *
 *	built_make() or built_take() -> built_pin() -> built_close()
 */
#ifndef XM_BUILT_H
#define XM_BUILT_H

#include "dispatcher/dispatcher.h"
#include "model/report.h"
#include "dispatcher/shim.h"
#include "kernel/store.h"
#include "chain/view.h"

/*
 * struct built
 * @links: one fd per slot, -1 for an entry without
 * @shims: of the entries that need one
 * @n_links: slots that have been gone through
 */
struct built {
	struct dispatcher dispatcher;
	int links[CHAIN_MAX];
	struct shim shims[CHAIN_MAX];
	unsigned int n_links;
};

#define BUILT_INIT                            \
	{                                     \
		.dispatcher = DISPATCHER_INIT \
	}

/*
 * built_make() - make a dispatcher for a chain and tie the programs to it
 * @b: BUILT_INIT
 * @c: at least one entry, its programs open, its format settled
 * @ifindex: device to bind the dispatcher to if an entry is bound to it
 * @with: what the dispatcher has beside, as of dispatcher_load()
 * @t: for shims, is loaded if one is needed
 *
 * Each link is read back: it is of the program, into the slot.  Nothing is
 * pinned or attached; built_close() undoes everything, and is due in any case.
 * Returns 0 or -errno.
 */
int built_make(struct built *b, const struct chain *c, int ifindex, const struct instruments *with,
	       struct template *t, struct report *r);

/*
 * built_take() - take up the dispatcher of a chain that is there
 * @b: BUILT_INIT
 * @v: its links and maps are @b's afterwards; its dispatcher and its programs
 *     stay its own
 *
 * What nothing holds any more is -1.  A tail-call map that was not pinned is
 * looked for with whoever else holds it.  Returns 0 or -errno.
 */
int built_take(struct built *b, struct view *v, struct report *r);

/* built_complete() - is everything there that the chain needs? */
bool built_complete(const struct built *b, const struct chain *c);

/*
 * built_pin() - pin everything in a directory
 * @c: the chain, whose programs are pinned too
 * @missing: only what is not pinned there yet
 */
int built_pin(const struct built *b, const struct chain *c, int dir, bool missing,
	      struct report *r);

/* built_unpinned() - is there something that is not pinned in the directory?  1, 0, or -errno
 * @dir: -1 for one that is not there */
int built_unpinned(const struct built *b, const struct chain *c, int dir, struct report *r);

void built_close(struct built *b);

#endif
