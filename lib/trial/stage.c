// SPDX-License-Identifier: GPL-2.0-or-later
/* A dispatcher with its own copies of programs. */
#include "trial/stage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Find an earlier entry with the same program, or -1. */
static int same_program(const struct chain *c, unsigned int slot)
{
	for (unsigned int i = 0; i < slot; i++)
		if (!c->entries[i].disabled &&
		    c->entries[i].program->id == c->entries[slot].program->id)
			return i;
	return -1;
}

static int clone_entry(struct trial_stage *s, const struct chain *c, unsigned int slot, int ifindex,
		       bool partial, struct report *r)
{
	const struct entry *from = &c->entries[slot];
	struct entry *e = &s->chain.entries[slot];
	int twin = same_program(c, slot);
	int err = 0;

	if (twin >= 0) {
		e->program = s->chain.entries[twin].program;
		e->disabled = s->chain.entries[twin].disabled;
		return 0;
	}
	err = object_clone(from->program, from->name, ifindex, &s->template, partial, &s->copies,
			   &s->clones[slot], r);
	/* Skip an entry whose program cannot be loaded. */
	if (s->clones[slot].program.fd < 0)
		e->disabled = true;
	else
		e->program = &s->clones[slot].program;
	return err;
}

int stage_make(const struct chain *c, int ifindex, bool partial, const struct map_ids *before,
	       struct trial_stage **stage, struct report *r)
{
	struct trial_stage *s = calloc(1, sizeof(*s));
	int err = 0;

	if (!s)
		return report_no_memory(r);
	s->template = (struct template)TEMPLATE_INIT;
	s->built = (struct built)BUILT_INIT;
	s->counters = (struct counters)COUNTERS_INIT;
	s->copies.before = before;
	s->chain = *c;
	s->chain.format = FORMAT_EXTENDED;
	s->chain.stats = false;
	s->chain.traced = false;
	s->clones = calloc(c->n + 1, sizeof(*s->clones));
	if (!s->clones)
		err = report_no_memory(r);
	for (unsigned int i = 0; !err && i < c->n; i++)
		s->clones[i].program.fd = -1;
	for (unsigned int i = 0; !err && i < c->n; i++)
		if (!c->entries[i].disabled)
			err = clone_entry(s, c, i, ifindex, partial, r);
	if (err) {
		stage_close(s);
		return err;
	}
	*stage = s;
	return 0;
}

int stage_build(struct trial_stage *s, int ifindex, struct report *r)
{
	const struct instruments with = { .counters = &s->counters };
	int err = counters_make(&s->counters, r);

	s->chain.stats = true;
	for (unsigned int i = 0; i < s->chain.n; i++)
		s->chain.entries[i].row = 1 + i;
	return err ? err : built_make(&s->built, &s->chain, ifindex, &with, &s->template, r);
}

/* In the shortened chain, a verdict that leads past @slot ends the chain. */
static int make_end(struct trial_stage *s, unsigned int slot, int ifindex, struct built *b,
		    struct report *r)
{
	struct chain *c = malloc(sizeof(*c));
	int err;

	if (!c)
		return report_no_memory(r);
	*c = s->chain;
	c->n = slot + 1;
	c->stats = false;
	err = built_make(b, c, ifindex, NULL, &s->template, r);
	free(c);
	return err;
}

const struct built *stage_end(struct trial_stage *s, unsigned int slot, int ifindex,
			      struct report *r)
{
	struct built *b = s->ends[slot];

	if (b)
		return b;
	b = malloc(sizeof(*b));
	if (!b) {
		report_no_memory(r);
		return NULL;
	}
	*b = (struct built)BUILT_INIT;
	s->ends[slot] = b;
	if (!make_end(s, slot, ifindex, b, r))
		return b;
	built_close(b);
	free(b);
	s->ends[slot] = NULL;
	return NULL;
}

void stage_close(struct trial_stage *s)
{
	if (!s)
		return;
	for (unsigned int i = 0; i < s->chain.n; i++) {
		if (!s->ends[i])
			continue;
		built_close(s->ends[i]);
		free(s->ends[i]);
	}
	built_close(&s->built);
	counters_close(&s->counters);
	for (unsigned int i = 0; s->clones && i < s->chain.n; i++)
		object_close(&s->clones[i]);
	map_copies_close(&s->copies);
	template_close(&s->template);
	free(s->clones);
	free(s);
}
