// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests applied to chains: one by one, and at random against a list. */
#include "between.h"
#include "fixture.h"
#include "model/request.h"

/* ---- one by one ---- */

static struct entry_request words;
static struct request rq;
static struct new_program new_program;

/* A request of one entry, with program 9 where @loads. */
static void ask(enum verb verb, const char *name, bool loads)
{
	memset(&words, 0, sizeof(words));
	rq = (struct request){ .verb = verb, .entries = &words, .n_entries = 1 };
	if (name && (verb == VERB_CHANGE || verb == VERB_DEL))
		rq.selector = by_name(name);
	else if (name)
		strcpy(words.name, name);
	words.source.object = loads ? "o" : NULL;
	new_program = (struct new_program){
		.program = loads ? &programs[9] : NULL,
		.name = "func",
		.prio = 40,
		.proceed_on = VERDICT_BIT(VERDICT_TX),
	};
}

static void rule(__u32 mask, enum fate fate, const char *to)
{
	struct rule_request *r = &words.rules[words.n_rules++];

	*r = (struct rule_request){ .mask = mask, .fate = fate };
	if (to)
		r->to = by_name(to);
}

static int edit(void)
{
	return request_edit(&rq, &new_program, &chain, &report);
}

static void edit_ok(void)
{
	assert_int_equal(edit(), 0);
	assert_silent();
}

static void loading_requests(void **state)
{
	struct entry_request e = { .name = "n" };

	(void)state;
	assert_false(request_loads(&e));
	e.source.id = 1;
	assert_true(request_loads(&e));
	e.source = (struct program_source){ .pinned = "p" };
	assert_true(request_loads(&e));
	e.source = (struct program_source){ .object = "o" };
	assert_true(request_loads(&e));
	e.source = (struct program_source){ .section = "s", .function = "f" };
	assert_false(request_loads(&e));
}

static void same_programs(void **state)
{
	struct program *a = &programs[0], *b = &programs[1];

	(void)state;
	assert_true(request_same_program(a, a));
	assert_false(request_same_program(a, b));
	/* nothing known is nothing in common */
	a->id = b->id = 0;
	assert_false(request_same_program(a, b));
	strcpy(a->origin.sha256, "12");
	assert_false(request_same_program(a, b));
	assert_false(request_same_program(b, a));
	strcpy(b->origin.sha256, "12");
	assert_true(request_same_program(a, b));
	b->origin.object = "/elsewhere";
	assert_true(request_same_program(a, b));
	strcpy(b->origin.function, "f");
	assert_false(request_same_program(a, b));
	strcpy(a->origin.function, "f");
	a->origin.pinmaps = "/sys/fs/bpf/m";
	assert_false(request_same_program(a, b));
	b->origin.pinmaps = "/sys/fs/bpf/m";
	assert_true(request_same_program(a, b));
	strcpy(b->origin.sha256, "13");
	assert_false(request_same_program(a, b));
	/* a tag does not cover data */
	memcpy(a->tag, b->tag, BPF_TAG_BYTES);
	assert_false(request_same_program(a, b));
}

static void add_by_object(void **state)
{
	(void)state;
	fill(2);
	ask(VERB_ADD, NULL, true);
	edit_ok();
	assert_order("func e0 e1");
	assert_int_equal(chain.entries[0].prio, 40);
	assert_int_equal(chain.entries[0].proceed_on, VERDICT_BIT(VERDICT_TX));
	assert_ptr_equal(chain.entries[0].program, &programs[9]);
	assert_refused(
		edit(), EEXIST,
		"The chain already has an entry named \"func\", in slot 0: choose another name, or \"replace\" it");
}

static void add_with_words(void **state)
{
	(void)state;
	fill(3);
	ask(VERB_ADD, "new", true);
	words.has_place = true;
	words.place.how = PLACE_BEFORE;
	words.place.beside = by_name("e1");
	words.has_proceed_on = true;
	words.proceed_on = VERDICT_BIT(VERDICT_PASS) | VERDICT_BIT(VERDICT_DROP);
	rule(VERDICT_BIT(VERDICT_DROP), FATE_STOP, NULL);
	rule(VERDICT_BIT(VERDICT_TX) | VERDICT_BIT(VERDICT_REDIRECT), FATE_GOTO, "e2");
	rule(VERDICT_BIT(VERDICT_ABORTED), FATE_NEXT, NULL);
	edit_ok();
	assert_order("e0 new e1 e2");
	assert_int_equal(chain.entries[1].prio, 50);
	assert_int_equal(chain.entries[1].proceed_on, 0x5);
	assert_int_equal(rules_next(&chain, 1, VERDICT_TX), 3);
	assert_int_equal(rules_next(&chain, 1, VERDICT_REDIRECT), 3);
	assert_int_equal(rules_next(&chain, 1, VERDICT_DROP), -1);
}

