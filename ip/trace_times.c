// SPDX-License-Identifier: GPL-2.0-or-later
/* The mean times of the entries in a trace. */
#include "trace_times.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/text.h"

/* struct timed_entry - number and total time of its packets */
struct timed_entry {
	char name[ENTRY_NAME_SIZE];
	unsigned long long packets;
	unsigned long long ns;
};

static struct timed_entry *find(struct trace_times *t, const char *name)
{
	struct timed_entry *more;

	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->at[i].name, name))
			return &t->at[i];
	more = reallocarray(t->at, t->n + 1, sizeof(*more));
	if (!more)
		return NULL;
	t->at = more;
	more += t->n++;
	*more = (struct timed_entry){ 0 };
	snprintf(more->name, sizeof(more->name), "%s", name);
	return more;
}

int trace_times_add(struct trace_times *t, const struct traced_packet *p)
{
	for (unsigned int i = 0; i < p->n_steps; i++) {
		struct timed_entry *e = find(t, p->steps[i].entry);

		if (!e)
			return -ENOMEM;
		e->packets++;
		e->ns += p->steps[i].ns;
	}
	return 0;
}

void trace_times_print(const struct trace_times *t)
{
	char name[4 * ENTRY_NAME_SIZE];

	for (size_t i = 0; i < t->n; i++) {
		const struct timed_entry *e = &t->at[i];

		printf("    %s: %llu %s, %llu ns for each\n",
		       text_escape(e->name, name, sizeof(name)), e->packets,
		       e->packets == 1 ? "packet" : "packets", e->ns / e->packets);
	}
}

void trace_times_free(struct trace_times *t)
{
	free(t->at);
	*t = (struct trace_times){ 0 };
}
