// SPDX-License-Identifier: GPL-2.0-or-later
/* The keywords of the grammar, and what each of them does. */
#include "grammar.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static bool is_keyword(const char *word);

static int incomplete(struct parser *p)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Command line is not complete. Try option \"help\"");
}

static int invalid(struct parser *p, const char *key, const char *value)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: argument \"%s\" is wrong: Invalid \"%s\" value", value, key);
}

static int one_of(struct parser *p, const char *key, const char *list, const char *value)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: argument of \"%s\" must be %s, not \"%s\"", key, list, value);
}

static int second(struct parser *p, const char *key, const char *value)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: duplicate \"%s\": \"%s\" is the second value.", key, value);
}

char *grammar_next_word(struct parser *p)
{
	if (!p->argc)
		return NULL;
	p->argc--;
	return *p->argv++;
}

/* ---- selectors ---- */

static int set_selector(struct parser *p, struct selector *sel, enum selector_by by,
			const char *key, const char *value)
{
	bool ok = true;

	if (by == SELECT_NAME)
		ok = *value && strlen(value) < sizeof(sel->name);
	else if (by == SELECT_TAG)
		ok = words_tag(value, sel->tag);
	else
		ok = words_number(value, UINT32_MAX, &sel->number);
	if (!ok)
		return invalid(p, key, value);
	if (by == SELECT_NAME)
		strcpy(sel->name, value);
	sel->by = by;
	return 0;
}

/* A bare NAME is no keyword of any verb, lest a forgotten word be taken for it. */
static int set_bare_name(struct parser *p, struct selector *sel, const char *word)
{
	if (!is_keyword(word))
		return set_selector(p, sel, SELECT_NAME, "name", word);
	return report_fail(
		p->r, STATUS_USAGE, EINVAL,
		"Error: \"%s\" is a keyword: for an entry of that name write \"name %s\"", word,
		word);
}

static const struct {
	const char *word;
	enum selector_by by;
} selector_words[] = {
	{ "name", SELECT_NAME },
	{ "id", SELECT_ID },
	{ "tag", SELECT_TAG },
	{ "slot", SELECT_SLOT },
};

/* { NAME | name NAME | id PROG_ID | tag TAG | slot N } behind a keyword */
static int take_selector(struct parser *p, struct selector *sel, char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(selector_words); i++) {
		char *value;

		if (strcmp(word, selector_words[i].word))
			continue;
		value = grammar_next_word(p);
		return value ? set_selector(p, sel, selector_words[i].by, word, value)
			     : incomplete(p);
	}
	return set_bare_name(p, sel, word);
}

/* ---- what the keywords do ---- */

static int take_source(struct parser *p, const char **to, const char *key, char *value)
{
	if (!*value)
		return invalid(p, key, value);
	*to = value;
	return 0;
}

/* Whose chain it is counts only where the command line does not say it. */
static int take_file_dev(struct parser *p, const char *key, char *value)
{
	if (p->rq->file_dev)
		return second(p, key, value);
	return take_source(p, &p->rq->file_dev, key, value);
}

static int take_dev(struct parser *p, const char *key, char *value)
{
	struct request *rq = p->rq;
	char **devs;

	if (p->where == LINE_CHAIN)
		return take_file_dev(p, key, value);
	devs = realloc(rq->devs, (rq->n_devs + 1) * sizeof(*devs));
	if (!devs)
		return report_no_memory(p->r);
	rq->devs = devs;
	if (!*value)
		return invalid(p, key, value);
	rq->devs[rq->n_devs++] = value;
	return 0;
}

static int take_object(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->entry->source.object, key, value);
}

static int take_section(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->entry->source.section, key, value);
}

static int take_program(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->entry->source.function, key, value);
}

static int take_pinmaps(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->entry->source.pinmaps, key, value);
}

static int take_pinned(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->entry->source.pinned, key, value);
}

static int take_sha256(struct parser *p, const char *key, char *value)
{
	if (strlen(value) != 64 || strspn(value, "0123456789abcdef") != 64)
		return invalid(p, key, value);
	return take_source(p, &p->entry->source.sha256, key, value);
}

static int take_file(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->rq->file, key, value);
}

static int take_from(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->rq->from, key, value);
}

static int take_objects(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->rq->objects, key, value);
}

static int take_root(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->rq->root, key, value);
}

static int take_netns(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->rq->netns, key, value);
}

