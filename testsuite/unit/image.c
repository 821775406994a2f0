// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dispatcher's instructions do what the verdict rule says: they are run in
 * an interpreter and compared with the model, exhaustively for short chains and
 * at random for long ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../verdict_model.h"
#include "model/image.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED	      20260721
#define CTX	      0xc0ffeec0ffeeULL
#define MAX_IMAGE     16384

/* What a program may return: verdicts, "not run", out of range, garbage in the
 * upper half. The first ones are those of the large exhaustive tests. */
static const __u64 returns[] = {
	0, 1, 2, 3, 4, 5, 31, 30, 32, 0xffffffff, 0x100000002, 0xffffffff00000004, 0x10000001f,
};

#define FEW_RETURNS 7

/* ---- an interpreter for what image_build() emits ---- */

struct machine {
	const struct image *img;
	const __u64 *returned; /* by the program in each slot */
	size_t pc;
	size_t steps;
	__u64 reg[MAX_BPF_REG];
	unsigned int known; /* registers that hold a value */
};

static __u64 get(const struct machine *m, unsigned int reg)
{
	if (!(m->known & 1U << reg))
		fail_msg("r%u is read before it is set, before %zu", reg, m->pc);
	return m->reg[reg];
}

static void set(struct machine *m, unsigned int reg, __u64 value)
{
	m->reg[reg] = value;
	m->known |= 1U << reg;
}

static unsigned int stub_at(const struct image *img, size_t insn)
{
	unsigned int low = 0, high = img->n_slots;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (img->func[1 + middle] < insn)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == img->n_slots || img->func[1 + low] != insn)
		fail_msg("a call goes to %zu, where no stub begins", insn);
	return low;
}

/* The program in the slot runs: r0 is its verdict, r1 to r5 are lost. */
static void call_stub(struct machine *m, const struct bpf_insn *insn)
{
	if (insn->src_reg != BPF_PSEUDO_CALL)
		fail_msg("main calls helper %d", insn->imm);
	if (get(m, BPF_REG_1) != CTX)
		fail_msg("a stub is called without the context");
	m->known &= ~0x3fU;
	set(m, BPF_REG_0, m->returned[stub_at(m->img, m->pc + insn->imm)]);
}

/* Execute one instruction of main; true when it was the last. */
static bool step(struct machine *m)
{
	const struct bpf_insn *insn = &m->img->insns[m->pc++];
	__u32 imm = insn->imm;

	switch (insn->code) {
	case BPF_ALU64 | BPF_MOV | BPF_X:
		set(m, insn->dst_reg, get(m, insn->src_reg));
		break;
	case BPF_ALU | BPF_MOV | BPF_X:
		set(m, insn->dst_reg, (__u32)get(m, insn->src_reg));
		break;
	case BPF_ALU | BPF_MOV | BPF_K:
		set(m, insn->dst_reg, imm);
		break;
	case BPF_JMP32 | BPF_JEQ | BPF_K:
		m->pc += (__u32)get(m, insn->dst_reg) == imm ? insn->off : 0;
		break;
	case BPF_JMP32 | BPF_JNE | BPF_K:
		m->pc += (__u32)get(m, insn->dst_reg) != imm ? insn->off : 0;
		break;
	case BPF_JMP32 | BPF_JGT | BPF_K:
		m->pc += (__u32)get(m, insn->dst_reg) > imm ? insn->off : 0;
		break;
	case BPF_JMP | BPF_JA:
		m->pc += insn->off;
		break;
	case BPF_JMP | BPF_CALL:
		call_stub(m, insn);
		break;
	case BPF_JMP | BPF_EXIT:
		return true;
	default:
		fail_msg("instruction %zu has code %#x", m->pc - 1, insn->code);
	}
	return false;
}

/* Where main ends: at the first stub, if there is one. */
static size_t main_end(const struct image *img)
{
	return img->n_slots ? img->func[1] : img->n_insns;
}

