// SPDX-License-Identifier: GPL-2.0-or-later
/* The config map's bytes, those of others and hostile ones included. */
#include <errno.h>
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
#include "model/conf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED	      20260721
#define BAD	      "The dispatcher's config map is not understood: "
#define TOO_SMALL     BAD "it is too small"
#define NO_FIT	      BAD "its size is wrong"
#define TOO_MANY      BAD "it counts more programs than it has slots"
#define UNKNOWN	      BAD "it has a flag or a rule that this version does not know"

static const struct program plain = { .fd = -1 };
static const struct program frags = { .fd = -1, .frags = true };
static const struct program bound = { .fd = -1, .devbound = true };
static const struct program both = { .fd = -1, .frags = true, .devbound = true };
static const struct program *const programs[] = { &plain, &frags, &bound, &both };

static struct chain chain, decoded;
static struct conf conf;
static struct report report;
static __u32 buf[CONF_MAX_SIZE / sizeof(__u32)];

static int setup(void **state)
{
	(void)state;
	memset(&chain, 0, sizeof(chain));
	memset(&decoded, 0xff, sizeof(decoded));
	memset(&conf, 0xff, sizeof(conf));
	memset(buf, 0xff, sizeof(buf));
	report = (struct report)REPORT_INIT;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	report_free(&report);
	return 0;
}

static void put(__u32 prio, __u32 proceed_on, const struct program *program)
{
	struct entry *e = &chain.entries[chain.n++];

	strcpy(e->name, "e");
	e->uid = 1000 + chain.n;
	e->prio = prio;
	e->proceed_on = proceed_on;
	e->program = program;
}

/* Decode a copy that ends where its memory does, so that a sanitizer sees each
 * byte read behind it. */
static int decode(const void *bytes, size_t size, unsigned int version)
{
	void *copy = malloc(size ? size : 1);
	int err;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	report_free(&report);
	err = format_decode(copy, size, version, &decoded, &conf, &report);
	free(copy);
	return err;
}

static void assert_refused(int got, int err, const char *error)
{
	assert_int_equal(got, -err);
	assert_int_equal(report.status, STATUS_REFUSED);
	assert_string_equal(report.error, error);
}

/* ---- to and fro ---- */

static bool any(unsigned int flag)
{
	for (unsigned int i = 0; i < decoded.n; i++)
		if (conf.program_flags[i] & flag)
			return true;
	return false;
}

static void assert_decoded_entry(unsigned int i, __u32 mask)
{
	const struct entry *e = &chain.entries[i], *d = &decoded.entries[i];

	assert_int_equal(d->prio, e->prio);
	assert_int_equal(d->proceed_on, mask);
	assert_int_equal(!!(conf.program_flags[i] & XDP_DISPATCHER_F_FRAGS), e->program->frags);
	assert_int_equal(!!(conf.program_flags[i] & XDP_DISPATCHER_F_DEVBOUND),
			 e->program->devbound);
	assert_string_equal(d->name, "");
	assert_null(d->program);
	assert_false(d->empty);
}

static void roundtrip(enum chain_format format)
{
	size_t size;

	chain.format = format;
	size = format_encode(&chain, buf);
	assert_between(size, 1, CONF_MAX_SIZE);
	assert_int_equal(decode(buf, size, 0), 0);
	assert_int_equal(decoded.format, format);
	assert_int_equal(decoded.n, chain.n);
	for (unsigned int i = 0; i < chain.n; i++) {
		__u32 mask = chain.entries[i].proceed_on;

		if (format != FORMAT_EXTENDED && i == chain.n - 1)
			mask &= VERDICT_BIT(VERDICT_PASS);
		assert_decoded_entry(i, mask);
	}
	for (unsigned int i = chain.n; i < CHAIN_MAX; i++) {
		/* Room that is not used is not touched. */
		assert_int_equal(decoded.entries[i].prio, 0xffffffff);
		assert_int_equal(conf.program_flags[i], 0);
	}
	assert_int_equal(conf.frags, chain_frags(&chain));
	assert_int_equal(conf.devbound, format != FORMAT_2 && any(XDP_DISPATCHER_F_DEVBOUND));
}

