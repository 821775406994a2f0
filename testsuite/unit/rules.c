// SPDX-License-Identifier: GPL-2.0-or-later
/* What follows a verdict, which format says it, and what libxdp makes of it. */
#include "fixture.h"

/* ---- rules ---- */

static void set_rules(void **state)
{
	struct entry *e = put("e", 1, 0);

	(void)state;
	rules_set(e, VERDICT_BIT(VERDICT_DROP) | VERDICT_BIT(VERDICT_TX), FATE_NEXT, 0);
	assert_int_equal(e->proceed_on, 0xe);
	rules_set(e, VERDICT_BIT(VERDICT_TX), FATE_GOTO, 9);
	assert_int_equal(e->proceed_on, 0x6);
	assert_int_equal(e->go_to[VERDICT_TX], 9);
	rules_set(e, VERDICTS_ALL, FATE_STOP, 9);
	assert_int_equal(e->proceed_on, 0);
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		assert_int_equal(e->go_to[v], 0);
	rules_set(e, VERDICTS_ALL, FATE_GOTO, 3);
	assert_int_equal(e->proceed_on, 0);
	rules_set(e, VERDICT_BIT(VERDICT_PASS), FATE_NEXT, 3);
	assert_int_equal(e->proceed_on, 0x4);
	assert_int_equal(e->go_to[VERDICT_PASS], 0);
	assert_int_equal(e->go_to[VERDICT_DROP], 3);
	rules_set(e, 0, FATE_STOP, 0);
	assert_int_equal(e->proceed_on, 0x4);
	assert_int_equal(e->go_to[VERDICT_ABORTED], 3);
}

static void next_of_each(void **state)
{
	(void)state;
	fill(4);
	chain.entries[1].go_to[VERDICT_DROP] = chain.entries[3].uid;
	chain.entries[1].go_to[VERDICT_TX] = chain.entries[2].uid;
	assert_int_equal(rules_next(&chain, 1, VERDICT_ABORTED), -1);
	assert_int_equal(rules_next(&chain, 1, VERDICT_DROP), 3);
	assert_int_equal(rules_next(&chain, 1, VERDICT_PASS), 2);
	assert_int_equal(rules_next(&chain, 1, VERDICT_TX), 2);
	assert_int_equal(rules_next(&chain, 1, VERDICT_REDIRECT), -1);
	assert_int_equal(rules_next(&chain, 3, VERDICT_PASS), 4);
}

static void go(unsigned int from, unsigned int verdict, unsigned int to)
{
	rules_set(&chain.entries[from], VERDICT_BIT(verdict), FATE_GOTO, chain.entries[to].uid);
}

