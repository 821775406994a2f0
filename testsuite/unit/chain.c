// SPDX-License-Identifier: GPL-2.0-or-later
/* The model of a chain: names, selectors, order. */
#include "between.h"
#include "fixture.h"

#include "model/nearest.h"

static int insert(const char *name, unsigned int program, const struct place *place, __u32 own)
{
	struct entry e = entry(name, own, program);

	return chain_insert(&chain, &e, place, &report);
}

static int add(const char *name, __u32 prio, unsigned int program)
{
	struct place place = { .how = PLACE_PRIO, .prio = prio };

	return insert(name, program, &place, prio);
}

static struct place beside(enum place_how how, const char *name)
{
	struct place place = { .how = how };

	if (name)
		place.beside = by_name(name);
	return place;
}

static void del(unsigned int slot)
{
	assert_int_equal(chain_del(&chain, slot, &report), 0);
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
		"a",	     "Z",  "_",	 ".",	       ":",	"fw",	"xdp_fw", "a-b",
		"a.b:c_d-9", "_0", ".9", "azAZ09_.:-", LONGEST, "help", "dev",
	};
	static const char *const bad[] = {
		"",	     "0",
		"9a",	     "-",
		"-a",	     " ",
		" a",	     "a ",
		"a b",	     "a/b",
		"/",	     "a\n",
		"\n",	     "a\t",
		"a\\",	     "a\"b",
		"a'b",	     "a#",
		"a,b",	     "a@b",
		"a[",	     "a`",
		"a{",	     "a+",
		"a;",	     "a<",
		"a=",	     "a$",
		"a*",	     "a?",
		"\xc3\xa9",  "a\xc3\xa9",
		"a\x80",     "a\xff",
		"a\x7f",     "a\x01",
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
	assert_refused(find(SELECT_NAME, "e", 0), ENOENT, "The chain has no entry named \"e\"");
	assert_refused(find(SELECT_NAME, "E0", 0), ENOENT, "The chain has no entry named \"E0\"");
	assert_refused(find(SELECT_NAME, LONGEST, 0), ENOENT,
		       "The chain has no entry named \"" LONGEST "\"");
	assert_refused(find(SELECT_ID, "", 103), ENOENT, "The chain has no entry with id 103");
	assert_refused(find(SELECT_ID, "", UINT32_MAX), ENOENT,
		       "The chain has no entry with id 4294967295");
	assert_refused(find(SELECT_TAG, "", 0xab), ENOENT,
		       "The chain has no entry with tag abababababababab");
	assert_refused(find(SELECT_SLOT, "", 3), ENOENT, "The chain has no entry in slot 3");
	assert_refused(find(SELECT_SLOT, "", UINT32_MAX), ENOENT,
		       "The chain has no entry in slot 4294967295");
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
	assert_refused(
		find(SELECT_NAME, "fw", 0), ENOTUNIQ,
		"name \"fw\" matches several entries (slot 0 id 100, slot 2 id 102): select by id or slot");
	assert_int_equal(find(SELECT_NAME, "log", 0), 1);
	assert_int_equal(find(SELECT_ID, "", 102), 2);
	assert_int_equal(find(SELECT_SLOT, "", 3), 3);
	put("again", 50, 0);
	assert_refused(
		find(SELECT_ID, "", 100), ENOTUNIQ,
		"id 100 matches several entries (slot 0 id 100, slot 4 id 100): select by id or slot");
	assert_refused(
		find(SELECT_TAG, "", 0), ENOTUNIQ,
		"tag 0000000000000000 matches several entries (slot 0 id 100, slot 4 id 100): select by id or slot");
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
	assert_refused(
		find(SELECT_NAME, "e1", 0), ENOTUNIQ,
		"name \"e1\" matches several entries (slot 0 id 0, slot 1 id 101): select by id or slot");
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
	assert_refused(
		add("log", 1, 2), EEXIST,
		"The chain already has an entry named \"log\", in slot 1: choose another name, or \"replace\" it");
	assert_order("fw log");
	assert_int_equal(add("LOG", 1, 2), 0);
}

