// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration files applied to chains. */
#include "fixture.h"

#include "model/request.h"

static struct entry_request lines[CHAIN_MAX + 1];
static struct new_program loaded[CHAIN_MAX + 1];
static struct request rq;

static void begin(void)
{
	memset(lines, 0, sizeof(lines));
	rq = (struct request){ .verb = VERB_APPLY, .entries = lines };
}

/* The file /etc/NAME has the entry NAME with program @program, by default like that of
 * an object that says nothing. */
static struct entry_request *file(const char *path, unsigned int program)
{
	struct entry_request *q = &lines[rq.n_entries];

	strcpy(q->name, strrchr(path, '/') + 1);
	q->config = path;
	q->line = 1;
	q->source.object = "o";
	loaded[rq.n_entries++] = (struct new_program){
		.program = &programs[program],
		.name = "func",
		.prio = ENTRY_DEFAULT_PRIO,
		.proceed_on = ENTRY_DEFAULT_PROCEED_ON,
	};
	return q;
}

static void prio(struct entry_request *q, __u32 n)
{
	q->has_place = true;
	q->place = (struct place){ .how = PLACE_PRIO, .prio = n };
}

static void on_drop_goto(struct entry_request *q, const char *name)
{
	q->rules[q->n_rules++] = (struct rule_request){
		.mask = VERDICT_BIT(VERDICT_DROP),
		.fate = FATE_GOTO,
		.to = by_name(name),
	};
}

static int apply(void)
{
	return request_edit(&rq, loaded, &chain, &report);
}

/* The chain is that, and a second time it stays so. */
static void assert_applied(const char *names)
{
	static struct chain before;

	assert_int_equal(apply(), 0);
	assert_string_equal(report.error, "");
	assert_order(names);
	before = chain;
	assert_int_equal(apply(), 0);
	assert_true(chain_equal(&before, &chain));
	report_free(&report);
}

static struct entry *find(const char *name)
{
	const struct selector sel = by_name(name);
	int slot = chain_find(&chain, &sel, &report);

	assert_true(slot >= 0);
	return &chain.entries[slot];
}

static void onto_nothing(void **state)
{
	(void)state;
	begin();
	prio(file("/etc/late", 0), 90);
	file("/etc/b", 1);
	file("/etc/a", 2);
	assert_applied("b a late");
	assert_string_equal(find("a")->config, "/etc/a");
	assert_ptr_equal(find("a")->program, &programs[2]);
}

static void others_stay(void **state)
{
	(void)state;
	put("hand", 60, 8);
	put("gone", 70, 9)->config = "/etc/gone";
	begin();
	file("/etc/a", 0);
	prio(file("/etc/z", 1), 70);
	assert_applied("a hand z");
	assert_null(find("hand")->config);
	/* nothing is said any more */
	begin();
	assert_applied("hand");
	rq.only = true;
	assert_applied("hand");
}

static void only(void **state)
{
	(void)state;
	put("hand", 60, 8);
	put("a", 60, 7)->config = "/etc/a";
	begin();
	rq.only = true;
	file("/etc/a", 0);
	assert_applied("a");
	assert_ptr_equal(find("a")->program, &programs[0]);
}

/* An entry of that name is taken over, with all that it was told. */
static void taken_over(void **state)
{
	struct entry *e;

	(void)state;
	put("x", 50, 1);
	e = put("a", 10, 8);
	e->disabled = true;
	e->proceed_on = VERDICTS_ALL;
	chain.entries[0].go_to[VERDICT_TX] = e->uid;
	begin();
	file("/etc/a", 0);
	assert_applied("x a");
	e = find("a");
	assert_false(e->disabled);
	assert_int_equal(e->proceed_on, VERDICT_BIT(VERDICT_PASS));
	assert_int_equal(e->prio, ENTRY_DEFAULT_PRIO);
	assert_int_equal(chain.entries[0].go_to[VERDICT_TX], e->uid);
	/* the very same program stays */
	find("a")->program = &programs[5];
	strcpy(programs[5].origin.sha256, "1");
	strcpy(programs[0].origin.sha256, "1");
	assert_applied("x a");
	assert_ptr_equal(find("a")->program, &programs[5]);
	loaded[0].always = true;
	assert_applied("x a");
	assert_ptr_equal(find("a")->program, &programs[0]);
}

