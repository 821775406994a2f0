// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the programs and links of a chain from its pins. */
#include "chain/slots_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dispatcher/shim.h"
#include "dispatcher/tailcalls.h"
#include "kernel/store.h"

const char *slot_pin_name(unsigned int slot, enum slot_pin what, char *buf)
{
	static const char *const names[] = {
		[SLOT_PIN_PROG] = "prog",
		[SLOT_PIN_LINK] = "link",
		[SLOT_PIN_CALLS] = ENTRIES_PIN,
	};

	snprintf(buf, PIN_NAME_SIZE, "prog%u-%s", slot, names[what]);
	return buf;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int slots_problem(const struct slots_reader *x, enum problem_kind kind, int slot)
{
	const struct problem p = { .kind = kind, .slot = slot };

	return problems_add(x->problems, &p, x->r);
}

int slots_program(const struct slots_reader *x, unsigned int slot, int fd, struct report *r)
{
	struct slot *at = &x->s->at[slot];
	int err = kobj_prog_info(fd, &x->s->infos[slot], r);

	if (err)
		close(fd);
	else
		at->prog = fd;
	return err;
}

static int open_program(const struct slots_reader *x, unsigned int slot, __u32 id)
{
	int fd = kobj_prog_open(id, x->r);

	return fd < 0 ? fd : slots_program(x, slot, fd, x->r);
}

/* ---- pins ---- */

/* An fd of a pin into @fd: -1, and a problem, if it is not there. */
static int get(const struct slots_reader *x, int slot, const char *name, int *fd)
{
	struct problem p = { .kind = PROBLEM_PIN_MISSING, .slot = slot };

	*fd = store_get(x->dir, name, x->r);
	if (*fd >= 0)
		return 0;
	if (*fd != -ENOENT)
		return *fd;
	*fd = -1;
	snprintf(p.pin, sizeof(p.pin), "%s", name);
	return problems_add(x->problems, &p, x->r);
}

static int get_slot(const struct slots_reader *x, unsigned int slot, enum slot_pin what, int *fd)
{
	char name[PIN_NAME_SIZE];

	return get(x, slot, slot_pin_name(slot, what, name), fd);
}

/* On a read-only bpffs the pin of a link cannot be opened; the walk over the kernel's links
 * finds it later. */
static int get_pinned_link(struct slots_reader *x, unsigned int slot)
{
	int *fd = &x->s->at[slot].link;
	char name[PIN_NAME_SIZE];

	*fd = store_get(x->dir, slot_pin_name(slot, SLOT_PIN_LINK, name), NULL);
	if (*fd != -EROFS)
		return *fd >= 0 ? 0 : get_slot(x, slot, SLOT_PIN_LINK, fd);
	*fd = -1;
	x->unread = true;
	return 0;
}

/* Is @link really on the stub of @slot?  Before Linux 5.13 a link does not name
 * its target: then the name of its pin has to do. */
static bool is_on_stub(const struct slots_reader *x, const struct kobj_link *link,
		       unsigned int slot)
{
	if (!link->is_tracing)
		return false;
	return !link->target || (link->target == x->prog->id &&
				 dispatcher_slot_of(x->d, link->target_func) == (int)slot);
}

static int get_link(struct slots_reader *x, unsigned int slot)
{
	struct slot *at = &x->s->at[slot];
	struct kobj_link link;
	int err = get_pinned_link(x, slot);

	if (err || at->link < 0)
		return err;
	err = kobj_link_info(at->link, &link, x->r);
	/* The link alone keeps the program running. */
	if (!err && at->prog < 0)
		err = open_program(x, slot, link.prog);
	if (err)
		return err;
	at->runs = is_on_stub(x, &link, slot) && link.prog == x->s->infos[slot].id;
	if (at->runs)
		return 0;
	close_fd(&at->link);
	return slots_problem(x, PROBLEM_WRONG_LINK, slot);
}

/* A tail-called program runs if the map leads to it; the map alone keeps it. */
static int get_call(const struct slots_reader *x, unsigned int slot)
{
	struct slot *at = &x->s->at[slot];
	__u32 called = x->s->entries < 0 ? 0 : tailcalls_get(x->s->entries, slot);
	int err = 0;

	if (x->s->entries < 0)
		return 0;
	if (!called && errno != ENOENT)
		return report_fail(x->r, STATUS_NOT_TRIED, errno,
				   "Cannot read the tail-call map: %s", strerror(errno));
	if (called && at->prog < 0)
		err = open_program(x, slot, called);
	if (err)
		return err;
	at->runs = called && called == x->s->infos[slot].id;
	return at->runs ? 0 : slots_problem(x, PROBLEM_WRONG_CALL, slot);
}

/* Does the link put an extension on the stub that calls the program through the
 * map?  1, 0 or -errno. */
static int shim_fits(const struct slots_reader *x, unsigned int slot)
{
	const struct slot *at = &x->s->at[slot];
	struct kobj_link link;
	struct kobj_prog shim;
	int err = kobj_link_info(at->link, &link, x->r);
	int fd;

	if (err)
		return err;
	if (!is_on_stub(x, &link, slot))
		return 0;
	fd = kobj_prog_open(link.prog, x->r);
	if (fd < 0)
		return fd;
	err = kobj_prog_info(fd, &shim, x->r);
	close(fd);
	if (err)
		return err;
	return shim_serves(shim.maps, shim.n_maps, at->calls, x->s->infos[slot].id);
}

static int get_shim(struct slots_reader *x, unsigned int slot)
{
	struct slot *at = &x->s->at[slot];
	int err = get_pinned_link(x, slot);
	int fits;

	if (!err)
		err = get_slot(x, slot, SLOT_PIN_CALLS, &at->calls);
	if (err || at->link < 0 || at->calls < 0)
		return err;
	fits = shim_fits(x, slot);
	if (fits < 0)
		return fits;
	at->runs = fits;
	if (fits)
		return 0;
	close_fd(&at->link);
	close_fd(&at->calls);
	return slots_problem(x, PROBLEM_WRONG_SHIM, slot);
}

static int read_pinned_slot(struct slots_reader *x, unsigned int slot)
{
	int fd, err = get_slot(x, slot, SLOT_PIN_PROG, &fd);

	if (!err && fd >= 0)
		err = slots_program(x, slot, fd, x->r);
	if (err)
		return err;
	switch (chain_tie(x->c, slot)) {
	case TIE_EXT:
		return get_link(x, slot);
	case TIE_TAIL:
		return get_call(x, slot);
	case TIE_SHIM:
		return get_shim(x, slot);
	case TIE_NONE:
		break;
	}
	return 0;
}

/* Without this pin a chain of tail calls only would be lost when it is taken
 * off. */
static int look_for_dispatcher(const struct slots_reader *x)
{
	int fd, err = get(x, PROBLEM_OF_NO_SLOT, STORE_DISPATCHER_PIN, &fd);

	close_fd(&fd);
	return err;
}

static int read_pins(struct slots_reader *x)
{
	int err = 0;

	if (!format_is_libxdps(x->c->format))
		err = look_for_dispatcher(x);
	if (!err && chain_has_tail(x->c))
		err = get(x, PROBLEM_OF_NO_SLOT, ENTRIES_PIN, &x->s->entries);
	for (unsigned int i = 0; !err && i < x->s->n; i++)
		err = read_pinned_slot(x, i);
	return err;
}

/* ---- both ---- */

static int look_for_idle(const struct slots_reader *x)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < x->s->n; i++) {
		enum tie tie = chain_tie(x->c, i);

		if (tie != TIE_NONE && !x->s->at[i].runs)
			err = slots_problem(
				x, tie == TIE_TAIL ? PROBLEM_NOT_CALLED : PROBLEM_NOT_LINKED, i);
	}
	return err;
}

