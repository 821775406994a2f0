// SPDX-License-Identifier: GPL-2.0-or-later
/* The differences between two chains. */
#include "model/changes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/format.h"

#define MAX_PER_ENTRY 5 /* renamed, replaced, moved or prio, rules, en- or disabled */
#define MAX_PER_CHAIN 2 /* stats, trace */

/* ---- snapshots ---- */

static void take_entry(struct seen_entry *s, const struct chain *c, const struct entry *e)
{
	*s = (struct seen_entry){
		.id = e->program ? e->program->id : 0,
		.prio = e->prio,
		.proceed_on = e->proceed_on,
		.disabled = e->disabled,
	};
	memcpy(s->name, e->name, sizeof(s->name));
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int to = e->go_to[v] ? chain_slot(c, e->go_to[v]) : -1;

		if (to >= 0)
			memcpy(s->go_to[v], c->entries[to].name, sizeof(s->go_to[v]));
	}
}

int seen_take(struct seen_chain *s, const struct chain *c)
{
	*s = (struct seen_chain){
		.format = c->format,
		.stats = c->stats,
		.traced = c->traced,
		.entries = calloc(c->n + 1, sizeof(*s->entries)),
	};
	if (!s->entries)
		return -ENOMEM;
	for (; s->n < c->n; s->n++)
		take_entry(&s->entries[s->n], c, &c->entries[s->n]);
	return 0;
}

void seen_free(struct seen_chain *s)
{
	free(s->entries);
	*s = (struct seen_chain){ 0 };
}

const char *change_kind_name(enum change_kind kind)
{
	static const char *const names[] = {
		[CHANGE_ADDED] = "added",
		[CHANGE_REMOVED] = "removed",
		[CHANGE_RENAMED] = "renamed",
		[CHANGE_REPLACED] = "replaced",
		[CHANGE_MOVED] = "moved",
		[CHANGE_PRIO] = "prio",
		[CHANGE_RULES] = "rules",
		[CHANGE_DISABLED] = "disabled",
		[CHANGE_ENABLED] = "enabled",
		[CHANGE_STATS_ON] = "stats on",
		[CHANGE_STATS_OFF] = "stats off",
		[CHANGE_TRACE_STARTED] = "trace started",
		[CHANGE_TRACE_ENDED] = "trace ended",
		[CHANGE_FORMAT] = "format",
	};

	return names[kind];
}

/* ---- which entry is which ---- */

/*
 * struct pairing - @old[slot in the new chain] is the slot in the old chain, -1 for
 * none; @taken: old slots that are paired
 */
struct pairing {
	int old[CHAIN_MAX];
	bool taken[CHAIN_MAX];
	bool stays[CHAIN_MAX];
};

static void pair(struct pairing *p, const struct seen_chain *old, const struct seen_chain *now,
		 bool (*same)(const struct seen_entry *a, const struct seen_entry *b))
{
	for (unsigned int i = 0; i < now->n; i++)
		for (unsigned int o = 0; p->old[i] < 0 && o < old->n; o++) {
			if (p->taken[o] || !same(&old->entries[o], &now->entries[i]))
				continue;
			p->old[i] = o;
			p->taken[o] = true;
		}
}

static bool same_both(const struct seen_entry *a, const struct seen_entry *b)
{
	return a->id == b->id && !strcmp(a->name, b->name);
}

static bool same_name(const struct seen_entry *a, const struct seen_entry *b)
{
	return *a->name && !strcmp(a->name, b->name);
}

static bool same_program(const struct seen_entry *a, const struct seen_entry *b)
{
	return a->id && a->id == b->id;
}

/* The longest sequence of entries that kept their order stays; the others have moved. */
static void find_staying(struct pairing *p, unsigned int n)
{
	unsigned int length[CHAIN_MAX];
	int before[CHAIN_MAX], end = -1;

	for (unsigned int i = 0; i < n; i++) {
		length[i] = p->old[i] >= 0;
		before[i] = -1;
		for (unsigned int j = 0; p->old[i] >= 0 && j < i; j++) {
			if (p->old[j] < 0 || p->old[j] > p->old[i] || length[j] < length[i])
				continue;
			length[i] = length[j] + 1;
			before[i] = j;
		}
		if (length[i] && (end < 0 || length[i] > length[end]))
			end = i;
	}
	for (; end >= 0; end = before[end])
		p->stays[end] = true;
}

