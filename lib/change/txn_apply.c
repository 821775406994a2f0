// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps of a change for one device, second half: build, pin, swap, unpin. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attach.h"
#include "object/label_map.h"

static struct store_dir new_dir(const struct target *t)
{
	return (struct store_dir){
		.kind = t->new.format == FORMAT_EXTENDED ? STORE_EXTENDED : STORE_LIBXDP,
		.ifindex = t->link.ifindex,
		.id = t->built->dispatcher.id,
	};
}

/* ---- build ---- */

/* The dispatcher of another device of this change, if it will have the same
 * chain: one dispatcher serves all of them. */
static const struct built *built_already(const struct txn *x, const struct target *t)
{
	for (const struct target *u = x->targets; u < t; u++)
		if (u->built && chain_equal(&u->new, &t->new))
			return u->built;
	return NULL;
}

/* Programs that are new carry the labels of the entries they become. */
static int label_new(const struct txn *x, const struct target *t)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < t->new.n; i++)
		for (unsigned int o = 0; !err && x->objects && o < x->rq->n_entries; o++)
			if (t->new.entries[i].program == &x->objects[o].program)
				err = object_label(&x->objects[o], &t->new.entries[i], x->r);
	return err;
}

/* Can the device have the very dispatcher that is shared? */
static bool is_as_source(const struct txn *x, const struct target *t)
{
	const struct chain *c = &x->source->chain;

	return t->new.format == c->format && (!c->netns || t->new.netns == c->netns);
}

int target_build(const struct txn *x, struct target *t)
{
	int err;

	if (t->unchanged || !t->new.n)
		return 0;
	t->built = x->source_built && is_as_source(x, t) ? x->source_built : built_already(x, t);
	if (t->built)
		return 0;
	t->built = &t->own_built;
	err = label_new(x, t);
	return err ? err : built_make(&t->own_built, &t->new, t->link.ifindex, x->r);
}

/* The very dispatcher that somebody took off here: another device has it still,
 * and its pins are all there. */
static bool comes_again(const struct target *t)
{
	return t->old.kind == VIEW_DETACHED && t->built &&
	       t->old.prog.id == t->built->dispatcher.id;
}

/* The pins of the old chain go when the new one is there, and those of one that
 * is attached no more when that is what was asked for. */
static bool forgets(const struct txn *x, const struct target *t)
{
	if (t->old.kind == VIEW_DETACHED)
		return (t->swapped && !comes_again(t)) || x->rq->verb == VERB_FLUSH;
	return t->swapped && t->old.kind == VIEW_CHAIN && t->old.pinned;
}

/* A view of the device as it would be.  Its programs stay whose they are. */
int target_preview(const struct txn *x, struct target *t)
{
	struct view v = {
		.link = t->link,
		.kind = t->new.n ? VIEW_CHAIN : VIEW_NONE,
		.mode = view_is_bare(&t->old) ? attach_mode(x->rq->modes) : t->mode,
		.fd = -1,
		.chain = t->new,
	};
	struct kobj_prog *infos;
	int err = 0;

	if (t->unchanged && !forgets(x, t)) {
		x->preview->show(&t->old, false, x->preview->arg);
		return 0;
	}
	infos = calloc(v.chain.n + 1, sizeof(*infos));
	if (!infos)
		return report_no_memory(x->r);
	v.infos = infos;
	for (unsigned int i = 0; !err && i < v.chain.n; i++)
		err = kobj_prog_info(v.chain.entries[i].program->fd, &infos[i], x->r);
	if (t->built && !err)
		err = kobj_prog_info(t->built->dispatcher.fd, &v.prog, x->r);
	if (!err)
		x->preview->show(&v, true, x->preview->arg);
	free(infos);
	return err;
}

/* ---- pin ---- */

int target_pin(const struct txn *x, struct target *t)
{
	struct store_dir which;
	int dir, err;

	if (t->unchanged || !t->new.n || comes_again(t))
		return 0;
	which = new_dir(t);
	dir = store_create_dir(x->store, &which, x->r);
	if (dir < 0)
		return dir;
	t->pinned = true;
	err = built_pin(t->built, &t->new, dir, false, x->r);
	close(dir);
	return err;
}

void target_unpin_new(const struct txn *x, struct target *t)
{
	struct store_dir which;

	if (!t->pinned || t->swapped)
		return;
	which = new_dir(t);
	store_remove_dir(x->store, &which, x->r);
	t->pinned = false;
}

/* ---- swap ---- */

/* A driver refuses a dispatcher that takes no multi-buffer packets where its MTU
 * needs them, and one entry that does not is enough to make it so. */
static void explain_frags(const struct txn *x, const struct target *t)
{
	const struct chain *c = &t->new;

	for (unsigned int i = 0; i < c->n; i++) {
		if (c->entries[i].disabled || c->entries[i].program->frags)
			continue;
		report_warn(
			x->r,
			"dev %s: entry \"%s\" does not take packets in several buffers (its section is not \"xdp.frags\"), which a large MTU needs of every entry",
			t->link.ifname, c->entries[i].name);
		return;
	}
}