/* For each fate of each verdict of each of four entries. */
static void leads_on(void **state)
{
	for (unsigned int from = 0; from < 4; from++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			for (unsigned int to = from + 1; to < 4; to++) {
				__u32 pass = VERDICT_BIT(VERDICT_PASS);
				bool next = to == from + 1;

				setup(state);
				fill(4);
				assert_int_equal(rules_leads_on(&chain, from), pass);
				assert_false(rules_skips(&chain, from));
				go(from, v, to);
				assert_int_equal(rules_leads_on(&chain, from),
						 next ? pass | VERDICT_BIT(v)
						      : pass & ~VERDICT_BIT(v));
				assert_int_equal(rules_skips(&chain, from), !next);
			}
}

/* An entry that comes between makes it another goto. */
static void leads_on_no_more(void **state)
{
	struct place place = { .how = PLACE_BEFORE, .beside = by_name("e1") };
	struct entry e = entry("new", ENTRY_DEFAULT_PRIO, 9);

	(void)state;
	fill(3);
	go(0, VERDICT_DROP, 1);
	assert_null(format_lack(format_of(FORMAT_2), &chain));
	assert_int_equal(chain_insert(&chain, &e, &place, &report), 1);
	assert_string_equal(format_lack(format_of(FORMAT_2), &chain),
			    "it has a goto that skips an entry");
	assert_int_equal(rules_leads_on(&chain, 0), VERDICT_BIT(VERDICT_PASS));
	assert_int_equal(chain_del(&chain, 1, &report), 0);
	assert_null(format_lack(format_of(FORMAT_2), &chain));
}

static void goto_only_forward(void **state)
{
	for (unsigned int from = 0; from < 4; from++) {
		for (unsigned int to = 0; to < 4; to++) {
			char error[160];

			setup(state);
			fill(4);
			go(from, VERDICT_DROP, to);
			if (to > from) {
				assert_int_equal(rules_check(&chain, &report), 0);
				assert_silent();
				continue;
			}
			snprintf(
				error, sizeof(error),
				"A goto can only go forward: \"e%u\" (slot %u) cannot go to \"e%u\" (slot %u) on drop; change the order or the rule",
				from, from, to, to);
			assert_refused(rules_check(&chain, &report), EINVAL, error);
		}
	}
}

static void goto_nowhere(void **state)
{
	(void)state;
	fill(2);
	chain.entries[0].go_to[VERDICT_REDIRECT] = 77;
	assert_refused(rules_check(&chain, &report), EINVAL,
		       "The entry that \"e0\" goes to on redirect is not in the chain");
}

#define NEVER(name) "Entry \"" name "\" never runs: no rule of an entry before it leads there"

static void never_reached(void **state)
{
	(void)state;
	assert_int_equal(rules_check(&chain, &report), 0);
	fill(4);
	chain.entries[3].proceed_on = 0;
	assert_int_equal(rules_check(&chain, &report), 0);
	assert_silent();
	/* a jump over e2 */
	chain.entries[1].proceed_on = 0;
	go(1, VERDICT_PASS, 3);
	assert_int_equal(rules_check(&chain, &report), 0);
	assert_warned(NEVER("e2"));
	/* which e0 makes good */
	go(0, VERDICT_DROP, 2);
	assert_int_equal(rules_check(&chain, &report), 0);
	assert_silent();
	/* what is not reached itself leads nowhere */
	chain.entries[0].proceed_on = 0;
	rules_set(&chain.entries[0], VERDICTS_ALL, FATE_STOP, 0);
	assert_int_equal(rules_check(&chain, &report), 0);
	assert_int_equal(report.n_warnings, 3);
	assert_string_equal(report.warnings[0], NEVER("e1"));
	assert_string_equal(report.warnings[1], NEVER("e2"));
	assert_string_equal(report.warnings[2], NEVER("e3"));
}

static void reached_past_disabled(void **state)
{
	(void)state;
	fill(4);
	/* passed by, whatever its rules */
	chain.entries[1].disabled = true;
	chain.entries[1].proceed_on = 0;
	assert_int_equal(rules_check(&chain, &report), 0);
	assert_silent();
	/* its goto is not followed, but one to it goes on behind it */
	chain.entries[0].proceed_on = 0;
	go(0, VERDICT_DROP, 1);
	go(1, VERDICT_DROP, 3);
	chain.entries[2].proceed_on = 0;
	assert_int_equal(rules_check(&chain, &report), 0);
	assert_warned(NEVER("e3"));
	/* that a disabled one does not run is no news */
	chain.entries[3].disabled = true;
	assert_int_equal(rules_check(&chain, &report), 0);
	assert_silent();
	chain.entries[0].disabled = true;
	assert_int_equal(rules_check(&chain, &report), 0);
	assert_silent();
}

/* Reached or not, by walking all paths from the start. */
static void walk(unsigned int slot, bool *reached)
{
	if (slot >= chain.n || reached[slot])
		return;
	reached[slot] = true;
	if (chain.entries[slot].disabled) {
		walk(slot + 1, reached);
		return;
	}
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (rules_next(&chain, slot, v) >= 0)
			walk(rules_next(&chain, slot, v), reached);
}

static void random_entries(unsigned int n)
{
	fill(n);
	for (unsigned int i = 0; i < n; i++) {
		struct entry *e = &chain.entries[i];

		e->disabled = lrand48() / 7 % 6 == 0;
		e->proceed_on = lrand48() / 7 % 3 ? 0 : 4;
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (i + 1 < n && lrand48() / 7 % 7 == 0)
				go(i, v, i + 1 + lrand48() / 7 % (n - i - 1));
	}
}

static void random_reach(void **state)
{
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 5000; round++) {
		bool reached[CHAIN_MAX] = { false };
		size_t n = 0;

		setup(state);
		random_entries(lrand48() / 7 % (round % 50 ? 12 : CHAIN_MAX));
		walk(0, reached);
		assert_int_equal(rules_check(&chain, &report), 0);
		for (unsigned int i = 0; i < chain.n; i++) {
			char warning[128];

			if (reached[i] || chain.entries[i].disabled)
				continue;
			snprintf(warning, sizeof(warning), NEVER("%s"), chain.entries[i].name);
			assert_true(n < report.n_warnings);
			assert_string_equal(report.warnings[n++], warning);
		}
		assert_int_equal(report.n_warnings, n);
		report_free(&report);
	}
}

