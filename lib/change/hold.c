// SPDX-License-Identifier: GPL-2.0-or-later
/* An unconfirmed change keeps what it replaces. */
#include "change/txn_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "chain/undo.h"
#include "kernel/kobj.h"

/* It is of a command that was killed, or of a change that was itself changed since. */
static int forget_record(const struct txn *x, const struct target *t, const struct undo *found)
{
	const struct undo u = {
		.netns = netlink_netns(x->nl),
		.ifindex = t->link.ifindex,
	};

	if (!found || !undo_may_be_anothers(x->store, found, &t->old->link))
		return x->rq->dry_run ? 0 : undo_drop(x->store, &u, x->r);
	if (!x->rq->confirm)
		return 0;
	return report_fail(
		x->r, STATUS_REFUSED, EBUSY,
		"An interface with the same index in another network namespace has an unconfirmed change: confirm or undo it there first, or leave out \"confirm\"");
}

int target_check_unconfirmed(const struct txn *x, struct target *t)
{
	const char *dev = t->link.ifname;
	const struct step_device *step = &x->steps[t - x->targets];
	struct undo u;
	int is;

	if (!step->swaps && !step->forgets)
		return 0;
	is = undo_find(x->store, netlink_netns(x->nl), t->old->chain.netns, &t->old->link, &u,
		       x->r);
	if (is < 0)
		return is;
	if (!is || !undo_is_pending(&u, &t->old->link))
		return forget_record(x, t, is ? &u : NULL);
	/* Its owner gives the chain up, and removes the record afterwards. */
	if (x->rq->released)
		return 0;
	return report_fail(
		x->r, STATUS_REFUSED, EBUSY,
		"The last change is not confirmed yet: keep it with \"ip link xdp multi confirm dev %s\" or undo it with \"ip link xdp multi undo dev %s\" first",
		dev, dev);
}

/* Its pins are removed, and no swap can restore it. */
static int refuse_given_up(const struct txn *x, const struct view *own)
{
	return report_fail(
		x->r, STATUS_REFUSED, EBUSY,
		"The detached chain of dispatcher %u would be removed, and this cannot be undone: repair or flush it first, or leave out \"confirm\"",
		own->prog.id);
}

static int check_maps(const struct txn *x)
{
	const char *path = NULL;

	for (unsigned int i = 0; x->objects && !path && i < x->rq->n_entries; i++)
		path = object_takes_pin(&x->objects[i]);
	if (!path)
		return 0;
	return report_fail(
		x->r, STATUS_REFUSED, EBUSY,
		"The tail-call map at \"%s\" would be replaced, and this cannot be undone: give another \"pinmaps\", or leave out \"confirm\"",
		path);
}

/* Whoever undoes the change opens the new program by its id. */
static int check_rights(const struct txn *x, const struct target *t)
{
	int fd;

	if (!t->plan.chain->n)
		return 0;
	fd = kobj_prog_open(t->built->dispatcher.id, x->r);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	report_context(x->r, "The change could not be undone later");
	if (fd == -EPERM)
		report_advice(x->r, "leave out \"confirm\", or run the command with that right");
	return fd;
}

static struct undo record_of(const struct txn *x, const struct target *t)
{
	const struct view *old = t->old;
	struct undo u = {
		.token = x->rq->token,
		.netns = netlink_netns(x->nl),
		.deadline = undo_now() + x->rq->confirm * 1000000000ULL,
		.ifindex = t->link.ifindex,
		.mode = old->mode,
		.old_id = view_attached(old),
		.new_id = t->plan.chain->n ? t->built->dispatcher.id : 0,
		.old_kind = t->plan.old_dir.id ? (int)t->plan.old_dir.kind : -1,
		.relabel = target_relabels(t),
	};

	memcpy(u.ifname, t->link.ifname, sizeof(u.ifname));
	return u;
}

int target_hold(const struct txn *x, struct target *t)
{
	const struct step_device *step = &x->steps[t - x->targets];
	const struct view *own = view_own_chain(t->old);
	struct undo u;
	int err;

	if (own && step->forgets && (own != t->old || own->kind != VIEW_CHAIN))
		return refuse_given_up(x, own);
	if (!step->swaps)
		return 0;
	err = check_maps(x);
	if (!err)
		err = check_rights(x, t);
	if (err)
		return err;
	u = record_of(x, t);
	err = undo_hold(x->store, &u, view_attached(t->old) ? t->old->fd : -1,
			u.old_kind >= 0 ? &t->old->pins : NULL, x->r);
	t->held = !err;
	return err;
}

void txn_release(const struct txn *x)
{
	for (unsigned int i = 0; i < x->n; i++) {
		const struct target *t = &x->targets[i];
		enum step_at at = x->steps[i].at;
		struct undo u;

		if (!t->held || at == AT_NEW || at == AT_EITHER)
			continue;
		u = record_of(x, t);
		undo_withdraw(x->store, &u);
	}
}
