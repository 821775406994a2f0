// SPDX-License-Identifier: GPL-2.0-or-later
/* What is different between two chains. */
#include "fixture.h"

#include "model/changes.h"

static struct seen_chain before;
static struct chain was;

/* The chain as it is now is the one to compare with. */
static void remember(void)
{
	seen_free(&before);
	assert_int_equal(seen_take(&before, &chain), 0);
	was = chain;
}

static int forget(void **state)
{
	seen_free(&before);
	return teardown(state);
}

/* The differences as "KIND NAME[<WAS], ...". */
static void assert_changes(const char *want)
{
	struct entry_change *changes;
	struct seen_chain now;
	char got[512] = "";
	unsigned int n;

	assert_int_equal(seen_take(&now, &chain), 0);
	assert_int_equal(changes_between(&before, &now, &changes, &n), 0);
	for (unsigned int i = 0; i < n; i++) {
		const struct entry_change *c = &changes[i];

		sprintf(got + strlen(got), "%s%s%s%s", i ? ", " : "", change_kind_name(c->kind),
			c->entry ? " " : "", c->entry ? c->entry : "");
		if (c->kind == CHANGE_RENAMED)
			sprintf(got + strlen(got), "<%s", c->was);
		if (c->kind == CHANGE_REPLACED)
			sprintf(got + strlen(got), " %u>%u", c->old_id, c->id);
	}
	assert_string_equal(got, want);
	free(changes);
	seen_free(&now);
}

/* The entries in another order, as digits. */
static void reorder(const char *order)
{
	chain.n = strlen(order);
	for (unsigned int i = 0; i < chain.n; i++)
		chain.entries[i] = was.entries[order[i] - '0'];
}

static void ends(void **state)
{
	(void)state;
	assert_changes("");
	fill(2);
	assert_changes("added e0, added e1");
	remember();
	assert_changes("");
	chain.n = 0;
	assert_changes("removed e0, removed e1");
}

static void come_and_go(void **state)
{
	(void)state;
	fill(4);
	remember();
	reorder("013");
	assert_changes("removed e2");
	put("new", 60, 9);
	assert_changes("removed e2, added new");
}

static void of_the_chain(void **state)
{
	(void)state;
	chain.stats = true;
	fill(2);
	assert_changes("added e0, added e1");
	chain.stats = false;
	chain.format = FORMAT_2;
	remember();
	chain.format = FORMAT_EXTENDED;
	assert_changes("format extended");
	chain.stats = true;
	assert_changes("stats on");
	remember();
	chain.stats = false;
	chain.traced = true;
	put("new", 60, 9);
	assert_changes("added new, stats off, trace started");
	remember();
	chain.traced = false;
	assert_changes("trace ended");
	chain.n = 0;
	assert_changes("removed e0, removed e1, removed new");
}

static void moves(void **state)
{
	static const struct {
		const char *order;
		const char *want;
	} rows[] = {
		{ "01234", "" },
		{ "40123", "moved e4" },
		{ "12340", "moved e0" },
		{ "02134", "moved e1" },
		{ "34012", "moved e3, moved e4" },
		{ "0342", "removed e1, moved e2" },
	};

	(void)state;
	fill(5);
	remember();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		reorder(rows[i].order);
		assert_changes(rows[i].want);
	}
}

static void each_property(void **state)
{
	(void)state;
	fill(3);
	remember();
	chain.entries[1].prio = 7;
	assert_changes("prio e1");
	chain = was;
	chain.entries[1].proceed_on = 0;
	assert_changes("rules e1");
	chain = was;
	chain.entries[0].go_to[VERDICT_DROP] = chain.entries[2].uid;
	assert_changes("rules e0");
	remember();
	chain.entries[2].disabled = true;
	assert_changes("disabled e2");
	remember();
	chain.entries[2].disabled = false;
	assert_changes("enabled e2");
	chain.entries[1].program = &programs[8];
	chain.entries[1].proceed_on = 1;
	assert_changes("replaced e1 101>108, rules e1, enabled e2");
}

/* A new name does not make another entry of it, nor is a rule that leads to it
 * another one by that alone: but it is told, as it is written otherwise now. */
static void names(void **state)
{
	(void)state;
	fill(3);
	remember();
	strcpy(chain.entries[1].name, "other");
	assert_changes("renamed other<e1");
	/* Two that change names: by name they have new programs. */
	chain = was;
	strcpy(chain.entries[0].name, "e1");
	strcpy(chain.entries[1].name, "e0");
	assert_changes("replaced e1 101>100, replaced e0 100>101, moved e0");
}

/* A chain of libxdp's can have twins. */
static void twins(void **state)
{
	(void)state;
	fill(3);
	strcpy(chain.entries[1].name, "e0");
	remember();
	assert_changes("");
	reorder("12");
	assert_changes("removed e0");
}

static void largest(void **state)
{
	(void)state;
	fill(CHAIN_MAX);
	remember();
	assert_changes("");
	chain.entries[CHAIN_MAX - 1] = was.entries[0];
	memmove(&chain.entries[0], &was.entries[1], (CHAIN_MAX - 1) * sizeof(was.entries[0]));
	assert_changes("moved e0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ends, setup, forget),
		cmocka_unit_test_setup_teardown(come_and_go, setup, forget),
		cmocka_unit_test_setup_teardown(of_the_chain, setup, forget),
		cmocka_unit_test_setup_teardown(moves, setup, forget),
		cmocka_unit_test_setup_teardown(each_property, setup, forget),
		cmocka_unit_test_setup_teardown(names, setup, forget),
		cmocka_unit_test_setup_teardown(twins, setup, forget),
		cmocka_unit_test_setup_teardown(largest, setup, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
