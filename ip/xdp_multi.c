// SPDX-License-Identifier: GPL-2.0-or-later
/* The command "ip link xdp multi": words -> request -> call -> print. */
#include "xdp_multi.h"

#include <unistd.h>

#include "show_features.h"
#include "message.h"
#include "netlink.h"
#include "netns.h"
#include "parse.h"
#include "show.h"
#include "store.h"
#include "txn.h"
#include "usage.h"

static int enter_netns(const char *name, struct report *r)
{
	int fd = netns_open(name, r);
	int err;

	if (fd < 0)
		return fd;
	err = netns_enter(fd, r);
	close(fd);
	return err;
}

static int change(struct netlink *nl, struct store *s, const struct request *rq,
		  const struct options *opts, struct report *r)
{
	int err = txn_run(nl, s, rq, r);

	if (!err && opts->echo)
		err = show_run(nl, s, rq, opts, r);
	return err;
}

/*
 * The bpffs is opened first: it belongs to the mount namespace we are in, not to
 * the network namespace that is entered.  A chain can be shown without its pins,
 * so a missing bpffs ends only what wants to change one.
 */
static int run(const struct request *rq, const struct options *opts,
	       struct report *r)
{
	bool shows = rq->verb == VERB_SHOW;
	struct netlink *nl;
	struct store s;
	int no_store = store_open(&s, r);
	int err = no_store && !shows ? no_store : 0;

	if (!err && no_store)
		report_clear_error(r);
	if (!err && opts->netns)
		err = enter_netns(opts->netns, r);
	if (!err)
		err = netlink_open(&nl, r);
	if (!err) {
		err = shows ? show_run(nl, no_store ? NULL : &s, rq, opts, r) :
			      change(nl, &s, rq, opts, r);
		netlink_close(nl);
	}
	if (!no_store)
		store_close(&s);
	return err;
}

int xdp_multi(const struct options *opts, int argc, char **argv)
{
	struct report r = REPORT_INIT;
	bool force = opts->force && !opts->batch_file;
	struct request rq;
	int status = 0;

	if (!parse_request(argc, argv, force, &rq, &r)) {
		if (rq.verb == VERB_HELP)
			usage_print();
		else if (rq.verb == VERB_FEATURES)
			show_features(opts);
		else
			run(&rq, opts, &r);
	}
	status = message_print(&r, rq.program.verbose);
	report_free(&r);
	parse_free(&rq);
	return status;
}
