// SPDX-License-Identifier: GPL-2.0-or-later
/* Tells a difference in words. */
#include <stdio.h>
#include <string.h>

#include "session/compare.h"

/* Describe a difference of the whole chain. */
static void chain_text(const struct difference *d, char *buf, size_t size)
{
	if (!strcmp(d->what, "whole"))
		snprintf(buf, size, "chain is damaged: %s", d->have);
	else if (!strcmp(d->what, "chain") && !strcmp(d->have, "missing"))
		snprintf(buf, size, "no chain attached");
	else if (!strcmp(d->what, "chain"))
		snprintf(buf, size, "chain is %s", d->have);
	else if (!strcmp(d->what, "rules"))
		snprintf(
			buf, size,
			"libxdp rebuilt the chain and reduced rules: the next change restores them");
	else
		snprintf(buf, size, "%s is %s, expected %s", d->what, d->have, d->want);
}

static void entry_text(const struct difference *d, char *buf, size_t size)
{
	const char *quote = strchr(d->have, ' ') || strchr(d->want, ' ') ? "\"" : "";
	bool disabled = !strcmp(d->have, "yes");

	if (!strcmp(d->what, "entry"))
		snprintf(buf, size, "entry \"%s\" is %s", d->entry,
			 strcmp(d->have, "missing") ? "not expected" : "missing");
	else if (!strcmp(d->what, "disabled"))
		snprintf(buf, size, "entry \"%s\" is %s, expected %s", d->entry,
			 disabled ? "disabled" : "enabled", disabled ? "enabled" : "disabled");
	else
		snprintf(buf, size, "entry \"%s\": %s %s %s%s%s, expected %s%s%s", d->entry,
			 d->what, strcmp(d->what, "rules") ? "is" : "are", quote, d->have, quote,
			 quote, d->want, quote);
}

void difference_text(const struct difference *d, char *buf, size_t size)
{
	if (strcmp(d->entry, "-") != 0)
		entry_text(d, buf, size);
	else
		chain_text(d, buf, size);
}