static void add_keeps_all_of_it(void **state)
{
	const struct place place = { .how = PLACE_PRIO, .prio = 7 };
	struct entry e = entry("x", 7, 3);

	(void)state;
	e.proceed_on = VERDICTS_ALL;
	fill(2);
	e.go_to[VERDICT_DROP] = 2;
	e.disabled = true;
	assert_int_equal(chain_insert(&chain, &e, &place, &report), 0);
	e.uid = 3;
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
		       "The chain is full: it has 250 entries; delete one first");
	assert_int_equal(chain.n, CHAIN_MAX);
	assert_string_equal(chain.entries[0].name, "e0");
	del(0);
	assert_int_equal(add("more", 0, CHAIN_MAX), 0);
	assert_int_equal(chain.n, CHAIN_MAX);
	del(CHAIN_MAX - 1);
	assert_int_equal(chain.n, CHAIN_MAX - 1);
	assert_string_equal(chain.entries[CHAIN_MAX - 2].name, "e248");
}

static void del_each_slot(void **state)
{
	static const char *const left[] = {
		"e1 e2 e3",
		"e0 e2 e3",
		"e0 e1 e3",
		"e0 e1 e2",
	};

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		chain.n = 0;
		fill(4);
		del(i);
		assert_order(left[i]);
	}
	for (unsigned int i = 0; i < 3; i++)
		del(0);
	assert_int_equal(chain.n, 0);
}

/* ---- exact places ---- */

#define MAX UINT32_MAX

/* Into a chain of a, b, c with these priorities. */
static const struct place_row {
	__u32 prios[3];
	enum place_how how;
	const char *beside;
	__u32 own;
	const char *order;
	__u32 prio; /* that x gets */
} place_rows[] = {
	/* its own where that fits */
	{ { 10, 20, 30 }, PLACE_FIRST, NULL, 5, "x a b c", 5 },
	{ { 10, 20, 30 }, PLACE_FIRST, NULL, 0, "x a b c", 0 },
	{ { 10, 20, 30 }, PLACE_LAST, NULL, 50, "a b c x", 50 },
	{ { 10, 20, 30 }, PLACE_LAST, NULL, MAX, "a b c x", MAX },
	{ { 10, 20, 30 }, PLACE_BEFORE, "b", 19, "a x b c", 19 },
	{ { 10, 20, 30 }, PLACE_BEFORE, "b", 11, "a x b c", 11 },
	{ { 10, 20, 30 }, PLACE_AFTER, "b", 21, "a b x c", 21 },
	{ { 10, 20, 60 }, PLACE_BEFORE, "c", 50, "a b x c", 50 },
	/* else next to the only neighbour */
	{ { 10, 20, 30 }, PLACE_FIRST, NULL, 50, "x a b c", 9 },
	{ { 10, 20, 30 }, PLACE_FIRST, NULL, 10, "x a b c", 9 },
	{ { 10, 20, 30 }, PLACE_BEFORE, "a", 50, "x a b c", 9 },
	{ { 1, 20, 30 }, PLACE_FIRST, NULL, 50, "x a b c", 0 },
	{ { 10, 20, 50 }, PLACE_LAST, NULL, 50, "a b c x", 51 },
	{ { 10, 20, 60 }, PLACE_AFTER, "c", 50, "a b c x", 61 },
	{ { 10, 20, MAX - 1 }, PLACE_LAST, NULL, 50, "a b c x", MAX },
	/* or half way between two */
	{ { 10, 20, 30 }, PLACE_BEFORE, "b", 50, "a x b c", 15 },
	{ { 10, 20, 30 }, PLACE_AFTER, "b", 20, "a b x c", 25 },
	{ { 10, 12, 30 }, PLACE_AFTER, "a", 12, "a x b c", 11 },
	{ { 10, 12, 30 }, PLACE_AFTER, "a", 10, "a x b c", 11 },
	{ { 0, MAX, MAX }, PLACE_AFTER, "a", 0, "a x b c", MAX / 2 },
	/* nothing free: a tie */
	{ { 0, 20, 30 }, PLACE_FIRST, NULL, 50, "x a b c", 0 },
	{ { 10, 20, MAX }, PLACE_LAST, NULL, 50, "a b c x", MAX },
	{ { 10, 11, 30 }, PLACE_BEFORE, "b", 50, "a x b c", 10 },
	{ { 50, 50, 50 }, PLACE_BEFORE, "b", 50, "a x b c", 50 },
	{ { 50, 50, 50 }, PLACE_AFTER, "b", 7, "a b x c", 50 },
	/* 50 and 50 cannot part, but the ends are free */
	{ { 50, 50, 50 }, PLACE_FIRST, NULL, 50, "x a b c", 49 },
	{ { 50, 50, 50 }, PLACE_LAST, NULL, 50, "a b c x", 51 },
};