/* ---- formats ---- */

#define X FORMAT_EXTENDED
#define NOW_3 \
	"The chain is written in format 3, which libxdp before 1.6 does not read: it has a device-bound program"
#define NOT_1(now, since)                                                                 \
	"The chain is written in format " now ", which libxdp before " since " does not " \
	"read: format 1 is read but no longer written"
#define HIDDEN \
	"The chain is written in the extended format, which libxdp does not read: it has more than 10 entries"
#define TOO_MANY(f) \
	"Format " f " cannot hold this chain: it has more than 10 entries; use \"format extended\""
#define BOUND \
	"Format 2 cannot hold this chain: it has a device-bound program; use \"format extended\""

static const struct format_row {
	enum chain_format old;
	unsigned int n;
	bool devbound;
	enum chain_format wanted;
	enum chain_format fresh;
	enum chain_format format; /* FORMAT_UNSET: refused */
	const char *text;	  /* error or warning */
} format_rows[] = {
	/* a new chain is written in what the machine's libxdp understands */
	{ 0, 1, false, 0, 2, 2, NULL },
	{ 0, 1, false, 0, 3, 3, NULL },
	{ 0, 10, false, 0, 2, 2, NULL },
	{ 0, 0, false, 0, 3, 3, NULL },
	{ 0, 11, false, 0, 2, X, HIDDEN },
	{ 0, CHAIN_MAX, false, 0, 3, X, HIDDEN },
	{ 0, 1, true, 0, 2, 3, NOW_3 },
	{ 0, 1, true, 0, 3, 3, NULL },
	{ 0, 11, true, 0, 3, X, HIDDEN },
	/* a chain keeps its format */
	{ 2, 10, false, 0, 3, 2, NULL },
	{ 3, 10, false, 0, 2, 3, NULL },
	{ 3, 1, true, 0, 2, 3, NULL },
	/* unless that cannot say what it holds */
	{ 2, 1, true, 0, 2, 3, NOW_3 },
	{ 2, 11, false, 0, 2, X, HIDDEN },
	{ 3, 11, false, 0, 3, X, HIDDEN },
	{ 2, 11, true, 0, 2, X, HIDDEN },
	/* hidden already: no warning again */
	{ X, 11, false, 0, 3, X, NULL },
	/* back when the need has gone */
	{ X, 10, false, 0, 2, 2, NULL },
	{ X, 10, false, 0, 3, 3, NULL },
	{ X, 10, true, 0, 2, 3, NOW_3 },
	/* version 1 is read only, and its libxdp does not read what is written */
	{ 1, 1, false, 0, 2, 2, NOT_1("2", "1.3") },
	{ 1, 10, false, 0, 3, 3, NOT_1("3", "1.6") },
	{ 1, 1, true, 0, 3, 3, NOT_1("3", "1.6") },
	{ 1, 1, true, 0, 2, 3, NOW_3 },
	{ 1, 11, false, 0, 2, X, HIDDEN },
	{ 1, 1, false, 2, 3, 2, NULL },
	/* where libxdp cannot work it loses nothing */
	{ 0, 11, false, 0, X, X, NULL },
	{ 1, 1, false, 0, X, X, NULL },
	{ 2, 1, false, 0, X, 2, NULL },
	{ 2, 11, false, 0, X, X, NULL },
	/* what the user wants */
	{ 0, 1, false, 2, 3, 2, NULL },
	{ 0, 1, false, 3, 2, 3, NULL },
	{ 0, 1, false, X, 2, X, NULL },
	{ 0, 11, false, X, 2, X, NULL },
	{ 2, 1, false, 3, 2, 3, NULL },
	{ 3, 1, false, 2, 3, 2, NULL },
	{ 3, 10, true, X, 3, X, NULL },
	{ X, 1, false, 2, 3, 2, NULL },
	{ 0, 1, true, 3, 2, 3, NULL },
	{ 0, 1, true, 2, 2, 0, BOUND },
	{ 3, 10, true, 2, 3, 0, BOUND },
	{ 0, 11, false, 2, 2, 0, TOO_MANY("2") },
	{ 3, 11, false, 3, 3, 0, TOO_MANY("3") },
	{ X, 11, true, 2, 3, 0, TOO_MANY("2") },
};

