// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares a chain with what it should be. */
#include "session/compare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object/object.h"
#include "syntax/policy_file.h"

struct comparison {
	const struct request *rq;
	void (*fn)(const struct difference *d, void *arg);
	void *arg;
	struct report *r;
};

static void differs(struct comparison *c, const char *entry, const char *what, const char *want,
		    const char *have)
{
	const struct difference d = { .entry = entry, .what = what, .want = want, .have = have };

	c->fn(&d, c->arg);
}

static void compare_number(struct comparison *c, const char *entry, const char *what, __u32 want,
			   __u32 have)
{
	char a[16], b[16];

	snprintf(a, sizeof(a), "%u", want);
	snprintf(b, sizeof(b), "%u", have);
	if (want != have)
		differs(c, entry, what, a, b);
}

static void rules_text(const struct chain *c, const struct entry *e, char *buf, size_t size)
{
	char actions[64];
	size_t len = snprintf(buf, size, "proceed-on %s",
			      verdicts_text(e->proceed_on, actions, sizeof(actions)));

	for (unsigned int v = 0; v < N_VERDICTS && len < size; v++) {
		int to = e->go_to[v] ? chain_slot(c, e->go_to[v]) : -1;

		if (to >= 0)
			len += snprintf(buf + len, size - len, ", on %s goto %s", verdict_name(v),
					c->entries[to].name);
	}
}

static const char *program_text(const struct program *p, char *buf, size_t size)
{
	const struct origin *o = &p->origin;

	if (*o->sha256)
		snprintf(buf, size, "%.127s sha256 %s%s%s", o->function, o->sha256,
			 o->pinmaps ? " pinmaps " : "", o->pinmaps ? o->pinmaps : "");
	else
		snprintf(buf, size, "id %u", p->id);
	return buf;
}

static void compare_program(struct comparison *c, const char *name, const struct program *want,
			    const struct program *have)
{
	char a[512], b[512];

	if (!have)
		differs(c, name, "program", program_text(want, a, sizeof(a)), "none");
	else if (!request_same_program(want, have))
		differs(c, name, "program", program_text(want, a, sizeof(a)),
			program_text(have, b, sizeof(b)));
}

static int find(const struct chain *c, const char *name)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!strcmp(c->entries[i].name, name))
			return i;
	return -1;
}

/* Count the entries before a slot that the other chain has too. */
static unsigned int rank(const struct chain *c, unsigned int slot, const struct chain *other)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < slot; i++)
		n += find(other, c->entries[i].name) >= 0;
	return n;
}

/* A file of a whole chain gives each entry its slot.  Configuration files do not, so for
 * them ignore slots that differ only because of other entries before. */
static void compare_slots(struct comparison *c, const struct chain *want, unsigned int w,
			  const struct chain *have, unsigned int h)
{
	if (!c->rq->config || rank(want, w, have) != rank(have, h, want))
		compare_number(c, want->entries[w].name, "slot", w, h);
}

static void compare_entry(struct comparison *c, const struct chain *want, unsigned int w,
			  const struct chain *have, unsigned int h)
{
	const struct entry *a = &want->entries[w], *b = &have->entries[h];
	char ra[512], rb[512];

	compare_slots(c, want, w, have, h);
	compare_number(c, a->name, "prio", a->prio, b->prio);
	rules_text(want, a, ra, sizeof(ra));
	rules_text(have, b, rb, sizeof(rb));
	if (strcmp(ra, rb))
		differs(c, a->name, "rules", ra, rb);
	if (a->disabled != b->disabled)
		differs(c, a->name, "disabled", a->disabled ? "yes" : "no",
			b->disabled ? "yes" : "no");
	if (a->linkage != b->linkage)
		differs(c, a->name, "linkage", a->linkage == LINKAGE_TAIL ? "tail" : "ext",
			b->linkage == LINKAGE_TAIL ? "tail" : "ext");
	/* A file of a whole chain does not record the configuration file of an entry. */
	if (c->rq->config && !entry_same_config(a, b))
		differs(c, a->name, "config", a->config ? a->config : "none",
			b->config ? b->config : "none");
	compare_program(c, a->name, a->program, b->program);
}

static void compare(struct comparison *c, const struct chain *want, const struct chain *have)
{
	for (unsigned int i = 0; i < want->n; i++) {
		int slot = find(have, want->entries[i].name);

		if (slot < 0)
			differs(c, want->entries[i].name, "entry", "present", "missing");
		else
			compare_entry(c, want, i, have, slot);
	}
	for (unsigned int i = 0; i < have->n; i++)
		if (find(want, have->entries[i].name) < 0)
			differs(c, have->entries[i].name, "entry", "missing", "present");
}

/*
 * Get the expected properties of a program without loading it.  A line that save wrote
 * has all of them; for any other line, read the object too.
 */
static int expect_program(const struct entry_request *q, struct object *o, struct report *r)
{
	struct program_source src = q->source;
	struct origin *origin = &o->program.origin;
	bool says_all =
		(src.id || (src.sha256 && src.function)) && q->has_place && q->has_proceed_on;
	int err = 0;

	src.sha256 = NULL;
	if (says_all) {
		o->program.id = src.id;
		snprintf(origin->function, sizeof(origin->function), "%s",
			 src.function ? src.function : "");
		origin->pinmaps = src.pinmaps;
	} else {
		err = src.object ? object_open(&src, NULL, o, r) : object_adopt(&src, o, r);
	}
	if (!err && q->source.sha256)
		strcpy(origin->sha256, q->source.sha256);
	return err;
}

