// SPDX-License-Identifier: GPL-2.0-or-later
/* The interface has a foreign program instead of a chain. */
#include "change/foreign.h"

#include <errno.h>
#include <stdio.h>

#include "change/displaced.h"
#include "kernel/holder.h"

const char *foreign_advice(const struct view *v, enum foreign_wish wish, char *buf)
{
	const char *dev = v->link.ifname;
	const char *off = v->mode == XDP_MODE_GENERIC ? "xdpgeneric" : "xdpdrv";

	*buf = '\0';
	if (wish == FOREIGN_REMOVE || (wish == FOREIGN_LOOK && v->foreign == FOREIGN_DISPATCHER))
		snprintf(buf, FOREIGN_TODO_SIZE, ": \"ip link set dev %s %s off\" removes it", dev,
			 off);
	else if (wish == FOREIGN_LOOK)
		snprintf(
			buf, FOREIGN_TODO_SIZE,
			": \"ip link xdp multi adopt dev %s\" makes it the first entry of one, \"ip link set dev %s %s off\" removes it",
			dev, dev, off);
	else if (v->foreign == FOREIGN_DISPATCHER)
		snprintf(buf, FOREIGN_TODO_SIZE, ": displace it with \"overwrite\"");
	else
		snprintf(
			buf, FOREIGN_TODO_SIZE,
			": make it the first entry of one with \"ip link xdp multi adopt dev %s\", or displace it with \"overwrite\"",
			dev);
	return buf;
}

void foreign_warn_generic(const struct view *v, struct report *r)
{
	report_warn(
		r,
		"dev %s: the chain runs in generic mode, because it replaced a program in generic mode",
		v->link.ifname);
}

static int refuse_link(const struct view *v, const char *holder, struct report *r)
{
	return report_fail(
		r, STATUS_REFUSED, EBUSY,
		"Program %u (\"%s\") is attached by bpf_link %u%s: the owner of the link must detach it first, or \"bpftool link detach id %u\" does",
		v->prog.id, v->prog.name, v->link_id, holder, v->link_id);
}

int foreign_refusal(const struct view *v, enum foreign_wish wish, struct report *r)
{
	char holder[HOLDER_TEXT_SIZE], todo[FOREIGN_TODO_SIZE];

	if (v->foreign == FOREIGN_UNREADABLE)
		return report_fail(r, STATUS_NOT_TRIED, EPERM, "%s", v->reason);
	if (displaced_can_return(v))
		return displaced_refusal(v, wish == FOREIGN_CHAIN, r);
	holder_text(v->prog.id, v->link_id, holder, sizeof(holder));
	if (v->foreign == FOREIGN_HW)
		return report_fail(
			r, STATUS_REFUSED, EBUSY,
			"The XDP program \"%s\" (id %u) runs in the hardware%s: \"ip link set dev %s xdpoffload off\" removes it",
			v->prog.name, v->prog.id, holder, v->link.ifname);
	if (v->foreign == FOREIGN_LINK)
		return refuse_link(v, holder, r);
	return report_fail(r, STATUS_REFUSED, EBUSY,
			   "The XDP program \"%s\" (id %u) is attached and is not a chain (%s%s)%s",
			   v->prog.name, v->prog.id, v->reason, holder,
			   foreign_advice(v, wish, todo));
}