/* Run main. The kernel takes 32 bits of what it returns. */
static __u32 run(const struct image *img, const __u64 *returned, size_t *steps)
{
	struct machine m = { .img = img, .returned = returned };

	set(&m, BPF_REG_1, CTX);
	do {
		if (m.pc >= main_end(img))
			fail_msg("main runs past its end");
		if (m.steps++ > img->n_insns)
			fail_msg("main does not end");
	} while (!step(&m));
	if (steps)
		*steps = m.steps;
	return get(&m, BPF_REG_0);
}

/* ---- comparing ---- */

static void print_case(const struct image_slot *slots, unsigned int n, const __u64 *returned)
{
	for (unsigned int i = 0; i < n; i++) {
		printf("# slot %u goes on", i);
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			printf(" %u:%d", v, slots[i].next[v]);
		printf(", returns %#llx\n", (unsigned long long)returned[i]);
	}
}

static void compare(const struct image *img, const struct image_slot *slots, unsigned int n,
		    const __u64 *returned)
{
	__u32 want = verdict_model(slots, n, returned);
	__u32 got = run(img, returned, NULL);

	if (got == want)
		return;
	print_case(slots, n, returned);
	fail_msg("got %u, expected %u", got, want);
}

/* Count like an odometer; false after the last combination. */
static bool next_combination(unsigned int *digits, unsigned int n, const unsigned int *bases)
{
	for (unsigned int i = 0; i < n; i++) {
		if (++digits[i] < bases[i])
			return true;
		digits[i] = 0;
	}
	return false;
}

/* All combinations of the first n_returns of what programs may return. */
static void compare_all(const struct image *img, const struct image_slot *slots, unsigned int n,
			unsigned int n_returns)
{
	unsigned int digits[3] = { 0 };
	unsigned int bases[3] = { n_returns, n_returns, n_returns };
	__u64 returned[3];

	do {
		for (unsigned int i = 0; i < n; i++)
			returned[i] = returns[digits[i]];
		compare(img, slots, n, returned);
	} while (next_combination(digits, n, bases));
}

static void build(const struct image_slot *slots, unsigned int n, struct image *img)
{
	if (image_build(slots, n, -1, img))
		fail_msg("image_build() has no memory");
	if (img->n_slots != n)
		fail_msg("%u slots instead of %u", img->n_slots, n);
}

/* ---- the structure, as the verifier wants it ---- */

/* Walk from the function's start along all branches: every jump must stay in
 * it, and every instruction must be met. */
static void check_reachable(const struct image *img, size_t start, size_t end)
{
	static size_t todo[2 * MAX_IMAGE + 1];
	static bool seen[MAX_IMAGE];
	size_t n_todo = 0;

	memset(seen + start, 0, (end - start) * sizeof(*seen));
	todo[n_todo++] = start;
	while (n_todo) {
		size_t at = todo[--n_todo];
		const struct bpf_insn *insn = &img->insns[at];
		__u8 class, op;

		if (at < start || at >= end)
			fail_msg("a jump leaves the function, to %zu", at);
		if (seen[at])
			continue;
		seen[at] = true;
		class = BPF_CLASS(insn->code);
		op = BPF_OP(insn->code);
		if (class == BPF_JMP32 || (class == BPF_JMP && op != BPF_CALL && op != BPF_EXIT))
			todo[n_todo++] = at + 1 + insn->off;
		if (class != BPF_JMP || (op != BPF_JA && op != BPF_EXIT))
			todo[n_todo++] = at + 1;
	}
	for (size_t at = start; at < end; at++)
		if (!seen[at])
			fail_msg("instruction %zu is unreachable", at);
}

