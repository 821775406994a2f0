// SPDX-License-Identifier: GPL-2.0-or-later
/* Texts that somebody else wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/text.h"

static void test_len(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ "a", 1 },
		{ "\x7f", 1 },
		{ "\x80", 0 },
		{ "\xc1\x81", 0 },
		{ "\xc3\xa9", 2 },
		{ "\xc3", 0 },
		{ "\xe0\x80\x80", 0 },
		{ "\xe0\xa0\x80", 3 },
		{ "\xe2\x82", 0 },
		{ "\xed\x9f\xbf", 3 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xf0\x9f\x98\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(text_utf8_len(cases[i].text), cases[i].len);
}

static void becomes(const char *text, const char *json, const char *terminal)
{
	char buf[64], *clean = text_utf8(text);

	assert_non_null(clean);
	assert_string_equal(clean, json);
	free(clean);
	assert_string_equal(text_escape(text, buf, sizeof(buf)), terminal);
}

static void test_clean(void **state)
{
	char small[8];

	(void)state;
	becomes("", "", "");
	becomes("a\xc3\xa9", "a\xc3\xa9", "a\xc3\xa9");
	becomes("\xef\xbb\xbf"
		"a\xe2\x80\xae\xe2\x80\x9c",
		"\xef\xbb\xbf"
		"a\xe2\x80\xae\xe2\x80\x9c",
		"\\xef\\xbb\\xbfa\\xe2\\x80\\xae\xe2\x80\x9c");
	becomes("a\xff\xed\xa0z", "a\\xff\\xed\\xa0z", "a\\xff\\xed\\xa0z");
	becomes("a\n\\\xc2\x9b", "a\n\\\xc2\x9b", "a\\x0a\\x5c\\xc2\\x9b");
	assert_string_equal(text_escape("abcdefgh", small, sizeof(small)), "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_len),
		cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
