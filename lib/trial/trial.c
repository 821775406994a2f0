// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs test packets through an unattached copy of a chain. */
#include "trial/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dispatcher/test_run.h"
#include "trial/stage.h"

#define ROUNDS 3 /* the fastest one counts */

/* ---- the chain ---- */

/* The view is closed before the copy is used, so copy the path.  A trial pins no maps. */
static int hold(struct program *to, const struct program *from, struct report *r)
{
	const char *object = from->origin.object;

	*to = *from;
	to->origin.pinmaps = NULL;
	to->origin.object = object ? strdup(object) : NULL;
	to->fd = from->fd < 0 ? -1 : fcntl(from->fd, F_DUPFD_CLOEXEC, 3);
	if (object && !to->origin.object)
		return report_no_memory(r);
	if (from->fd < 0 || to->fd >= 0)
		return 0;
	return report_fail(r, STATUS_REFUSED, errno, "Cannot keep the program open: %s",
			   strerror(errno));
}

static int hold_all(struct trial *t, struct report *r)
{
	int err = 0;

	t->programs = calloc(t->chain.n + 1, sizeof(*t->programs));
	if (!t->programs)
		return report_no_memory(r);
	for (unsigned int i = 0; i < t->chain.n; i++)
		t->programs[i].fd = -1;
	for (unsigned int i = 0; !err && i < t->chain.n; i++) {
		const struct program *p = t->chain.entries[i].program;

		err = hold(&t->programs[i], p, r);
		if (!err && p->fd >= 0)
			err = map_set_add_program(&t->maps, p->id, r);
		t->chain.entries[i].program = &t->programs[i];
		/* These are texts of the view, and a trial needs no labels. */
		t->chain.entries[i].config = NULL;
		t->chain.entries[i].policy = NULL;
	}
	return err;
}

/* After libxdp rebuilt a chain, less than the wanted proceed-on set can be in force. */
static void take_in_force(struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		c->entries[i].proceed_on = c->entries[i].in_force;
}

void trial_note_maps(struct trial *t)
{
	map_ids_read(&t->before);
}

int trial_take(struct trial *t, const struct view *v, bool attached, struct report *r)
{
	t->link = v->link;
	t->taken = true;
	if (v->kind != VIEW_CHAIN)
		return 0;
	chain_copy(&t->chain, &v->chain);
	if (attached)
		take_in_force(&t->chain);
	t->by_libxdp = attached && !v->ours;
	return hold_all(t, r);
}

static int refuse_bound(const struct trial *t, struct report *r)
{
	for (unsigned int i = 0; i < t->chain.n; i++)
		if (!t->chain.entries[i].disabled && t->chain.entries[i].program->devbound)
			return report_fail(
				r, STATUS_REFUSED, EOPNOTSUPP,
				"Entry \"%s\" cannot be tested: its program is device-bound, and test packets come from no device",
				t->chain.entries[i].name);
	return 0;
}

int trial_build(struct trial *t, bool partial, struct report *r)
{
	int err = refuse_bound(t, r);

	t->partial = partial;
	if (err || !t->chain.n)
		return err;
	err = stage_make(&t->chain, t->link.ifindex, partial, &t->before, &t->stage, r);
	return err ? err : stage_build(t->stage, t->link.ifindex, r);
}

/* ---- packets ---- */

static int check_length(const struct trial *t, unsigned int len, struct report *r)
{
	unsigned int most =
		t->stage && chain_frags(&t->stage->chain) ? TEST_RUN_MAX : TEST_RUN_LINEAR_MAX;

	if (len < TEST_RUN_MIN)
		return report_fail(r, STATUS_NOT_TRIED, EINVAL,
				   "a packet has at least %u bytes, this one has %u", TEST_RUN_MIN,
				   len);
	if (len > most)
		return report_fail(
			r, STATUS_NOT_TRIED, EMSGSIZE,
			"a packet of %u bytes is too long: this chain can be tested with at most %u",
			len, most);
	return 0;
}

