// SPDX-License-Identifier: GPL-2.0-or-later
/* Names and origins as identifiers and back, and what others may write there. */
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
#include "model/label.h"

#define ARRAY_SIZE(a)	 (sizeof(a) / sizeof((a)[0]))
#define SEED		 20260721
#define OLD_KERNEL_IDENT 128 /* KSYM_NAME_LEN before Linux 6.1 */
#define LONGEST_NAME	 "a23456789_123456789_123456789_123456789_123456789_123456789_123"

static struct program program;
static char path[4096]; /* of its object file */
static struct entry entry;
static struct labels labels;

static int setup(void **state)
{
	(void)state;
	memset(&program, 0, sizeof(program));
	memset(path, 0, sizeof(path));
	program.origin.object = path;
	memset(&entry, 0, sizeof(entry));
	memset(&labels, 0, sizeof(labels));
	entry.program = &program;
	entry.proceed_on = ENTRY_DEFAULT_PROCEED_ON;
	strcpy(entry.name, "fw");
	return 0;
}

/* ---- identifiers ---- */

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_identifier(const char *s)
{
	if (!letter(*s))
		return false;
	for (; *s; s++)
		if (!letter(*s) && (*s < '0' || *s > '9'))
			return false;
	return true;
}

static int read_back(const char *ident, void *arg)
{
	unsigned int *n = arg;

	++*n;
	if (strlen(ident) >= OLD_KERNEL_IDENT)
		fail_msg("%zu characters: \"%s\"", strlen(ident), ident);
	if (!is_identifier(ident))
		fail_msg("not an identifier: \"%s\"", ident);
	label_read(&labels, ident);
	return 0;
}

/* Write the entry, read it back, compare; the number of identifiers. */
static unsigned int roundtrip(void)
{
	static struct origin origin;
	char name[ENTRY_NAME_SIZE] = "";
	unsigned int n = 0;
	__u32 proceed_on = ~0U;

	memset(&labels, 0, sizeof(labels));
	memset(&origin, 0, sizeof(origin));
	assert_int_equal(label_write(&entry, read_back, &n), 0);
	assert_true(label_name(&labels, name));
	assert_string_equal(name, entry.name);
	assert_true(label_proceed_on(&labels, &proceed_on));
	assert_int_equal(proceed_on, entry.proceed_on);
	assert_int_equal(label_origin(&labels, &origin), *path || *program.origin.function);
	if (!same_text(origin.object, *path ? path : NULL))
		fail_msg("\"%s\" became \"%s\"", path, origin.object ? origin.object : "");
	assert_string_equal(origin.function, program.origin.function);
	assert_string_equal(origin.sha256, program.origin.sha256);
	assert_int_equal(origin.added, program.origin.added);
	return n;
}

static void all_fields(void **state)
{
	(void)state;
	strcpy(path, "/usr/lib/bpf/xdp-filter.o");
	strcpy(program.origin.function, "xdp_filter_main");
	memset(program.origin.sha256, 'e', 64);
	program.origin.added = 1784592000;
	assert_int_equal(roundtrip(), 6);
	program.origin.added = UINT64_MAX;
	assert_int_equal(roundtrip(), 6);
}

static void nothing_but_name_and_mask(void **state)
{
	(void)state;
	assert_int_equal(roundtrip(), 2);
}

static int join(const char *ident, void *arg)
{
	strcat(arg, ident);
	strcat(arg, " ");
	return 0;
}

/* What lies in the BTF of running dispatchers must be read for ever. */
static void known_identifiers(void **state)
{
	char text[512] = "";

	(void)state;
	strcpy(entry.name, "a-b.c:d_9");
	entry.proceed_on = VERDICTS_ALL;
	strcpy(path, "/x y/\xc3\xa9.o");
	strcpy(program.origin.function, "f_1");
	strcpy(program.origin.sha256, "00ff");
	program.origin.added = 7;
	assert_int_equal(label_write(&entry, join, text), 0);
	assert_string_equal(
		text,
		"name_a_2db_2ec_3ad_5f9 proceed_on_31 object__2fx_20y_2f_c3_a9_2eo function_f_5f1 sha256_00ff added_7 ");
}

