// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel wrote about a packet, for a reader of a trace. */
#include "session/trace_internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *name_of(struct trace_known *k, const struct tracing *maps, __u32 number)
{
	char name[ENTRY_NAME_SIZE];
	char **more;

	if (number && number <= k->n_names && k->names[number - 1])
		return k->names[number - 1];
	tracing_name(maps, number, name);
	if (!number || number > 65536)
		return "?";
	if (number > k->n_names) {
		more = realloc(k->names, number * sizeof(*more));
		if (!more)
			return "?";
		memset(more + k->n_names, 0, (number - k->n_names) * sizeof(*more));
		k->names = more;
		k->n_names = number;
	}
	k->names[number - 1] = strdup(name);
	return k->names[number - 1] ? k->names[number - 1] : "?";
}

static __u64 lost_since(struct trace_known *k, const struct trace_event *e)
{
	__u64 *more;
	__u64 lost;

	if (e->cpu >= k->n_cpus) {
		more = e->cpu < 65536 ? realloc(k->lost, (e->cpu + 1) * sizeof(*more)) : NULL;
		if (!more)
			return 0;
		memset(more + k->n_cpus, 0, (e->cpu + 1 - k->n_cpus) * sizeof(*more));
		k->lost = more;
		k->n_cpus = e->cpu + 1;
	}
	lost = e->lost - k->lost[e->cpu];
	k->lost[e->cpu] = e->lost;
	return lost;
}

/* Read again during a trace, because the clock may be set meanwhile. */
void trace_read_clock(struct trace_known *k)
{
	struct timespec boot, now;

	clock_gettime(CLOCK_MONOTONIC, &boot);
	clock_gettime(CLOCK_REALTIME, &now);
	k->clock = (now.tv_sec - boot.tv_sec) * 1000000000ULL + now.tv_nsec - boot.tv_nsec;
}

/* Take the result of each entry that ran, in order. */
static void take_steps(struct trace_known *k, const struct tracing *maps,
		       const struct trace_event *e, struct traced_packet *p)
{
	struct piece_of_packet now = { .data = p->data, .caplen = e->caplen, .len = e->len };

	p->n_steps = 0;
	for (unsigned int i = 0; i < e->n_steps; i++) {
		const struct trace_step *step = &e->steps[i];
		struct traced_step *s = &p->steps[p->n_steps];
		struct piece_of_packet before = now;

		if (step->verdict == XDP_DISPATCHER_RETVAL)
			continue;
		p->n_steps++;
		s->entry = name_of(k, maps, step->entry);
		s->verdict = step->verdict;
		s->ns = step->ns > e->clock ? step->ns - e->clock : 0;
		s->change.any = false;
		if (!e->piece)
			continue;
		now = (struct piece_of_packet){
			.data = trace_piece_of(e, i),
			.caplen = step->len < e->piece ? step->len : e->piece,
			.len = step->len,
		};
		packet_change(&before, &now, step->head, &s->change);
	}
}

bool trace_take(struct trace_known *k, const struct tracing *maps, const void *data, size_t size,
		struct traced_packet *p)
{
	const struct trace_event *e = data;

	p->data = trace_packet(e, size);
	if (!p->data)
		return false;
	p->ns = e->time + k->clock;
	p->len = e->len;
	p->caplen = e->caplen;
	p->queue = e->queue;
	p->lost = lost_since(k, e);
	p->verdict = e->verdict;
	take_steps(k, maps, e, p);
	return true;
}

void trace_forget(struct trace_known *k)
{
	for (__u32 i = 0; i < k->n_names; i++)
		free(k->names[i]);
	free(k->names);
	free(k->lost);
	*k = (struct trace_known){ 0 };
}