/* If the file gives no linkage, accept the present one. */
static bool expects_tail(const struct entry_request *q, const struct chain *have)
{
	int slot = find(have, q->name);

	if (q->linkage != WISH_AUTO)
		return q->linkage == WISH_TAIL;
	return slot >= 0 && have->entries[slot].linkage == LINKAGE_TAIL;
}

/* @decided is a copy of the request's entries, which the policy may change. */
static int expect_chain(const struct request *rq, struct entry_request *decided,
			struct object *objects, struct new_program *new, const struct chain *have,
			struct chain *want, struct report *r)
{
	struct request edit = *rq;
	int err = 0;

	edit.entries = decided;
	for (unsigned int i = 0; !err && i < rq->n_entries; i++) {
		struct entry_request *q = &decided[i];

		err = expect_program(q, &objects[i], r);
		if (err)
			request_blame(rq, q, r);
		if (!*q->name)
			strcpy(q->name, objects[i].name);
		policy_file_set(rq->policy, q, NULL);
		objects[i].program.plain = expects_tail(q, have);
		new[i].program = &objects[i].program;
		new[i].name = q->name;
		new[i].prio = objects[i].prio;
		new[i].proceed_on = objects[i].proceed_on;
	}
	edit.verb = rq->config ? VERB_APPLY : VERB_RESTORE;
	if (rq->config)
		chain_copy(want, have);
	return err ? err : request_edit(&edit, new, want, r);
}

static int compare_with_files(struct comparison *c, const struct view *v)
{
	unsigned int n = c->rq->n_entries;
	struct object *objects = calloc(n + 1, sizeof(*objects));
	struct new_program *new = calloc(n + 1, sizeof(*new));
	struct chain *want = calloc(1, sizeof(*want));
	struct entry_request *decided = calloc(n + 1, sizeof(*decided));
	int err = objects && want && new &&decided ? 0 : report_no_memory(c->r);

	for (unsigned int i = 0; objects && i < n; i++)
		objects[i].program.fd = -1;
	if (!err && n)
		memcpy(decided, c->rq->entries, n * sizeof(*decided));
	if (!err)
		err = expect_chain(c->rq, decided, objects, new, &v->chain, want, c->r);
	if (!err)
		compare(c, want, &v->chain);
	for (unsigned int i = 0; objects && i < n; i++)
		object_close(&objects[i]);
	free(decided);
	free(want);
	free(new);
	free(objects);
	return err;
}

static void compare_chain_line(struct comparison *c, const struct view *v)
{
	if (c->rq->modes && !(c->rq->modes & v->mode))
		differs(c, "-", "mode", xdp_mode_name(c->rq->modes), xdp_mode_name(v->mode));
	if (c->rq->format && c->rq->format != v->chain.format)
		differs(c, "-", "format", format_name(c->rq->format), format_name(v->chain.format));
	if (c->rq->stats && (c->rq->stats == STATS_ON) != v->chain.stats)
		differs(c, "-", "stats", v->chain.stats ? "off" : "on",
			v->chain.stats ? "on" : "off");
}

static bool has_problem(const struct view *v, enum problem_kind kind, int slot)
{
	for (unsigned int i = 0; i < v->problems.n; i++)
		if (v->problems.at[i].kind == kind && v->problems.at[i].slot == slot)
			return true;
	return false;
}

/* An entry that does not run has lost its pins too; report one problem, not three. */
static bool is_consequence(const struct view *v, const struct problem *p)
{
	return p->kind == PROBLEM_PIN_MISSING && p->slot >= 0 &&
	       (has_problem(v, PROBLEM_NOT_LINKED, p->slot) ||
		has_problem(v, PROBLEM_NOT_CALLED, p->slot));
}

static void compare_problems(struct comparison *c, const struct view *v)
{
	char text[PROBLEM_TEXT_SIZE];

	for (unsigned int i = 0; i < v->problems.n; i++)
		if (!is_consequence(v, &v->problems.at[i]))
			differs(c, "-", "whole", "whole", view_problem(v, i, text, sizeof(text)));
}

/* If no chain is attached, report only that; with configuration files, report each
 * missing entry. */
static int compare_none(struct comparison *c, const struct view *v)
{
	if (v->displaced)
		differs(c, "-", "chain", "attached", "displaced");
	else if (v->kind == VIEW_DETACHED)
		differs(c, "-", "chain", "attached", "detached");
	else if (c->rq->config)
		return compare_with_files(c, v);
	else
		differs(c, "-", "chain", "present", "missing");
	return 0;
}

int session_compare(const struct view *v, const struct request *rq,
		    void (*fn)(const struct difference *d, void *arg), void *arg, struct report *r)
{
	struct comparison c = { .rq = rq, .fn = fn, .arg = arg, .r = r };

	if (v->kind != VIEW_CHAIN)
		return compare_none(&c, v);
	compare_problems(&c, v);
	if (!chain_in_force(&v->chain, &v->chain))
		differs(&c, "-", "rules", "as wanted", "less, since libxdp rebuilt the chain");
	compare_chain_line(&c, v);
	return rq->file || rq->config ? compare_with_files(&c, v) : 0;
}
