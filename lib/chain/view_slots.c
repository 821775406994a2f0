// SPDX-License-Identifier: GPL-2.0-or-later
/* The entries of a dispatcher: from its pins, or from the kernel's links. */
#include "chain/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "dispatcher/tailcalls.h"
#include "object/label_map.h"
#include "dispatcher/shim.h"
#include "chain/view_internal.h"

/* An entry's program, from an fd that the view takes over. */
static int add_program(struct view *v, unsigned int slot, int fd, struct report *r)
{
	struct program *p = &v->programs[slot];
	struct kobj_prog *info = &v->infos[slot];

	p->fd = fd;
	if (kobj_prog_info(fd, info, r))
		return -EINVAL;
	p->id = info->id;
	p->plain = info->type == BPF_PROG_TYPE_XDP;
	memcpy(p->tag, info->tag, sizeof(p->tag));
	kobj_func_name(info, p->func, sizeof(p->func));
	v->chain.entries[slot].program = p;
	return 0;
}

/* Is @link, pinned for @slot, really what runs there?  Before Linux 5.13 a link
 * does not name its target: then the name of the pin has to do. */
static bool link_fits(const struct view *v, const struct dispatcher_view *d, unsigned int slot,
		      const struct kobj_link *link, __u32 prog_id)
{
	if (!link->is_tracing || link->prog != prog_id)
		return false;
	return !link->target || (link->target == v->prog.id &&
				 dispatcher_slot_of(d, link->target_func) == (int)slot);
}

/* An fd of a pin, -ENOENT with a problem when it is missing. */
static int get_pin(struct view *v, int dir, unsigned int slot, const char *what, struct report *r)
{
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "prog%u-%s", slot, what);
	fd = store_get(dir, name, r);
	if (fd == -ENOENT)
		report_warn(&v->problems, "slot %u: the pin %s is missing", slot, name);
	return fd;
}

static int read_pinned_link(struct view *v, const struct dispatcher_view *d, int fd,
			    unsigned int slot, struct report *r)
{
	struct program *p = &v->programs[slot];
	struct kobj_link link;
	int err = kobj_link_info(fd, &link, r);

	if (err)
		return err;
	/* The link alone keeps the program running. */
	if (p->fd < 0) {
		err = kobj_prog_open(link.prog, r);
		if (err >= 0)
			err = add_program(v, slot, err, r);
		if (err)
			return err;
	}
	if (link_fits(v, d, slot, &link, p->id))
		v->chain.entries[slot].empty = false;
	else
		report_warn(&v->problems,
			    "slot %u: the pinned link is not one of this program into this slot",
			    slot);
	return 0;
}

/* A tail-linked entry runs if the map of tail calls leads to its program, which
 * the map alone keeps running. */
static int read_called(struct view *v, int map, unsigned int slot, struct report *r)
{
	__u32 called = tailcalls_get(map, slot);
	int err = 0;

	if (!called && errno != ENOENT)
		return report_fail(r, STATUS_NOT_TRIED, errno,
				   "Cannot read the map of tail calls: %s", strerror(errno));
	if (called && v->programs[slot].fd < 0) {
		err = kobj_prog_open(called, r);
		if (err >= 0)
			err = add_program(v, slot, err, r);
		if (err)
			return err;
	}
	if (called && called == v->programs[slot].id)
		v->chain.entries[slot].empty = false;
	else
		report_warn(&v->problems, "slot %u: the map of tail calls leads to another program",
			    slot);
	return 0;
}

static int read_pinned_tail(struct view *v, int dir, unsigned int slot, struct report *r)
{
	int fd = store_get(dir, ENTRIES_PIN, r);
	int err;

	if (fd == -ENOENT) {
		report_warn(&v->problems, "the pin %s is missing", ENTRIES_PIN);
		return 0;
	}
	if (fd < 0)
		return fd;
	err = read_called(v, fd, slot, r);
	close(fd);
	return err;
}

