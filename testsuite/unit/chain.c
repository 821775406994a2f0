// SPDX-License-Identifier: GPL-2.0-or-later
/* The model of a chain, and requests applied to it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chain.h"
#include "request.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED 20260721

/* 63 characters, the longest name */
#define LONGEST "a23456789_123456789_123456789_123456789_123456789_123456789_123"

static struct chain chain;
static struct report report;
static struct program programs[CHAIN_MAX + 1];

/* Every test starts with an empty chain and programs of ids 100, 101 ... */
static int setup(void **state)
{
	(void)state;
	memset(&chain, 0, sizeof(chain));
	report = (struct report)REPORT_INIT;
	memset(programs, 0, sizeof(programs));
	for (unsigned int i = 0; i < ARRAY_SIZE(programs); i++) {
		programs[i].fd = -1;
		programs[i].id = 100 + i;
		memset(programs[i].tag, i, BPF_TAG_BYTES);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	report_free(&report);
	return 0;
}

static struct entry entry(const char *name, __u32 prio, unsigned int program)
{
	struct entry e = {
		.prio = prio,
		.proceed_on = ENTRY_DEFAULT_PROCEED_ON,
		.program = &programs[program],
	};

	snprintf(e.name, sizeof(e.name), "%s", name);
	return e;
}

static int add(const char *name, __u32 prio, unsigned int program)
{
	struct entry e = entry(name, prio, program);

	return chain_add(&chain, &e, &report);
}

/* Past all rules: what a foreign tool may have made. */
static void put(const char *name, __u32 prio, unsigned int program)
{
	chain.entries[chain.n++] = entry(name, prio, program);
}

static void fill(unsigned int n)
{
	char name[16];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "e%u", i);
		put(name, ENTRY_DEFAULT_PRIO, i);
	}
}

static void assert_order(const char *names)
{
	char got[256] = "";

	for (unsigned int i = 0; i < chain.n; i++) {
		strcat(got, i ? " " : "");
		strcat(got, chain.entries[i].name);
	}
	assert_string_equal(got, names);
}

static void assert_refused(int got, int err, const char *error)
{
	assert_int_equal(got, -err);
	assert_int_equal(report.status, STATUS_REFUSED);
	assert_string_equal(report.error, error);
	report_clear_error(&report);
}

static void assert_silent(void)
{
	assert_string_equal(report.error, "");
	assert_int_equal(report.status, STATUS_DONE);
	assert_int_equal(report.n_warnings, 0);
}

/* ---- names ---- */

static void verdicts_have_names(void **state)
{
	static const char *const names[] = {
		"aborted", "drop", "pass", "tx", "redirect",
	};

	(void)state;
	for (unsigned int v = 0; v < ARRAY_SIZE(names); v++)
		assert_string_equal(verdict_name(v), names[v]);
	assert_null(verdict_name(5));
	assert_null(verdict_name(31));
	assert_null(verdict_name(UINT32_MAX));
}

