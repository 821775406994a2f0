// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whom the new dispatcher of a device tells of packets.
 *
 * It goes on in the very maps of the old one, so that no packet is missed.  A tracer
 * that was killed could not put the chain back: the next change does.
 */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "dispatcher/tracing.h"

/* The dispatcher whose trace the chain has with its entries: of the device's own
 * chain, or of the one that is shared. */
static const struct kobj_prog *traced_before(const struct txn *x, const struct target *t)
{
	const struct view *own = x->rq->verb == VERB_SHARE ? x->source : view_own_chain(t->old);

	return own && own->chain.traced ? &own->prog : NULL;
}

static int take_up(const struct txn *x, struct target *t, const struct kobj_prog *dispatcher)
{
	int err;

	t->own_tracing = malloc(sizeof(*t->own_tracing));
	if (!t->own_tracing)
		return report_no_memory(x->r);
	err = tracing_open(dispatcher, t->own_tracing, x->r);
	if (!err)
		return 0;
	target_trace_close(t);
	if (err != -ENOENT)
		return err;
	/* Somebody removed them meanwhile. */
	report_clear_error(x->r);
	return 0;
}

/* The chain as it was before.  What asked for the extended format stays. */
static void end(struct target *t)
{
	struct chain *c = t->plan.chain;
	const struct format *f = t->own_tracing ? format_of(t->own_tracing->conf->format) : NULL;

	t->tracing = NULL;
	c->traced = false;
	if (c->format == FORMAT_EXTENDED && !c->keep_extended && f && f->writable)
		c->format = f->version;
}

static int begin(const struct txn *x, struct target *t)
{
	struct chain *c = t->plan.chain;
	int err;

	if (t->tracing)
		return report_fail(
			x->r, STATUS_REFUSED, EBUSY,
			"The chain is already traced, by process %u: end that trace first",
			t->own_tracing->conf->pid);
	end(t);
	t->tracing = x->rq->trace.maps;
	err = tracing_set_format(t->tracing, c->format, x->r);
	c->traced = !err;
	return err;
}

int target_trace(const struct txn *x, struct target *t)
{
	const struct kobj_prog *before = traced_before(x, t);
	const struct tracing *mine = x->rq->trace.maps;
	bool is_mine = before && mine && tracing_is_of(mine, before);
	int err = t->plan.chain->traced && before ? take_up(x, t, before) : 0;

	if (err)
		return err;
	if (t->own_tracing && x->rq->verb != VERB_SHARE && tracing_is_alive(t->own_tracing))
		t->tracing = t->own_tracing;
	if (is_mine && x->rq->trace.wish != TRACE_OFF)
		return 0;
	if (x->rq->trace.wish == TRACE_ON)
		return begin(x, t);
	if (is_mine || !t->tracing)
		end(t);
	return 0;
}

bool target_trace_begins(const struct target *t)
{
	return t->tracing && t->tracing != t->own_tracing;
}

void target_trace_close(struct target *t)
{
	if (t->own_tracing)
		tracing_close(t->own_tracing);
	free(t->own_tracing);
	t->own_tracing = NULL;
	t->tracing = NULL;
}