static void add_with_bad_goto(void **state)
{
	(void)state;
	fill(2);
	ask(VERB_ADD, "new", true);
	words.has_place = true;
	words.place.how = PLACE_LAST;
	rule(VERDICT_BIT(VERDICT_DROP), FATE_GOTO, "e1");
	assert_refused(
		edit(), EINVAL,
		"A goto can only go forward: \"new\" (slot 2) cannot go to \"e1\" (slot 1) on drop; change the order or the rule");
	chain.n = 2;
	rq.entries[0].rules[0].to = by_name("new");
	assert_refused(
		edit(), EINVAL,
		"A goto can only go forward: \"new\" (slot 2) cannot go to \"new\" (slot 2) on drop; change the order or the rule");
	chain.n = 2;
	rq.entries[0].rules[0].to = by_name("nosuch");
	assert_refused(edit(), ENOENT, "The chain has no entry named \"nosuch\"");
}

static void replace_keeps_all(void **state)
{
	(void)state;
	fill(3);
	chain.entries[1].proceed_on = 0x1f;
	chain.entries[1].disabled = true;
	rules_set(&chain.entries[1], 1, FATE_GOTO, chain.entries[2].uid);
	ask(VERB_REPLACE, "e1", true);
	edit_ok();
	assert_order("e0 e1 e2");
	assert_int_equal(chain.entries[1].prio, 50);
	assert_int_equal(chain.entries[1].proceed_on, 0x1e);
	assert_int_equal(rules_next(&chain, 1, 0), 2);
	assert_true(chain.entries[1].disabled);
	assert_ptr_equal(chain.entries[1].program, &programs[9]);
	/* the name is the function's by default, and may be new */
	ask(VERB_REPLACE, NULL, true);
	edit_ok();
	assert_order("func e0 e1 e2");
	edit_ok();
	assert_order("func e0 e1 e2");
}

static void replace_by_the_same(void **state)
{
	static struct chain before;

	(void)state;
	fill(3);
	strcpy(programs[1].origin.sha256, "12");
	strcpy(programs[9].origin.sha256, "12");
	before = chain;
	ask(VERB_REPLACE, "e1", true);
	edit_ok();
	assert_true(chain_equal(&chain, &before));
	assert_ptr_equal(chain.entries[1].program, &programs[1]);
	/* which still may change the rules */
	words.has_proceed_on = true;
	words.proceed_on = VERDICTS_ALL;
	edit_ok();
	assert_int_equal(chain.entries[1].proceed_on, VERDICTS_ALL);
	assert_ptr_equal(chain.entries[1].program, &programs[1]);
	/* with the tag that was asked for */
	words.source.has_tag = true;
	memcpy(words.source.tag, programs[1].tag, BPF_TAG_BYTES);
	edit_ok();
	words.source.tag[0] ^= 1;
	assert_refused(
		edit(), EBADMSG,
		"Program 101 is unchanged, but it does not have the given tag: correct or leave out \"tag\"");
}

static void replace_one_of_twins(void **state)
{
	(void)state;
	fill(2);
	put("e1", 50, 2);
	ask(VERB_REPLACE, "e1", true);
	assert_int_equal(edit(), -ENOTUNIQ);
	assert_order("e0 e1 e1");
}

static void change_everything(void **state)
{
	(void)state;
	fill(4);
	ask(VERB_CHANGE, "e0", true);
	strcpy(words.name, "other");
	words.has_place = true;
	words.place.how = PLACE_AFTER;
	words.place.beside = by_name("e2");
	rule(VERDICT_BIT(VERDICT_DROP), FATE_GOTO, "e3");
	words.toggle = TOGGLE_DISABLE;
	edit_ok();
	assert_order("e1 e2 other e3");
	assert_true(chain.entries[2].disabled);
	assert_int_equal(chain.entries[2].proceed_on, 0x4);
	assert_int_equal(rules_next(&chain, 2, VERDICT_DROP), 3);
	assert_ptr_equal(chain.entries[2].program, &programs[9]);
	ask(VERB_CHANGE, "other", false);
	words.toggle = TOGGLE_ENABLE;
	edit_ok();
	assert_false(chain.entries[2].disabled);
	assert_ptr_equal(chain.entries[2].program, &programs[9]);
	ask(VERB_CHANGE, "e0", false);
	assert_refused(edit(), ENOENT, "The chain has no entry named \"e0\"");
	ask(VERB_CHANGE, "e1", false);
	strcpy(words.name, "e3");
	assert_refused(
		edit(), EEXIST,
		"The chain already has an entry named \"e3\", in slot 3: choose another name, or \"replace\" it");
}

