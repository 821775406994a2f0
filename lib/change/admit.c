// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks what is on a device, and whether it may be changed. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "chain/leftover.h"
#include "change/foreign.h"
#include "kernel/attach.h"

/* Does the verb make a chain where none is? */
static bool makes_chain(const struct request *rq)
{
	return rq->verb == VERB_ADD || rq->verb == VERB_REPLACE || rq->verb == VERB_RESTORE ||
	       rq->verb == VERB_SHARE || (rq->verb == VERB_APPLY && rq->n_entries);
}

/* Is there a chain afterwards where none was? */
static bool gets_chain(const struct request *rq)
{
	return makes_chain(rq) || rq->verb == VERB_ADOPT;
}

static enum foreign_wish wish_of(const struct request *rq)
{
	if (makes_chain(rq))
		return FOREIGN_CHAIN;
	return rq->verb == VERB_FLUSH || rq->verb == VERB_DEL ? FOREIGN_REMOVE : FOREIGN_LOOK;
}

int chain_refusal(const struct view *v, struct report *r)
{
	char why[PROBLEM_TEXT_SIZE];

	if (view_is_whole(v))
		return 0;
	return report_fail(r, STATUS_REFUSED, EUCLEAN, "The chain is damaged: %s",
			   view_problem(v, 0, why, sizeof(why)));
}

/* May this chain be changed from here, and without leaving anything behind?
 * Taking everything off is always possible where the pins are. */
static int check_whole(const struct txn *x, const struct view *v)
{
	bool takes_off = x->rq->verb == VERB_FLUSH && (v->pinned || v->slots.gone);

	return takes_off ? 0 : chain_refusal(v, x->r);
}

/* If it is unknown whether there is a chain, assume that there is: add would build one
 * without its programs.  What restore and share make is whole without them, but restore keeps
 * the maps of a detached chain: it waits until the doubt ends. */
static int check_doubt(const struct txn *x, const struct view *v)
{
	if (!v->in_doubt || x->rq->force || !gets_chain(x->rq))
		return 0;
	/* It is the chain of the source: it comes again. */
	if (x->source && x->source->prog.id == v->in_doubt)
		return 0;
	if (v->doubt_ends)
		return report_fail(
			x->r, STATUS_RETRY, -TXN_IN_DOUBT,
			"The chain of dispatcher %u may be detached, but something else uses it (a process, a pin or a tracing program): end that use and try again, or make a new chain with -force",
			v->in_doubt);
	if (x->rq->verb == VERB_RESTORE || x->rq->verb == VERB_SHARE) {
		report_warn(
			x->r,
			"dev %s: the chain of dispatcher %u may be detached, or belong to another network namespace, and this host cannot tell which: the new chain takes its place",
			v->link.ifname, v->in_doubt);
		return 0;
	}
	return report_fail(
		x->r, STATUS_REFUSED, EBUSY,
		"The chain of dispatcher %u may be detached, or belong to another network namespace, and this host cannot tell which: -force makes a new chain",
		v->in_doubt);
}

static int check_nothing_there(const struct txn *x, const struct target *t)
{
	/* The remains of a detached chain can be flushed too. */
	if (x->rq->verb == VERB_FLUSH && leftover_exists(x->dirs, t->link.ifindex))
		return 0;
	if (makes_chain(x->rq) || x->rq->if_exists || (x->rq->verb == VERB_FLUSH && x->rq->all))
		return 0;
	return report_fail(x->r, STATUS_REFUSED, ENOENT, "No such chain: nothing is attached");
}

static int check_mode(const struct txn *x, const struct target *t)
{
	unsigned int modes = x->rq->modes;
	char todo[FOREIGN_TODO_SIZE];

	if (!modes || modes & t->old->mode)
		return 0;
	if (t->old->kind == VIEW_FOREIGN)
		foreign_advice(t->old, FOREIGN_REMOVE, todo);
	else
		snprintf(todo, sizeof(todo), ": flush it first");
	return report_fail(
		x->r, STATUS_REFUSED, EEXIST,
		"The interface is in %s mode and cannot change to %s while a program is attached%s",
		xdp_mode_name(t->old->mode), xdp_mode_name(modes), todo);
}

