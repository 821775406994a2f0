// SPDX-License-Identifier: GPL-2.0-or-later
/* Unconfirmed changes: what their records say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chain/undo.h"

#define SECOND 1000000000ULL

static void test_seconds(void **state)
{
	const struct undo u = { .deadline = 100 * SECOND };

	(void)state;
	assert_int_equal(undo_seconds_left(&u, 40 * SECOND), 60);
	assert_int_equal(undo_seconds_left(&u, 40 * SECOND + 1), 60);
	assert_int_equal(undo_seconds_left(&u, 41 * SECOND), 59);
	assert_int_equal(undo_seconds_left(&u, 100 * SECOND - 1), 1);
	assert_int_equal(undo_seconds_left(&u, 100 * SECOND), 0);
	assert_int_equal(undo_seconds_left(&u, 200 * SECOND), 0);
}

static const struct netlink_link bare, native = { .modes = XDP_MODE_NATIVE, .native_id = 7 },
				       generic = { .modes = XDP_MODE_GENERIC, .generic_id = 7 },
				       other = { .modes = XDP_MODE_NATIVE, .native_id = 8 };

static void test_pending(void **state)
{
	const struct undo made = { .old_id = 5, .new_id = 7 };
	struct undo flushed = { .old_id = 5 };

	(void)state;
	assert_true(undo_is_pending(&made, &native));
	assert_true(undo_is_pending(&made, &generic));
	assert_false(undo_is_pending(&made, &other));
	assert_false(undo_is_pending(&made, &bare));
	assert_true(undo_is_pending(&flushed, &bare));
	assert_false(undo_is_pending(&flushed, &native));
	/* If nothing is attached, another interface of that index looks the same. */
	flushed.device = UNDO_DEVICE_GONE;
	assert_false(undo_is_pending(&flushed, &bare));
	flushed.device = UNDO_DEVICE_ELSEWHERE;
	assert_false(undo_is_pending(&flushed, &bare));
	flushed.device = UNDO_DEVICE_UNSURE;
	assert_true(undo_is_pending(&flushed, &bare));
}

static void test_back(void **state)
{
	const struct undo changed = { .old_id = 7, .new_id = 9 };
	const struct undo first = { .new_id = 9 };

	(void)state;
	assert_true(undo_is_back(&changed, &native));
	assert_true(undo_is_back(&changed, &generic));
	assert_false(undo_is_back(&changed, &other));
	assert_false(undo_is_back(&changed, &bare));
	assert_true(undo_is_back(&first, &bare));
	assert_false(undo_is_back(&first, &native));
}

/* Pins that are put back go where they were; a plain program had none. */
static void test_old_dir(void **state)
{
	struct undo u = { .ifindex = 4, .old_id = 29, .old_kind = STORE_EXTENDED };
	const struct store_dir extended = { STORE_EXTENDED, 4, 29 },
			       libxdp = { STORE_LIBXDP, 4, 29 };
	struct store_dir d;

	(void)state;
	assert_true(undo_old_dir(&u, &d));
	assert_true(store_same_dir(&d, &extended));
	u.old_kind = STORE_LIBXDP;
	assert_true(undo_old_dir(&u, &d));
	assert_true(store_same_dir(&d, &libxdp));
	u.old_kind = -1;
	assert_false(undo_old_dir(&u, &d));
	u.old_kind = STORE_UNDO;
	assert_false(undo_old_dir(&u, &d));
}

static void test_names(void **state)
{
	const struct store_dir wanted = { STORE_UNDO, 4, 29 };
	struct store_dir d;
	char name[64];

	(void)state;
	store_dir_name(&wanted, name);
	assert_string_equal(name, "undo-4-29");
	assert_true(store_parse_undo_dir(name, &d));
	assert_true(store_same_dir(&d, &wanted));
	assert_false(store_parse_dir(name, &d));
	assert_false(store_parse_undo_dir("undo-4-29x", &d));
	assert_false(store_parse_undo_dir("undo-4-0", &d));
	assert_false(store_parse_undo_dir("multi-4-29", &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seconds), cmocka_unit_test(test_pending),
		cmocka_unit_test(test_back),	cmocka_unit_test(test_old_dir),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
