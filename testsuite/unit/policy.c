// SPDX-License-Identifier: GPL-2.0-or-later
/* The administrator's policy: its lines, and what it makes of requests. */
#include "fixture.h"

#include "model/policy.h"
#include "syntax/parse_line.h"

static struct policy_rule rules[8];
static struct policy policy = { .path = "/p", .rules = rules };
static struct entry_request asked;

/* Words that are cut in place, as the lexer does. */
static int read_line(const char *text, struct policy_rule *rule)
{
	static char copies[8][128];
	static unsigned int next;
	char *copy = copies[next++ % 8], *argv[16];
	int argc = 0;

	snprintf(copy, sizeof(copies[0]), "%s", text);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	return parse_policy_line(argc, argv, rule, &report);
}

static void rule(const char *text)
{
	assert_int_equal(read_line(text, &rules[policy.n]), 0);
	rules[policy.n].line = policy.n + 1;
	policy.n++;
}

static void begin(void)
{
	policy.n = 0;
	memset(&asked, 0, sizeof(asked));
}

static const struct {
	const char *line;
	const char *text; /* NULL: refused */
} line_cases[] = {
	{ "name fw prio 7", "prio 7" },
	{ "name f*[!x] object /usr/* proceed-on drop,pass disable prio 0",
	  "prio 0 proceed-on drop,pass disable" },
	{ "object * deny", "" },
	{ "name * proceed-on none", "proceed-on none" },
	{ "name f[]a-c] deny", "" },
	{ "object [/]x\\[ deny", "" },
	{ "name f[a-c deny", NULL },
	{ "name f[!] deny", NULL },
	{ "name f[[:alpha:]] deny", "" },
	{ "name f[]\\]] deny", "" },
	{ "name f[[:] deny", "" },
	{ "name f[[.].]] deny", "" },
	{ "name f[[=a=]b] deny", "" },
	{ "name f[[:alpha:] deny", NULL },
	{ "name f[[:alpha] deny", "" },
	{ "name f[[:digits:]] deny", NULL },
	{ "name f[z-a] deny", NULL },
	{ "name f[0-99-0] deny", NULL },
	{ "name f[!b-\\a] deny", NULL },
	{ "name f[[.b.]-a] deny", NULL },
	{ "name f[a-a] deny", "" },
	{ "name f[a-] deny", "" },
	{ "name f[z-] deny", "" },
	{ "name f[--/] deny", "" },
	{ "name f[]-a] deny", "" },
	{ "name f[a-c-e] deny", "" },
	{ "name f[a\\-Z] deny", "" },
	{ "name f[[:digit:]-a] deny", "" },
	{ "name f[[.a] deny", NULL },
	{ "name f[[=a=] deny", NULL },
	{ "name f[\\] deny", NULL },
	{ "object /x\\ deny", NULL },
	{ "object pass.o deny", NULL },
	{ "name fw", NULL },
	{ "prio 7", NULL },
	{ "deny", NULL },
	{ "name fw prio", NULL },
	{ "name fw prio x", NULL },
	{ "name fw prio 1 prio 2", NULL },
	{ "name fw name g deny", NULL },
	{ "name fw deny now", NULL },
	{ "name fw last", NULL },
	{ "name fw on drop stop", NULL },
	{ "name fw enable", NULL },
	{ "name fw help", NULL },
	{ "name " LONGEST " deny", "" },
	{ "name " LONGEST "x deny", NULL },
};

static void lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(line_cases); i++) {
		struct policy_rule r;
		int err = read_line(line_cases[i].line, &r);

		if (!err != !!line_cases[i].text)
			fail_msg("%s: %d %s", line_cases[i].line, err, report.error);
		if (line_cases[i].text)
			assert_string_equal(r.text, line_cases[i].text);
		report_clear_error(&report);
	}
}

static void decisions(void **state)
{
	(void)state;
	begin();
	rule("name fw object /usr/* prio 7");
	rule("name fw proceed-on drop disable");
	rule("object /home/* deny");
	asked.has_place = true;
	asked.place.how = PLACE_LAST;
	asked.n_rules = 1;
	/* the first that fits counts */
	assert_int_equal(policy_decide(&policy, "fw", "/usr/lib/a/fw.o", &asked, &report), 0);
	assert_int_equal(asked.place.how, PLACE_PRIO);
	assert_int_equal(asked.place.prio, 7);
	assert_int_equal(asked.n_rules, 1);
	assert_false(asked.has_proceed_on);
	assert_string_equal(asked.policy, "prio 7");
	memset(&asked, 0, sizeof(asked));
	asked.n_rules = 1;
	assert_int_equal(policy_decide(&policy, "fw", "/home/x/fw.o", &asked, &report), 0);
	assert_true(asked.has_proceed_on);
	assert_int_equal(asked.proceed_on, VERDICT_BIT(VERDICT_DROP));
	assert_int_equal(asked.n_rules, 0);
	assert_int_equal(asked.toggle, TOGGLE_DISABLE);
	assert_false(asked.has_place);
	assert_refused(policy_decide(&policy, "x", "/home/x/x.o", &asked, &report), EACCES,
		       "/p:3: an entry \"x\" is denied by policy");
	/* nothing is said of it */
	memset(&asked, 0, sizeof(asked));
	assert_int_equal(policy_decide(&policy, "x", "", &asked, &report), 0);
	assert_null(asked.policy);
	assert_false(asked.has_place);
}

