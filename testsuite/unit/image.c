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

#include "between.h"
#include "../verdict_model.h"
#include "returned.h"
#include "model/image.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED	      20260721
#define CTX	      0xc0ffeec0ffeeULL
#define MAP	      77 /* fd of the tail-call map */
#define MAX_IMAGE     16384

/* ---- an interpreter for what image_build() emits ---- */

struct machine {
	const struct image *img;
	const __u64 *returned; /* by the program in each slot */
	size_t pc;
	size_t steps;
	__u64 reg[MAX_BPF_REG];
	unsigned int known; /* registers that hold a value */
	__u64 frame[2];	    /* at -8 and -16 of r10 */
	unsigned int stored;
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

/* The last slot has none if main makes its tail call. */
static unsigned int n_stubs(const struct image *img)
{
	return img->n_slots && !img->func[img->n_slots] ? img->n_slots - 1 : img->n_slots;
}

static unsigned int stub_at(const struct image *img, size_t insn)
{
	unsigned int low = 0, n = n_stubs(img), high = n;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (img->func[1 + middle] < insn)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == n || img->func[1 + low] != insn)
		fail_msg("a call goes to %zu, where no stub begins", insn);
	return low;
}

/* What comes from a stub that no program has replaced. */
static __u64 run_stub(const struct image *img, unsigned int slot)
{
	const struct bpf_insn *insn = &img->insns[img->func[1 + slot]];
	__s64 reg[MAX_BPF_REG] = { 0 };

	for (; insn->code != (BPF_JMP | BPF_EXIT); insn++) {
		if (insn->code == (BPF_ALU64 | BPF_MOV | BPF_K) ||
		    insn->code == (BPF_ALU | BPF_MOV | BPF_K))
			reg[insn->dst_reg] = insn->imm;
		else if (insn->code == (BPF_JMP | BPF_JEQ | BPF_K))
			insn += reg[insn->dst_reg] == insn->imm ? insn->off : 0;
		else if (insn->code == (BPF_LD | BPF_DW | BPF_IMM))
			reg[insn->dst_reg] = insn->imm;
		else if (!insn->code)
			continue; /* the other half */
		else if (insn->code != (BPF_JMP | BPF_CALL) || insn->imm != BPF_FUNC_tail_call ||
			 reg[BPF_REG_2] != MAP || reg[BPF_REG_3] != slot)
			fail_msg("a stub executes code %#x", insn->code);
	}
	return reg[BPF_REG_0];
}

/* The program in the slot runs, or the stub if there is none: r0 is the verdict, r1
 * to r5 are lost. */
static void call_stub(struct machine *m, unsigned int slot)
{
	__u64 verdict = m->returned[slot];

	if (get(m, BPF_REG_1) != CTX)
		fail_msg("a stub is called without the context");
	m->known &= ~0x3fU;
	set(m, BPF_REG_0, verdict == MODEL_EMPTY ? run_stub(m->img, slot) : verdict);
}

/* The last entry's program runs in place of the rest of main, unless the kernel
 * refuses that. */
static bool tail_call(struct machine *m)
{
	unsigned int slot = m->img->n_slots - 1;

	if (get(m, BPF_REG_1) != CTX || get(m, BPF_REG_2) != MAP || get(m, BPF_REG_3) != slot)
		fail_msg("main makes another tail call than that of the last entry");
	m->known &= ~0x3fU;
	if (m->returned[slot] == MODEL_EMPTY)
		return false;
	set(m, BPF_REG_0, m->returned[slot]);
	return true;
}

static __u64 *frame_at(struct machine *m, const struct bpf_insn *insn, bool store)
{
	__s16 off = insn->off;
	unsigned int at = off == -8 ? 0 : 1;

	if ((off != -8 && off != -16) || (insn->dst_reg != BPF_REG_10 && store) ||
	    (insn->src_reg != BPF_REG_10 && !store))
		fail_msg("instruction %zu goes to %d", m->pc - 1, off);
	if (store)
		m->stored |= 1U << at;
	else if (!(m->stored & 1U << at))
		fail_msg("%d is read before it is set, before %zu", off, m->pc);
	return &m->frame[at];
}

