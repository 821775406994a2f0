// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a chain is not whole, and how that is said. */
#include "fixture.h"

#include "chain/problem.h"

static struct problems problems;

static int start(void **state)
{
	problems = (struct problems){ 0 };
	setup(state);
	fill(3);
	return 0;
}

static int end(void **state)
{
	problems_free(&problems);
	assert_int_equal(problems.n, 0);
	return teardown(state);
}

static const char *text_of(const struct problem *p)
{
	static char buf[PROBLEM_TEXT_SIZE];

	return problem_text(p, &chain, "v0", buf, sizeof(buf));
}

/* Shown by show -j, and in errors: scripts may look for them. */
static const struct {
	struct problem problem;
	const char *text;
} sentences[] = {
	{ { PROBLEM_PIN_MISSING, 1, "prog1-link", 0 }, "slot 1: pin \"prog1-link\" is missing" },
	{ { PROBLEM_PIN_MISSING, PROBLEM_OF_NO_SLOT, "entries", 0 }, "pin \"entries\" is missing" },
	{ { PROBLEM_WRONG_LINK, 0, "", 0 },
	  "slot 0: the pinned link does not link the program to this slot" },
	{ { PROBLEM_WRONG_CALL, 249, "", 0 }, "slot 249: the tail call leads to another program" },
	{ { PROBLEM_WRONG_SHIM, 2, "", 0 }, "slot 2: the extension does not call the program" },
	{ { PROBLEM_NOT_LINKED, 2, "", 0 }, "slot 2 (e2): no program is linked, packets skip it" },
	{ { PROBLEM_NOT_CALLED, 0, "", 0 },
	  "slot 0 (e0): the tail call fails, packets are aborted" },
	{ { PROBLEM_PINNED_ELSEWHERE, PROBLEM_OF_NO_SLOT, "", 0 },
	  "the pins are not on this bpffs: the chain can only be changed where they are" },
	{ { PROBLEM_GONE, PROBLEM_OF_NO_SLOT, "", 0 },
	  "pins and links are gone and no program runs: flush the chain and add the programs again" },
	{ { PROBLEM_OTHER_IFINDEX, PROBLEM_OF_NO_SLOT, "", 7 },
	  "the pins belong to interface index 7: \"ip link xdp multi repair dev v0\" makes new ones" },
	{ { PROBLEM_DISPLACED, PROBLEM_OF_NO_SLOT, "", 4294967295 },
	  "the chain of dispatcher 4294967295 was displaced and is still pinned" },
};

static void a_sentence_for_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++)
		assert_string_equal(text_of(&sentences[i].problem), sentences[i].text);
}

/* Names that nobody knows, or that are as long as can be. */
static void odd_names(void **state)
{
	struct problem p = { .kind = PROBLEM_NOT_LINKED, .slot = 1 };

	(void)state;
	chain.entries[1].name[0] = '\0';
	assert_string_equal(text_of(&p), "slot 1 (?): no program is linked, packets skip it");
	strcpy(chain.entries[1].name, LONGEST);
	assert_string_equal(text_of(&p),
			    "slot 1 (" LONGEST "): no program is linked, packets skip it");
	p.slot = 3;
	assert_string_equal(text_of(&p), "slot 3 (?): no program is linked, packets skip it");
}

/* What does not fit is cut, and nothing is written behind the end. */
static void small_buffers(void **state)
{
	char buf[64], whole[PROBLEM_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++) {
		problem_text(&sentences[i].problem, &chain, "v0", whole, sizeof(whole));
		for (size_t size = 1; size < sizeof(buf); size++) {
			memset(buf, 'x', sizeof(buf));
			problem_text(&sentences[i].problem, &chain, "v0", buf, size);
			assert_true(strlen(buf) < size);
			assert_memory_equal(buf, whole, strlen(buf));
			assert_true(buf[size] == 'x');
		}
	}
}

static void kept_in_order(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct problem p = { .kind = PROBLEM_NOT_LINKED, .slot = i };

		assert_int_equal(problems_add(&problems, &p, &report), 0);
	}
	assert_int_equal(problems.n, 100);
	for (int i = 0; i < 100; i++)
		assert_int_equal(problems.at[i].slot, i);
	assert_silent();
}

#define WITH_PROBLEMS(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PROBLEMS(a_sentence_for_each),
		WITH_PROBLEMS(odd_names),
		WITH_PROBLEMS(small_buffers),
		WITH_PROBLEMS(kept_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