static int make_room(struct slots *s, unsigned int n, struct report *r)
{
	*s = (struct slots){ .entries = -1 };
	s->at = calloc(n + 1, sizeof(*s->at));
	s->infos = calloc(n + 1, sizeof(*s->infos));
	if (!s->at || !s->infos)
		return report_no_memory(r);
	for (; s->n < n; s->n++)
		s->at[s->n] = (struct slot){ .prog = -1, .link = -1, .calls = -1 };
	return 0;
}

int slots_read(struct slots *s, const struct kobj_prog *prog, const struct dispatcher_view *d,
	       const struct chain *c, int dir, struct dirs *dirs, struct problems *problems,
	       struct report *r)
{
	struct slots_reader x = {
		.s = s,
		.prog = prog,
		.d = d,
		.c = c,
		.dir = dir,
		.dirs = dirs,
		.problems = problems,
		.r = r,
	};
	int err = make_room(s, c->n, r);

	if (err)
		return err;
	if (dir < 0)
		err = slots_walk_all(&x);
	else
		err = read_pins(&x);
	if (!err && dir >= 0 && (problems->n || x.unread))
		err = slots_walk_missing(&x);
	return err ? err : look_for_idle(&x);
}

void slots_close_ties(struct slots *s)
{
	for (unsigned int i = 0; i < s->n; i++) {
		close_fd(&s->at[i].link);
		close_fd(&s->at[i].calls);
	}
	if (s->at)
		close_fd(&s->entries);
}

void slots_close(struct slots *s)
{
	slots_close_ties(s);
	for (unsigned int i = 0; i < s->n; i++)
		close_fd(&s->at[i].prog);
	free(s->at);
	free(s->infos);
	*s = (struct slots){ .entries = -1 };
}