/* Execute one instruction of main; true when it was the last. */
static bool step(struct machine *m)
{
	const struct bpf_insn *insn = &m->img->insns[m->pc++];
	__u32 imm = insn->imm;

	switch (insn->code) {
	case BPF_STX | BPF_MEM | BPF_DW:
		*frame_at(m, insn, true) = get(m, insn->src_reg);
		break;
	case BPF_STX | BPF_MEM | BPF_W:
		*frame_at(m, insn, true) = (__u32)get(m, insn->src_reg);
		break;
	case BPF_LDX | BPF_MEM | BPF_DW:
	case BPF_LDX | BPF_MEM | BPF_W:
		set(m, insn->dst_reg, *frame_at(m, insn, false));
		break;
	case BPF_LD | BPF_DW | BPF_IMM:
		assert_int_equal(insn->src_reg, BPF_PSEUDO_MAP_FD);
		set(m, insn->dst_reg, imm);
		m->pc++;
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
	case BPF_JMP32 | BPF_JLE | BPF_K:
		m->pc += (__u32)get(m, insn->dst_reg) <= imm ? insn->off : 0;
		break;
	case BPF_JMP | BPF_JA:
		m->pc += insn->off;
		break;
	case BPF_JMP | BPF_CALL:
		if (insn->src_reg == BPF_PSEUDO_CALL)
			call_stub(m, stub_at(m->img, m->pc + insn->imm));
		else if (insn->imm == BPF_FUNC_tail_call)
			return tail_call(m);
		else
			fail_msg("main calls helper %d", insn->imm);
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
	return img->n_slots && img->func[1] ? img->func[1] : img->n_insns;
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
	if (image_build(slots, n, MAP, img))
		fail_msg("image_build() has no memory");
	if (img->n_slots != n)
		fail_msg("%u slots instead of %u", img->n_slots, n);
}

/* ---- the structure, as the verifier wants it ---- */

/* Walk from the function's start along all branches: every jump must stay in it
 * and lead forward, or the JIT compiler of Linux 5.10 finds no end; and every
 * instruction must be met. */
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
		if (class == BPF_JMP32 || (class == BPF_JMP && op != BPF_CALL && op != BPF_EXIT)) {
			if (insn->off < 0)
				fail_msg("instruction %zu jumps backward", at);
			todo[n_todo++] = at + 1 + insn->off;
		}
		if (insn->code == (BPF_LD | BPF_DW | BPF_IMM))
			seen[++at] = true;
		if (class != BPF_JMP || (op != BPF_JA && op != BPF_EXIT))
			todo[n_todo++] = at + 1;
	}
	for (size_t at = start; at < end; at++)
		if (!seen[at])
			fail_msg("instruction %zu is unreachable", at);
}

/* A stub makes a tail call, or could change the packet if it were not for the
 * jump. */
static void check_stub(const struct image *img, unsigned int slot, size_t end)
{
	const struct bpf_insn *insns = img->insns;
	unsigned int calls = 0;

	for (size_t i = img->func[1 + slot]; i < end; i++) {
		if (insns[i].code != (BPF_JMP | BPF_CALL))
			continue;
		assert_int_equal(insns[i].src_reg, 0);
		if (insns[i].imm != BPF_FUNC_tail_call)
			assert_int_equal(insns[i].imm, BPF_FUNC_xdp_adjust_head);
		calls++;
	}
	assert_int_equal(calls, 1);
	run_stub(img, slot);
}

/* Each stub must be called, and from main only, in one copy of its slot or in two. */
static void check_calls(const struct image *img)
{
	static unsigned int calls[CHAIN_MAX];

	memset(calls, 0, sizeof(calls));
	for (size_t at = 0; at < main_end(img); at++) {
		const struct bpf_insn *insn = &img->insns[at];

		if (insn->code != (BPF_JMP | BPF_CALL))
			continue;
		if (insn->src_reg == BPF_PSEUDO_CALL)
			calls[stub_at(img, at + 1 + insn->imm)]++;
		else if (insn->imm != BPF_FUNC_tail_call || n_stubs(img) == img->n_slots)
			fail_msg("main calls helper %d", insn->imm);
	}
	for (unsigned int i = 0; i < n_stubs(img); i++)
		if (calls[i] != 1 && calls[i] != 2)
			fail_msg("stub %u is called %u times", i, calls[i]);
}