/* A stub gives 31, and could change the packet if it were not for the jump. */
static void check_stub(const struct image *img, size_t start, size_t end)
{
	const struct bpf_insn *insns = img->insns;
	__s64 reg[MAX_BPF_REG] = { 0 };
	bool may_change = false;
	size_t at = start;

	for (size_t i = start; i < end; i++) {
		if (insns[i].code != (BPF_JMP | BPF_CALL))
			continue;
		assert_int_equal(insns[i].src_reg, 0);
		assert_int_equal(insns[i].imm, BPF_FUNC_xdp_adjust_head);
		may_change = true;
	}
	assert_true(may_change);
	while (insns[at].code != (BPF_JMP | BPF_EXIT)) {
		const struct bpf_insn *insn = &insns[at++];

		assert_in_range(at, start, end - 1);
		if (insn->code == (BPF_ALU64 | BPF_MOV | BPF_K))
			reg[insn->dst_reg] = insn->imm;
		else if (insn->code == (BPF_JMP | BPF_JEQ | BPF_K))
			at += reg[insn->dst_reg] == insn->imm ? insn->off : 0;
		else
			fail_msg("a stub executes code %#x", insn->code);
	}
	assert_int_equal(reg[BPF_REG_0], MODEL_NOT_RUN);
}

/* Each stub must be called, and from main only. */
static void check_calls(const struct image *img)
{
	static unsigned int calls[CHAIN_MAX];

	memset(calls, 0, sizeof(calls));
	for (size_t at = 0; at < main_end(img); at++) {
		const struct bpf_insn *insn = &img->insns[at];

		if (insn->code != (BPF_JMP | BPF_CALL))
			continue;
		if (insn->src_reg != BPF_PSEUDO_CALL)
			fail_msg("main calls helper %d", insn->imm);
		calls[stub_at(img, at + 1 + insn->imm)]++;
	}
	for (unsigned int i = 0; i < img->n_slots; i++)
		if (calls[i] != 1)
			fail_msg("stub %u is called %u times", i, calls[i]);
}

static void check_structure(const struct image *img)
{
	size_t start = 0;

	if (img->n_insns > MAX_IMAGE)
		fail_msg("%zu instructions", img->n_insns);
	assert_int_equal(img->func[0], 0);
	for (unsigned int f = 0; f <= img->n_slots; f++) {
		size_t end = f < img->n_slots ? img->func[f + 1] : img->n_insns;

		if (end <= start)
			fail_msg("function %u ends where it begins", f);
		if (img->insns[end - 1].code != (BPF_JMP | BPF_EXIT))
			fail_msg("function %u does not end in exit", f);
		check_reachable(img, start, end);
		if (f)
			check_stub(img, start, end);
		start = end;
	}
	check_calls(img);
}

/* ---- proceed-on masks ---- */

static void chain_of_masks(struct chain *c, const __u32 *masks, unsigned int n)
{
	c->n = n;
	for (unsigned int i = 0; i < n; i++)
		c->entries[i].proceed_on = masks[i];
}

/* All 32^n masks; the structure too. */
static void all_masks(unsigned int n, unsigned int n_returns)
{
	static struct chain c;
	struct image_slot slots[3] = { 0 }, expected[3] = { 0 };
	unsigned int bases[3] = { 32, 32, 32 };
	__u32 masks[3] = { 0 };
	struct image img;

	do {
		chain_of_masks(&c, masks, n);
		image_rules(&c, slots);
		verdict_model_rules(masks, n, expected);
		assert_memory_equal(slots, expected, n * sizeof(slots[0]));
		build(slots, n, &img);
		check_structure(&img);
		compare_all(&img, slots, n, n_returns);
		image_free(&img);
	} while (next_combination(masks, n, bases));
}

static void one_slot_all_masks(void **state)
{
	(void)state;
	all_masks(1, ARRAY_SIZE(returns));
}

static void two_slots_all_masks(void **state)
{
	(void)state;
	all_masks(2, ARRAY_SIZE(returns));
}

static void three_slots_all_masks(void **state)
{
	(void)state;
	all_masks(3, FEW_RETURNS);
}

static bool same_image(const struct image *a, const struct image *b)
{
	return a->n_insns == b->n_insns && a->n_slots == b->n_slots &&
	       !memcmp(a->insns, b->insns, a->n_insns * sizeof(*a->insns)) &&
	       !memcmp(a->func, b->func, sizeof(a->func));
}

