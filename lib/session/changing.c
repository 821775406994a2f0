// SPDX-License-Identifier: GPL-2.0-or-later
/* The entry point of the library: changes and trials. */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "change/foreign.h"
#include "kernel/netns.h"
#include "session/require.h"

/* Limit of attempts to test the requirements. */
#define MAX_TRIALS 8

/* ---- changing ---- */

/* Open a socket in the namespace that share copies from; NULL if that is the session's
 * namespace. */
static int open_source(const char *netns, struct netlink **nl, struct report *r)
{
	int there = netns_open(netns, r);
	int here = there < 0 ? there : netns_open(NETNS_OWN, r);
	int err = here < 0 ? here : 0;

	if (!err && !netns_same(here, there))
		err = netns_netlink(there, nl, r);
	if (there >= 0)
		close(there);
	if (here >= 0)
		close(here);
	return err;
}

int session_policy(struct session *s, struct request *rq, struct report *r)
{
	int err = 0;

	if (!policy_concerns(rq))
		return 0;
	if (!s->policy_read)
		err = policy_file_read(&s->policy, rq->root, r);
	s->policy_read = !err;
	if (err)
		policy_file_free(&s->policy);
	rq->policy = s->policy.policy.n ? &s->policy.policy : NULL;
	return err;
}

static int change(struct session *s, const struct request *rq, const struct txn_preview *preview,
		  struct report *r)
{
	struct netlink *source = NULL;
	int err = rq->netns ? open_source(rq->netns, &source, r) : 0;

	if (!err)
		err = txn_run(&s->dirs, source, rq, preview, r);
	if (source)
		netlink_close(source);
	return err;
}

/* The requirements are tested without the lock, so test them again if the chain was
 * changed meanwhile. */
static int change_as_required(struct session *s, struct request *rq,
			      const struct txn_preview *preview, struct report *r)
{
	struct tried_on *tried = calloc(rq->n_devs + 1, sizeof(*tried));
	int err = TXN_OUTDATED;

	if (!tried)
		return report_no_memory(r);
	for (unsigned int i = 0; err == TXN_OUTDATED && i < MAX_TRIALS; i++) {
		report_clear_error(r);
		err = session_require(s, rq, tried, r);
		rq->tried = tried;
		rq->n_tried = rq->n_devs;
		if (!err)
			err = change(s, rq, preview, r);
	}
	free(tried);
	return err;
}

int session_change(struct session *s, const struct request *rq, const struct txn_preview *preview,
		   struct report *r)
{
	struct request own = *rq;
	int err = session_policy(s, &own, r);

	if (err)
		return err;
	return own.n_requirements ? change_as_required(s, &own, preview, r)
				  : change(s, &own, preview, r);
}

int session_repair(struct session *s, const struct request *rq,
		   void (*fn)(const struct view *v, enum repair_step step, void *arg), void *arg,
		   struct report *r)
{
	return repair_run(&s->dirs, rq, fn, arg, r);
}

int session_clean(struct session *s, const struct request *rq,
		  void (*fn)(const struct leftover *l, void *arg), void *arg, struct report *r)
{
	return leftover_clean(&s->dirs, rq->all_netns, rq->dry_run, rq->wait, fn, arg, r);
}

/* ---- trying ---- */

/* struct taking - takes the chain that a dry run would make */
struct taking {
	struct trial *trial;
	struct report *r;
	int err;
};

static void take_preview(const struct view *v, const struct view *old, void *arg)
{
	struct taking *taking = arg;

	taking->err = trial_take(taking->trial, v, v == old, taking->r);
}

static int take_changed(struct session *s, const struct request *change, struct trial *t,
			struct report *r)
{
	struct taking taking = { .trial = t, .r = r };
	const struct txn_preview how = { .show = take_preview, .arg = &taking };
	struct request own = *change;
	int err;

	/* The trial itself is used to test the requirements. */
	own.n_requirements = 0;
	trial_note_maps(t);
	err = session_change(s, &own, &how, r);
	return err ? err : taking.err;
}

static int refuse_none(const struct view *v, struct report *r)
{
	if (v->kind == VIEW_FOREIGN)
		return foreign_refusal(v, FOREIGN_LOOK, r);
	if (v->kind == VIEW_DETACHED)
		return report_fail(
			r, STATUS_REFUSED, ENOENT,
			"The chain is detached: \"ip link xdp multi repair dev %s\" attaches it again",
			v->link.ifname);
	return report_fail(r, STATUS_REFUSED, ENOENT, "No such chain: nothing is attached");
}

static int take_attached(struct session *s, const char *ifname, struct trial *t, struct report *r)
{
	struct view *v = calloc(1, sizeof(*v));
	char why[PROBLEM_TEXT_SIZE];
	int err = v ? session_view(s, ifname, v, r) : report_no_memory(r);

	if (!v)
		return err;
	if (!err && v->kind != VIEW_CHAIN)
		err = refuse_none(v, r);
	if (!err && !view_is_whole(v))
		err = report_fail(r, STATUS_REFUSED, EUCLEAN, "The chain is damaged: %s",
				  view_problem(v, 0, why, sizeof(why)));
	if (!err)
		err = trial_take(t, v, true, r);
	if (err && err != -ENODEV)
		report_context(r, "dev %s", ifname);
	view_close(v);
	free(v);
	return err;
}

int session_trial(struct session *s, const struct request *rq, struct trial *t, struct report *r)
{
	const struct request *change = rq->test.change;
	int err = change ? take_changed(s, change, t, r) : take_attached(s, rq->devs[0], t, r);

	if (err)
		return err;
	err = trial_build(t, rq->test.partial, r);
	if (err)
		report_context(r, "dev %s", t->link.ifname);
	return err;
}