int target_check_expected(const struct txn *x, const struct view *v)
{
	if (!x->rq->has_expect || x->rq->expect == view_attached(v))
		return 0;
	if (!view_attached(v))
		return report_fail(
			x->r, STATUS_RETRY, ECANCELED,
			"Nothing is attached, but \"expect %u\" was given: look at the chain again with \"show\"",
			x->rq->expect);
	if (!x->rq->expect)
		return report_fail(
			x->r, STATUS_RETRY, ECANCELED,
			"Program %u is attached, but \"expect none\" was given: look at the chain again with \"show\"",
			v->prog.id);
	return report_fail(
		x->r, STATUS_RETRY, ECANCELED,
		"Program %u is attached, but \"expect %u\" was given: look at the chain again with \"show\"",
		v->prog.id, x->rq->expect);
}

/* Another chain may return other verdicts than the one that was tested. */
static int check_tried(const struct txn *x, const struct view *v)
{
	for (unsigned int i = 0; i < x->rq->n_tried; i++)
		if (x->rq->tried[i].ifindex == v->link.ifindex &&
		    x->rq->tried[i].id != view_attached(v))
			return report_fail(
				x->r, STATUS_RETRY, -TXN_OUTDATED,
				"Another process changed the interface while the \"require\" lines were tested");
	return 0;
}

/* Pins in a bpffs of a temporary mount namespace are lost with it, and the programs of the
 * chain with them. */
static int check_bpffs(const struct txn *x)
{
	if (!gets_chain(x->rq) || x->rq->force || !store_is_private(x->store))
		return 0;
	return report_fail(
		x->r, STATUS_NOT_TRIED, EXDEV,
		"The bpffs at %s is not init's: a chain pinned there is lost with this mount namespace; use \"ip -n NETNS\" instead of \"ip netns exec\", or \"ip -force\"",
		x->store->path);
}

/* A detached chain belongs to whoever made it. */
static int check_owner(const struct txn *x, const struct view *v)
{
	if (!x->rq->owner || !strcmp(v->chain.owner, x->rq->owner))
		return 0;
	return report_fail(x->r, STATUS_REFUSED, EBUSY,
			   "A detached chain of \"%s\" already exists and is not replaced",
			   *v->chain.owner ? v->chain.owner : "nobody");
}

/* The caller of add may not know that the other programs of a detached chain do not run. */
static int check_detached(const struct txn *x, const struct view *v)
{
	const char *dev = v->link.ifname;
	int err = check_owner(x, v);

	if (err)
		return err;
	if (x->rq->verb == VERB_RESTORE || x->rq->verb == VERB_APPLY || x->rq->verb == VERB_SHARE ||
	    x->rq->verb == VERB_FLUSH || x->rq->if_exists)
		return 0;
	return report_fail(
		x->r, STATUS_REFUSED, ENOTCONN,
		"The chain is detached, but still pinned (dispatcher %u): \"ip link xdp multi repair dev %s\" attaches it again, \"ip link xdp multi flush dev %s\" removes it",
		v->prog.id, dev, dev);
}

/* "flush all" leaves and names what it cannot remove. */
static int leave(const struct txn *x, struct target *t)
{
	report_warn(x->r, "dev %s is left as it is: %s", t->link.ifname, report_cause(x->r));
	report_clear_error(x->r);
	t->plan.unchanged = true;
	return 0;
}

/* The device has no configuration files, and none of its entries came from one. */
static bool says_nothing(const struct request *rq, const struct view *v)
{
	if (rq->verb != VERB_APPLY || rq->n_entries)
		return false;
	for (unsigned int i = 0; v->kind == VIEW_CHAIN && i < v->chain.n; i++)
		if (v->chain.entries[i].config)
			return false;
	return true;
}

/* May its place be taken? */
static bool can_yield(const struct request *rq, const struct view *v)
{
	if (rq->verb == VERB_ADOPT)
		return v->foreign == FOREIGN_PROGRAM;
	return rq->overwrite && makes_chain(rq) &&
	       (v->foreign == FOREIGN_PROGRAM || v->foreign == FOREIGN_DISPATCHER);
}

