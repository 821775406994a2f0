// SPDX-License-Identifier: GPL-2.0-or-later
/* What a dispatcher says of itself in its BTF, and what is made of that. */
#include "fixture.h"

#include <bpf/btf.h>

#include "dispatcher/dispatcher_btf.h"

static struct dispatcher_types types;
static struct dispatcher_view view;
static struct labels labels;

/* BTF of the chain, read into @view. */
static struct btf *roundtrip(void)
{
	struct btf *btf = dispatcher_btf_make(&chain, &types);

	assert_non_null(btf);
	memset(&view, 0, sizeof(view));
	view.chain.n = chain.n;
	dispatcher_btf_read(btf, &view);
	return btf;
}

static void assert_netns(__u64 want)
{
	btf__free(roundtrip());
	assert_true(view.chain.netns == want);
}

/* BTF that somebody else may have made: one enum with one enumerator. */
static __u64 read_netns(const char *name, const char *ident)
{
	struct btf *btf = btf__new_empty();

	assert_non_null(btf);
	assert_true(btf__add_enum(btf, name, 4) > 0);
	if (ident)
		assert_int_equal(btf__add_enum_value(btf, ident, 0), 0);
	memset(&view, 0, sizeof(view));
	dispatcher_btf_read(btf, &view);
	assert_false(view.ours);
	btf__free(btf);
	return view.chain.netns;
}

static void netns_cookie(void **state)
{
	static const __u64 cookies[] = {
		0, 1, 4711, (1ULL << 32) - 1, 1ULL << 32, UINT64_MAX - 1, UINT64_MAX,
	};
	static const enum chain_format formats[] = {
		FORMAT_2,
		FORMAT_3,
		FORMAT_EXTENDED,
	};

	(void)state;
	fill(3);
	for (size_t f = 0; f < ARRAY_SIZE(formats); f++)
		for (size_t i = 0; i < ARRAY_SIZE(cookies); i++) {
			chain.format = formats[f];
			chain.netns = cookies[i];
			assert_netns(cookies[i]);
		}
}

/* Written into dispatchers that run, so it must be read for ever. */
static void netns_known(void **state)
{
	const struct btf_type *t;
	struct btf *btf;
	int id;

	(void)state;
	fill(1);
	chain.format = FORMAT_2;
	chain.netns = 4711;
	btf = roundtrip();
	id = btf__find_by_name_kind(btf, "xdp_multi_chain", BTF_KIND_ENUM);
	assert_true(id > 0);
	t = btf__type_by_id(btf, id);
	assert_int_equal(btf_vlen(t), 1);
	assert_string_equal(btf__name_by_offset(btf, btf_enum(t)->name_off), "netns_4711");
	btf__free(btf);
	chain.netns = 0;
	btf = roundtrip();
	assert_true(btf__find_by_name_kind(btf, "xdp_multi_chain", BTF_KIND_ENUM) < 0);
	btf__free(btf);
}

static void netns_nonsense(void **state)
{
	static const char *const idents[] = {
		"netns_",   "netns_x",	 "netns_1x",
		"netns_01", "netns_0x1", "netns_18446744073709551616",
		"netns__1", "netns",	 "name_a",
		"Netns_1",
	};

	(void)state;
	assert_true(read_netns("xdp_multi_chain", "netns_7") == 7);
	assert_true(read_netns("xdp_multi_chain", NULL) == 0);
	assert_true(read_netns("xdp_multi_chains", "netns_7") == 0);
	for (size_t i = 0; i < ARRAY_SIZE(idents); i++)
		if (read_netns("xdp_multi_chain", idents[i]))
			fail_msg("\"%s\" is taken for a cookie", idents[i]);
}

static void functions_and_version(void **state)
{
	struct btf *btf;

	(void)state;
	fill(4);
	chain.format = FORMAT_EXTENDED;
	chain.entries[2].disabled = true;
	btf = roundtrip();
	assert_int_equal(dispatcher_btf_version(btf), FORMAT_EXTENDED);
	for (unsigned int i = 0; i <= chain.n; i++)
		assert_int_equal(view.func[i], types.func[i]);
	assert_int_equal(view.func[1 + 2], 0);
	assert_true(view.func[0] && view.func[1 + 3]);
	btf__free(btf);
	chain.format = FORMAT_3;
	chain.entries[2].disabled = false;
	btf = roundtrip();
	assert_int_equal(dispatcher_btf_version(btf), FORMAT_3);
	assert_true(view.func[1 + 2]);
	btf__free(btf);
}

static void labels_of_slots(void **state)
{
	char name[ENTRY_NAME_SIZE];
	struct btf *btf;
	__u32 mask;

	(void)state;
	chain.format = FORMAT_EXTENDED;
	fill(CHAIN_MAX);
	strcpy(chain.entries[CHAIN_MAX - 1].name, LONGEST);
	chain.entries[1].proceed_on = VERDICTS_ALL;
	btf = roundtrip();
	assert_true(view.ours);
	for (unsigned int i = 0; i < CHAIN_MAX; i++) {
		dispatcher_btf_labels(btf, &view, i, &labels);
		assert_true(label_name(&labels, name));
		assert_string_equal(name, chain.entries[i].name);
		assert_true(label_proceed_on(&labels, &mask));
		assert_int_equal(mask, chain.entries[i].proceed_on);
	}
	btf__free(btf);
}

/* Only so many slots are read as the configuration says there are. */
static void too_many_slots(void **state)
{
	struct btf *btf;
	char name[ENTRY_NAME_SIZE];

	(void)state;
	fill(3);
	chain.format = FORMAT_3;
	btf = dispatcher_btf_make(&chain, &types);
	assert_non_null(btf);
	memset(&view, 0, sizeof(view));
	view.chain.n = 2;
	dispatcher_btf_read(btf, &view);
	dispatcher_btf_labels(btf, &view, 1, &labels);
	assert_true(label_name(&labels, name));
	dispatcher_btf_labels(btf, &view, 2, &labels);
	assert_false(label_name(&labels, name));
	btf__free(btf);
	assert_int_equal(view.func[1 + 2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(netns_cookie),	     TEST(netns_known),	    TEST(netns_nonsense),
		TEST(functions_and_version), TEST(labels_of_slots), TEST(too_many_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
