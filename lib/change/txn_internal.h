/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of a transaction share.  For each device
 *
 *	admit.c   reads the old chain: may it be changed?
 *	plan.c    edits it: what shall be there, and what has to be done for that
 *	build.c   makes the dispatcher
 *	counting.c  says where it counts
 *	tracing.c  says whom it tells of packets
 *	commit.c  takes the steps of steps.c
 *
 * and before all that load.c loads the programs, with the maps that keep.c and dropped.c
 * decide on, or share.c takes the chain of another device.
 */
#ifndef TXN_INTERNAL_H
#define TXN_INTERNAL_H

#include "chain/built.h"
#include "change/steps.h"
#include "change/txn.h"
#include "chain/view.h"
#include "object/file.h"
#include "object/object.h"

/*
 * struct plan - what is to become of a device
 * @chain: what it shall have; no entries: nothing is attached
 * @adopted: the attached program that becomes an entry, NULL for none
 * @mode: in which the new dispatcher is attached
 * @unchanged: it has that already
 * @old_dir, @new_dir: directories of pins; id 0 for none.  They can be one and the
 *		       same, when a dispatcher comes again
 */
struct plan {
	struct chain *chain;
	struct program *adopted;
	enum xdp_mode mode;
	bool unchanged;
	struct store_dir old_dir;
	struct store_dir new_dir;
};

/*
 * struct target - one device on its way from the old chain to the new
 * @name: as the user wrote it, NULL where all devices are meant
 * @prepared: per entry request, id of the program that it was about when programs
 *	      were loaded, 0 for none
 * @swept: no pins of earlier commands can be left there
 * @native: it was found to have a native mode that its driver does not announce
 * @old: what is there
 * @own_built: the new dispatcher that was made for it
 * @built: the new dispatcher: @own_built, or another target's with the same
 *	   chain, or the one that is shared
 * @counting: where that counts, NULL for nowhere
 * @tracing: whom it tells of packets, NULL for nobody; the request's or @own_tracing
 * @own_tracing: taken up from the old dispatcher, NULL for none
 * @fallback: why the native mode that was tried first was refused, or NULL
 * @was: the mark of the new directory before the swap
 * @marked: the directory that goes is marked as going
 * @held: what is replaced is kept, until the change is confirmed
 *
 * From @old on all is of one try.
 */
struct target {
	const char *name;
	struct netlink_link link;
	__u32 *prepared;
	bool swept;
	bool native;

	struct view *old;
	struct plan plan;
	struct built *own_built;
	const struct built *built;
	struct counting *counting;
	const struct tracing *tracing;
	struct tracing *own_tracing;
	char *fallback;
	enum store_mark was;
	bool marked;
	bool held;
};

/*
 * struct txn - a request under way
 * @dirs: what is attached and pinned, from when the lock was had
 * @decided: the entries of @rq, if the policy may alter them; else NULL
 * @preview: with dry-run, called for each device
 * @template: what programs are loaded against, from when the first one is
 * @targets, @steps: the devices, @n of each
 * @file: the object file that was read last
 * @objects, @programs: one per entry request
 * @going: ids of the programs that nobody runs any more when this is done, as far as
 *	   that has been asked
 * @judged: ids of the programs of dropped entries whose maps were looked at
 * @copied: the variables have been copied
 * @waited: no packet is inside what was replaced
 * @n_warnings: how many there were when the programs were loaded
 * @ext_refused: why this host has no use for extensions, as was found out by
 *		 trying; "" while it may have
 * @frags: a driver wants programs for multi-buffer packets
 * @source: the chain that share copies, NULL for other verbs
 * @source_built: its dispatcher, if the devices can have that very one
 */
struct txn {
	struct dirs *dirs;
	struct netlink *nl;
	struct netlink *source_nl;
	struct store *store;
	const struct request *rq;
	struct entry_request *decided;
	const struct txn_preview *preview;
	struct report *r;
	struct template *template;

	struct target *targets;
	struct step_device *steps;
	unsigned int n;

