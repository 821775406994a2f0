// SPDX-License-Identifier: GPL-2.0-or-later
/* The command "ip link xdp multi": words -> request -> call -> print. */
#include "xdp_multi.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chainfile.h"
#include "check.h"
#include "dispatcher/libxdp.h"
#include "kernel/kobj.h"
#include "message.h"
#include "kernel/netlink.h"
#include "kernel/netns.h"
#include "parse.h"
#include "printer.h"
#include "show.h"
#include "show_features.h"
#include "kernel/store.h"
#include "change/txn.h"
#include "upkeep.h"
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

/* ---- changing verbs ---- */

static void preview(const struct view *v, bool changed, void *arg)
{
	struct output *out = arg;

	if (v->kind == VIEW_NONE && !is_json_context(out))
		return;
	printer_open_device(out, v);
	print_bool(out, PRINT_JSON, "changed", "%s", changed);
	printer_close_device(out);
}

/* A socket in the namespace that share copies from; the process comes back to
 * the one it was in. */
static int open_source_netns(const char *name, struct netlink **nl, struct report *r)
{
	int here = netns_open("/proc/self/ns/net", r);
	int there = here < 0 ? here : netns_open(name, r);
	int err = there < 0 ? there : 0;

	if (!err && netns_same(here, there))
		goto out;
	if (!err)
		err = netns_enter(there, r);
	if (!err) {
		err = netlink_open(nl, r);
		if (netns_enter(here, r) && !err)
			err = -EIO;
	}
out:
	if (there >= 0)
		close(there);
	if (here >= 0)
		close(here);
	return err;
}

static int change(struct netlink *nl, struct store *s, const struct request *rq,
		  const struct options *opts, struct report *r)
{
	struct netlink *source = NULL;
	struct output out;
	const struct txn_preview how = { .show = preview, .arg = &out };
	int err = rq->netns ? open_source_netns(rq->netns, &source, r) : 0;

	if (!err && rq->dry_run) {
		output_begin(&out, opts);
		err = txn_run(nl, source, s, rq, &how, r);
		err = output_end(&out, err, r);
	} else if (!err) {
		err = txn_run(nl, source, s, rq, NULL, r);
		if (!err && opts->echo)
			err = show_run(nl, s, rq, opts, r);
	}
	if (source)
		netlink_close(source);
	return err;
}

/* ---- all verbs ---- */

/* Can each entry be written so that it can be restored?  Not when its program is
 * gone and nothing says where that came from. */
static int check_known(const struct view *v, struct report *r)
{
	for (unsigned int i = 0; i < v->chain.n; i++) {
		const struct entry *e = &v->chain.entries[i];

		if (!*e->name || (!e->program->id && !*e->program->origin.object))
			return report_fail(
				r, STATUS_REFUSED, ENOENT,
				"dev %s: The program of slot %u is gone and too little is known of it: the chain cannot be saved",
				v->link.ifname, i);
	}
	return 0;
}

static int save(struct netlink *nl, struct store *s, const struct request *rq, struct report *r)
{
	enum chain_format fresh;
	struct netlink_link link;
	struct view *v;
	int err = netlink_link(nl, rq->devs[0], &link, r);

	if (err)
		return err;
	v = calloc(1, sizeof(*v));
	if (!v)
		return report_no_memory(r);
	err = view_read_steadily(nl, s, &link, v, r);
	if (!err && v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE)
		err = report_fail(r, STATUS_NOT_TRIED, EPERM, "dev %s: %s", link.ifname, v->reason);
	if (!err && v->kind != VIEW_CHAIN && v->kind != VIEW_DETACHED)
		err = report_fail(r, STATUS_REFUSED, ENOENT,
				  "dev %s: No such chain: there is nothing to save", link.ifname);
	if (!err)
		err = check_known(v, r);
	/* What cannot be found out does not follow either. */
	if (!err && libxdp_format(&fresh, NULL))
		fresh = FORMAT_UNSET;
	if (!err)
		chainfile_print(v, fresh);
	view_close(v);
	free(v);
	return err;
}

static int run_verb(struct netlink *nl, struct store *s, const struct request *rq,
		    const struct options *opts, struct report *r)
{
	switch (rq->verb) {
	case VERB_SHOW:
		return show_run(nl, s, rq, opts, r);
	case VERB_SAVE:
		return save(nl, s, rq, r);
	case VERB_CHECK:
		return check_run(nl, s, rq, opts, r);
	case VERB_REPAIR:
		return upkeep_repair(nl, s, rq, opts, r);
	case VERB_CLEAN:
		return upkeep_clean(nl, s, rq, opts, r);
	default:
		return change(nl, s, rq, opts, r);
	}
}

static bool only_reads(enum verb verb)
{
	return verb == VERB_SHOW || verb == VERB_SAVE || verb == VERB_CHECK;
}

/*
 * The bpffs is opened first: it belongs to the mount namespace we are in, not to
 * the network namespace that is entered.  A chain can be shown without its pins,
 * so a missing bpffs ends only what wants to change one.
 */
static int run(const struct request *rq, const struct options *opts, struct report *r)
{
	struct netlink *nl;
	struct store s;
	int no_store = store_open(&s, r);
	int err = no_store && !only_reads(rq->verb) ? no_store : 0;

	/* Whose directory it is has to be said: it hides the pins. */
	if (!err && no_store == -EPERM)
		report_warn(r, "%s", r->error);
	if (!err && no_store)
		report_clear_error(r);
	if (!err && opts->netns)
		err = enter_netns(opts->netns, r);
	if (!err)
		err = netlink_open(&nl, r);
	if (!err) {
		err = run_verb(nl, no_store ? NULL : &s, rq, opts, r);
		netlink_close(nl);
	}
	if (!no_store)
		store_close(&s);
	return err;
}

static void dispatch(struct request *rq, const struct options *opts, struct report *r)
{
	struct chainfile file = { 0 };

	if (rq->verb == VERB_HELP)
		usage_print();
	else if (rq->verb == VERB_FEATURES)
		show_features(opts, r);
	else if (!rq->file || !chainfile_read(&file, rq->file, rq, r))
		run(rq, opts, r);
	chainfile_free(&file);
}

int xdp_multi(const struct options *opts, int argc, char **argv)
{
	struct report r = REPORT_INIT;
	bool force = opts->force && !opts->batch_file;
	struct kobj_process was;
	struct request rq;
	int status;

	kobj_init(&was);
	if (!parse_request(argc, argv, force, &rq, &r)) {
		rq.explain = opts->details;
		dispatch(&rq, opts, &r);
	}
	status = message_print(&r, rq.n_entries && rq.entries[0].source.verbose);
	report_free(&r);
	parse_free(&rq);
	kobj_done(&was);
	return status;
}
