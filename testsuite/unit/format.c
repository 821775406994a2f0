// SPDX-License-Identifier: GPL-2.0-or-later
/* What is true of each format. */
#include "fixture.h"

#include "model/conf.h"

static __u32 config[CONF_MAX_SIZE / sizeof(__u32)];
static struct conf conf;
static struct chain decoded;

/* What a chain can need of a format. */
enum need {
	NOTHING,
	ELEVEN,
	ALL_SLOTS,
	DISABLED,
	TAIL,
	GOTO,
	NEAR_GOTO,
	DEVBOUND,
	N_NEEDS,
};

/* Also the order in which they are told. */
static const char *const reasons[N_NEEDS] = {
	[ELEVEN] = "it has more than 10 entries",
	[ALL_SLOTS] = "it has more than 10 entries",
	[DISABLED] = "it has a disabled entry",
	[TAIL] = "it has an entry that is tail-called",
	[GOTO] = "it has a goto that skips an entry",
	[DEVBOUND] = "it has a device-bound program",
};

static const struct {
	unsigned int version;
	const char *name;
	bool libxdps;
	bool writable;
	enum store_kind store;
	unsigned int holds; /* bits of needs */
} known[] = {
	{ 1, "1", true, false, STORE_LIBXDP, 1U << NOTHING | 1U << NEAR_GOTO },
	{ 2, "2", true, true, STORE_LIBXDP, 1U << NOTHING | 1U << NEAR_GOTO },
	{ 3, "3", true, true, STORE_LIBXDP, 1U << NOTHING | 1U << NEAR_GOTO | 1U << DEVBOUND },
	{ 0xe0, "extended", false, true, STORE_EXTENDED, (1U << N_NEEDS) - 1 },
};

static void make_chain(enum need need)
{
	setup(NULL);
	fill(need == ELEVEN ? 11 : need == ALL_SLOTS ? CHAIN_MAX : 10);
	if (need == DISABLED)
		chain.entries[3].disabled = true;
	if (need == TAIL)
		chain.entries[9].linkage = LINKAGE_TAIL;
	if (need == GOTO)
		chain.entries[0].go_to[VERDICT_TX] = chain.entries[9].uid;
	if (need == NEAR_GOTO)
		chain.entries[0].go_to[VERDICT_TX] = chain.entries[1].uid;
	if (need == DEVBOUND)
		programs[9].devbound = true;
}

static void four_are_known(void **state)
{
	unsigned int n = 0;

	(void)state;
	for (unsigned int version = 0; version < 0x200; version++)
		n += !!format_of(version);
	assert_int_equal(n, ARRAY_SIZE(known));
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		const struct format *f = format_of(known[i].version);

		assert_non_null(f);
		assert_int_equal(f->version, known[i].version);
		assert_string_equal(format_name(f->version), known[i].name);
		assert_int_equal(format_is_libxdps(f->version), known[i].libxdps);
		assert_int_equal(f->writable, known[i].writable);
		assert_int_equal(!f->encode, !known[i].writable);
		assert_int_equal(f->store, known[i].store);
	}
	assert_string_equal(format_name(FORMAT_UNSET), "none");
	assert_false(format_is_libxdps(FORMAT_UNSET));
}

/* On the command line: one that can only be read is no choice. */
static void words(void **state)
{
	static const char *const none[] = {
		"", "0", "1", "4", "224", "Extended", "extended ", "03"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		assert_ptr_equal(format_by_name(known[i].name),
				 known[i].writable ? format_of(known[i].version) : NULL);
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_null(format_by_name(none[i]));
}

static void what_each_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		for (enum need need = NOTHING; need < N_NEEDS; need++) {
			const char *lack;

			make_chain(need);
			lack = format_lack(format_of(known[i].version), &chain);
			if (known[i].holds & 1U << need)
				assert_null(lack);
			else
				assert_string_equal(lack, reasons[need]);
		}
}

/* What a format holds comes back from it, under its own number. */
static void what_is_held_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		for (enum need need = NOTHING; need < N_NEEDS; need++) {
			size_t size;

			if (!known[i].writable || !(known[i].holds & 1U << need))
				continue;
			make_chain(need);
			chain.format = known[i].version;
			size = format_encode(&chain, config);
			assert_int_equal(format_decode(config, size, 0, &decoded, &conf, &report),
					 0);
			assert_int_equal(decoded.format, chain.format);
			assert_int_equal(decoded.n, chain.n);
			assert_null(format_lack(format_of(decoded.format), &decoded));
			assert_int_equal(conf.devbound, need == DEVBOUND);
			assert_int_equal(decoded.entries[3].disabled, need == DISABLED);
			assert_int_equal(decoded.entries[9].linkage == LINKAGE_TAIL, need == TAIL);
			assert_int_equal(decoded.entries[0].go_to[VERDICT_TX],
					 need == GOTO ? decoded.entries[9].uid
					 : need == NEAR_GOTO && !known[i].libxdps
						 ? decoded.entries[1].uid
						 : 0);
			assert_int_equal(rules_leads_on(&decoded, 0) & VERDICT_BIT(VERDICT_TX),
					 need == NEAR_GOTO ? VERDICT_BIT(VERDICT_TX) : 0);
		}
}

/* Only then is it looked up which libxdp is installed. */
static void when_libxdp_matters(void **state)
{
	static const struct {
		unsigned int old;
		bool keep_extended;
		enum need need;
		unsigned int wanted;
		bool fresh;
	} rows[] = {
		{ 0, false, NOTHING, 0, true },	    { 0, false, NOTHING, 3, false },
		{ 0, false, DEVBOUND, 0, true },    { 0, false, ELEVEN, 0, false },
		{ 0, false, TAIL, 0, false },	    { 1, false, NOTHING, 0, true },
		{ 1, false, GOTO, 0, false },	    { 1, false, NOTHING, 2, false },
		{ 2, false, NOTHING, 0, false },    { 3, false, NOTHING, 0, false },
		{ 2, false, DEVBOUND, 0, false },   { 0xe0, false, NOTHING, 0, true },
		{ 0xe0, false, TAIL, 0, false },    { 0xe0, true, NOTHING, 0, false },
		{ 0xe0, false, NOTHING, 2, false }, { 0xe0, false, NEAR_GOTO, 0, true },
		{ 0, false, NEAR_GOTO, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		make_chain(rows[i].need);
		chain.format = rows[i].old;
		chain.keep_extended = rows[i].keep_extended;
		if (format_wants_fresh(&chain, rows[i].wanted) != rows[i].fresh)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(four_are_known),	   TEST(words),
		TEST(what_each_holds),	   TEST(what_is_held_is_read),
		TEST(when_libxdp_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