static int take_verbose(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->entry->source.verbose = true;
	return 0;
}

/* In change and del the first of name, id, tag, slot tells which entry. */
static bool selects(const struct parser *p)
{
	return p->where & SELECTS && p->rq->selector.by == SELECT_NONE;
}

static int take_name(struct parser *p, const char *key, char *value)
{
	if (selects(p))
		return set_selector(p, &p->rq->selector, SELECT_NAME, key, value);
	if (p->where == V(VERB_DEL) || *p->entry->name)
		return second(p, key, value);
	if (p->where == LINE_POLICY && *value && strlen(value) < sizeof(p->entry->name)) {
		strcpy(p->entry->name, value);
		return 0;
	}
	if (!entry_name_valid(value))
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: argument \"%s\" is wrong: a \"name\" is 1 to 63 characters of A-Z a-z 0-9 _ . : - and does not start with a digit or \"-\"",
			value);
	strcpy(p->entry->name, value);
	return 0;
}

static int take_id(struct parser *p, const char *key, char *value)
{
	if (selects(p))
		return set_selector(p, &p->rq->selector, SELECT_ID, key, value);
	if (p->where == V(VERB_DEL) || p->entry->source.id)
		return second(p, key, value);
	if (!words_number(value, UINT32_MAX, &p->entry->source.id) || !p->entry->source.id)
		return invalid(p, key, value);
	return 0;
}

static int take_tag(struct parser *p, const char *key, char *value)
{
	if (selects(p))
		return set_selector(p, &p->rq->selector, SELECT_TAG, key, value);
	if (p->where == V(VERB_DEL) || p->entry->source.has_tag)
		return second(p, key, value);
	if (!words_tag(value, p->entry->source.tag))
		return invalid(p, key, value);
	p->entry->source.has_tag = true;
	return 0;
}

static int take_slot(struct parser *p, const char *key, char *value)
{
	if (!selects(p))
		return second(p, key, value);
	return set_selector(p, &p->rq->selector, SELECT_SLOT, key, value);
}

static int set_place(struct parser *p, enum place_how how, const char *key)
{
	if (p->entry->has_place)
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: only one of \"prio\", \"first\", \"last\", \"before\", \"after\" can be given, \"%s\" is the second.",
			key);
	p->entry->has_place = true;
	p->entry->place.how = how;
	return 0;
}

static int take_prio(struct parser *p, const char *key, char *value)
{
	int err = set_place(p, PLACE_PRIO, key);

	if (!err && !words_number(value, UINT32_MAX, &p->entry->place.prio))
		err = invalid(p, key, value);
	return err;
}

static int take_first(struct parser *p, const char *key, char *value)
{
	(void)value;
	return set_place(p, PLACE_FIRST, key);
}

static int take_last(struct parser *p, const char *key, char *value)
{
	(void)value;
	return set_place(p, PLACE_LAST, key);
}

static int take_before(struct parser *p, const char *key, char *value)
{
	int err = set_place(p, PLACE_BEFORE, key);

	return err ? err : take_selector(p, &p->entry->place.beside, value);
}

static int take_after(struct parser *p, const char *key, char *value)
{
	int err = set_place(p, PLACE_AFTER, key);

	return err ? err : take_selector(p, &p->entry->place.beside, value);
}

static const char verdict_list[] =
	"some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", \"none\"";

static int take_proceed_on(struct parser *p, const char *key, char *value)
{
	if (!words_actions(value, &p->entry->proceed_on))
		return one_of(p, key, verdict_list, value);
	p->entry->has_proceed_on = true;
	return 0;
}

/* on ACTIONS { next | stop | goto SELECTOR } */
static int take_on(struct parser *p, const char *key, char *value)
{
	struct rule_request *rule = &p->entry->rules[p->entry->n_rules];
	char *word;

	if (p->entry->n_rules == REQUEST_MAX_RULES)
		return report_fail(p->r, STATUS_USAGE, EINVAL, "Error: more than %d \"on\"",
				   REQUEST_MAX_RULES);
	if (!words_actions(value, &rule->mask))
		return one_of(p, key, verdict_list, value);
	if (rule->mask & p->ruled)
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: \"on %s\" sets a verdict that is set already.", value);
	p->ruled |= rule->mask;
	word = grammar_next_word(p);
	if (!word)
		return incomplete(p);
	p->entry->n_rules++;
	if (!strcmp(word, "next"))
		rule->fate = FATE_NEXT;
	else if (!strcmp(word, "stop"))
		rule->fate = FATE_STOP;
	else if (!strcmp(word, "goto"))
		rule->fate = FATE_GOTO;
	else
		return one_of(p, key, "followed by one of \"next\", \"stop\", \"goto\"", word);
	if (rule->fate != FATE_GOTO)
		return 0;
	word = grammar_next_word(p);
	return word ? take_selector(p, &rule->to, word) : incomplete(p);
}

