// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A dispatcher that counts gives the same verdicts as one that does not, and counts
 * each of them once: its instructions are run in an interpreter and compared with the
 * model, exhaustively for short chains and at random for long ones.
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
#include "model/counts.h"
#include "model/image_counted.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED	      20261126
#define MAP_FD	      77
#define ENTRIES_FD    78
#define LENGTH	      1234

/* ---- an interpreter, on this process's own memory ---- */

struct machine {
	const struct image *img;
	const struct image_slot *slots;
	const __u64 *returned;
	struct counts *rows;
	struct xdp_md ctx;
	__u8 frame[64];
	size_t pc;
	size_t steps;
	__u64 reg[MAX_BPF_REG];
	unsigned int known;
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

/* Memory that main may touch: its frame, the context, and the rows. */
static void *at(struct machine *m, __u64 address, size_t size)
{
	const struct {
		void *base;
		size_t size;
	} regions[] = {
		{ m->frame, sizeof(m->frame) },
		{ &m->ctx, sizeof(m->ctx) },
		{ m->rows, COUNTS_ROWS * sizeof(*m->rows) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(regions); i++) {
		__u64 base = (uintptr_t)regions[i].base;

		if (address >= base && address + size <= base + regions[i].size &&
		    !((address - base) % size))
			return (void *)(uintptr_t)address;
	}
	fail_msg("%zu bytes at a bad address, before %zu", size, m->pc);
	return NULL;
}

static void call(struct machine *m, const struct bpf_insn *insn)
{
	__u64 result;

	if (insn->src_reg == BPF_PSEUDO_CALL) {
		unsigned int slot = 0;

		while (slot < m->img->n_slots && m->img->func[1 + slot] != m->pc + insn->imm)
			slot++;
		assert_between(slot, 0, m->img->n_slots - 1);
		assert_int_equal(get(m, BPF_REG_1), (uintptr_t)&m->ctx);
		result = m->returned[slot];
		/* Both kinds of stubs: a number is what the one begins with. */
		if (result == MODEL_EMPTY)
			result = m->slots[slot].tail ? MODEL_ABORTED
						     : m->img->insns[m->img->func[1 + slot]].imm;
	} else if (insn->imm == BPF_FUNC_map_lookup_elem) {
		assert_int_equal(get(m, BPF_REG_1), MAP_FD);
		assert_int_equal(*(__u32 *)at(m, get(m, BPF_REG_2), 4), 0);
		result = (uintptr_t)m->rows;
	} else {
		assert_int_equal(insn->imm, BPF_FUNC_xdp_get_buff_len);
		assert_int_equal(get(m, BPF_REG_1), (uintptr_t)&m->ctx);
		result = LENGTH;
	}
	m->known &= ~0x3fU;
	set(m, BPF_REG_0, result);
}

static void load(struct machine *m, const struct bpf_insn *insn, size_t size)
{
	void *from = at(m, get(m, insn->src_reg) + insn->off, size);

	set(m, insn->dst_reg, size == 8 ? *(__u64 *)from : *(__u32 *)from);
}

static bool jumps(struct machine *m, const struct bpf_insn *insn)
{
	__u32 value = get(m, insn->dst_reg), imm = insn->imm;

	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return value == imm;
	case BPF_JNE:
		return value != imm;
	case BPF_JLE:
		return value <= imm;
	default:
		fail_msg("instruction %zu has code %#x", m->pc - 1, insn->code);
	}
	return false;
}

/* Registers only; false if it is another kind of instruction. */
static bool calculate(struct machine *m, const struct bpf_insn *insn)
{
	__u64 imm = (__s64)insn->imm;

	switch (insn->code) {
	case BPF_ALU64 | BPF_MOV | BPF_X:
		set(m, insn->dst_reg, get(m, insn->src_reg));
		return true;
	case BPF_ALU | BPF_MOV | BPF_X:
		set(m, insn->dst_reg, (__u32)get(m, insn->src_reg));
		return true;
	case BPF_ALU | BPF_MOV | BPF_K:
		set(m, insn->dst_reg, (__u32)imm);
		return true;
	case BPF_ALU64 | BPF_ADD | BPF_K:
		set(m, insn->dst_reg, get(m, insn->dst_reg) + imm);
		return true;
	case BPF_ALU64 | BPF_ADD | BPF_X:
		set(m, insn->dst_reg, get(m, insn->dst_reg) + get(m, insn->src_reg));
		return true;
	case BPF_ALU64 | BPF_SUB | BPF_X:
		set(m, insn->dst_reg, get(m, insn->dst_reg) - get(m, insn->src_reg));
		return true;
	case BPF_ALU64 | BPF_LSH | BPF_K:
		set(m, insn->dst_reg, get(m, insn->dst_reg) << imm);
		return true;
	}
	return false;
}

/* Loads and stores; false if it is another kind of instruction. */
static bool access_memory(struct machine *m, const struct bpf_insn *insn)
{
	switch (insn->code) {
	case BPF_LD | BPF_DW | BPF_IMM:
		assert_int_equal(insn->src_reg, BPF_PSEUDO_MAP_FD);
		set(m, insn->dst_reg, (__s64)insn->imm);
		m->pc++;
		return true;
	case BPF_LDX | BPF_MEM | BPF_W:
		load(m, insn, 4);
		return true;
	case BPF_LDX | BPF_MEM | BPF_DW:
		load(m, insn, 8);
		return true;
	case BPF_STX | BPF_MEM | BPF_DW:
		*(__u64 *)at(m, get(m, insn->dst_reg) + insn->off, 8) = get(m, insn->src_reg);
		return true;
	case BPF_STX | BPF_ATOMIC | BPF_DW:
		assert_int_equal(insn->imm, BPF_ADD);
		*(__u64 *)at(m, get(m, insn->dst_reg) + insn->off, 8) += get(m, insn->src_reg);
		return true;
	case BPF_ST | BPF_MEM | BPF_W:
		*(__u32 *)at(m, get(m, insn->dst_reg) + insn->off, 4) = insn->imm;
		return true;
	}
	return false;
}

/* Execute one instruction of main; true when it was the last. */
static bool step(struct machine *m)
{
	const struct bpf_insn *insn = &m->img->insns[m->pc++];

	if (calculate(m, insn) || access_memory(m, insn))
		return false;
	switch (insn->code) {
	case BPF_JMP | BPF_JNE | BPF_K:
		m->pc += get(m, insn->dst_reg) != (__u64)(__s64)insn->imm ? insn->off : 0;
		break;
	case BPF_JMP | BPF_JA:
		m->pc += insn->off;
		break;
	case BPF_JMP | BPF_CALL:
		call(m, insn);
		break;
	case BPF_JMP | BPF_EXIT:
		return true;
	default:
		if (BPF_CLASS(insn->code) != BPF_JMP32)
			fail_msg("instruction %zu has code %#x", m->pc - 1, insn->code);
		m->pc += jumps(m, insn) ? insn->off : 0;
	}
	return false;
}

static __u32 run(const struct image *img, const struct image_slot *slots, const __u64 *returned,
		 struct counts *rows, size_t *steps)
{
	struct machine m = {
		.img = img,
		.slots = slots,
		.returned = returned,
		.rows = rows,
		.ctx = { .data = 0x1000, .data_end = 0x1000 + LENGTH },
	};
	size_t end = img->n_slots ? img->func[1] : img->n_insns;

