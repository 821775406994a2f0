// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints counters as a table or as JSON. */
#include "print_stats.h"

#include <stdio.h>
#include <string.h>

#include "model/text.h"

#define CELL_SIZE 264 /* a name with every byte escaped */

/* The columns: name, packets, bytes, one for each verdict, and a share. */
enum {
	COLUMN_NAME,
	COLUMN_PACKETS,
	COLUMN_BYTES,
	COLUMN_VERDICTS,
	COLUMN_DROPPED = COLUMN_VERDICTS + VERDICT_OTHER + 1,
	N_COLUMNS,
};

/* The row of the chain. */
#define ROW_CHAIN (-1)
#define ROW_HEAD  (-2)

/* struct table - a table of totals, or of rates per second over @ns */
struct table {
	const struct view *v;
	const struct chain_counts *counts;
	const char *title;
	__u64 ns;
	int width[N_COLUMNS];
};

static __u64 per_second(__u64 n, __u64 ns)
{
	return ns ? (__u64)((double)n * 1e9 / (double)ns + 0.5) : n;
}

static const struct counts *row_of(const struct chain_counts *c, int slot)
{
	return slot < 0 ? &c->chain : &c->entries[slot];
}

/* ---- JSON ---- */

static void print_numbers(struct output *out, const struct counts *c, __u64 ns)
{
	print_u64(out, PRINT_JSON, "packets", "%llu", per_second(counts_packets(c), ns));
	print_u64(out, PRINT_JSON, "bytes", "%llu", per_second(c->bytes, ns));
	open_json_object(out, "verdicts");
	for (unsigned int v = 0; v <= VERDICT_OTHER; v++)
		print_u64(out, PRINT_JSON, counts_verdict_name(v), "%llu",
			  per_second(c->verdicts[v], ns));
	close_json_object(out);
}

void print_stats_json(struct output *out, const struct shown_counts *s, int slot)
{
	if (!s->counts)
		return;
	open_json_object(out, "stats");
	print_numbers(out, row_of(s->counts, slot), 0);
	if (s->rates) {
		open_json_object(out, "rates");
		print_numbers(out, row_of(s->rates, slot), s->ns);
		close_json_object(out);
	}
	close_json_object(out);
}

void print_stats_runs(struct output *out, const struct shown_counts *s)
{
	__u64 rate = per_second(s->run.runs, s->ns);

	if (!s->run.runs)
		return;
	open_json_object(out, "runs");
	print_nl(out);
	print_u64(out, PRINT_ANY, "per_second",
		  rate == 1 ? "    %llu packet per second, " : "    %llu packets per second, ",
		  rate);
	print_u64(out, PRINT_ANY, "ns", "%llu ns for each ", s->run.ns / s->run.runs);
	close_json_object(out);
}

/* ---- the table ---- */

/* The share of packets that this entry dropped, or aborted, which also drops them.  A
 * verdict after which the next entry runs does not count: that entry decides. */
static void share_text(const struct table *t, int row, char *buf)
{
	static const unsigned int drops[] = { VERDICT_DROP, VERDICT_ABORTED, VERDICT_OTHER };
	const struct counts *c = row_of(t->counts, row);
	__u64 all = counts_packets(c), dropped = 0;

	for (size_t i = 0; i < sizeof(drops) / sizeof(*drops); i++)
		if (row == ROW_CHAIN || rules_follows(&t->v->chain, row, drops[i]) < 0)
			dropped += c->verdicts[drops[i]];
	snprintf(buf, CELL_SIZE, "%.1f%%", all ? 100.0 * (double)dropped / (double)all : 0.0);
}

static const char *head_text(const struct table *t, int column)
{
	switch (column) {
	case COLUMN_NAME:
		return t->title;
	case COLUMN_PACKETS:
		return "packets";
	case COLUMN_BYTES:
		return "bytes";
	case COLUMN_DROPPED:
		return "dropped";
	default:
		return counts_verdict_name(column - COLUMN_VERDICTS);
	}
}

static __u64 number(const struct table *t, const struct counts *c, int column)
{
	switch (column) {
	case COLUMN_PACKETS:
		return per_second(counts_packets(c), t->ns);
	case COLUMN_BYTES:
		return per_second(c->bytes, t->ns);
	default:
		return per_second(c->verdicts[column - COLUMN_VERDICTS], t->ns);
	}
}

static void cell_text(const struct table *t, int row, int column, char *buf)
{
	if (row == ROW_HEAD)
		snprintf(buf, CELL_SIZE, "%s", head_text(t, column));
	else if (column == COLUMN_NAME && row == ROW_CHAIN)
		snprintf(buf, CELL_SIZE, "chain");
	else if (column == COLUMN_NAME)
		text_escape(t->v->chain.entries[row].name, buf, CELL_SIZE);
	else if (column == COLUMN_DROPPED)
		share_text(t, row, buf);
	else
		snprintf(buf, CELL_SIZE, "%llu",
			 (unsigned long long)number(t, row_of(t->counts, row), column));
}

/* Call @fn for each row, the chain's last. */
static void each_row(struct table *t, struct output *out,
		     void (*fn)(struct table *t, struct output *out, int row))
{
	fn(t, out, ROW_HEAD);
	for (unsigned int i = 0; i < t->v->chain.n; i++)
		fn(t, out, i);
	fn(t, out, ROW_CHAIN);
}

static void measure_row(struct table *t, struct output *out, int row)
{
	char cell[CELL_SIZE];

	(void)out;
	for (int i = 0; i < N_COLUMNS; i++) {
		cell_text(t, row, i, cell);
		if (t->width[i] < (int)strlen(cell))
			t->width[i] = strlen(cell);
	}
}

static void print_row(struct table *t, struct output *out, int row)
{
	char cell[CELL_SIZE];

	print_nl(out);
	cell_text(t, row, COLUMN_NAME, cell);
	printf("    %-*s", t->width[COLUMN_NAME], cell);
	for (int i = COLUMN_NAME + 1; i < N_COLUMNS; i++) {
		cell_text(t, row, i, cell);
		printf("  %*s", t->width[i], cell);
	}
	putchar(' ');
}

void print_stats_table(struct output *out, const struct view *v, const struct shown_counts *s)
{
	/* Both tables have the same columns. */
	struct table total = { .v = v, .counts = s->counts, .title = "stats" };
	struct table rates = { .v = v, .counts = s->rates, .title = "per second", .ns = s->ns };

	if (is_json_context(out) || !s->counts)
		return;
	each_row(&total, out, measure_row);
	if (s->rates) {
		memcpy(rates.width, total.width, sizeof(rates.width));
		each_row(&rates, out, measure_row);
		memcpy(total.width, rates.width, sizeof(total.width));
	}
	each_row(&total, out, print_row);
	if (s->rates)
		each_row(&rates, out, print_row);
}