static void names_that_we_write(void **state)
{
	static const char *const good[] = {
		"a", "Z", "_", ".", ":", "fw", "xdp_fw", "a-b", "a.b:c_d-9",
		"_0", ".9", "azAZ09_.:-", LONGEST, "help", "dev",
	};
	static const char *const bad[] = {
		"", "0", "9a", "-", "-a", " ", " a", "a ", "a b", "a/b", "/",
		"a\n", "\n", "a\t", "a\\", "a\"b", "a'b", "a#", "a,b", "a@b",
		"a[", "a`", "a{", "a+", "a;", "a<", "a=", "a$", "a*", "a?",
		"\xc3\xa9", "a\xc3\xa9", "a\x80", "a\xff", "a\x7f", "a\x01",
		LONGEST "4", LONGEST LONGEST,
	};

	(void)state;
	assert_int_equal(strlen(LONGEST), 63);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (!entry_name_valid(good[i]))
			fail_msg("\"%s\" is refused", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (entry_name_valid(bad[i]))
			fail_msg("\"%s\" is taken", bad[i]);
}

/* ---- selectors ---- */

static int find(enum selector_by by, const char *name, __u32 number)
{
	struct selector sel = { .by = by, .number = number };

	strcpy(sel.name, name);
	memset(sel.tag, number, sizeof(sel.tag));
	return chain_find(&chain, &sel, &report);
}

static void find_by_each(void **state)
{
	(void)state;
	fill(CHAIN_MAX);
	for (unsigned int i = 0; i < CHAIN_MAX; i++) {
		assert_int_equal(find(SELECT_NAME, chain.entries[i].name, 0), i);
		assert_int_equal(find(SELECT_ID, "", 100 + i), i);
		assert_int_equal(find(SELECT_TAG, "", i), i);
		assert_int_equal(find(SELECT_SLOT, "", i), i);
	}
	assert_silent();
}

static void find_nothing(void **state)
{
	(void)state;
	fill(3);
	assert_refused(find(SELECT_NAME, "e", 0), ENOENT,
		       "No such entry: nothing in the chain has name \"e\"");
	assert_refused(find(SELECT_NAME, "E0", 0), ENOENT,
		       "No such entry: nothing in the chain has name \"E0\"");
	assert_refused(find(SELECT_NAME, LONGEST, 0), ENOENT,
		       "No such entry: nothing in the chain has name \""
		       LONGEST "\"");
	assert_refused(find(SELECT_ID, "", 103), ENOENT,
		       "No such entry: nothing in the chain has id 103");
	assert_refused(find(SELECT_ID, "", UINT32_MAX), ENOENT,
		       "No such entry: nothing in the chain has id 4294967295");
	assert_refused(find(SELECT_TAG, "", 0xab), ENOENT,
		       "No such entry: nothing in the chain has tag abababababababab");
	assert_refused(find(SELECT_SLOT, "", 3), ENOENT,
		       "No such entry: nothing in the chain has slot 3");
	assert_refused(find(SELECT_SLOT, "", UINT32_MAX), ENOENT,
		       "No such entry: nothing in the chain has slot 4294967295");
	assert_int_equal(find(SELECT_NONE, "e0", 100), -ENOENT);
}

static void find_in_nothing(void **state)
{
	(void)state;
	assert_int_equal(find(SELECT_SLOT, "", 0), -ENOENT);
	report_clear_error(&report);
	assert_int_equal(find(SELECT_NAME, "", 0), -ENOENT);
}

/* A chain that somebody else made may have twins: only ids and slots select. */
static void find_twins(void **state)
{
	(void)state;
	put("fw", 10, 0);
	put("log", 20, 1);
	put("fw", 30, 2);
	put("fw", 40, 3);
	assert_refused(find(SELECT_NAME, "fw", 0), ENOTUNIQ,
		       "name \"fw\" means several entries (slot 0 id 100, slot 2 id 102): select by id or slot");
	assert_int_equal(find(SELECT_NAME, "log", 0), 1);
	assert_int_equal(find(SELECT_ID, "", 102), 2);
	assert_int_equal(find(SELECT_SLOT, "", 3), 3);
	put("again", 50, 0);
	assert_refused(find(SELECT_ID, "", 100), ENOTUNIQ,
		       "id 100 means several entries (slot 0 id 100, slot 4 id 100): select by id or slot");
	assert_refused(find(SELECT_TAG, "", 0), ENOTUNIQ,
		       "tag 0000000000000000 means several entries (slot 0 id 100, slot 4 id 100): select by id or slot");
	assert_int_equal(find(SELECT_SLOT, "", 0), 0);
}

/* Slots whose program could not be found out. */
static void find_without_program(void **state)
{
	(void)state;
	fill(2);
	chain.entries[0].program = NULL;
	strcpy(chain.entries[0].name, "e1");
	assert_int_equal(find(SELECT_ID, "", 101), 1);
	assert_int_equal(find(SELECT_TAG, "", 0), -ENOENT);
	report_clear_error(&report);
	assert_int_equal(find(SELECT_SLOT, "", 0), 0);
	assert_refused(find(SELECT_NAME, "e1", 0), ENOTUNIQ,
		       "name \"e1\" means several entries (slot 0 id 0, slot 1 id 101): select by id or slot");
}

/* ---- order ---- */

static void add_by_priority(void **state)
{
	(void)state;
	assert_int_equal(add("b", 50, 0), 0);
	assert_int_equal(add("d", 50, 1), 1);
	assert_int_equal(add("a", 10, 2), 0);
	assert_int_equal(add("e", UINT32_MAX, 3), 3);
	assert_int_equal(add("c", 50, 4), 3);
	assert_int_equal(add("0", 0, 5), 0);
	assert_order("0 a b d c e");
	assert_silent();
}

/* The slot order of a foreign chain need not follow its priorities. */
static void add_to_unordered(void **state)
{
	(void)state;
	put("a", 90, 0);
	put("b", 10, 1);
	put("c", 50, 2);
	put("d", 20, 3);
	assert_int_equal(add("e", 20, 4), 4);
	assert_int_equal(add("f", 15, 5), 2);
	assert_int_equal(add("g", 5, 6), 0);
	assert_int_equal(add("h", 90, 7), 7);
	assert_order("g a b f c d e h");
}

static void add_taken_name(void **state)
{
	(void)state;
	add("fw", 50, 0);
	add("log", 60, 1);
	assert_refused(add("log", 1, 2), EEXIST,
		       "File exists: slot 1 of the chain is already named \"log\"");
	assert_order("fw log");
	assert_int_equal(add("LOG", 1, 2), 0);
}

static void add_keeps_all_of_it(void **state)
{
	struct entry e = entry("x", 7, 3);

	(void)state;
	e.proceed_on = VERDICTS_ALL;
	fill(2);
	assert_int_equal(chain_add(&chain, &e, &report), 0);
	assert_memory_equal(&chain.entries[0], &e, sizeof(e));
}

static void full_chain(void **state)
{
	char name[16];

	(void)state;
	for (unsigned int i = 0; i < CHAIN_MAX; i++) {
		snprintf(name, sizeof(name), "e%u", i);
		assert_int_equal(add(name, 50, i), i);
	}
	assert_refused(add("more", 0, CHAIN_MAX), E2BIG,
		       "The chain is full: it has 250 entries");
	assert_int_equal(chain.n, CHAIN_MAX);
	assert_string_equal(chain.entries[0].name, "e0");
	chain_del(&chain, 0);
	assert_int_equal(add("more", 0, CHAIN_MAX), 0);
	assert_int_equal(chain.n, CHAIN_MAX);
	chain_del(&chain, CHAIN_MAX - 1);
	assert_int_equal(chain.n, CHAIN_MAX - 1);
	assert_string_equal(chain.entries[CHAIN_MAX - 2].name, "e248");
}

static void del_each_slot(void **state)
{
	static const char *const left[] = {
		"e1 e2 e3", "e0 e2 e3", "e0 e1 e3", "e0 e1 e2",
	};

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		chain.n = 0;
		fill(4);
		chain_del(&chain, i);
		assert_order(left[i]);
	}
	for (unsigned int i = 0; i < 3; i++)
		chain_del(&chain, 0);
	assert_int_equal(chain.n, 0);
}

