// SPDX-License-Identifier: GPL-2.0-or-later
/* The keywords of the grammar. */
#include "syntax/grammar.h"

#include <errno.h>
#include <string.h>

#include "syntax/grammar_internal.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

char *grammar_next_word(struct parser *p)
{
	if (!p->argc)
		return NULL;
	p->argc--;
	return *p->argv++;
}

/* One line for each keyword. */
/* clang-format off */
static const struct keyword keywords[] = {
	{ "dev", NULL, CHANGES | V(VERB_SHOW) | V(VERB_SAVE) | V(VERB_CHECK) |
	  V(VERB_REPAIR) | V(VERB_METRICS) | V(VERB_MONITOR) | V(VERB_TEST) |
	  CONFIRMS | V(VERB_TRACE) | V(VERB_FEATURES) | LINE_CHAIN,
	  .repeat = true, .take = take_dev,
	  .needs = "the name of an interface" },
	{ "pcap", NULL, V(VERB_TEST), .take = take_pcap,
	  .needs = "the name of a file" },
	{ "packet", NULL, V(VERB_TEST), .repeat = true, .take = take_packet,
	  .needs = "hexadecimal digits" },
	{ "expect-verdict", NULL, V(VERB_TEST), .take = take_expect_verdict,
	  .needs = "a list of verdicts" },
	{ "tap", NULL, V(VERB_TEST), .flag = true, .name = true,
	  .take = take_tap },
	{ "repeat", NULL, V(VERB_TEST), .take = take_repeat,
	  .needs = "a number" },
	{ "partial", NULL, V(VERB_TEST), .flag = true, .take = take_partial },
	{ "filter", NULL, V(VERB_TRACE), .name = true, .take = take_filter,
	  .needs = "an expression" },
	{ "verdict", NULL, V(VERB_TRACE), .name = true, .take = take_verdict,
	  .needs = "a list of verdicts" },
	{ "entry", NULL, V(VERB_TRACE), .name = true, .take = take_entry,
	  .needs = "an entry" },
	{ "sample", NULL, V(VERB_TRACE), .name = true, .take = take_sample,
	  .needs = "a number" },
	{ "count", NULL, V(VERB_TRACE), .name = true, .take = take_count,
	  .needs = "a number" },
	{ "changes", NULL, V(VERB_TRACE), .flag = true, .name = true,
	  .take = take_changes },
	{ "times", NULL, V(VERB_TRACE), .flag = true, .name = true,
	  .take = take_times },
	{ "write", NULL, V(VERB_TRACE), .name = true, .take = take_write,
	  .needs = "the name of a file" },
	{ "all", NULL, TAKES_ALL, .flag = true,
	  .take = take_flag },
	{ "with-objects", NULL, V(VERB_SAVE), .take = take_objects,
	  .needs = "the name of a directory" },
	{ "all-netns", NULL, V(VERB_CLEAN) | V(VERB_MONITOR), .flag = true, .take = take_flag },
	{ "object", "obj", SOURCES | LINE_POLICY, .take = take_object,
	  .needs = "the name of a file" },
	{ "section", "sec", SOURCES, .take = take_section,
	  .needs = "the name of a section" },
	{ "program", "prog", SOURCES, .take = take_program,
	  .needs = "the name of a function" },
	{ "pinmaps", NULL, SOURCES, .take = take_pinmaps,
	  .needs = "the name of a directory" },
	{ "pinned", NULL, SOURCES, .take = take_pinned,
	  .needs = "the path of a pin" },
	{ "sha256", NULL, LINE_ENTRY, .take = take_sha256,
	  .needs = "a digest" },
	{ "verbose", NULL, UPDATES, .flag = true, .take = take_verbose },
	{ "name", NULL, ENTRIES | V(VERB_DEL) | LINE_POLICY, .repeat = true,
	  .take = take_name,
	  .needs = "a name" },
	{ "id", NULL, SOURCES | V(VERB_DEL), .repeat = true, .take = take_id,
	  .needs = "the id of a program" },
	{ "tag", NULL, SOURCES | V(VERB_DEL), .repeat = true,
	  .take = take_tag,
	  .needs = "the tag of a program" },
	{ "slot", NULL, SELECTS, .repeat = true, .take = take_slot,
	  .needs = "the number of a slot" },
	{ "prio", NULL, ENTRIES | LINE_POLICY, .take = take_prio,
	  .needs = "a number" },
	{ "first", NULL, UPDATES, .flag = true, .take = take_first },
	{ "last", NULL, UPDATES, .flag = true, .take = take_last },
	{ "before", NULL, UPDATES, .take = take_before,
	  .needs = "an entry" },
	{ "after", NULL, UPDATES, .take = take_after,
	  .needs = "an entry" },
	{ "proceed-on", NULL, ENTRIES | LINE_POLICY, .take = take_proceed_on,
	  .needs = "a list of verdicts" },
	{ "on", NULL, ENTRIES, .repeat = true, .take = take_on,
	  .needs = "a list of verdicts" },
	{ "enable", NULL, UPDATES | LINE_ENTRY, .flag = true, .take = take_toggle },
	{ "deny", NULL, LINE_POLICY, .flag = true, .take = take_flag },
	{ "disable", "disabled", UPDATES | LINE_ENTRY | LINE_POLICY, .flag = true,
	  .take = take_toggle },
	{ "maps", NULL, UPDATES | V(VERB_RESTORE) | V(VERB_APPLY),
	  .take = take_maps,
	  .needs = grammar_maps },
	{ "linkage", NULL, SOURCES, .take = take_linkage,
	  .needs = grammar_linkages },
	{ "mode", NULL, MAKES | LINE_CHAIN, .take = take_mode,
	  .needs = grammar_modes },
	{ "format", NULL, MAKES | V(VERB_SET) | LINE_CHAIN,
	  .take = take_format,
	  .needs = grammar_formats },
	{ "stats", NULL, V(VERB_SET) | LINE_CHAIN, .take = take_stats,
	  .needs = grammar_stats, .file_needs = grammar_stats_in_file },
	{ "interval", NULL, V(VERB_SHOW), .take = take_interval,
	  .needs = "a number of seconds" },
	{ "dot", NULL, V(VERB_SHOW), .flag = true, .take = take_flag },
	{ "entries", NULL, LINE_CHAIN, .take = take_entries,
	  .needs = "a number" },
	{ "overwrite", NULL, MAKES | V(VERB_SHARE) | V(VERB_REPAIR), .flag = true,
	  .take = take_flag },
	{ "file", NULL, V(VERB_RESTORE) | V(VERB_CHECK), .take = take_file,
	  .needs = "the name of a file" },
	{ "from", NULL, V(VERB_SHARE), .take = take_from,
	  .needs = "the name of an interface" },
	{ "netns", NULL, V(VERB_SHARE), .take = take_netns,
	  .needs = "a network namespace" },
	{ "config", NULL, V(VERB_CHECK), .flag = true, .take = take_flag },
	{ "only", NULL, V(VERB_APPLY) | V(VERB_CHECK), .flag = true,
	  .take = take_flag },
	{ "policy", NULL, POLICED, .take = take_policy,
	  .needs = grammar_policy },
	{ "root", NULL, V(VERB_APPLY) | V(VERB_CHECK), .take = take_root,
	  .needs = "the name of a directory" },
	{ "if-exists", NULL, V(VERB_DEL) | V(VERB_FLUSH) | V(VERB_APPLY),
	  .flag = true, .take = take_flag },
	{ "wait", NULL, CHANGES | KEEPS_UP | CONFIRMS | V(VERB_TRACE), .take = take_wait,
	  .needs = "a number of seconds" },
	{ "confirm", NULL, CHANGES, .take = take_confirm,
	  .needs = "a number of seconds" },
	{ "expect", NULL, CHANGES, .take = take_expect,
	  .needs = "the id of a dispatcher or \"none\"" },
	{ "dry-run", NULL, CHANGES | KEEPS_UP, .flag = true, .take = take_flag },
};
/* clang-format on */