static void check_format(const struct format_row *row, size_t i)
{
	enum chain_format format = row->format ? row->format : row->old;
	const char *text = row->text ? row->text : "";
	int err;

	fill(row->n);
	chain.format = row->old;
	programs[0].devbound = row->devbound;
	err = format_settle(&chain, row->wanted, row->fresh, &report);
	if (err != (row->format ? 0 : -EOPNOTSUPP) || chain.format != format ||
	    strcmp(text_of_report(), text))
		fail_msg("row %zu: got %d, format %d, \"%s\"", i, err, chain.format,
			 text_of_report());
}

static void formats(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(format_rows); i++) {
		setup(state);
		check_format(&format_rows[i], i);
		report_free(&report);
	}
}

/* Which entry is device-bound does not matter; an unknown program is not. */
static void any_devbound_counts(void **state)
{
	(void)state;
	fill(10);
	chain.entries[3].program = NULL;
	programs[9].devbound = true;
	assert_int_equal(format_settle(&chain, FORMAT_2, FORMAT_2, &report), -EOPNOTSUPP);
	report_clear_error(&report);
	programs[9].devbound = false;
	programs[3].devbound = true;
	assert_int_equal(format_settle(&chain, FORMAT_2, FORMAT_2, &report), 0);
}

#define NEEDS(why)     "The chain is written in the extended format, which libxdp does not read: " why
#define CANNOT(f, why) "Format " f " cannot hold this chain: " why "; use \"format extended\""
#define DISABLED       "it has a disabled entry"
#define GOTO	       "it has a goto that skips an entry"

static int settle(enum chain_format wanted)
{
	return format_settle(&chain, wanted, FORMAT_3, &report);
}

/* There and back, for each of the needs. */
static void extended_while_needed(void **state)
{
	(void)state;
	fill(3);
	chain.format = FORMAT_2;
	chain.entries[2].disabled = true;
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_int_equal(chain.format, X);
	assert_warned(NEEDS(DISABLED));
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_silent();
	assert_refused(settle(FORMAT_2), EOPNOTSUPP, CANNOT("2", DISABLED));
	assert_refused(settle(FORMAT_3), EOPNOTSUPP, CANNOT("3", DISABLED));
	assert_int_equal(chain.format, X);
	assert_false(chain.keep_extended);
	chain.entries[2].disabled = false;
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_int_equal(chain.format, FORMAT_3);
	go(0, VERDICT_DROP, 2);
	assert_refused(settle(FORMAT_3), EOPNOTSUPP, CANNOT("3", GOTO));
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_int_equal(chain.format, X);
	assert_warned(NEEDS(GOTO));
	rules_set(&chain.entries[0], VERDICTS_ALL, FATE_NEXT, 0);
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_int_equal(chain.format, FORMAT_3);
	assert_silent();
}

