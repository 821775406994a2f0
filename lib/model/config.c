// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration files: choose those that apply to an interface. */
#include "model/config.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GLOB_CHARACTERS "*?[\\"

bool config_stem(const char *file, const char *suffix, char *stem)
{
	size_t len = strlen(file), end = strlen(suffix);

	if (len <= end || len - end > 255 || strcmp(file + len - end, suffix))
		return false;
	memcpy(stem, file, len - end);
	stem[len - end] = '\0';
	return true;
}

static bool is_altname(const char *word, const struct config_names *names)
{
	for (unsigned int i = 0; i < names->n_altnames; i++)
		if (!strcmp(word, names->altnames[i]))
			return true;
	return false;
}

static bool glob_matches(const char *pattern, const struct config_names *names)
{
	if (!strpbrk(pattern, GLOB_CHARACTERS))
		return false;
	if (!fnmatch(pattern, names->ifname, 0))
		return true;
	for (unsigned int i = 0; i < names->n_altnames; i++)
		if (!fnmatch(pattern, names->altnames[i], 0))
			return true;
	return false;
}

enum config_how config_match(const char *pattern, const struct config_names *names)
{
	if (!strcmp(pattern, names->ifname))
		return CONFIG_NAME;
	if (is_altname(pattern, names))
		return CONFIG_ALTNAME;
	if (glob_matches(pattern, names))
		return CONFIG_GLOB;
	if (strcmp(pattern, "default") || !strcmp(names->ifname, "lo"))
		return CONFIG_NOT;
	return CONFIG_DEFAULT;
}

static int by_size(size_t a, size_t b)
{
	return (a < b) - (a > b);
}

/* Sort the more specific pattern first; of two globs, the one with more characters before
 * the first wildcard, then the longer one. */
static int by_pattern(const struct config_file *a, const struct config_file *b)
{
	int order = by_size(a->how, b->how);

	if (!order && a->how == CONFIG_GLOB)
		order = by_size(strcspn(a->pattern, GLOB_CHARACTERS),
				strcspn(b->pattern, GLOB_CHARACTERS));
	if (!order && a->how == CONFIG_GLOB)
		order = by_size(strlen(a->pattern), strlen(b->pattern));
	return order;
}

static int by_all(const void *x, const void *y)
{
	const struct config_file *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	if (!order)
		order = by_pattern(a, b);
	if (!order)
		order = by_size(a->place, b->place);
	return order ? order : strcmp(a->pattern, b->pattern);
}

unsigned int config_choose(struct config_file *files, unsigned int n)
{
	unsigned int kept = 0;

	if (n)
		qsort(files, n, sizeof(*files), by_all);
	for (unsigned int i = 0; i < n; i++) {
		if (kept && !strcmp(files[kept - 1].name, files[i].name))
			free(files[i].path);
		else
			files[kept++] = files[i];
	}
	return kept;
}

bool config_entry_name(const char *file, char name[ENTRY_NAME_SIZE])
{
	size_t digits = strspn(file, "0123456789");
	char stem[256];

	if (digits && file[digits] == '-')
		file += digits + 1;
	if (!config_stem(file, CONFIG_ENTRY_SUFFIX, stem) || !entry_name_valid(stem))
		return false;
	strcpy(name, stem);
	return true;
}
