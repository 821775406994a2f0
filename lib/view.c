// SPDX-License-Identifier: GPL-2.0-or-later
/* What is on an interface, read back from the kernel. */
#include "view.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "dispatcher.h"
#include "metadata.h"

static enum xdp_mode software_mode(const struct netlink_link *link)
{
	if (link->modes & XDP_MODE_NATIVE)
		return XDP_MODE_NATIVE;
	if (link->modes & XDP_MODE_GENERIC)
		return XDP_MODE_GENERIC;
	return link->modes & XDP_MODE_OFFLOAD ? XDP_MODE_OFFLOAD :
						XDP_MODE_NONE;
}

static __u32 attached_id(const struct netlink_link *link, enum xdp_mode mode)
{
	switch (mode) {
	case XDP_MODE_NATIVE:
		return link->native_id;
	case XDP_MODE_GENERIC:
		return link->generic_id;
	case XDP_MODE_OFFLOAD:
		return link->offload_id;
	case XDP_MODE_NONE:
		break;
	}
	return 0;
}

static int set_foreign(struct view *v, enum foreign_kind kind,
		       const char *reason)
{
	v->kind = VIEW_FOREIGN;
	v->foreign = kind;
	snprintf(v->reason, sizeof(v->reason), "%.*s",
		 (int)sizeof(v->reason) - 1, reason);
	return 0;
}

/* An entry's program, from an fd that the view takes over. */
static int add_program(struct view *v, unsigned int slot, int fd,
		       struct report *r)
{
	struct program *p = &v->programs[slot];
	struct kobj_prog *info = &v->infos[slot];

	p->fd = fd;
	if (kobj_prog_info(fd, info, r))
		return -EINVAL;
	p->id = info->id;
	memcpy(p->tag, info->tag, sizeof(p->tag));
	kobj_func_name(info, p->func, sizeof(p->func));
	v->chain.entries[slot].program = p;
	return 0;
}

/* Is @link, pinned for @slot, really what runs there?  Before Linux 5.13 a link
 * does not name its target: then the name of the pin has to do. */
static bool link_fits(const struct view *v, const struct dispatcher_view *d,
		      unsigned int slot, const struct kobj_link *link,
		      __u32 prog_id)
{
	if (!link->is_tracing || link->prog != prog_id)
		return false;
	return !link->target || (link->target == v->prog.id &&
		dispatcher_slot_of(d, link->target_func) == (int)slot);
}

static int read_pinned_slot(struct view *v, const struct dispatcher_view *d,
			    int dir, unsigned int slot, struct report *r)
{
	struct kobj_link link;
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "prog%u-prog", slot);
	fd = store_get(dir, name, r);
	if (fd < 0) {
		report_warn(&v->problems, "slot %u: the pin %s is missing",
			    slot, name);
		return fd == -ENOENT ? 0 : fd;
	}
	if (add_program(v, slot, fd, r))
		return -EINVAL;
	snprintf(name, sizeof(name), "prog%u-link", slot);
	fd = store_get(dir, name, r);
	if (fd < 0) {
		report_warn(&v->problems, "slot %u: the pin %s is missing",
			    slot, name);
		return fd == -ENOENT ? 0 : fd;
	}
	if (kobj_link_info(fd, &link, r) ||
	    !link_fits(v, d, slot, &link, v->programs[slot].id))
		report_warn(&v->problems,
			    "slot %u: the pin %s is not a link of this program into this slot",
			    slot, name);
	else
		v->chain.entries[slot].empty = false;
	close(fd);
	return 0;
}

struct walk {
	struct view *v;
	const struct dispatcher_view *d;
	struct report *r;
};

/* Without pins, the links that replace the dispatcher's functions tell which
 * programs run. */
static int take_link(const struct kobj_link *link, int fd, void *arg)
{
	struct walk *w = arg;
	struct kobj_prog info;
	int slot, prog;

	(void)fd;
	if (link->is_xdp && link->prog == w->v->prog.id &&
	    link->ifindex == (__u32)w->v->link.ifindex)
		w->v->link_id = link->id;
	if (!link->is_tracing || link->target != w->v->prog.id)
		return 0;
	slot = dispatcher_slot_of(w->d, link->target_func);
	if (slot < 0 || !w->v->chain.entries[slot].empty)
		return 0;
	prog = kobj_prog_open(link->prog, w->r);
	if (prog < 0)
		return 0;
	/* A tracing program may watch a function without replacing it. */
	if (kobj_prog_info(prog, &info, w->r) ||
	    info.type != BPF_PROG_TYPE_EXT) {
		close(prog);
		return 0;
	}
	if (add_program(w->v, slot, prog, w->r))
		return 0;
	w->v->chain.entries[slot].empty = false;
	return 0;
}

static int read_slots(struct view *v, const struct dispatcher_view *d,
		      struct store *s, struct report *r)
{
	struct store_dir which = view_dir(v);
	struct walk w = { v, d, r };
	int dir, err = 0;

	dir = s && s->xdp >= 0 ? store_open_dir(s, &which, r) : -ENOENT;
	if (dir == -ENOENT) {
		report_warn(&v->problems,
			    "its pins are not on this bpffs: it can only be changed where they are");
		return kobj_each_link(take_link, &w, r);
	}
	if (dir < 0)
		return dir;
	v->pinned = true;
	for (unsigned int i = 0; !err && i < v->chain.n; i++)
		err = read_pinned_slot(v, d, dir, i, r);
	close(dir);
	return err;
}

/*
 * Name, wanted mask and origin of an entry.  What the dispatcher says counts;
 * after libxdp rebuilt the chain, what the program carries; else its function.
 */
