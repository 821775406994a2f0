/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a transaction share: its devices and its programs. */
#ifndef TXN_INTERNAL_H
#define TXN_INTERNAL_H

#include "chain/built.h"
#include "object/object.h"
#include "change/txn.h"
#include "chain/view.h"

/*
 * struct target - one device on its way from the old chain to the new
 * @prepared: per entry request, id of the program that it was about when programs
 *	      were loaded, 0 for none
 * @adopted: the attached program that becomes an entry
 * @mode: in which the new dispatcher is attached
 * @fallback: why the native mode that was tried first was refused
 * @built: the new dispatcher: @own_built, or another target's with the same
 *	   chain
 * @was_detached: there was a chain that somebody had taken off
 * @swapped: the new dispatcher is attached, or with @unsure it may be
 */
struct target {
	struct netlink_link link;
	__u32 *prepared;
	struct view old;
	struct chain new;
	struct program adopted;
	enum xdp_mode mode;
	char fallback[512];
	struct built own_built;
	const struct built *built;
	bool was_detached;
	bool unchanged;
	bool pinned;
	bool swapped;
	bool unsure;
};

/*
 * struct txn - a request under way
 * @objects, @programs: one per entry request
 * @n_warnings: how many there were when the programs were loaded
 * @ext_refused: why this host has no use for extensions, as was found out by
 *		 trying; "" while it may have
 * @frags: a driver wants programs for packets in several buffers
 * @source: the chain that share copies, NULL for other verbs
 * @source_built: its dispatcher, if the devices can have that very one
 * @preview: with dry-run, called for each device
 */
struct txn {
	struct netlink *nl;
	struct netlink *source_nl;
	struct store *store;
	const struct request *rq;
	struct report *r;
	struct target *targets;
	unsigned int n;
	struct object *objects;
	struct new_program *programs;
	size_t n_warnings;
	char ext_refused[256];
	bool frags;
	struct view *source;
	struct built *source_built;
	const struct txn_preview *preview;
};

/* Below this no driver needs several buffers for a packet. */
#define LARGE_MTU 2048

/* Returned when the programs do not fit what is attached by now. */
#define TXN_PREPARE_AGAIN (-EREMCHG)

/*
 * txn_prepare() - open and load the programs of the request, before the lock
 *
 * A program that every device already runs in this entry is not loaded.  May be
 * called again; txn_unprepare() undoes it.
 */
int txn_prepare(struct txn *x);
void txn_unprepare(struct txn *x);

/* txn_prepared_for() - were the programs loaded for the entries that the device
 * has now, with the maps of these? */
bool txn_prepared_for(const struct txn *x, const struct target *t);

/* share_open() - read the chain to copy, under the lock; and take up dispatcher
 * and links where they can serve more devices.  share_close() lets go. */
int share_open(struct txn *x);
void share_close(struct txn *x);

/* chain_refusal() - why a chain that was read may not be built upon: 0 or
 * -errno with a sentence */
int chain_refusal(const struct view *v, struct report *r);

/* The steps for one device, in order; each returns 0 or -errno. */
int target_read(const struct txn *x, struct target *t);
int target_edit(const struct txn *x, struct target *t);
int target_build(const struct txn *x, struct target *t);
int target_preview(const struct txn *x, struct target *t);
int target_pin(const struct txn *x, struct target *t);
int target_swap(const struct txn *x, struct target *t);

/* target_swap_back() - give the device its old program back, unless somebody
 * changed it since. */
void target_swap_back(const struct txn *x, struct target *t);
void target_unpin_new(const struct txn *x, struct target *t);
void target_unpin_old(const struct txn *x, struct target *t);

/* target_warn() - what the user should know once the change is certain */
void target_warn(const struct txn *x, const struct target *t);

/* target_relabel() - programs that stay learn the new name and mask of their
 * entry */
void target_relabel(struct target *t);

/* target_reset() - close everything and forget all but the device. */
void target_reset(struct target *t);

#endif
