// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of a command line: whose they are, and what they ask for. */
#include "fuzz.h"

#include "../../ip/options.h"
#include "../../ip/parse.h"

#define MAX_WORDS 64

static void check_selector(const struct selector *sel)
{
	CHECK(memchr(sel->name, '\0', sizeof(sel->name)));
	CHECK(sel->by != SELECT_NAME || *sel->name);
}

static void check_entry(const struct entry_request *e, enum verb verb)
{
	const struct program_source *s = &e->source;

	CHECK(!*e->name || entry_name_valid(e->name));
	CHECK(!!s->object + !!s->pinned + !!s->id <= 1);
	CHECK(!s->object || *s->object);
	CHECK(s->object || (!s->section && !s->function && !s->pinmaps));
	CHECK(e->n_rules <= REQUEST_MAX_RULES);
	CHECK(e->proceed_on <= VERDICTS_ALL);
	CHECK(e->has_proceed_on || !e->proceed_on);
	CHECK((verb != VERB_ADD && verb != VERB_REPLACE) || request_loads(e));
	check_selector(&e->place.beside);
	for (unsigned int i = 0; i < e->n_rules; i++) {
		CHECK(e->rules[i].mask <= VERDICTS_ALL);
		CHECK(e->rules[i].fate != FATE_GOTO || e->rules[i].to.by != SELECT_NONE);
		check_selector(&e->rules[i].to);
		for (unsigned int j = 0; j < i; j++)
			CHECK(!(e->rules[i].mask & e->rules[j].mask));
	}
}

static void check_request(const struct request *rq)
{
	bool changes = rq->verb != VERB_SHOW && rq->verb != VERB_CHECK &&
		       rq->verb != VERB_FEATURES && rq->verb != VERB_MONITOR &&
		       rq->verb != VERB_CLEAN && rq->verb != VERB_METRICS;

	if (rq->verb == VERB_HELP)
		return;
	CHECK(!changes || rq->n_devs || rq->all);
	CHECK(!rq->n_devs || !rq->all);
	CHECK(rq->wait <= 86400);
	CHECK(rq->has_expect || !rq->expect);
	CHECK(rq->verb != VERB_RESTORE || rq->file);
	CHECK(!rq->no_policy || rq->force);
	CHECK(!rq->config || (rq->verb == VERB_CHECK && !rq->file));
	CHECK(rq->n_entries <= 1);
	check_selector(&rq->selector);
	for (unsigned int i = 0; i < rq->n_devs; i++)
		CHECK(*rq->devs[i]);
	for (unsigned int i = 0; i < rq->n_entries; i++)
		check_entry(&rq->entries[i], rq->verb);
	CHECK(rq->verb != VERB_TEST || !rq->test.pcap == !!rq->test.n_packets);
	CHECK(!rq->test.change || (rq->test.change->dry_run && !rq->test.change->test.change));
	if (rq->test.change)
		check_request(rq->test.change);
}

static void check_words(int argc, char **argv)
{
	struct report r = REPORT_INIT;
	struct request rq;
	int err = parse_request(argc, argv, false, &rq, &r);

	CHECK(!err == (r.status == STATUS_DONE));
	CHECK(!err == !*r.error);
	CHECK(!err || r.status == STATUS_USAGE);
	if (!err)
		check_request(&rq);
	request_free(&rq);
	report_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *argv[MAX_WORDS], *rest[MAX_WORDS + 1];
	int argc = fuzz_words(text, size, argv, MAX_WORDS);
	struct options opts;
	struct cmdline line = options_scan(argc, argv, &opts);

	CHECK(line.index >= 0 && line.index <= argc);
	if (argc)
		CHECK(options_without_batch(argc, argv, rest) <= argc);
	if (line.kind == CMDLINE_OURS)
		check_words(argc - line.index, argv + line.index);
	check_words(argc, argv);
	free(text);
	return 0;
}