/* Behind a shim: the link is the shim's, and its map leads to the program. */
static bool shim_fits(struct view *v, const struct dispatcher_view *d, unsigned int slot,
		      int link_fd, int map_fd, struct report *r)
{
	struct kobj_link link;
	struct kobj_prog shim;
	int fd, err;

	if (kobj_link_info(link_fd, &link, r) || !link_fits(v, d, slot, &link, link.prog))
		return false;
	fd = kobj_prog_open(link.prog, r);
	if (fd < 0)
		return false;
	err = kobj_prog_info(fd, &shim, r);
	close(fd);
	return !err && shim_serves(shim.maps, shim.n_maps, map_fd, v->programs[slot].id);
}

static int read_pinned_shim(struct view *v, const struct dispatcher_view *d, int dir,
			    unsigned int slot, struct report *r)
{
	int link = get_pin(v, dir, slot, "link", r);
	int map = link < 0 ? link : get_pin(v, dir, slot, ENTRIES_PIN, r);
	int err = map >= 0 || map == -ENOENT ? 0 : map;

	if (map >= 0 && shim_fits(v, d, slot, link, map, r))
		v->chain.entries[slot].empty = false;
	else if (map >= 0 && *report_error(r))
		err = -EIO;
	else if (map >= 0)
		report_warn(&v->problems, "slot %u: its extension does not lead to its program",
			    slot);
	if (link >= 0)
		close(link);
	if (map >= 0)
		close(map);
	return err;
}

static int read_pinned_slot(struct view *v, const struct dispatcher_view *d, int dir,
			    unsigned int slot, struct report *r)
{
	int fd = get_pin(v, dir, slot, "prog", r);
	int err = 0;

	if (fd >= 0)
		err = add_program(v, slot, fd, r);
	else if (fd != -ENOENT)
		err = fd;
	if (err || v->chain.entries[slot].disabled)
		return err;
	if (chain_tie(&v->chain, slot) == TIE_SHIM)
		return read_pinned_shim(v, d, dir, slot, r);
	if (v->chain.entries[slot].linkage == LINKAGE_TAIL)
		return read_pinned_tail(v, dir, slot, r);
	fd = get_pin(v, dir, slot, "link", r);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = read_pinned_link(v, d, fd, slot, r);
	close(fd);
	return err;
}

/*
 * struct walk - a walk over all links
 * @untold: there are links that do not name their target (Linux before 5.13)
 * @err: a program could not be opened for want of memory or descriptors
 */
struct walk {
	struct view *v;
	const struct dispatcher_view *d;
	bool untold;
	int err;
};

/* The program that a shim calls, by its map. */
static int open_called(const struct kobj_prog *shim, struct report *r)
{
	int map = shim->n_maps ? kobj_map_open(shim->maps[0], r) : -ENOENT;
	__u32 id = map < 0 ? 0 : tailcalls_get(map, 0);

	if (map >= 0)
		close(map);
	return id ? kobj_prog_open(id, r) : -ENOENT;
}

/* The program that @prog, which replaces the stub of a slot, stands for; the fd
 * is taken over.  A tracing program may watch a function without replacing it. */
static int replacing(struct view *v, unsigned int slot, int prog, struct report *r)
{
	struct kobj_prog info;
	int called = prog;

	if (kobj_prog_info(prog, &info, r) || info.type != BPF_PROG_TYPE_EXT)
		called = -EINVAL;
	else if (chain_tie(&v->chain, slot) == TIE_SHIM)
		called = open_called(&info, r);
	if (called != prog)
		close(prog);
	return called;
}

/* Without pins, the links that replace the dispatcher's functions tell which
 * programs run. */
static int take_link(const struct kobj_link *link, int fd, void *arg)
{
	struct walk *w = arg;
	struct view *v = w->v;
	int slot, prog;

	(void)fd;
	if (link->is_xdp && link->prog == v->prog.id && link->ifindex == (__u32)v->link.ifindex)
		v->link_id = link->id;
	w->untold |= link->is_tracing && !link->target;
	if (!link->is_tracing || link->target != v->prog.id)
		return 0;
	slot = dispatcher_slot_of(w->d, link->target_func);
	if (slot < 0 || !v->chain.entries[slot].empty)
		return 0;
	prog = kobj_prog_open(link->prog, NULL);
	if (prog >= 0)
		prog = replacing(v, slot, prog, NULL);
	if (prog < 0 && kobj_is_shortage(-prog))
		w->err = prog;
	if (prog >= 0 && v->programs[slot].fd >= 0)
		close(prog);
	else if (prog >= 0 && add_program(v, slot, prog, NULL))
		prog = -EINVAL;
	if (prog >= 0)
		v->chain.entries[slot].empty = false;
	return 0;
}

