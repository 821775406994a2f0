// SPDX-License-Identifier: GPL-2.0-or-later
/* A dispatcher with the links into it. */
#include "chain/built.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dispatcher/tailcalls.h"
#include "kernel/held.h"
#include "kernel/token.h"

/* ---- make ---- */

/* Check that the kernel linked the program to the requested slot. */
static int check_link(const struct built *b, const struct chain *c, unsigned int slot,
		      struct report *r)
{
	const struct dispatcher *d = &b->dispatcher;
	struct kobj_link link;
	int err = kobj_link_info(b->links[slot], &link, r);

	if (err)
		return err;
	if ((link.prog == c->entries[slot].program->id || b->shims[slot].prog >= 0) &&
	    (!link.target ||
	     (link.target == d->id && link.target_func == dispatcher_target(d, slot))))
		return 0;
	return report_fail(r, STATUS_REFUSED, EIO, "The kernel linked the wrong program to slot %u",
			   slot);
}

/* The program that replaces the stub of a slot, by @prog: an extension, or a shim
 * for what is none; -1 for a slot whose stub stays. */
static int replacing_prog(struct built *b, const struct chain *c, unsigned int slot,
			  struct template *t, int *prog, struct report *r)
{
	const struct program *p = c->entries[slot].program;
	struct shim *s = &b->shims[slot];
	int err;

	*prog = -1;
	switch (chain_tie(c, slot)) {
	case TIE_EXT:
		*prog = p->fd;
		return 0;
	case TIE_SHIM:
		err = shim_make(p, t, s, r);
		*prog = s->prog;
		return err;
	case TIE_TAIL:
	case TIE_NONE:
		break;
	}
	return 0;
}

static int link_slot(struct built *b, const struct chain *c, unsigned int slot, struct template *t,
		     struct report *r)
{
	int err, fd, prog;

	b->links[slot] = -1;
	b->shims[slot] = (struct shim)SHIM_INIT;
	b->n_links++;
	err = replacing_prog(b, c, slot, t, &prog, r);
	if (err || prog < 0)
		return err;
	fd = dispatcher_link(&b->dispatcher, slot, prog, r);
	if (fd < 0)
		return fd;
	b->links[slot] = fd;
	return check_link(b, c, slot, r);
}

int built_make(struct built *b, const struct chain *c, int ifindex, const struct instruments *with,
	       struct template *t, struct report *r)
{
	int err = dispatcher_load(c, ifindex, with, &b->dispatcher, r);

	for (unsigned int i = 0; !err && i < c->n; i++)
		err = link_slot(b, c, i, t, r);
	return err;
}

/* ---- take ---- */

/* Linux empties such a map shortly after its last user is gone. */
static bool leads_to_all(int map, const struct chain *c)
{
	const struct timespec moment = { .tv_nsec = 50000000 };

	nanosleep(&moment, NULL);
	for (unsigned int i = 0; i < c->n; i++)
		if (chain_tie(c, i) == TIE_TAIL && !tailcalls_get(map, i))
			return false;
	return true;
}

/* The dispatcher's tail-call map, by its id; if somebody holds it.  -1 if not, or -errno for want
 * of memory or descriptors. */
static int find_entries(const struct kobj_prog *dispatcher, const struct chain *c)
{
	int fd = -ENOENT;

	for (unsigned int i = 0; fd == -ENOENT && i < dispatcher->n_maps && i < KOBJ_MAX_MAPS;
	     i++) {
		int is = tailcalls_is_map(dispatcher->maps[i]);

		if (is)
			fd = is < 0 ? is : kobj_map_open(dispatcher->maps[i], NULL);
	}
	if (fd >= 0 && !leads_to_all(fd, c)) {
		close(fd);
		fd = -1;
	}
	return fd < 0 && !kobj_is_shortage(-fd) ? -1 : fd;
}

bool built_complete(const struct built *b, const struct chain *c)
{
	if (chain_has_tail(c) && b->dispatcher.entries < 0)
		return false;
	for (unsigned int i = 0; i < c->n; i++) {
		enum tie tie = chain_tie(c, i);

		if ((tie_has_link(tie) && b->links[i] < 0) ||
		    (tie == TIE_SHIM && b->shims[i].map < 0))
			return false;
	}
	return true;
}

/* Move an fd out of @from. */
static int take(int *from)
{
	int fd = *from;

	*from = -1;
	return fd;
}