_Static_assert(ARRAY_SIZE(keywords) <= KEYWORDS_MAX, "struct parser.seen has one for each");

static bool is_word(const struct keyword *k, const char *word)
{
	return !strcmp(word, k->word) || (k->alias && !strcmp(word, k->alias));
}

/* Entries may be named "filter" or "tap", so some words are keywords only where they belong. */
static bool is_name_here(const struct parser *p, const struct keyword *k)
{
	return k->name && !(k->where & p->where);
}

bool grammar_is_keyword(const struct parser *p, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (is_word(&keywords[i], word) && !is_name_here(p, &keywords[i]))
			return true;
	return !strcmp(word, "help") || !strcmp(word, "next") || !strcmp(word, "stop") ||
	       !strcmp(word, "goto");
}

static const struct keyword *find(const struct parser *p, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		const struct keyword *k = &keywords[i];

		if ((k->where & p->where) && is_word(k, word))
			return k;
	}
	return NULL;
}

/* True if the word is probably a device name that lacks "dev", which only show allows. */
static bool wants_dev(const struct parser *p, const char *word)
{
	for (int i = 0; i < p->argc; i++)
		if (!strcmp(p->argv[i], "dev"))
			return false;
	return find(p, "dev") && !p->rq->n_devs && !p->rq->all && !grammar_is_keyword(p, word);
}

/* A word that is not a keyword is an operand without a keyword, or an error. */
static int take_bare(struct parser *p, char *word)
{
	if (p->where == V(VERB_SHOW) && !p->rq->n_devs)
		return take_dev(p, "dev", word);
	if (grammar_selects(p))
		return grammar_bare_selector(p, &p->rq->selector, word);
	if (p->where & LINES)
		return report_fail(p->r, STATUS_USAGE, EINVAL, "Error: \"%s\" is garbage here, %s",
				   word, grammar_see(p));
	if (p->where == V(VERB_TRACE) && p->rq->trace.filter)
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: \"%s\" is garbage here: a \"filter\" of several words needs quotes.",
			word);
	if (wants_dev(p, word))
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: \"%s\" is garbage here, try \"dev %s\".", word, word);
	return report_fail(p->r, STATUS_USAGE, EINVAL, "Error: \"%s\" is garbage here, " TRY_HELP,
			   word);
}

static const char *needs(const struct parser *p, const struct keyword *k)
{
	return p->where & LINES && k->file_needs ? k->file_needs : k->needs;
}

static int take(struct parser *p, const struct keyword *k)
{
	bool *seen = &p->seen[k - keywords];
	char *value = k->flag ? NULL : grammar_next_word(p);

	if (!k->flag && !value)
		return grammar_incomplete(p, k->word, needs(p, k));
	if (!k->repeat && *seen)
		return k->flag ? report_fail(p->r, STATUS_USAGE, EINVAL, "Error: duplicate \"%s\".",
					     k->word)
			       : grammar_second(p, k->word, value);
	*seen = true;
	return k->take(p, k->word, value);
}

int grammar_take_word(struct parser *p, char *word)
{
	const struct keyword *k = find(p, word);

	return k ? take(p, k) : take_bare(p, word);
}