/* A move must not turn a goto of another entry, or its own, backward. */
static void change_order_of_gotos(void **state)
{
	(void)state;
	fill(3);
	rules_set(&chain.entries[0], 2, FATE_GOTO, chain.entries[2].uid);
	ask(VERB_CHANGE, "e2", false);
	words.has_place = true;
	words.place.how = PLACE_FIRST;
	assert_refused(
		edit(), EINVAL,
		"A goto can only go forward: \"e0\" (slot 1) cannot go to \"e2\" (slot 0) on drop; change the order or the rule");
	setup(state);
	fill(3);
	rules_set(&chain.entries[0], 2, FATE_GOTO, chain.entries[2].uid);
	ask(VERB_CHANGE, "e0", false);
	words.has_place = true;
	words.place.how = PLACE_LAST;
	assert_refused(
		edit(), EINVAL,
		"A goto can only go forward: \"e0\" (slot 2) cannot go to \"e2\" (slot 1) on drop; change the order or the rule");
	/* unless the same line changes the rule */
	setup(state);
	fill(3);
	rules_set(&chain.entries[0], 2, FATE_GOTO, chain.entries[2].uid);
	rule(VERDICT_BIT(VERDICT_DROP), FATE_STOP, NULL);
	edit_ok();
	assert_order("e1 e2 e0");
}

static void del_some(void **state)
{
	(void)state;
	fill(3);
	ask(VERB_DEL, "e1", false);
	edit_ok();
	assert_order("e0 e2");
	assert_refused(edit(), ENOENT, "The chain has no entry named \"e1\"");
	rq.if_exists = true;
	edit_ok();
	assert_order("e0 e2");
	rules_set(&chain.entries[0], 2, FATE_GOTO, chain.entries[1].uid);
	rq.selector = (struct selector){ .by = SELECT_ID, .number = 102 };
	assert_refused(edit(), EBUSY,
		       "Entry \"e0\" goes to \"e2\" on drop: change that rule first");
	rq.selector = (struct selector){ .by = SELECT_SLOT, .number = 0 };
	edit_ok();
	edit_ok();
	assert_int_equal(chain.n, 0);
	edit_ok();
}

/* Twins exist: choosing one is not for us. */
static void del_one_of_twins(void **state)
{
	(void)state;
	fill(2);
	put("e1", 50, 2);
	ask(VERB_DEL, "e1", false);
	rq.if_exists = true;
	assert_int_equal(edit(), -ENOTUNIQ);
	assert_order("e0 e1 e1");
}

static void del_leaves_unreached(void **state)
{
	(void)state;
	fill(4);
	chain.entries[1].proceed_on = 0;
	rules_set(&chain.entries[0], 2, FATE_GOTO, chain.entries[2].uid);
	rules_set(&chain.entries[0], 1, FATE_GOTO, chain.entries[3].uid);
	ask(VERB_CHANGE, "e0", false);
	rule(VERDICT_BIT(VERDICT_DROP), FATE_STOP, NULL);
	assert_int_equal(edit(), 0);
	assert_warned("Entry \"e2\" never runs: no rule of an entry before it leads there");
}

static void flush_and_others(void **state)
{
	static const enum verb verbs[] = {
		VERB_SHOW, VERB_SAVE, VERB_CHECK, VERB_FEATURES, VERB_HELP,
	};

	(void)state;
	fill(CHAIN_MAX);
	ask(VERB_SET, NULL, false);
	edit_ok();
	assert_int_equal(chain.n, CHAIN_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		ask(verbs[i], NULL, false);
		assert_int_equal(edit(), -EINVAL);
		report_clear_error(&report);
		assert_int_equal(chain.n, CHAIN_MAX);
	}
	ask(VERB_FLUSH, NULL, false);
	edit_ok();
	assert_int_equal(chain.n, 0);
	edit_ok();
}

/* ---- restore ---- */

static struct entry_request lines[CHAIN_MAX + 1];
static struct new_program loaded[CHAIN_MAX + 1];