static void check_place(const struct place_row *row, size_t i)
{
	struct place place = beside(row->how, row->beside);
	int slot;

	for (unsigned int k = 0; k < 3; k++)
		put((const char *[]){ "a", "b", "c" }[k], row->prios[k], k);
	slot = insert("x", 3, &place, row->own);
	assert_order(row->order);
	if (slot < 0 || chain.entries[slot].prio != row->prio)
		fail_msg("row %zu: slot %d, prio %u", i, slot,
			 slot < 0 ? 0 : chain.entries[slot].prio);
}

static void exact_places(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(place_rows); i++) {
		setup(state);
		check_place(&place_rows[i], i);
		assert_silent();
	}
}

/* Alone, whatever the place is called, it keeps its own priority. */
static void places_in_nothing(void **state)
{
	struct place place = { .how = PLACE_FIRST };

	assert_int_equal(insert("x", 0, &place, 7), 0);
	assert_int_equal(chain.entries[0].prio, 7);
	setup(state);
	place.how = PLACE_LAST;
	assert_int_equal(insert("x", 0, &place, 7), 0);
	assert_int_equal(chain.entries[0].prio, 7);
	setup(state);
	place = beside(PLACE_BEFORE, "x");
	assert_refused(insert("x", 0, &place, 7), ENOENT, "The chain has no entry named \"x\"");
	assert_int_equal(chain.n, 0);
}

static void places_beside_nobody(void **state)
{
	struct place place = beside(PLACE_AFTER, "nosuch");
	static struct chain before;

	(void)state;
	fill(3);
	put("e1", 60, 3);
	before = chain;
	assert_refused(insert("x", 0, &place, 7), ENOENT,
		       "The chain has no entry named \"nosuch\"");
	place = beside(PLACE_BEFORE, "e1");
	assert_refused(
		insert("x", 0, &place, 7), ENOTUNIQ,
		"name \"e1\" matches several entries (slot 1 id 101, slot 3 id 103): select by id or slot");
	assert_int_equal(chain_move(&chain, 0, &place, &report), -ENOTUNIQ);
	report_clear_error(&report);
	place = beside(PLACE_AFTER, "nosuch");
	assert_int_equal(chain_move(&chain, 0, &place, &report), -ENOENT);
	assert_true(chain_equal(&chain, &before));
}

/* ---- moving, renaming, taking out ---- */

static int move_beside_slot(unsigned int slot, enum place_how how, __u32 to)
{
	struct place place = {
		.how = how,
		.beside = { .by = SELECT_SLOT, .number = to },
	};

	return chain_move(&chain, slot, &place, &report);
}

/* Without the one that moved the others stand as before. */
static void take_out_and_compare(unsigned int uid, unsigned int from)
{
	unsigned int next = 0;

	for (unsigned int i = 0; i < chain.n; i++) {
		if (chain.entries[i].uid == uid)
			continue;
		next += next == from;
		assert_int_equal(chain.entries[i].uid, 1 + next++);
	}
}

/* From every slot to before and behind every other: those that stay keep their
 * order, and slot numbers are those that show printed. */
static void move_everywhere(void **state)
{
	for (unsigned int from = 0; from < 5; from++) {
		for (unsigned int to = 0; to < 10; to++) {
			unsigned int uid, other;
			int slot, want;

			setup(state);
			fill(5);
			uid = chain.entries[from].uid;
			other = chain.entries[to / 2].uid;
			if (from == to / 2)
				continue;
			slot = move_beside_slot(from, to & 1 ? PLACE_AFTER : PLACE_BEFORE, to / 2);
			want = chain_slot(&chain, other) + (to & 1 ? 1 : -1);
			assert_int_equal(slot, want);
			assert_int_equal(chain_slot(&chain, uid), want);
			take_out_and_compare(uid, from);
		}
	}
}

static void move_beside_itself(void **state)
{
	struct place place = beside(PLACE_BEFORE, "e1");

	(void)state;
	fill(3);
	assert_refused(chain_move(&chain, 1, &place, &report), EINVAL,
		       "Entry \"e1\" cannot be placed beside itself: name another entry");
	assert_refused(move_beside_slot(2, PLACE_AFTER, 2), EINVAL,
		       "Entry \"e2\" cannot be placed beside itself: name another entry");
	assert_order("e0 e1 e2");
}

