// SPDX-License-Identifier: GPL-2.0-or-later
/* The chain of a dispatcher: its slots, and what their entries are called. */
#include "chain/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "model/format.h"
#include "chain/view_internal.h"
#include "object/label_map.h"

/* ---- its directory ---- */

/* The pins of an interface that was moved here from another network namespace
 * have the index that it had there. */
static int open_renumbered(struct view *v, struct dirs *dirs, struct report *r)
{
	struct problem p = { .kind = PROBLEM_OTHER_IFINDEX, .slot = PROBLEM_OF_NO_SLOT };
	const struct store_dir *found;
	struct dir *const *of;
	int dir, err = dirs_list(dirs, r);
	size_t n;

	if (err)
		return err;
	of = dirs_of_id(dirs, v->prog.id, &n);
	if (!n)
		return -ENOENT;
	found = &of[n - 1]->which;
	p.id = found->ifindex;
	err = problems_add(&v->problems, &p, r);
	if (err)
		return err;
	dir = store_open_dir(dirs->store, found, r);
	if (dir >= 0)
		v->pins = *found;
	return dir;
}

/* Fd, -ENOENT or another error. */
static int open_pins(struct view *v, struct dirs *dirs, const struct store_dir *which,
		     struct report *r)
{
	int dir;

	if (!dirs->store || dirs->store->xdp < 0)
		return -ENOENT;
	dir = store_open_dir(dirs->store, which, r);
	v->pinned = dir >= 0;
	v->pins = *which;
	return dir == -ENOENT ? open_renumbered(v, dirs, r) : dir;
}

/* ---- its slots ---- */

static int read_slots(struct view *v, const struct dispatcher_view *d, struct dirs *dirs,
		      const struct store_dir *which, struct report *r)
{
	int dir = open_pins(v, dirs, which, r), err;

	if (dir < 0 && dir != -ENOENT)
		return dir;
	err = slots_read(&v->slots, &v->prog, d, &v->chain, dir, dirs, &v->problems, r);
	if (dir >= 0)
		close(dir);
	v->infos = v->slots.infos;
	return err;
}

/* Fill in an entry after its slot was read. */
static int take_program(struct view *v, unsigned int slot, const struct labels *l, struct report *r)
{
	const struct slot *from = &v->slots.at[slot];
	const struct kobj_prog *info = &v->infos[slot];
	struct program *p = &v->programs[slot];

	v->chain.entries[slot].empty = !from->runs && !v->chain.entries[slot].disabled;
	p->fd = from->prog;
	if (p->fd < 0)
		return 0;
	p->id = info->id;
	p->plain = info->type == BPF_PROG_TYPE_XDP;
	memcpy(p->tag, info->tag, sizeof(p->tag));
	return kobj_func_name(info, l->function, p->func, sizeof(p->func), r);
}

/* ---- what its entries are called ---- */

/*
 * The last slot's mask was reduced to {pass} when it was written, which has no
 * effect there; the labels say what is wanted.  Should libxdp have put another
 * program behind it since, no more is in force until the next change.
 */
static void restore_mask(struct view *v, const struct dispatcher_view *d, unsigned int slot,
			 const struct labels *l, struct report *r)
{
	struct entry *e = &v->chain.entries[slot];
	bool last = slot == v->chain.n - 1;
	__u32 wanted;

	if (!label_proceed_on(l, &wanted) || wanted == e->proceed_on ||
	    (wanted & VERDICT_BIT(VERDICT_PASS)) != e->proceed_on)
		return;
	if (!last && d->ours)
		return;
	e->proceed_on = wanted;
	if (last)
		e->in_force = wanted;
	else
		report_warn(
			r,
			"dev %s: libxdp rebuilt the chain and reduced the proceed-on of entry \"%s\": the next change restores it",
			v->link.ifname, e->name);
}

/*
 * A goto to the next slot is written as proceed-on in a format of libxdp; the labels say
 * which it is.  Those of a program are older than its chain, and do not count.
 */