static void roundtrips(void **state)
{
	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 3000; round++) {
		unsigned int n = lrand48() / 7 % (round % 20 ? 11 : CHAIN_MAX + 1);
		bool uniform = round & 1;

		setup(state);
		for (unsigned int i = 0; i < n; i++)
			put(mrand48(), lrand48() / 7 % 32,
			    programs[uniform ? 1 : lrand48() / 7 % 4]);
		if (n <= XDP_DISPATCHER_SLOTS) {
			roundtrip(FORMAT_2);
			roundtrip(FORMAT_3);
		}
		roundtrip(FORMAT_EXTENDED);
	}
}

static unsigned int below(unsigned int n)
{
	return lrand48() / 7 % n;
}

/* Gotos, disabled entries, and whether the format was asked for. */
static void random_extended(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		put(mrand48(), below(32), programs[below(4)]);
		chain.entries[i].disabled = below(3) == 0;
	}
	for (unsigned int i = 0; i + 1 < n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (below(4) == 0)
				rules_set(&chain.entries[i], VERDICT_BIT(v), FATE_GOTO,
					  chain.entries[i + 1 + below(n - i - 1)].uid);
	chain.format = FORMAT_EXTENDED;
	chain.keep_extended = below(2);
}

/* Whatever the rules are, they come back, and every entry has its uid. */
static void extended_roundtrips(void **state)
{
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 3000; round++) {
		setup(state);
		random_extended(below(round % 20 ? 12 : CHAIN_MAX + 1));
		assert_int_equal(decode(buf, format_encode(&chain, buf), 0), 0);
		assert_int_equal(decoded.last_uid, chain.n);
		assert_int_equal(conf.frags, chain_frags(&chain));
		for (unsigned int i = 0; i < decoded.n; i++) {
			assert_int_equal(decoded.entries[i].uid, i + 1);
			strcpy(decoded.entries[i].name, "e");
			decoded.entries[i].program = chain.entries[i].program;
		}
		assert_true(chain_equal(&decoded, &chain));
	}
}

/* The farthest goto there can be. */
static void farthest_goto(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < CHAIN_MAX; i++)
		put(i, 0, &plain);
	rules_set(&chain.entries[0], VERDICTS_ALL, FATE_GOTO, chain.entries[CHAIN_MAX - 1].uid);
	chain.format = FORMAT_EXTENDED;
	assert_int_equal(decode(buf, format_encode(&chain, buf), 0), 0);
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		assert_int_equal(rules_next(&decoded, 0, v), CHAIN_MAX - 1);
}

/* ---- known layouts, byte for byte ---- */

/* Numbers above a byte are of the machine's byte order, as in the kernel. */
static void layout_2(void **state)
{
	const struct xdp_dispatcher_v2 expected = {
		.magic = 236,
		.dispatcher_version = 2,
		.num_progs_enabled = 3,
		.is_xdp_frags = 0,
		.chain_call_actions = { 0x80000004, 0x8000001f, 0x80000000 },
		.run_prios = { 10, 50, 0xffffffff },
		.program_flags = { 0, 0x20, 0 },
	};

	(void)state;
	put(10, VERDICT_BIT(VERDICT_PASS), &plain);
	put(50, VERDICTS_ALL, &frags);
	put(UINT32_MAX, VERDICT_BIT(VERDICT_DROP), &plain);
	chain.format = FORMAT_2;
	assert_int_equal(format_encode(&chain, buf), 124);
	assert_memory_equal(buf, &expected, 124);
}

static void layout_3(void **state)
{
	static const struct {
		__u8 head[4];
		__u32 words[30];
		__u8 kind[4];
	} expected = {
		.head = { 236, 3, 2, 1 },
		.words = { [0] = 0x80000004, 0x80000004, [10] = 50, 51, [20] = 0x20, 0x60 },
		.kind = { 1 },
	};

	(void)state;
	put(50, VERDICT_BIT(VERDICT_PASS), &frags);
	put(51, VERDICTS_ALL, &both);
	chain.format = FORMAT_3;
	assert_int_equal(format_encode(&chain, buf), sizeof(expected));
	assert_memory_equal(buf, &expected, sizeof(expected));
}