int built_take(struct built *b, struct view *v, struct report *r)
{
	b->dispatcher.id = v->prog.id;
	b->dispatcher.n = v->chain.n;
	memcpy(b->dispatcher.tag, v->prog.tag, BPF_TAG_BYTES);
	b->dispatcher.fd = fcntl(v->fd, F_DUPFD_CLOEXEC, 3);
	if (b->dispatcher.fd < 0)
		return report_fail(r, STATUS_NOT_TRIED, errno, "%s", strerror(errno));
	for (; b->n_links < v->slots.n; b->n_links++) {
		struct slot *from = &v->slots.at[b->n_links];

		b->links[b->n_links] = take(&from->link);
		b->shims[b->n_links] = (struct shim){ .prog = -1, .map = take(&from->calls) };
	}
	b->dispatcher.entries = take(&v->slots.entries);
	if (b->dispatcher.entries < 0 && chain_has_tail(&v->chain))
		b->dispatcher.entries = find_entries(&v->prog, &v->chain);
	if (b->dispatcher.entries < -1)
		return report_fail(r, STATUS_NOT_TRIED, -b->dispatcher.entries,
				   "Cannot open the tail-call map: %s",
				   strerror(-b->dispatcher.entries));
	return 0;
}

/* ---- pin ---- */

/*
 * struct pinning
 * @missing: only what is not there yet
 * @look: pin nothing, only find out what is not there
 * @n: how many were not there
 */
struct pinning {
	int dir;
	bool missing;
	bool look;
	unsigned int n;
	struct report *r;
};

static int pin(struct pinning *p, const char *name, int fd)
{
	int there = -ENOENT;

	if (fd < 0)
		return 0;
	if (p->missing && p->dir >= 0)
		there = store_get(p->dir, name, p->r);
	if (there >= 0)
		close(there);
	if (there != -ENOENT)
		return there < 0 ? there : 0;
	p->n++;
	return p->look ? 0 : store_pin(p->dir, name, fd, p->r);
}

/*
 * Where the kernel opens no map by its id, these pins are the only way to it.
 * @all: a map that cannot be opened is an error; else it stays what it was, out of reach
 */
static int pin_maps(struct pinning *p, int prog_fd, bool all)
{
	struct kobj_prog info;
	int err = kobj_prog_info(prog_fd, &info, p->r);

	for (unsigned int i = 0; !err && i < info.n_maps && i < KOBJ_MAX_MAPS; i++) {
		char name[HELD_PIN_SIZE];
		int fd = kobj_map_open(info.maps[i], all ? p->r : NULL);

		if (fd == -EPERM && !all)
			continue;
		if (fd < 0)
			return fd;
		err = pin(p, held_map_pin(info.maps[i], name), fd);
		close(fd);
	}
	return err;
}

/* Two programs can share a map, and two slots a program: each map has one pin. */
static int pin_all_maps(struct pinning *p, const struct built *b, const struct chain *c)
{
	bool missing = p->missing;
	int err;

	p->missing = true;
	err = pin_maps(p, b->dispatcher.fd, true);
	for (unsigned int i = 0; !err && i < c->n; i++)
		if (c->entries[i].program->fd >= 0)
			err = pin_maps(p, c->entries[i].program->fd, false);
	p->missing = missing;
	return err;
}

static int pin_slot(struct pinning *p, const struct built *b, const struct chain *c,
		    unsigned int slot)
{
	char name[PIN_NAME_SIZE];
	int err = pin(p, slot_pin_name(slot, SLOT_PIN_PROG, name), c->entries[slot].program->fd);

	if (!err)
		err = pin(p, slot_pin_name(slot, SLOT_PIN_LINK, name), b->links[slot]);
	if (!err)
		err = pin(p, slot_pin_name(slot, SLOT_PIN_CALLS, name), b->shims[slot].map);
	return err;
}

static int pin_all(struct pinning *p, const struct built *b, const struct chain *c)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < c->n; i++)
		err = pin_slot(p, b, c, i);
	if (!err)
		err = pin(p, ENTRIES_PIN, b->dispatcher.entries);
	/* If such a dispatcher only tail-calls, nothing else keeps it when another tool
	 * detaches it. */
	if (!err && !format_is_libxdps(c->format))
		err = pin(p, STORE_DISPATCHER_PIN, b->dispatcher.fd);
	if (!err && token_has())
		err = pin_all_maps(p, b, c);
	return err;
}

int built_pin(const struct built *b, const struct chain *c, int dir, bool missing, struct report *r)
{
	struct pinning p = { .dir = dir, .missing = missing, .r = r };

	return pin_all(&p, b, c);
}

int built_unpinned(const struct built *b, const struct chain *c, int dir, struct report *r)
{
	struct pinning p = {
		.dir = dir,
		.missing = true,
		.look = true,
		.r = r,
	};
	int err = pin_all(&p, b, c);

	return err ? err : p.n > 0;
}

void built_close(struct built *b)
{
	while (b->n_links) {
		shim_close(&b->shims[--b->n_links]);
		if (b->links[b->n_links] >= 0)
			close(b->links[b->n_links]);
	}
	dispatcher_close(&b->dispatcher);
}
