// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps of a change. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change/foreign.h"
#include "dispatcher/probe.h"
#include "kernel/attach.h"
#include "kernel/grace.h"
#include "kernel/refusal.h"
#include "model/owner.h"
#include "object/label_map.h"

/* ---- maps ---- */

static int pin_maps(void *arg)
{
	struct txn *x = arg;
	int err = 0;

	for (unsigned int i = 0; !err && i < x->rq->n_entries; i++)
		if (x->objects && x->objects[i].program.fd >= 0)
			err = object_pin_maps(&x->objects[i], x->r);
	/* Loaded again, the programs will use what was pinned meanwhile. */
	return err == -EEXIST ? TXN_PREPARE_AGAIN : err;
}

static void unpin_maps(void *arg)
{
	struct txn *x = arg;

	for (unsigned int i = 0; x->objects && i < x->rq->n_entries; i++)
		object_unpin_maps(&x->objects[i], x->r);
}

/* Done just before the first device gets the new program: later writes of the old program
 * to its variables are lost. */
static int copy_variables(struct txn *x)
{
	int err = 0;

	for (unsigned int i = 0; !x->copied && !err && i < x->rq->n_entries; i++)
		if (x->objects && x->objects[i].program.fd >= 0)
			err = object_copy_variables(&x->objects[i], x->r);
	x->copied = true;
	return err;
}

/* The tail-call maps that lost their pins, when nothing runs with them. */
static void release_maps(const struct txn *x)
{
	for (unsigned int i = 0; x->objects && i < x->rq->n_entries; i++)
		object_release_maps(&x->objects[i], x->r);
}

/* ---- pin ---- */

static void put_note(const struct store *s, const struct store_dir *d, const struct chain *c)
{
	const struct store_note note = { .netns = c->netns, .owner = owner_key(c->owner) };

	store_put_note(s, d, &note);
}

static int pin(void *arg, unsigned int i)
{
	struct txn *x = arg;
	const struct target *t = &x->targets[i];
	int dir, err = target_count_start(x, t);

	/* If this process is killed, a command that finds this mark looks for leftovers. */
	if (!err && t->swept && t->old->pins.id)
		store_set_mark(x->store, &t->old->pins, STORE_CHANGING);
	if (!err)
		err = store_create_dir(x->store, &t->plan.new_dir, x->r);
	dir = err;
	if (dir >= 0) {
		err = built_pin(t->built, t->plan.chain, dir, false, x->r);
		close(dir);
		/* The dispatcher of another chain may say something else. */
		if (!err && t->built != x->source_built)
			put_note(x->store, &t->plan.new_dir, t->plan.chain);
	}
	if (err)
		report_context(x->r, "dev %s", t->link.ifname);
	return err;
}

/* ---- swap ---- */

/* A driver refuses a dispatcher that takes no multi-buffer packets where its MTU
 * needs them, and one entry that does not is enough to make it so. */
static void explain_frags(const struct txn *x, const struct target *t)
{
	const struct chain *c = t->plan.chain;

	/* Then it is not for want of a section. */
	if (!probe_frags(NULL)) {
		report_warn(
			x->r,
			"dev %s: this kernel does not support multi-buffer XDP (frags), but %s needs it",
			t->link.ifname, refusal_needs(x->r->error));
		return;
	}
	for (unsigned int i = 0; i < c->n; i++) {
		if (c->entries[i].disabled || c->entries[i].program->frags)
			continue;
		report_warn(
			x->r,
			"dev %s: entry \"%s\" does not support multi-buffer packets (its section is not \"xdp.frags\"), but %s needs that of every entry",
			t->link.ifname, c->entries[i].name, refusal_needs(x->r->error));
		return;
	}
}

/*
 * A bond without ports announces no native mode and has one, but its dispatcher was made
 * for generic mode.  If this makes a difference, the dispatcher is detached again and the
 * change starts over; if that is not possible, it stays.
 */
static int check_made_for(const struct txn *x, struct target *t)
{
	int err;

	if (t->plan.mode != XDP_MODE_NATIVE || !chain_made_for_generic(t->plan.chain) ||
	    !grace_period())
		return 0;
	err = netlink_swap(x->nl, t->link.ifindex, XDP_MODE_NATIVE, -1, t->built->dispatcher.fd,
			   x->r);
	/* If the kernel's reply was lost, read the state of the device. */
	if (err == -EINPROGRESS) {
		int is = txn_is_attached(x, &t->plan.new_dir, NULL);

		err = is < 0 ? STEP_UNSURE : is;
	}
	if (err == STEP_UNSURE)
		return err;
	report_clear_error(x->r);
	if (err)
		return 0;
	grace_period();
	t->native = true;
	return report_fail(x->r, STATUS_RETRY, EAGAIN,
			   "The driver supports native XDP, but does not announce it");
}

static int attach(const struct txn *x, struct target *t)
{
	char why[512] = "";
	int err;

	err = attach_first(x->nl, t->link.ifindex, x->rq->modes, t->built->dispatcher.fd,
			   &t->plan.mode, why, sizeof(why), x->r);
	free(t->fallback);
	t->fallback = *why ? strdup(why) : NULL;
	return err ? err : check_made_for(x, t);
}

static int new_fd(const struct target *t)
{
	return t->built ? t->built->dispatcher.fd : -1;
}

static int attach_new(struct txn *x, struct target *t)
{
	struct netlink_link now;
	int err = t->name ? target_check_name(x, t, &now) : 0;

	if (!err)
		err = copy_variables(x);
	if (err)
		return err;
	if (view_is_bare(t->old))
		return attach(x, t);
	return netlink_swap(x->nl, t->link.ifindex, t->plan.mode, new_fd(t), t->old->fd, x->r);
}

