// SPDX-License-Identifier: GPL-2.0-or-later
/* The names of directories on the bpffs, to and fro, and what is noted there. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel/store.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	struct store_dir dir;
} good[] = {
	{ "dispatch-4-29", { STORE_LIBXDP, 4, 29 } },
	{ "dispatch-1-1", { STORE_LIBXDP, 1, 1 } },
	{ "dispatch-2147483647-4294967295", { STORE_LIBXDP, INT_MAX, UINT_MAX } },
	{ "dispatch-9-10", { STORE_LIBXDP, 9, 10 } },
	{ "dispatch-10-9", { STORE_LIBXDP, 10, 9 } },
	{ "multi-4-29", { STORE_EXTENDED, 4, 29 } },
	{ "multi-1-1", { STORE_EXTENDED, 1, 1 } },
	{ "multi-2147483647-4294967295", { STORE_EXTENDED, INT_MAX, UINT_MAX } },
	{ "multi-100-1000000000", { STORE_EXTENDED, 100, 1000000000 } },
};

static const char *const bad[] = {
	/* not even close */
	"",
	"-",
	"4-29",
	"xdp",
	"globals",
	"prog-test-link-1-4",
	"prog0-link",
	".",
	"..",
	"dispatch",
	"multi",
	/* cut off */
	"dispatch-",
	"dispatch-4",
	"dispatch-4-",
	"dispatch--29",
	"dispatch--",
	"multi-",
	"multi-4",
	"multi-4-",
	"multi--29",
	/* a prefix that is not ours */
	"Dispatch-4-29",
	"MULTI-4-29",
	"ddispatch-4-29",
	" dispatch-4-29",
	"multidispatch-4-29",
	"dispatch4-29",
	"multi4-29",
	"dispatch_4_29",
	"multi-dispatch-4-29",
	"dispatch/4-29",
	/* trailing text, which scanf would take */
	"dispatch-4-29 ",
	"dispatch-4-29\n",
	"dispatch-4-29x",
	"dispatch-4-29-",
	"dispatch-4-29-1",
	"dispatch-4-29.meta",
	"dispatch-4-29/..",
	"multi-4-29-tmp",
	"multi-4-29.new",
	/* leading zeros and zero */
	"dispatch-04-29",
	"dispatch-4-029",
	"dispatch-0-29",
	"dispatch-4-0",
	"dispatch-00-1",
	"multi-0-0",
	"multi-01-1",
	"multi-1-01",
	/* signs, spaces, other bases, other digits */
	"dispatch-+4-29",
	"dispatch--4-29",
	"dispatch-4-+29",
	"dispatch-4--29",
	"dispatch- 4-29",
	"dispatch-4- 29",
	"dispatch-4 -29",
	"dispatch-0x4-29",
	"dispatch-4-0x1d",
	"dispatch-4-1e3",
	"dispatch-\xd9\xa4-29",
	"dispatch-a-b",
	/* one more than the largest, and much more */
	"dispatch-2147483648-29",
	"dispatch-4-4294967296",
	"multi-2147483648-1",
	"multi-1-4294967296",
	"dispatch-4294967300-29",
	"dispatch-4-4294967325",
	"dispatch-18446744073709551620-29",
	"dispatch-4-18446744073709551645",
	"dispatch-4-99999999999999999999999999999999999999999999999999999999",
	/* terminal escapes */
	"\033]0;x\007",
	"dispatch-\033[2J-1",
	"multi-4-29\033[2J",
};

static void names_are_written(void **state)
{
	char buf[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		memset(buf, 'x', sizeof(buf));
		store_dir_name(&good[i].dir, buf);
		assert_string_equal(buf, good[i].name);
	}
}

static void names_are_read(void **state)
{
	struct store_dir d;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		memset(&d, 0xff, sizeof(d));
		assert_true(store_parse_dir(good[i].name, &d));
		assert_int_equal(d.kind, good[i].dir.kind);
		assert_int_equal(d.ifindex, good[i].dir.ifindex);
		assert_int_equal(d.id, good[i].dir.id);
	}
}