/* The lines that save would write for @c. */
static void ask_for_chain(const struct chain *c)
{
	memset(lines, 0, sizeof(lines));
	rq = (struct request){ .verb = VERB_RESTORE, .entries = lines, .n_entries = c->n };
	for (unsigned int i = 0; i < c->n; i++) {
		const struct entry *e = &c->entries[i];
		struct entry_request *q = &lines[i];

		strcpy(q->name, e->name);
		q->has_place = q->has_proceed_on = true;
		q->place = (struct place){ .how = PLACE_PRIO, .prio = e->prio };
		q->proceed_on = e->proceed_on;
		q->toggle = e->disabled ? TOGGLE_DISABLE : TOGGLE_NONE;
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			int to = e->go_to[v] ? chain_slot(c, e->go_to[v]) : -1;

			if (to >= 0)
				q->rules[q->n_rules++] = (struct rule_request){
					VERDICT_BIT(v),
					FATE_GOTO,
					by_name(c->entries[to].name),
				};
		}
		loaded[i] = (struct new_program){
			.program = e->program,
			.name = "f",
			.prio = 1,
		};
	}
	rq.format = c->format == FORMAT_EXTENDED && !c->keep_extended ? FORMAT_UNSET : c->format;
}

static int restore(struct chain *c)
{
	int err = request_edit(&rq, loaded, c, &report);

	return err ? err : format_settle(c, rq.format, FORMAT_3, &report);
}

/* What was read, onto nothing and onto itself. */
static void assert_restores(const struct chain *c)
{
	static struct chain copy, other;

	copy = *c;
	ask_for_chain(c);
	assert_int_equal(restore(&copy), 0);
	assert_true(chain_equal(&copy, c));
	memset(&other, 0, sizeof(other));
	assert_int_equal(restore(&other), 0);
	if (!other.format)
		other.format = c->format;
	assert_true(chain_equal(&other, c));
	report_free(&report);
}

static void restore_what_was_read(void **state)
{
	(void)state;
	fill(CHAIN_MAX);
	chain.format = FORMAT_EXTENDED;
	assert_restores(&chain);
	chain.keep_extended = true;
	chain.n = 3;
	assert_restores(&chain);
	rules_set(&chain.entries[0], 3, FATE_GOTO, chain.entries[2].uid);
	chain.entries[1].disabled = true;
	assert_restores(&chain);
}

static void restore_keeps_same_programs(void **state)
{
	(void)state;
	fill(3);
	strcpy(programs[1].origin.sha256, "12");
	strcpy(programs[9].origin.sha256, "12");
	ask_for_chain(&chain);
	loaded[0].program = &programs[8];
	loaded[1].program = &programs[9];
	assert_int_equal(restore(&chain), 0);
	assert_ptr_equal(chain.entries[0].program, &programs[8]);
	assert_ptr_equal(chain.entries[1].program, &programs[1]);
	assert_ptr_equal(chain.entries[2].program, &programs[2]);
	/* only in the entry of that name */
	ask_for_chain(&chain);
	strcpy(lines[1].name, "other");
	loaded[1].program = &programs[9];
	assert_int_equal(restore(&chain), 0);
	assert_order("e0 other e2");
	assert_ptr_equal(chain.entries[1].program, &programs[9]);
}

/* Who is known by name goes on counting in the same row; others have none yet. */
static void restore_keeps_rows(void **state)
{
	(void)state;
	fill(3);
	chain.stats = true;
	for (unsigned int i = 0; i < 3; i++)
		chain.entries[i].row = 7 - i;
	ask_for_chain(&chain);
	strcpy(lines[0].name, "new");
	lines[2].place.prio = 1;
	loaded[1].program = &programs[9];
	assert_int_equal(restore(&chain), 0);
	assert_order("e2 new e1");
	assert_true(chain.stats);
	assert_int_equal(chain.entries[0].row, 5);
	assert_int_equal(chain.entries[1].row, 0);
	assert_int_equal(chain.entries[2].row, 6);
	ask_for_chain(&chain);
	rq.stats = STATS_OFF;
	assert_int_equal(restore(&chain), 0);
	assert_false(chain.stats);
	assert_int_equal(chain.entries[0].row, 0);
}