static void restore_gotos(struct chain *c, unsigned int slot, const struct labels *l)
{
	struct entry *e = &c->entries[slot];
	__u32 gotos = label_gotos(l) & e->proceed_on;

	if (!format_is_libxdps(c->format) || slot + 1 >= c->n)
		return;
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (gotos & VERDICT_BIT(v))
			e->go_to[v] = c->entries[slot + 1].uid;
	e->proceed_on &= ~gotos;
	e->in_force &= ~gotos;
}

/* A copy of a label that the view owns. */
static int keep(const char *label, char **copy, const char **to, struct report *r)
{
	if (!label)
		return 0;
	*copy = strdup(label);
	*to = *copy;
	return *copy ? 0 : report_no_memory(r);
}

/* Name, wanted mask and origin of an entry. */
static int describe(struct view *v, const struct dispatcher_view *d, unsigned int slot,
		    const struct labels *l, struct report *r)
{
	struct entry *e = &v->chain.entries[slot];
	struct program *p = &v->programs[slot];
	struct entry_texts *texts = &v->texts[slot];
	int err = keep(label_config(l), &texts->config, &e->config, r);

	if (!err)
		err = keep(label_policy(l), &texts->policy, &e->policy, r);
	if (!err && label_origin(l, &p->origin)) {
		err = keep(p->origin.object, &texts->object, &p->origin.object, r);
		if (!err)
			err = keep(p->origin.pinmaps, &texts->pinmaps, &p->origin.pinmaps, r);
	}
	if (err)
		return err;
	if (!label_name(l, e->name))
		snprintf(e->name, sizeof(e->name), "%.63s", p->func);
	if (d->ours)
		restore_gotos(&v->chain, slot, l);
	restore_mask(v, d, slot, l, r);
	return 0;
}

/* The name comes from the dispatcher; after libxdp rebuilt the chain, from the program;
 * else it is the name of the function. */
static int describe_slot(struct view *v, const struct dispatcher_view *d, unsigned int slot,
			 struct labels *l, struct report *r)
{
	struct program *p = &v->programs[slot];
	const struct kobj_prog *info = &v->infos[slot];
	int err = 0;

	p->frags = d->conf.program_flags[slot] & XDP_DISPATCHER_F_FRAGS;
	p->devbound = d->conf.program_flags[slot] & XDP_DISPATCHER_F_DEVBOUND;
	if (!d->ours && p->fd >= 0)
		err = label_map_read(info->maps, info->n_maps, l, r);
	return err < 0 ? err : describe(v, d, slot, l, r);
}

static int read_entries(struct view *v, const struct dispatcher_view *d, struct report *r)
{
	struct labels *l = malloc(sizeof(*l));
	int err = l ? 0 : report_no_memory(r);

	for (unsigned int i = 0; !err && i < v->chain.n; i++) {
		dispatcher_labels(d, i, l);
		err = take_program(v, i, l, r);
		if (!err)
			err = describe_slot(v, d, i, l, r);
	}
	free(l);
	return err;
}

int view_read_chain(struct view *v, const struct dispatcher_view *d, struct dirs *dirs,
		    const struct store_dir *which, struct report *r)
{
	int err;

	chain_copy(&v->chain, &d->chain);
	v->ours = d->ours;
	v->kind = VIEW_CHAIN;
	v->programs = calloc(v->chain.n + 1, sizeof(*v->programs));
	v->texts = calloc(v->chain.n + 1, sizeof(*v->texts));
	if (!v->programs || !v->texts)
		return report_no_memory(r);
	for (unsigned int i = 0; i < v->chain.n; i++) {
		v->programs[i].fd = -1;
		v->programs[i].no_type = d->conf.no_type[i];
		v->chain.entries[i].program = &v->programs[i];
	}
	err = read_slots(v, d, dirs, which, r);
	return err ? err : read_entries(v, d, r);
}
