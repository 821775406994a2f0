// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads from the kernel what is on an interface. */
#include "chain/view.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "chain/dirs.h"
#include "chain/view_internal.h"

#define READ_TRIES 8

void view_init(struct view *v)
{
	memset(v, 0, offsetof(struct view, chain));
	chain_init(&v->chain);
	v->fd = -1;
}

struct view *view_new(void)
{
	struct view *v = malloc(sizeof(*v));

	if (v)
		view_init(v);
	return v;
}

static enum xdp_mode software_mode(const struct netlink_link *link)
{
	if (link->modes & XDP_MODE_NATIVE)
		return XDP_MODE_NATIVE;
	if (link->modes & XDP_MODE_GENERIC)
		return XDP_MODE_GENERIC;
	return link->modes & XDP_MODE_OFFLOAD ? XDP_MODE_OFFLOAD : XDP_MODE_NONE;
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

/* Set the view to a foreign program.  Returns 0. */
static int set_foreign(struct view *v, enum foreign_kind kind, const char *reason)
{
	v->kind = VIEW_FOREIGN;
	v->foreign = kind;
	snprintf(v->reason, sizeof(v->reason), "%.*s", (int)sizeof(v->reason) - 1, reason);
	return 0;
}

/* ---- what is attached ---- */

/* Was the program attached by a bpf_link, which only its holder can change?  Without the
 * right to look it counts as attached by netlink. */
static int find_holder(struct view *v, struct dirs *dirs, const char *reason, struct report *r)
{
	int err = dirs_xdp_link(dirs, v->prog.id, v->link.ifindex, &v->link_id, r);

	if (err || !v->link_id)
		return err;
	/* The owner of the link has the pins.  Our advice does not apply. */
	problems_free(&v->problems);
	return set_foreign(v, FOREIGN_LINK, reason);
}

/* A plain program.  Some tail-call other programs from a map, which is another way to run
 * several: the user needs to know this map to add one. */
static void set_program(struct view *v)
{
	struct kobj_map map;
	char reason[128];

	set_foreign(v, FOREIGN_PROGRAM, "not a dispatcher");
	for (unsigned int i = 0; i < v->prog.n_maps && i < KOBJ_MAX_MAPS; i++) {
		int fd = kobj_map_open(v->prog.maps[i], NULL);
		int err = fd < 0 ? fd : kobj_map_info(fd, &map, NULL);

		if (fd >= 0)
			close(fd);
		if (err || map.type != BPF_MAP_TYPE_PROG_ARRAY)
			continue;
		snprintf(reason, sizeof(reason),
			 "not a dispatcher; it tail-calls the programs in map \"%s\", id %u",
			 map.name, map.id);
		set_foreign(v, FOREIGN_PROGRAM, reason);
		return;
	}
}

static int look_at_dispatcher(struct view *v, const struct dispatcher_view *d, struct dirs *dirs,
			      struct report *r)
{
	struct store_dir which;
	int err;