static int check_foreign(const struct txn *x, struct target *t)
{
	const struct view *v = t->old;
	int err;

	t->plan.unchanged =
		x->rq->verb == VERB_FLUSH && x->rq->all && v->foreign != FOREIGN_UNREADABLE;
	if (t->plan.unchanged)
		return 0;
	if (!can_yield(x->rq, v))
		return foreign_refusal(v, wish_of(x->rq), x->r);
	err = check_doubt(x, v);
	if (!err)
		err = check_bpffs(x);
	if (err || x->rq->verb == VERB_ADOPT)
		return err;
	return check_mode(x, t);
}

static int check_old(const struct txn *x, struct target *t)
{
	const struct view *v = t->old;
	int err;

	switch (v->kind) {
	case VIEW_DETACHED:
		err = check_detached(x, v);
		if (err)
			return err;
		t->plan.unchanged = !makes_chain(x->rq);
		return check_bpffs(x);
	case VIEW_NONE:
		t->plan.unchanged = !makes_chain(x->rq);
		err = check_nothing_there(x, t);
		if (!err)
			err = check_doubt(x, v);
		return err ? err : check_bpffs(x);
	case VIEW_FOREIGN:
		return check_foreign(x, t);
	case VIEW_CHAIN:
		if (x->rq->verb == VERB_ADOPT)
			return report_fail(x->r, STATUS_REFUSED, EEXIST,
					   "A chain already exists: there is nothing to adopt");
		err = check_whole(x, v);
		if (err && x->rq->all)
			return leave(x, t);
		return err ? err : check_mode(x, t);
	}
	return -EINVAL;
}

/*
 * A name can come to mean another device while the command runs, and an index too when its
 * device has left.  The command refers to the device that had both.
 */
int target_check_name(const struct txn *x, const struct target *t, struct netlink_link *now)
{
	int err = netlink_link(x->nl, t->name, now, NULL);

	if (!err && now->ifindex == t->link.ifindex)
		return 0;
	if (err && err != -ENODEV)
		return report_fail(x->r, STATUS_NOT_TRIED, -err, "Cannot look up \"%s\": %s",
				   t->name, strerror(-err));
	if (err && netlink_link_index(x->nl, t->link.ifindex, now, NULL) == -ENODEV)
		return report_fail(x->r, STATUS_NOT_TRIED, ENODEV, "Cannot find device \"%s\"",
				   t->name);
	return report_fail(x->r, STATUS_RETRY, ENODEV,
			   "The device was renamed or another took its place: nothing was changed");
}

int target_check_pins(const struct txn *x, const struct target *t)
{
	if (!store_check_writable(x->store, NULL))
		return 0;
	return dirs_next(x->dirs, t->link.ifindex, NULL) ? store_check_writable(x->store, x->r) : 0;
}

/* The command that wrote a chain has looked for leftovers, and one that began to change it
 * has marked it. */
static bool is_swept(const struct txn *x, const struct view *v)
{
	if (v->kind == VIEW_NONE)
		return dirs_all_elsewhere(x->dirs, v->link.ifindex);
	return v->kind == VIEW_CHAIN && v->ours && v->pinned &&
	       store_mark(x->store, &v->pins) == STORE_SETTLED;
}

int target_read(const struct txn *x, struct target *t)
{
	struct view *v;
	int err = dirs_link(x->dirs, t->link.ifindex, &t->link, x->r);

	/* Gone since all were listed. */
	if (err == -ENODEV && x->rq->all) {
		report_clear_error(x->r);
		t->plan.unchanged = true;
		return 0;
	}
	if (!err)
		err = target_check_pins(x, t);
	if (!err)
		err = view_keep(x->dirs, t->link.ifindex, &v, x->r);
	if (err)
		return err;
	view_free(t->old);
	t->old = v;
	t->swept = is_swept(x, v);
	t->plan.mode = v->mode;
	if (view_is_bare(v) && makes_chain(x->rq))
		t->plan.mode = t->native ? XDP_MODE_NATIVE
					 : attach_mode(x->nl, t->link.ifindex, x->rq->modes);
	err = target_check_expected(x, v);
	if (!err)
		err = check_tried(x, v);
	t->plan.unchanged = says_nothing(x->rq, v);
	if (!err && !t->plan.unchanged)
		err = check_old(x, t);
	if (x->rq->verb == VERB_FLUSH && !x->rq->dry_run)
		view_drop_programs(v);
	return err;
}