static int take_toggle(struct parser *p, const char *key, char *value)
{
	(void)value;
	if (p->entry->toggle != TOGGLE_NONE)
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: either \"enable\" or \"disable\", not both.");
	p->entry->toggle = *key == 'e' ? TOGGLE_ENABLE : TOGGLE_DISABLE;
	return 0;
}

static int take_maps(struct parser *p, const char *key, char *value)
{
	if (!strcmp(value, "keep"))
		p->rq->maps = MAPS_KEEP;
	else if (!strcmp(value, "new"))
		p->rq->maps = MAPS_NEW;
	else if (!strcmp(value, "fit"))
		p->rq->maps = MAPS_FIT;
	else
		return one_of(p, key, "one of \"new\", \"keep\", \"fit\"", value);
	return 0;
}

static int take_linkage(struct parser *p, const char *key, char *value)
{
	if (!strcmp(value, "ext"))
		p->entry->linkage = WISH_EXT;
	else if (!strcmp(value, "tail"))
		p->entry->linkage = WISH_TAIL;
	else
		return one_of(p, key, "one of \"ext\", \"tail\"", value);
	return 0;
}

/* What the command line says counts more than what the file says. */
static int take_mode(struct parser *p, const char *key, char *value)
{
	unsigned int modes;

	if (!words_mode(value, &modes))
		return one_of(p, key, "one of \"auto\", \"native\", \"generic\"", value);
	if (p->where != LINE_CHAIN || !p->rq->modes)
		p->rq->modes = modes;
	return 0;
}

static int take_format(struct parser *p, const char *key, char *value)
{
	enum chain_format format;

	if (!words_format(value, &format))
		return one_of(p, key, "one of \"2\", \"3\", \"extended\"", value);
	if (p->where != LINE_CHAIN || !p->rq->format)
		p->rq->format = format;
	return 0;
}

/* What a chain counted is not in its file. */
static int take_stats(struct parser *p, const char *key, char *value)
{
	bool in_file = p->where == LINE_CHAIN;

	if (!strcmp(value, "on"))
		p->rq->stats = STATS_ON;
	else if (!strcmp(value, "off"))
		p->rq->stats = STATS_OFF;
	else if (!strcmp(value, "reset") && !in_file)
		p->rq->stats = STATS_RESET;
	else
		return one_of(p, key,
			      in_file ? "one of \"on\", \"off\""
				      : "one of \"on\", \"off\", \"reset\"",
			      value);
	return 0;
}

static int take_interval(struct parser *p, const char *key, char *value)
{
	if (!words_number(value, 86400, &p->rq->interval) || !p->rq->interval)
		return invalid(p, key, value);
	return 0;
}

static int take_policy(struct parser *p, const char *key, char *value)
{
	p->rq->no_policy = true;
	return strcmp(value, "off") ? one_of(p, key, "\"off\"", value) : 0;
}

static int take_entries(struct parser *p, const char *key, char *value)
{
	return words_number(value, CHAIN_MAX, &p->rq->n_declared) ? 0 : invalid(p, key, value);
}

static int take_flag(struct parser *p, const char *key, char *value)
{
	(void)value;
	if (!strcmp(key, "overwrite"))
		p->rq->overwrite = true;
	else if (!strcmp(key, "if-exists"))
		p->rq->if_exists = true;
	else if (!strcmp(key, "dot"))
		p->rq->dot = true;
	else if (!strcmp(key, "dry-run"))
		p->rq->dry_run = true;
	else if (!strcmp(key, "all-netns"))
		p->rq->all_netns = true;
	else if (!strcmp(key, "only"))
		p->rq->only = true;
	else if (!strcmp(key, "config"))
		p->rq->config = true;
	else if (!strcmp(key, "deny"))
		p->deny = true;
	else
		p->rq->all = true;
	return 0;
}

/* ---- of test ---- */

static int take_pcap(struct parser *p, const char *key, char *value)
{
	return take_source(p, &p->rq->test.pcap, key, value);
}

