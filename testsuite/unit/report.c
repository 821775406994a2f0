// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors and warnings as values. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/report.h"

static void starts_empty(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	assert_int_equal(r.status, STATUS_DONE);
	assert_string_equal(r.error, "");
	assert_null(r.log);
	assert_int_equal(r.n_warnings, 0);
	report_free(&r);
}

static void fail_records_and_returns(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	assert_int_equal(report_fail(&r, STATUS_REFUSED, EBUSY, "slot %d of %s", 3, "fw"), -EBUSY);
	assert_int_equal(r.status, STATUS_REFUSED);
	assert_string_equal(r.error, "slot 3 of fw");
	report_free(&r);
}

/* A sentence after a prefix begins in lower case, a path or another prefix stays. */
static void context_goes_before(void **state)
{
	static const char *const cases[][2] = {
		{ "Cannot read it", "dev X: cannot read it" },
		{ "A device is missing", "dev X: a device is missing" },
		{ "XDP is off", "dev X: XDP is off" },
		{ "Box.chain:1: bad", "dev X: Box.chain:1: bad" },
		{ "Dir/lo.chain:1: bad", "dev X: Dir/lo.chain:1: bad" },
		{ "Box:1: bad", "dev X: Box:1: bad" },
		{ "dev X: bad", "dev X: bad" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct report r = REPORT_INIT;

		report_fail(&r, STATUS_REFUSED, EINVAL, "%s", cases[i][0]);
		report_context(&r, "dev X");
		assert_string_equal(r.error, cases[i][1]);
		report_free(&r);
	}
}

/* Whatever was being done. */
static void no_memory_has_one_status(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	assert_int_equal(report_fail(&r, STATUS_REFUSED, ENOMEM, "The kernel said no"), -ENOMEM);
	assert_int_equal(r.status, STATUS_NOT_TRIED);
	assert_string_equal(r.error, "The kernel said no");
	report_free(&r);
	assert_int_equal(report_no_memory(&r), -ENOMEM);
	assert_int_equal(r.status, STATUS_NOT_TRIED);
	assert_string_equal(r.error, "Out of memory");
	report_free(&r);
}

static void no_errno_is_einval(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	assert_int_equal(report_fail(&r, STATUS_USAGE, 0, "bad"), -EINVAL);
	assert_int_equal(r.status, STATUS_USAGE);
	report_free(&r);
}

static void first_error_wins(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	report_fail(&r, STATUS_RETRY, ETIMEDOUT, "the cause");
	assert_int_equal(report_fail(&r, STATUS_REFUSED, EIO, "while undoing"), -EIO);
	assert_string_equal(r.error, "the cause");
	assert_int_equal(r.status, STATUS_RETRY);
	report_free(&r);
}

static void context_goes_in_front(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	report_fail(&r, STATUS_REFUSED, EEXIST, "no room (100%%)");
	report_context(&r, "attach %s", "dispatcher");
	report_context(&r, "dev %s", "eth0");
	/* Once. */
	report_context(&r, "dev %s", "eth0");
	assert_string_equal(r.error, "dev eth0: attach dispatcher: no room (100%)");
	report_free(&r);
}

static void context_of_nothing_is_nothing(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	report_context(&r, "dev eth0");
	assert_string_equal(r.error, "");
	assert_int_equal(r.status, STATUS_DONE);
	report_free(&r);
}

/* Names from outside can be long: cut, and always terminated. */
static void long_text_is_cut(void **state)
{
	static char text[3 * REPORT_ERROR_MAX];
	struct report r = REPORT_INIT;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	report_fail(&r, STATUS_REFUSED, EIO, "%s", text);
	assert_int_equal(strlen(r.error), REPORT_ERROR_MAX - 1);
	report_context(&r, "dev eth0");
	assert_int_equal(strlen(r.error), REPORT_ERROR_MAX - 1);
	assert_memory_equal(r.error, "dev eth0: aaa", 13);
	report_context(&r, "%s", text);
	assert_int_equal(strlen(r.error), REPORT_ERROR_MAX - 1);
	report_free(&r);
}

static void warnings_keep_their_order(void **state)
{
	struct report r = REPORT_INIT;
	char expected[32];

	(void)state;
	for (int i = 0; i < 100; i++)
		report_warn(&r, "number %d", i);
	assert_int_equal(r.n_warnings, 100);
	for (int i = 0; i < 100; i++) {
		snprintf(expected, sizeof(expected), "number %d", i);
		assert_string_equal(r.warnings[i], expected);
	}
	assert_string_equal(r.error, "");
	assert_int_equal(r.status, STATUS_DONE);
	report_free(&r);
}

static void log_is_a_copy(void **state)
{
	char log[] = "R1 invalid mem access";
	struct report r = REPORT_INIT;

	(void)state;
	report_set_log(&r, "an earlier one");
	report_set_log(&r, log);
	log[0] = 'X';
	assert_string_equal(r.log, "R1 invalid mem access");
	report_free(&r);
	assert_null(r.log);
}

static void clear_keeps_warnings(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	report_warn(&r, "mind the gap");
	report_fail(&r, STATUS_REFUSED, EIO, "first");
	report_set_log(&r, "log");
	report_clear_error(&r);
	assert_string_equal(r.error, "");
	assert_int_equal(r.status, STATUS_DONE);
	assert_null(r.log);
	assert_int_equal(r.n_warnings, 1);
	report_fail(&r, STATUS_RETRY, EIO, "second");
	assert_string_equal(r.error, "second");
	assert_int_equal(r.status, STATUS_RETRY);
	report_free(&r);
}

static void free_leaves_it_usable(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	report_warn(&r, "one");
	report_fail(&r, STATUS_REFUSED, EIO, "two");
	report_set_log(&r, "three");
	report_free(&r);
	assert_string_equal(r.error, "");
	assert_int_equal(r.status, STATUS_DONE);
	assert_null(r.log);
	assert_null(r.warnings);
	assert_int_equal(r.n_warnings, 0);
	report_warn(&r, "four");
	assert_int_equal(r.n_warnings, 1);
	report_free(&r);
	report_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_empty),
		cmocka_unit_test(fail_records_and_returns),
		cmocka_unit_test(context_goes_before),
		cmocka_unit_test(no_memory_has_one_status),
		cmocka_unit_test(no_errno_is_einval),
		cmocka_unit_test(first_error_wins),
		cmocka_unit_test(context_goes_in_front),
		cmocka_unit_test(context_of_nothing_is_nothing),
		cmocka_unit_test(long_text_is_cut),
		cmocka_unit_test(warnings_keep_their_order),
		cmocka_unit_test(log_is_a_copy),
		cmocka_unit_test(clear_keeps_warnings),
		cmocka_unit_test(free_leaves_it_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
