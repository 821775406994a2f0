// SPDX-License-Identifier: GPL-2.0-or-later
/* Find the entries whose names are most similar to a mistyped name. */
#include "model/nearest.h"

#include <stdio.h>
#include <string.h>

#define MAX_NAMES 3

static unsigned int least(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* The number of characters to add, drop or change (Levenshtein distance). */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[ENTRY_NAME_SIZE];
	size_t n = strnlen(b, ENTRY_NAME_SIZE - 1);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		unsigned int diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 1; j <= n; j++) {
			unsigned int above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

/* Find the entry that follows @last, the previous result, in the order of distance and
 * slot; -1 for none. */
static int next(const struct chain *c, const char *name, int last)
{
	unsigned int after = last < 0 ? 0 : distance(name, c->entries[last].name);
	unsigned int best = 0;
	int found = -1;

	for (int i = 0; i < (int)c->n; i++) {
		unsigned int d = distance(name, c->entries[i].name);

		if (last >= 0 && (d < after || (d == after && i <= last)))
			continue;
		if (found < 0 || d < best) {
			found = i;
			best = d;
		}
	}
	return found;
}

void nearest_names(const struct chain *c, const char *name, char *buf, size_t size)
{
	int slot = next(c, name, -1);
	size_t len = 0;

	*buf = '\0';
	for (int n = 0; n < MAX_NAMES && slot >= 0 && len < size; n++) {
		len += snprintf(buf + len, size - len, "%s\"%s\"", n ? ", " : "",
				c->entries[slot].name);
		slot = next(c, name, slot);
	}
}