static int take_packet(struct parser *p, const char *key, char *value)
{
	struct test_request *t = &p->rq->test;
	const char **packets = realloc(t->packets, (t->n_packets + 1) * sizeof(*packets));
	size_t len = strlen(value);

	(void)key;
	if (!packets)
		return report_no_memory(p->r);
	t->packets = packets;
	if (!len || len % 2 || strspn(value, "0123456789abcdefABCDEF") != len)
		return report_fail(
			p->r, STATUS_USAGE, EINVAL,
			"Error: argument \"%.32s%s\" is wrong: a \"packet\" is two hexadecimal digits for each byte, without blanks",
			value, len > 32 ? "..." : "");
	t->packets[t->n_packets++] = value;
	return 0;
}

static int take_expect_verdict(struct parser *p, const char *key, char *value)
{
	if (!words_actions(value, &p->rq->test.expect) || !p->rq->test.expect)
		return one_of(p, key, verdict_list, value);
	p->rq->test.has_expect = true;
	return 0;
}

static int take_repeat(struct parser *p, const char *key, char *value)
{
	__u32 n;

	if (!words_number(value, 10000000, &n) || !n)
		return invalid(p, key, value);
	p->rq->test.repeat = n;
	return 0;
}

static int take_partial(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->test.partial = true;
	return 0;
}

static int take_wait(struct parser *p, const char *key, char *value)
{
	__u32 seconds;

	if (!words_number(value, 86400, &seconds))
		return invalid(p, key, value);
	p->rq->wait = seconds;
	return 0;
}

static int take_expect(struct parser *p, const char *key, char *value)
{
	p->rq->has_expect = true;
	if (!strcmp(value, "none"))
		return 0;
	if (!words_number(value, UINT32_MAX, &p->rq->expect) || !p->rq->expect)
		return invalid(p, key, value);
	return 0;
}

/* ---- the table ---- */