static void check_structure(const struct image *img)
{
	size_t start = 0;

	if (img->n_insns > MAX_IMAGE)
		fail_msg("%zu instructions", img->n_insns);
	assert_int_equal(img->func[0], 0);
	for (unsigned int f = 0; f <= n_stubs(img); f++) {
		size_t end = f < n_stubs(img) ? img->func[f + 1] : img->n_insns;

		if (end <= start)
			fail_msg("function %u ends where it begins", f);
		if (img->insns[end - 1].code != (BPF_JMP | BPF_EXIT))
			fail_msg("function %u does not end in exit", f);
		check_reachable(img, start, end);
		if (f)
			check_stub(img, f - 1, end);
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

/* The same with tail calls in some slots; a tail call in each image differs by its
 * place only. */
static void masks_and_tails(void **state)
{
	struct image_slot slots[3] = { 0 };
	unsigned int bases[3] = { 32, 32, 32 };

	(void)state;
	for (unsigned int n = 1; n <= 3; n++)
		for (unsigned int tails = 1; tails < 1U << n; tails++) {
			__u32 masks[3] = { 0 };
			struct image img;

			do {
				verdict_model_rules(masks, n, slots);
				for (unsigned int i = 0; i < n; i++) {
					slots[i].tail = tails >> i & 1;
					slots[i].entry = i;
				}
				build(slots, n, &img);
				check_structure(&img);
				if (n < 3 || !(masks[0] & masks[1] & 1))
					compare_all(&img, slots, n,
						    n < 3 ? ARRAY_SIZE(returns) : 3);
				image_free(&img);
			} while (next_combination(masks, n, bases));
		}
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

static void random_tails(struct image_slot *slots, unsigned int n, unsigned int tails)
{
	for (unsigned int i = 0; i < n; i++) {
		slots[i].tail = below(100) < tails;
		slots[i].entry = i;
	}
}

/* @odd of 100 programs return something else than a verdict. */
static void random_returns(__u64 *returned, unsigned int n, unsigned int odd)
{
	for (unsigned int i = 0; i < n; i++) {
		if (below(100) >= odd)
			returned[i] = below(N_VERDICTS);
		else if (below(4))
			returned[i] = below(2) ? MODEL_NOT_RUN : MODEL_EMPTY;
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
		random_tails(slots, n, percent[below(ARRAY_SIZE(percent))]);
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

/* Is an entry called from here on? */
static bool more(const struct chain *c, unsigned int i)
{
	while (i < c->n && c->entries[i].disabled)
		i++;
	return i < c->n;
}

/* The entry to go on with, or beyond the last one. */
static unsigned int chain_next(const struct chain *c, unsigned int i, unsigned int verdict)
{
	if (c->entries[i].go_to[verdict])
		return c->entries[i].go_to[verdict] - 1;
	return c->entries[i].proceed_on >> verdict & 1 ? i + 1 : c->n;
}

/* Can something else than pass go on? */
static bool chain_keeps(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (!c->entries[i].disabled && v != MODEL_PASS &&
			    more(c, chain_next(c, i, v)))
				return true;
	return false;
}

/*
 * What a packet gets, from the chain itself: a disabled entry is passed by, on
 * the way down or as the target of a goto.
 */
static __u32 chain_model(const struct chain *c, const __u64 *returned)
{
	__u32 last = MODEL_PASS;
	unsigned int i = 0;

	while (i < c->n) {
		__u32 verdict = returned[i];

		if (c->entries[i].disabled || returned[i] == MODEL_EMPTY ||
		    (verdict == MODEL_NOT_RUN && (more(c, i + 1) || chain_keeps(c)))) {
			i++;
			continue;
		}
		if (verdict > MODEL_LAST_VERDICT)
			return verdict;
		last = verdict;
		i = chain_next(c, i, verdict);
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
		assert_between(img.n_insns, 2, 3);
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

/* The price of an entry that the packet passes: get the context, call, compare,
 * whatever else goes on. The last one is compared only where another can go on. What
 * stands off that path is not much either. */
static void pass_costs_three(void **state)
{
	static __u64 returned[CHAIN_MAX];
	static __u32 masks[CHAIN_MAX];

	(void)state;
	for (__u32 mask = 0; mask <= VERDICTS_ALL; mask++) {
		size_t before = 0, main_before = 0;
		__u32 keeps = mask & ~VERDICT_BIT(VERDICT_PASS);

		if (!(mask & VERDICT_BIT(VERDICT_PASS)))
			continue;
		for (unsigned int i = 0; i < CHAIN_MAX; i++) {
			returned[i] = VERDICT_PASS;
			masks[i] = mask;
		}
		for (unsigned int n = 2; n <= CHAIN_MAX; n += n < 12 ? 1 : 17) {
			size_t n_main, steps = cost(masks, n, returned, &n_main);

			assert_int_equal(steps, 3 * n + !!keeps);
			if (n > 2 && n <= 12 && !keeps)
				assert_int_equal(n_main - main_before, 10);
			before = steps;
			main_before = n_main;
		}
		assert_true(before > 0);
	}
}

/* A program alone is called and no more. */
static void one_costs_least(void **state)
{
	struct image_slot slot = { 0 };
	__u64 pass = VERDICT_PASS;
	__u32 mask = 0;
	struct image img;
	size_t steps;

	(void)state;
	verdict_model_rules(&mask, 1, &slot);
	for (int tail = 0; tail <= 1; tail++) {
		slot.tail = tail;
		build(&slot, 1, &img);
		run(&img, &pass, &steps);
		assert_int_equal(steps, tail ? 3 : 2);
		image_free(&img);
	}
}

/* What an entry in the middle costs when its verdicts go on, summed over those in
 * the set. The others than pass are in the second copy: the cheaper of comparing them
 * one by one behind pass, and of comparing those that end the chain and checking the
 * range; and one to keep the verdict. */
static size_t cost_of_set(__u32 mask)
{
	unsigned int pass = mask >> VERDICT_PASS & 1;
	unsigned int in = __builtin_popcount(mask), others = in - pass;
	bool range = in * (1 + N_VERDICTS - in) < in * (in + 1) / 2;
	unsigned int compares =
		range ? others * (1 + N_VERDICTS - in) : others * (others + 1) / 2 + others * pass;

	return pass * 3 + others * 3 + compares;
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
	assert_between(img.n_insns, CHAIN_MAX * 10, INT16_MAX / 4);
	image_free(&img);
	assert_null(img.insns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_slot_all_masks),
		cmocka_unit_test(two_slots_all_masks),
		cmocka_unit_test(three_slots_all_masks),
		cmocka_unit_test(masks_and_tails),
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
		cmocka_unit_test(one_costs_least),
		cmocka_unit_test(each_set_costs_least),
		cmocka_unit_test(longest_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
