// SPDX-License-Identifier: GPL-2.0-or-later
/* The known state of interfaces. */
#include <stdlib.h>
#include <string.h>

#include "session/monitor_internal.h"

struct watched **watched_find(struct monitor_place *p, int ifindex)
{
	struct watched **w = &p->list;

	while (*w && (*w)->ifindex != ifindex)
		w = &(*w)->next;
	return w;
}

void watched_forget(struct watched **at)
{
	struct watched *w = *at;

	*at = w->next;
	seen_free(&w->seen);
	free(w);
}

struct watched *watched_remember(struct monitor_place *p, int ifindex)
{
	struct watched **at = watched_find(p, ifindex);

	if (!*at)
		*at = calloc(1, sizeof(**at));
	if (!*at)
		report_no_memory(p->m->r);
	else
		(*at)->ifindex = ifindex;
	return *at;
}

bool monitor_wants(const struct monitor_place *p, int ifindex, const char *ifname)
{
	const struct monitor *m = p->m;

	for (unsigned int i = 0; i < m->rq->n_devs; i++) {
		const struct wish *wish = &m->wishes[i];

		if (!strcmp(wish->name, ifname) || (!*p->name && wish->ifindex == ifindex))
			return true;
	}
	return !m->rq->n_devs;
}