/* Behind the last slot there is nothing to proceed to, so the tests in the
 * kernel need not try all masks of it. */
static void last_mask_does_not_matter(void **state)
{
	unsigned int bases[3] = { 32, 32, 32 };
	struct image_slot slots[3] = { 0 };
	struct image with, without;

	(void)state;
	for (unsigned int n = 1; n <= 3; n++) {
		__u32 masks[3] = { 0 };

		do {
			__u32 last = masks[n - 1];

			verdict_model_rules(masks, n, slots);
			build(slots, n, &with);
			masks[n - 1] = 0;
			verdict_model_rules(masks, n, slots);
			build(slots, n, &without);
			masks[n - 1] = last;
			if (!same_image(&with, &without))
				fail_msg("%u slots, last mask %#x", n, last);
			image_free(&with);
			image_free(&without);
		} while (next_combination(masks, n, bases));
	}
}

/* ---- tables of rules with goto ---- */

/* What a verdict may do in slot i: stop, or run slot i + 1 to @last. */
static void rules_of_digits(const unsigned int *digits, unsigned int n, struct image_slot *slots)
{
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			unsigned int digit = digits[i * N_VERDICTS + v];

			slots[i].next[v] = digit ? (int)(i + digit) : IMAGE_STOP;
		}
}

/* All tables of two slots, "go on behind the last slot" and "stop" told apart. */
static void two_slots_all_rules(void **state)
{
	unsigned int bases[] = { 3, 3, 3, 3, 3, 2, 2, 2, 2, 2 };
	unsigned int digits[ARRAY_SIZE(bases)] = { 0 };
	struct image_slot slots[2] = { 0 };
	struct image img;

	(void)state;
	do {
		rules_of_digits(digits, 2, slots);
		build(slots, 2, &img);
		check_structure(&img);
		compare_all(&img, slots, 2, ARRAY_SIZE(returns));
		image_free(&img);
	} while (next_combination(digits, ARRAY_SIZE(digits), bases));
}

/* Turn some stops into "go on behind the last slot", which must mean the same. */
static void check_same_with_ends(const struct image *img, const struct image_slot *slots,
				 unsigned int n)
{
	struct image_slot varied[3] = { 0 };
	struct image other;

	memcpy(varied, slots, n * sizeof(*slots));
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (slots[i].next[v] == IMAGE_STOP && lrand48() & 256)
				varied[i].next[v] = n;
	build(varied, n, &other);
	if (!same_image(img, &other))
		fail_msg("going on behind the last slot differs from a stop");
	image_free(&other);
}

/* All tables of three slots, but for what is only another way to stop: that is
 * varied at random. */
static void three_slots_all_rules(void **state)
{
	unsigned int bases[] = { 3, 3, 3, 3, 3, 2, 2, 2, 2, 2 };
	unsigned int digits[ARRAY_SIZE(bases) + N_VERDICTS] = { 0 };
	struct image_slot slots[3] = { 0 };
	struct image img;

	(void)state;
	srand48(SEED);
	do {
		rules_of_digits(digits, 3, slots);
		build(slots, 3, &img);
		check_structure(&img);
		compare_all(&img, slots, 3, FEW_RETURNS);
		for (int i = 0; i < 8; i++)
			check_same_with_ends(&img, slots, 3);
		image_free(&img);
	} while (next_combination(digits, ARRAY_SIZE(bases), bases));
}

/* ---- random chains ---- */

static unsigned int below(unsigned int n)
{
	return lrand48() / 7 % n;
}

/* @stop of 100 verdicts stop, @jump of 100 that go on jump. */
static void random_rules(struct image_slot *slots, unsigned int n, unsigned int stop,
			 unsigned int jump)
{
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			if (below(100) < stop)
				slots[i].next[v] = IMAGE_STOP;
			else if (below(100) < jump)
				slots[i].next[v] = i + 1 + below(n - i);
			else
				slots[i].next[v] = i + 1;
		}
}

