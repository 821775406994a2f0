// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the state and the counters of chains for Prometheus. */
#include "metrics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain/counted.h"
#include "message.h"
#include "session/compare.h"

enum chain_state {
	STATE_WHOLE,
	STATE_DETACHED,
	STATE_DISPLACED,
	STATE_DAMAGED,
	STATE_UNREADABLE,
	N_STATES,
};

static const char *const state_words[N_STATES] = {
	[STATE_WHOLE] = "whole",	   [STATE_DETACHED] = "detached",
	[STATE_DISPLACED] = "displaced",   [STATE_DAMAGED] = "damaged",
	[STATE_UNREADABLE] = "unreadable",
};

/* struct metric_entry - @twin: another entry of the chain has the same name, as libxdp allows */
struct metric_entry {
	char name[ENTRY_NAME_SIZE];
	bool twin;
	struct counts counts;
};

/* struct metric_device - the metrics of a device; kept small, because there may be a
 * thousand devices */
struct metric_device {
	int ifindex;
	char ifname[IFNAMSIZ];
	enum chain_state state;
	bool counted;
	struct counts counts;
	struct metric_entry *entries;
	unsigned int n_entries;
};

/*
 * struct metrics - the devices @at, with room for @size
 * @netns: network namespace of the devices as the user named it, NULL for the current one
 * @named: the command line named devices, perhaps one of them twice
 * @now: the last counters that were read
 * @worst: the worst status of devices that could not be read
 */
struct metrics {
	struct metric_device *at;
	size_t n;
	size_t size;
	const char *netns;
	bool named;
	struct chain_counts now;
	struct report *r;
	enum status worst;
};

/* ---- collecting ---- */

static void note_difference(const struct difference *d, void *arg)
{
	bool *differs = arg;

	(void)d;
	*differs = true;
}

/* The state of an attached chain, as check finds it. */
static int check(const struct view *v, enum chain_state *state, struct report *r)
{
	const struct request any = { .verb = VERB_CHECK };
	bool differs = false;
	int err = session_compare(v, &any, note_difference, &differs, r);

	*state = differs ? STATE_DAMAGED : STATE_WHOLE;
	return err;
}

/* Print only devices that have a chain, or may have one. */
static bool concerns(const struct view *v)
{
	return view_own_chain(v) || !view_is_whole(v) ||
	       (v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE);
}

static bool has_twin(const struct chain *c, unsigned int slot)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (i != slot && !strcmp(c->entries[i].name, c->entries[slot].name))
			return true;
	return false;
}

static int take_entries(struct metric_device *d, const struct chain *c,
			const struct chain_counts *now, struct report *r)
{
	d->entries = calloc(c->n + 1, sizeof(*d->entries));
	if (!d->entries)
		return report_no_memory(r);
	for (; d->n_entries < c->n; d->n_entries++) {
		struct metric_entry *e = &d->entries[d->n_entries];

		memcpy(e->name, c->entries[d->n_entries].name, sizeof(e->name));
		e->twin = has_twin(c, d->n_entries);
		if (d->counted)
			e->counts = now->entries[d->n_entries];
	}
	if (d->counted)
		d->counts = now->chain;
	return 0;
}

static int describe_chain(struct metrics *m, struct metric_device *d, const struct view *v,
			  const struct view *own, struct report *r)
{
	int is = counted_read(own, &m->now, r), err;

	if (is < 0)
		return is;
	d->counted = is;
	err = take_entries(d, &own->chain, &m->now, r);
	if (err)
		return err;
	if (v->kind == VIEW_CHAIN)
		return check(v, &d->state, r);
	d->state = v->kind == VIEW_DETACHED ? STATE_DETACHED : STATE_DISPLACED;
	return 0;
}

/* A device that cannot be read does not stop the others. */
static void describe(struct metrics *m, struct metric_device *d, const struct view *v)
{
	const struct view *own = view_own_chain(v);
	struct report failed = REPORT_INIT;
	int err;

	d->ifindex = v->link.ifindex;
	memcpy(d->ifname, v->link.ifname, sizeof(d->ifname));
	if (own)
		err = describe_chain(m, d, v, own, &failed);
	else
		err = report_fail(&failed, STATUS_NOT_TRIED, EPERM, "%s", v->reason);
	if (err) {
		d->state = STATE_UNREADABLE;
		d->counted = false;
		report_context(&failed, "dev %s", v->link.ifname);
	}
	report_one_of_many(m->r, &failed, &m->worst);
	report_free(&failed);
}

static int make_room(struct metrics *m)
{
	size_t size = m->size ? 2 * m->size : 16;
	struct metric_device *at;

	if (m->n < m->size)
		return 0;
	at = reallocarray(m->at, size, sizeof(*at));
	if (!at)
		return report_no_memory(m->r);
	m->at = at;
	m->size = size;
	return 0;
}

