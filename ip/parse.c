// SPDX-License-Identifier: GPL-2.0-or-later
/* Words to request. */
#include "parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"

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
};

/* "help" where a keyword may stand asks for help, whatever else is typed. */
static int take_words(struct parser *p)
{
	int err = 0;

	while (!err && p->argc) {
		char *word = grammar_next_word(p);
		const struct keyword *k = grammar_find(p, word);

		if (!strcmp(word, "help") &&
		    !(p->where & (LINE_POLICY | LINE_ENTRY | LINE_CHAIN))) {
			p->rq->verb = VERB_HELP;
			return 0;
		}
		err = k ? grammar_take(p, k) : grammar_take_bare(p, word);
	}
	return err;
}

/* ---- completeness ---- */

static int required(struct report *r, const char *key)
{
	return report_fail(r, STATUS_USAGE, EINVAL,
			   "Not enough information: \"%s\" argument is required.", key);
}

static int not_both(struct report *r, const char *a, const char *b)
{
	return report_fail(r, STATUS_USAGE, EINVAL, "Error: either \"%s\" or \"%s\", not both.", a,
			   b);
}

static int check_source(const struct program_source *s, struct report *r)
{
	const char *given = s->object ? "object" : s->pinned ? "pinned" : "id";

	if (s->section && s->function)
		return not_both(r, "section", "program");
	if (!!s->object + !!s->pinned + !!s->id > 1)
		return not_both(r, given, s->id ? "id" : "pinned");
	if (!s->object && (s->section || s->function || s->pinmaps || s->sha256))
		return required(r, "object");
	if (!s->object && !s->pinned && !s->id && (s->has_tag || s->verbose))
		return required(r, "object");
	return 0;
}

static int check_devs(const struct request *rq, struct report *r)
{
	bool one = V(rq->verb) & V(VERB_SAVE) || rq->has_expect || rq->dot ||
		   (rq->verb == VERB_CHECK && rq->file);

	if (rq->all && rq->n_devs)
		return not_both(r, "dev", "all");
	if (V(rq->verb) & (CHANGES | V(VERB_SAVE) | V(VERB_REPAIR)) && !rq->n_devs && !rq->all)
		return required(r, "dev");
	if (rq->dot && !rq->n_devs)
		return required(r, "dev");
	if (rq->verb == VERB_CHECK && rq->file && rq->config)
		return not_both(r, "file", "config");
	if (rq->verb == VERB_CHECK && (rq->file || rq->config) && !rq->n_devs && !rq->all)
		return required(r, "dev");
	if (rq->verb == VERB_CHECK && (rq->only || rq->root) && !rq->config)
		return required(r, "config");
	if ((one && rq->n_devs > 1) || (rq->all && (rq->has_expect || (one && rq->file))))
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Error: only one \"dev\" is allowed here.");
	return 0;
}

static int check_complete(const struct request *rq, struct report *r)
{
	const struct entry_request *e = rq->entries;
	int err = check_devs(rq, r);

	if (!err && V(rq->verb) & UPDATES)
		err = check_source(&e->source, r);
	if (err)
		return err;
	if (V(rq->verb) & (rq->maps ? UPDATES : ADDS) && !request_loads(e))
		return required(r, "object");
	if (V(rq->verb) & SELECTS && rq->selector.by == SELECT_NONE)
		return report_fail(
			r, STATUS_USAGE, EINVAL,
			"Not enough information: which entry? Give its name, or \"id\", \"tag\" or \"slot\".");
	if (rq->dot && rq->interval)
		return not_both(r, "dot", "interval");
	if (rq->verb == VERB_RESTORE && !rq->file)
		return required(r, "file");
	if (rq->verb == VERB_SHARE && !rq->from)
		return required(r, "from");
	if (rq->no_policy && !rq->force)
		return report_fail(r, STATUS_USAGE, EINVAL, "Error: \"policy off\" needs -force.");
	if (rq->verb == VERB_SET && !rq->format && !rq->stats)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Not enough information: \"format\" or \"stats\" is required.");
	if (rq->format && rq->stats == STATS_RESET)
		return not_both(r, "format", "stats reset");
	return 0;
}