static bool all_empty(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!c->entries[i].empty && !c->entries[i].disabled)
			return false;
	return true;
}

/* The programs that a map of tail calls leads to, whoever holds that map. */
static void read_tail_entries(struct view *v, int map, struct report *r)
{
	for (unsigned int i = 0; i < v->chain.n; i++) {
		const struct entry *e = &v->chain.entries[i];
		__u32 id = e->linkage == LINKAGE_TAIL && v->programs[i].fd < 0
				   ? tailcalls_get(map, i)
				   : 0;
		int fd = id ? kobj_prog_open(id, r) : -1;

		if (fd >= 0 && !add_program(v, i, fd, r))
			v->chain.entries[i].empty = false;
	}
}

static void read_tails(struct view *v, struct report *r)
{
	struct kobj_map info;

	for (unsigned int i = 0; i < v->prog.n_maps && i < KOBJ_MAX_MAPS; i++) {
		int fd = kobj_map_open(v->prog.maps[i], r);

		if (fd < 0)
			continue;
		if (!kobj_map_info(fd, &info, r) && info.type == BPF_MAP_TYPE_PROG_ARRAY)
			read_tail_entries(v, fd, r);
		close(fd);
	}
}

/* The chain of another bpffs, or one whose pins were removed. */
static int read_links(struct view *v, const struct dispatcher_view *d, struct report *r)
{
	struct walk w = { .v = v, .d = d };
	int err = kobj_each_link(take_link, &w, r);

	if (!err && w.err)
		err = report_fail(r, STATUS_NOT_TRIED, -w.err, "%s", strerror(-w.err));
	if (err)
		return err;
	read_tails(v, NULL);
	v->gone = all_empty(&v->chain) && !v->link_id && !w.untold;
	report_warn(
		&v->problems,
		v->gone ? "its pins and links are gone and no program of it runs: flush it and add its programs again"
			: "its pins are not on this bpffs: it can only be changed where they are");
	for (unsigned int i = 0; w.untold && i < v->chain.n; i++)
		v->chain.entries[i].empty = false;
	return 0;
}

/* Without this pin a chain of tail calls only would be lost when it is taken
 * off. */
static int read_pinned_dispatcher(struct view *v, int dir, struct report *r)
{
	int fd = store_get(dir, STORE_DISPATCHER_PIN, r);

	if (fd == -ENOENT)
		report_warn(&v->problems, "the pin %s is missing", STORE_DISPATCHER_PIN);
	if (fd >= 0)
		close(fd);
	return fd < 0 && fd != -ENOENT ? fd : 0;
}

static int read_pins(struct view *v, const struct dispatcher_view *d, int dir, struct report *r)
{
	struct walk w = { .v = v, .d = d };
	int err = 0;

	if (v->chain.format == FORMAT_EXTENDED)
		err = read_pinned_dispatcher(v, dir, r);

	for (unsigned int i = 0; !err && i < v->chain.n; i++)
		err = read_pinned_slot(v, d, dir, i, r);
	/* A link that is not pinned may be held by a process.  A map of tail
	 * calls too, but Linux loses memory when such a map is opened by its id
	 * just after its last user has gone: repair tries it. */
	if (!err && v->problems.n_warnings)
		kobj_each_link(take_link, &w, NULL);
	return err;
}

struct find_dir {
	__u32 id;
	struct store_dir found;
};

static int same_id(const struct store_dir *which, void *arg)
{
	struct find_dir *f = arg;

	if (which->id == f->id)
		f->found = *which;
	return 0;
}

/* The pins of an interface that was moved here from another network namespace
 * have the index that it had there. */
