// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets that are too large for a chain. */
#include "chain/oversize.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The rest of a packet's page: headroom, Ethernet header, and the kernel's data behind the
 * packet. */
#define PAGE_OVERHEAD (256 + 14 + 320)

/* veth does not let its peer's MTU be raised, tun gives large packets to generic mode, and
 * what is no driver's knows no native mode but that of a bond. */
static bool may_drop(const struct netlink_link *link)
{
	return !*link->kind || !strcmp(link->kind, "bond");
}

static const struct entry *without_frags(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!c->entries[i].disabled && c->entries[i].program &&
		    !c->entries[i].program->frags)
			return &c->entries[i];
	return NULL;
}

bool oversize_note(const struct view *v, char *buf, size_t size)
{
	long room = sysconf(_SC_PAGESIZE) - PAGE_OVERHEAD;
	const struct entry *e;

	if (v->kind != VIEW_CHAIN || v->mode != XDP_MODE_NATIVE || room <= 0 ||
	    v->link.mtu <= (unsigned long)room || !may_drop(&v->link))
		return false;
	e = without_frags(&v->chain);
	if (!e)
		return false;
	snprintf(
		buf, size,
		"the MTU is %u, but entry \"%s\" does not support multi-buffer packets (its section is not \"xdp.frags\"): the driver may drop packets of more than %ld bytes; lower the MTU with \"ip link set dev %s mtu 1500\"",
		v->link.mtu, e->name, room, v->link.ifname);
	return true;
}