/* ---- the doors ---- */

static struct entry_request *new_entry(struct request *rq, struct report *r)
{
	struct entry_request *e;

	e = realloc(rq->entries, (rq->n_entries + 1) * sizeof(*e));
	if (!e) {
		report_no_memory(r);
		return NULL;
	}
	rq->entries = e;
	e += rq->n_entries++;
	memset(e, 0, sizeof(*e));
	return e;
}

static int parse_verb(enum verb verb, int argc, char **argv, struct request *rq, struct report *r)
{
	struct parser p = {
		.rq = rq,
		.r = r,
		.where = V(verb),
		.argc = argc,
		.argv = argv,
	};
	int err;

	rq->verb = verb;
	if (V(verb) & (UPDATES | V(VERB_ADOPT))) {
		p.entry = new_entry(rq, r);
		if (!p.entry)
			return -ENOMEM;
	}
	err = take_words(&p);
	return err || rq->verb == VERB_HELP ? err : check_complete(rq, r);
}

int parse_request(int argc, char **argv, bool force, struct request *rq, struct report *r)
{
	memset(rq, 0, sizeof(*rq));
	rq->verb = VERB_SHOW;
	rq->wait = REQUEST_DEFAULT_WAIT;
	rq->force = rq->overwrite = force;
	if (!argc)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(argv[0], verbs[i].word))
			return parse_verb(verbs[i].verb, argc - 1, argv + 1, rq, r);
	return report_fail(r, STATUS_USAGE, EINVAL, "Command \"%s\" is unknown, " TRY_HELP,
			   argv[0]);
}

int parse_chain_line(int argc, char **argv, struct request *rq, struct report *r)
{
	struct parser p = {
		.rq = rq,
		.r = r,
		.where = LINE_CHAIN,
		.argc = argc,
		.argv = argv,
	};

	if (strcmp(argv[0], "chain"))
		return parse_entry_line(argc, argv, "", rq, r);
	grammar_next_word(&p);
	return take_words(&p);
}

int parse_entry_line(int argc, char **argv, const char *name, struct request *rq, struct report *r)
{
	struct parser p = {
		.rq = rq,
		.r = r,
		.where = LINE_ENTRY,
		.argc = argc,
		.argv = argv,
	};
	int err;

	p.entry = new_entry(rq, r);
	if (!p.entry)
		return -ENOMEM;
	err = take_words(&p);
	if (!err)
		err = check_source(&p.entry->source, r);
	if (!err && !request_loads(p.entry))
		err = required(r, "object");
	if (!err && !*p.entry->name)
		strcpy(p.entry->name, name);
	if (!err && !*p.entry->name)
		err = required(r, "name");
	return err;
}

int parse_policy_line(int argc, char **argv, struct policy_rule *rule, struct report *r)
{
	struct request rq = { 0 };
	struct entry_request e = { 0 };
	struct parser p = {
		.rq = &rq,
		.entry = &e,
		.r = r,
		.where = LINE_POLICY,
		.argc = argc,
		.argv = argv,
	};
	int err = take_words(&p);

	if (!err && !*e.name && !e.source.object)
		err = required(r, "name");
	if (!err && !(e.has_place || e.has_proceed_on || p.deny || e.toggle))
		err = report_fail(
			r, STATUS_USAGE, EINVAL,
			"Not enough information: what of such an entry? One of \"prio\", \"proceed-on\", \"disable\", \"deny\" is required.");
	if (err)
		return err;
	*rule = (struct policy_rule){
		.object = e.source.object,
		.has_prio = e.has_place,
		.prio = e.place.prio,
		.has_proceed_on = e.has_proceed_on,
		.proceed_on = e.proceed_on,
		.deny = p.deny,
		.disable = e.toggle == TOGGLE_DISABLE,
	};
	strcpy(rule->name, e.name);
	policy_rule_text(rule);
	return 0;
}

void parse_free(struct request *rq)
{
	free(rq->devs);
	free(rq->entries);
	rq->devs = NULL;
	rq->entries = NULL;
	rq->n_devs = rq->n_entries = 0;
}
