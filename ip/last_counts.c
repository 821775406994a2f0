// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the counters before they are removed. */
#include "last_counts.h"

#include <stdlib.h>
#include <string.h>

#include "chain/counted.h"
#include "dispatcher/counters.h"
#include "printer.h"

/* struct last_device - the counters and the view of a device, without the fds of the
 * view, so that no object seems to be in use */
struct last_device {
	struct counters counters;
	struct view was;
};

static void copy_view(struct view *to, const struct view *from)
{
	*to = (struct view){
		.link = from->link,
		.kind = from->kind,
		.mode = from->mode,
		.fd = -1,
		.prog = from->prog,
	};
	chain_copy(&to->chain, &from->chain);
	for (unsigned int i = 0; i < to->chain.n; i++)
		to->chain.entries[i].program = NULL;
}

struct hold {
	struct last_counts *l;
	struct report *r;
};

static int hold(const struct view *v, void *arg)
{
	struct hold *h = arg;
	struct last_device *at;

	if (v->kind != VIEW_CHAIN || !v->chain.stats)
		return 0;
	at = realloc(h->l->at, (h->l->n + 1) * sizeof(*at));
	if (!at)
		return report_no_memory(h->r);
	h->l->at = at;
	at += h->l->n++;
	copy_view(&at->was, v);
	return counters_open(&v->prog, &at->counters, h->r);
}

int last_counts_hold(struct last_counts *l, struct session *s, const struct request *rq,
		     struct report *r)
{
	struct hold h = { .l = l, .r = r };

	*l = (struct last_counts){ 0 };
	return session_each_view(s, rq->devs, rq->n_devs, hold, &h, r);
}

static bool same_entries(const struct chain *a, const struct chain *b)
{
	for (unsigned int i = 0; a->n == b->n && i < a->n; i++)
		if (strcmp(a->entries[i].name, b->entries[i].name))
			return false;
	return a->n == b->n;
}

/* Print the chain as it is now, without counters.  If somebody has changed it since, print
 * the one that was counted. */
static int print(struct output *out, struct session *s, struct view *was, struct report *r)
{
	struct chain_counts counts;
	const struct shown_counts shown = { .counts = &counts };
	struct view *now = view_new();
	int is = counted_read(was, &counts, r);

	was->chain.stats = false;
	if (is > 0 && now && !session_view(s, was->link.ifname, now, NULL) &&
	    same_entries(&now->chain, &was->chain))
		printer_counted(out, now, &shown);
	else if (is > 0)
		printer_counted(out, was, &shown);
	view_free(now);
	return is < 0 ? is : 0;
}

int last_counts_print(struct last_counts *l, struct session *s, const struct options *opts,
		      struct report *r)
{
	struct output out;
	int err = 0;

	if (!l->n)
		return 0;
	output_begin(&out, opts);
	for (size_t i = 0; !err && i < l->n; i++)
		err = print(&out, s, &l->at[i].was, r);
	return output_end(&out, err, r);
}

void last_counts_free(struct last_counts *l)
{
	for (size_t i = 0; i < l->n; i++)
		counters_close(&l->at[i].counters);
	free(l->at);
	*l = (struct last_counts){ 0 };
}