static void extended_as_wanted(void **state)
{
	(void)state;
	fill(3);
	chain.format = FORMAT_3;
	assert_int_equal(settle(X), 0);
	assert_int_equal(chain.format, X);
	assert_true(chain.keep_extended);
	/* with or without a need it stays */
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_int_equal(chain.format, X);
	chain.entries[0].disabled = true;
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_refused(settle(FORMAT_3), EOPNOTSUPP, CANNOT("3", DISABLED));
	assert_true(chain.keep_extended);
	chain.entries[0].disabled = false;
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_int_equal(chain.format, X);
	assert_true(chain.keep_extended);
	/* until another is asked for */
	assert_int_equal(settle(FORMAT_2), 0);
	assert_int_equal(chain.format, FORMAT_2);
	assert_false(chain.keep_extended);
	assert_int_equal(settle(FORMAT_UNSET), 0);
	assert_int_equal(chain.format, FORMAT_2);
	assert_silent();
}

/* ---- what libxdp makes of the order ---- */

static void name_function(unsigned int program, const char *func, __u8 tag)
{
	strcpy(programs[program].func, func);
	memset(programs[program].tag, tag, BPF_TAG_BYTES);
}

#define SWAPS(a, b, prio)                                              \
	"if libxdp rebuilds this chain, it runs \"" b "\" before \"" a \
	"\": both have priority " prio ", and libxdp sorts them by function, tag and age"

static void warn_of_ties(void **state)
{
	(void)state;
	chain.format = FORMAT_3;
	fill(3);
	name_function(0, "a", 0);
	name_function(1, "b", 0);
	name_function(2, "c", 0);
	format_warn_order(&chain, NULL, &report);
	assert_silent();
	name_function(1, "d", 0);
	format_warn_order(&chain, NULL, &report);
	assert_warned(SWAPS("e1", "e2", "50"));
	/* the tag decides among equal functions */
	name_function(1, "c", 0);
	format_warn_order(&chain, NULL, &report);
	assert_silent();
	name_function(1, "c", 1);
	format_warn_order(&chain, NULL, &report);
	assert_warned(SWAPS("e1", "e2", "50"));
	/* the priority comes first */
	chain.entries[2].prio = 51;
	format_warn_order(&chain, NULL, &report);
	assert_silent();
	/* an unknown program cannot be told */
	chain.entries[2].prio = 50;
	chain.entries[2].program = NULL;
	format_warn_order(&chain, NULL, &report);
	assert_silent();
}

static void warn_once(void **state)
{
	static struct chain before;

	(void)state;
	chain.format = FORMAT_2;
	fill(2);
	name_function(0, "b", 0);
	name_function(1, "a", 0);
	format_warn_order(&chain, &before, &report);
	assert_warned(SWAPS("e0", "e1", "50"));
	before = chain;
	put("e2", 50, 2);
	format_warn_order(&chain, &before, &report);
	assert_silent();
	/* libxdp does not sort what it cannot read */
	chain.format = X;
	format_warn_order(&chain, NULL, &report);
	assert_silent();
	chain.format = FORMAT_3;
	before.format = X;
	format_warn_order(&chain, &before, &report);
	assert_warned(SWAPS("e0", "e1", "50"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(set_rules),
		TEST(next_of_each),
		TEST(leads_on),
		TEST(leads_on_no_more),
		TEST(goto_only_forward),
		TEST(goto_nowhere),
		TEST(never_reached),
		TEST(reached_past_disabled),
		TEST(random_reach),
		TEST(formats),
		TEST(any_devbound_counts),
		TEST(extended_while_needed),
		TEST(extended_as_wanted),
		TEST(warn_of_ties),
		TEST(warn_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