static void set_stats(void **state)
{
	(void)state;
	fill(2);
	ask(VERB_SET, NULL, false);
	rq.stats = STATS_RESET;
	assert_int_equal(edit(), -ENOENT);
	report_clear_error(&report);
	rq.stats = STATS_ON;
	edit_ok();
	assert_true(chain.stats);
	chain.entries[1].row = 3;
	rq.stats = STATS_RESET;
	edit_ok();
	rq.stats = STATS_AS_IS;
	edit_ok();
	assert_true(chain.stats);
	assert_int_equal(chain.entries[1].row, 3);
	rq.stats = STATS_OFF;
	edit_ok();
	assert_false(chain.stats);
	assert_int_equal(chain.entries[1].row, 0);
}

static void restore_bad_files(void **state)
{
	(void)state;
	fill(CHAIN_MAX);
	ask_for_chain(&chain);
	rq.n_entries++;
	loaded[CHAIN_MAX] = loaded[0];
	assert_status(STATUS_NOT_TRIED, restore(&chain), E2BIG, "A chain has at most 250 entries");
	rq.n_entries = 3;
	strcpy(lines[2].name, "e0");
	assert_refused(
		restore(&chain), EEXIST,
		"The chain already has an entry named \"e0\", in slot 0: choose another name, or \"replace\" it");
	strcpy(lines[2].name, "e2");
	lines[2].n_rules = 1;
	lines[2].rules[0] = (struct rule_request){ 1, FATE_GOTO, by_name("e1") };
	assert_refused(
		restore(&chain), EINVAL,
		"A goto can only go forward: \"e2\" (slot 2) cannot go to \"e1\" (slot 1) on aborted; change the order or the rule");
	/* what was there before is not there for a goto */
	lines[2].rules[0].to = by_name("e7");
	assert_refused(restore(&chain), ENOENT, "The chain has no entry named \"e7\"");
	/* a fault of a line is one of the file */
	rq.file = "f";
	lines[2].line = 5;
	assert_status(STATUS_NOT_TRIED, restore(&chain), ENOENT,
		      "f:5: the chain has no entry named \"e7\"");
	lines[2].rules[0].to = by_name("e1");
	assert_status(
		STATUS_NOT_TRIED, restore(&chain), EINVAL,
		"f:5: a goto can only go forward: \"e2\" (slot 2) cannot go to \"e1\" (slot 1) on aborted; change the order or the rule");
	lines[2].n_rules = 0;
	strcpy(lines[2].name, "e0");
	assert_status(
		STATUS_NOT_TRIED, restore(&chain), EEXIST,
		"f:5: the chain already has an entry named \"e0\", in slot 0: choose another name, or \"replace\" it");
	rq.file = NULL;
	lines[2].line = 0;
}

static void assert_blamed(const char *file, const char *error, bool blamed)
{
	rq.file = file;
	report_fail(&report, STATUS_NOT_TRIED, EINVAL, "%s", error);
	assert_int_equal(request_is_blamed(&rq, &report), blamed);
	report_clear_error(&report);
}

/* The file of the request, and not a sentence that begins like its name. */
static void faults_of_files(void **state)
{
	(void)state;
	ask(VERB_RESTORE, NULL, true);
	assert_blamed("a", "a:3: it is wrong", true);
	assert_blamed("-", "standard input:3: it is wrong", true);
	assert_blamed("a", "a map cannot be read", false);
	assert_blamed("a", "a: it is wrong", false);
	assert_blamed("a", "a.chain:3: it is wrong", false);
	assert_blamed(NULL, "a:3: it is wrong", false);
	assert_false(request_is_blamed(&rq, NULL));
	report_fail(&report, STATUS_REFUSED, EBADMSG, "a:3: another verdict");
	rq.file = "a";
	assert_false(request_is_blamed(&rq, &report));
}

/* ---- at random, against a list ---- */

/*
 * struct item - an entry as a plain list has it
 * @fate: per verdict; with FATE_GOTO, @to is the serial of the target
 */
struct item {
	unsigned int serial;
	char name[16];
	__u32 prio;
	enum fate fate[N_VERDICTS];
	unsigned int to[N_VERDICTS];
	bool disabled;
	unsigned int program;
};

static struct item list[CHAIN_MAX + 1];
static unsigned int n_list;
static unsigned int last_serial;
static unsigned int n_names;

static unsigned int below(unsigned int n)
{
	return lrand48() / 7 % n;
}

static int list_find(const struct selector *sel)
{
	for (unsigned int i = 0; i < n_list; i++)
		if (sel->by == SELECT_SLOT ? i == sel->number : !strcmp(list[i].name, sel->name))
			return i;
	return -ENOENT;
}

static int list_by_serial(unsigned int serial)
{
	for (unsigned int i = 0; i < n_list; i++)
		if (list[i].serial == serial)
			return i;
	return -1;
}

