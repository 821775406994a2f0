// SPDX-License-Identifier: GPL-2.0-or-later
/* Which entry counts where, and what is made of the numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>

#include <cmocka.h>

#include "between.h"
#include "model/conf.h"
#include "model/counts.h"

static struct chain a, b;

static void chain_of(struct chain *c, unsigned int n, unsigned int first_row)
{
	memset(c, 0, sizeof(*c));
	c->format = FORMAT_EXTENDED;
	c->stats = true;
	c->n = n;
	for (unsigned int i = 0; i < n; i++) {
		c->entries[i].uid = i + 1;
		c->entries[i].row = first_row ? first_row + i : 0;
	}
}

/* Each entry has one row of its own, and none of those that are in use. */
static void check_rows(const struct chain *c)
{
	bool seen[COUNTS_ROWS] = { false };

	for (unsigned int i = 0; i < c->n; i++) {
		unsigned int row = c->entries[i].row;

		assert_between(row, 1, CHAIN_MAX);
		assert_false(seen[row]);
		seen[row] = true;
	}
}

static void rows_of_a_new_chain(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= CHAIN_MAX; n += 83) {
		chain_of(&a, n, 0);
		assert_int_equal(counts_assign_rows(&a, NULL), 0);
		check_rows(&a);
	}
}

static void rows_that_stay(void **state)
{
	(void)state;
	chain_of(&a, 3, 0);
	a.entries[0].row = 7;
	a.entries[2].row = 1;
	chain_of(&b, 3, 1);
	b.entries[2].row = 7;
	assert_int_equal(counts_assign_rows(&a, &b), 0);
	check_rows(&a);
	assert_int_equal(a.entries[0].row, 7);
	assert_int_equal(a.entries[2].row, 1);
	/* 2 is that of an entry which runs until the swap. */
	assert_int_equal(a.entries[1].row, 3);
}

static void too_few_rows(void **state)
{
	(void)state;
	chain_of(&b, 130, 1);
	chain_of(&a, 120, 0);
	assert_int_equal(counts_assign_rows(&a, &b), 0);
	check_rows(&a);
	chain_of(&a, 121, 0);
	a.entries[0].row = 5;
	assert_int_equal(counts_assign_rows(&a, &b), 0);
	chain_of(&a, 122, 0);
	a.entries[0].row = 5;
	assert_int_equal(counts_assign_rows(&a, &b), -ENOSPC);
	assert_int_equal(a.entries[0].row, 5);
	assert_int_equal(a.entries[1].row, 0);
}

static void rows_in_the_kernel(void **state)
{
	static _Alignas(__u32) char config[CONF_MAX_SIZE];
	static struct conf conf;
	struct xdp_multi_config *x = (void *)config;
	size_t size;

	(void)state;
	chain_of(&a, CHAIN_MAX, 1);
	a.entries[3].disabled = true;
	size = format_encode(&a, config);
	assert_int_equal(format_decode(config, size, 0, &b, &conf, NULL), 0);
	assert_true(b.stats);
	for (unsigned int i = 0; i < CHAIN_MAX; i++) {
		assert_int_equal(b.entries[i].row, a.entries[i].row);
		assert_int_equal(b.entries[i].disabled, i == 3);
	}
	x->slots[2].flags = XDP_MULTI_SLOT_FLAGS(CHAIN_MAX + 1);
	assert_int_equal(format_decode(config, size, 0, &b, &conf, NULL), -EINVAL);
	x->slots[2].flags = 0;
	assert_int_equal(format_decode(config, size, 0, &b, &conf, NULL), -EINVAL);
	x->slots[2].flags = XDP_MULTI_SLOT_FLAGS(3);
	x->flags = 0;
	assert_int_equal(format_decode(config, size, 0, &b, &conf, NULL), -EINVAL);
}

/* Libxdp's formats cannot say that a chain is counted. */
static void only_extended(void **state)
{
	(void)state;
	chain_of(&a, 1, 1);
	assert_string_equal(format_lack(format_of(FORMAT_3), &a), "it has counters");
	assert_null(format_lack(format_of(FORMAT_EXTENDED), &a));
	b = a;
	b.stats = false;
	assert_false(chain_equal(&a, &b));
}

static void numbers(void **state)
{
	static struct counts rows[COUNTS_ROWS];
	static struct chain_counts before, now, rate;

	(void)state;
	chain_of(&a, 2, 5);
	a.entries[1].row = 0;
	rows[0] = (struct counts){ .verdicts = { 1, 2, 3, 4, 5, 6 }, .bytes = 7 };
	rows[5] = (struct counts){ .verdicts = { [VERDICT_DROP] = 10 }, .bytes = 600 };
	counts_of_chain(&a, rows, &now);
	assert_int_equal(counts_packets(&now.chain), 21);
	assert_int_equal(counts_packets(&now.entries[0]), 10);
	assert_int_equal(counts_packets(&now.entries[1]), 0);
	before = now;
	now.entries[0].verdicts[VERDICT_DROP] = 14;
	now.entries[0].bytes = 840;
	now.chain.verdicts[VERDICT_PASS] = 0; /* reset meanwhile */
	counts_since(&before, &now, 2, &rate);
	assert_int_equal(rate.entries[0].verdicts[VERDICT_DROP], 4);
	assert_int_equal(rate.entries[0].bytes, 240);
	assert_int_equal(counts_packets(&rate.chain), 0);
	assert_string_equal(counts_verdict_name(VERDICT_OTHER), "other");
	assert_string_equal(counts_verdict_name(VERDICT_TX), "tx");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_a_new_chain), cmocka_unit_test(rows_that_stay),
		cmocka_unit_test(too_few_rows),	       cmocka_unit_test(rows_in_the_kernel),
		cmocka_unit_test(only_extended),       cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
