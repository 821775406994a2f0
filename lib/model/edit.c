// SPDX-License-Identifier: GPL-2.0-or-later
/* Apply a request to a chain. */
#include "model/edit_internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

bool request_loads(const struct entry_request *e)
{
	return e->source.object || e->source.pinned || e->source.id;
}

bool request_drops(const struct request *rq, const struct entry *e)
{
	if (rq->verb == VERB_APPLY)
		return e->config || (rq->only && rq->n_entries);
	return rq->verb == VERB_RESTORE;
}

void request_blame(const struct request *rq, const struct entry_request *e, struct report *r)
{
	const char *file = e->config ? e->config : rq->file;

	if (e->line)
		report_context(r, "%s:%u", strcmp(file, "-") ? file : "standard input", e->line);
}

static bool begins_with_line_of(const char *sentence, const char *file)
{
	size_t len = strlen(file);

	return !strncmp(sentence, file, len) && sentence[len] == ':' &&
	       isdigit((unsigned char)sentence[len + 1]);
}

bool request_is_blamed(const struct request *rq, const struct report *r)
{
	const char *error = report_error(r);

	if (!rq->file || !r || r->status != STATUS_NOT_TRIED)
		return false;
	return begins_with_line_of(error, rq->file) ||
	       (!strcmp(rq->file, "-") && begins_with_line_of(error, "standard input"));
}

bool request_same_program(const struct program *a, const struct program *b)
{
	if (a->id && a->id == b->id)
		return true;
	return *a->origin.sha256 && *b->origin.sha256 &&
	       !strcmp(a->origin.sha256, b->origin.sha256) &&
	       !strcmp(a->origin.function, b->origin.function) &&
	       same_text(a->origin.pinmaps, b->origin.pinmaps);
}

bool request_wish_met(const struct entry_request *q, const struct program *p)
{
	return q->linkage == WISH_AUTO || p->plain == (q->linkage == WISH_TAIL);
}

int edit_resolve_rules(const struct entry_request *q, const struct chain *c, bool by_slot,
		       unsigned int *uids, struct report *r)
{
	for (unsigned int i = 0; i < q->n_rules; i++) {
		const struct rule_request *rule = &q->rules[i];
		int to;

		if (rule->fate != FATE_GOTO || (rule->to.by == SELECT_SLOT) != by_slot)
			continue;
		to = chain_find(c, &rule->to, r);
		if (to < 0)
			return to;
		uids[i] = c->entries[to].uid;
	}
	return 0;
}

int edit_apply_rules(const struct entry_request *q, struct chain *c, unsigned int slot,
		     unsigned int *uids, struct report *r)
{
	struct entry *e = &c->entries[slot];
	int err = edit_resolve_rules(q, c, false, uids, r);

	if (err)
		return err;
	if (q->has_proceed_on) {
		rules_set(e, VERDICTS_ALL & ~q->proceed_on, FATE_STOP, 0);
		rules_set(e, q->proceed_on, FATE_NEXT, 0);
	}
	for (unsigned int i = 0; i < q->n_rules; i++)
		rules_set(e, q->rules[i].mask, q->rules[i].fate, uids[i]);
	if (q->toggle != TOGGLE_NONE)
		e->disabled = q->toggle == TOGGLE_DISABLE;
	return 0;
}

/* A program of type XDP can only be tail-called, an extension can only replace a stub. */
static enum linkage linkage_of(const struct program *p)
{
	return p->plain ? LINKAGE_TAIL : LINKAGE_EXT;
}

int edit_insert(const struct entry_request *q, const struct new_program *p, struct chain *c,
		struct report *r)
{
	struct place by_object = { .how = PLACE_PRIO, .prio = p->prio };
	struct entry e = {
		.prio = p->prio,
		.proceed_on = p->proceed_on,
		.linkage = linkage_of(p->program),
		.config = q->config,
		.policy = q->policy,
		.program = p->program,
	};

	strcpy(e.name, *q->name ? q->name : p->name);
	return chain_insert(c, &e, q->has_place ? &q->place : &by_object, r);
}

/* The existing program stays, so it must be the requested one. */
static int check_kept(const struct entry_request *q, const struct program *p, struct report *r)
{
	if (!q->source.has_tag || !memcmp(q->source.tag, p->tag, BPF_TAG_BYTES))
		return 0;
	return report_fail(
		r, STATUS_REFUSED, EBADMSG,
		"Program %u is unchanged, but it does not have the given tag: correct or leave out \"tag\"",
		p->id);
}

int edit_update_program(const struct entry_request *q, const struct new_program *p, struct entry *e,
			struct report *r)
{
	if (!p->always && request_wish_met(q, e->program) &&
	    request_same_program(p->program, e->program))
		return check_kept(q, e->program, r);
	e->program = p->program;
	e->linkage = linkage_of(p->program);
	return 0;
}

/* If the policy sets the priority that an entry already has, the entry does not move
 * behind others of that priority. */
