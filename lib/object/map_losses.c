// SPDX-License-Identifier: GPL-2.0-or-later
/* The maps that a change would lose: the sentences about them. */
#include "object/map_losses.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_SIZE 700 /* leaves room for the rest of the sentence */
#define MORE_SIZE 24
#define GONE	  "the new program does not have them or has other types for them"

struct map_loss_line {
	char map[MAP_NAME_MAX];
	char entry[ENTRY_NAME_SIZE];
	char why[384];
	char devs[2 * MAP_LOSS_DEVS_SIZE];
};

static const char *devs_of(const struct map_losses *l, const struct map_facts *map, char *buf,
			   size_t size)
{
	*buf = '\0';
	if (l->devs_of)
		l->devs_of(l->arg, map->id, buf, size);
	return buf;
}

/* ---- what is forbidden ---- */

static struct map_loss_line *find(const struct map_losses *l, const struct map_loss_line *new)
{
	for (unsigned int i = 0; i < l->n; i++) {
		struct map_loss_line *line = &l->lines[i];

		if (*new->devs && !strcmp(line->map, new->map) &&
		    !strcmp(line->entry, new->entry) && !strcmp(line->why, new->why))
			return line;
	}
	return NULL;
}

/* Is the name of @len characters in the list "v0, v1"? */
static bool has_dev(const char *devs, const char *name, size_t len)
{
	while (*devs) {
		size_t end = strcspn(devs, ",");

		if (end == len && !memcmp(devs, name, len))
			return true;
		devs += end;
		devs += strspn(devs, ", ");
	}
	return false;
}

/* The other device has a map of its own, or its entry has the same map. */
static void add_devs(struct map_loss_line *line, const char *devs)
{
	for (size_t len; *devs; devs += len, devs += strspn(devs, ", ")) {
		size_t end = strlen(line->devs);

		len = strcspn(devs, ",");
		if (!has_dev(line->devs, devs, len))
			snprintf(line->devs + end, sizeof(line->devs) - end, ", %.*s", (int)len,
				 devs);
	}
}

void map_losses_add(struct map_losses *l, const struct map_facts *map, const char *entry,
		    const char *why)
{
	struct map_loss_line new = { 0 }, *line, *lines;

	snprintf(new.map, sizeof(new.map), "%s", map->name);
	snprintf(new.entry, sizeof(new.entry), "%s", entry);
	snprintf(new.why, sizeof(new.why), "%s", why);
	devs_of(l, map, new.devs, MAP_LOSS_DEVS_SIZE);
	line = find(l, &new);
	if (line) {
		add_devs(line, new.devs);
		return;
	}
	lines = realloc(l->lines, (l->n + 1) * sizeof(*lines));
	if (!lines) {
		l->no_memory = true;
		return;
	}
	l->lines = lines;
	l->lines[l->n++] = new;
}

/* Do all losses concern the same devices, which can then be named first? */
static bool same_devs(const struct map_losses *l)
{
	for (unsigned int i = 1; i < l->n; i++)
		if (strcmp(l->lines[i].devs, l->lines[0].devs))
			return false;
	return true;
}

/* @buf has room for @size characters and MORE_SIZE more. */
static void list_text(const struct map_losses *l, bool with_devs, char *buf, size_t size)
{
	size_t len = 0;

	for (unsigned int i = 0; i < l->n; i++) {
		const struct map_loss_line *line = &l->lines[i];
		size_t more =
			snprintf(buf + len, size - len, "%s\"%s\" of \"%s\"%s%s (%s)",
				 i ? ", " : "", line->map, line->entry, with_devs ? " on " : "",
				 with_devs ? line->devs : "", line->why);

		if (more >= size - len) {
			snprintf(buf + len, MORE_SIZE, " and %u more", l->n - i);
			return;
		}
		len += more;
	}
}

int map_losses_refuse(const struct map_losses *l, enum maps_policy policy, struct report *r)
{
	bool same = same_devs(l);
	char list[LIST_SIZE + MORE_SIZE];
	int err;

	if (l->no_memory)
		return report_no_memory(r);
	if (!l->n)
		return 0;
	list_text(l, !same, list, LIST_SIZE);
	err = report_fail(
		r, STATUS_REFUSED, EEXIST,
		"%s: %s; \"maps fit\" keeps what fits and drops the rest, \"maps new\" starts with empty maps",
		policy == MAPS_KEEP ? "Maps cannot be kept" : "Maps would be lost", list);
	if (same && *l->lines[0].devs)
		report_context(r, "dev %s", l->lines[0].devs);
	return err;
}

/* ---- what is allowed ---- */

void map_losses_warn(const struct map_losses *l, const struct map_facts *map, const char *entry,
		     const char *why, struct report *r)
{
	char devs[MAP_LOSS_DEVS_SIZE];

	if (*devs_of(l, map, devs, sizeof(devs)))
		report_warn(r, "dev %s: map \"%s\" of \"%s\" and its contents are dropped: %s",
			    devs, map->name, entry, why);
	else
		report_warn(r, "Map \"%s\" of \"%s\" and its contents are dropped: %s", map->name,
			    entry, why);
}

void map_losses_warn_variables(const struct map_losses *l, const struct map_facts *section,
			       const char *entry, const char *list, struct report *r)
{
	char devs[MAP_LOSS_DEVS_SIZE];

	if (*devs_of(l, section, devs, sizeof(devs)))
		report_warn(r, "dev %s: variables of \"%s\" are dropped, because " GONE ": %s",
			    devs, entry, list);
	else
		report_warn(r, "Variables of \"%s\" are dropped, because " GONE ": %s", entry,
			    list);
}

void map_losses_free(struct map_losses *l)
{
	free(l->lines);
	l->lines = NULL;
	l->n = 0;
}
