// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains for somebody else's interfaces: taken off and forgotten. */
#include "session/tenant.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "chain/owned.h"
#include "kernel/netns_walk.h"
#include "session/session.h"

/* The kernel takes its time to remove a namespace, and to free what was unpinned. */
#define MAX_TRIES  60U
#define PAUSE_MSEC 50U

/*
 * struct release
 * @found: what was pinned when it was last looked for
 * @err: of the first chain that could not be taken off in this round
 */
struct release {
	bool (*wanted)(const char *owner, void *arg);
	void *arg;
	struct owned *found;
	size_t n;
	size_t n_alive;
	int err;
	struct report *r;
};

static int look(struct release *rel, struct session *s)
{
	int err;

	free(rel->found);
	rel->found = NULL;
	rel->n = rel->n_alive = 0;
	err = owned_find(s->store, rel->wanted, rel->arg, &rel->found, &rel->n, rel->r);
	for (size_t i = 0; i < rel->n; i++)
		rel->n_alive += !rel->found[i].dead;
	return err;
}

/* Take it off, unless it was changed meanwhile; then it is found again. */
static int take_off(struct session *s, const struct owned *o, struct report *r)
{
	struct request rq = { .verb = VERB_FLUSH, .n_devs = 1, .if_exists = true };
	struct report why = REPORT_INIT;
	struct netlink_link link;
	char *dev = link.ifname;
	int err = netlink_link_index(s->nl, o->dir.ifindex, &link, NULL);

	/* Somebody else's program there is none of our business. */
	if (err || (link.modes && !netlink_link_has(&link, o->dir.id)))
		return 0;
	rq.devs = &dev;
	rq.wait = REQUEST_DEFAULT_WAIT;
	rq.has_expect = true;
	rq.expect = link.modes ? o->dir.id : 0;
	err = session_change(s, &rq, NULL, &why);
	if (err == -ECANCELED || err == -ENODEV)
		err = 0;
	else if (err)
		report_fail(r, why.status, -err, "%s", why.error);
	report_free(&why);
	return err;
}

static bool is_of(const struct owned *o, __u64 netns)
{
	return !o->dead && o->netns == netns;
}

/* All that are in one namespace.  One that fails does not keep the others. */
static int release_in(struct release *rel, const char *netns, struct report *r)
{
	struct session s;
	int first = session_open(&s, netns, SESSION_CHANGE, r);
	__u64 here;

	if (first)
		return first;
	here = netlink_netns(s.nl);
	for (size_t i = 0; i < rel->n; i++) {
		int err = is_of(&rel->found[i], here) ? take_off(&s, &rel->found[i], r) : 0;

		if (!first)
			first = err;
	}
	session_close(&s);
	return first;
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
		break;
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

/* Here, and where the caller says, if that is still there. */
static int take_off_near(struct release *rel, const char *netns)
{
	int err = rel->n_alive ? release_in(rel, NULL, rel->r) : 0;
	struct report gone = REPORT_INIT;

	if (!err && rel->n_alive && netns)
		release_in(rel, netns, &gone);
	report_free(&gone);
	return err;
}

/* One round: what is attached is taken off, and what is proven unused goes. */
static int try_release(struct release *rel, const char *netns, bool everywhere, size_t *left)
{
	struct session s;
	int err = session_open(&s, NULL, SESSION_CHANGE, rel->r);

	if (err)
		return err;
	err = look(rel, &s);
	session_close(&s);
	if (!err)
		err = everywhere ? take_off_everywhere(rel) : take_off_near(rel, netns);
	if (!err)
		err = session_open(&s, NULL, SESSION_CHANGE, rel->r);
	if (err)
		return err;
	err = look(rel, &s);
	*left = rel->n;
	if (!err && rel->n && (everywhere || !rel->n_alive))
		err = owned_remove(s.nl, s.store, rel->found, rel->n, REQUEST_DEFAULT_WAIT, left,
				   rel->r);
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
		"The pins in \"%s\" are still in use: the network namespace may not be gone yet",
		name);
}

int tenant_release(bool (*wanted)(const char *owner, void *arg), void *arg, const char *netns,
		   struct report *r)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MSEC * 1000000L };
	struct release rel = { .wanted = wanted, .arg = arg, .r = r };
	size_t left = 0;
	int err = 0;

	for (unsigned int i = 0; i < MAX_TRIES; i++) {
		err = try_release(&rel, netns, i > 0, &left);
		if (err || !left)
			break;
		if (i > 1)
			nanosleep(&pause, NULL);
	}
	if (!err && left)
		err = still_there(&rel);
	free(rel.found);
	return err;
}