static bool moves(const struct entry_request *q, const struct entry *e)
{
	if (q->policy && q->place.how == PLACE_PRIO && q->place.prio == e->prio)
		return false;
	return q->has_place;
}

static bool alters(const struct entry_request *q)
{
	return q->policy || q->has_place || q->has_proceed_on || q->n_rules ||
	       q->toggle != TOGGLE_NONE;
}

/* Apply the request to an existing entry.  Move it first, because the targets of its
 * gotos must be behind it. */
static int modify(const struct entry_request *q, const struct new_program *p, struct chain *c,
		  int slot, struct report *r)
{
	unsigned int uids[REQUEST_MAX_RULES] = { 0 };
	struct entry *e = &c->entries[slot];
	int err = edit_resolve_rules(q, c, true, uids, r);

	if (err)
		return err;
	if (p->program)
		err = edit_update_program(q, p, e, r);
	if (err)
		return err;
	if (*q->name) {
		err = chain_rename(c, slot, q->name, r);
		if (err)
			return err;
	}
	/* A value that the request changes no longer comes from the policy. */
	if (alters(q))
		e->policy = q->policy;
	if (moves(q, e)) {
		slot = chain_move(c, slot, &q->place, r);
		if (slot < 0)
			return slot;
	}
	return edit_apply_rules(q, c, slot, uids, r);
}

static int find_selected(const struct request *rq, const struct chain *c, struct report *r)
{
	int slot = chain_find(c, &rq->selector, r);

	if (slot == -ENOENT && rq->if_exists)
		report_clear_error(r);
	return slot;
}

static int edit_add(const struct request *rq, const struct new_program *p, struct chain *c,
		    struct report *r)
{
	const struct entry_request *q = rq->entries;
	unsigned int uids[REQUEST_MAX_RULES] = { 0 };
	int slot = edit_resolve_rules(q, c, true, uids, r);

	if (!slot)
		slot = edit_insert(q, p, c, r);
	return slot < 0 ? slot : edit_apply_rules(q, c, slot, uids, r);
}

static int edit_replace(const struct request *rq, const struct new_program *p, struct chain *c,
			struct report *r)
{
	const struct entry_request *q = rq->entries;
	struct selector by_name = { .by = SELECT_NAME };
	struct report missing = REPORT_INIT;
	int slot;

	snprintf(by_name.name, sizeof(by_name.name), "%s", *q->name ? q->name : p->name);
	slot = chain_find(c, &by_name, &missing);
	report_free(&missing);
	if (slot == -ENOENT)
		return edit_add(rq, p, c, r);
	if (slot < 0)
		return chain_find(c, &by_name, r);
	c->entries[slot].policy = NULL;
	return modify(q, p, c, slot, r);
}

static int edit_change(const struct request *rq, const struct new_program *p, struct chain *c,
		       struct report *r)
{
	int slot = find_selected(rq, c, r);

	if (slot < 0)
		return slot;
	return modify(rq->entries, p, c, slot, r);
}

static int edit_del(const struct request *rq, struct chain *c, struct report *r)
{
	int slot = find_selected(rq, c, r);

	if (slot == -ENOENT && rq->if_exists)
		return 0;
	return slot < 0 ? slot : chain_del(c, slot, r);
}

static int edit(const struct request *rq, const struct new_program *programs, struct chain *c,
		struct report *r)
{
	switch (rq->verb) {
	case VERB_ADD:
	case VERB_ADOPT:
		return edit_add(rq, programs, c, r);
	case VERB_REPLACE:
		return edit_replace(rq, programs, c, r);
	case VERB_CHANGE:
		return edit_change(rq, programs, c, r);
	case VERB_RESTORE:
		return edit_restore(rq, programs, c, r);
	case VERB_APPLY:
		return edit_apply(rq, programs, c, r);
	case VERB_DEL:
		return edit_del(rq, c, r);
	case VERB_FLUSH:
		c->n = 0;
		return 0;
	case VERB_SET:
		return 0;
	default:
		return report_fail(r, STATUS_USAGE, EINVAL, "This command changes nothing");
	}
}

static int edit_stats(const struct request *rq, struct chain *c, struct report *r)
{
	if (rq->stats == STATS_RESET && !c->stats)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "The chain has no counters: \"stats on\" adds them");
	if (rq->stats == STATS_ON)
		c->stats = true;
	else if (rq->stats == STATS_OFF)
		c->stats = false;
	for (unsigned int i = 0; !c->stats && i < c->n; i++)
		c->entries[i].row = 0;
	return 0;
}

int request_edit(const struct request *rq, const struct new_program *programs, struct chain *c,
		 struct report *r)
{
	int err = edit(rq, programs, c, r);

	if (!err)
		err = edit_stats(rq, c, r);
	if (err)
		return err;
	err = rules_check(c, r);
	if (err)
		edit_blame_rule(rq, programs, c, r);
	return err;
}