static void layout_extended(void **state)
{
	static const __u8 expected[8 + 2 * 16] = {
		236,
		0xe0,
		2,
		0,
		0,
		0,
		0,
		0,
		/* prio 1000, plain, on drop and redirect */
		0xe8,
		0x03,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		1,
		0,
		0,
		1,
		0,
		/* prio 2, frags, on all, although it is the last */
		2,
		0,
		0,
		0,
		0x20,
		0,
		0,
		0,
		0,
		0,
		1,
		1,
		1,
		1,
		1,
		0,
	};

	(void)state;
	put(1000, VERDICT_BIT(VERDICT_DROP) | VERDICT_BIT(VERDICT_REDIRECT), &plain);
	put(2, VERDICTS_ALL, &frags);
	chain.format = FORMAT_EXTENDED;
	assert_int_equal(format_encode(&chain, buf), sizeof(expected));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	assert_memory_equal(buf, expected, sizeof(expected));
#endif
}

static void layout_extended_flags(void **state)
{
	const struct xdp_multi_config *x = (void *)buf;

	(void)state;
	put(1, 0, &both);
	chain.format = FORMAT_EXTENDED;
	assert_int_equal(format_encode(&chain, buf), 24);
	assert_int_equal(x->flags, XDP_MULTI_F_FRAGS | XDP_MULTI_F_DEVBOUND);
	chain.n = 0;
	for (unsigned int i = 0; i < CHAIN_MAX; i++)
		put(i, 0, &plain);
	assert_int_equal(format_encode(&chain, buf), 8 + 250 * 16);
	assert_int_equal(x->num_slots, 250);
	assert_int_equal(x->flags, 0);
	assert_int_equal(x->slots[249].run_prio, 249);
}

/* "goto the next one" and "next" differ in @gotos only. */
static void layout_rules(void **state)
{
	static const __u8 expected[8 + 3 * 16] = {
		236, 0xe0, 3, 0, 4, 0, 0, 0,
		/* on drop goto slot 1, on pass next, on tx goto slot 2 */
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 0, 0x0a,
		/* disabled, on pass next */
		2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
		/* no rule */
		3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	};

	(void)state;
	put(1, VERDICT_BIT(VERDICT_PASS), &plain);
	put(2, VERDICT_BIT(VERDICT_PASS), &plain);
	put(3, 0, &plain);
	chain.entries[0].go_to[VERDICT_DROP] = chain.entries[1].uid;
	chain.entries[0].go_to[VERDICT_TX] = chain.entries[2].uid;
	chain.entries[1].disabled = true;
	chain.format = FORMAT_EXTENDED;
	chain.keep_extended = true;
	assert_int_equal(format_encode(&chain, buf), sizeof(expected));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	assert_memory_equal(buf, expected, sizeof(expected));
#endif
}

/* The last slot's mask is {pass} or nothing, and bit 31 stands in every word
 * that is in use, in no other. */
static void last_mask_is_reduced(void **state)
{
	const struct xdp_dispatcher_v2 *v2 = (void *)buf;

	(void)state;
	for (unsigned int n = 1; n <= XDP_DISPATCHER_SLOTS; n++)
		for (__u32 mask = 0; mask <= VERDICTS_ALL; mask++) {
			chain.n = 0;
			for (unsigned int i = 0; i < n; i++)
				put(50, mask, &plain);
			chain.format = n & 1 ? FORMAT_2 : FORMAT_3;
			format_encode(&chain, buf);
			for (unsigned int i = 0; i < n - 1; i++)
				assert_int_equal(v2->chain_call_actions[i], mask | 0x80000000);
			assert_int_equal(v2->chain_call_actions[n - 1], (mask & 4) | 0x80000000);
			for (unsigned int i = n; i < XDP_DISPATCHER_SLOTS; i++)
				assert_int_equal(v2->chain_call_actions[i], 0);
		}
}

/* ---- what others write ---- */