	struct file file;
	struct object *objects;
	struct new_program *programs;
	__u32 *going;
	unsigned int n_going;
	__u32 *judged;
	unsigned int n_judged;
	bool copied;
	bool waited;
	size_t n_warnings;
	char ext_refused[256];
	bool frags;

	struct view *source;
	struct built *source_built;
};

/* txn_look() - what is on the devices now; what was known before is forgotten.  0 or
 * -errno. */
int txn_look(const struct txn *x);

/* Below this no driver needs several buffers for a packet. */
#define LARGE_MTU 2048

/* Returned when the programs do not fit what is attached by now. */
#define TXN_PREPARE_AGAIN (-EREMCHG)

/* Returned while something else uses a chain that may be detached.  It is tried again, because
 * most processes look at a chain only for a moment; the sentence of the last try stays. */
#define TXN_IN_DOUBT (-ELNRNG)

/* ---- targets.c ---- */

/* txn_find_targets() - before the lock: the devices that the request names, or all that
 * have a program or pins.  0 or -errno. */
int txn_find_targets(struct txn *x);

/* target_open() - room for one try; target_reset() forgets all but the device */
int target_open(const struct txn *x, struct target *t);
void target_reset(struct target *t);

/* ---- load.c ---- */

/*
 * txn_prepare() - open and load the programs of the request, before the lock
 *
 * A program that every device already runs in this entry is not loaded.  May be
 * called again; txn_unprepare() undoes it.
 */
int txn_prepare(struct txn *x);
void txn_unprepare(struct txn *x);

/* ---- keep.c ---- */

/* txn_must_load() - is there a device that does not run the program of entry request
 * @i yet?  @views: of all devices, NULL if nothing is replaced */
bool txn_must_load(const struct txn *x, unsigned int i, struct view *const *views);

/*
 * txn_plan_maps() - decide what becomes of the maps of each entry
 *
 * -EEXIST with one sentence of all maps that would be lost against the policy.
 * txn_plan_entry() does it again for an object that was opened again.
 */
int txn_plan_maps(struct txn *x, struct view *const *views);
int txn_plan_entry(struct txn *x, unsigned int i, struct view *const *views);

/* txn_prepared_for() - were the programs loaded for the entries that the device
 * has now, with the maps of these? */
bool txn_prepared_for(const struct txn *x, const struct target *t);

/* ---- dropped.c ---- */

/* txn_drops() - does the request drop this entry of the chain that is there? */
bool txn_drops(const struct txn *x, const struct entry *e);

/* txn_plan_dropped() - add to @losses what would be lost of the maps of all dropped
 * entries.  0 or -errno. */
int txn_plan_dropped(struct txn *x, struct view *const *views, struct map_losses *losses);

/* txn_knows_dropped() - were the maps looked at of all that would be dropped now? */
bool txn_knows_dropped(const struct txn *x, const struct view *own);

/* txn_add_id() - one more, unless it is there.  0 or -ENOMEM. */
int txn_add_id(__u32 **ids, unsigned int *n, __u32 id, struct report *r);

/* ---- share.c ---- */

/* share_open() - read the chain to copy, under the lock; and take up dispatcher
 * and links where they can serve more devices.  share_close() lets go. */
int share_open(struct txn *x);
void share_close(struct txn *x);

/* share_serves() - can a device have the very dispatcher that is shared, for this
 * chain? */
bool share_serves(const struct txn *x, const struct chain *c);

/* ---- admit.c ---- */

/* chain_refusal() - why a chain that was read may not be built upon: 0 or
 * -errno with a sentence */
int chain_refusal(const struct view *v, struct report *r);

/* target_check_name() - is the device still the one that the user named?  0 with @now, or
 * -errno. */
int target_check_name(const struct txn *x, const struct target *t, struct netlink_link *now);

/* target_check_pins() - can the pins that are there for the device be removed?  Where
 * not, nothing is begun; and what is there may look like nothing, as such pins cannot
 * even be opened. */
int target_check_pins(const struct txn *x, const struct target *t);

