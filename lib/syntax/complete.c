// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks for missing and conflicting words. */
#include "syntax/complete.h"

#include <errno.h>

int complete_required(struct report *r, const char *key)
{
	return report_fail(r, STATUS_USAGE, EINVAL,
			   "Not enough information: \"%s\" argument is required.", key);
}

int complete_program_required(struct report *r)
{
	return report_fail(
		r, STATUS_USAGE, EINVAL,
		"Not enough information: \"object\", \"pinned\" or \"id\" argument is required.");
}

int complete_device_required(struct report *r, bool or_all)
{
	if (!or_all)
		return complete_required(r, "dev");
	return report_fail(r, STATUS_USAGE, EINVAL,
			   "Not enough information: \"dev\" argument or \"all\" is required.");
}

int complete_not_both(struct report *r, const char *a, const char *b)
{
	return report_fail(r, STATUS_USAGE, EINVAL, "Error: either \"%s\" or \"%s\", not both.", a,
			   b);
}

int complete_check_source(const struct program_source *s, struct report *r)
{
	const char *given = s->object ? "object" : s->pinned ? "pinned" : "id";

	if (s->section && s->function)
		return complete_not_both(r, "section", "program");
	if (!!s->object + !!s->pinned + !!s->id > 1)
		return complete_not_both(r, given, s->id ? "id" : "pinned");
	if (!s->object && (s->section || s->function || s->pinmaps || s->sha256))
		return complete_required(r, "object");
	if (!s->object && !s->pinned && !s->id && (s->has_tag || s->verbose))
		return complete_program_required(r);
	return 0;
}
