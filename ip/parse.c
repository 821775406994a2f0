// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses the words of a command line into a request. */
#include "parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/complete.h"
#include "syntax/grammar.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *word;
	enum verb verb;
} verbs[] = {
	{ "add", VERB_ADD },	     { "replace", VERB_REPLACE }, { "change", VERB_CHANGE },
	{ "chg", VERB_CHANGE },	     { "del", VERB_DEL },	  { "delete", VERB_DEL },
	{ "flush", VERB_FLUSH },     { "show", VERB_SHOW },	  { "list", VERB_SHOW },
	{ "lst", VERB_SHOW },	     { "ls", VERB_SHOW },	  { "save", VERB_SAVE },
	{ "restore", VERB_RESTORE }, { "apply", VERB_APPLY },	  { "check", VERB_CHECK },
	{ "share", VERB_SHARE },     { "adopt", VERB_ADOPT },	  { "set", VERB_SET },
	{ "repair", VERB_REPAIR },   { "clean", VERB_CLEAN },	  { "features", VERB_FEATURES },
	{ "help", VERB_HELP },	     { "monitor", VERB_MONITOR }, { "metrics", VERB_METRICS },
	{ "test", VERB_TEST },	     { "confirm", VERB_CONFIRM }, { "undo", VERB_UNDO },
	{ "trace", VERB_TRACE },
};

/* The verbs of "ip link" can be abbreviated as there: the first match wins. */
static const struct {
	const char *word;
	enum verb verb;
} abbreviated[] = {
	{ "add", VERB_ADD },	{ "change", VERB_CHANGE }, { "replace", VERB_REPLACE },
	{ "delete", VERB_DEL }, { "show", VERB_SHOW },	   { "list", VERB_SHOW },
};

static int take_tried(struct parser *p, enum verb verb);

/* Find a verb by its full name; -1 if there is none. */
static int find_verb(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(word, verbs[i].word))
			return verbs[i].verb;
	return -1;
}

/* Find a verb by its name or abbreviation. */
static int find_abbreviated(const char *word)
{
	int verb = find_verb(word);

	for (size_t i = 0; verb < 0 && *word && i < ARRAY_SIZE(abbreviated); i++)
		if (!strncmp(word, abbreviated[i].word, strlen(word)))
			verb = abbreviated[i].verb;
	return verb;
}

/* An entry may have the name of a verb. */
static bool is_second_change(const struct parser *p, int verb)
{
	bool selects = p->where & SELECTS && p->rq->selector.by == SELECT_NONE;

	return p->tried && !selects && verb >= 0 && V(verb) & TRIED;
}

static int refuse_second_change(const struct parser *p, const char *word)
{
	return report_fail(
		p->r, STATUS_USAGE, EINVAL,
		"Error: only one change can be tested; \"%s\" begins a second: use \"restore file FILE\" for several.",
		word);
}

/* "help" in place of a keyword asks for help, whatever other words follow. */
static int take_words(struct parser *p)
{
	int err = 0;

	while (!err && p->argc) {
		char *word = grammar_next_word(p);
		int verb = p->where == V(VERB_TEST) || p->tried ? find_verb(word) : -1;

		if (!strcmp(word, "help")) {
			p->rq->verb = VERB_HELP;
			return 0;
		}
		if (is_second_change(p, verb))
			err = refuse_second_change(p, word);
		else if (!p->tried && verb >= 0 && V(verb) & TRIED)
			err = take_tried(p, verb);
		else
			err = grammar_take_word(p, word);
	}
	return err;
}

/* ---- completeness ---- */

static int check_devs(const struct request *rq, struct report *r)
{
	bool or_all = V(rq->verb) & TAKES_ALL && !rq->has_expect;
	bool one = V(rq->verb) & V(VERB_SAVE) || rq->has_expect || rq->dot ||
		   (rq->verb == VERB_CHECK && rq->file) || rq->verb == VERB_TEST ||
		   rq->verb == VERB_TRACE;

	if (rq->all && rq->n_devs)
		return complete_not_both(r, "dev", "all");
	if (V(rq->verb) & (CHANGES | CONFIRMS | V(VERB_SAVE) | V(VERB_REPAIR) | V(VERB_TEST) |
			   V(VERB_TRACE)) &&
	    !rq->n_devs && !rq->all)
		return complete_device_required(r, or_all);
	if (rq->dot && !rq->n_devs)
		return complete_required(r, "dev");
	if (rq->verb == VERB_CHECK && rq->file && rq->config)
		return complete_not_both(r, "file", "config");
	if (rq->verb == VERB_CHECK && (rq->file || rq->config) && !rq->n_devs && !rq->all)
		return complete_device_required(r, !rq->file);
	if (rq->verb == VERB_CHECK && (rq->only || rq->root) && !rq->config)
		return complete_required(r, "config");
	if (one && rq->all && rq->file)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Error: \"file\" requires one \"dev\", not \"all\".");
	if ((one && rq->n_devs > 1) || (rq->all && rq->has_expect))
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Error: only one \"dev\" is allowed here.");
	return 0;
}

