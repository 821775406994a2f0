// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains with an owner. */
#include "chain/owned.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain/dirs.h"
#include "chain/undo.h"
#include "dispatcher/dispatcher.h"
#include "kernel/grace.h"
#include "kernel/kobj.h"

/* struct search - what was found so far; @dv is room for one dispatcher */
struct search {
	struct store *store;
	const struct owner_filter *whose;
	struct dispatcher_view *dv;
	struct owned *found;
	size_t n;
	struct report *r;
};

static int append(struct search *f, const struct owned *o)
{
	struct owned *more = realloc(f->found, (f->n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	f->found = more;
	f->found[f->n++] = *o;
	return 0;
}

/* A program that is gone, or that was read and is not understood, has no owner.  After any
 * other error its owner is unknown. */
static int ignore_foreign(struct search *f, int err)
{
	if (err != -ENOENT && err != -EINVAL && err != -E2BIG && err != -EOPNOTSUPP)
		return err;
	report_clear_error(f->r);
	return 0;
}

/* Does the dispatcher name one of these owners?  1, 0, or -errno with a sentence. */
static int is_wanted(struct search *f, int fd, __u64 *netns)
{
	struct kobj_prog info;
	int is = kobj_prog_info(fd, &info, f->r);

	if (!is)
		is = dispatcher_read(&info, f->dv, f->r);
	if (is < 0)
		is = ignore_foreign(f, is);
	else if (is && *f->dv->chain.owner)
		is = f->whose->matches(f->dv->chain.owner, f->whose->arg);
	else
		is = 0;
	*netns = f->dv->chain.netns;
	dispatcher_view_close(f->dv);
	return is;
}

/* The note is enough to know that it has another owner. */
static bool is_noted_other(const struct search *f, const struct store_dir *dir)
{
	struct store_note note;

	return f->whose->key && store_look(f->store, dir, &note) >= 0 && note.owner &&
	       note.owner != f->whose->key;
}

/* The record of an unconfirmed change belongs to the owner of the old chain. */
static int look_at_undo(struct search *f, const struct store_dir *dir)
{
	struct owned o = { .dir = *dir };
	struct undo u;
	int is = undo_read_dir(f->store, dir, &u, f->r);
	int fd;

	if (is <= 0 || !u.old_id)
		return is < 0 ? ignore_foreign(f, is) : 0;
	fd = kobj_prog_open(u.old_id, f->r);
	if (fd < 0)
		return ignore_foreign(f, fd);
	is = is_wanted(f, fd, &o.netns);
	close(fd);
	return is > 0 ? append(f, &o) : is;
}

static int look(struct search *f, const struct store_dir *dir)
{
	struct owned o = { .dir = *dir };
	int fd, is;

	if (dir->kind == STORE_UNDO)
		return look_at_undo(f, dir);
	if (is_noted_other(f, dir))
		return 0;
	fd = kobj_prog_open(dir->id, f->r);
	if (fd == -ENOENT) {
		report_clear_error(f->r);
		o.dead = true;
		return append(f, &o);
	}
	if (fd < 0)
		return fd;
	is = is_wanted(f, fd, &o.netns);
	close(fd);
	return is > 0 ? append(f, &o) : is;
}

static int look_at_all(struct search *f, struct report *r)
{
	struct store_dir *list;
	size_t n;
	int err = store_list_all_dirs(f->store, &list, &n, r);

	for (size_t i = 0; !err && i < n; i++)
		err = look(f, &list[i]);
	free(list);
	return err;
}

int owned_find(struct store *s, const struct owner_filter *whose, struct owned **found, size_t *n,
	       struct report *r)
{
	struct search f = { .store = s, .whose = whose, .r = r };
	int err = 0;

	f.dv = dispatcher_view_new();
	if (!f.dv)
		return report_no_memory(r);
	if (s->xdp >= 0)
		err = look_at_all(&f, r);
	free(f.dv);
	if (err) {
		free(f.found);
		return err == -ENOMEM ? report_no_memory(r)
				      : report_fail(r, STATUS_NOT_TRIED, -err,
						    "Cannot read whose chains there are: %s",
						    strerror(-err));
	}
	*found = f.found;
	*n = f.n;
	return 0;
}

bool owned_all_gone(const struct store *s, const struct owned *found, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (store_mark(s, &found[i].dir) != -ENOENT)
			return false;
	return true;
}

/* ---- removing ---- */

/* Its class does not matter: only its own pins hold it. */
static bool can_go(struct dirs *d, struct dir *dir)
{
	return !refcount_exists(&d->programs, dir->which.id) || dirs_is_used(d, dir) == NO;
}

static const struct owned *find(const struct store_dir *dir, const struct owned *found, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (store_same_dir(dir, &found[i].dir))
			return &found[i];
	return NULL;
}

/* Under the lock, after the chains.  Keep the records while a chain is left.  If a record is
 * gone, the change may have been undone meanwhile: look again. */
static int remove_records(struct store *s, const struct owned *found, size_t n, size_t *left,
			  struct report *r)
{
	bool chains_left = *left;
	int first = 0;

	for (size_t i = 0; i < n; i++) {
		int err = 0;

		if (found[i].dir.kind != STORE_UNDO)
			continue;
		if (chains_left || store_mark(s, &found[i].dir) == -ENOENT)
			(*left)++;
		else
			err = undo_remove(s, &found[i].dir, r);
		if (!first)
			first = err;
	}
	return first;
}

/* All are judged before any is removed: the proof is of one moment.  Those that can
 * go come first; how many. */
static size_t select_dirs(struct dirs *d, const struct owned *found, size_t n, size_t *left,
			  struct owned *go)
{
	size_t n_go = 0;

	*left = 0;
	for (size_t i = 0; i < d->n; i++) {
		const struct owned *o = find(&d->at[i].which, found, n);

		if (!o)
			continue;
		if (can_go(d, &d->at[i]))
			go[n_go++] = *o;
		else
			*left += !o->dead;
	}
	return n_go;
}

/* A dead one may have another owner, so a failure there is not an error here. */
static int remove_one(struct store *s, const struct owned *o, struct report *r)
{
	struct report why = REPORT_INIT;
	int err = store_remove_dir(s, &o->dir, &why);

	if (err && o->dead)
		report_warn(r, "Pins of a chain that is gone were left behind: %s",
			    report_cause(&why));
	else if (err)
		report_fail(r, why.status, -err, "%s", why.error);
	report_free(&why);
	return o->dead ? 0 : err;
}

static int remove_all(struct store *s, const struct owned *go, size_t n, struct report *r)
{
	int first = 0;

	if (n && !grace_period())
		return report_fail(
			r, STATUS_NOT_TRIED, EPERM,
			"Cannot wait until no packet uses the chain (membarrier and packet sockets are refused)");
	for (size_t i = 0; i < n; i++) {
		int err = remove_one(s, &go[i], r);

		if (!first)
			first = err;
	}
	return first;
}

int owned_remove(struct netlink *nl, struct store *s, const struct owned *found, size_t n,
		 unsigned int wait, size_t *left, struct report *r)
{
	struct owned *go;
	size_t n_go = 0;
	struct dirs d;
	int err;

	*left = n;
	if (!n)
		return 0;
	go = calloc(n, sizeof(*go));
	if (!go)
		return report_no_memory(r);
	err = store_lock(s, wait, r);
	if (!err) {
		dirs_open(&d, nl, s);
		err = dirs_list(&d, r);
		n_go = err ? 0 : select_dirs(&d, found, n, left, go);
		dirs_close(&d);
		if (!err)
			err = remove_all(s, go, n_go, r);
		if (!err)
			err = remove_records(s, found, n, left, r);
		store_unlock(s);
	}
	free(go);
	return err;
}
