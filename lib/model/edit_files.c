// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains from files: restore a whole chain, or add what configuration files say. */
#include "model/edit_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- a whole chain ---- */

static const struct entry *entry_named(const struct chain *c, const char *name)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!strcmp(c->entries[i].name, name))
			return &c->entries[i];
	return NULL;
}

static const char *name_of(const struct entry_request *q, const struct new_program *p)
{
	return *q->name ? q->name : p->name;
}

/* The program of the entry of this name in @old, if it is the same program. */
static const struct program *in_place(const struct chain *old, const struct entry_request *q,
				      const struct new_program *p)
{
	const char *name = name_of(q, p);

	for (unsigned int i = 0; i < old->n; i++) {
		const struct entry *e = &old->entries[i];

		if (!strcmp(e->name, name) && e->program && request_wish_met(q, e->program) &&
		    request_same_program(e->program, p->program))
			return e->program;
	}
	return p->program;
}

/* A fault of a file has the same status from every command.  Other errors depend on the
 * chain that is there, or on a program. */
static void blame(const struct request *rq, const struct entry_request *q, int err,
		  struct report *r)
{
	if (r && q->line && (err == -ENOENT || err == -EEXIST || err == -EINVAL))
		r->status = STATUS_NOT_TRIED;
	request_blame(rq, q, r);
}

static int too_many(struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, E2BIG, "A chain has at most %u entries", CHAIN_MAX);
}

/* Set the rules of all entries of a request, after all are in the chain. */
static int apply_all_rules(const struct request *rq, const unsigned int *uids, struct chain *c,
			   struct report *r)
{
	for (unsigned int i = 0; i < rq->n_entries; i++) {
		const struct entry_request *q = &rq->entries[i];
		unsigned int to[REQUEST_MAX_RULES] = { 0 };
		int err = edit_resolve_rules(q, c, true, to, r);

		if (!err)
			err = edit_apply_rules(q, c, chain_slot(c, uids[i]), to, r);
		if (err) {
			blame(rq, q, err, r);
			return err;
		}
	}
	return 0;
}

/* Build a whole chain anew; set rules last, because a goto leads to a later line. */
int edit_restore(const struct request *rq, const struct new_program *p, struct chain *c,
		 struct report *r)
{
	struct chain old;
	unsigned int uids[CHAIN_MAX];

	chain_copy(&old, c);
	if (rq->n_entries > CHAIN_MAX)
		return too_many(r);
	c->n = 0;
	c->keep_extended = false;
	/* A file without a format gets the format that libxdp reads now. */
	if (c->format != FORMAT_EXTENDED)
		c->format = FORMAT_UNSET;
	for (unsigned int i = 0; i < rq->n_entries; i++) {
		const struct entry_request *q = &rq->entries[i];
		const struct entry *was = entry_named(&old, name_of(q, &p[i]));
		struct new_program kept = p[i];
		int slot;

		if (!kept.always)
			kept.program = in_place(&old, q, &p[i]);
		slot = edit_insert(q, &kept, c, r);
		if (slot < 0) {
			blame(rq, q, slot, r);
			return slot;
		}
		/* Save and restore must not detach an entry from its configuration file. */
		if (!q->config && was)
			c->entries[slot].config = was->config;
		/* An entry also keeps its counters. */
		if (was)
			c->entries[slot].row = was->row;
		uids[i] = c->entries[slot].uid;
	}
	return apply_all_rules(rq, uids, c, r);
}

/* ---- configuration files ---- */

static int find_request(const struct request *rq, const struct new_program *p, const char *name)
{
	for (unsigned int i = 0; i < rq->n_entries; i++)
		if (!strcmp(name_of(&rq->entries[i], &p[i]), name))
			return i;
	return -1;
}

void edit_blame_rule(const struct request *rq, const struct new_program *p, const struct chain *c,
		     struct report *r)
{
	int slot = rules_first_wrong(c), i;