static void all_masks(void **state)
{
	(void)state;
	for (__u32 mask = 0; mask <= VERDICTS_ALL; mask++) {
		entry.proceed_on = mask;
		roundtrip();
	}
}

static void names(void **state)
{
	static const char *const all[] = {
		"a",	      "_",
		".",	      "__",
		"_2f",	      "name",
		"name_",      "object_x",
		":-:",	      "_____________________________________________________________",
		LONGEST_NAME,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		strcpy(entry.name, all[i]);
		roundtrip();
	}
}

static void hostile_paths(void **state)
{
	static const char *const paths[] = {
		"/",
		"/a",
		"/_",
		"/__",
		"/_2f",
		"/%2f",
		"/\\x2f",
		"/a b",
		"/\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9d.o",
		"/\xff\xfe\x80",
		"/\n",
		"/\r\n",
		"/\t",
		"/\x1b[31m",
		"/\x01\x02\x7f",
		"/'\"`$;#",
		"/name_x",
		"name_fw",
		"object_",
		"/object__2f",
		"\x01",
		"_",
		"/a/../b//c/./d",
		"/0123456789",
		"relative",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		strcpy(path, paths[i]);
		roundtrip();
	}
}

static void every_byte(void **state)
{
	(void)state;
	for (unsigned int c = 1; c < 256; c++) {
		path[0] = c;
		roundtrip();
		program.origin.function[0] = c;
		roundtrip();
	}
}

/* Around the length where another identifier begins, and up to the longest, for
 * bytes of one and of three characters. */
static void every_length(void **state)
{
	static const char fillers[] = "a_\xff";

	(void)state;
	for (const char *c = fillers; *c; c++)
		for (size_t len = 1; len < sizeof(path); len += len < 400 ? 1 : 61) {
			memset(path, 0, sizeof(path));
			memset(path, *c, len);
			roundtrip();
		}
}

static void longest(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(path) - 1; i++)
		path[i] = 1 + i % 255;
	memset(program.origin.function, '_', sizeof(program.origin.function) - 1);
	memset(program.origin.sha256, 'f', sizeof(program.origin.sha256) - 1);
	memset(entry.name, ':', sizeof(entry.name) - 1);
	program.origin.added = UINT64_MAX;
	assert_between(roundtrip(), 4095 / 120, 4096 * 3 / 100 + 30);
}

static void random_paths(void **state)
{
	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 3000; round++) {
		size_t len = lrand48() / 7 % (round % 30 ? 200 : 4096);
		bool plain = round & 1;

		memset(path, 0, sizeof(path));
		for (size_t i = 0; i < len; i++)
			path[i] = plain ? "abcXYZ019_/.-"[lrand48() / 7 % 13]
					: 1 + (int)(lrand48() / 7 % 255);
		roundtrip();
	}
}

static int fail_at_third(const char *ident, void *arg)
{
	unsigned int *n = arg;

	(void)ident;
	return ++*n == 3 ? -42 : 0;
}

static void emit_ends_the_walk(void **state)
{
	unsigned int n = 0;

	(void)state;
	memset(path, 'a', 1000);
	assert_int_equal(label_write(&entry, fail_at_third, &n), -42);
	assert_int_equal(n, 3);
}

/* ---- keys and texts ---- */

static int join_pair(const char *key, const char *text, void *arg)
{
	char *joined = arg;

	sprintf(joined + strlen(joined), "%s=%s\n", key, text);
	return !strcmp(text, "stop") ? 5 : 0;
}

