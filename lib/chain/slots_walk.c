// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the programs and links of a chain from the kernel's links, if there are no pins. */
#include "chain/slots_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "chain/dirs.h"
#include "dispatcher/tailcalls.h"

static bool is_complete(const struct slots_reader *x, unsigned int slot)
{
	const struct slot *at = &x->s->at[slot];

	return at->runs && at->prog >= 0 && at->link >= 0 &&
	       (at->calls >= 0 || chain_tie(x->c, slot) != TIE_SHIM);
}

/* The program behind the extension @ext that is on the stub of @slot: itself, or
 * what it calls through its map.  An fd or -errno. */
static int open_behind(const struct slots_reader *x, unsigned int slot, int ext,
		       const struct kobj_prog *info)
{
	struct slot *at = &x->s->at[slot];
	__u32 id;
	int map;

	if (chain_tie(x->c, slot) == TIE_EXT) {
		map = fcntl(ext, F_DUPFD_CLOEXEC, 3);
		return map < 0 ? -errno : map;
	}
	map = info->n_maps ? kobj_map_open(info->maps[0], NULL) : -ENOENT;
	if (map < 0)
		return map;
	id = tailcalls_get(map, 0);
	if (id && at->calls < 0)
		at->calls = map;
	else
		close(map);
	return id ? kobj_prog_open(id, NULL) : -ENOENT;
}

/* Fill in what is missing in @slot from a link on its stub.  A link of a tracing program
 * does not count: it watches the function without replacing it. */
static int take(const struct slots_reader *x, unsigned int slot, const struct kobj_link *link,
		int fd)
{
	struct slot *at = &x->s->at[slot];
	struct kobj_prog info;
	int prog, err = 0, ext = kobj_prog_open(link->prog, NULL);

	if (ext < 0)
		return ext;
	if (kobj_prog_info(ext, &info, NULL) || info.type != BPF_PROG_TYPE_EXT)
		prog = -EINVAL;
	else
		prog = open_behind(x, slot, ext, &info);
	close(ext);
	if (prog < 0)
		return prog;
	if (at->prog < 0)
		err = slots_program(x, slot, prog, NULL);
	else
		close(prog);
	if (!err && at->link < 0)
		at->link = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (!err && at->link < 0)
		err = -errno;
	at->runs |= !err;
	return err;
}

static void note_shortage(struct slots_reader *x, int err)
{
	if (kobj_is_shortage(-err))
		x->shortage = err;
}

static void take_link(struct slots_reader *x, const struct kobj_link *link)
{
	int slot = dispatcher_slot_of(x->d, link->target_func);
	int fd, err;

	if (slot < 0 || !tie_has_link(chain_tie(x->c, slot)) || is_complete(x, slot))
		return;
	fd = kobj_link_open(link->id);
	err = fd < 0 ? fd : take(x, slot, link, fd);
	if (fd >= 0)
		close(fd);
	note_shortage(x, err);
}

/* The links into the dispatcher. */
static void take_links(struct slots_reader *x, const struct links *ties)
{
	const struct kobj_link *link;
	size_t n;

	link = links_into(ties, x->prog->id, &n);
	for (size_t i = 0; i < n; i++)
		take_link(x, &link[i]);
}

static int shortage(const struct slots_reader *x)
{
	if (!x->shortage)
		return 0;
	return report_fail(x->r, STATUS_NOT_TRIED, -x->shortage, "%s", strerror(-x->shortage));
}

/* The programs that a tail-call map leads to, whoever holds that map. */
static void take_called(struct slots_reader *x, int map)
{
	for (unsigned int i = 0; i < x->s->n; i++) {
		struct slot *at = &x->s->at[i];
		__u32 id =
			chain_tie(x->c, i) == TIE_TAIL && at->prog < 0 ? tailcalls_get(map, i) : 0;
		int fd = id ? kobj_prog_open(id, NULL) : -1;

		if (!id)
			continue;
		if (fd >= 0)
			fd = slots_program(x, i, fd, NULL);
		at->runs = !fd;
		note_shortage(x, fd);
	}
}

/* The map is not kept: only its pin says that it stays filled. */
static void walk_tail_calls(struct slots_reader *x)
{
	for (unsigned int i = 0; i < x->prog->n_maps && i < KOBJ_MAX_MAPS; i++) {
		int is = tailcalls_is_map(x->prog->maps[i]);
		int fd = is > 0 ? kobj_map_open(x->prog->maps[i], NULL) : is;

		note_shortage(x, fd);
		if (is <= 0 || fd < 0)
			continue;
		take_called(x, fd);
		close(fd);
	}
}

static bool nothing_runs(const struct slots *s)
{
	for (unsigned int i = 0; i < s->n; i++)
		if (s->at[i].runs)
			return false;
	return true;
}

int slots_walk_all(struct slots_reader *x)
{
	const struct links *ties;
	int err = dirs_ties(x->dirs, &ties, x->r);

	if (err)
		return err;
	take_links(x, ties);
	walk_tail_calls(x);
	err = shortage(x);
	if (err)
		return err;
	x->s->gone = nothing_runs(x->s) && !ties->untold;
	for (unsigned int i = 0; ties->untold && i < x->s->n; i++)
		x->s->at[i].runs = true;
	return slots_problem(x, x->s->gone ? PROBLEM_GONE : PROBLEM_PINNED_ELSEWHERE,
			     PROBLEM_OF_NO_SLOT);
}

/* If links do not name their targets, a pin that cannot be opened is taken for what its
 * name says. */
static void trust_unread(const struct slots_reader *x, const struct links *ties)
{
	for (unsigned int i = 0; x->unread && ties->untold && i < x->s->n; i++)
		if (tie_has_link(chain_tie(x->c, i)) && x->s->at[i].prog >= 0)
			x->s->at[i].runs = true;
}

int slots_walk_missing(struct slots_reader *x)
{
	const struct links *ties;

	if (!dirs_ties(x->dirs, &ties, NULL)) {
		take_links(x, ties);
		trust_unread(x, ties);
	}
	return shortage(x);
}
