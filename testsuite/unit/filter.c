// SPDX-License-Identifier: GPL-2.0-or-later
/* Filters that are understood, and what becomes of them: jumps lead forward to what is
 * there, and nothing is dead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linux/filter.h>

#include "model/filter.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ACCEPT	      0
#define REJECT	      1
#define FIRST	      2

static const struct trace_insn valid[] = {
	{ BPF_LD | BPF_H | BPF_ABS, 0, 0, 12 },
	{ BPF_JMP | BPF_JEQ | BPF_K, 0, 6, 0x800 },
	{ BPF_LDX | BPF_B | BPF_MSH, 0, 0, 14 },
	{ BPF_LD | BPF_H | BPF_IND, 0, 0, 16 },
	{ BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0 },
	{ BPF_ST, 0, 0, 15 },
	{ BPF_JMP | BPF_JGT | BPF_X, 0, 1, 0 },
	{ BPF_RET | BPF_K, 0, 0, 262144 },
	{ BPF_RET | BPF_K, 0, 0, 0 },
};

static void known_ones_are_taken(void **state)
{
	(void)state;
	assert_true(trace_filter_valid(valid, ARRAY_SIZE(valid)));
}

static void broken_ones_are_refused(void **state)
{
	static const struct trace_insn broken[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, SKF_AD_OFF }, /* not of the packet */
		{ BPF_LD | BPF_DW | BPF_ABS, 0, 0, 0 },
		{ BPF_LD | BPF_W | BPF_MEM, 0, 0, 16 }, /* no such place */
		{ BPF_ST, 0, 0, 16 },
		{ BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0 },
		{ BPF_ALU | BPF_MOD | BPF_K, 0, 0, 0 },
		{ BPF_ALU | 0xc0 | BPF_K, 0, 0, 1 },
		{ BPF_JMP | BPF_JA, 0, 0, 1 }, /* behind the end */
		{ BPF_JMP | BPF_JA, 0, 0, 0xffffffff },
		{ BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0 },
		{ BPF_LDX | BPF_W | BPF_ABS, 0, 0, 0 },
	};
	struct trace_insn filter[2] = { { 0 }, { BPF_RET | BPF_K, 0, 0, 1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		filter[0] = broken[i];
		assert_false(trace_filter_valid(filter, 2));
	}
	assert_false(trace_filter_valid(valid, 0));
	/* Without an end. */
	for (size_t n = 1; n < ARRAY_SIZE(valid) - 1; n++)
		assert_false(trace_filter_valid(valid, n));
}

/* Each instruction that is there can be reached, and leads to one that is there. */
static void check_flow(const struct bpf_insn *insns, size_t n)
{
	bool reached[512] = { [0] = true };

	assert_true(n < ARRAY_SIZE(reached));
	for (size_t i = 0; i < n; i++) {
		__u8 class = BPF_CLASS(insns[i].code);
		bool jumps = class == BPF_JMP || class == BPF_JMP32;
		size_t to = i + 1 + insns[i].off;

		assert_true(reached[i]);
		if (insns[i].code == (BPF_JMP | BPF_EXIT))
			continue;
		if (jumps) {
			assert_true(insns[i].off >= 0 && to < n);
			reached[to] = true;
		}
		if (insns[i].code != (BPF_JMP | BPF_JA))
			reached[i + 1] = true;
	}
}

static void translate(const struct trace_insn *filter, unsigned int n)
{
	const struct filter_frame f = {
		.base = BPF_REG_3,
		.caplen = BPF_REG_5,
		.len = BPF_REG_9,
		.data = 100,
		.memory = -96,
		.label = FIRST,
		.accept = ACCEPT,
		.reject = REJECT,
	};
	struct assembler a;

	assert_true(trace_filter_valid(filter, n));
	assert_int_equal(
		asm_open(&a, FILTER_INSNS_BESIDE + FILTER_INSNS_PER_INSN * n + 2, FIRST + n), 0);
	filter_emit(&a, filter, n, &f);
	assert_true(a.n <= FILTER_INSNS_BESIDE + FILTER_INSNS_PER_INSN * n);
	asm_place(&a, ACCEPT);
	asm_exit(&a);
	if (a.wanted[REJECT]) {
		asm_place(&a, REJECT);
		asm_exit(&a);
	}
	asm_resolve(&a);
	check_flow(a.insns, a.n);
	asm_close(&a);
}

static void nothing_is_dead(void **state)
{
	static const struct trace_insn all[] = { { BPF_RET | BPF_K, 0, 0, 1 } };
	static const struct trace_insn none[] = { { BPF_RET | BPF_K, 0, 0, 0 } };
	static const struct trace_insn beyond[] = {
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, TRACE_SNAP_MAX },
		{ BPF_LDX | BPF_B | BPF_MSH, 0, 0, TRACE_SNAP_MAX },
		{ BPF_RET | BPF_A, 0, 0, 0 },
	};
	static const struct trace_insn skipped[] = {
		{ BPF_JMP | BPF_JA, 0, 0, 1 },
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, 0 },
		{ BPF_RET | BPF_A, 0, 0, 0 },
	};

	(void)state;
	translate(valid, ARRAY_SIZE(valid));
	translate(all, ARRAY_SIZE(all));
	translate(none, ARRAY_SIZE(none));
	translate(beyond, ARRAY_SIZE(beyond));
	translate(skipped, ARRAY_SIZE(skipped));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_ones_are_taken),
		cmocka_unit_test(broken_ones_are_refused),
		cmocka_unit_test(nothing_is_dead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