static int check_test(const struct test_request *t, struct report *r)
{
	if (t->pcap && t->n_packets)
		return complete_not_both(r, "pcap", "packet");
	if (!t->pcap && !t->n_packets)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Not enough information: \"pcap\" or \"packet\" is required.");
	if (t->tap && !t->has_expect)
		return complete_required(r, "expect-verdict");
	return 0;
}

static int check_complete(const struct request *rq, struct report *r)
{
	const struct entry_request *e = rq->entries;
	int err = check_devs(rq, r);

	if (!err && V(rq->verb) & UPDATES)
		err = complete_check_source(&e->source, r);
	if (err)
		return err;
	/* A change without a program keeps the present program, its maps and its linkage. */
	if (V(rq->verb) & (rq->maps || (e && e->linkage) ? UPDATES : ADDS) && !request_loads(e))
		return complete_program_required(r);
	if (V(rq->verb) & SELECTS && rq->selector.by == SELECT_NONE)
		return report_fail(
			r, STATUS_USAGE, EINVAL,
			"Not enough information: which entry? Give its name, or \"id\", \"tag\" or \"slot\".");
	if (rq->dot && rq->interval)
		return complete_not_both(r, "dot", "interval");
	if (rq->verb == VERB_RESTORE && !rq->file)
		return complete_required(r, "file");
	if (rq->verb == VERB_SHARE && !rq->from)
		return complete_required(r, "from");
	if (rq->no_policy && !rq->force)
		return report_fail(r, STATUS_USAGE, EINVAL, "Error: \"policy off\" needs -force.");
	if (rq->verb == VERB_SET && !rq->format && !rq->stats)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Not enough information: \"format\" or \"stats\" is required.");
	if (rq->format && rq->stats == STATS_RESET)
		return complete_not_both(r, "format", "stats reset");
	if (rq->confirm && rq->dry_run)
		return complete_not_both(r, "confirm", "dry-run");
	if (rq->confirm && rq->verb == VERB_SET && rq->stats == STATS_RESET)
		return complete_not_both(r, "confirm", "stats reset");
	if (rq->verb == VERB_TEST)
		return check_test(&rq->test, r);
	return 0;
}

/* ---- entry points ---- */

static int take_verb(enum verb verb, bool tried, int argc, char **argv, struct request *rq,
		     struct report *r)
{
	struct parser p = {
		.rq = rq,
		.r = r,
		.where = V(verb),
		.tried = tried,
		.argc = argc,
		.argv = argv,
	};

	rq->verb = verb;
	if (V(verb) & (UPDATES | V(VERB_ADOPT))) {
		p.entry = request_new_entry(rq, r);
		if (!p.entry)
			return -ENOMEM;
	}
	return take_words(&p);
}

static int parse_verb(enum verb verb, int argc, char **argv, struct request *rq, struct report *r)
{
	int err = take_verb(verb, false, argc, argv, rq, r);

	return err || rq->verb == VERB_HELP ? err : check_complete(rq, r);
}

/* The device may be given before or after the inner verb; it applies to both. */
static int share_dev(struct request *rq, struct request *change)
{
	struct request *from = rq->n_devs ? rq : change, *to = rq->n_devs ? change : rq;

	if (!from->n_devs || to->n_devs)
		return 0;
	to->devs = malloc(sizeof(*to->devs));
	if (!to->devs)
		return -ENOMEM;
	to->devs[to->n_devs++] = from->devs[0];
	return 0;
}

/* The remaining words describe a change to test, which is not made. */
static int take_tried(struct parser *p, enum verb verb)
{
	struct request *rq = p->rq, *change = calloc(1, sizeof(*change));
	int err;

	if (!change)
		return report_no_memory(p->r);
	rq->test.change = change;
	change->wait = REQUEST_DEFAULT_WAIT;
	change->force = rq->force;
	change->overwrite = rq->force;
	err = take_verb(verb, true, p->argc, p->argv, change, p->r);
	p->argc = 0;
	if (change->verb == VERB_HELP)
		rq->verb = VERB_HELP;
	if (err || change->verb == VERB_HELP)
		return err;
	if (rq->n_devs + change->n_devs > 1)
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: only one \"dev\" is allowed here.");
	if (share_dev(rq, change))
		return report_no_memory(p->r);
	if (change->confirm)
		return complete_not_both(p->r, "test", "confirm");
	change->dry_run = true;
	return check_complete(change, p->r);
}

int parse_request(int argc, char **argv, bool force, struct request *rq, struct report *r)
{
	int verb;

	memset(rq, 0, sizeof(*rq));
	rq->verb = VERB_SHOW;
	rq->wait = REQUEST_DEFAULT_WAIT;
	rq->force = rq->overwrite = force;
	if (!argc)
		return 0;
	verb = find_abbreviated(argv[0]);
	if (verb >= 0)
		return parse_verb(verb, argc - 1, argv + 1, rq, r);
	return report_fail(r, STATUS_USAGE, EINVAL, "Command \"%s\" is unknown, " TRY_HELP,
			   argv[0]);
}