/* ---- order, against a list that is sorted anew every time ---- */

struct listed {
	unsigned int name;
	__u32 prio;
	unsigned int serial;
};

static int by_order(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;

	if (x->prio != y->prio)
		return x->prio < y->prio ? -1 : 1;
	return x->serial < y->serial ? -1 : 1;
}

static void assert_as_listed(const struct listed *list, unsigned int n)
{
	char name[16];

	assert_int_equal(chain.n, n);
	for (unsigned int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "e%u", list[i].name);
		if (strcmp(chain.entries[i].name, name) ||
		    chain.entries[i].prio != list[i].prio)
			fail_msg("slot %u is %s prio %u, expected %s prio %u",
				 i, chain.entries[i].name,
				 chain.entries[i].prio, name, list[i].prio);
	}
}

static void list_add(struct listed *list, unsigned int *n, unsigned int serial,
		     unsigned int n_names)
{
	struct listed l = { lrand48() / 7 % n_names, lrand48() / 7 % 5, serial };
	bool taken = false;
	char name[16];
	int slot;

	for (unsigned int i = 0; i < *n; i++)
		taken |= list[i].name == l.name;
	snprintf(name, sizeof(name), "e%u", l.name);
	slot = add(name, l.prio, 0);
	if (taken) {
		assert_int_equal(slot, -EEXIST);
	} else if (*n == CHAIN_MAX) {
		assert_int_equal(slot, -E2BIG);
	} else {
		list[(*n)++] = l;
		qsort(list, *n, sizeof(*list), by_order);
		assert_in_range(slot, 0, *n - 1);
		assert_int_equal(list[slot].serial, serial);
	}
	report_clear_error(&report);
}

static void list_del(struct listed *list, unsigned int *n)
{
	unsigned int slot = lrand48() / 7 % *n;

	chain_del(&chain, slot);
	memmove(&list[slot], &list[slot + 1], (--*n - slot) * sizeof(*list));
}

static void random_adds_and_dels(void **state)
{
	static struct listed list[CHAIN_MAX];

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 40; round++) {
		unsigned int n_names = round % 4 ? 20 : 2 * CHAIN_MAX;
		unsigned int n = 0;

		chain.n = 0;
		for (unsigned int i = 0; i < 1500; i++) {
			if (n && lrand48() / 7 % 4 == 0)
				list_del(list, &n);
			else
				list_add(list, &n, i, n_names);
			assert_as_listed(list, n);
		}
	}
}

/* ---- formats ---- */