	if (slot < 0 || (rq->verb != VERB_RESTORE && rq->verb != VERB_APPLY))
		return;
	i = find_request(rq, p, c->entries[slot].name);
	if (i >= 0)
		blame(rq, &rq->entries[i], -EINVAL, r);
}

/* Remove entries whose files are gone.  A file describes its entry completely, so the
 * entry's earlier rules do not keep another entry. */
static int drop_others(const struct request *rq, const struct new_program *p, struct chain *c,
		       struct report *r)
{
	int err = 0;

	for (unsigned int i = 0; i < c->n; i++)
		if (request_drops(rq, &c->entries[i]) ||
		    find_request(rq, p, c->entries[i].name) >= 0)
			rules_set(&c->entries[i], VERDICTS_ALL, FATE_STOP, 0);
	for (unsigned int i = c->n; !err && i-- > 0;)
		if (request_drops(rq, &c->entries[i]) &&
		    find_request(rq, p, c->entries[i].name) < 0)
			err = chain_del(c, i, r);
	return err;
}

static __u32 prio_of(const struct entry_request *q, const struct new_program *p)
{
	return q->has_place ? q->place.prio : p->prio;
}

/* Is the entry behind those of the same priority whose files come before its own?
 * Entries of others may stay in between. */
static bool in_order(const struct request *rq, const struct new_program *p, unsigned int i,
		     const unsigned int *uids, const struct chain *c, int slot)
{
	__u32 prio = prio_of(&rq->entries[i], &p[i]);

	if (c->entries[slot].prio != prio)
		return false;
	for (unsigned int j = 0; j < i; j++)
		if (prio_of(&rq->entries[j], &p[j]) == prio && chain_slot(c, uids[j]) > slot)
			return false;
	return true;
}

/* Update an existing entry to what its file says, except for its rules. */
static int update(const struct request *rq, const struct new_program *p, unsigned int i,
		  const unsigned int *uids, struct chain *c, int slot, struct report *r)
{
	const struct place place = { .how = PLACE_PRIO, .prio = prio_of(&rq->entries[i], &p[i]) };
	struct entry *e = &c->entries[slot];
	int err = edit_update_program(&rq->entries[i], &p[i], e, r);

	if (err)
		return err;
	e->config = rq->entries[i].config;
	e->policy = rq->entries[i].policy;
	e->disabled = false;
	rules_set(e, p[i].proceed_on, FATE_NEXT, 0);
	return in_order(rq, p, i, uids, c, slot) ? slot : chain_move(c, slot, &place, r);
}

static int put_one(const struct request *rq, const struct new_program *p, unsigned int i,
		   const unsigned int *uids, struct chain *c, struct report *r)
{
	struct selector by_name = { .by = SELECT_NAME };
	const char *name = name_of(&rq->entries[i], &p[i]);
	int slot;

	if (!entry_named(c, name))
		return edit_insert(&rq->entries[i], &p[i], c, r);
	snprintf(by_name.name, sizeof(by_name.name), "%s", name);
	slot = chain_find(c, &by_name, r);
	return slot < 0 ? slot : update(rq, p, i, uids, c, slot, r);
}

/* Merge what configuration files say into the existing chain. */
int edit_apply(const struct request *rq, const struct new_program *p, struct chain *c,
	       struct report *r)
{
	unsigned int uids[CHAIN_MAX];
	int err;

	if (rq->only && rq->n_entries)
		return edit_restore(rq, p, c, r);
	if (rq->n_entries > CHAIN_MAX)
		return too_many(r);
	err = drop_others(rq, p, c, r);
	if (err)
		return err;
	for (unsigned int i = 0; i < rq->n_entries; i++) {
		int slot = put_one(rq, p, i, uids, c, r);

		if (slot < 0) {
			blame(rq, &rq->entries[i], slot, r);
			return slot;
		}
		uids[i] = c->entries[slot].uid;
	}
	return apply_all_rules(rq, uids, c, r);
}
