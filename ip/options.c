// SPDX-License-Identifier: GPL-2.0-or-later
/* The global options in front of the command, and whose command it is. */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum option_id {
	OPT_IGNORED,
	OPT_FAMILY,
	OPT_HUMAN,
	OPT_IEC,
	OPT_STATS,
	OPT_DETAILS,
	OPT_RESOLVE,
	OPT_ONELINE,
	OPT_TIMESTAMP,
	OPT_TSHORT,
	OPT_VERSION,
	OPT_FORCE,
	OPT_BATCH,
	OPT_BRIEF,
	OPT_JSON,
	OPT_PRETTY,
	OPT_RCVBUF,
	OPT_COLOR,
	OPT_HELP,
	OPT_NETNS,
	OPT_NUMERIC,
	OPT_ALL,
	OPT_ECHO,
};

enum option_shape {
	FLAG,	     /* any prefix will do */
	FLAG_WORD,   /* the full word only */
	FLAG_EQUALS, /* any prefix, then perhaps "=WHEN" */
	VALUE,	     /* any prefix, the next word is its value */
};

struct option_row {
	const char *name;
	enum option_id id;
	enum option_shape shape;
};

/* In iproute2's order: the first row that matches wins. */
static const struct option_row option_rows[] = {
	{ "-loops", OPT_IGNORED, VALUE },
	{ "-family", OPT_FAMILY, VALUE },
	{ "-4", OPT_IGNORED, FLAG_WORD },
	{ "-6", OPT_IGNORED, FLAG_WORD },
	{ "-0", OPT_IGNORED, FLAG_WORD },
	{ "-M", OPT_IGNORED, FLAG_WORD },
	{ "-B", OPT_IGNORED, FLAG_WORD },
	{ "-human-readable", OPT_HUMAN, FLAG },
	{ "-iec", OPT_IEC, FLAG },
	{ "-stats", OPT_STATS, FLAG },
	{ "-statistics", OPT_STATS, FLAG },
	{ "-details", OPT_DETAILS, FLAG },
	{ "-resolve", OPT_RESOLVE, FLAG },
	{ "-oneline", OPT_ONELINE, FLAG },
	{ "-timestamp", OPT_TIMESTAMP, FLAG },
	{ "-tshort", OPT_TSHORT, FLAG },
	{ "-Version", OPT_VERSION, FLAG },
	{ "-force", OPT_FORCE, FLAG },
	{ "-batch", OPT_BATCH, VALUE },
	{ "-brief", OPT_BRIEF, FLAG },
	{ "-json", OPT_JSON, FLAG },
	{ "-pretty", OPT_PRETTY, FLAG },
	{ "-rcvbuf", OPT_RCVBUF, VALUE },
	{ "-color", OPT_COLOR, FLAG_EQUALS },
	{ "-help", OPT_HELP, FLAG },
	{ "-netns", OPT_NETNS, VALUE },
	{ "-Numeric", OPT_NUMERIC, FLAG },
	{ "-all", OPT_ALL, FLAG },
	{ "-echo", OPT_ECHO, FLAG_WORD },
};

static bool is_prefix(const char *text, size_t len, const char *word)
{
	return len > 0 && len <= strlen(word) && !memcmp(text, word, len);
}

static bool row_matches(const struct option_row *row, const char *option)
{
	switch (row->shape) {
	case FLAG_WORD:
		return !strcmp(option, row->name);
	case FLAG_EQUALS:
		return is_prefix(option, strcspn(option, "="), row->name);
	default:
		return is_prefix(option, strlen(option), row->name);
	}
}

static bool read_color(struct options *opts, const char *option)
{
	const char *when = strchr(option, '=');

	if (!when || !when[1] || !strcmp(when, "=always"))
		opts->color = COLOR_ALWAYS;
	else if (!strcmp(when, "=auto"))
		opts->color = COLOR_AUTO;
	else if (!strcmp(when, "=never"))
		opts->color = COLOR_NEVER;
	else
		return false;
	return true;
}

/* NULL for an option that iproute2 would call unknown. */
static const struct option_row *find_option(const char *word)
{
	const char *option = word[1] == '-' ? word + 1 : word;
	struct options scratch;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(option_rows); i++) {
		if (!row_matches(&option_rows[i], option))
			continue;
		if (option_rows[i].id != OPT_COLOR || read_color(&scratch, option))
			return &option_rows[i];
	}
	return NULL;
}

static bool is_family(const char *value)
{
	static const char *const families[] = {
		"inet", "inet6", "mpls", "bridge", "link",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		if (!strcmp(value, families[i]))
			return true;
	return false;
}

static bool is_unsigned(const char *value)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(value, &end, 0);
	return *value && !*end && !errno && number <= UINT_MAX;
}