static void move_by_priority(void **state)
{
	struct place place = { .how = PLACE_PRIO, .prio = 50 };

	(void)state;
	fill(3);
	assert_int_equal(chain_move(&chain, 0, &place, &report), 2);
	assert_order("e1 e2 e0");
	place.prio = 49;
	assert_int_equal(chain_move(&chain, 1, &place, &report), 0);
	assert_order("e2 e1 e0");
	assert_int_equal(chain.entries[0].prio, 49);
	place.how = PLACE_LAST;
	assert_int_equal(chain_move(&chain, 0, &place, &report), 2);
	assert_int_equal(chain.entries[2].prio, 51);
	place.how = PLACE_FIRST;
	assert_int_equal(chain_move(&chain, 2, &place, &report), 0);
	assert_int_equal(chain.entries[0].prio, 49);
	/* where it is already: its priority fits and stays */
	assert_int_equal(chain_move(&chain, 0, &place, &report), 0);
	assert_int_equal(chain.entries[0].prio, 49);
	assert_order("e2 e1 e0");
	assert_silent();
}

/* Rules follow the entry, not its slot or name. */
static void rules_follow(void **state)
{
	struct place last = { .how = PLACE_LAST };

	(void)state;
	fill(4);
	chain.entries[0].go_to[VERDICT_DROP] = chain.entries[2].uid;
	assert_int_equal(chain_move(&chain, 2, &last, &report), 3);
	assert_int_equal(rules_next(&chain, 0, VERDICT_DROP), 3);
	assert_int_equal(chain_rename(&chain, 3, "other", &report), 0);
	assert_int_equal(rules_next(&chain, 0, VERDICT_DROP), 3);
	del(1);
	assert_int_equal(rules_next(&chain, 0, VERDICT_DROP), 2);
	assert_order("e0 e3 other");
}

static void rename_if_free(void **state)
{
	(void)state;
	fill(3);
	assert_int_equal(chain_rename(&chain, 1, "e1", &report), 0);
	assert_int_equal(chain_rename(&chain, 1, LONGEST, &report), 0);
	assert_order("e0 " LONGEST " e2");
	assert_refused(
		chain_rename(&chain, 1, "e2", &report), EEXIST,
		"The chain already has an entry named \"e2\", in slot 2: choose another name, or \"replace\" it");
	assert_int_equal(chain_rename(&chain, 1, "e1", &report), 0);
	assert_order("e0 e1 e2");
}

static void del_of_a_target(void **state)
{
	(void)state;
	fill(4);
	chain.entries[0].go_to[VERDICT_TX] = chain.entries[2].uid;
	chain.entries[1].go_to[VERDICT_ABORTED] = chain.entries[3].uid;
	assert_refused(chain_del(&chain, 2, &report), EBUSY,
		       "Entry \"e0\" goes to \"e2\" on tx: change that rule first");
	assert_refused(chain_del(&chain, 3, &report), EBUSY,
		       "Entry \"e1\" goes to \"e3\" on aborted: change that rule first");
	assert_order("e0 e1 e2 e3");
	del(0);
	del(1);
	assert_order("e1 e3");
	/* only others count, should a foreign chain go to itself */
	chain.entries[1].go_to[VERDICT_DROP] = chain.entries[1].uid;
	del(0);
	del(0);
	assert_int_equal(chain.n, 0);
}

static void uids_are_not_used_again(void **state)
{
	unsigned int uid;

	(void)state;
	fill(3);
	uid = chain.entries[2].uid;
	del(2);
	assert_int_equal(chain_slot(&chain, uid), -1);
	assert_int_equal(add("new", 50, 3), 2);
	assert_int_not_equal(chain.entries[2].uid, uid);
	assert_int_equal(chain_slot(&chain, uid), -1);
	assert_int_equal(chain_slot(&chain, 0), -1);
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
		if (strcmp(chain.entries[i].name, name) || chain.entries[i].prio != list[i].prio)
			fail_msg("slot %u is %s prio %u, expected %s prio %u", i,
				 chain.entries[i].name, chain.entries[i].prio, name, list[i].prio);
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
		assert_between(slot, 0, *n - 1);
		assert_int_equal(list[slot].serial, serial);
	}
	report_clear_error(&report);
}