/* @odd of 100 programs return something else than a verdict. */
static void random_returns(__u64 *returned, unsigned int n, unsigned int odd)
{
	for (unsigned int i = 0; i < n; i++) {
		if (below(100) >= odd)
			returned[i] = below(N_VERDICTS);
		else if (below(4))
			returned[i] = MODEL_NOT_RUN;
		else
			returned[i] = returns[below(ARRAY_SIZE(returns))];
	}
}

static void random_chains(void **state)
{
	static const unsigned int percent[] = { 0, 1, 5, 20, 50, 80, 100 };
	static struct image_slot slots[CHAIN_MAX] = { 0 };
	static __u64 returned[CHAIN_MAX];
	struct image img;

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int i = 0; i < 20000; i++) {
		unsigned int n = 1 + below(below(8) ? 24 : CHAIN_MAX);

		random_rules(slots, n, percent[below(ARRAY_SIZE(percent))],
			     percent[below(ARRAY_SIZE(percent))]);
		build(slots, n, &img);
		check_structure(&img);
		for (int j = 0; j < 16; j++) {
			random_returns(returned, n, percent[below(ARRAY_SIZE(percent))]);
			compare(&img, slots, n, returned);
		}
		image_free(&img);
	}
}

/* ---- chains: gotos and disabled entries ---- */

/*
 * What a packet gets, from the chain itself: a disabled entry is passed by, on
 * the way down or as the target of a goto.
 */
static __u32 chain_model(const struct chain *c, const __u64 *returned)
{
	__u32 last = MODEL_PASS;
	unsigned int i = 0;

	while (i < c->n) {
		const struct entry *e = &c->entries[i];
		__u32 verdict = returned[i];

		if (e->disabled || verdict == MODEL_NOT_RUN) {
			i++;
			continue;
		}
		if (verdict > MODEL_LAST_VERDICT)
			return verdict;
		last = verdict;
		if (e->go_to[verdict])
			i = e->go_to[verdict] - 1;
		else if (e->proceed_on >> verdict & 1)
			i++;
		else
			break;
	}
	return last;
}

/* Only the programs that are called have a slot in the image. */
static unsigned int build_chain(const struct chain *c, struct image *img)
{
	static struct image_slot slots[CHAIN_MAX] = { 0 };
	unsigned int n = image_rules(c, slots);

	assert_int_equal(n, chain_enabled(c));
	build(slots, n, img);
	check_structure(img);
	return n;
}

static void compare_chain(const struct chain *c, const struct image *img, const __u64 *returned)
{
	__u64 called[CHAIN_MAX];
	unsigned int n = 0;
	__u32 want, got;

	for (unsigned int i = 0; i < c->n; i++)
		if (!c->entries[i].disabled)
			called[n++] = returned[i];
	want = chain_model(c, returned);
	got = run(img, called, NULL);
	if (got == want)
		return;
	for (unsigned int i = 0; i < c->n; i++)
		printf("# entry %u: mask %#x, goto %u %u %u %u %u%s, returns %#llx\n", i,
		       c->entries[i].proceed_on, c->entries[i].go_to[0], c->entries[i].go_to[1],
		       c->entries[i].go_to[2], c->entries[i].go_to[3], c->entries[i].go_to[4],
		       c->entries[i].disabled ? ", disabled" : "", (unsigned long long)returned[i]);
	fail_msg("got %u, expected %u", got, want);
}

/* Uids are slot + 1, as chain_model() takes for granted. */
static void random_entries(struct chain *c, unsigned int n, unsigned int gotos,
			   unsigned int disabled)
{
	memset(c, 0, sizeof(*c));
	c->n = n;
	for (unsigned int i = 0; i < n; i++) {
		struct entry *e = &c->entries[i];

		e->uid = i + 1;
		e->disabled = below(100) < disabled;
		rules_set(e, below(32), FATE_NEXT, 0);
		for (unsigned int v = 0; i + 1 < n && v < N_VERDICTS; v++)
			if (below(100) < gotos)
				rules_set(e, VERDICT_BIT(v), FATE_GOTO, i + 2 + below(n - i - 1));
	}
}