static void other_names_are_refused(void **state)
{
	struct store_dir d, untouched;

	(void)state;
	memset(&d, 0x5a, sizeof(d));
	untouched = d;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (store_parse_dir(bad[i], &d))
			fail_msg("accepted \"%s\"", bad[i]);
		assert_memory_equal(&d, &untouched, sizeof(d));
	}
}

/* Whatever single byte is changed: another name of ours, or none. */
static void changed_names_are_exact(void **state)
{
	static const char name[] = "dispatch-40-29";
	char changed[sizeof(name)], again[64];
	struct store_dir d;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(name); i++) {
		for (int byte = 1; byte < 256; byte++) {
			memcpy(changed, name, sizeof(name));
			changed[i] = byte;
			if (!store_parse_dir(changed, &d))
				continue;
			store_dir_name(&d, again);
			assert_string_equal(again, changed);
		}
	}
}

/* Around every power of two and ten, up to beyond 64 bits. */
static void number_bounds(void **state)
{
	char name[128];
	struct store_dir d;

	(void)state;
	for (int bit = 0; bit < 64; bit++) {
		for (int delta = -1; delta <= 1; delta++) {
			unsigned long long n = (1ULL << bit) + delta;

			snprintf(name, sizeof(name), "multi-%llu-7", n);
			assert_int_equal(store_parse_dir(name, &d), n > 0 && n <= INT_MAX);
			snprintf(name, sizeof(name), "multi-7-%llu", n);
			assert_int_equal(store_parse_dir(name, &d), n > 0 && n <= UINT_MAX);
		}
	}
	for (int zeros = 0; zeros < 40; zeros++) {
		snprintf(name, sizeof(name), "dispatch-7-1%.*s", zeros,
			 "0000000000000000000000000000000000000000");
		assert_int_equal(store_parse_dir(name, &d), zeros < 10);
	}
}

/* ---- directories; for these any file system does ---- */

static struct store store;
static char place[] = "/tmp/unit-store-XXXXXX";

static int make_place(void **state)
{
	(void)state;
	strcpy(place + sizeof(place) - 7, "XXXXXX");
	if (!mkdtemp(place))
		return -1;
	store = (struct store){ .root = -1, .xdp = open(place, O_RDONLY) };
	return store.xdp < 0 ? -1 : 0;
}

static int remove_place(void **state)
{
	char command[64];

	(void)state;
	close(store.xdp);
	snprintf(command, sizeof(command), "rm -r %s", place);
	return system(command);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(fstatat(store.xdp, name, &st, 0), 0);
	return st.st_mode & 07777;
}

static void pending(void **state)
{
	const struct store_dir d = { STORE_LIBXDP, 4, 29 };
	const struct store_dir other = { STORE_EXTENDED, 4, 29 };

	(void)state;
	/* As libxdp makes them. */
	assert_int_equal(mkdirat(store.xdp, "dispatch-4-29", 0700), 0);
	assert_false(store_is_pending(&store, &d));
	store_set_mark(&store, &d, STORE_PENDING);
	assert_true(store_is_pending(&store, &d));
	assert_int_equal(mode_of("dispatch-4-29"), 01700);
	store_set_mark(&store, &d, STORE_PENDING);
	assert_true(store_is_pending(&store, &d));
	store_set_mark(&store, &d, STORE_SETTLED);
	assert_false(store_is_pending(&store, &d));
	assert_int_equal(mode_of("dispatch-4-29"), 0700);
	/* What is not there is not pending, and is not made. */
	store_set_mark(&store, &other, STORE_PENDING);
	assert_false(store_is_pending(&store, &other));
	assert_int_equal(faccessat(store.xdp, "multi-4-29", F_OK, 0), -1);
}