static void list_del(struct listed *list, unsigned int *n)
{
	unsigned int slot = lrand48() / 7 % *n;

	del(slot);
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
	/* what is not called does not matter, and nothing is not enough */
	chain.entries[1].disabled = true;
	assert_true(chain_frags(&chain));
	chain.entries[0].disabled = chain.entries[2].disabled = true;
	assert_false(chain_frags(&chain));
}

/* For generic mode; but both sides of a tail call are for several buffers or neither. */
static void linear_has_no_frags(void **state)
{
	(void)state;
	fill(3);
	chain.linear = true;
	assert_false(chain_made_for_generic(&chain));
	for (unsigned int i = 0; i < 3; i++)
		programs[i].frags = true;
	assert_false(chain_frags(&chain));
	assert_true(chain_made_for_generic(&chain));
	chain.entries[1].linkage = LINKAGE_TAIL;
	assert_true(chain_frags(&chain));
	assert_false(chain_made_for_generic(&chain));
	chain.entries[1].disabled = true;
	assert_false(chain_frags(&chain));
	/* the shim that calls it is a program of its own */
	chain.entries[1].disabled = false;
	programs[1].no_type = true;
	assert_false(chain_frags(&chain));
	programs[1].no_type = false;
	programs[2].frags = false;
	assert_false(chain_frags(&chain));
}

static void enabled_ones(void **state)
{
	(void)state;
	assert_int_equal(chain_enabled(&chain), 0);
	fill(CHAIN_MAX);
	assert_int_equal(chain_enabled(&chain), CHAIN_MAX);
	for (unsigned int i = 0; i < CHAIN_MAX; i++) {
		chain.entries[i].disabled = true;
		assert_int_equal(chain_enabled(&chain), CHAIN_MAX - 1 - i);
	}
}