	set(&m, BPF_REG_1, (uintptr_t)&m.ctx);
	set(&m, BPF_REG_10, (uintptr_t)m.frame + sizeof(m.frame));
	do {
		if (m.pc >= end || m.steps++ > img->n_insns)
			fail_msg("main does not end where it should");
	} while (!step(&m));
	if (steps)
		*steps = m.steps;
	return get(&m, BPF_REG_0);
}

/* ---- comparing ---- */

static void add(struct counts *row, __u32 verdict)
{
	row->verdicts[verdict > MODEL_LAST_VERDICT ? MODEL_LAST_VERDICT + 1 : verdict]++;
	row->bytes += LENGTH;
}

/* What the model counts on the packet's way. */
static void count(const struct image_slot *slots, unsigned int n, const __u64 *returned,
		  struct counts *rows)
{
	unsigned int i = 0;

	add(&rows[COUNTS_CHAIN_ROW], verdict_model(slots, n, returned));
	while (i < n) {
		bool final = i + 1 == n && !verdict_model_keeps(slots, n);
		__u32 verdict = returned[i];

		if (returned[i] == MODEL_EMPTY)
			verdict = slots[i].tail ? MODEL_ABORTED
				  : final	? MODEL_PASS
						: MODEL_NOT_RUN;
		if (verdict == MODEL_NOT_RUN && !final) {
			i++;
			continue;
		}
		add(&rows[slots[i].row], verdict);
		if (verdict > MODEL_LAST_VERDICT || slots[i].next[verdict] == IMAGE_STOP)
			return;
		i = slots[i].next[verdict];
	}
}

static struct counts got_rows[COUNTS_ROWS], want_rows[COUNTS_ROWS];

static void compare(const struct image *img, const struct image_slot *slots, unsigned int n,
		    const __u64 *returned)
{
	__u32 want = verdict_model(slots, n, returned);
	__u32 got = run(img, slots, returned, got_rows, NULL);

	if (got != want)
		fail_msg("got %u, expected %u", got, want);
	count(slots, n, returned, want_rows);
	assert_memory_equal(got_rows, want_rows, sizeof(got_rows));
}

static void build(struct image_slot *slots, unsigned int n, bool frags, struct image *img)
{
	const struct image_counters counters = { .fd = MAP_FD, .frags = frags };

	/* Rows are not in the order of the slots. */
	for (unsigned int i = 0; i < n; i++)
		slots[i].row = CHAIN_MAX - i;
	if (image_build_counted(slots, n, ENTRIES_FD, &counters, NULL, img))
		fail_msg("no memory");
	memset(got_rows, 0, sizeof(got_rows));
	memset(want_rows, 0, sizeof(want_rows));
}

static bool next_combination(unsigned int *digits, unsigned int n, const unsigned int *bases)
{
	for (unsigned int i = 0; i < n; i++) {
		if (++digits[i] < bases[i])
			return true;
		digits[i] = 0;
	}
	return false;
}

static void compare_all(const struct image *img, const struct image_slot *slots, unsigned int n,
			unsigned int n_returns)
{
	unsigned int digits[2] = { 0 }, bases[2] = { n_returns, n_returns };
	__u64 returned[2];

	do {
		for (unsigned int i = 0; i < n; i++)
			returned[i] = returns[digits[i]];
		compare(img, slots, n, returned);
	} while (next_combination(digits, n, bases));
}

/* All tables of one and of two slots, "go on behind the last slot" and "stop" apart. */
static void all_rules(void **state)
{
	unsigned int bases[] = { 3, 3, 3, 3, 3, 2, 2, 2, 2, 2 };
	unsigned int digits[ARRAY_SIZE(bases)] = { 0 };
	struct image_slot slots[2] = { 0 };
	struct image img;

	(void)state;
	do {
		for (unsigned int i = 0; i < 2; i++)
			for (unsigned int v = 0; v < N_VERDICTS; v++) {
				unsigned int digit = digits[i * N_VERDICTS + v];

				slots[i].next[v] = digit ? (int)(i + digit) : IMAGE_STOP;
			}
		for (unsigned int n = 1; n <= 2; n++) {
			build(slots, n, digits[0] == 1, &img);
			compare_all(&img, slots, n, n == 1 ? ARRAY_SIZE(returns) : FEW_RETURNS);
			image_free(&img);
		}
	} while (next_combination(digits, ARRAY_SIZE(digits), bases));
}

static unsigned int below(unsigned int n)
{
	return lrand48() / 7 % n;
}

static void random_chains(void **state)
{
	static struct image_slot slots[CHAIN_MAX];
	static __u64 returned[CHAIN_MAX];
	struct image img;

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int i = 0; i < 1000; i++) {
		unsigned int n = 1 + below(below(8) ? 24 : CHAIN_MAX), stop = below(101);

		for (unsigned int s = 0; s < n; s++)
			for (unsigned int v = 0; v < N_VERDICTS; v++)
				slots[s].next[v] = below(100) < stop ? IMAGE_STOP
						   : below(2)	     ? (int)s + 1
								     : (int)(s + 1 + below(n - s));
		for (unsigned int s = 0; s < n; s++)
			slots[s].tail = !below(4);
		build(slots, n, below(2), &img);
		for (int j = 0; j < 16; j++) {
			for (unsigned int s = 0; s < n; s++)
				returned[s] = below(4) ? below(N_VERDICTS)
						       : returns[below(ARRAY_SIZE(returns))];
			compare(&img, slots, n, returned);
		}
		image_free(&img);
	}
}

