/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads from the kernel what is on an interface: nothing, a chain, a foreign program, or
 * only the pins of a detached chain.
 *
 *	view_read() -> look -> view_close()
 */
#ifndef XM_VIEW_H
#define XM_VIEW_H

#include "model/chain.h"
#include "kernel/kobj.h"
#include "kernel/netlink.h"
#include "model/report.h"
#include "kernel/store.h"
#include "chain/dirs.h"
#include "chain/problem.h"
#include "chain/slots.h"
#include "chain/undo.h"

enum view_kind {
	VIEW_NONE,
	VIEW_CHAIN,
	VIEW_FOREIGN,
	VIEW_DETACHED,
};

enum foreign_kind {
	FOREIGN_PROGRAM,    /* a plain XDP program */
	FOREIGN_LINK,	    /* attached by a bpf_link */
	FOREIGN_DISPATCHER, /* a dispatcher that is not understood */
	FOREIGN_HW,	    /* offloaded to the hardware */
	FOREIGN_UNREADABLE, /* we may not look: it can be a chain */
};

/* struct entry_texts - texts that an entry and its program borrow; NULL for none */
struct entry_texts {
	char *config;
	char *policy;
	char *object;
	char *pinmaps;
};

/*
 * struct view - what was found
 * @mode: in which the program is attached
 * @fd: of the attached program, -1 where it cannot be opened; of a detached
 *	chain its dispatcher
 * @prog: that program
 * @chain: the entries, as they are wanted and as they are in force; their programs are
 *	   @programs[slot]
 * @texts: per slot, what the entry and its program say of themselves
 * @slots: what was opened of it, programs included
 * @infos: what the kernel says of each component program, as in @slots
 * @pinned: the chain's directory of pins is on this bpffs
 * @pins: the directory where its pins are, which can be that of another index;
 *	  its id is 0 for none
 * @ours: written by this tool
 * @problems: why the chain is not whole; changing it is refused
 * @foreign, @link_id, @reason: of something that is not ours
 * @in_doubt: of nothing, or of something foreign: id of a dispatcher whose chain may have been
 *	      taken off, which cannot be found out; 0 for none
 * @doubt_ends: it does with what else uses the dispatcher
 * @unconfirmed: the last change, if it has to be confirmed still; else its token is 0. Set
 *		 only by the session
 * @kept: somebody will undo it in time
 * @displaced: the chain that was here before that and is still pinned; NULL for
 *	       none
 */
struct view {
	struct netlink_link link;
	enum view_kind kind;
	enum xdp_mode mode;
	int fd;
	struct kobj_prog prog;

	struct program *programs;
	struct entry_texts *texts;
	struct slots slots;
	const struct kobj_prog *infos;
	bool pinned;
	struct store_dir pins;
	bool ours;
	struct problems problems;

	enum foreign_kind foreign;
	__u32 link_id;
	char reason[256];
	__u32 in_doubt;
	bool doubt_ends;
	struct undo unconfirmed;
	bool kept;
	struct view *displaced;

	/* Behind its entries there may be nothing. */
	struct chain chain;
};

/* view_new() - one into which nothing was read, NULL for want of memory; view_init()
 * makes that of one.  What chain_init() does not touch they do not. */
struct view *view_new(void);
void view_init(struct view *v);

/*
 * view_read() - read what is on an interface
 * @d: of the moment that is asked about; without a bpffs chains have no pins
 *
 * Needs no lock: -EAGAIN (with a sentence) when the interface changed while it was read.  A
 * program that is not understood is a foreign view, not an error.  Returns 0, -ENODEV or
 * another -errno; close in either case.
 */
int view_read(struct dirs *d, int ifindex, struct view *v, struct report *r);
void view_close(struct view *v);

/*
 * view_keep() - the same as view_read(), for callers that keep many views
 * @v: gets a view that is no larger than what is in it, NULL if it fails; to be
 *	released with view_free()
 *
 * Of the links and maps that tie programs to slots none is kept open.
 */
int view_keep(struct dirs *d, int ifindex, struct view **v, struct report *r);

/* view_drop_programs() - for callers that only remove the chain: its entries then have no
 * programs */
void view_drop_programs(struct view *v);

/* view_none() - one without room for entries, NULL when memory is short; view_free() too */
struct view *view_none(void);
void view_free(struct view *v);

/* view_read_steadily() - the same for readers without the lock: of a later moment, a
 * few times, when the interface changed meanwhile */
int view_read_steadily(struct dirs *d, int ifindex, struct view *v, struct report *r);

/* view_attached() - id of the program on the interface, 0 for none */
__u32 view_attached(const struct view *v);

/* view_is_bare() - there is no program on the interface */
bool view_is_bare(const struct view *v);

/*
 * view_own_chain() - the chain of the interface, attached or not
 *
 * The attached chain, or a detached or displaced one that still has its programs and
 * maps.  NULL if there is none.  Borrowed from @v.
 */
const struct view *view_own_chain(const struct view *v);

/* view_is_whole() - nothing is wrong with the chain */
bool view_is_whole(const struct view *v);

/* view_problem() - a problem of the view as a sentence without full stop, into
 * @buf; returns @buf */
const char *view_problem(const struct view *v, unsigned int i, char *buf, size_t size);

/* view_dir() - the directory that holds, or should hold, the chain's pins */
struct store_dir view_dir(const struct view *v);

#endif