static void equality(void **state)
{
	static struct chain other;
	struct entry *e = &other.entries[1];

	(void)state;
	assert_true(chain_equal(&chain, &other));
	fill(3);
	assert_false(chain_equal(&chain, &other));
#define DIFFERS(change)                                    \
	do {                                               \
		other = chain;                             \
		assert_true(chain_equal(&chain, &other));  \
		change;                                    \
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
	DIFFERS(e->disabled = true);
	DIFFERS(other.keep_extended = true);
	DIFFERS(e->go_to[VERDICT_TX] = e[1].uid);
	DIFFERS(e[0] = chain.entries[2]; e[1] = chain.entries[1]);
#undef DIFFERS
	/* Where a goto leads counts, not how uids were given. */
	chain.entries[0].go_to[VERDICT_DROP] = chain.entries[2].uid;
	other = chain;
	for (unsigned int i = 0; i < 3; i++)
		other.entries[i].uid += 70;
	assert_false(chain_equal(&chain, &other));
	other.entries[0].go_to[VERDICT_DROP] += 70;
	assert_true(chain_equal(&chain, &other));
	other.entries[0].go_to[VERDICT_DROP]--;
	assert_false(chain_equal(&chain, &other));
	/* A program is the same by its id, wherever its description lies. */
	other = chain;
	assert_true(chain_equal(&chain, &other));
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

/* A chain as it is read: what is wanted is in force. */
static void read_back(struct chain *is)
{
	*is = chain;
	for (unsigned int i = 0; i < is->n; i++)
		is->entries[i].in_force = is->entries[i].proceed_on;
}

/* What runs is compared with what is wanted, not with what was wanted of it. */
static void what_is_in_force(void **state)
{
	static struct chain is;
	struct entry *e = &is.entries[1];

	(void)state;
	fill(3);
	chain.entries[1].proceed_on = 0x6;
	read_back(&is);
	assert_true(chain_in_force(&is, &chain));
	assert_true(chain_in_force(&is, &is));
	/* libxdp rebuilt it: less is in force, and as much is wanted. */
	e->in_force = 0x4;
	assert_true(chain_equal(&is, &chain));
	assert_false(chain_in_force(&is, &chain));
	assert_false(chain_in_force(&is, &is));
	/* More is no better; and what is in force may be what is wanted now. */
	e->in_force = 0xe;
	assert_false(chain_in_force(&is, &chain));
	e->in_force = 0x4;
	chain.entries[1].proceed_on = e->proceed_on = 0x4;
	assert_true(chain_in_force(&is, &chain));
	/* Nobody asks what is in force in a chain that is wanted. */
	chain.entries[0].in_force = 0x1f;
	assert_true(chain_in_force(&is, &chain));
	strcpy(chain.entries[2].name, "other");
	assert_false(chain_in_force(&is, &chain));
}

static void nothing_is_in_force(void **state)
{
	static const struct chain none;

	(void)state;
	assert_true(chain_in_force(&none, &none));
	fill(1);
	assert_false(chain_in_force(&none, &chain));
	/* A chain that was never read. */
	assert_false(chain_in_force(&chain, &chain));
}

/* A chain of letters: (e)xtension, (t)ail-called, loaded with (n)o attach type;
 * in capitals when it is disabled.  And what ties each: (E)xt, (T)ail, (S)him. */
static const struct {
	const char *chain;
	const char *ties;
} ties[] = {
	{ "e", "E" },
	{ "t", "T" },
	{ "et", "ET" },
	/* A dispatcher without attach type calls what has none, and only that. */
	{ "n", "T" },
	{ "nn", "TT" },
	{ "en", "ES" },
	{ "tn", "TS" },
	{ "nten", "STES" },
	/* Who is disabled is not tied, and does not matter to the others. */
	{ "ETN", "---" },
	{ "nEn", "T-T" },
	{ "Nn", "-T" },
	{ "Ne", "-E" },
	{ "TnEt", "-S-T" },
};

static void fill_with(const char *letters)
{
	setup(NULL);
	fill(strlen(letters));
	for (unsigned int i = 0; i < chain.n; i++) {
		struct entry *e = &chain.entries[i];

		e->disabled = letters[i] < 'a';
		e->linkage = strchr("eE", letters[i]) ? LINKAGE_EXT : LINKAGE_TAIL;
		programs[i].no_type = strchr("nN", letters[i]);
	}
}

static void tie_of_each(void **state)
{
	static const char letters[] = {
		[TIE_NONE] = '-',
		[TIE_EXT] = 'E',
		[TIE_TAIL] = 'T',
		[TIE_SHIM] = 'S',
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ties); i++) {
		char got[8] = "";

		fill_with(ties[i].chain);
		for (unsigned int slot = 0; slot < chain.n; slot++)
			got[slot] = letters[chain_tie(&chain, slot)];
		assert_string_equal(got, ties[i].ties);
		assert_int_equal(chain_has_tail(&chain), !!strchr(got, 'T'));
	}
}

/* An entry of which nothing is known but its linkage. */
static void tie_without_program(void **state)
{
	(void)state;
	fill_with("et");
	chain.entries[0].program = chain.entries[1].program = NULL;
	assert_int_equal(chain_tie(&chain, 0), TIE_EXT);
	assert_int_equal(chain_tie(&chain, 1), TIE_TAIL);
	assert_true(tie_has_link(TIE_EXT) && tie_has_link(TIE_SHIM));
	assert_false(tie_has_link(TIE_TAIL) || tie_has_link(TIE_NONE));
}

static void nearest(void **state)
{
	char names[128];

	(void)state;
	nearest_names(&chain, "fw", names, sizeof(names));
	assert_string_equal(names, "");
	put("counter", 10, 0);
	put("firewall", 20, 1);
	put("fw", 30, 2);
	put("wf", 40, 3);
	nearest_names(&chain, "fw2", names, sizeof(names));
	assert_string_equal(names, "\"fw\", \"wf\", \"firewall\"");
	nearest_names(&chain, "firewal", names, sizeof(names));
	assert_non_null(strstr(names, "\"firewall\""));
	assert_ptr_equal(strstr(names, "\"firewall\""), names);
	nearest_names(&chain, LONGEST, names, sizeof(names));
	assert_non_null(strstr(names, "\"counter\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nearest),
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
		TEST(exact_places),
		TEST(places_in_nothing),
		TEST(places_beside_nobody),
		TEST(move_everywhere),
		TEST(move_beside_itself),
		TEST(move_by_priority),
		TEST(rules_follow),
		TEST(rename_if_free),
		TEST(del_of_a_target),
		TEST(uids_are_not_used_again),
		TEST(enabled_ones),
		TEST(frags_if_all),
		TEST(linear_has_no_frags),
		TEST(equality),
		TEST(unknown_is_not_equal),
		TEST(what_is_in_force),
		TEST(nothing_is_in_force),
		TEST(tie_of_each),
		TEST(tie_without_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
