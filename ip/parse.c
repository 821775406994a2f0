// SPDX-License-Identifier: GPL-2.0-or-later
/* Words to request. */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define TRY_HELP "try \"ip link xdp multi help\"."
#define V(verb) (1U << (verb))
#define CHANGES (V(VERB_ADD) | V(VERB_DEL) | V(VERB_FLUSH))

struct parser {
	struct request *rq;
	struct report *r;
	unsigned long seen;		/* keywords, by row */
};

static int usage(struct report *r)
{
	return report_fail(r, STATUS_USAGE, EINVAL,
			   "Command line is not complete. Try option \"help\"");
}

static int invalid(struct parser *p, const char *key, const char *value)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: argument \"%s\" is wrong: Invalid \"%s\" value",
			   value, key);
}

static int second(struct parser *p, const char *key, const char *value)
{
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: duplicate \"%s\": \"%s\" is the second value.",
			   key, value);
}

/* The whole word must be a decimal number in range. */
static bool number(const char *word, unsigned long max, __u32 *value)
{
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	n = strtoull(word, &end, 10);
	if (*end || errno || n > max)
		return false;
	*value = n;
	return true;
}

static bool tag(const char *word, __u8 *bytes)
{
	if (strlen(word) != 2 * BPF_TAG_BYTES)
		return false;
	for (unsigned int i = 0; i < BPF_TAG_BYTES; i++) {
		char pair[3] = { word[2 * i], word[2 * i + 1] };

		if (!isxdigit((unsigned char)pair[0]) ||
		    !isxdigit((unsigned char)pair[1]))
			return false;
		bytes[i] = strtoul(pair, NULL, 16);
	}
	return true;
}

/* "pass,drop", "all", "none" */
static bool actions(const char *word, __u32 *mask)
{
	*mask = 0;
	for (;;) {
		size_t len = strcspn(word, ",");
		unsigned int v;

		for (v = 0; v < N_VERDICTS; v++)
			if (strlen(verdict_name(v)) == len &&
			    !strncmp(word, verdict_name(v), len))
				break;
		if (v < N_VERDICTS)
			*mask |= VERDICT_BIT(v);
		else if (len == 3 && !strncmp(word, "all", len))
			*mask |= VERDICTS_ALL;
		else if (len != 4 || strncmp(word, "none", len))
			return false;
		if (!word[len])
			return true;
		word += len + 1;
	}
}

static int take_dev(struct parser *p, const char *key, char *value)
{
	struct request *rq = p->rq;
	char **devs = realloc(rq->devs, (rq->n_devs + 1) * sizeof(*devs));

	(void)key;
	if (!devs)
		return report_fail(p->r, STATUS_NOT_TRIED, ENOMEM, "%s",
				   strerror(ENOMEM));
	rq->devs = devs;
	rq->devs[rq->n_devs++] = value;
	return 0;
}

static int take_object(struct parser *p, const char *key, char *value)
{
	if (!*value)
		return invalid(p, key, value);
	p->rq->program.object = value;
	return 0;
}

static int take_section(struct parser *p, const char *key, char *value)
{
	(void)key;
	p->rq->program.section = value;
	return 0;
}

static int take_program(struct parser *p, const char *key, char *value)
{
	(void)key;
	p->rq->program.function = value;
	return 0;
}

static int take_verbose(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->program.verbose = true;
	return 0;
}

static int select_name(struct parser *p, const char *key, char *value)
{
	struct selector *sel = &p->rq->selector;

	if (sel->by != SELECT_NONE)
		return second(p, key, value);
	if (!*value || strlen(value) >= sizeof(sel->name))
		return invalid(p, key, value);
	sel->by = SELECT_NAME;
	strcpy(sel->name, value);
	return 0;
}

static int take_name(struct parser *p, const char *key, char *value)
{
	if (p->rq->verb != VERB_ADD)
		return select_name(p, key, value);
	if (!entry_name_valid(value))
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: argument \"%s\" is wrong: a \"name\" has 1 to 63 of A-Z a-z 0-9 _ . : - and starts with none of 0-9 -",
				   value);
	strcpy(p->rq->name, value);
	return 0;
}

static int select_number(struct parser *p, const char *key, char *value,
			 enum selector_by by)
{
	struct selector *sel = &p->rq->selector;

	if (sel->by != SELECT_NONE)
		return second(p, key, value);
	if (!number(value, UINT32_MAX, &sel->number))
		return invalid(p, key, value);
	sel->by = by;
	return 0;
}