/* One line for each keyword. */
/* clang-format off */
static const struct keyword keywords[] = {
	{ "dev", NULL, CHANGES | V(VERB_SHOW) | V(VERB_SAVE) | V(VERB_CHECK) |
	  V(VERB_REPAIR) | V(VERB_METRICS) | V(VERB_MONITOR) | V(VERB_TEST) | LINE_CHAIN,
	  .repeat = true, .take = take_dev },
	{ "pcap", NULL, V(VERB_TEST), .take = take_pcap },
	{ "packet", NULL, V(VERB_TEST), .repeat = true, .take = take_packet },
	{ "expect-verdict", NULL, V(VERB_TEST), .take = take_expect_verdict },
	{ "repeat", NULL, V(VERB_TEST), .take = take_repeat },
	{ "partial", NULL, V(VERB_TEST), .flag = true, .take = take_partial },
	{ "all", NULL, V(VERB_FLUSH) | V(VERB_REPAIR) | V(VERB_APPLY) |
	  V(VERB_CHECK) | V(VERB_SAVE) | V(VERB_RESTORE), .flag = true,
	  .take = take_flag },
	{ "with-objects", NULL, V(VERB_SAVE), .take = take_objects },
	{ "all-netns", NULL, V(VERB_CLEAN), .flag = true, .take = take_flag },
	{ "object", "obj", SOURCES | LINE_POLICY, .take = take_object },
	{ "section", "sec", SOURCES, .take = take_section },
	{ "program", "prog", SOURCES, .take = take_program },
	{ "pinmaps", NULL, SOURCES, .take = take_pinmaps },
	{ "pinned", NULL, SOURCES, .take = take_pinned },
	{ "sha256", NULL, LINE_ENTRY, .take = take_sha256 },
	{ "verbose", NULL, UPDATES, .flag = true, .take = take_verbose },
	{ "name", NULL, ENTRIES | V(VERB_DEL) | LINE_POLICY, .repeat = true,
	  .take = take_name },
	{ "id", NULL, SOURCES | V(VERB_DEL), .repeat = true, .take = take_id },
	{ "tag", NULL, SOURCES | V(VERB_DEL), .repeat = true,
	  .take = take_tag },
	{ "slot", NULL, SELECTS, .repeat = true, .take = take_slot },
	{ "prio", NULL, ENTRIES | LINE_POLICY, .take = take_prio },
	{ "first", NULL, UPDATES, .flag = true, .take = take_first },
	{ "last", NULL, UPDATES, .flag = true, .take = take_last },
	{ "before", NULL, UPDATES, .take = take_before },
	{ "after", NULL, UPDATES, .take = take_after },
	{ "proceed-on", NULL, ENTRIES | LINE_POLICY, .take = take_proceed_on },
	{ "on", NULL, ENTRIES, .repeat = true, .take = take_on },
	{ "enable", NULL, V(VERB_CHANGE), .flag = true, .take = take_toggle },
	{ "deny", NULL, LINE_POLICY, .flag = true, .take = take_flag },
	{ "disable", NULL, V(VERB_CHANGE) | LINE_ENTRY | LINE_POLICY, .flag = true,
	  .take = take_toggle },
	{ "maps", NULL, UPDATES | V(VERB_RESTORE) | V(VERB_APPLY),
	  .take = take_maps },
	{ "linkage", NULL, SOURCES, .take = take_linkage },
	{ "mode", NULL, MAKES | LINE_CHAIN, .take = take_mode },
	{ "format", NULL, MAKES | V(VERB_SET) | LINE_CHAIN,
	  .take = take_format },
	{ "stats", NULL, V(VERB_SET) | LINE_CHAIN, .take = take_stats },
	{ "interval", NULL, V(VERB_SHOW), .take = take_interval },
	{ "dot", NULL, V(VERB_SHOW), .flag = true, .take = take_flag },
	{ "entries", NULL, LINE_CHAIN, .take = take_entries },
	{ "overwrite", NULL, MAKES | V(VERB_SHARE) | V(VERB_REPAIR), .flag = true,
	  .take = take_flag },
	{ "file", NULL, V(VERB_RESTORE) | V(VERB_CHECK), .take = take_file },
	{ "from", NULL, V(VERB_SHARE), .take = take_from },
	{ "netns", NULL, V(VERB_SHARE), .take = take_netns },
	{ "config", NULL, V(VERB_CHECK), .flag = true, .take = take_flag },
	{ "only", NULL, V(VERB_APPLY) | V(VERB_CHECK), .flag = true,
	  .take = take_flag },
	{ "policy", NULL, ADDS | V(VERB_APPLY), .take = take_policy },
	{ "root", NULL, V(VERB_APPLY) | V(VERB_CHECK), .take = take_root },
	{ "if-exists", NULL, V(VERB_DEL) | V(VERB_FLUSH) | V(VERB_APPLY),
	  .flag = true, .take = take_flag },
	{ "wait", NULL, CHANGES | KEEPS_UP, .take = take_wait },
	{ "expect", NULL, CHANGES, .take = take_expect },
	{ "dry-run", NULL, CHANGES | KEEPS_UP, .flag = true, .take = take_flag },
};
/* clang-format on */

_Static_assert(ARRAY_SIZE(keywords) <= 64, "struct parser.seen has a bit for each keyword");

static bool is_word(const struct keyword *k, const char *word)
{
	return !strcmp(word, k->word) || (k->alias && !strcmp(word, k->alias));
}

static bool is_keyword(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (is_word(&keywords[i], word))
			return true;
	return !strcmp(word, "help") || !strcmp(word, "next") || !strcmp(word, "stop") ||
	       !strcmp(word, "goto");
}

const struct keyword *grammar_find(const struct parser *p, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		const struct keyword *k = &keywords[i];

		if ((k->where & p->where) && is_word(k, word))
			return k;
	}
	return NULL;
}

/* A word that is no keyword: the operand that may stand bare, or an error. */
int grammar_take_bare(struct parser *p, char *word)
{
	if (p->where == V(VERB_SHOW) && !p->rq->n_devs)
		return take_dev(p, "dev", word);
	if (selects(p))
		return set_bare_name(p, &p->rq->selector, word);
	return report_fail(p->r, STATUS_USAGE, EINVAL, "Error: \"%s\" is garbage here, " TRY_HELP,
			   word);
}

int grammar_take(struct parser *p, const struct keyword *k)
{
	unsigned long long bit = 1ULL << (k - keywords);
	char *value = k->flag ? NULL : grammar_next_word(p);

	if (!k->flag && !value)
		return incomplete(p);
	if (!k->repeat && p->seen & bit)
		return k->flag ? report_fail(p->r, STATUS_USAGE, EINVAL, "Error: duplicate \"%s\".",
					     k->word)
			       : second(p, k->word, value);
	p->seen |= bit;
	return k->take(p, k->word, value);
}