static void assert_entries(unsigned int n, __u32 prio, __u32 mask)
{
	assert_int_equal(decoded.n, n);
	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(decoded.entries[i].prio, prio + i);
		assert_int_equal(decoded.entries[i].proceed_on, mask);
	}
}

static void version_1(void **state)
{
	struct xdp_dispatcher_v1 v1 = { .num_progs_enabled = 10 };

	(void)state;
	for (unsigned int i = 0; i < 10; i++) {
		v1.chain_call_actions[i] = 0x80000006;
		v1.run_prios[i] = 70 + i;
	}
	assert_int_equal(sizeof(v1), 84);
	assert_int_equal(decode(&v1, sizeof(v1), 1), 0);
	assert_int_equal(decoded.format, FORMAT_1);
	assert_entries(10, 70, 6);
	assert_false(conf.frags);
	assert_false(conf.devbound);
	assert_int_equal(conf.program_flags[0], 0);
	v1.num_progs_enabled = 1;
	assert_int_equal(decode(&v1, sizeof(v1), 1), 0);
	assert_entries(1, 70, 6);
	v1.num_progs_enabled = 11;
	assert_refused(decode(&v1, sizeof(v1), 1), EINVAL, TOO_MANY);
}

/* Write version 1, 2 or 3 as built with another number of slots. */
static size_t foreign(unsigned int version, unsigned int slots, unsigned int n)
{
	__u8 *head = (void *)buf;

	memset(buf, 0, sizeof(buf));
	if (version == 1) {
		head[0] = n;
	} else {
		head[0] = 236;
		head[1] = version;
		head[2] = n;
		head[3] = 1;
	}
	for (unsigned int i = 0; i < n && i < slots; i++) {
		buf[1 + i] = 0x80000001;
		buf[1 + slots + i] = 5 + i;
		if (version > 1)
			buf[1 + 2 * slots + i] = 0xdead0000 + i;
	}
	if (version == 3)
		head[4 + 12 * slots] = 1;
	return 4 + slots * (version == 1 ? 8 : 12) + (version == 3 ? 4 : 0);
}

static void other_numbers_of_slots(void **state)
{
	(void)state;
	for (unsigned int version = 1; version <= 3; version++)
		for (unsigned int slots = 1; slots <= 80; slots++) {
			size_t size = foreign(version, slots, slots);

			assert_int_equal(decode(buf, size, version), 0);
			assert_int_equal(decoded.format, version);
			assert_entries(slots, 5, 1);
			assert_int_equal(conf.frags, version > 1);
			assert_int_equal(conf.devbound, version == 3);
			assert_int_equal(conf.program_flags[slots - 1],
					 version > 1 ? 0xdead0000 + slots - 1 : 0);
			size = foreign(version, slots, slots + 1);
			assert_refused(decode(buf, size, version), EINVAL, TOO_MANY);
		}
	assert_int_equal(foreign(2, 20, 20), 244);
}

/* The version in the map counts, whatever the BTF says; without a magic number
 * only the BTF tells. */
static void whose_version_counts(void **state)
{
	size_t size = foreign(2, 10, 3);

	(void)state;
	for (unsigned int version = 0; version < 256; version++) {
		assert_int_equal(decode(buf, size, version), 0);
		assert_int_equal(decoded.format, FORMAT_2);
	}
	size = foreign(1, 10, 3);
	assert_refused(decode(buf, size, 0), EOPNOTSUPP,
		       "The dispatcher has the unknown version 0");
	assert_refused(decode(buf, size, 4), EOPNOTSUPP,
		       "The dispatcher has the unknown version 4");
}

static void unknown_versions(void **state)
{
	__u8 *head = (void *)buf;
	char error[80];

	(void)state;
	foreign(2, 10, 3);
	for (unsigned int version = 4; version < 256; version++) {
		if (version == XDP_MULTI_VERSION)
			continue;
		head[1] = version;
		snprintf(error, sizeof(error), "The dispatcher has the unknown version %u",
			 version);
		assert_refused(decode(buf, 128, 2), EOPNOTSUPP, error);
	}
}

