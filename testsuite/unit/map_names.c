// SPDX-License-Identifier: GPL-2.0-or-later
/* The full names of maps whose names the kernel cut. */
#include "fixture.h"

#include <bpf/btf.h>
#include <linux/bpf.h>

#include "object/map_names.h"

#define CUT "connection_tabl"
#define V4  "connection_table_v4"
#define V6  "connection_table_v6"

static struct btf *btf;
static int u32_type, u64_type;
static int vars[8];
static unsigned int n_vars;

static int begin(void **state)
{
	btf = btf__new_empty();
	u32_type = btf__add_int(btf, "u32", 4, 0);
	u64_type = btf__add_int(btf, "u64", 8, 0);
	n_vars = 0;
	return setup(state);
}

static int end(void **state)
{
	btf__free(btf);
	return teardown(state);
}

/* Libbpf's way of declaring a map; the types that a struct needs come before it. */
static void declare(const char *name, unsigned int type, int value)
{
	int kind = btf__add_ptr(btf, btf__add_array(btf, u32_type, u32_type, type));
	int entries = btf__add_ptr(btf, btf__add_array(btf, u32_type, u32_type, 10));
	int key = btf__add_ptr(btf, u32_type), val = btf__add_ptr(btf, value);
	int id = btf__add_struct(btf, NULL, 32);

	btf__add_field(btf, "type", kind, 0, 0);
	btf__add_field(btf, "key", key, 64, 0);
	btf__add_field(btf, "value", val, 128, 0);
	btf__add_field(btf, "max_entries", entries, 192, 0);
	vars[n_vars++] = btf__add_var(btf, name, BTF_VAR_GLOBAL_ALLOCATED, id);
}

static void declared(void)
{
	btf__add_datasec(btf, MAPS_SECTION, n_vars * 32);
	for (unsigned int i = 0; i < n_vars; i++)
		btf__add_datasec_var_info(btf, vars[i], i * 32, 32);
}

static struct map_facts map(const char *name, __u32 id, __u32 btf_id)
{
	struct map_facts f = {
		.id = id,
		.type = BPF_MAP_TYPE_HASH,
		.key_size = 4,
		.value_size = 4,
		.max_entries = 10,
		.btf_id = btf_id,
		.cut = strlen(name) == MAP_KERNEL_NAME_MAX,
	};

	snprintf(f.name, sizeof(f.name), "%s", name);
	return f;
}

static void resolve(struct map_facts *maps, unsigned int n, bool in_order)
{
	struct map_facts *all[8];

	for (unsigned int i = 0; i < n; i++)
		all[i] = &maps[i];
	map_names_resolve(btf, all, n, in_order);
}

static void only_one(void **state)
{
	struct map_facts m[] = { map(CUT, 1, 9), map("short", 2, 9), map("fifteen_letters", 3, 9) };

	(void)state;
	declare(V4, BPF_MAP_TYPE_HASH, u32_type);
	declare("fifteen_letters", BPF_MAP_TYPE_HASH, u32_type);
	declared();
	resolve(m, 3, false);
	assert_string_equal(m[0].name, V4);
	assert_false(m[0].cut);
	assert_string_equal(m[1].name, "short");
	assert_string_equal(m[2].name, "fifteen_letters");
	assert_false(m[2].cut);
}

/* Told apart by what they are, whichever way they come. */
static void by_type(void **state)
{
	struct map_facts m[] = { map(CUT, 1, 0), map(CUT, 2, 0) };

	(void)state;
	m[0].value_size = 8;
	declare(V4, BPF_MAP_TYPE_HASH, u32_type);
	declare(V6, BPF_MAP_TYPE_HASH, u64_type);
	declared();
	resolve(m, 2, false);
	assert_string_equal(m[0].name, V6);
	assert_string_equal(m[1].name, V4);
}

/* The second one is not used by the program. */
static void one_of_two(void **state)
{
	struct map_facts m = map(CUT, 1, 9);

	(void)state;
	declare(V4, BPF_MAP_TYPE_HASH, u32_type);
	declare(V6, BPF_MAP_TYPE_HASH, u32_type);
	declared();
	resolve(&m, 1, true);
	assert_true(m.cut);
	assert_string_equal(m.name, CUT);
}

static void by_order(void **state)
{
	struct map_facts m[] = { map(CUT, 7, 9), map(CUT, 5, 9) };
	struct map_facts untrusted[] = { m[0], m[1] };
	struct map_facts of_two_loads[] = { map(CUT, 7, 9), map(CUT, 5, 8) };
	struct map_facts without_btf[] = { map(CUT, 7, 0), map(CUT, 5, 0) };

	(void)state;
	declare(V4, BPF_MAP_TYPE_HASH, u32_type);
	declare(V6, BPF_MAP_TYPE_HASH, u32_type);
	declared();
	resolve(m, 2, true);
	assert_string_equal(m[0].name, V6);
	assert_string_equal(m[1].name, V4);
	assert_false(m[0].cut || m[1].cut);
	resolve(untrusted, 2, false);
	assert_true(untrusted[0].cut && untrusted[1].cut);
	resolve(of_two_loads, 2, true);
	assert_true(of_two_loads[0].cut && of_two_loads[1].cut);
	resolve(without_btf, 2, true);
	assert_true(without_btf[0].cut && without_btf[1].cut);
}

/* Two of three are alike. */
static void mixed(void **state)
{
	struct map_facts m[] = { map(CUT, 9, 9), map(CUT, 8, 9), map(CUT, 7, 9) };

	(void)state;
	m[1].value_size = 8;
	declare(V4, BPF_MAP_TYPE_HASH, u32_type);
	declare(V6, BPF_MAP_TYPE_HASH, u32_type);
	declare("connection_table_new", BPF_MAP_TYPE_HASH, u64_type);
	declared();
	resolve(m, 3, true);
	assert_string_equal(m[0].name, V6);
	assert_string_equal(m[1].name, "connection_table_new");
	assert_string_equal(m[2].name, V4);
}

static void nothing_declared(void **state)
{
	struct map_facts m = map(CUT, 1, 9);

	(void)state;
	resolve(&m, 1, true);
	assert_true(m.cut);
	declare("other", BPF_MAP_TYPE_HASH, u32_type);
	declared();
	resolve(&m, 1, true);
	assert_true(m.cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_one, begin, end),
		cmocka_unit_test_setup_teardown(by_type, begin, end),
		cmocka_unit_test_setup_teardown(one_of_two, begin, end),
		cmocka_unit_test_setup_teardown(by_order, begin, end),
		cmocka_unit_test_setup_teardown(mixed, begin, end),
		cmocka_unit_test_setup_teardown(nothing_declared, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