static int open_renumbered(struct view *v, struct store *s, struct report *r)
{
	struct find_dir f = { .id = v->prog.id };
	int err = store_each_dir(s, same_id, &f, r);
	int dir;

	if (err || !f.found.id)
		return err ? err : -ENOENT;
	dir = store_open_dir(s, &f.found, r);
	if (dir < 0)
		return dir;
	v->pins = f.found;
	report_warn(
		&v->problems,
		"its pins are those of interface number %d: \"ip link xdp multi repair dev %s\" gives it its own",
		f.found.ifindex, v->link.ifname);
	return dir;
}

static int read_slots(struct view *v, const struct dispatcher_view *d, struct store *s,
		      const struct store_dir *which, struct report *r)
{
	int dir = -ENOENT, err;

	if (s && s->xdp >= 0) {
		dir = store_open_dir(s, which, r);
		v->pinned = dir >= 0;
		v->pins = *which;
		if (dir == -ENOENT)
			dir = open_renumbered(v, s, r);
	}
	if (dir == -ENOENT)
		return read_links(v, d, r);
	if (dir < 0)
		return dir;
	err = read_pins(v, d, dir, r);
	close(dir);
	return err;
}

/*
 * The last slot's mask was reduced to {pass} when it was written; the labels say
 * what is wanted.  Should libxdp have put another program behind it since, the
 * reduced mask is in force until the next change.
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
		return;
	v->lost_mask = true;
	report_warn(
		r,
		"dev %s: entry \"%s\" has lost its proceed-on set since libxdp rebuilt the chain: the next change gives it back",
		v->link.ifname, e->name);
}

/*
 * Name, wanted mask and origin of an entry.  What the dispatcher says counts;
 * after libxdp rebuilt the chain, what the program carries; else its function.
 */
static void describe_slot(struct view *v, const struct dispatcher_view *d, unsigned int slot,
			  struct report *r)
{
	struct entry *e = &v->chain.entries[slot];
	struct program *p = &v->programs[slot];
	const struct labels *l = &d->labels[slot];
	struct labels *own = calloc(1, sizeof(*own));

	p->frags = d->conf.program_flags[slot] & XDP_DISPATCHER_F_FRAGS;
	p->devbound = d->conf.program_flags[slot] & XDP_DISPATCHER_F_DEVBOUND;
	if (!d->ours && own && p->fd >= 0 &&
	    label_map_read(v->infos[slot].maps, v->infos[slot].n_maps, own))
		l = own;
	if (!label_name(l, e->name))
		snprintf(e->name, sizeof(e->name), "%.63s", p->func);
	label_origin(l, &p->origin);
	restore_mask(v, d, slot, l, r);
	free(own);
}

int view_read_chain(struct view *v, const struct dispatcher_view *d, struct store *s,
		    const struct store_dir *which, struct report *r)
{
	int err;

	v->chain = d->chain;
	v->ours = d->ours;
	v->programs = calloc(v->chain.n + 1, sizeof(*v->programs));
	v->infos = calloc(v->chain.n + 1, sizeof(*v->infos));
	for (unsigned int i = 0; v->programs && i < v->chain.n; i++)
		v->programs[i].fd = -1;
	if (!v->programs || !v->infos)
		return report_no_memory(r);
	v->kind = VIEW_CHAIN;
	for (unsigned int i = 0; i < v->chain.n; i++) {
		v->programs[i].no_type = d->conf.no_type[i];
		v->chain.entries[i].program = &v->programs[i];
		v->chain.entries[i].empty = !v->chain.entries[i].disabled;
	}
	err = read_slots(v, d, s, which, r);
	if (err)
		return err;
	for (unsigned int i = 0; i < v->chain.n; i++) {
		describe_slot(v, d, i, r);
		if (v->chain.entries[i].empty)
			report_warn(&v->problems, "slot %u (%s): %s", i,
				    *v->chain.entries[i].name ? v->chain.entries[i].name : "?",
				    chain_tie(&v->chain, i) == TIE_TAIL
					    ? "its program is not called, packets abort there"
					    : "no program is linked, packets pass it by");
	}
	return 0;
}

int view_find_owner(struct view *v, struct report *r)
{
	static const struct dispatcher_view none;
	struct walk w = { .v = v, .d = &none };

	if (kobj_each_link(take_link, &w, r))
		report_clear_error(r);
	if (v->link_id)
		return view_set_foreign(v, FOREIGN_LINK, "attached by a bpf_link");
	return 0;
}