/* Where the place is, in the list without the item that moves. */
static int list_place(const struct place *place)
{
	unsigned int slot = 0;
	int i;

	switch (place->how) {
	case PLACE_PRIO:
		while (slot < n_list && list[slot].prio <= place->prio)
			slot++;
		return slot;
	case PLACE_FIRST:
		return 0;
	case PLACE_LAST:
		return n_list;
	default:
		i = list_find(&place->beside);
		return i < 0 ? i : i + (place->how == PLACE_AFTER);
	}
}

static void list_put(unsigned int slot, const struct item *item)
{
	memmove(&list[slot + 1], &list[slot], (n_list++ - slot) * sizeof(*item));
	list[slot] = *item;
}

static struct item list_take(unsigned int slot)
{
	struct item item = list[slot];

	memmove(&list[slot], &list[slot + 1], (--n_list - slot) * sizeof(item));
	return item;
}

/*
 * Which priority an exact place gives is the chain's choice; that it is a free
 * one, if any is, and else the neighbours', is not.
 */
static void list_take_prio(unsigned int slot, const struct place *place, __u32 own)
{
	__s64 left = slot ? (__s64)list[slot - 1].prio : -1;
	__s64 right = slot + 1 < n_list ? (__s64)list[slot + 1].prio : 1LL << 32;
	__u32 prio = chain.entries[slot].prio;

	list[slot].prio = prio;
	if (place->how == PLACE_PRIO)
		assert_int_equal(prio, place->prio);
	else if (own > left && own < right)
		assert_int_equal(prio, own);
	else if (right - left > 1)
		assert_true(prio > left && prio < right);
	else
		assert_true(prio >= left && prio <= right);
}

static int list_rules(const struct entry_request *q, unsigned int slot)
{
	struct item *item = &list[slot];

	for (unsigned int v = 0; q->has_proceed_on && v < N_VERDICTS; v++)
		item->fate[v] = q->proceed_on >> v & 1 ? FATE_NEXT : FATE_STOP;
	for (unsigned int i = 0; i < q->n_rules; i++) {
		const struct rule_request *r = &q->rules[i];
		int to = r->fate == FATE_GOTO ? list_find(&r->to) : 0;

		if (to < 0)
			return to;
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			if (!(r->mask >> v & 1))
				continue;
			item->fate[v] = r->fate;
			item->to[v] = list[to].serial;
		}
	}
	if (q->toggle)
		item->disabled = q->toggle == TOGGLE_DISABLE;
	for (unsigned int i = 0; i < n_list; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (list[i].fate[v] == FATE_GOTO && list_by_serial(list[i].to[v]) <= (int)i)
				return -EINVAL;
	return 0;
}

static bool list_has(const char *name)
{
	const struct selector sel = by_name(name);

	return list_find(&sel) >= 0;
}

/* The slot, or what must go wrong. */
static int list_insert(const struct entry_request *q, const struct new_program *p)
{
	struct place place = { .how = PLACE_PRIO, .prio = p->prio };
	struct item item = {
		.serial = ++last_serial,
		.program = p->program - programs,
	};
	int slot;

	if (q->has_place)
		place = q->place;
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		item.fate[v] = p->proceed_on >> v & 1 ? FATE_NEXT : FATE_STOP;
	strcpy(item.name, *q->name ? q->name : p->name);
	if (list_has(item.name))
		return -EEXIST;
	if (n_list == CHAIN_MAX)
		return -E2BIG;
	slot = list_place(&place);
	if (slot >= 0)
		list_put(slot, &item);
	return slot;
}

static int list_modify(const struct entry_request *q, const struct new_program *p,
		       unsigned int slot)
{
	struct item *item = &list[slot];
	unsigned int serial = item->serial;
	int beside = -1, to;

	if (p->program && !request_same_program(p->program, &programs[item->program]))
		item->program = p->program - programs;
	if (*q->name && strcmp(q->name, item->name)) {
		if (list_has(q->name))
			return -EEXIST;
		strcpy(item->name, q->name);
	}
	if (!q->has_place)
		return slot;
	if (q->place.how == PLACE_BEFORE || q->place.how == PLACE_AFTER) {
		beside = list_find(&q->place.beside);
		if (beside < 0 || beside == (int)slot)
			return beside < 0 ? beside : -EINVAL;
		serial = list[beside].serial;
	}
	struct item moved = list_take(slot);

	to = beside < 0 ? list_place(&q->place)
			: list_by_serial(serial) + (q->place.how == PLACE_AFTER);
	list_put(to, &moved);
	return to;
}