static void empty_ones(void **state)
{
	(void)state;
	for (unsigned int version = 1; version <= 3; version++) {
		assert_int_equal(decode(buf, foreign(version, 10, 0), version), 0);
		assert_int_equal(decoded.n, 0);
	}
	chain.format = FORMAT_EXTENDED;
	assert_int_equal(decode(buf, format_encode(&chain, buf), 0), 0);
	assert_int_equal(decoded.n, 0);
}

/* ---- hostile bytes ---- */

/* Every size below the right one, of maps whose slots are all in use. */
static void truncated(void **state)
{
	(void)state;
	for (unsigned int version = 1; version <= 3; version++) {
		size_t full = foreign(version, 10, 10);

		for (size_t size = 0; size < full; size++)
			assert_int_equal(decode(buf, size, version), -EINVAL);
		assert_int_equal(decode(buf, full, version), 0);
	}
	foreign(2, 10, 10);
	for (size_t size = 0; size < 4; size++)
		assert_refused(decode(buf, size, 2), EINVAL, TOO_SMALL);
	assert_refused(decode(buf, 4, 2), EINVAL, NO_FIT);
	assert_refused(decode(buf, 15, 2), EINVAL, NO_FIT);
	assert_refused(decode(buf, 16, 2), EINVAL, TOO_MANY);
	assert_refused(decode(buf, 123, 2), EINVAL, NO_FIT);
	assert_refused(decode(buf, 128, 2), EINVAL, NO_FIT);
	foreign(3, 10, 10);
	assert_refused(decode(buf, 124, 3), EINVAL, NO_FIT);
}

static void truncated_extended(void **state)
{
	size_t full;

	(void)state;
	chain.format = FORMAT_EXTENDED;
	for (unsigned int i = 0; i < CHAIN_MAX; i++)
		put(i, VERDICTS_ALL, &plain);
	full = format_encode(&chain, buf);
	assert_int_equal(full, CONF_MAX_SIZE);
	for (size_t size = 0; size < full; size++)
		assert_refused(decode(buf, size, 0), EINVAL, size < 4 ? TOO_SMALL : TOO_MANY);
	assert_int_equal(decode(buf, full, 0), 0);
}

static void too_many_for_us(void **state)
{
	struct xdp_multi_config *x = (void *)buf;
	__u8 big[4 + 12 * 255] = { 236, 2, 250 };

	(void)state;
	assert_int_equal(decode(big, sizeof(big), 0), 0);
	assert_int_equal(decoded.n, 250);
	for (unsigned int n = 251; n < 256; n++) {
		big[2] = n;
		assert_refused(decode(big, sizeof(big), 0), EINVAL, TOO_MANY);
	}
	chain.format = FORMAT_EXTENDED;
	format_encode(&chain, buf);
	for (unsigned int n = 251; n < 65536; n += 97) {
		x->num_slots = n;
		assert_refused(decode(buf, sizeof(buf), 0), EINVAL, TOO_MANY);
	}
}

/* Rules of a later version of ours: never shown as something else. */
static void unknown_rules(void **state)
{
	struct xdp_multi_config *x = (void *)buf;
	size_t size;

	(void)state;
	chain.format = FORMAT_EXTENDED;
	for (unsigned int i = 0; i < 3; i++)
		put(i, VERDICTS_ALL, &plain);
	size = format_encode(&chain, buf);
	for (unsigned int i = 0; i < 3; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			x->slots[i].next[v] = v & 1 ? 2 : 255;
			assert_refused(decode(buf, size, 0), EINVAL, UNKNOWN);
			x->slots[i].next[v] = 1;
		}
	for (unsigned int bit = 3; bit < 16; bit++) {
		x->slots[2].flags = 1U << bit;
		assert_refused(decode(buf, size, 0), EINVAL, UNKNOWN);
	}
	x->slots[2].flags = 0;
	for (unsigned int bit = N_VERDICTS; bit < 8; bit++) {
		x->slots[2].gotos = 1U << bit;
		assert_refused(decode(buf, size, 0), EINVAL, UNKNOWN);
	}
	x->slots[2].gotos = 0;
	for (unsigned int bit = 3; bit < 32; bit++) {
		if (1U << bit == XDP_MULTI_F_TRACED)
			continue;
		x->flags = 1U << bit;
		assert_refused(decode(buf, size, 0), EINVAL, UNKNOWN);
	}
	x->flags = XDP_MULTI_F_TRACED;
	assert_int_equal(decode(buf, size, 0), 0);
	assert_true(decoded.traced);
	x->flags = 7;
	assert_int_equal(decode(buf, size, 0), 0);
	assert_true(decoded.keep_extended);
}