	v->chain.format = d->chain.format;
	which = view_dir(v);
	err = view_read_chain(v, d, dirs, &which, r);
	/* A dispatcher that is pinned as it should be was attached by netlink. */
	if (!err && !view_is_whole(v))
		err = find_holder(v, dirs, "another tool's dispatcher, attached by a bpf_link", r);
	return err;
}

/* Did we fail to read it for lack of a capability?  Then the dispatcher is unknown and may be
 * ours. */
static bool is_unreadable(int err)
{
	return err == -EPERM || err == -EACCES;
}

static int look(struct view *v, struct dirs *dirs, struct report *r)
{
	struct dispatcher_view *d = dispatcher_view_new();
	int is;

	if (!d)
		return report_no_memory(r);
	is = kobj_prog_info(v->fd, &v->prog, r);
	if (!is)
		is = dispatcher_read(&v->prog, d, r);
	if (is == 1) {
		is = look_at_dispatcher(v, d, dirs, r);
	} else if (is < 0 && !kobj_is_shortage(-is)) {
		set_foreign(v, is_unreadable(is) ? FOREIGN_UNREADABLE : FOREIGN_DISPATCHER,
			    report_cause(r));
		report_clear_error(r);
		is = 0;
		if (v->foreign == FOREIGN_DISPATCHER)
			is = find_holder(v, dirs,
					 "another tool's dispatcher, attached by a bpf_link", r);
	} else if (!is) {
		set_program(v);
		is = find_holder(v, dirs, "attached by a bpf_link", r);
	}
	dispatcher_view_close(d);
	free(d);
	return is;
}

/* The walk took time: is the same program still there? */
static bool changed_meanwhile(struct netlink *nl, const struct view *v)
{
	struct netlink_link now;
	int err = netlink_link_index(nl, v->link.ifindex, &now, NULL);

	return err || now.modes != v->link.modes || attached_id(&now, v->mode) != view_attached(v);
}

/* Read the program that is attached according to @link. */
static int read_attached(struct dirs *dirs, __u32 id, struct view *v, struct report *r)
{
	v->prog.id = id;
	v->fd = kobj_prog_open(id, r);
	if (v->fd >= 0) {
		int err = look(v, dirs, r);

		if (!err && v->kind == VIEW_FOREIGN)
			err = view_read_displaced(dirs, v, r);
		return err;
	}
	if (v->fd == -ENOENT || kobj_is_shortage(-v->fd))
		return v->fd == -ENOENT ? 0 : v->fd;
	set_foreign(v, FOREIGN_UNREADABLE, report_cause(r));
	report_clear_error(r);
	return 0;
}

/* A program that runs in the hardware.  Without the right to open it, its name is unknown. */
static int read_hardware(struct dirs *dirs, __u32 id, struct view *v, struct report *r)
{
	int fd = kobj_prog_open(id, r);

	if (kobj_is_shortage(-fd))
		return fd;
	report_clear_error(r);
	if (fd >= 0) {
		kobj_prog_info(fd, &v->prog, NULL);
		close(fd);
	}
	v->prog.id = id;
	set_foreign(v, FOREIGN_HW, "runs in the hardware");
	return view_read_displaced(dirs, v, r);
}

int view_read(struct dirs *d, int ifindex, struct view *v, struct report *r)
{
	__u32 id;
	int err;

	view_init(v);
	err = dirs_link(d, ifindex, &v->link, r);
	if (err)
		return err;
	v->mode = software_mode(&v->link);
	id = attached_id(&v->link, v->mode);
	if (v->mode == XDP_MODE_OFFLOAD)
		err = read_hardware(d, id, v, r);
	else if (id)
		err = read_attached(d, id, v, r);
	else
		err = view_read_detached(d, 0, v, r);
	if (!changed_meanwhile(d->nl, v))
		return err < 0 ? err : 0;
	report_clear_error(r);
	return report_fail(r, STATUS_RETRY, EAGAIN, "The interface changed while it was read");
}

__u32 view_attached(const struct view *v)
{
	return v->kind == VIEW_DETACHED ? 0 : v->prog.id;
}

bool view_is_bare(const struct view *v)
{
	return v->kind == VIEW_NONE || v->kind == VIEW_DETACHED;
}

const struct view *view_own_chain(const struct view *v)
{
	return v->kind == VIEW_CHAIN || v->kind == VIEW_DETACHED ? v : v->displaced;
}

void view_close(struct view *v)
{
	view_free(v->displaced);
	v->displaced = NULL;
	slots_close(&v->slots);
	for (unsigned int i = 0; v->texts && i < v->chain.n; i++) {
		free(v->texts[i].config);
		free(v->texts[i].policy);
		free(v->texts[i].object);
		free(v->texts[i].pinmaps);
	}
	free(v->texts);
	free(v->programs);
	v->texts = NULL;
	v->programs = NULL;
	v->infos = NULL;
	v->chain.n = 0;
	v->pinned = false;
	v->kind = VIEW_NONE;
	memset(&v->prog, 0, sizeof(v->prog));
	problems_free(&v->problems);
	if (v->fd >= 0)
		close(v->fd);
	v->fd = -1;
}

/* Takes over what @from has. */
static struct view *shrink(const struct view *from)
{
	size_t entries = from->chain.n * sizeof(from->chain.entries[0]);
	size_t size = offsetof(struct view, chain.entries) + entries;
	struct view *v = malloc(size);

	if (v)
		memcpy(v, from, size);
	return v;
}

void view_drop_programs(struct view *v)
{
	slots_close(&v->slots);
	free(v->programs);
	v->programs = NULL;
	v->infos = NULL;
	for (unsigned int i = 0; i < v->chain.n; i++)
		v->chain.entries[i].program = NULL;
}

struct view *view_none(void)
{
	struct view *room = view_new();
	struct view *v = room ? shrink(room) : NULL;

	free(room);
	return v;
}

int view_keep(struct dirs *d, int ifindex, struct view **kept, struct report *r)
{
	struct view *v = view_new();
	int err;

	*kept = NULL;
	if (!v)
		return report_no_memory(r);
	err = view_read(d, ifindex, v, r);
	if (!err) {
		slots_close_ties(&v->slots);
		*kept = shrink(v);
	}
	if (!*kept) {
		view_close(v);
		err = err ? err : report_no_memory(r);
	}
	free(v);
	return err;
}

void view_free(struct view *v)
{
	if (v)
		view_close(v);
	free(v);
}

int view_read_steadily(struct dirs *d, int ifindex, struct view *v, struct report *r)
{
	int err = view_read(d, ifindex, v, r);

	for (int try = 1; err == -EAGAIN && try < READ_TRIES; try++) {
		view_close(v);
		report_clear_error(r);
		dirs_forget(d);
		err = view_read(d, ifindex, v, r);
	}
	return err;
}

bool view_is_whole(const struct view *v)
{
	return !v->problems.n;
}

const char *view_problem(const struct view *v, unsigned int i, char *buf, size_t size)
{
	return problem_text(&v->problems.at[i], &v->chain, v->link.ifname, buf, size);
}

struct store_dir view_dir(const struct view *v)
{
	return store_dir_of(v->chain.format, v->link.ifindex, v->prog.id);
}
