// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains for the interfaces of others: creates and checks them. */
#include "session/tenant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "session/session.h"

#define MAX_TRIES  16U
#define PAUSE_MSEC 20U

static void rest(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MSEC * 1000000L };

	nanosleep(&pause, NULL);
}

/* Wait for the interface and read it. */
static int find(struct session *s, const struct tenant *t, struct view *v, struct report *r)
{
	unsigned int waited = 0;
	int err;

	while ((err = session_view(s, t->ifname, v, r)) == -ENODEV && waited < t->patience) {
		report_clear_error(r);
		dirs_forget(&s->dirs);
		rest();
		waited += PAUSE_MSEC;
	}
	if (!err && t->ifindex && v->link.ifindex != t->ifindex)
		return report_fail(r, STATUS_RETRY, ENODEV,
				   "dev %s: another device has this name now", t->ifname);
	return err;
}

/* ---- add ---- */

static int refuse_other(const struct tenant *t, const struct view *v, struct report *r)
{
	if (*v->chain.owner)
		return report_fail(r, STATUS_REFUSED, EEXIST,
				   "dev %s: a chain of \"%s\" already exists", t->ifname,
				   v->chain.owner);
	return report_fail(
		r, STATUS_REFUSED, EEXIST,
		"dev %s: a chain already exists: \"ip link xdp multi flush dev %s\" in its network namespace removes it",
		t->ifname, t->ifname);
}

static void note_change(const struct view *v, const struct view *old, void *arg)
{
	bool *is = arg;

	*is |= v != old;
}

/* Find out whether the request would change the present chain.  A loss of map contents is
 * allowed, because this is a dry run. */
static int would_change(struct session *s, const struct request *wanted, bool *changes,
			struct report *r)
{
	const struct txn_preview preview = { .show = note_change, .arg = changes };
	struct request rq = *wanted;
	size_t n_warnings = r->n_warnings;
	int err;

	*changes = false;
	rq.dry_run = true;
	if (rq.maps == MAPS_DEFAULT)
		rq.maps = MAPS_FIT;
	err = session_change(s, &rq, &preview, r);
	if (!err && *changes)
		report_drop_warnings(r, n_warnings);
	return err;
}

static int keep(struct session *s, const struct tenant *t, const struct request *rq,
		const struct view *v, struct report *r)
{
	bool changes;
	int err;

	if (strcmp(v->chain.owner, t->owner) != 0)
		return refuse_other(t, v, r);
	err = would_change(s, rq, &changes, r);
	if (!err && changes)
		return report_fail(r, STATUS_REFUSED, EEXIST,
				   "dev %s: a different chain of this owner already exists",
				   t->ifname);
	return err;
}

int tenant_check_store(struct store *s, struct report *r)
{
	if (!store_is_private(s))
		return 0;
	return report_fail(
		r, STATUS_NOT_TRIED, EXDEV,
		"The bpffs at %s is not init's: a chain pinned there is lost with this mount namespace; mount the host's there, or run in the host's mount namespace",
		s->path);
}

/* Refuse to replace anything, because there is no user to ask.  The change refuses the
 * other cases with more detail. */
static int check_free(const struct tenant *t, const struct view *v, struct report *r)
{
	if (v->kind == VIEW_FOREIGN && v->displaced)
		return report_fail(
			r, STATUS_REFUSED, EBUSY,
			"dev %s: the XDP program \"%s\" (id %u) is attached in place of a chain and is not replaced",
			t->ifname, v->prog.name, v->prog.id);
	if (v->kind == VIEW_FOREIGN &&
	    (v->foreign == FOREIGN_PROGRAM || v->foreign == FOREIGN_DISPATCHER))
		return report_fail(
			r, STATUS_REFUSED, EBUSY,
			"dev %s: the XDP program \"%s\" (id %u) is attached and is not replaced",
			t->ifname, v->prog.name, v->prog.id);
	return 0;
}

static int put(struct session *s, const struct tenant *t, const struct request *rq,
	       const struct view *v, struct report *r)
{
	int err = session_change(s, rq, NULL, r);

	if (err != -EEXIST || v->kind != VIEW_DETACHED)
		return err ? err : 1;
	report_clear_error(r);
	return report_fail(
		r, STATUS_REFUSED, EEXIST,
		"dev %s: a detached chain of this owner already exists, and it has maps that the new chain does not have",
		t->ifname);
}

/* The request for this interface.  @dev must live as long as the request. */
static struct request request_of(const struct tenant *t, char **dev)
{
	struct request rq = *t->rq;

	*dev = (char *)t->ifname;
	rq.devs = dev;
	rq.n_devs = 1;
	rq.owner = t->owner;
	rq.has_expect = true;
	rq.expect = 0;
	return rq;
}

