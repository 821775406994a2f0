// SPDX-License-Identifier: GPL-2.0-or-later
/* Where bpf(2) takes a token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linux/bpf.h>

#include "kernel/token.h"

#define TOKEN	 7
#define TOKEN_FD (1U << 16)

/* struct call - @size: of the argument that a libbpf without tokens passes; @flags, @fd: where
 * Linux has these */
struct call {
	int cmd;
	size_t size;
	size_t flags;
	size_t fd;
};

static const struct call calls[] = {
	{ BPF_MAP_CREATE, 72, offsetof(union bpf_attr, map_flags), 76 },
	{ BPF_PROG_LOAD, 128, offsetof(union bpf_attr, prog_flags), 144 },
	{ BPF_BTF_LOAD, 28, 32, 36 },
	{ BPF_BTF_GET_FD_BY_ID, 4, offsetof(union bpf_attr, open_flags), 12 },
};

#define N_CALLS (sizeof(calls) / sizeof(calls[0]))

static uint32_t number_at(const char *attr, size_t offset)
{
	uint32_t n;

	memcpy(&n, attr + offset, sizeof(n));
	return n;
}

static void adds_it(void **state)
{
	char attr[200], before[200];

	(void)state;
	memset(attr, 0x22, sizeof(attr));
	memset(before, 0x22, sizeof(before));
	for (size_t i = 0; i < N_CALLS; i++) {
		const struct call *c = &calls[i];
		struct token_call call;

		assert_true(token_add(TOKEN, c->cmd, attr, c->size, &call));
		assert_int_equal(call.size, c->fd + sizeof(int));
		assert_int_equal(number_at(call.attr, c->fd), TOKEN);
		assert_int_equal(number_at(call.attr, c->flags),
				 (c->flags < c->size ? 0x22222222 : 0) | TOKEN_FD);
		/* All the rest is the caller's. */
		token_answer(&call, attr, c->size);
		assert_memory_equal(attr, before, sizeof(attr));
	}
}

static void keeps_a_longer_argument(void **state)
{
	char attr[160] = { [152] = 1 };
	struct token_call call;

	(void)state;
	assert_true(token_add(TOKEN, BPF_PROG_LOAD, attr, sizeof(attr), &call));
	assert_int_equal(call.size, sizeof(attr));
	assert_memory_equal(call.attr + 148, attr + 148, sizeof(attr) - 148);
	/* The kernel writes the length of its log there. */
	call.attr[140] = 9;
	token_answer(&call, attr, sizeof(attr));
	assert_int_equal(attr[140], 9);
	assert_int_equal(number_at(attr, 144), 0);
	assert_int_equal(number_at(attr, offsetof(union bpf_attr, prog_flags)), 0);
}

static void knows_a_call_with_a_log(void **state)
{
	const char attr[80] = "";
	struct token_call call;

	(void)state;
	assert_true(token_add(TOKEN, BPF_MAP_CREATE | 1 << 16, attr, sizeof(attr), &call));
}

static void leaves_others_alone(void **state)
{
	const uint32_t flags = TOKEN_FD;
	char attr[600] = "";
	struct token_call call;

	(void)state;
	assert_false(token_add(-1, BPF_MAP_CREATE, attr, 80, &call));
	assert_false(token_add(TOKEN, BPF_OBJ_GET, attr, 80, &call));
	assert_false(token_add(TOKEN, BPF_MAP_CREATE, attr, sizeof(attr), &call));
	/* libbpf has one of its own. */
	memcpy(attr + offsetof(union bpf_attr, map_flags), &flags, sizeof(flags));
	assert_false(token_add(TOKEN, BPF_MAP_CREATE, attr, 80, &call));
}

static void says_nothing_on_the_host(void **state)
{
	(void)state;
	assert_false(token_has());
	assert_int_equal(token_fd(), -1);
	assert_string_equal(token_lack(), "");
	token_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_it),
		cmocka_unit_test(keeps_a_longer_argument),
		cmocka_unit_test(knows_a_call_with_a_log),
		cmocka_unit_test(leaves_others_alone),
		cmocka_unit_test(says_nothing_on_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