/*
 * If this process is killed, a chain that was attached must never look as if it was not:
 * the new directory loses its pending mark before the swap, and the old one gets it after
 * the swap.  In between there is one chain too many, never one too few.  The mark of the new
 * directory makes other commands look for its predecessor.
 */
static void mark_new(const struct txn *x, unsigned int i)
{
	struct target *t = &x->targets[i];
	const struct store_dir *d = &t->plan.new_dir;
	bool fresh = x->steps[i].pins && !x->steps[i].had_pins;
	int was = fresh || !d->id ? STORE_PENDING : store_mark(x->store, d);

	t->was = was < 0 ? STORE_CHANGING : was;
	txn_set_mark(x, d, x->steps[i].forgets || !t->swept ? STORE_CHANGING : STORE_SETTLED);
}

static int swap(void *arg, unsigned int i)
{
	struct txn *x = arg;
	struct target *t = &x->targets[i];
	int err;

	report_clear_error(x->r);
	mark_new(x, i);
	err = attach_new(x, t);
	if (err && err != STEP_UNSURE)
		txn_set_mark(x, &t->plan.new_dir, t->was);
	if (err == -ERANGE)
		explain_frags(x, t);
	if (err)
		report_context(x->r, "dev %s", t->link.ifname);
	/* A program on another device can be in the way of taking one off only. */
	return err == STEP_LATER && t->plan.chain->n ? -EBUSY : err;
}

static enum step_at not_back(const struct txn *x, const struct target *t, int err, bool unsure,
			     const char *why)
{
	if (err == -ESTALE) {
		report_warn(x->r, "dev %s was changed by another process and is left as it is",
			    t->link.ifname);
		return AT_OTHER;
	}
	if (unsure || err == -EINPROGRESS) {
		report_warn(
			x->r,
			"dev %s has either its old chain or the new one: unneeded pins were left behind",
			t->link.ifname);
		return AT_EITHER;
	}
	report_warn(x->r, "dev %s cannot get its old chain back and keeps the new one: %s",
		    t->link.ifname, why);
	return AT_NEW;
}

/* Where the answer to the swap was lost, to swap back tells too: it is refused if
 * there is nothing to take back. */
static enum step_at swap_back(void *arg, unsigned int i, bool unsure)
{
	struct txn *x = arg;
	struct target *t = &x->targets[i];
	struct report failed = REPORT_INIT;
	enum step_at at = AT_PINNED;
	int err;

	err = netlink_swap(x->nl, t->link.ifindex, t->plan.mode,
			   view_is_bare(t->old) ? -1 : t->old->fd, new_fd(t), &failed);
	if (err && !(err == -ESTALE && unsure))
		at = not_back(x, t, err, unsure, report_cause(&failed));
	else
		txn_set_mark(x, &t->plan.new_dir, t->was);
	report_free(&failed);
	return at;
}

/* ---- what goes with it ---- */

static const struct entry *entry_of(const struct chain *c, const struct program *p)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].program == p)
			return &c->entries[i];
	return NULL;
}

static bool is_relabelled(const struct target *t, const struct entry *was, const struct entry **now)
{
	*now = t->plan.chain->n ? entry_of(t->plan.chain, was->program) : NULL;
	return *now && !entry_same_labels(was, *now);
}

bool target_relabels(const struct target *t)
{
	const struct entry *e;

	for (unsigned int i = 0; i < t->old->chain.n; i++)
		if (is_relabelled(t, &t->old->chain.entries[i], &e))
			return true;
	return false;
}

/* Programs that stay learn the new name and mask of their entry.  The labels that
 * a program was loaded with are only a second copy, so nothing is lost if a newer
 * one cannot be added; each stays as long as the program, so no more are than can
 * be read.  While the change can be undone they keep the old ones. */
static void relabel(const struct txn *x, const struct target *t)
{
	const struct entry *e;

	for (unsigned int i = 0; !x->rq->confirm && i < t->old->chain.n; i++)
		if (is_relabelled(t, &t->old->chain.entries[i], &e) &&
		    t->old->infos[i].n_maps < KOBJ_MAX_MAPS)
			label_map_renew(e->program->fd, e);
}

static void certain(void *arg, unsigned int i)
{
	struct txn *x = arg;
	const struct target *t = &x->targets[i];

	relabel(x, t);
	if (t->fallback)
		report_warn(x->r,
			    "dev %s: the chain runs in generic mode, because in native mode %s",
			    t->link.ifname, t->fallback);
	if (t->plan.chain->n && t->plan.mode == XDP_MODE_GENERIC && t->old->kind == VIEW_FOREIGN &&
	    x->rq->modes != XDP_MODE_GENERIC && x->rq->verb != VERB_ADOPT)
		foreign_warn_generic(t->old, x->r);
}

static const struct step_ops ops = {
	.pin_maps = pin_maps,
	.unpin_maps = unpin_maps,
	.pin = pin,
	.swap = swap,
	.swap_back = swap_back,
	.certain = certain,
	.retire_old = txn_retire_old,
	.retire_new = txn_retire_new,
	.wait = txn_wait,
	.unpin_old = txn_unpin_old,
	.unpin_new = txn_unpin_new,
};

int txn_commit(struct txn *x)
{
	bool was_there = false;
	int err;

	x->copied = false;
	x->waited = false;
	err = steps_run(&ops, x, x->steps, x->n);
	for (unsigned int i = 0; i < x->n; i++)
		was_there |= x->steps[i].swaps && x->targets[i].old->prog.id;
	if (!err && (x->waited || !was_there))
		release_maps(x);
	return err;
}