/* A goto must lead to a slot that is there; the one behind the last is none. */
static void hostile_gotos(void **state)
{
	struct xdp_multi_config *x = (void *)buf;
	size_t size;

	(void)state;
	chain.format = FORMAT_EXTENDED;
	for (unsigned int i = 0; i < 5; i++)
		put(i, 0, &plain);
	size = format_encode(&chain, buf);
	for (unsigned int i = 0; i < 5; i++)
		for (unsigned int next = 1; next < 256; next++) {
			x->slots[i].next[VERDICT_TX] = next;
			x->slots[i].gotos = VERDICT_BIT(VERDICT_TX);
			if (i + next < 5) {
				assert_int_equal(decode(buf, size, 0), 0);
				assert_int_equal(rules_next(&decoded, i, VERDICT_TX), i + next);
			} else {
				assert_refused(decode(buf, size, 0), EINVAL, UNKNOWN);
			}
			x->slots[i].next[VERDICT_TX] = 0;
			x->slots[i].gotos = 0;
		}
}

static void assert_sane(int err)
{
	if (err) {
		assert_true(err == -EINVAL || err == -EOPNOTSUPP);
		assert_string_not_equal(report.error, "");
		return;
	}
	assert_between(decoded.n, 0, CHAIN_MAX);
	for (unsigned int i = 0; i < decoded.n; i++)
		assert_int_equal(decoded.entries[i].proceed_on & ~VERDICTS_ALL, 0);
	report_free(&report);
	assert_int_equal(rules_check(&decoded, &report), 0);
}

static void random_bytes(void **state)
{
	static const __u8 versions[] = { 1, 2, 3, XDP_MULTI_VERSION };
	__u8 *bytes = (void *)buf;

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 20000; round++) {
		size_t size = lrand48() / 7 % (round % 10 ? 300 : CONF_MAX_SIZE);
		__u8 version = versions[lrand48() / 7 % 4];

		for (size_t i = 0; i < 1 + size / 4; i++)
			buf[i] = mrand48();
		if (round % 8)
			bytes[0] = XDP_DISPATCHER_MAGIC;
		if (round % 16 > 1)
			bytes[1] = version;
		if (round % 4 > 1)
			bytes[2] = lrand48() / 7 % 20;
		if (round % 4 == 3)
			bytes[3] = 0;
		assert_sane(decode(buf, size, version));
	}
}

/* Right but for one byte. */
static void flipped_bytes(void **state)
{
	__u8 *bytes = (void *)buf;

	(void)state;
	for (unsigned int kind = 1; kind <= 4; kind++) {
		size_t size;

		setup(state);
		chain.format = FORMAT_EXTENDED;
		for (unsigned int i = 0; i < 5; i++)
			put(i, i, &plain);
		size = kind < 4 ? foreign(kind, 10, 10) : format_encode(&chain, buf);
		for (size_t i = 0; i < size; i++)
			for (unsigned int x = 1; x < 256; x++) {
				bytes[i] ^= x;
				assert_sane(decode(buf, size, kind));
				bytes[i] ^= x;
			}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(roundtrips),
		TEST(extended_roundtrips),
		TEST(farthest_goto),
		TEST(layout_2),
		TEST(layout_3),
		TEST(layout_extended),
		TEST(layout_extended_flags),
		TEST(layout_rules),
		TEST(last_mask_is_reduced),
		TEST(version_1),
		TEST(other_numbers_of_slots),
		TEST(whose_version_counts),
		TEST(unknown_versions),
		TEST(empty_ones),
		TEST(truncated),
		TEST(truncated_extended),
		TEST(too_many_for_us),
		TEST(unknown_rules),
		TEST(hostile_gotos),
		TEST(random_bytes),
		TEST(flipped_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
