// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints a chain as a graph in the language of graphviz. */
#include "dot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain/counted.h"
#include "message.h"
#include "model/text.h"

#define WIDEST 6 /* maximum width of an edge in points, in addition to 1 */

/* struct graph - @most: packets on the busiest edge */
struct graph {
	const struct chain *c;
	const struct chain_counts *counts;
	__u64 most;
};

/* struct edge - an edge from entry @from or from outside, with a mask of verdicts */
struct edge {
	int from;
	int to;
	__u32 verdicts;
};

#define OUTSIDE (-1)

/* ---- words ---- */

/* In a label, Graphviz reads "&lt;" as "<". */
static void print_label(const char *text)
{
	char clean[4 * ENTRY_NAME_SIZE + 4];

	for (const char *p = text_escape(text, clean, sizeof(clean)); *p; p++) {
		if (*p == '"' || *p == '\\')
			putchar('\\');
		fputs(*p == '&' ? "&amp;" : (const char[]){ *p, '\0' }, stdout);
	}
}

static void print_node(int slot, const char *outside)
{
	if (slot == OUTSIDE)
		fputs(outside, stdout);
	else
		printf("e%d", slot);
}

/* ---- where packets go ---- */

static __u64 packets_on(const struct graph *g, const struct edge *e)
{
	__u64 n = 0;

	if (!g->counts)
		return 0;
	if (e->from == OUTSIDE)
		return counts_packets(&g->counts->chain);
	for (unsigned int v = 0; v <= VERDICT_OTHER; v++)
		if (e->verdicts & VERDICT_BIT(v))
			n += g->counts->entries[e->from].verdicts[v];
	return n;
}

/* Call @fn for each edge.  All verdicts from one entry to another share an edge. */
static void each_edge(struct graph *g, void (*fn)(struct graph *g, const struct edge *e))
{
	const struct chain *c = g->c;
	struct edge first = { .from = OUTSIDE, .to = rules_called(c, 0) };

	fn(g, &first);
	for (unsigned int i = 0; i < c->n; i++) {
		__u32 left = rules_called(c, i) != (int)i
				     ? 0
				     : VERDICTS_ALL | VERDICT_BIT(VERDICT_OTHER);

		while (left) {
			struct edge e = { .from = i,
					  .to = rules_follows(c, i, __builtin_ctz(left)) };

			for (unsigned int v = 0; v <= VERDICT_OTHER; v++)
				if (left & VERDICT_BIT(v) && rules_follows(c, i, v) == e.to)
					e.verdicts |= VERDICT_BIT(v);
			left &= ~e.verdicts;
			fn(g, &e);
		}
	}
}

static void find_most(struct graph *g, const struct edge *e)
{
	__u64 n = packets_on(g, e);

	if (g->most < n)
		g->most = n;
}

/* ---- printing ---- */

/* Print results that are not verdicts only if they were counted. */
static void print_verdicts(const struct graph *g, const struct edge *e, bool busy)
{
	const char *before = "";

	for (unsigned int v = 0; v <= VERDICT_OTHER; v++) {
		__u64 n = g->counts ? g->counts->entries[e->from].verdicts[v] : 0;

		if (!(e->verdicts & VERDICT_BIT(v)) || ((busy || v == VERDICT_OTHER) && !n))
			continue;
		printf("%s%s", before, counts_verdict_name(v));
		if (busy)
			printf(" %llu", (unsigned long long)n);
		before = busy ? "\\n" : ", ";
	}
}

static void print_edge(struct graph *g, const struct edge *e)
{
	__u64 n = packets_on(g, e);

	printf("\t");
	print_node(e->from, "in");
	printf(" -> ");
	print_node(e->to, "out");
	printf(" [label=\"");
	if (e->from != OUTSIDE)
		print_verdicts(g, e, n > 0);
	else if (g->counts)
		printf("%llu", (unsigned long long)n);
	printf("\"");
	if (n)
		printf(" penwidth=%.1f", 1 + WIDEST * (double)n / (double)g->most);
	else if (g->counts)
		printf(" color=gray fontcolor=gray");
	printf("]\n");
}

static void print_entry(const struct chain *c, unsigned int slot)
{
	const struct entry *e = &c->entries[slot];

	printf("\te%u [label=\"", slot);
	print_label(e->name);
	printf("\\nprio %u%s\"", e->prio, e->disabled ? "\\ndisabled" : e->empty ? "\\nempty" : "");
	if (e->disabled)
		printf(" style=dashed color=gray fontcolor=gray");
	else if (e->empty)
		printf(" color=red fontcolor=red");
	printf("]\n");
}

/* Packets skip a disabled entry, but the graph shows it in its place. */
static void print_place(const struct chain *c, unsigned int slot)
{
	if (!c->entries[slot].disabled)
		return;
	printf("\t");
	print_node(slot ? (int)slot - 1 : OUTSIDE, "in");
	printf(" -> e%u [style=dotted color=gray arrowhead=none]\n", slot);
	if (slot + 1 < c->n && c->entries[slot + 1].disabled)
		return;
	printf("\te%u -> ", slot);
	print_node(slot + 1 < c->n ? (int)slot + 1 : OUTSIDE, "out");
	printf(" [style=dotted color=gray arrowhead=none]\n");
}

static void print_out(const struct graph *g)
{
	printf("\tout [shape=oval label=\"verdict");
	for (unsigned int v = 0; g->counts && v <= VERDICT_OTHER; v++)
		if (g->counts->chain.verdicts[v])
			printf("\\n%s %llu", counts_verdict_name(v),
			       (unsigned long long)g->counts->chain.verdicts[v]);
	printf("\"]\n");
}

void dot_print(const struct view *v, const struct chain_counts *counts)
{
	struct graph g = { .c = &v->chain, .counts = counts };

	printf("digraph \"");
	message_print_quoted(v->link.ifname);
	printf("\" {\n\tnode [shape=box fontname=\"sans-serif\"]\n\tedge [fontname=\"sans-serif\" fontsize=11 arrowsize=0.7]\n"
	       "\tin [shape=oval label=\"");
	print_label(v->link.ifname);
	printf("%s\"]\n", v->kind == VIEW_DETACHED ? "\\ndetached" : "");
	for (unsigned int i = 0; i < v->chain.n; i++)
		print_entry(&v->chain, i);
	print_out(&g);
	each_edge(&g, find_most);
	each_edge(&g, print_edge);
	for (unsigned int i = 0; i < v->chain.n; i++)
		print_place(&v->chain, i);
	printf("}\n");
}

static int draw(const struct view *v, struct report *r)
{
	struct chain_counts counts;
	int is;

	if (v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE)
		return report_fail(r, STATUS_NOT_TRIED, EPERM, "dev %s: %s", v->link.ifname,
				   v->reason);
	if (view_own_chain(v) != v)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "dev %s: no such chain: there is nothing to draw",
				   v->link.ifname);
	is = counted_read(v, &counts, r);
	if (is >= 0)
		dot_print(v, is ? &counts : NULL);
	return is < 0 ? is : 0;
}

int dot_run(struct session *s, const struct request *rq, const struct options *opts,
	    struct report *r)
{
	struct view *v;
	int err;

	if (opts->json)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Error: either \"dot\" or -json, not both.");
	v = calloc(1, sizeof(*v));
	if (!v)
		return report_no_memory(r);
	err = session_view(s, rq->devs[0], v, r);
	if (!err)
		err = draw(v, r);
	view_close(v);
	free(v);
	return err;
}