/*
 * Whatever is killed, no chain that was ever attached may be taken for one that
 * was not: the new directory is settled before the swap, and the old one marked
 * as going only after it.  In between both are settled, which tells of one chain
 * too many, never of one too few.
 */
static void settle_new(const struct txn *x, const struct target *t, bool settled)
{
	struct store_dir new;

	if (!t->pinned)
		return;
	new = new_dir(t);
	store_set_pending(x->store, &new, !settled);
}

static void mark_old(const struct txn *x, const struct target *t, bool going)
{
	struct store_dir old = view_dir(&t->old), new;

	if (t->old.kind != VIEW_CHAIN || !t->old.pinned)
		return;
	if (t->pinned) {
		new = new_dir(t);
		if (store_same_dir(&old, &new))
			return;
	}
	store_set_pending(x->store, &old, going);
}

int target_swap(const struct txn *x, struct target *t)
{
	int err;

	if (t->unchanged)
		return 0;
	settle_new(x, t, true);
	if (view_is_bare(&t->old))
		err = attach_first(x->nl, t->link.ifindex, x->rq->modes, t->built->dispatcher.fd,
				   &t->mode, t->fallback, sizeof(t->fallback), x->r);
	else
		err = netlink_swap(x->nl, t->link.ifindex, t->mode,
				   t->new.n ? t->built->dispatcher.fd : -1, t->old.fd, x->r);
	t->unsure = err == -EINPROGRESS;
	t->swapped = !err || t->unsure;
	/* Where it is not known which of them is attached, neither is going. */
	if (!err)
		mark_old(x, t, true);
	else if (!t->unsure)
		settle_new(x, t, false);
	if (err == -ERANGE || (t->link.mtu > LARGE_MTU && (err == -EOPNOTSUPP || err == -EINVAL)))
		explain_frags(x, t);
	return err;
}

/* Where the answer to the swap was lost, to swap back tells too: it is refused if
 * there is nothing to take back. */
void target_swap_back(const struct txn *x, struct target *t)
{
	struct report failed = REPORT_INIT;
	int err;

	if (!t->swapped)
		return;
	mark_old(x, t, false);
	err = netlink_swap(x->nl, t->link.ifindex, t->mode, view_is_bare(&t->old) ? -1 : t->old.fd,
			   t->new.n ? t->built->dispatcher.fd : -1, &failed);
	if (!err || (err == -ESTALE && t->unsure)) {
		t->swapped = false;
		settle_new(x, t, false);
	} else if (err == -ESTALE) {
		t->swapped = false;
		report_warn(x->r,
			    "dev %s was changed by somebody else meanwhile and is left as it is",
			    t->link.ifname);
	} else if (t->unsure || err == -EINPROGRESS) {
		report_warn(
			x->r,
			"dev %s has its old chain or the new one, which could not be found out: pins that are not needed were left behind",
			t->link.ifname);
	} else {
		mark_old(x, t, true);
		report_warn(x->r,
			    "dev %s could not be given its old chain back and has the new one: %s",
			    t->link.ifname, failed.error);
	}
	report_free(&failed);
}

/* ---- unpin old ---- */

void target_unpin_old(const struct txn *x, struct target *t)
{
	struct store_dir which = view_dir(&t->old);
	struct report failed = REPORT_INIT;

	if (!forgets(x, t))
		return;
	if (store_remove_dir(x->store, &which, &failed))
		report_warn(x->r, "dev %s: the old chain's pins were left behind: %s",
			    t->link.ifname, failed.error);
	report_free(&failed);
}

void target_warn(const struct txn *x, const struct target *t)
{
	if (t->swapped && *t->fallback)
		report_warn(x->r,
			    "dev %s: the chain runs in generic mode, because in native mode %s",
			    t->link.ifname, t->fallback);
}

/* The labels that a program was loaded with are only a second copy, so nothing
 * is lost if a newer one cannot be added; each stays as long as the program, so
 * no more are than can be read. */
void target_relabel(struct target *t)
{
	const struct chain *old = &t->old.chain;

	for (unsigned int i = 0; t->swapped && i < old->n; i++) {
		const struct entry *was = &old->entries[i];
		const struct entry *e = NULL;

		for (unsigned int j = 0; !e && j < t->new.n; j++)
			if (t->new.entries[j].program == was->program)
				e = &t->new.entries[j];
		if (e && t->old.infos[i].n_maps < KOBJ_MAX_MAPS &&
		    (strcmp(was->name, e->name) || was->proceed_on != e->proceed_on))
			label_map_bind(e->program->fd, e, NULL);
	}
}

void target_reset(struct target *t)
{
	const struct target kept = {
		.link = t->link,
		.prepared = t->prepared,
		.was_detached = t->was_detached,
		.own_built = BUILT_INIT,
		.old.fd = -1,
	};

	built_close(&t->own_built);
	view_close(&t->old);
	*t = kept;
}
