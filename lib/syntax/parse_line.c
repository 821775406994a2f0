// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses lines of files to requests. */
#include "syntax/parse_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/complete.h"
#include "syntax/grammar.h"
#include "syntax/words.h"

static int take_words(struct parser *p)
{
	int err = 0;

	while (!err && p->argc)
		err = grammar_take_word(p, grammar_next_word(p));
	return err;
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
		return parse_entry_line(argc, argv, NULL, rq, r);
	grammar_next_word(&p);
	return take_words(&p);
}

static int add_requirement(struct request *rq, const struct requirement *new, struct report *r)
{
	struct requirement *more =
		realloc(rq->requirements, (rq->n_requirements + 1) * sizeof(*more));

	if (!more)
		return report_no_memory(r);
	rq->requirements = more;
	rq->requirements[rq->n_requirements++] = *new;
	return 0;
}

static int check_packet(const char *packet, struct report *r)
{
	size_t len = strlen(packet);

	if (len >= 28 && len % 2 == 0 && strspn(packet, "0123456789abcdefABCDEF") == len)
		return 0;
	return report_fail(
		r, STATUS_USAGE, EINVAL,
		"a \"packet\" is two hexadecimal digits for each byte, without blanks, and has at least an Ethernet header");
}

static int check_pcap(const char *path, struct report *r)
{
	if (*path && strcmp(path, "-"))
		return 0;
	return report_fail(r, STATUS_USAGE, EINVAL, "\"pcap\" needs the name of a file");
}

int parse_require_line(int argc, char **argv, struct request *rq, struct report *r)
{
	bool packet = argc == 5 && !strcmp(argv[3], "packet");
	struct requirement new = { 0 };
	int err;

	if (argc != 5 || strcmp(argv[1], "verdict") || (!packet && strcmp(argv[3], "pcap")))
		return report_fail(
			r, STATUS_USAGE, EINVAL,
			"a line that begins with \"require\" is \"require verdict ACTIONS packet HEX\" or \"require verdict ACTIONS pcap FILE\"");
	if (!words_actions(argv[2], &new.verdicts) || !new.verdicts)
		return report_fail(
			r, STATUS_USAGE, EINVAL,
			"\"%s\" is not a list of verdicts: use aborted, drop, pass, tx or redirect, separated by commas",
			argv[2]);
	*(packet ? &new.packet : &new.pcap) = argv[4];
	err = packet ? check_packet(argv[4], r) : check_pcap(argv[4], r);
	return err ? err : add_requirement(rq, &new, r);
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

	p.entry = request_new_entry(rq, r);
	if (!p.entry)
		return -ENOMEM;
	err = take_words(&p);
	if (!err)
		err = complete_check_source(&p.entry->source, r);
	if (!err && !request_loads(p.entry))
		err = complete_program_required(r);
	if (!err && !*p.entry->name && name)
		strcpy(p.entry->name, name);
	if (!err && !*p.entry->name && name)
		err = report_fail(
			r, STATUS_USAGE, EINVAL,
			"the name of this file is not a valid name for an entry: add \"name NAME\"");
	return err;
}

/* A pattern that can never match would be a decision that is never made. */
static int check_globs(const struct entry_request *e, struct report *r)
{
	const char *object = e->source.object ? e->source.object : "";
	const char *bad = !policy_glob_valid(e->name)  ? e->name
			  : !policy_glob_valid(object) ? object
						       : NULL;

	if (bad)
		return report_fail(
			r, STATUS_USAGE, EINVAL,
			"Error: argument \"%s\" is wrong: the pattern has " POLICY_GLOB_FAULT, bad);
	if (*object && !strchr("/*?[\\", *object))
		return report_fail(
			r, STATUS_USAGE, EINVAL,
			"Error: argument \"%s\" is wrong: \"object\" is a pattern for absolute paths",
			object);
	return 0;
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
		err = report_fail(
			r, STATUS_USAGE, EINVAL,
			"Not enough information: \"name\" or \"object\" argument is required.");
	if (!err && !(e.has_place || e.has_proceed_on || p.deny || e.toggle))
		err = report_fail(
			r, STATUS_USAGE, EINVAL,
			"Not enough information: one of \"prio\", \"proceed-on\", \"disable\", \"deny\" is required.");
	if (!err)
		err = check_globs(&e, r);
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
