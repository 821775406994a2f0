// SPDX-License-Identifier: GPL-2.0-or-later
/* The command "ip link xdp multi": words -> request -> call -> print. */
#include "xdp_multi.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply.h"
#include "capture.h"
#include "check.h"
#include "confirm.h"
#include "dot.h"
#include "last_counts.h"
#include "message.h"
#include "metrics.h"
#include "monitor.h"
#include "parse.h"
#include "printer.h"
#include "save.h"
#include "session/session.h"
#include "show.h"
#include "show_features.h"
#include "syntax/chainfile.h"
#include "syntax/grammar.h"
#include "test.h"
#include "trace.h"
#include "upkeep.h"
#include "usage.h"

/* struct trying - a dry run of a request */
struct trying {
	struct output out;
	const struct request *rq;
};

/* Counters that are reset are those of the same dispatcher. */
static void print_unchanged(struct output *out, const struct request *rq)
{
	if (is_json_context(out) || out->opts->brief || rq->stats == STATS_RESET)
		return;
	print_nl(out);
	print_string(out, PRINT_FP, NULL, "%s", "    no change ");
}

static void preview(const struct view *v, const struct view *old, void *arg)
{
	const struct view *chain = view_own_chain(old);
	struct trying *t = arg;
	struct output *out = &t->out;

	if (v->kind == VIEW_NONE && !is_json_context(out) && (v == old || !chain))
		return;
	printer_open_device(out, v);
	if (v->kind == VIEW_NONE)
		print_string(out, PRINT_FP, NULL, "%s", "no chain ");
	print_bool(out, PRINT_JSON, "changed", "%s", v != old);
	if (v != old && chain)
		printer_removed(out, chain, v);
	if (v == old && v->kind == VIEW_CHAIN)
		print_unchanged(out, t->rq);
	printer_close_device(out);
}

static int make_change(struct session *s, const struct request *rq,
		       const struct txn_preview *preview, struct report *r)
{
	if (rq->verb == VERB_APPLY)
		return apply_run(s, rq, preview, r);
	if (rq->verb == VERB_RESTORE && rq->all)
		return restore_all(s, rq, preview, r);
	return session_change(s, rq, preview, r);
}

static int dry_run(struct session *s, const struct request *rq, const struct options *opts,
		   struct report *r)
{
	struct trying t = { .rq = rq };
	const struct txn_preview how = { .show = preview, .arg = &t };

	output_begin(&t.out, opts);
	return output_end(&t.out, make_change(s, rq, &how, r), r);
}

static int stop_counting(struct session *s, const struct request *rq, const struct options *opts,
			 struct report *r)
{
	struct last_counts last;
	int err = last_counts_hold(&last, s, rq, r);

	if (!err)
		err = session_change(s, rq, NULL, r);
	if (!err)
		err = last_counts_print(&last, s, opts, r);
	last_counts_free(&last);
	return err;
}

static int make_and_show(struct session *s, const struct request *rq, const struct options *opts,
			 struct report *r)
{
	int err = rq->stats == STATS_OFF && rq->verb == VERB_SET ? stop_counting(s, rq, opts, r)
								 : make_change(s, rq, NULL, r);
	return !err && opts->echo ? show_run(s, rq, opts, r) : err;
}

static int change(struct session *s, struct request *rq, const struct options *opts,
		  struct report *r)
{
	if (rq->dry_run)
		return dry_run(s, rq, opts, r);
	return rq->confirm ? confirm_change(s, rq, opts, make_and_show, r)
			   : make_and_show(s, rq, opts, r);
}

static int run_verb(struct session *s, struct request *rq, const struct options *opts,
		    struct report *r)
{
	switch (rq->verb) {
	case VERB_SHOW:
		return rq->dot ? dot_run(s, rq, opts, r) : show_run(s, rq, opts, r);
	case VERB_SAVE:
		return save_run(s, rq, r);
	case VERB_METRICS:
		return metrics_run(s, rq, opts, r);
	case VERB_FEATURES:
		return show_features(s, rq, opts, r);
	case VERB_CHECK:
		return check_run(s, rq, opts, r);
	case VERB_REPAIR:
		return upkeep_repair(s, rq, opts, r);
	case VERB_MONITOR:
		return monitor_run(s, rq, opts, r);
	case VERB_TEST:
		return test_run_packets(s, rq, opts, r);
	case VERB_CONFIRM:
	case VERB_UNDO:
		return undo_run(&s->dirs, rq, r);
	case VERB_TRACE:
		return trace_run(s, rq, opts, r);
	case VERB_CLEAN:
		return upkeep_clean(s, rq, opts, r);
	default:
		return change(s, rq, opts, r);
	}
}

static int run(struct request *rq, const struct options *opts, struct report *r)
{
	bool reads = V(rq->verb) & (V(VERB_SHOW) | V(VERB_SAVE) | V(VERB_CHECK) | V(VERB_METRICS) |
				    V(VERB_MONITOR) | V(VERB_FEATURES)) ||
		     (rq->verb == VERB_TEST && !rq->test.change);
	struct session s;
	int err = session_open(&s, opts->netns, reads ? SESSION_READ : SESSION_CHANGE, r);

	if (err)
		return err;
	s.capture = capture_each;
	err = run_verb(&s, rq, opts, r);
	session_close(&s);
	return err;
}

static int run_with_file(struct request *rq, const struct options *opts, struct report *r)
{
	struct request *with = rq->test.change ? rq->test.change : rq;
	struct chainfile file = { 0 };
	int err = with->file && !with->all ? chainfile_read(&file, with->file, with, r) : 0;

	if (!err)
		err = run(rq, opts, r);
	chainfile_free(&file);
	return err;
}

static int dispatch(struct request *rq, const struct options *opts, struct report *r)
{
	switch (rq->verb) {
	case VERB_HELP:
		usage_print(opts);
		return 0;
	default:
		return run_with_file(rq, opts, r);
	}
}

/* Make sure that every failure has a message. */
static void check_said(int err, struct report *r)
{
	if (err == -ENOMEM)
		report_no_memory(r);
	else if (err)
		report_fail(r, STATUS_REFUSED, -err, "%s", strerror(-err));
}

int xdp_multi(const struct options *opts, int argc, char **argv)
{
	struct report r = REPORT_INIT;
	bool force = opts->force && !opts->batch_file;
	struct request rq;
	int err, status;

	err = parse_request(argc, argv, force, &rq, &r);
	if (!err) {
		rq.explain = opts->details;
		if (rq.confirm && opts->batch_file)
			err = report_fail(&r, STATUS_USAGE, EINVAL,
					  "Error: \"confirm\" is not possible in a batch.");
		if (rq.test.change)
			rq.test.change->explain = opts->details;
		err = err ? err : dispatch(&rq, opts, &r);
	}
	check_said(err, &r);
	status = message_print(opts, &r, rq.n_entries && rq.entries[0].source.verbose);
	report_free(&r);
	request_free(&rq);
	return status;
}