static void each_in_order(void **state)
{
	char joined[256] = "";

	(void)state;
	strcpy(path, "/a b.o");
	strcpy(program.origin.function, "f");
	program.origin.added = 9;
	assert_int_equal(label_each(&entry, join_pair, joined), 0);
	assert_string_equal(joined, "name=fw\nproceed_on=4\nobject=/a b.o\nfunction=f\nadded=9\n");
	strcpy(path, "stop");
	*joined = '\0';
	assert_int_equal(label_each(&entry, join_pair, joined), 5);
	assert_string_equal(joined, "name=fw\nproceed_on=4\nobject=stop\n");
}

static void all_gotos(void **state)
{
	(void)state;
	for (__u32 mask = 0; mask <= VERDICTS_ALL; mask++) {
		setup(NULL);
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			entry.go_to[v] = mask & VERDICT_BIT(v) ? 7 + v : 0;
		assert_int_equal(roundtrip(), mask ? 3 : 2);
		assert_int_equal(label_gotos(&labels), mask);
	}
	label_set(&labels, "gotos", "32");
	assert_int_equal(label_gotos(&labels), 0);
	label_set(&labels, "gotos", "-1");
	assert_int_equal(label_gotos(&labels), 0);
}

static void set_and_ignore(void **state)
{
	static const struct labels empty;
	static char big[5000];

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	label_set(&labels, "", "x");
	label_set(&labels, "nam", "x");
	label_set(&labels, "namex", "x");
	label_set(&labels, "NAME", "x");
	label_set(&labels, big, "x");
	label_set(&labels, "name", big);
	label_set(&labels, "name", LONGEST_NAME "4");
	label_set(&labels, "proceed_on", "123456789012");
	label_set(&labels, "object", big);
	label_set(&labels, "sha256", big);
	label_set(&labels, "added", big);
	assert_memory_equal(&labels, &empty, sizeof(labels));
	label_set(&labels, "name", LONGEST_NAME);
	assert_string_equal(labels.name, LONGEST_NAME);
	label_set(&labels, "name", "fw");
	label_set(&labels, "name", big);
	assert_string_equal(labels.name, "fw");
	label_set(&labels, "object", big + sizeof(big) - 4096);
	assert_int_equal(strlen(labels.object), 4095);
}

/* ---- what others may have written ---- */

static void nonsense_is_ignored(void **state)
{
	static const char *const idents[] = {
		"",
		"_",
		"__",
		"x",
		"name",
		"Name_a",
		"nam_a",
		"namea",
		"xname_a",
		"unknown_a",
		"proceed_onx",
		"objec_t",
		"_name_a",
		"sha_256",
		"\xff\xff",
		"%s%s%n",
		"(anon)",
		"name_",
		"object_",
		/* not what our coding makes */
		"object__",
		"object__2",
		"object__g0",
		"object__0g",
		"object__2F",
		"object__00",
		"object_a__00b",
		"object_a_",
		"object_a_2",
		"object__-1",
		"object__ 1",
		"object___2f",
	};
	static const struct labels empty;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(idents); i++) {
		label_read(&labels, idents[i]);
		if (memcmp(&labels.name, &empty.name, sizeof(empty.name)) || *labels.object ||
		    *labels.proceed_on || *labels.sha256)
			fail_msg("\"%s\" is taken in", idents[i]);
	}
}

static void malformed_takes_back(void **state)
{
	(void)state;
	label_read(&labels, "object_abc");
	label_read(&labels, "object_def");
	assert_string_equal(labels.object, "abcdef");
	label_read(&labels, "object__zz");
	assert_string_equal(labels.object, "");
}