#define X FORMAT_EXTENDED
#define HIDDEN "The chain is written in the extended format, which libxdp does not read: it has more than 10 entries"
#define TOO_MANY(f) "Format " f " cannot hold this chain: it has more than 10 entries"
#define BOUND "Format 2 cannot hold this chain: it has a device-bound program"

static const struct format_row {
	enum chain_format old;
	unsigned int n;
	bool devbound;
	enum chain_format wanted;
	enum chain_format fresh;
	enum chain_format format;	/* FORMAT_UNSET: refused */
	const char *text;		/* error or warning */
} format_rows[] = {
	/* a new chain is written in what the machine's libxdp understands */
	{ 0, 1, false, 0, 2, 2, NULL },
	{ 0, 1, false, 0, 3, 3, NULL },
	{ 0, 10, false, 0, 2, 2, NULL },
	{ 0, 0, false, 0, 3, 3, NULL },
	{ 0, 11, false, 0, 2, X, HIDDEN },
	{ 0, CHAIN_MAX, false, 0, 3, X, HIDDEN },
	{ 0, 1, true, 0, 2, 3, NULL },
	{ 0, 1, true, 0, 3, 3, NULL },
	{ 0, 11, true, 0, 3, X, HIDDEN },
	/* a chain keeps its format */
	{ 2, 10, false, 0, 3, 2, NULL },
	{ 3, 10, false, 0, 2, 3, NULL },
	{ 3, 1, true, 0, 2, 3, NULL },
	/* unless that cannot say what it holds */
	{ 2, 1, true, 0, 2, 3, NULL },
	{ 2, 11, false, 0, 2, X, HIDDEN },
	{ 3, 11, false, 0, 3, X, HIDDEN },
	{ 2, 11, true, 0, 2, X, HIDDEN },
	/* hidden already: no warning again */
	{ X, 11, false, 0, 3, X, NULL },
	/* back when the need has gone */
	{ X, 10, false, 0, 2, 2, NULL },
	{ X, 10, false, 0, 3, 3, NULL },
	{ X, 10, true, 0, 2, 3, NULL },
	/* version 1 is read only */
	{ 1, 1, false, 0, 2, 2, NULL },
	{ 1, 10, false, 0, 3, 3, NULL },
	{ 1, 1, true, 0, 2, 3, NULL },
	{ 1, 11, false, 0, 2, X, HIDDEN },
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

/* The error or else the only warning, "" if there is neither. */
static const char *text_of_report(void)
{
	if (report.error[0])
		return report.error;
	if (report.n_warnings > 1)
		return "several warnings";
	return report.n_warnings ? report.warnings[0] : "";
}

static void check_format(const struct format_row *row, size_t i)
{
	enum chain_format format = row->format ? row->format : row->old;
	const char *text = row->text ? row->text : "";
	int err;

	fill(row->n);
	chain.format = row->old;
	programs[0].devbound = row->devbound;
	err = chain_settle_format(&chain, row->wanted, row->fresh, &report);
	if (err != (row->format ? 0 : -EOPNOTSUPP) || chain.format != format ||
	    strcmp(text_of_report(), text))
		fail_msg("row %zu: got %d, format %d, \"%s\"", i, err,
			 chain.format, text_of_report());
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
	assert_int_equal(chain_settle_format(&chain, FORMAT_2, FORMAT_2, &report),
			 -EOPNOTSUPP);
	report_clear_error(&report);
	programs[9].devbound = false;
	programs[3].devbound = true;
	assert_int_equal(chain_settle_format(&chain, FORMAT_2, FORMAT_2, &report),
			 0);
}

/* ---- whole chains ---- */

static void frags_if_all(void **state)
{
	(void)state;
	assert_false(chain_frags(&chain));
	fill(3);
	assert_false(chain_frags(&chain));
	for (unsigned int i = 0; i < 3; i++)
		programs[i].frags = true;
	assert_true(chain_frags(&chain));
	for (unsigned int i = 0; i < 3; i++) {
		programs[i].frags = false;
		assert_false(chain_frags(&chain));
		programs[i].frags = true;
	}
	chain.entries[1].program = NULL;
	assert_false(chain_frags(&chain));
}

static void equality(void **state)
{
	static struct chain other;
	struct entry *e = &other.entries[1];

	(void)state;
	assert_true(chain_equal(&chain, &other));
	fill(3);
	assert_false(chain_equal(&chain, &other));
#define DIFFERS(change) \
	do { \
		other = chain; \
		assert_true(chain_equal(&chain, &other)); \
		change; \
		assert_false(chain_equal(&chain, &other)); \
		assert_false(chain_equal(&other, &chain)); \
	} while (0)
	DIFFERS(other.n = 2);
	DIFFERS(other.format = FORMAT_3);
	DIFFERS(strcpy(e->name, "other"));
	DIFFERS(e->prio++);
	DIFFERS(e->proceed_on = VERDICTS_ALL);
	DIFFERS(e->linkage = LINKAGE_EXT + 1);
	DIFFERS(e->empty = true);
	DIFFERS(e->program = &programs[9]);
	DIFFERS(e->program = NULL);
	DIFFERS(e[0] = chain.entries[2]; e[1] = chain.entries[1]);
#undef DIFFERS
	/* A program is the same by its id, wherever its description lies. */
	other = chain;
	programs[9] = programs[1];
	e->program = &programs[9];
	assert_true(chain_equal(&chain, &other));
}

/* Of two slots whose program is unknown nobody can say that they are equal. */
static void unknown_is_not_equal(void **state)
{
	static struct chain other;

	(void)state;
	fill(1);
	chain.entries[0].program = NULL;
	other = chain;
	assert_false(chain_equal(&chain, &other));
}

/* ---- requests ---- */

static struct request request(enum verb verb, const char *name)
{
	struct request rq = { .verb = verb };

	if (name) {
		rq.selector.by = SELECT_NAME;
		strcpy(rq.selector.name, name);
	}
	return rq;
}

static int edit(const struct request *rq)
{
	return request_edit(rq, NULL, &chain, &report);
}

static void edit_add(void **state)
{
	struct request rq = request(VERB_ADD, NULL);
	struct entry e = entry("fw", 50, 0);

	(void)state;
	assert_int_equal(request_edit(&rq, &e, &chain, &report), 0);
	e = entry("log", 50, 1);
	assert_int_equal(request_edit(&rq, &e, &chain, &report), 0);
	assert_order("fw log");
	assert_silent();
	assert_refused(request_edit(&rq, &e, &chain, &report), EEXIST,
		       "File exists: slot 1 of the chain is already named \"log\"");
	assert_order("fw log");
}

static void edit_del(void **state)
{
	struct request rq = request(VERB_DEL, "e1");

	(void)state;
	fill(3);
	assert_int_equal(edit(&rq), 0);
	assert_order("e0 e2");
	assert_refused(edit(&rq), ENOENT,
		       "No such entry: nothing in the chain has name \"e1\"");
	assert_order("e0 e2");
	rq.selector = (struct selector){ .by = SELECT_ID, .number = 102 };
	assert_int_equal(edit(&rq), 0);
	rq.selector = (struct selector){ .by = SELECT_SLOT, .number = 0 };
	assert_int_equal(edit(&rq), 0);
	assert_int_equal(chain.n, 0);
	assert_silent();
}

static void edit_del_if_exists(void **state)
{
	struct request rq = request(VERB_DEL, "nosuch");

	(void)state;
	rq.if_exists = true;
	assert_int_equal(edit(&rq), 0);
	fill(2);
	assert_int_equal(edit(&rq), 0);
	assert_order("e0 e1");
	assert_silent();
	/* Twins exist: choosing one is not for us. */
	put("e1", 50, 2);
	strcpy(rq.selector.name, "e1");
	assert_int_equal(edit(&rq), -ENOTUNIQ);
	assert_order("e0 e1 e1");
}

static void edit_flush(void **state)
{
	struct request rq = request(VERB_FLUSH, NULL);

	(void)state;
	assert_int_equal(edit(&rq), 0);
	fill(CHAIN_MAX);
	assert_int_equal(edit(&rq), 0);
	assert_int_equal(chain.n, 0);
	assert_silent();
}

static void edit_changes_only_what_changes(void **state)
{
	static const enum verb verbs[] = { VERB_SHOW, VERB_FEATURES, VERB_HELP };

	(void)state;
	fill(2);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		struct request rq = request(verbs[i], "e0");

		assert_int_equal(edit(&rq), -EINVAL);
		assert_order("e0 e1");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(verdicts_have_names),
		TEST(names_that_we_write),
		TEST(find_by_each),
		TEST(find_nothing),
		TEST(find_in_nothing),
		TEST(find_twins),
		TEST(find_without_program),
		TEST(add_by_priority),
		TEST(add_to_unordered),
		TEST(add_taken_name),
		TEST(add_keeps_all_of_it),
		TEST(full_chain),
		TEST(del_each_slot),
		TEST(random_adds_and_dels),
		TEST(formats),
		TEST(any_devbound_counts),
		TEST(frags_if_all),
		TEST(equality),
		TEST(unknown_is_not_equal),
		TEST(edit_add),
		TEST(edit_del),
		TEST(edit_del_if_exists),
		TEST(edit_flush),
		TEST(edit_changes_only_what_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
