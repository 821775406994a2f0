// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose pins these are: each class, the evidence, and what is asked for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "chain/dir_class.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Facts in the order of enum dir_fact, a letter each: y, n, u (unsure), and a dot
 * for what must not be asked. */
static const struct {
	const char *facts;
	enum dir_class class;
	enum dir_fact by;
	enum answer is;
} table[] = {
	/* attached exists pending netns interface spare superseded elsewhere whole used */
	{ "y.........", DIR_ATTACHED, DIR_IS_ATTACHED, YES },
	{ "u.........", DIR_UNKNOWN, DIR_IS_ATTACHED, UNSURE },

	{ "nn........", DIR_DEAD, DIR_EXISTS, NO },
	{ "nu........", DIR_UNKNOWN, DIR_EXISTS, UNSURE },

	/* What a command left goes unless something uses it, whosever it was. */
	{ "nyy......n", DIR_DEAD, DIR_IS_PENDING, YES },
	{ "nyy......y", DIR_PENDING, DIR_IS_USED, YES },
	{ "nyy......u", DIR_PENDING, DIR_IS_USED, UNSURE },

	{ "nynn......", DIR_ELSEWHERE, DIR_OF_NETNS, NO },

	/* Its interface is gone. */
	{ "nynyny....", DIR_DEAD, DIR_IS_SPARE, YES },
	{ "nynuny....", DIR_DEAD, DIR_IS_SPARE, YES },
	{ "nynynn...n", DIR_DEAD, DIR_HAS_INTERFACE, NO },
	{ "nynynn...y", DIR_UNKNOWN, DIR_IS_USED, YES },
	{ "nynynn...u", DIR_UNKNOWN, DIR_IS_USED, UNSURE },
	{ "nynynu...n", DIR_DEAD, DIR_HAS_INTERFACE, NO },
	{ "nynynu...y", DIR_UNKNOWN, DIR_IS_USED, YES },
	{ "nynunn....", DIR_UNKNOWN, DIR_OF_NETNS, UNSURE },
	{ "nynunu....", DIR_UNKNOWN, DIR_OF_NETNS, UNSURE },
	{ "nynyu.....", DIR_UNKNOWN, DIR_HAS_INTERFACE, UNSURE },
	{ "nynuu.....", DIR_UNKNOWN, DIR_HAS_INTERFACE, UNSURE },

	/* A younger chain has its place. */
	{ "nynyy.y..n", DIR_DEAD, DIR_IS_SUPERSEDED, YES },
	{ "nynyy.y..y", DIR_UNKNOWN, DIR_IS_USED, YES },
	{ "nynyy.y..u", DIR_UNKNOWN, DIR_IS_USED, UNSURE },
	{ "nynuy.y..n", DIR_DEAD, DIR_IS_SUPERSEDED, YES },

	/* The interface has moved, and another one has its number. */
	{ "nynyy.ny..", DIR_ELSEWHERE, DIR_IS_ELSEWHERE, YES },
	{ "nynuy.ny..", DIR_ELSEWHERE, DIR_IS_ELSEWHERE, YES },

	/* It is there: no use of it, and no want of a proof, changes that. */
	{ "nynyy.nny.", DIR_DETACHED, DIR_IS_WHOLE, YES },
	{ "nynyy.nuy.", DIR_DETACHED, DIR_IS_WHOLE, YES },
	{ "nynuy.nnyn", DIR_DETACHED, DIR_IS_WHOLE, YES },
	{ "nynuy.nuyn", DIR_DETACHED, DIR_IS_WHOLE, YES },

	/* But one of no known namespace must not run in another, nor be one that a
	 * loader is about to attach. */
	{ "nynuy.nn.y", DIR_UNKNOWN, DIR_IS_USED, YES },
	{ "nynuy.nn.u", DIR_UNKNOWN, DIR_IS_USED, UNSURE },
	{ "nynuy.nu.y", DIR_UNKNOWN, DIR_IS_USED, YES },
	{ "nynuy.nu.u", DIR_UNKNOWN, DIR_IS_USED, UNSURE },

	/* Not all of it is left. */
	{ "nynyy.nnnn", DIR_DEAD, DIR_IS_WHOLE, NO },
	{ "nynyy.nnny", DIR_UNKNOWN, DIR_IS_USED, YES },
	{ "nynyy.nunu", DIR_UNKNOWN, DIR_IS_USED, UNSURE },
	{ "nynyy.nnu.", DIR_UNKNOWN, DIR_IS_WHOLE, UNSURE },
	{ "nynuy.nnun", DIR_UNKNOWN, DIR_IS_WHOLE, UNSURE },
};

static enum answer answer_of(char c)
{
	return c == 'y' ? YES : c == 'n' ? NO : c == 'u' ? UNSURE : UNASKED;
}

/* As many questions as facts that are given, and none twice. */
static struct dir_verdict decide(const char *facts, unsigned int *asked)
{
	struct dir_facts f = { 0 };
	struct dir_verdict v;

	for (*asked = 0; !dir_decide(&f, &v); ++*asked) {
		if (facts[v.by] == '.' || f.is[v.by] != UNASKED)
			fail_msg("%s: fact %d is asked", facts, v.by);
		f.is[v.by] = answer_of(facts[v.by]);
	}
	return v;
}