/* ---- the structure, as the verifier wants it ---- */

static void check_reachable(const struct image *img, size_t start, size_t end)
{
	static size_t todo[40000];
	static bool seen[20000];
	size_t n_todo = 0;

	assert_between(end, 1, ARRAY_SIZE(seen));
	memset(seen + start, 0, end - start);
	todo[n_todo++] = start;
	while (n_todo) {
		size_t pc = todo[--n_todo];
		const struct bpf_insn *insn = &img->insns[pc];
		__u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

		assert_between(pc, start, end - 1);
		if (seen[pc])
			continue;
		seen[pc] = true;
		if (insn->code == (BPF_LD | BPF_DW | BPF_IMM)) {
			seen[pc + 1] = true;
			todo[n_todo++] = pc + 2;
			continue;
		}
		if (class == BPF_JMP32 || (class == BPF_JMP && op != BPF_CALL && op != BPF_EXIT))
			todo[n_todo++] = pc + 1 + insn->off;
		if (class != BPF_JMP || (op != BPF_JA && op != BPF_EXIT))
			todo[n_todo++] = pc + 1;
	}
	for (size_t pc = start; pc < end; pc++)
		if (!seen[pc])
			fail_msg("instruction %zu is unreachable", pc);
}

/* Also the longest fits, with every verdict jumping. */
static void structure(void **state)
{
	static struct image_slot slots[CHAIN_MAX];
	struct image img;

	(void)state;
	srand48(SEED);
	for (unsigned int i = 0; i < 300; i++) {
		unsigned int n = i < 250 ? i + 1 : CHAIN_MAX;

		for (unsigned int s = 0; s < n; s++)
			for (unsigned int v = 0; v < N_VERDICTS; v++)
				slots[s].next[v] =
					below(8) ? (int)(s + 1 + below(n - s)) : IMAGE_STOP;
		build(slots, n, false, &img);
		assert_int_equal(img.func[0], 0);
		for (unsigned int f = 0; f <= n; f++)
			check_reachable(&img, img.func[f], f < n ? img.func[f + 1] : img.n_insns);
		image_free(&img);
	}
}

