// SPDX-License-Identifier: GPL-2.0-or-later
/* What a program changed in a packet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "between.h"
#include "../../ip/change_text.h"
#include "model/packet_change.h"
#include "model/trace.h"

static char text[CHANGE_TEXT_SIZE];

/* The change between two packets that are there whole, or as much of them. */
static const char *cut(const char *old, __u32 old_cap, const char *new, __u32 new_cap, __s32 head)
{
	const struct piece_of_packet before = { (const __u8 *)old, old_cap, strlen(old) };
	const struct piece_of_packet after = { (const __u8 *)new, new_cap, strlen(new) };
	struct traced_step step = { .entry = "e" };

	packet_change(&before, &after, head, &step.change);
	return step.change.any ? change_text(&step, text) : "";
}

static const char *change(const char *old, const char *new, __s32 head)
{
	return cut(old, strlen(old), new, strlen(new), head);
}

static void bytes(void **state)
{
	(void)state;
	assert_string_equal(change("abcdef", "abcdef", 0), "");
	assert_string_equal(change("", "", 0), "");
	assert_string_equal(change("abcdef", "bbcdeg", 0), "e: 6 bytes, 0: 61 > 62, 5: 66 > 67");
	assert_string_equal(change("abcdef", "aXYdef", 0), "e: 6 bytes, 1-2: 6263 > 5859");
}

static void ends(void **state)
{
	(void)state;
	assert_string_equal(change("abcdef", "cdef", 2), "e: 6 > 4 bytes, 2 removed in front");
	assert_string_equal(change("abcdef", "XYabcdef", -2),
			    "e: 6 > 8 bytes, 2 added in front, 0-1: 5859");
	assert_string_equal(change("abcdef", "abcd", 0), "e: 6 > 4 bytes, 2 removed at the end");
	assert_string_equal(change("abcdef", "abcdefX", 0),
			    "e: 6 > 7 bytes, 1 added at the end, 6: 58");
	assert_string_equal(change("abcdef", "XabZdeY", -1),
			    "e: 6 > 7 bytes, 1 added in front, 0: 58, 3: 63 > 5a, 6: 66 > 59");
	/* Moved by as much as went at the other end. */
	assert_string_equal(change("abcdef", "bcdefX", 1),
			    "e: 6 bytes, 1 removed in front, 1 added at the end, 5: 58");
	/* Nothing of the old packet is left. */
	assert_string_equal(change("abc", "XYZ", 3),
			    "e: 3 bytes, 3 removed in front, 3 added at the end, 0-2: 58595a");
	assert_string_equal(change("abc", "", 0), "e: 3 > 0 bytes, 3 removed at the end");
}

/* What is not there of a packet is not compared. */
static void pieces(void **state)
{
	(void)state;
	assert_string_equal(cut("abcdef", 4, "abcdeX", 6, 0), "");
	assert_string_equal(cut("abcdef", 6, "abcdeX", 4, 0), "");
	assert_string_equal(cut("abcdef", 4, "cXYf", 4, 2),
			    "e: 6 > 4 bytes, 2 removed in front, 1: 64 > 58");
	assert_string_equal(cut("abcdef", 2, "abXdefY", 7, 0),
			    "e: 6 > 7 bytes, 1 added at the end, 6: 59");
}

/* However much it is, the text has room and an end. */
static void bounds(void **state)
{
	char old[257], new[257], name[] = "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1";
	struct traced_step step = { .entry = name };
	struct piece_of_packet before, after;

	(void)state;
	for (unsigned int i = 0; i < 256; i++) {
		old[i] = 'a';
		new[i] = i % 2 ? 'a' : 'b';
	}
	old[256] = new[256] = '\0';
	assert_string_equal(strrchr(change(old, new, 0), ','), ", ...");
	memset(new, 'b', 256);
	assert_non_null(strstr(change(old, new, 0), ", 0-255: 6161"));
	assert_non_null(strstr(text, "61... > 6262"));
	for (unsigned int i = 9; i < 256; i += 10)
		new[i] = 'a';
	before = (struct piece_of_packet){ (const __u8 *)old, 256, UINT32_MAX };
	after = (struct piece_of_packet){ (const __u8 *)new, 256, UINT32_MAX };
	packet_change(&before, &after, 0, &step.change);
	assert_int_equal(step.change.n, CHANGE_RANGES);
	assert_between(strlen(change_text(&step, text)), 1, CHANGE_TEXT_SIZE - 1);
}

/* Events of any length are read only where they are. */
static void events(void **state)
{
	static union {
		struct trace_event e;
		char bytes[1024];
	} u;
	struct trace_event *e = &u.e;

	(void)state;
	e->n_steps = 2;
	e->piece = 8;
	e->caplen = 10;
	assert_null(trace_packet(e, sizeof(*e)));
	assert_null(trace_packet(e, sizeof(*e) + 2 * sizeof(e->steps[0]) + 16 + 9));
	assert_ptr_equal(trace_packet(e, sizeof(*e) + 2 * sizeof(e->steps[0]) + 16 + 10),
			 (char *)&e->steps[2] + 16);
	assert_ptr_equal(trace_piece_of(e, 1), (char *)&e->steps[2] + 8);
	e->piece = TRACE_CHANGES_MAX + 1;
	assert_null(trace_packet(e, sizeof(u)));
	for (unsigned int n = 1; n <= CHAIN_MAX; n++) {
		assert_between(trace_piece(n), 40, TRACE_CHANGES_MAX);
		assert_between(sizeof(struct trace_scratch) +
				       n * (sizeof(e->steps[0]) + trace_piece(n)) + TRACE_SNAP_MAX,
			       0, TRACE_SCRATCH_SIZE);
	}
	assert_int_equal(trace_piece(50), TRACE_CHANGES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes),  cmocka_unit_test(ends),   cmocka_unit_test(pieces),
		cmocka_unit_test(bounds), cmocka_unit_test(events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
