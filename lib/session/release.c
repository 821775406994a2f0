// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains for the interfaces of others: detaches and unpins them. */
#include "session/tenant.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chain/owned.h"
#include "kernel/kobj.h"
#include "kernel/netns_walk.h"
#include "session/session.h"

/* The kernel removes namespaces and frees unpinned objects asynchronously. */
#define MAX_TRIES	 170U
#define FIRST_PAUSE_USEC 1000L
#define LAST_PAUSE_USEC	 64000L

/*
 * struct release - the state of tenant_release()
 * @found: pinned chains at the last look
 * @missed: a chain was not on its interface then, or was changed meanwhile
 * @err: error of the first chain that could not be detached in this round
 * @near: why the chains in the caller's namespace could not be detached, "" if they could
 */
struct release {
	const struct owner_filter *whose;
	bool missed;
	struct owned *found;
	size_t n;
	size_t n_alive;
	int err;
	char near[256];
	struct report *r;
};

static int look(struct release *rel, struct session *s)
{
	int err;

	free(rel->found);
	rel->found = NULL;
	rel->n = rel->n_alive = 0;
	err = owned_find(s->store, rel->whose, &rel->found, &rel->n, rel->r);
	for (size_t i = 0; i < rel->n; i++)
		rel->n_alive += !rel->found[i].dead;
	return err;
}

/* Detach a chain.  If it was changed meanwhile, the next look finds it again. */
static int take_off(struct release *rel, struct session *s, const struct owned *o, struct report *r)
{
	struct request rq = {
		.verb = VERB_FLUSH, .n_devs = 1, .if_exists = true, .released = true
	};
	struct report why = REPORT_INIT;
	struct netlink_link link;
	char *dev = link.ifname;
	int err = netlink_link_index(s->nl, o->dir.ifindex, &link, NULL);

	if (err && err != -ENODEV)
		return report_fail(r, STATUS_NOT_TRIED, -err, "Cannot read device \"if%d\": %s",
				   o->dir.ifindex, strerror(-err));
	/* Leave a program of somebody else alone. */
	if (err || (link.modes && !netlink_link_has(&link, o->dir.id))) {
		rel->missed = true;
		return 0;
	}
	rq.devs = &dev;
	rq.wait = REQUEST_DEFAULT_WAIT;
	rq.has_expect = true;
	rq.expect = link.modes ? o->dir.id : 0;
	err = session_change(s, &rq, NULL, &why);
	if (err == -ECANCELED || err == -ENODEV) {
		rel->missed = true;
		err = 0;
	} else if (err) {
		report_fail(r, why.status, -err, "%s", why.error);
	}
	report_free(&why);
	return err;
}

static bool is_of(const struct owned *o, __u64 netns)
{
	return !o->dead && o->netns == netns && o->dir.kind != STORE_UNDO;
}

/* Detach all chains in the session's namespace, even if one of them fails. */
static int release_all(struct release *rel, struct session *s, struct report *r)
{
	__u64 here = netlink_netns(s->nl);
	int first = 0;

	for (size_t i = 0; i < rel->n; i++) {
		int err = is_of(&rel->found[i], here) ? take_off(rel, s, &rel->found[i], r) : 0;

		if (!first)
			first = err;
	}
	return first;
}

static int release_in(struct release *rel, const char *netns, struct report *r)
{
	struct session s;
	int err = session_open(&s, netns, SESSION_CHANGE, r);

	if (err)
		return err;
	err = release_all(rel, &s, r);
	/* Nothing may be done in that namespace that is meant for this one. */
	return session_leave(&s, err, r);
}

static int visit(const struct netns_seen *ns, void *arg)
{
	struct release *rel = arg;
	char path[32];
	int err;

	for (size_t i = 0; i < rel->n; i++) {
		if (!ns->cookie || !is_of(&rel->found[i], ns->cookie))
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", ns->fd);
		err = release_in(rel, path, rel->r);
		if (!rel->err)
			rel->err = err;
		return err == -EIO ? err : 0;
	}
	return 0;
}

