// SPDX-License-Identifier: GPL-2.0-or-later
/* Shows the chains and programs on interfaces. */
#include "show.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "chain/counted.h"
#include "kernel/run_stats.h"
#include "printer.h"

#define DEFAULT_INTERVAL 1 /* seconds */

/*
 * struct sample - the counters of a dispatcher at some time
 * @at: the time in nanoseconds
 * @counted: @counts is valid
 * @run: number and total time of its runs
 */
struct sample {
	int ifindex;
	__u32 dispatcher;
	__u64 at;
	bool counted;
	struct chain_counts counts;
	struct run_stats run;
};

/*
 * struct show - the state of "show"
 * @before: earlier samples, to compute rates
 */
struct show {
	struct output out;
	struct report *r;
	struct sample *before;
	size_t n_before;
};

static __u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static int take_sample(const struct show *sh, const struct view *v, struct sample *s)
{
	const struct view *own = view_own_chain(v);
	int is = 0;

	s->ifindex = v->link.ifindex;
	s->dispatcher = v->prog.id;
	if (own)
		is = counted_read(own, &s->counts, sh->r);
	s->counted = is > 0;
	run_stats_read(v->fd, &s->run);
	s->at = now();
	if (is < 0)
		report_context(sh->r, "dev %s", v->link.ifname);
	return is < 0 ? is : 0;
}

static int remember(const struct view *v, void *arg)
{
	struct show *sh = arg;
	struct sample *before;
	int err;

	if (v->kind != VIEW_CHAIN)
		return 0;
	before = realloc(sh->before, (sh->n_before + 1) * sizeof(*before));
	if (!before)
		return report_no_memory(sh->r);
	sh->before = before;
	err = take_sample(sh, v, &before[sh->n_before]);
	sh->n_before += !err;
	return err;
}

/* Another dispatcher may have other entries in its slots. */
static const struct sample *find_before(const struct show *sh, const struct view *v,
					const struct sample *s)
{
	for (size_t i = 0; i < sh->n_before; i++) {
		if (sh->before[i].ifindex != s->ifindex)
			continue;
		if (sh->before[i].dispatcher == s->dispatcher)
			return &sh->before[i];
		report_warn(sh->r, "dev %s: the chain was changed meanwhile: its rates are unknown",
			    v->link.ifname);
	}
	return NULL;
}

/* If counters are requested but off, print how to turn them on.  A damaged chain cannot
 * have counters. */
static void say_how(const struct show *sh, const struct view *v)
{
	report_warn(
		sh->r,
		"dev %s: packets are not counted: \"ip link xdp multi set dev %s stats on\" starts counting",
		v->link.ifname, v->link.ifname);
}

static void show_sample(struct show *sh, const struct view *v, const struct sample *s)
{
	const struct sample *before = find_before(sh, v, s);
	struct chain_counts rates;
	struct shown_counts shown = { .counts = s->counted ? &s->counts : NULL };

	if (before) {
		shown.ns = s->at - before->at;
		shown.run.runs = s->run.runs - before->run.runs;
		shown.run.ns = s->run.ns - before->run.ns;
	}
	if (before && before->counted && s->counted) {
		counts_since(&before->counts, &s->counts, v->chain.n, &rates);
		shown.rates = &rates;
	}
	printer_counted(&sh->out, v, &shown);
}

static int show_counted(const struct view *v, void *arg)
{
	struct show *sh = arg;
	struct sample s;
	int err = take_sample(sh, v, &s);

	if (err)
		return err;
	if (!s.counted && v->kind == VIEW_CHAIN && view_is_whole(v))
		say_how(sh, v);
	show_sample(sh, v, &s);
	return 0;
}

static int show_view(const struct view *v, void *arg)
{
	struct show *sh = arg;

	printer_view(&sh->out, v);
	return 0;
}

static int wait_between(struct session *s, const struct request *rq, struct show *sh)
{
	const struct timespec pause = { .tv_sec = rq->interval ? rq->interval : DEFAULT_INTERVAL };
	int err = session_each_view(s, rq->devs, rq->n_devs, remember, sh, sh->r);

	if (!err)
		nanosleep(&pause, NULL);
	return err;
}

static int show_rates(struct session *s, const struct request *rq, struct show *sh)
{
	int measured = run_stats_enable();
	int err = wait_between(s, rq, sh);

	if (!err)
		err = session_each_view(s, rq->devs, rq->n_devs, show_counted, sh, sh->r);
	if (measured >= 0)
		close(measured);
	free(sh->before);
	return err;
}

int show_run(struct session *s, const struct request *rq, const struct options *opts,
	     struct report *r)
{
	struct show sh = { .r = r };
	int err;

	output_begin(&sh.out, opts);
	if (opts->stats > 1 || rq->interval)
		err = show_rates(s, rq, &sh);
	else
		err = session_each_view(s, rq->devs, rq->n_devs,
					opts->stats ? show_counted : show_view, &sh, r);
	return output_end(&sh.out, err, r);
}