static int take_id(struct parser *p, const char *key, char *value)
{
	return select_number(p, key, value, SELECT_ID);
}

static int take_slot(struct parser *p, const char *key, char *value)
{
	return select_number(p, key, value, SELECT_SLOT);
}

static int take_tag(struct parser *p, const char *key, char *value)
{
	struct selector *sel = &p->rq->selector;

	if (sel->by != SELECT_NONE)
		return second(p, key, value);
	if (!tag(value, sel->tag))
		return invalid(p, key, value);
	sel->by = SELECT_TAG;
	return 0;
}

static int take_prio(struct parser *p, const char *key, char *value)
{
	if (!number(value, UINT32_MAX, &p->rq->prio))
		return invalid(p, key, value);
	p->rq->has_prio = true;
	return 0;
}

static int take_proceed_on(struct parser *p, const char *key, char *value)
{
	if (!actions(value, &p->rq->proceed_on))
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: argument of \"%s\" must be some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", \"none\", not \"%s\"",
				   key, value);
	p->rq->has_proceed_on = true;
	return 0;
}

static int take_mode(struct parser *p, const char *key, char *value)
{
	static const struct {
		const char *word;
		unsigned int modes;
	} words[] = {
		{ "auto", XDP_MODE_AUTO },
		{ "native", XDP_MODE_NATIVE },
		{ "generic", XDP_MODE_GENERIC },
		{ "xdpdrv", XDP_MODE_NATIVE },
		{ "drv", XDP_MODE_NATIVE },
		{ "xdpgeneric", XDP_MODE_GENERIC },
		{ "skb", XDP_MODE_GENERIC },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(value, words[i].word))
			continue;
		p->rq->modes = words[i].modes;
		return 0;
	}
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: argument of \"%s\" must be one of \"auto\", \"native\", \"generic\", not \"%s\"",
			   key, value);
}

static int take_format(struct parser *p, const char *key, char *value)
{
	if (!strcmp(value, "2"))
		p->rq->format = FORMAT_2;
	else if (!strcmp(value, "3"))
		p->rq->format = FORMAT_3;
	else if (!strcmp(value, "extended"))
		p->rq->format = FORMAT_EXTENDED;
	else
		return report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: argument of \"%s\" must be one of \"2\", \"3\", \"extended\", not \"%s\"",
				   key, value);
	return 0;
}

static int take_overwrite(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->overwrite = true;
	return 0;
}

static int take_if_exists(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->if_exists = true;
	return 0;
}

static int take_all(struct parser *p, const char *key, char *value)
{
	(void)key;
	(void)value;
	p->rq->all = true;
	return 0;
}

static int take_wait(struct parser *p, const char *key, char *value)
{
	__u32 seconds;

	if (!number(value, 86400, &seconds))
		return invalid(p, key, value);
	p->rq->wait = seconds;
	return 0;
}

/*
 * struct keyword - one word of the grammar
 * @verbs: where it is one, as V() bits
 * @flag: it stands alone, without a value
 * @repeat: it may be given several times
 */
static const struct keyword {
	const char *word;
	const char *alias;
	unsigned int verbs;
	bool flag;
	bool repeat;
	int (*take)(struct parser *p, const char *key, char *value);
} keywords[] = {
	{ "dev", NULL, CHANGES | V(VERB_SHOW), .repeat = true,
	  .take = take_dev },
	{ "all", NULL, V(VERB_FLUSH), .flag = true, .take = take_all },
	{ "object", "obj", V(VERB_ADD), .take = take_object },
	{ "section", "sec", V(VERB_ADD), .take = take_section },
	{ "program", "prog", V(VERB_ADD), .take = take_program },
	{ "verbose", NULL, V(VERB_ADD), .flag = true, .take = take_verbose },
	{ "name", NULL, V(VERB_ADD) | V(VERB_DEL), .take = take_name },
	{ "id", NULL, V(VERB_DEL), .take = take_id },
	{ "tag", NULL, V(VERB_DEL), .take = take_tag },
	{ "slot", NULL, V(VERB_DEL), .take = take_slot },
	{ "prio", NULL, V(VERB_ADD), .take = take_prio },
	{ "proceed-on", NULL, V(VERB_ADD), .take = take_proceed_on },
	{ "mode", NULL, V(VERB_ADD), .take = take_mode },
	{ "format", NULL, V(VERB_ADD), .take = take_format },
	{ "overwrite", NULL, V(VERB_ADD), .flag = true,
	  .take = take_overwrite },
	{ "if-exists", NULL, V(VERB_DEL) | V(VERB_FLUSH), .flag = true,
	  .take = take_if_exists },
	{ "wait", NULL, CHANGES, .take = take_wait },
};