/* Whatever brings an entry is under the policy; what takes one away is not. */
static void verbs(void **state)
{
	static const enum verb under[] = { VERB_ADD,   VERB_REPLACE, VERB_CHANGE, VERB_RESTORE,
					   VERB_APPLY, VERB_SHARE,   VERB_ADOPT };

	(void)state;
	for (enum verb verb = VERB_ADD; verb <= VERB_HELP; verb++) {
		struct request rq = { .verb = verb };
		bool wanted = false;

		for (size_t i = 0; i < ARRAY_SIZE(under); i++)
			wanted |= verb == under[i];
		assert_int_equal(policy_concerns(&rq), wanted);
		rq.no_policy = true;
		assert_false(policy_concerns(&rq));
		rq.config = true;
		assert_int_equal(policy_concerns(&rq), verb == VERB_CHECK);
	}
}

/* On the command line nothing is overruled without a word. */
static void told(const struct entry_request *q, const char *warning)
{
	asked = *q;
	policy_set(&policy, "fw", "", &asked, &report);
	assert_int_equal(report.n_warnings, *warning != '\0');
	if (*warning)
		assert_string_equal(report.warnings[0], warning);
	report_drop_warnings(&report, 0);
}

static void warnings(void **state)
{
	const struct place at7 = { .how = PLACE_PRIO, .prio = 7 },
			   at8 = { .how = PLACE_PRIO, .prio = 8 };
	const char instead[] = "/p:1: the policy overrides entry \"fw\": prio 7 disable";

	(void)state;
	begin();
	rule("name fw prio 7 disable");
	told(&(struct entry_request){ 0 }, "");
	told(&(struct entry_request){ .has_place = true, .place = at7 }, "");
	told(&(struct entry_request){ .has_place = true, .place = at8 }, instead);
	told(&(struct entry_request){ .has_place = true, .place = at8, .line = 3 }, "");
	told(&(struct entry_request){ .has_place = true, .place.how = PLACE_FIRST }, instead);
	told(&(struct entry_request){ .toggle = TOGGLE_ENABLE }, instead);
	told(&(struct entry_request){ .toggle = TOGGLE_DISABLE }, "");
	told(&(struct entry_request){ .n_rules = 1 }, "");
	assert_int_equal(asked.toggle, TOGGLE_DISABLE);
	begin();
	rule("name fw proceed-on drop");
	told(&(struct entry_request){ .n_rules = 1 },
	     "/p:1: the policy overrides entry \"fw\": proceed-on drop");
	assert_int_equal(asked.n_rules, 0);
}

static struct new_program loaded;

static int edit(enum verb verb)
{
	struct request rq = { .verb = verb, .entries = &asked, .n_entries = 1 };

	strcpy(asked.name, "a");
	loaded = (struct new_program){ .program = &programs[0], .name = "f", .prio = 50 };
	assert_int_equal(policy_decide(&policy, "a", "", &asked, &report), 0);
	return request_edit(&rq, &loaded, &chain, &report);
}

/* A second time it stays where it is, and what is set by hand is not the policy's. */
static void edits(void **state)
{
	struct request rq = { .verb = VERB_CHANGE, .entries = &asked, .n_entries = 1 };

	(void)state;
	begin();
	rule("name a prio 20");
	assert_int_equal(edit(VERB_REPLACE), 0);
	put("b", 20, 1);
	assert_int_equal(edit(VERB_REPLACE), 0);
	assert_order("a b");
	assert_string_equal(chain.entries[0].policy, "prio 20");
	memset(&asked, 0, sizeof(asked));
	asked.has_proceed_on = true;
	rq.selector = by_name("a");
	loaded.program = NULL;
	assert_int_equal(request_edit(&rq, &loaded, &chain, &report), 0);
	assert_null(chain.entries[0].policy);
	policy.n = 0;
	memset(&asked, 0, sizeof(asked));
	chain.entries[0].policy = "prio 20";
	assert_int_equal(edit(VERB_REPLACE), 0);
	assert_null(chain.entries[0].policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(lines), TEST(decisions), TEST(verbs),
					    TEST(warnings), TEST(edits) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