static void notes(void **state)
{
	const struct store_dir d = { STORE_LIBXDP, 4, 29 };
	const struct store_note all = { .netns = 17, .owner = INT32_MAX };
	const struct store_note one = { .owner = 5 };
	struct store_note note;

	(void)state;
	assert_int_equal(store_look(&store, &d, &note), -ENOENT);
	assert_int_equal(mkdirat(store.xdp, "dispatch-4-29", 0700), 0);
	assert_int_equal(store_look(&store, &d, &note), STORE_SETTLED);
	assert_int_equal(note.netns, 0);
	assert_int_equal(note.owner, 0);
	store_put_note(&store, &d, &all);
	assert_int_equal(store_look(&store, &d, &note), STORE_SETTLED);
	assert_int_equal(note.netns, 17);
	assert_int_equal(note.owner, INT32_MAX);
	/* What is not known leaves what is there. */
	store_put_note(&store, &d, &one);
	assert_int_equal(store_look(&store, &d, &note), STORE_SETTLED);
	assert_int_equal(note.netns, 17);
	assert_int_equal(note.owner, 5);
	/* Another pin does away with the namespace, and not with the owner. */
	assert_int_equal(mkdirat(store.xdp, "dispatch-4-29/pin", 0700), 0);
	assert_int_equal(store_look(&store, &d, &note), STORE_SETTLED);
	assert_int_equal(note.netns, 0);
	assert_int_equal(note.owner, 5);
}

static void pins(void **state)
{
	const struct store_dir d = { STORE_EXTENDED, 4, 29 };

	(void)state;
	assert_false(store_has_pin(&store, &d, STORE_DISPATCHER_PIN));
	assert_int_equal(mkdirat(store.xdp, "multi-4-29", 0700), 0);
	assert_false(store_has_pin(&store, &d, STORE_DISPATCHER_PIN));
	assert_int_equal(mkdirat(store.xdp, "multi-4-29/dispatcher", 0700), 0);
	assert_true(store_has_pin(&store, &d, STORE_DISPATCHER_PIN));
	assert_false(store_has_pin(&store, &d, "entries"));
}

static int join(const struct store_dir *d, void *arg)
{
	char name[64];

	store_dir_name(d, name);
	/* The list is complete before the first call. */
	assert_int_equal(unlinkat(store.xdp, name, AT_REMOVEDIR), 0);
	strcat(arg, name);
	strcat(arg, " ");
	return d->id == 30 ? -7 : 0;
}

static void walk(void **state)
{
	static const char *const names[] = {
		"multi-4-29",	 "dispatch-10-9", "dispatch-4-100",	"dispatch-4-29",
		"dispatch-9-10", "globals",	  "dispatch-4-29.meta",
	};
	struct report r = REPORT_INIT;
	char text[256] = "";
	int fd;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(mkdirat(store.xdp, names[i], 0700), 0);
	fd = openat(store.xdp, "dispatch-5-5", O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_false(store_has_none(&store, 4));
	assert_false(store_has_none(&store, 10));
	assert_true(store_has_none(&store, 5));
	assert_true(store_has_none(&store, 29));
	assert_int_equal(store_each_dir(&store, join, text, &r), 0);
	assert_string_equal(text,
			    "dispatch-4-29 dispatch-4-100 dispatch-9-10 dispatch-10-9 multi-4-29 ");
	text[0] = '\0';
	assert_int_equal(mkdirat(store.xdp, "multi-4-30", 0700), 0);
	assert_int_equal(mkdirat(store.xdp, "multi-4-31", 0700), 0);
	assert_int_equal(store_each_dir(&store, join, text, &r), -7);
	assert_string_equal(text, "multi-4-30 ");
	report_free(&r);
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_written),
		cmocka_unit_test(names_are_read),
		cmocka_unit_test(other_names_are_refused),
		cmocka_unit_test(changed_names_are_exact),
		cmocka_unit_test(number_bounds),
		IN_PLACE(pending),
		IN_PLACE(notes),
		IN_PLACE(pins),
		IN_PLACE(walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