_Static_assert(ARRAY_SIZE(keywords) <= 8 * sizeof(unsigned long),
	       "struct parser.seen has a bit for each keyword");

static const struct {
	const char *word;
	enum verb verb;
} verbs[] = {
	{ "add", VERB_ADD },
	{ "del", VERB_DEL }, { "delete", VERB_DEL },
	{ "flush", VERB_FLUSH },
	{ "show", VERB_SHOW }, { "list", VERB_SHOW },
	{ "lst", VERB_SHOW }, { "ls", VERB_SHOW },
	{ "features", VERB_FEATURES },
	{ "help", VERB_HELP },
};

static const struct keyword *find_keyword(const char *word, enum verb verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		const struct keyword *k = &keywords[i];

		if ((k->verbs & V(verb)) && (!strcmp(word, k->word) ||
		    (k->alias && !strcmp(word, k->alias))))
			return k;
	}
	return NULL;
}

/* A word that is no keyword: the operand that may stand bare, or an error. */
static int take_bare(struct parser *p, char *word)
{
	struct request *rq = p->rq;

	if (rq->verb == VERB_SHOW && !rq->n_devs)
		return take_dev(p, "dev", word);
	if (rq->verb == VERB_DEL && rq->selector.by == SELECT_NONE)
		return select_name(p, "name", word);
	return report_fail(p->r, STATUS_USAGE, EINVAL,
			   "Error: \"%s\" is garbage here, " TRY_HELP, word);
}

static int take_word(struct parser *p, const struct keyword *k, char *value)
{
	unsigned long bit = 1UL << (k - keywords);

	if (!k->repeat && p->seen & bit)
		return k->flag ?
		       report_fail(p->r, STATUS_USAGE, EINVAL,
				   "Error: duplicate \"%s\".", k->word) :
		       second(p, k->word, value);
	p->seen |= bit;
	return k->take(p, k->word, value);
}

/* "help" where a keyword may stand asks for help, whatever else is typed. */
static int take_words(struct parser *p, int argc, char **argv)
{
	int err = 0;

	for (int i = 0; !err && i < argc; i++) {
		const struct keyword *k = find_keyword(argv[i], p->rq->verb);

		if (!strcmp(argv[i], "help")) {
			p->rq->verb = VERB_HELP;
			return 0;
		}
		if (!k)
			err = take_bare(p, argv[i]);
		else if (k->flag)
			err = take_word(p, k, NULL);
		else if (i + 1 == argc)
			err = usage(p->r);
		else
			err = take_word(p, k, argv[++i]);
	}
	return err;
}

static int required(struct report *r, const char *key)
{
	return report_fail(r, STATUS_USAGE, EINVAL,
			   "Not enough information: \"%s\" argument is required.",
			   key);
}

static int check_complete(const struct request *rq, struct report *r)
{
	bool changes = V(rq->verb) & CHANGES;

	if (rq->all && rq->n_devs)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Error: either \"dev\" or \"all\", not both.");
	if (changes && !rq->n_devs && !rq->all)
		return required(r, "dev");
	if (rq->verb == VERB_ADD && !rq->program.object)
		return required(r, "object");
	if (rq->verb == VERB_ADD && rq->program.section &&
	    rq->program.function)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Error: either \"section\" or \"program\", not both.");
	if (rq->verb == VERB_DEL && rq->selector.by == SELECT_NONE)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Not enough information: which entry? Give its name, or \"id\", \"tag\" or \"slot\".");
	return 0;
}

int parse_request(int argc, char **argv, bool force, struct request *rq,
		  struct report *r)
{
	struct parser p = { .rq = rq, .r = r };
	int err;

	memset(rq, 0, sizeof(*rq));
	rq->verb = VERB_SHOW;
	rq->wait = REQUEST_DEFAULT_WAIT;
	rq->force = rq->overwrite = force;
	if (!argc)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(argv[0], verbs[i].word))
			continue;
		rq->verb = verbs[i].verb;
		err = take_words(&p, argc - 1, argv + 1);
		return err || rq->verb == VERB_HELP ? err :
						      check_complete(rq, r);
	}
	return report_fail(r, STATUS_USAGE, EINVAL,
			   "Command \"%s\" is unknown, " TRY_HELP, argv[0]);
}

void parse_free(struct request *rq)
{
	free(rq->devs);
	rq->devs = NULL;
	rq->n_devs = 0;
}