static void random_chains_of_entries(void **state)
{
	static const unsigned int percent[] = { 0, 5, 20, 50, 90, 100 };
	static __u64 returned[CHAIN_MAX];
	static struct chain c;
	struct image img;

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int i = 0; i < 20000; i++) {
		unsigned int n = below(below(16) ? 16 : CHAIN_MAX + 1);

		random_entries(&c, n, percent[below(ARRAY_SIZE(percent))],
			       percent[below(ARRAY_SIZE(percent))]);
		build_chain(&c, &img);
		for (int j = 0; j < 16; j++) {
			random_returns(returned, n, percent[below(4)]);
			compare_chain(&c, &img, returned);
		}
		image_free(&img);
	}
}

/* A goto to a disabled entry leads behind it; three entries, all that the first
 * may do on drop, all that may be disabled. */
static void goto_disabled(void **state)
{
	static struct chain c;
	__u64 returned[3];
	struct image img;

	(void)state;
	for (unsigned int bits = 0; bits < 8; bits++)
		for (unsigned int to = 2; to <= 3; to++) {
			unsigned int digits[3] = { 0 };
			unsigned int bases[3] = { FEW_RETURNS, FEW_RETURNS, FEW_RETURNS };

			random_entries(&c, 3, 0, 0);
			for (unsigned int i = 0; i < 3; i++)
				c.entries[i].disabled = bits >> i & 1;
			rules_set(&c.entries[0], VERDICT_BIT(VERDICT_DROP), FATE_GOTO, to);
			build_chain(&c, &img);
			do {
				for (unsigned int i = 0; i < 3; i++)
					returned[i] = returns[digits[i]];
				compare_chain(&c, &img, returned);
			} while (next_combination(digits, 3, bases));
			image_free(&img);
		}
}

/* Going on to nothing but disabled entries is to end with that verdict. */
static void rest_disabled(void **state)
{
	static struct image_slot slots[CHAIN_MAX] = { 0 };
	static struct chain c;

	(void)state;
	random_entries(&c, 4, 0, 0);
	for (unsigned int i = 1; i < 4; i++)
		c.entries[i].disabled = true;
	rules_set(&c.entries[0], VERDICTS_ALL, FATE_NEXT, 0);
	rules_set(&c.entries[0], VERDICT_BIT(VERDICT_TX), FATE_GOTO, 4);
	rules_set(&c.entries[0], VERDICT_BIT(VERDICT_DROP), FATE_STOP, 0);
	assert_int_equal(image_rules(&c, slots), 1);
	assert_int_equal(slots[0].next[VERDICT_TX], 1);
	assert_int_equal(slots[0].next[VERDICT_PASS], 1);
	assert_int_equal(slots[0].next[VERDICT_DROP], IMAGE_STOP);
}

/* Nothing is called: pass, in as few instructions as that takes. */
static void all_disabled(void **state)
{
	static const unsigned int sizes[] = { 0, 1, 2, 10, CHAIN_MAX };
	static struct chain c;
	struct image img;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		random_entries(&c, sizes[i], 30, 100);
		assert_int_equal(build_chain(&c, &img), 0);
		assert_int_equal(run(&img, NULL, NULL), VERDICT_PASS);
		assert_in_range(img.n_insns, 2, 3);
		image_free(&img);
	}
}

/* What is disabled costs nothing. */
static void disabled_is_free(void **state)
{
	static struct image_slot with[CHAIN_MAX], without[CHAIN_MAX];
	static struct chain c;
	unsigned int n = 0;

	(void)state;
	srand48(SEED);
	random_entries(&c, CHAIN_MAX, 0, 50);
	assert_int_equal(image_rules(&c, with), chain_enabled(&c));
	for (unsigned int i = 0; i < CHAIN_MAX; i++)
		if (!c.entries[i].disabled)
			c.entries[n++] = c.entries[i];
	c.n = n;
	assert_int_equal(image_rules(&c, without), n);
	assert_memory_equal(with, without, n * sizeof(with[0]));
}