static size_t steps_of(unsigned int n)
{
	static struct image_slot slots[CHAIN_MAX];
	static __u64 returned[CHAIN_MAX];
	struct image img;
	size_t steps;

	for (unsigned int s = 0; s < n; s++) {
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			slots[s].next[v] = v == VERDICT_PASS ? (int)s + 1 : IMAGE_STOP;
		returned[s] = VERDICT_PASS;
	}
	build(slots, n, false, &img);
	run(&img, slots, returned, got_rows, &steps);
	image_free(&img);
	return steps;
}

/* Three for the slot itself, and four to count it. */
static void pass_costs_seven(void **state)
{
	(void)state;
	for (unsigned int n = 2; n < 20; n++)
		assert_int_equal(steps_of(n + 1) - steps_of(n), 7);
}

/* A tail-called entry has a stub that calls it. */
static void tail_stub(void **state)
{
	struct image_slot slots[2] = { { .tail = true, .entry = 5 }, { .next = { 0 } } };
	const struct bpf_insn *stub;
	struct image img;

	(void)state;
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		slots[0].next[v] = 1;
		slots[1].next[v] = IMAGE_STOP;
	}
	build(slots, 2, false, &img);
	stub = &img.insns[img.func[1]];
	assert_int_equal(stub[0].imm, ENTRIES_FD);
	assert_int_equal(stub[2].imm, 5);
	assert_int_equal(stub[3].imm, BPF_FUNC_tail_call);
	assert_int_equal(stub[4].imm, VERDICT_ABORTED);
	image_free(&img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_rules), cmocka_unit_test(random_chains),
		cmocka_unit_test(structure), cmocka_unit_test(pass_costs_seven),
		cmocka_unit_test(tail_stub),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