/* ---- the differences ---- */

static bool same_rules(const struct seen_entry *a, const struct seen_entry *b)
{
	return a->proceed_on == b->proceed_on && !memcmp(a->go_to, b->go_to, sizeof(a->go_to));
}

static unsigned int differences(const struct seen_entry *was, const struct seen_entry *is,
				bool moved, struct entry_change *out)
{
	struct entry_change c = {
		.entry = is->name,
		.was = was->name,
		.old_id = was->id,
		.id = is->id,
	};
	const struct {
		bool so;
		enum change_kind kind;
	} all[] = {
		{ strcmp(was->name, is->name) != 0, CHANGE_RENAMED },
		{ was->id != is->id, CHANGE_REPLACED },
		{ moved, CHANGE_MOVED },
		{ !moved && was->prio != is->prio, CHANGE_PRIO },
		{ !same_rules(was, is), CHANGE_RULES },
		{ !was->disabled && is->disabled, CHANGE_DISABLED },
		{ was->disabled && !is->disabled, CHANGE_ENABLED },
	};
	unsigned int n = 0;

	for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!all[i].so)
			continue;
		c.kind = all[i].kind;
		out[n++] = c;
	}
	return n;
}

static unsigned int list(const struct pairing *p, const struct seen_chain *old,
			 const struct seen_chain *now, struct entry_change *out)
{
	unsigned int n = 0;

	for (unsigned int o = 0; o < old->n; o++)
		if (!p->taken[o])
			out[n++] = (struct entry_change){
				.kind = CHANGE_REMOVED,
				.entry = old->entries[o].name,
				.was = old->entries[o].name,
				.old_id = old->entries[o].id,
			};
	for (unsigned int i = 0; i < now->n; i++) {
		const struct seen_entry *is = &now->entries[i];

		if (p->old[i] >= 0)
			n += differences(&old->entries[p->old[i]], is, !p->stays[i], &out[n]);
		else
			out[n++] = (struct entry_change){
				.kind = CHANGE_ADDED,
				.entry = is->name,
				.was = is->name,
				.id = is->id,
			};
	}
	return n;
}

/* Between two chains: another format alone is the only reason for a new dispatcher. */
static unsigned int list_common(const struct seen_chain *old, const struct seen_chain *now,
				bool alone, struct entry_change *out)
{
	unsigned int n = 0;

	if (!old->n || !now->n)
		return 0;
	if (old->stats != now->stats)
		out[n++].kind = now->stats ? CHANGE_STATS_ON : CHANGE_STATS_OFF;
	if (old->traced != now->traced)
		out[n++].kind = now->traced ? CHANGE_TRACE_STARTED : CHANGE_TRACE_ENDED;
	if (n || !alone || old->format == now->format)
		return n;
	out[n++] =
		(struct entry_change){ .kind = CHANGE_FORMAT, .entry = format_name(now->format) };
	return n;
}

int changes_between(const struct seen_chain *old, const struct seen_chain *now,
		    struct entry_change **changes, unsigned int *n)
{
	struct pairing p = { 0 };

	for (unsigned int i = 0; i < CHAIN_MAX; i++)
		p.old[i] = -1;
	pair(&p, old, now, same_both);
	pair(&p, old, now, same_name);
	pair(&p, old, now, same_program);
	find_staying(&p, now->n);
	*changes = calloc(old->n + MAX_PER_ENTRY * now->n + MAX_PER_CHAIN, sizeof(**changes));
	if (!*changes)
		return -ENOMEM;
	*n = list(&p, old, now, *changes);
	*n += list_common(old, now, !*n, *changes + *n);
	return 0;
}