static void describe_slot(struct view *v, const struct dispatcher_view *d,
			  unsigned int slot)
{
	struct entry *e = &v->chain.entries[slot];
	struct program *p = &v->programs[slot];
	const struct labels *l = &d->labels[slot];
	struct labels *own = calloc(1, sizeof(*own));
	__u32 wanted;

	p->frags = d->conf.program_flags[slot] & XDP_DISPATCHER_F_FRAGS;
	p->devbound = d->conf.program_flags[slot] & XDP_DISPATCHER_F_DEVBOUND;
	if (!d->ours && own && p->fd >= 0 &&
	    metadata_read(v->infos[slot].maps, v->infos[slot].n_maps, own))
		l = own;
	if (!label_name(l, e->name))
		snprintf(e->name, sizeof(e->name), "%.63s", p->func);
	label_origin(l, &p->origin);
	/* Only the last slot's mask was reduced when it was written. */
	if (slot == v->chain.n - 1 && label_proceed_on(l, &wanted))
		e->proceed_on = wanted;
	free(own);
}

static int read_chain(struct view *v, const struct dispatcher_view *d,
		      struct store *s, struct report *r)
{
	int err;

	v->chain = d->chain;
	v->ours = d->ours;
	v->programs = calloc(v->chain.n + 1, sizeof(*v->programs));
	v->infos = calloc(v->chain.n + 1, sizeof(*v->infos));
	if (!v->programs || !v->infos)
		return report_fail(r, STATUS_NOT_TRIED, ENOMEM, "%s",
				   strerror(ENOMEM));
	v->kind = VIEW_CHAIN;
	for (unsigned int i = 0; i < v->chain.n; i++) {
		v->programs[i].fd = -1;
		v->chain.entries[i].empty = true;
	}
	err = read_slots(v, d, s, r);
	if (err)
		return err;
	for (unsigned int i = 0; i < v->chain.n; i++) {
		describe_slot(v, d, i);
		if (v->chain.entries[i].empty)
			report_warn(&v->problems,
				    "slot %u (%s): no program is linked, packets pass it by",
				    i, *v->chain.entries[i].name ?
				    v->chain.entries[i].name : "?");
	}
	return 0;
}

/* Who attached the program: netlink, or a bpf_link that only its holder may
 * change? */
static int find_owner(struct view *v, struct report *r)
{
	static const struct dispatcher_view none;
	struct walk w = { v, &none, r };

	if (kobj_each_link(take_link, &w, r))
		report_clear_error(r);
	if (v->link_id)
		return set_foreign(v, FOREIGN_LINK, "attached by a bpf_link");
	return 0;
}

static int look(struct view *v, struct store *s, struct report *r)
{
	struct dispatcher_view *d = calloc(1, sizeof(*d));
	int is;

	if (!d)
		return report_fail(r, STATUS_NOT_TRIED, ENOMEM, "%s",
				   strerror(ENOMEM));
	is = kobj_prog_info(v->fd, &v->prog, r);
	if (!is)
		is = dispatcher_read(&v->prog, d, r);
	if (is == 1) {
		is = read_chain(v, d, s, r);
		if (!is && v->link_id)
			set_foreign(v, FOREIGN_LINK,
				    "a dispatcher attached by a bpf_link");
	} else if (is < 0) {
		set_foreign(v, is == -EPERM ? FOREIGN_UNREADABLE :
					      FOREIGN_DISPATCHER, r->error);
		report_clear_error(r);
		is = 0;
	} else {
		set_foreign(v, FOREIGN_PROGRAM, "not a dispatcher");
		is = find_owner(v, r);
	}
	free(d);
	return is;
}

/* The walk took time: is the same program still there? */
static bool changed_meanwhile(struct netlink *nl, const struct view *v)
{
	struct report ignored = REPORT_INIT;
	struct netlink_link now;
	int err = netlink_link_index(nl, v->link.ifindex, &now, &ignored);

	report_free(&ignored);
	return err || now.modes != v->link.modes ||
	       attached_id(&now, v->mode) != v->prog.id;
}

int view_read(struct netlink *nl, struct store *s,
	      const struct netlink_link *link, struct view *v,
	      struct report *r)
{
	__u32 id;
	int err;

	memset(v, 0, sizeof(*v));
	v->link = *link;
	v->fd = -1;
	v->mode = software_mode(link);
	id = attached_id(link, v->mode);
	if (!id)
		return 0;
	v->prog.id = id;
	if (v->mode == XDP_MODE_OFFLOAD)
		return set_foreign(v, FOREIGN_HW, "runs in the hardware");
	v->fd = kobj_prog_open(id, r);
	if (v->fd < 0 && v->fd != -ENOENT) {
		set_foreign(v, FOREIGN_UNREADABLE, r->error);
		report_clear_error(r);
		return 0;
	}
	err = v->fd < 0 ? 0 : look(v, s, r);
	if (!changed_meanwhile(nl, v))
		return err;
	report_clear_error(r);
	return report_fail(r, STATUS_RETRY, EAGAIN,
			   "The interface changed while it was read");
}

void view_close(struct view *v)
{
	for (unsigned int i = 0; v->programs && i < v->chain.n; i++)
		if (v->programs[i].fd >= 0)
			close(v->programs[i].fd);
	free(v->programs);
	free(v->infos);
	v->programs = NULL;
	v->infos = NULL;
	report_free(&v->problems);
	if (v->fd >= 0)
		close(v->fd);
	v->fd = -1;
}

struct store_dir view_dir(const struct view *v)
{
	return (struct store_dir) {
		.kind = v->chain.format == FORMAT_EXTENDED ? STORE_EXTENDED :
							     STORE_LIBXDP,
		.ifindex = v->link.ifindex,
		.id = v->prog.id,
	};
}