/* target_check_expected() - is what is attached the program that the user expects? */
int target_check_expected(const struct txn *x, const struct view *v);

/* target_read() - what is on the device, and may it be changed? */
int target_read(const struct txn *x, struct target *t);

/* ---- plan.c ---- */

/* txn_base() - the chain that a request edits, NULL where it begins with none */
const struct view *txn_base(const struct request *rq, const struct view *v);

/* target_apply() - apply the request to the old chain; the format is decided later */
int target_apply(const struct txn *x, struct target *t);

/* target_edit() - the chain that it shall have */
int target_edit(const struct txn *x, struct target *t);

/* target_plan() - when the dispatcher is built: which steps bring that about */
void target_plan(const struct txn *x, struct target *t);

/* ---- check_edit.c ---- */

/* txn_check_view() - without the lock: could the view be read, and is what is attached as
 * expected? */
int txn_check_view(const struct txn *x, const struct view *v);

/* txn_check_edit() - before maps are compared and programs loaded: can the request be applied
 * to the chains of these views?  Under the lock target_edit() decides again. */
int txn_check_edit(const struct txn *x, struct view *const *views);

/* ---- build.c ---- */

int target_build(const struct txn *x, struct target *t);
int target_preview(const struct txn *x, struct target *t);

/* ---- counting.c ---- */

/* target_count() - before the dispatcher is made: find out or make what it counts in;
 * target_counters() has it then, NULL for nothing */
int target_count(const struct txn *x, struct target *t);
void target_count_close(struct target *t);
const struct counters *target_counters(const struct target *t);

/* target_same_counters() - do two devices have one dispatcher that counts? */
bool target_same_counters(const struct txn *x, const struct target *a, const struct target *b);

/* target_warn_uncounted() - where a chain loses its counters by the way */
void target_warn_uncounted(const struct txn *x, const struct target *t);

/* target_count_start() - just before it is pinned: entries that are new begin at 0 */
int target_count_start(const struct txn *x, const struct target *t);

/* target_count_reset() - all of what is attached begin at 0 again */
int target_count_reset(const struct txn *x, struct target *t);

/* ---- hold.c ---- */

/* target_check_unconfirmed() - is there an unconfirmed change, which must be confirmed or
 * undone first?  A record of one that somebody else changed since is no obstacle. */
int target_check_unconfirmed(const struct txn *x, struct target *t);

/* target_hold() - keep what is replaced, for a change that has to be confirmed */
int target_hold(const struct txn *x, struct target *t);

/* txn_release() - after a failure: keep it no longer where nothing was replaced */
void txn_release(const struct txn *x);

/* ---- tracing.c ---- */

/* target_trace() - with the chain that it shall have: is that traced?  A trace goes on
 * as long as somebody reads it, and is not handed on to other devices. */
int target_trace(const struct txn *x, struct target *t);
void target_trace_close(struct target *t);

/* target_trace_begins() - by somebody else than has told of it so far, if anybody has */
bool target_trace_begins(const struct target *t);

/* ---- retire.c ---- */

/* txn_set_mark() - unless there is no directory */
void txn_set_mark(const struct txn *x, const struct store_dir *d, enum store_mark mark);

/* txn_is_attached() - 1 if the dispatcher of a directory is attached, 0 if not, or -errno */
int txn_is_attached(const struct txn *x, const struct store_dir *d, struct report *r);

/* Steps of a change, see steps.h; @arg is the txn. */
void txn_retire_old(void *arg, unsigned int i);
void txn_retire_new(void *arg, unsigned int i);
bool txn_wait(void *arg);
void txn_unpin_old(void *arg, unsigned int i);
void txn_unpin_new(void *arg, unsigned int i);

/* ---- commit.c ---- */

/*
 * txn_commit() - carry out what is planned for all devices
 *
 * The lock may be given up in it, and not be had again (then store->locked is
 * false): what remains to be unpinned is the next change's.
 */
int txn_commit(struct txn *x);

/* target_relabels() - does a program that stays get another name or mask? */
bool target_relabels(const struct target *t);

#endif