/* Most interfaces have nothing yet, and the change itself finds that out. */
static int add_to_bare(struct session *s, const struct tenant *t, struct report *r)
{
	struct netlink_link link;
	char *dev;
	struct request rq = request_of(t, &dev);
	int err = netlink_link(s->nl, t->ifname, &link, r);

	if (!err && (link.modes || (t->ifindex && t->ifindex != link.ifindex)))
		return -EEXIST;
	return err ? err : session_change(s, &rq, NULL, r);
}

/* True if the interface may not be as add_to_bare() assumes. */
static bool is_not_bare(int err)
{
	return err == -ENODEV || err == -EEXIST || err == -EBUSY || err == -ECANCELED ||
	       err == -EINPROGRESS;
}

/* One attempt: as tenant_add(); -ECANCELED if somebody changed the interface first. */
static int try_add(struct session *s, const struct tenant *t, struct view *v, struct report *r)
{
	char *dev;
	struct request rq = request_of(t, &dev);
	int err = find(s, t, v, r);

	if (!err)
		err = check_free(t, v, r);
	if (err)
		return err;
	/* For a foreign program, the change's own refusal names the program. */
	rq.has_expect = v->kind == VIEW_NONE || v->kind == VIEW_DETACHED;
	return v->kind == VIEW_CHAIN ? keep(s, t, &rq, v, r) : put(s, t, &rq, v, r);
}

static int add(struct session *s, const struct tenant *t, struct view *v, struct report *r)
{
	int first = add_to_bare(s, t, r), err;
	unsigned int tries = 0;

	if (!is_not_bare(first))
		return first ? first : 1;
	do {
		dirs_forget(&s->dirs);
		report_clear_error(r);
		report_drop_warnings(r, 0);
		err = try_add(s, t, v, r);
		view_close(v);
	} while (err == -ECANCELED && ++tries < MAX_TRIES);
	/* The first attempt may have made the chain although its answer was lost. */
	return !err && first == -EINPROGRESS ? 1 : err;
}

int tenant_add(const struct tenant *t, struct report *r)
{
	struct view *v = malloc(sizeof(*v));
	struct session s;
	int err = v ? session_open(&s, t->netns, SESSION_CHANGE, r) : report_no_memory(r);

	if (err) {
		free(v);
		return err;
	}
	err = tenant_check_store(s.store, r);
	if (!err)
		err = add(&s, t, v, r);
	free(v);
	return session_leave(&s, err, r);
}

/* ---- check ---- */

static int check_there(const struct tenant *t, const struct view *v, struct report *r)
{
	char why[PROBLEM_TEXT_SIZE];

	if (v->kind == VIEW_FOREIGN)
		return report_fail(r, STATUS_REFUSED, ENOENT, "dev %s: the chain is gone: %s",
				   t->ifname, v->reason);
	if (v->kind != VIEW_CHAIN)
		return report_fail(r, STATUS_REFUSED, ENOENT, "dev %s: the chain is gone",
				   t->ifname);
	if (*v->chain.owner && strcmp(v->chain.owner, t->owner) != 0)
		return report_fail(r, STATUS_REFUSED, ENOENT, "dev %s: the chain belongs to \"%s\"",
				   t->ifname, v->chain.owner);
	if (!view_is_whole(v))
		return report_fail(r, STATUS_REFUSED, EUCLEAN, "dev %s: the chain is damaged: %s",
				   t->ifname, view_problem(v, 0, why, sizeof(why)));
	return 0;
}

static int check_shared(struct session *s, const struct tenant *t,
			void (*fn)(const struct difference *d, void *arg), void *arg,
			struct report *r)
{
	static const struct difference differs = {
		.entry = "-",
		.what = "chain",
		.want = "that of the interface to share with",
		.have = "not that of the interface to share with",
	};
	char *dev = (char *)t->ifname;
	struct request rq = *t->rq;
	bool changes;
	int err;

	rq.devs = &dev;
	rq.n_devs = 1;
	rq.owner = t->owner;
	err = would_change(s, &rq, &changes, r);
	if (!err && changes)
		fn(&differs, arg);
	return err;
}

int tenant_check(const struct tenant *t, void (*fn)(const struct difference *d, void *arg),
		 void *arg, struct report *r)
{
	struct view *v = malloc(sizeof(*v));
	struct request rq = *t->rq;
	struct session s;
	int err = v ? session_open(&s, t->netns, SESSION_READ, r) : report_no_memory(r);

	if (err) {
		free(v);
		return err;
	}
	err = find(&s, t, v, r);
	if (!err)
		err = check_there(t, v, r);
	if (!err && t->rq->verb == VERB_SHARE)
		err = check_shared(&s, t, fn, arg, r);
	else if (!err)
		err = session_policy(&s, &rq, r);
	if (!err && t->rq->verb != VERB_SHARE)
		err = session_compare(v, &rq, fn, arg, r);
	view_close(v);
	free(v);
	return session_leave(&s, err, r);
}