/* The list after @q of @verb; @slot is the entry's, -1 for one that is new. */
static int list_edit(enum verb verb, const struct entry_request *q, const struct new_program *p,
		     int *slot, bool *placed, __u32 *own)
{
	struct selector sel = rq.selector;

	if (verb == VERB_REPLACE)
		sel = by_name(*q->name ? q->name : p->name);
	*slot = verb == VERB_ADD ? -1 : list_find(&sel);
	*placed = q->has_place;
	if (*slot < 0 && (verb == VERB_CHANGE || verb == VERB_DEL))
		return verb == VERB_DEL && rq.if_exists ? 0 : -ENOENT;
	if (verb == VERB_DEL) {
		for (unsigned int i = 0; i < n_list; i++)
			for (unsigned int v = 0; v < N_VERDICTS; v++)
				if (list[i].fate[v] == FATE_GOTO &&
				    list[i].to[v] == list[*slot].serial)
					return -EBUSY;
		list_take(*slot);
		return 0;
	}
	*placed |= *slot < 0;
	*own = *slot < 0 ? p->prio : list[*slot].prio;
	*slot = *slot < 0 ? list_insert(q, p) : list_modify(q, p, *slot);
	return *slot < 0 ? *slot : list_rules(q, *slot);
}

static void assert_as_item(const struct item *item, unsigned int i)
{
	const struct entry *e = &chain.entries[i];

	assert_string_equal(e->name, item->name);
	assert_int_equal(e->prio, item->prio);
	assert_int_equal(e->disabled, item->disabled);
	assert_ptr_equal(e->program, &programs[item->program]);
	assert_int_equal(chain_slot(&chain, e->uid), i);
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int want = item->fate[v] == FATE_STOP	? -1
			   : item->fate[v] == FATE_NEXT ? (int)i + 1
							: list_by_serial(item->to[v]);

		assert_int_equal(rules_next(&chain, i, v), want);
		assert_int_equal(!!e->go_to[v], item->fate[v] == FATE_GOTO);
		assert_true(!e->go_to[v] || want > (int)i);
	}
}

static void assert_as_list(void)
{
	assert_int_equal(chain.n, n_list);
	for (unsigned int i = 0; i < n_list; i++) {
		assert_as_item(&list[i], i);
		assert_true(!i || list[i].prio >= list[i - 1].prio);
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(list[i].name, list[j].name);
	}
}

/* ---- what libxdp would make of it ---- */

static int by_libxdp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order;

	if (x->prio != y->prio)
		return x->prio < y->prio ? -1 : 1;
	order = strcmp(x->program->func, y->program->func);
	if (!order)
		order = memcmp(x->program->tag, y->program->tag, BPF_TAG_BYTES);
	if (!order)
		order = (int)x->program->id - (int)y->program->id;
	return order ? order : (int)x->uid - (int)y->uid;
}

/* Its sort changes nothing, or there is a warning. */
static void assert_libxdp_order(void)
{
	static struct chain sorted, numbered;
	bool same = true;

	numbered = chain;
	for (unsigned int i = 0; i < chain.n; i++)
		numbered.entries[i].uid = i;
	sorted = numbered;
	qsort(sorted.entries, sorted.n, sizeof(sorted.entries[0]), by_libxdp);
	for (unsigned int i = 0; i < chain.n; i++)
		same &= sorted.entries[i].uid == i;
	report_free(&report);
	numbered.format = FORMAT_3;
	format_warn_order(&numbered, NULL, &report);
	assert_int_equal(report.n_warnings, !same);
	report_free(&report);
	format_warn_order(&numbered, &numbered, &report);
	assert_int_equal(report.n_warnings, 0);
}

/* ---- random requests ---- */

static void random_name(char *name)
{
	sprintf(name, "e%u", below(n_names));
}

static struct selector random_selector(void)
{
	struct selector sel = { .by = SELECT_SLOT, .number = below(n_list + 1) };
	char name[16];

	if (below(3))
		return sel;
	random_name(name);
	return by_name(name);
}

static void random_place(struct entry_request *q)
{
	static const __u32 prios[] = {
		0, 1, 2, 10, 11, 12, 50, 50, 51, UINT32_MAX - 1, UINT32_MAX,
	};

	q->has_place = true;
	q->place.how = below(PLACE_AFTER + 1);
	q->place.prio = prios[below(ARRAY_SIZE(prios))];
	q->place.beside = random_selector();
}

