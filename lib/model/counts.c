// SPDX-License-Identifier: GPL-2.0-or-later
/* The counters of a dispatcher. */
#include "model/counts.h"

#include <errno.h>
#include <string.h>

__u64 counts_packets(const struct counts *c)
{
	__u64 n = 0;

	for (unsigned int v = 0; v <= VERDICT_OTHER; v++)
		n += c->verdicts[v];
	return n;
}

const char *counts_verdict_name(unsigned int verdict)
{
	return verdict == VERDICT_OTHER ? "other" : verdict_name(verdict);
}

void counts_of_chain(const struct chain *c, const struct counts *rows, struct chain_counts *out)
{
	memset(out, 0, sizeof(*out));
	out->chain = rows[COUNTS_CHAIN_ROW];
	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].row)
			out->entries[i] = rows[c->entries[i].row];
}

static __u64 since(__u64 before, __u64 now)
{
	return now > before ? now - before : 0;
}

static void row_since(const struct counts *before, const struct counts *now, struct counts *out)
{
	for (unsigned int v = 0; v <= VERDICT_OTHER; v++)
		out->verdicts[v] = since(before->verdicts[v], now->verdicts[v]);
	out->bytes = since(before->bytes, now->bytes);
}

void counts_since(const struct chain_counts *before, const struct chain_counts *now, unsigned int n,
		  struct chain_counts *out)
{
	memset(out, 0, sizeof(*out));
	row_since(&before->chain, &now->chain, &out->chain);
	for (unsigned int i = 0; i < n; i++)
		row_since(&before->entries[i], &now->entries[i], &out->entries[i]);
}

static void mark_rows(const struct chain *c, bool *taken)
{
	for (unsigned int i = 0; i < c->n; i++)
		taken[c->entries[i].row] = true;
}

static unsigned int free_row(const bool *taken)
{
	unsigned int row = 1;

	while (row <= CHAIN_MAX && taken[row])
		row++;
	return row <= CHAIN_MAX ? row : 0;
}

int counts_assign_rows(struct chain *c, const struct chain *old)
{
	bool taken[COUNTS_ROWS] = { false };
	unsigned int rows[CHAIN_MAX];

	mark_rows(c, taken);
	if (old)
		mark_rows(old, taken);
	for (unsigned int i = 0; i < c->n; i++) {
		rows[i] = c->entries[i].row ? c->entries[i].row : free_row(taken);
		if (!rows[i])
			return -ENOSPC;
		taken[rows[i]] = true;
	}
	for (unsigned int i = 0; i < c->n; i++)
		c->entries[i].row = rows[i];
	return 0;
}

bool counts_has_row(const struct chain *c, unsigned int row)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].row == row)
			return true;
	return false;
}