static int take_off_everywhere(struct release *rel)
{
	int err;

	rel->err = 0;
	err = netns_walk(visit, rel, rel->r);
	return err ? err : rel->err;
}

/* True if a chain is or may be in another namespace: kernels before 5.14 do not tell the
 * namespace. */
static bool has_others(const struct release *rel, const struct session *s)
{
	__u64 here = netlink_netns(s->nl);

	for (size_t i = 0; i < rel->n; i++)
		if (!rel->found[i].dead && (!here || rel->found[i].netns != here))
			return true;
	return false;
}

/* Detach chains here, and in the caller's @netns if it still exists.  If that fails, the
 * next round looks everywhere, but it needs as many descriptors. */
static int take_off_near(struct release *rel, struct session *s, const char *netns)
{
	struct report why = REPORT_INIT;
	int err = release_all(rel, s, rel->r), there = 0;

	if (!err && netns && has_others(rel, s))
		there = release_in(rel, netns, &why);
	snprintf(rel->near, sizeof(rel->near), "%.255s", there ? report_cause(&why) : "");
	if (there == -EIO || (kobj_is_shortage(-there) && there != -EAGAIN))
		err = report_fail(rel->r, why.status, -there, "%s", why.error);
	report_free(&why);
	return err;
}

/* Without the lock, a chain that looks dead may just have been replaced. */
static int look_locked(struct release *rel, struct session *s)
{
	int err = store_lock(s->store, REQUEST_DEFAULT_WAIT, rel->r);

	if (err)
		return err;
	err = look(rel, s);
	store_unlock(s->store);
	return err;
}

/* The pins of the detached chains are gone, unless a chain was changed meanwhile. */
static int remove_rest(struct release *rel, struct session *s, bool everywhere, size_t *left)
{
	int err;

	*left = 0;
	if (!rel->missed && rel->n == rel->n_alive && owned_all_gone(s->store, rel->found, rel->n))
		return 0;
	err = look_locked(rel, s);
	*left = rel->n;
	if (!err && rel->n && (everywhere || !rel->n_alive))
		err = owned_remove(s->nl, s->store, rel->found, rel->n, REQUEST_DEFAULT_WAIT, left,
				   rel->r);
	return err;
}

/* One round: detach attached chains, and remove pins that are proven unused. */
static int try_release(struct release *rel, const char *netns, bool everywhere, size_t *left)
{
	struct session s;
	int err = session_open(&s, NULL, SESSION_CHANGE, rel->r);

	if (err)
		return err;
	rel->missed = false;
	err = look(rel, &s);
	if (!err)
		err = everywhere ? take_off_everywhere(rel) : take_off_near(rel, &s, netns);
	if (!err)
		err = remove_rest(rel, &s, everywhere, left);
	session_close(&s);
	return err;
}

static int still_there(const struct release *rel)
{
	char name[64];
	size_t i = 0;

	while (i + 1 < rel->n && rel->found[i].dead)
		i++;
	store_dir_name(&rel->found[i].dir, name);
	return report_fail(
		rel->r, STATUS_RETRY, EBUSY,
		"The pins in \"%s\" are still in use: the network namespace may not be gone yet%s%s%s",
		name, *rel->near ? " (" : "", rel->near, *rel->near ? ")" : "");
}

/* Most namespaces are gone within a few milliseconds; some wait for timers. */
static void rest(unsigned int tries)
{
	struct timespec pause = { .tv_nsec = LAST_PAUSE_USEC * 1000 };

	if (tries < 6)
		pause.tv_nsec = FIRST_PAUSE_USEC * 1000 << tries;
	nanosleep(&pause, NULL);
}

int tenant_release(const struct owner_filter *whose, const char *netns, struct report *r)
{
	struct release rel = { .whose = whose, .r = r };
	size_t left = 0;
	int err = 0;

	for (unsigned int i = 0; i < MAX_TRIES; i++) {
		err = try_release(&rel, netns, i > 0, &left);
		if (err || !left)
			break;
		if (i > 0)
			rest(i - 1);
	}
	if (!err && left)
		err = still_there(&rel);
	free(rel.found);
	return err;
}