static void each_class_with_its_evidence(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const char *facts = table[i].facts;
		unsigned int asked, given = 0;
		struct dir_verdict v = decide(facts, &asked);

		assert_int_equal(strlen(facts), N_DIR_FACTS);
		for (unsigned int k = 0; k < N_DIR_FACTS; k++)
			given += facts[k] != '.';
		if (v.class != table[i].class || v.by != table[i].by || v.is != table[i].is ||
		    asked != given)
			fail_msg("%s: class %d by %d is %d, asked %u", facts, v.class, v.by, v.is,
				 asked);
	}
}

static bool may_differ(const struct dir_facts *f)
{
	return f->is[DIR_IS_USED] == NO || f->is[DIR_EXISTS] == NO || f->is[DIR_IS_SPARE] == YES;
}

/* Every combination of answers, of which there are 3^10: DEAD takes a proof, and
 * who looks at a chain of this namespace, or keeps from looking, does not change
 * that it is there. */
static void only_a_proof_kills(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 59049; n++) {
		struct dir_facts f;
		struct dir_verdict v, w;
		unsigned int rest = n;

		for (unsigned int k = 0; k < N_DIR_FACTS; k++, rest /= 3)
			f.is[k] = NO + rest % 3;
		assert_true(dir_decide(&f, &v));
		if (v.class == DIR_DEAD)
			assert_true(may_differ(&f));
		if (v.class != DIR_DETACHED || f.is[DIR_OF_NETNS] != YES)
			continue;
		for (f.is[DIR_IS_USED] = NO; f.is[DIR_IS_USED] <= UNSURE; f.is[DIR_IS_USED]++) {
			assert_true(dir_decide(&f, &w));
			assert_int_equal(w.class, DIR_DETACHED);
		}
	}
}

/* A chain that was not proven to be detached, but may be: an interface must not get another. */
static void what_is_not_known_may_be_detached(void **state)
{
	static const struct {
		const char *facts;
		bool may_be;
	} cases[] = {
		/* Of no known namespace, attached to no such interface, but used: by who looks
		 * at it, by a loader that is about to attach it, or by an interface that shares
		 * it. */
		{ "nynuy.nnyy", true },
		{ "nynuy.nn.y", true },
		{ "nynuy.nn.u", true },
		{ "nynuy.nu.y", true },
		{ "nynuy.nu.u", true },
		/* Not understood. */
		{ "nynyy.nnu.", true },
		{ "nynuy.nnun", true },
		/* Not opened, for want of a right: nothing else was asked. */
		{ "nu........", true },
		{ "u.........", true },
		{ "nynyu.....", true },
		{ "nynuu.....", true },
		{ "nuy.......", false },
		{ "nu.n......", false },
		{ "nu..n.....", false },
		/* No chain is left in it. */
		{ "nynuy.nnny", false },
		{ "nynuy.nuny", false },
		/* Known to be another one's, or to be none. */
		{ "nynuy.ny..", false },
		{ "nynn......", false },
		{ "nyy......y", false },
		{ "nn........", false },
		{ "nynuy.y..y", false },
		{ "nynun.....", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct dir_facts f = { 0 };

		for (unsigned int k = 0; k < N_DIR_FACTS; k++)
			f.is[k] = answer_of(cases[i].facts[k]);
		if (dir_may_be_detached(&f) != cases[i].may_be)
			fail_msg("%s: may be detached: %d", cases[i].facts, !cases[i].may_be);
	}
}

/* Does a fact that is known decide that there is nothing to protect? */
static bool is_excluded(const struct dir_verdict *v, const struct dir_facts *f)
{
	return v->class != DIR_UNKNOWN || f->is[DIR_HAS_INTERFACE] == NO ||
	       f->is[DIR_IS_SUPERSEDED] == YES || f->is[DIR_IS_WHOLE] == NO;
}

/* Every combination again, but only with what is asked for: what was never asked, or could not
 * be found out, speaks for the chain. */
static void every_doubt_counts(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 59049; n++) {
		struct dir_facts all, f = { 0 };
		struct dir_verdict v;
		unsigned int rest = n;

		for (unsigned int k = 0; k < N_DIR_FACTS; k++, rest /= 3)
			all.is[k] = NO + rest % 3;
		while (!dir_decide(&f, &v))
			f.is[v.by] = all.is[v.by];
		if (v.class != DIR_DETACHED)
			assert_int_equal(dir_may_be_detached(&f), !is_excluded(&v, &f));
	}
}

/* What takes long is asked only when what does not take long leaves it open. */
static void cheap_questions_first(void **state)
{
	static const char *const cheap[] = { "y.........", "nn........", "nynn......" };
	unsigned int asked;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cheap); i++) {
		decide(cheap[i], &asked);
		assert_true(asked <= 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_class_with_its_evidence),
		cmocka_unit_test(only_a_proof_kills),
		cmocka_unit_test(what_is_not_known_may_be_detached),
		cmocka_unit_test(every_doubt_counts),
		cmocka_unit_test(cheap_questions_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
