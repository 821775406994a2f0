// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the global options before the command, and decides whether the command is ours. */

#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* How an option is written. */
enum option_form {
	FLAG,	     /* any prefix will do */
	FLAG_WORD,   /* the full word only */
	FLAG_EQUALS, /* any prefix, then perhaps "=WHEN" */
	VALUE,	     /* any prefix, and the next word is its value */
};

/* What an option does. */
enum option_action {
	IGNORE,
	SET,	/* the bool at @member */
	COUNT,	/* the unsigned int at @member */
	STRING, /* the const char * at @member is the value */
	CHECK_FAMILY,
	CHECK_NUMBER,
	SET_COLOR, /* @member */
	ASK_VERSION,
	ASK_HELP,
};

/* struct option - a row of the table; @member is an offset in struct options */
struct option {
	const char *name;
	enum option_form form;
	enum option_action action;
	size_t member;
};

#define TO(action, member) action, offsetof(struct options, member)

/* In iproute2's order: the first row that matches wins. */
static const struct option option_table[] = {
	{ "-loops", VALUE, IGNORE, 0 },
	{ "-family", VALUE, CHECK_FAMILY, 0 },
	{ "-4", FLAG_WORD, IGNORE, 0 },
	{ "-6", FLAG_WORD, IGNORE, 0 },
	{ "-0", FLAG_WORD, IGNORE, 0 },
	{ "-M", FLAG_WORD, IGNORE, 0 },
	{ "-B", FLAG_WORD, IGNORE, 0 },
	{ "-human-readable", FLAG, IGNORE, 0 },
	{ "-iec", FLAG, IGNORE, 0 },
	{ "-stats", FLAG, TO(COUNT, stats) },
	{ "-statistics", FLAG, TO(COUNT, stats) },
	{ "-details", FLAG, TO(COUNT, details) },
	{ "-resolve", FLAG, IGNORE, 0 },
	{ "-oneline", FLAG, TO(SET, oneline) },
	{ "-timestamp", FLAG, TO(SET, timestamp) },
	{ "-tshort", FLAG, TO(SET, timestamp) },
	{ "-Version", FLAG, ASK_VERSION, 0 },
	{ "-force", FLAG, TO(SET, force) },
	{ "-batch", VALUE, TO(STRING, batch_file) },
	{ "-brief", FLAG, TO(SET, brief) },
	{ "-json", FLAG, TO(SET, json) },
	{ "-pretty", FLAG, TO(SET, pretty) },
	{ "-rcvbuf", VALUE, CHECK_NUMBER, 0 },
	{ "-color", FLAG_EQUALS, TO(SET_COLOR, color) },
	{ "-help", FLAG, ASK_HELP, 0 },
	{ "-netns", VALUE, TO(STRING, netns) },
	{ "-Numeric", FLAG, IGNORE, 0 },
	{ "-all", FLAG, IGNORE, 0 },
	{ "-echo", FLAG_WORD, TO(SET, echo) },
};

static bool is_prefix(const char *text, size_t len, const char *word)
{
	return len > 0 && len <= strlen(word) && !memcmp(text, word, len);
}

/* Returns -1 for a word that iproute2 does not know. */
static int color_of(const char *option)
{
	const char *when = strchr(option, '=');

	if (!when || !when[1] || !strcmp(when, "=always"))
		return COLOR_ALWAYS;
	if (!strcmp(when, "=auto"))
		return COLOR_AUTO;
	return strcmp(when, "=never") ? -1 : COLOR_NEVER;
}

static bool matches(const struct option *o, const char *word)
{
	switch (o->form) {
	case FLAG_WORD:
		return !strcmp(word, o->name);
	case FLAG_EQUALS:
		return is_prefix(word, strcspn(word, "="), o->name) && color_of(word) >= 0;
	default:
		return is_prefix(word, strlen(word), o->name);
	}
}

/* Returns NULL for an option that iproute2 does not know. */
static const struct option *find_option(const char *word)
{
	if (word[1] == '-')
		word++;
	for (size_t i = 0; i < ARRAY_SIZE(option_table); i++)
		if (matches(&option_table[i], word))
			return &option_table[i];
	return NULL;
}

static bool is_family(const char *value)
{
	static const char *const families[] = {
		"inet", "inet6", "mpls", "bridge", "link",
	};

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
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

/* Returns false for a value that iproute2 refuses. */
static bool apply(const struct option *o, struct options *opts, const char *value)
{
	char *member = (char *)opts + o->member;

	switch (o->action) {
	case SET:
		*(bool *)member = true;
		return true;
	case COUNT:
		++*(unsigned int *)member;
		return true;
	case STRING:
		*(const char **)member = value;
		return true;
	case SET_COLOR:
		*(enum color *)member = color_of(value);
		return true;
	case CHECK_FAMILY:
		return is_family(value);
	case CHECK_NUMBER:
		return is_unsigned(value);
	default:
		return true;
	}
}

/* True if argv[i] is an option.  Skip "--", which ends the options. */
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
 * Read all options.  Returns CMDLINE_OURS with the index of the first word, or the kind
 * of the option that ended the scan.
 */
static struct cmdline scan_options(int argc, char *const argv[], struct options *opts)
{
	int i = 1;

	while (at_option(argc, argv, &i)) {
		const struct option *o = find_option(argv[i]);
		int words = o && o->form == VALUE ? 2 : 1;

		if (!o)
			return (struct cmdline){ CMDLINE_BAD_OPTION, i };
		if (o->action == ASK_VERSION)
			return (struct cmdline){ CMDLINE_VERSION, i };
		if (o->action == ASK_HELP)
			return (struct cmdline){ CMDLINE_HELP, i };
		if (i + words > argc)
			return (struct cmdline){ CMDLINE_NO_VALUE, i };
		if (!apply(o, opts, argv[i + words - 1]))
			return (struct cmdline){ CMDLINE_BAD_VALUE, i };
		i += words;
	}
	return (struct cmdline){ CMDLINE_OURS, i };
}

int options_own_prefix(int argc, char *const argv[])
{
	if (argc < 3 || !is_prefix(argv[0], strlen(argv[0]), "link"))
		return 0;
	return !strcmp(argv[1], "xdp") && !strcmp(argv[2], "multi") ? 3 : 0;
}

/* "link xdp" and "link xdp help" lead to our help, as "link help" should. */
static enum cmdline_kind asks_help(int argc, char *const argv[])
{
	bool help = argc > 1 && !strcmp(argv[argc - 1], "help");
	int words = help ? argc - 1 : argc;

	if (words < 1 || words > 2 || !is_prefix(argv[0], strlen(argv[0]), "link"))
		return CMDLINE_SYSTEM;
	if (words == 2)
		return strcmp(argv[1], "xdp") ? CMDLINE_SYSTEM : CMDLINE_HELP;
	return help ? CMDLINE_LINK_HELP : CMDLINE_SYSTEM;
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
	/* iproute2 takes the rest of the name after the second letter as its first word. */
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
		line.kind = asks_help(argc - line.index, argv + line.index);
	if (line.kind == CMDLINE_SYSTEM)
		return system;
	line.index += prefix;
	return line;
}

int options_without_batch(int argc, char *const argv[], char *out[])
{
	int i = 1, count = 0;

	out[count++] = argv[0];
	while (at_option(argc, argv, &i)) {
		const struct option *o = find_option(argv[i]);
		int words = o && o->form == VALUE ? 2 : 1;
		int last = i + words < argc ? i + words : argc;
		bool is_batch = o && !strcmp(o->name, "-batch");

		for (; i < last; i++)
			if (!is_batch)
				out[count++] = argv[i];
	}
	return count;
}