static int read_counts(struct trial_stage *s, struct chain_counts *out, struct report *r)
{
	struct counts *rows = calloc(COUNTS_ROWS, sizeof(*rows));
	int err = rows ? counters_read(&s->counters, rows, r) : report_no_memory(r);

	if (!err)
		counts_of_chain(&s->chain, rows, out);
	free(rows);
	return err;
}

/* struct difference - the counters before and after a packet */
struct difference {
	struct chain_counts before, after, packet;
};

static int run_counted(struct trial *t, struct test_run *run, struct path *p, struct report *r)
{
	struct difference *d = malloc(sizeof(*d));
	int err = d ? read_counts(t->stage, &d->before, r) : report_no_memory(r);

	if (!err)
		err = test_run(t->stage->built.dispatcher.fd, run, r);
	if (!err)
		err = read_counts(t->stage, &d->after, r);
	if (!err) {
		counts_since(&d->before, &d->after, t->chain.n, &d->packet);
		path_of_counts(&t->stage->chain, &d->packet, p);
	}
	free(d);
	return err;
}

int trial_packet(struct trial *t, const void *packet, unsigned int len, struct path *p,
		 unsigned int *len_out, struct report *r)
{
	struct test_run run = {
		.packet = packet,
		.len = len,
		.ifindex = t->link.ifindex,
		.repeat = 1,
	};
	int err = check_length(t, len, r);

	p->n = 0;
	p->verdict = VERDICT_PASS;
	*len_out = len;
	if (err || !t->stage)
		return err;
	err = run_counted(t, &run, p, r);
	if (err)
		return err;
	*len_out = run.len_out;
	p->verdict = run.result < N_VERDICTS ? run.result : VERDICT_OTHER;
	if (t->by_libxdp)
		path_end_by_libxdp(&t->stage->chain, p);
	return 0;
}

/* ---- time ---- */

/* Take the fastest of a few rounds: other load on the machine only adds time. */
static int time_up_to(struct trial *t, unsigned int slot, struct test_run *run, unsigned int *ns,
		      struct report *r)
{
	const struct built *b = stage_end(t->clock, slot, t->link.ifindex, r);
	int err = b ? 0 : -EIO;

	*ns = 0;
	for (unsigned int i = 0; !err && i < ROUNDS; i++) {
		err = test_run(b->dispatcher.fd, run, r);
		if (!err && (!i || run->ns < *ns))
			*ns = run->ns;
	}
	return err;
}

int trial_time(struct trial *t, const void *packet, unsigned int len, unsigned int repeat,
	       struct path *p, struct report *r)
{
	struct test_run run = {
		.packet = packet,
		.len = len,
		.ifindex = t->link.ifindex,
		.repeat = repeat,
	};
	unsigned int before = 0, ns;
	struct report unsaid = REPORT_INIT;
	int err = 0;

	/* The same warnings were already reported for the first stage. */
	if (!t->clock && p->n) {
		err = stage_make(&t->chain, t->link.ifindex, t->partial, &t->before, &t->clock,
				 &unsaid);
		if (err)
			report_fail(r, unsaid.status, -err, "%s", unsaid.error);
		report_free(&unsaid);
	}
	for (unsigned int i = 0; !err && i < p->n && i < TRIAL_TIMED; i++) {
		err = time_up_to(t, p->steps[i].slot, &run, &ns, r);
		p->steps[i].ns = ns > before ? ns - before : 0;
		before = ns > before ? ns : before;
	}
	return err;
}

void trial_close(struct trial *t)
{
	stage_close(t->stage);
	stage_close(t->clock);
	for (unsigned int i = 0; t->programs && i < t->chain.n; i++) {
		if (t->programs[i].fd >= 0)
			close(t->programs[i].fd);
		free((char *)t->programs[i].origin.object);
	}
	map_set_close(&t->maps);
	map_ids_close(&t->before);
	free(t->programs);
	*t = (struct trial){ 0 };
}