/* ---- what it costs ---- */

static size_t cost(const __u32 *masks, unsigned int n, const __u64 *returned, size_t *n_main)
{
	static struct image_slot slots[CHAIN_MAX] = { 0 };
	struct image img;
	size_t steps;

	verdict_model_rules(masks, n, slots);
	build(slots, n, &img);
	check_structure(&img);
	compare(&img, slots, n, returned);
	run(&img, returned, &steps);
	*n_main = img.func[1];
	image_free(&img);
	return steps;
}

/* The price of an entry that the packet passes: pass the context, call,
 * compare; and two for "not run" off that path. */
static void pass_costs_three(void **state)
{
	static __u64 returned[CHAIN_MAX];
	static __u32 masks[CHAIN_MAX];
	size_t before = 0, main_before = 0;

	(void)state;
	for (unsigned int i = 0; i < CHAIN_MAX; i++) {
		returned[i] = VERDICT_PASS;
		masks[i] = VERDICT_BIT(VERDICT_PASS);
	}
	for (unsigned int n = 1; n <= CHAIN_MAX; n++) {
		size_t n_main, steps = cost(masks, n, returned, &n_main);

		if (n > 1) {
			assert_int_equal(steps - before, 3);
			assert_int_equal(n_main - main_before, 5);
		}
		before = steps;
		main_before = n_main;
	}
}

/* What an entry in the middle costs when its verdicts go on, summed over those
 * in the set: the cheaper of comparing them one by one, and of checking the
 * range and comparing the others; one more to remember the verdict. */
static size_t cost_of_set(__u32 mask)
{
	unsigned int in = __builtin_popcount(mask);
	unsigned int one_by_one = in * (in + 1) / 2;
	unsigned int others = in * (1 + N_VERDICTS - in);
	bool keep = mask != VERDICT_BIT(VERDICT_PASS);

	return (one_by_one < others ? one_by_one : others) + in * (2 + keep);
}

static void each_set_costs_least(void **state)
{
	__u64 returned[3];
	__u32 masks[3];

	(void)state;
	for (__u32 mask = 1; mask <= VERDICTS_ALL; mask++) {
		size_t total = 0, n_main;

		for (unsigned int i = 0; i < 3; i++)
			masks[i] = mask;
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			if (!(mask & VERDICT_BIT(v)))
				continue;
			for (unsigned int i = 0; i < 3; i++)
				returned[i] = v;
			total += cost(masks, 3, returned, &n_main);
			total -= cost(masks, 2, returned, &n_main);
		}
		assert_int_equal(total, cost_of_set(mask));
	}
}

/* The longest chain with as many rules as there can be is far below the reach
 * of a jump. */
static void longest_fits(void **state)
{
	static struct image_slot slots[CHAIN_MAX] = { 0 };
	struct image img;

	(void)state;
	for (unsigned int i = 0; i < CHAIN_MAX; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			slots[i].next[v] = i + 1 + v < CHAIN_MAX ? (int)(i + 1 + v) : CHAIN_MAX;
	build(slots, CHAIN_MAX, &img);
	check_structure(&img);
	assert_in_range(img.n_insns, CHAIN_MAX * 10, INT16_MAX / 4);
	image_free(&img);
	assert_null(img.insns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_slot_all_masks),
		cmocka_unit_test(two_slots_all_masks),
		cmocka_unit_test(three_slots_all_masks),
		cmocka_unit_test(last_mask_does_not_matter),
		cmocka_unit_test(two_slots_all_rules),
		cmocka_unit_test(three_slots_all_rules),
		cmocka_unit_test(random_chains),
		cmocka_unit_test(random_chains_of_entries),
		cmocka_unit_test(goto_disabled),
		cmocka_unit_test(rest_disabled),
		cmocka_unit_test(all_disabled),
		cmocka_unit_test(disabled_is_free),
		cmocka_unit_test(pass_costs_three),
		cmocka_unit_test(each_set_costs_least),
		cmocka_unit_test(longest_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