/* Files order entries of equal priority; what was put in between by hand stays. */
static void order(void **state)
{
	(void)state;
	put("b", 50, 1)->config = "/etc/b";
	put("hand", 50, 8);
	put("a", 50, 0)->config = "/etc/a";
	begin();
	file("/etc/b", 1);
	file("/etc/a", 0);
	assert_applied("b hand a");
	begin();
	file("/etc/a", 0);
	file("/etc/b", 1);
	assert_applied("hand a b");
	begin();
	file("/etc/a", 0);
	file("/etc/new", 2);
	file("/etc/b", 1);
	assert_applied("hand a new b");
	prio(&lines[0], 51);
	assert_applied("hand new b a");
}

static void gotos(void **state)
{
	(void)state;
	begin();
	on_drop_goto(file("/etc/a", 0), "z");
	file("/etc/b", 1);
	prio(file("/etc/z", 2), 90);
	assert_applied("a b z");
	assert_int_equal(find("a")->go_to[VERDICT_DROP], find("z")->uid);
	/* both go, whichever leads to the other */
	begin();
	file("/etc/b", 1);
	assert_applied("b");
	begin();
	on_drop_goto(file("/etc/a", 0), "nobody");
	assert_int_equal(apply(), -ENOENT);
	assert_string_equal(report.error, "/etc/a:1: the chain has no entry named \"nobody\"");
	report_clear_error(&report);
}

/* An entry of somebody else leads to one that goes. */
static void needed(void **state)
{
	struct entry *gone;

	(void)state;
	put("hand", 40, 8);
	gone = put("gone", 70, 9);
	gone->config = "/etc/gone";
	chain.entries[0].go_to[VERDICT_DROP] = gone->uid;
	begin();
	file("/etc/a", 0);
	assert_int_equal(apply(), -EBUSY);
	report_clear_error(&report);
}

static void twins(void **state)
{
	(void)state;
	put("a", 50, 1);
	put("a", 50, 2);
	begin();
	file("/etc/a", 0);
	assert_int_equal(apply(), -ENOTUNIQ);
	assert_memory_equal(report.error, "/etc/a:1: ", 10);
	report_clear_error(&report);
}

static void too_many(void **state)
{
	char names[CHAIN_MAX + 1][16];

	(void)state;
	begin();
	for (unsigned int i = 0; i <= CHAIN_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "/etc/n%u", i);
		file(names[i], i);
	}
	assert_status(STATUS_NOT_TRIED, apply(), E2BIG, "A chain has at most 250 entries");
	fill(CHAIN_MAX - 1);
	rq.n_entries = 1;
	assert_int_equal(apply(), 0);
	rq.n_entries = 2;
	assert_int_equal(apply(), -E2BIG);
	report_clear_error(&report);
}

/* Who saves a chain and restores it takes no entry away from apply. */
static void restored(void **state)
{
	(void)state;
	put("a", 50, 0)->config = "/etc/a";
	put("hand", 50, 8);
	begin();
	file("/etc/a", 0)->config = NULL;
	file("/etc/hand", 8)->config = NULL;
	file("/etc/new", 3)->config = NULL;
	rq.verb = VERB_RESTORE;
	rq.file = "f";
	assert_applied("a hand new");
	assert_string_equal(find("a")->config, "/etc/a");
	assert_null(find("hand")->config);
	assert_null(find("new")->config);
}

/* A new place of the file is a difference, so that it is recorded. */
static void equality(void **state)
{
	static struct chain other;

	(void)state;
	put("a", 50, 0)->config = "/etc/a";
	other = chain;
	other.entries[0].config = "/etc/a";
	assert_true(chain_equal(&chain, &other));
	other.entries[0].config = "/usr/lib/a";
	assert_false(chain_equal(&chain, &other));
	other.entries[0].config = NULL;
	assert_false(chain_equal(&chain, &other));
	assert_false(chain_equal(&other, &chain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(onto_nothing), TEST(others_stay), TEST(only),     TEST(taken_over),
		TEST(order),	    TEST(gotos),       TEST(needed),   TEST(twins),
		TEST(too_many),	    TEST(restored),    TEST(equality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