static void random_words(struct entry_request *q, bool may_toggle)
{
	memset(q, 0, sizeof(*q));
	if (below(3))
		random_name(q->name);
	if (below(2))
		random_place(q);
	q->has_proceed_on = below(3) == 0;
	q->proceed_on = below(32);
	for (unsigned int n = below(4) ? 0 : 1 + below(3); n; n--)
		q->rules[q->n_rules++] = (struct rule_request){
			below(32),
			below(3),
			by_name("e0"),
		};
	/* Slot numbers of a goto mean the chain that the line makes. */
	for (unsigned int i = 0; i < q->n_rules; i++)
		random_name(q->rules[i].to.name);
	if (may_toggle)
		q->toggle = below(3);
}

static enum verb random_request(bool growing)
{
	static const enum verb verbs[] = {
		VERB_ADD, VERB_ADD, VERB_REPLACE, VERB_CHANGE, VERB_CHANGE, VERB_DEL, VERB_DEL,
	};
	enum verb verb = verbs[below(growing ? 5 : ARRAY_SIZE(verbs))];

	random_words(&words, verb == VERB_CHANGE);
	rq = (struct request){ .verb = verb,
			       .entries = &words,
			       .n_entries = 1,
			       .selector = random_selector(),
			       .if_exists = verb == VERB_DEL && below(2) };
	new_program = (struct new_program){
		.program = verb == VERB_CHANGE && below(2) ? NULL
							   : &programs[below(ARRAY_SIZE(programs))],
		.name = "e0",
		.prio = below(3) ? ENTRY_DEFAULT_PRIO : below(20),
		.proceed_on = below(32),
	};
	return verb;
}

static unsigned int random_step(bool growing)
{
	static struct item list_before[CHAIN_MAX + 1];
	static struct chain before;
	unsigned int n_before = n_list;
	enum verb verb = random_request(growing);
	bool placed;
	__u32 own = 0;
	int want, slot;

	before = chain;
	memcpy(list_before, list, sizeof(list));
	want = list_edit(verb, &words, &new_program, &slot, &placed, &own);
	assert_int_equal(edit(), want);
	assert_int_equal(report.status, want ? STATUS_REFUSED : STATUS_DONE);
	report_free(&report);
	if (want) {
		chain = before;
		memcpy(list, list_before, sizeof(list));
		n_list = n_before;
		return 0;
	}
	if (verb != VERB_DEL && placed) {
		const struct place by_object = { .prio = new_program.prio };

		list_take_prio(slot, words.has_place ? &words.place : &by_object, own);
	}
	assert_as_list();
	assert_libxdp_order();
	return 1;
}

static void random_programs(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(programs); i++) {
		sprintf(programs[i].func, "f%u", below(3));
		memset(programs[i].tag, below(3), BPF_TAG_BYTES);
		sprintf(programs[i].origin.sha256, "%u", below(40));
	}
}

static void random_sequences(void **state)
{
	unsigned int steps = 0, done = 0, longest = 0;

	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 60; round++) {
		bool growing = round % 12 == 11;

		setup(state);
		random_programs();
		n_list = 0;
		n_names = growing ? 4 * CHAIN_MAX : 14;
		for (int i = 0; i < (growing ? 1600 : 800); i++) {
			done += random_step(growing);
			steps++;
			if (i % 20 == 0)
				format_settle(&chain, below(8) ? FORMAT_UNSET : FORMAT_EXTENDED,
					      FORMAT_2, &report);
			report_free(&report);
			if (i % 20 == 0)
				assert_restores(&chain);
			longest = n_list > longest ? n_list : longest;
		}
	}
	printf("# %u of %u requests done, up to %u entries\n", done, steps, longest);
	assert_between(done, steps / 5, steps);
	assert_int_equal(longest, CHAIN_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(loading_requests),
		TEST(same_programs),
		TEST(add_by_object),
		TEST(add_with_words),
		TEST(add_with_bad_goto),
		TEST(replace_keeps_all),
		TEST(replace_by_the_same),
		TEST(replace_one_of_twins),
		TEST(change_everything),
		TEST(change_order_of_gotos),
		TEST(del_some),
		TEST(del_one_of_twins),
		TEST(del_leaves_unreached),
		TEST(flush_and_others),
		TEST(restore_what_was_read),
		TEST(restore_keeps_same_programs),
		TEST(restore_keeps_rows),
		TEST(set_stats),
		TEST(restore_bad_files),
		TEST(faults_of_files),
		TEST(random_sequences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
