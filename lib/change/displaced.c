// SPDX-License-Identifier: GPL-2.0-or-later
/* A chain that another program has displaced. */
#include "change/displaced.h"

#include <errno.h>
#include <stdio.h>

#include "kernel/holder.h"

bool displaced_can_return(const struct view *v)
{
	return v->displaced && (v->foreign == FOREIGN_PROGRAM || v->foreign == FOREIGN_DISPATCHER);
}

static void entry_names(const struct chain *c, char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	for (unsigned int i = 0; i < c->n && len < size; i++)
		len += snprintf(buf + len, size - len, "%s\"%s\"", i ? ", " : "",
				c->entries[i].name);
}

int displaced_refusal(const struct view *v, bool makes_chain, struct report *r)
{
	const char *dev = v->link.ifname;
	char names[256], adopt[128] = "", holder[HOLDER_TEXT_SIZE];

	holder_text(v->prog.id, v->link_id, holder, sizeof(holder));
	entry_names(&v->displaced->chain, names, sizeof(names));
	if (v->foreign == FOREIGN_PROGRAM)
		snprintf(adopt, sizeof(adopt),
			 ", \"ip link xdp multi adopt dev %s\" makes one chain of both", dev);
	return report_fail(
		r, STATUS_REFUSED, EBUSY,
		"The XDP program \"%s\" (id %u%s) is attached in place of the chain of dispatcher %u (%s): \"ip link xdp multi repair dev %s overwrite\" puts the chain back%s%s",
		v->prog.name, v->prog.id, holder, v->displaced->prog.id, names, dev, adopt,
		makes_chain ? ", \"overwrite\" removes it and its maps" : "");
}