/* More than there is room for, in one identifier and in many. */
static void too_much(void **state)
{
	static char ident[10000] = "object_";

	(void)state;
	for (int i = 0; i < 10000; i++) {
		label_read(&labels, "object_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
		label_read(&labels, "name_bbbbbbbbb");
		label_read(&labels, "proceed_on_1");
		label_read(&labels, "added_9");
		assert_between(strlen(labels.object), 0, sizeof(labels.object) - 1);
		assert_between(strlen(labels.name), 0, sizeof(labels.name) - 1);
		assert_between(strlen(labels.proceed_on), 0, sizeof(labels.proceed_on) - 1);
	}
	memset(&labels, 0, sizeof(labels));
	memset(ident + 7, 'a', sizeof(ident) - 8);
	label_read(&labels, ident);
	assert_string_equal(labels.object, "");
	ident[7 + 4095] = '\0';
	label_read(&labels, ident);
	assert_int_equal(strlen(labels.object), 4095);
}

static void random_identifiers(void **state)
{
	static const char *const starts[] = {
		"", "name_", "proceed_on_", "object_", "function_", "sha256_", "added_",
	};
	struct origin origin;
	char ident[300], name[ENTRY_NAME_SIZE];
	__u32 mask;

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 50000; round++) {
		size_t len = lrand48() / 7 % 280;
		char *end = stpcpy(ident, starts[lrand48() / 7 % 7]);

		for (size_t i = 0; i < len; i++)
			*end++ = lrand48() & 1024 ? '_' : mrand48();
		*end = '\0';
		label_read(&labels, ident);
		if (label_name(&labels, name))
			assert_true(entry_name_valid(name));
		if (label_proceed_on(&labels, &mask))
			assert_between(mask, 0, VERDICTS_ALL);
		label_origin(&labels, &origin);
		if (round % 50 == 0)
			memset(&labels, 0, sizeof(labels));
	}
}

static void invalid_names(void **state)
{
	static const char *const bad[] = {
		"", "0a", "-a", "a b", "a/b", "\xc3\xa9", "a\n",
	};
	char name[ENTRY_NAME_SIZE] = "kept";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		strcpy(labels.name, bad[i]);
		assert_false(label_name(&labels, name));
		assert_string_equal(name, "kept");
	}
}

static void invalid_masks(void **state)
{
	static const char *const bad[] = {
		"", "32", "-1", "+1", " 1", "1 ", "0x1", "1x", "pass", "4294967297", "99999999999",
	};
	__u32 mask = 77;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		strcpy(labels.proceed_on, bad[i]);
		assert_false(label_proceed_on(&labels, &mask));
		assert_int_equal(mask, 77);
	}
	strcpy(labels.proceed_on, "0");
	assert_true(label_proceed_on(&labels, &mask));
	assert_int_equal(mask, 0);
}

static void partial_origins(void **state)
{
	struct origin origin = { .object = "kept", .added = 5 };

	(void)state;
	strcpy(labels.sha256, "00");
	strcpy(labels.added, "9");
	assert_false(label_origin(&labels, &origin));
	assert_string_equal(origin.object, "kept");
	assert_int_equal(origin.added, 5);
	strcpy(labels.function, "f");
	assert_true(label_origin(&labels, &origin));
	assert_null(origin.object);
	assert_string_equal(origin.function, "f");
	assert_int_equal(origin.added, 9);
	*labels.added = '\0';
	assert_true(label_origin(&labels, &origin));
	assert_int_equal(origin.added, 0);
	strcpy(labels.added, "x1");
	assert_true(label_origin(&labels, &origin));
	assert_int_equal(origin.added, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_fields),
		TEST(nothing_but_name_and_mask),
		TEST(known_identifiers),
		TEST(all_masks),
		TEST(names),
		TEST(hostile_paths),
		TEST(every_byte),
		TEST(every_length),
		TEST(longest),
		TEST(random_paths),
		TEST(emit_ends_the_walk),
		TEST(each_in_order),
		TEST(all_gotos),
		TEST(set_and_ignore),
		TEST(nonsense_is_ignored),
		TEST(malformed_takes_back),
		TEST(too_much),
		TEST(random_identifiers),
		TEST(invalid_names),
		TEST(invalid_masks),
		TEST(partial_origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
