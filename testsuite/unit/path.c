// SPDX-License-Identifier: GPL-2.0-or-later
/* The way of a packet, from what was counted. */
#include "fixture.h"

#include "model/path.h"

static struct chain_counts counted;
static struct path path;

static int fresh(void **state)
{
	memset(&counted, 0, sizeof(counted));
	memset(&path, 0, sizeof(path));
	return setup(state);
}

static void met(unsigned int slot, unsigned int verdict)
{
	counted.entries[slot].verdicts[verdict] = 1;
}

static void no_step(void **state)
{
	(void)state;
	path_of_counts(&chain, &counted, &path);
	assert_int_equal(path.n, 0);
	fill(3);
	path_of_counts(&chain, &counted, &path);
	assert_int_equal(path.n, 0);
}

static void steps_in_order(void **state)
{
	(void)state;
	fill(5);
	met(4, VERDICT_OTHER);
	met(0, VERDICT_PASS);
	met(2, VERDICT_ABORTED);
	/* behind the chain's end there is nothing */
	met(5, VERDICT_PASS);
	path_of_counts(&chain, &counted, &path);
	assert_int_equal(path.n, 3);
	assert_int_equal(path.steps[0].slot, 0);
	assert_int_equal(path.steps[0].verdict, VERDICT_PASS);
	assert_int_equal(path.steps[1].slot, 2);
	assert_int_equal(path.steps[1].verdict, VERDICT_ABORTED);
	assert_int_equal(path.steps[2].slot, 4);
	assert_int_equal(path.steps[2].verdict, VERDICT_OTHER);
}

/* What libxdp's dispatcher returns when the packet left the chain at @slot. */
static unsigned int by_libxdp(unsigned int slot, unsigned int verdict)
{
	memset(&counted, 0, sizeof(counted));
	met(slot, verdict);
	path_of_counts(&chain, &counted, &path);
	path.verdict = verdict;
	path_end_by_libxdp(&chain, &path);
	return path.verdict;
}

static void end_by_libxdp(void **state)
{
	(void)state;
	path.verdict = VERDICT_PASS;
	path_end_by_libxdp(&chain, &path);
	assert_int_equal(path.verdict, VERDICT_PASS);
	fill(2);
	chain.entries[1].proceed_on = VERDICT_BIT(VERDICT_PASS) | VERDICT_BIT(VERDICT_DROP);
	assert_int_equal(by_libxdp(1, VERDICT_DROP), VERDICT_PASS);
	assert_int_equal(by_libxdp(1, VERDICT_PASS), VERDICT_PASS);
	assert_int_equal(by_libxdp(1, VERDICT_TX), VERDICT_TX);
	assert_int_equal(by_libxdp(1, VERDICT_OTHER), VERDICT_OTHER);
	assert_int_equal(by_libxdp(0, VERDICT_DROP), VERDICT_DROP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_step, fresh, teardown),
		cmocka_unit_test_setup_teardown(steps_in_order, fresh, teardown),
		cmocka_unit_test_setup_teardown(end_by_libxdp, fresh, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