/* Returns false if the value is one that iproute2 refuses. */
static bool apply_value(struct options *opts, enum option_id id, const char *value)
{
	switch (id) {
	case OPT_FAMILY:
		return is_family(value);
	case OPT_RCVBUF:
		return is_unsigned(value);
	case OPT_BATCH:
		opts->batch_file = value;
		return true;
	case OPT_NETNS:
		opts->netns = value;
		return true;
	default:
		return true;
	}
}

static void apply_flag(struct options *opts, enum option_id id, const char *word)
{
	switch (id) {
	case OPT_HUMAN:
		opts->human = true;
		break;
	case OPT_IEC:
		opts->iec = true;
		break;
	case OPT_STATS:
		opts->stats++;
		break;
	case OPT_DETAILS:
		opts->details++;
		break;
	case OPT_RESOLVE:
		opts->resolve = true;
		break;
	case OPT_ONELINE:
		opts->oneline = true;
		break;
	case OPT_TIMESTAMP:
		opts->timestamp = true;
		break;
	case OPT_TSHORT:
		opts->timestamp = opts->timestamp_short = true;
		break;
	case OPT_FORCE:
		opts->force = true;
		break;
	case OPT_BRIEF:
		opts->brief = true;
		break;
	case OPT_JSON:
		opts->json = true;
		break;
	case OPT_PRETTY:
		opts->pretty = true;
		break;
	case OPT_COLOR:
		read_color(opts, word);
		break;
	case OPT_NUMERIC:
		opts->numeric = true;
		break;
	case OPT_ALL:
		opts->all = true;
		break;
	case OPT_ECHO:
		opts->echo = true;
		break;
	default:
		break;
	}
}

/* True while argv[i] is an option; a bare "--" is stepped over and ends them. */
static bool at_option(int argc, char *const argv[], int *i)
{
	if (*i >= argc || argv[*i][0] != '-')
		return false;
	if (strcmp(argv[*i], "--"))
		return true;
	++*i;
	return false;
}

/*
 * Read all options. Returns CMDLINE_OURS with the index of the first word if
 * there is nothing against it, else what ended the scan.
 */
static struct cmdline scan_options(int argc, char *const argv[], struct options *opts)
{
	int i = 1;

	while (at_option(argc, argv, &i)) {
		const struct option_row *row = find_option(argv[i]);

		if (!row)
			return (struct cmdline){ CMDLINE_BAD_OPTION, i };
		if (row->id == OPT_VERSION)
			return (struct cmdline){ CMDLINE_VERSION, i };
		if (row->id == OPT_HELP)
			return (struct cmdline){ CMDLINE_HELP, i };
		if (row->shape != VALUE) {
			apply_flag(opts, row->id, argv[i++]);
			continue;
		}
		if (i + 1 >= argc)
			return (struct cmdline){ CMDLINE_NO_VALUE, i };
		if (!apply_value(opts, row->id, argv[i + 1]))
			return (struct cmdline){ CMDLINE_BAD_VALUE, i };
		i += 2;
	}
	return (struct cmdline){ CMDLINE_OURS, i };
}

int options_own_prefix(int argc, char *const argv[])
{
	if (argc < 3 || !is_prefix(argv[0], strlen(argv[0]), "link"))
		return 0;
	return !strcmp(argv[1], "xdp") && !strcmp(argv[2], "multi") ? 3 : 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

struct cmdline options_scan(int argc, char *const argv[], struct options *opts)
{
	const struct cmdline system = { CMDLINE_SYSTEM, 0 };
	struct cmdline line;
	const char *name;
	int prefix;

	memset(opts, 0, sizeof(*opts));
	if (argc < 1)
		return system;
	name = base_name(argv[0]);
	opts->own_name = !strcmp(name, OWN_NAME);
	/* iproute2 takes what follows the second letter for its first word. */
	if (!opts->own_name && strlen(name) > 2)
		return system;

	line = scan_options(argc, argv, opts);
	if (line.kind != CMDLINE_OURS)
		return opts->own_name ? line : system;
	if (opts->batch_file)
		return (struct cmdline){ CMDLINE_BATCH, line.index };
	if (opts->own_name)
		return line;
	prefix = options_own_prefix(argc - line.index, argv + line.index);
	if (!prefix)
		return system;
	line.index += prefix;
	return line;
}

int options_without_batch(int argc, char *const argv[], char *out[])
{
	int i = 1, count = 0;

	out[count++] = argv[0];
	while (at_option(argc, argv, &i)) {
		const struct option_row *row = find_option(argv[i]);
		int words = row && row->shape == VALUE ? 2 : 1;
		int last = i + words < argc ? i + words : argc;

		if (row && row->id == OPT_BATCH)
			i = last;
		while (i < last)
			out[count++] = argv[i++];
	}
	return count;
}