static int collect(const struct view *v, void *arg)
{
	struct metrics *m = arg;
	int err;

	/* Print a device that was named twice only once. */
	for (size_t i = 0; m->named && i < m->n; i++)
		if (m->at[i].ifindex == v->link.ifindex)
			return 0;
	if (!concerns(v))
		return 0;
	err = make_room(m);
	if (err)
		return err;
	m->at[m->n] = (struct metric_device){ 0 };
	describe(m, &m->at[m->n++], v);
	return 0;
}

/* ---- printing ---- */

static void print_head(const char *name, const char *type, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_label(char before, const char *key, const char *value)
{
	printf("%c%s=\"", before, key);
	message_print_quoted(value);
	putchar('"');
}

/* No two samples may have the same labels: the files of two namespaces may be read together,
 * and entries may have the same name. */
static void print_sample(const struct metrics *m, const char *name, const struct metric_device *d,
			 const struct metric_entry *e, const char *key, const char *word,
			 __u64 value)
{
	fputs(name, stdout);
	print_label('{', "device", d->ifname);
	if (m->netns)
		print_label(',', "netns", m->netns);
	if (e)
		print_label(',', "entry", e->name);
	if (e && e->twin)
		printf(",slot=\"%u\"", (unsigned int)(e - d->entries));
	if (key)
		print_label(',', key, word);
	printf("} %llu\n", (unsigned long long)value);
}

static void print_states(const struct metrics *m)
{
	static const char name[] = "xdp_multi_chain_state";

	print_head(name, "gauge", "State of the chain: 1 for the current state, 0 for the others.");
	for (size_t i = 0; i < m->n; i++)
		for (unsigned int s = 0; s < N_STATES; s++)
			print_sample(m, name, &m->at[i], NULL, "state", state_words[s],
				     m->at[i].state == s);
}

static void print_sizes(const struct metrics *m)
{
	static const char name[] = "xdp_multi_chain_entries";

	print_head(name, "gauge", "Number of entries in the chain.");
	for (size_t i = 0; i < m->n; i++)
		if (m->at[i].state != STATE_UNREADABLE)
			print_sample(m, name, &m->at[i], NULL, NULL, NULL, m->at[i].n_entries);
}

static void print_counted(const struct metrics *m)
{
	static const char name[] = "xdp_multi_chain_stats_enabled";

	print_head(name, "gauge", "Whether the packets of the chain are counted.");
	for (size_t i = 0; i < m->n; i++)
		if (m->at[i].state != STATE_UNREADABLE)
			print_sample(m, name, &m->at[i], NULL, NULL, NULL, m->at[i].counted);
}

static void print_packets(const struct metrics *m, const char *name, const struct metric_device *d,
			  const struct metric_entry *e, const struct counts *c)
{
	for (unsigned int v = 0; v <= VERDICT_OTHER; v++)
		print_sample(m, name, d, e, "verdict", counts_verdict_name(v), c->verdicts[v]);
}

static void print_bytes(const struct metrics *m, const char *name, const struct metric_device *d,
			const struct metric_entry *e, const struct counts *c)
{
	print_sample(m, name, d, e, NULL, NULL, c->bytes);
}

typedef void (*print_counts)(const struct metrics *m, const char *name,
			     const struct metric_device *d, const struct metric_entry *e,
			     const struct counts *c);

static void print_chains(const struct metrics *m, const char *name, const char *help,
			 print_counts print)
{
	print_head(name, "counter", help);
	for (size_t i = 0; i < m->n; i++)
		if (m->at[i].counted)
			print(m, name, &m->at[i], NULL, &m->at[i].counts);
}

static void print_entries(const struct metrics *m, const char *name, const char *help,
			  print_counts print)
{
	print_head(name, "counter", help);
	for (size_t i = 0; i < m->n; i++) {
		const struct metric_device *d = &m->at[i];

		for (unsigned int e = 0; d->counted && e < d->n_entries; e++)
			print(m, name, d, &d->entries[e], &d->entries[e].counts);
	}
}

static void print_all(const struct metrics *m)
{
	print_states(m);
	print_sizes(m);
	print_counted(m);
	print_chains(m, "xdp_multi_chain_packets_total", "Packets, by the verdict of the chain.",
		     print_packets);
	print_chains(m, "xdp_multi_chain_bytes_total",
		     "Bytes of the packets that came to the chain.", print_bytes);
	print_entries(m, "xdp_multi_entry_packets_total", "Packets, by the verdict of the entry.",
		      print_packets);
	print_entries(m, "xdp_multi_entry_bytes_total",
		      "Bytes of the packets that came to the entry.", print_bytes);
}

static void metrics_free(struct metrics *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->at[i].entries);
	free(m->at);
	free(m);
}

/* Print what could be read, even if other devices failed. */
int metrics_run(struct session *s, const struct request *rq, const struct options *opts,
		struct report *r)
{
	struct metrics *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return report_no_memory(r);
	m->r = r;
	m->netns = opts->netns;
	m->named = rq->n_devs;
	err = session_each_view(s, rq->devs, rq->n_devs, collect, m, r);
	if (!err && m->worst)
		err = report_fail(r, m->worst, EUCLEAN, "Not every chain could be read");
	if (!err || m->n)
		print_all(m);
	metrics_free(m);
	return err;
}
