// SPDX-License-Identifier: GPL-2.0-or-later
/* What a change does to each map. */
#include "fixture.h"

#include <bpf/btf.h>
#include <linux/bpf.h>

#include "object/map_losses.h"

#define CPUS 6

static struct map_plan plan;
static struct map_losses losses;

static struct map_facts map(const char *name, __u32 id)
{
	struct map_facts f = {
		.id = id,
		.type = BPF_MAP_TYPE_HASH,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 100,
	};

	snprintf(f.name, sizeof(f.name), "%s", name);
	return f;
}

static void make(const struct map_facts *old, unsigned int n_old, const struct map_facts *new,
		 unsigned int n_new, enum maps_policy policy)
{
	map_plan_free(&plan);
	assert_int_equal(map_plan_make(old, n_old, new, n_new, policy, &plan), 0);
}

/* One old map and one new. */
static enum map_loss fate(const struct map_facts *old, const struct map_facts *new)
{
	make(old, 1, new, 1, MAPS_DEFAULT);
	assert_int_equal(plan.origins[0].action, plan.fates[0].loss ? MAP_FRESH : MAP_KEPT);
	return plan.fates[0].loss;
}

/* ---- one map ---- */

static void same_keeps_itself(void **state)
{
	(void)state;
	for (__u32 type = 1; type <= BPF_MAP_TYPE_USER_RINGBUF; type++) {
		struct map_facts old = map("m", 7), new = map("m", 0);

		old.type = new.type = type;
		assert_int_equal(fate(&old, &new), MAP_NOT_LOST);
		assert_int_equal(plan.origins[0].old, 0);
	}
}

/* What kernels make of a declaration; old as the kernel shows it. */
static void kernel_changes(void **state)
{
	static const struct {
		__u32 type, declared_flags, declared_entries, flags, entries;
	} cases[] = {
		{ BPF_MAP_TYPE_DEVMAP, 0, 100, BPF_F_RDONLY_PROG, 100 },
		{ BPF_MAP_TYPE_DEVMAP_HASH, 0, 100, BPF_F_RDONLY_PROG, 100 },
		{ BPF_MAP_TYPE_DEVMAP, 0, 100, 0, 100 },
		{ BPF_MAP_TYPE_LRU_HASH, BPF_F_NO_COMMON_LRU, 100, BPF_F_NO_COMMON_LRU, 102 },
		{ BPF_MAP_TYPE_LRU_PERCPU_HASH, BPF_F_NO_COMMON_LRU, 1, BPF_F_NO_COMMON_LRU, 6 },
		{ BPF_MAP_TYPE_LRU_HASH, BPF_F_NO_COMMON_LRU, 96, BPF_F_NO_COMMON_LRU, 96 },
		{ BPF_MAP_TYPE_LRU_HASH, BPF_F_NO_COMMON_LRU, UINT32_MAX, BPF_F_NO_COMMON_LRU,
		  UINT32_MAX - 3 },
		{ BPF_MAP_TYPE_LRU_HASH, 0, 100, 0, 100 },
		{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, 0, 0, 0, CPUS },
		{ BPF_MAP_TYPE_XSKMAP, BPF_F_RDONLY, 100, 0, 100 },
		{ BPF_MAP_TYPE_HASH, BPF_F_WRONLY | BPF_F_NO_PREALLOC, 100, BPF_F_NO_PREALLOC,
		  100 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct map_facts old = map("m", 7), new = map("m", 0);

		old.type = new.type = cases[i].type;
		old.flags = cases[i].flags;
		old.max_entries = cases[i].entries;
		new.flags = cases[i].declared_flags;
		new.max_entries = cases[i].declared_entries;
		map_facts_settle(&old, CPUS);
		map_facts_settle(&new, CPUS);
		assert_int_equal(fate(&old, &new), MAP_NOT_LOST);
	}
}

static void each_difference(void **state)
{
	const struct map_facts old = map("m", 7);
	struct map_facts new;

	(void)state;
#define OTHER(field, loss)                                \
	do {                                              \
		new = map("m", 0);                        \
		new.field++;                              \
		assert_int_equal(fate(&old, &new), loss); \
	} while (0)
	OTHER(type, MAP_LOST_TYPE);
	OTHER(key_size, MAP_LOST_KEY_SIZE);
	OTHER(value_size, MAP_LOST_VALUE_SIZE);
	OTHER(max_entries, MAP_LOST_ENTRIES);
	OTHER(flags, MAP_LOST_FLAGS);
	OTHER(extra, MAP_LOST_EXTRA);
#undef OTHER
	new = map("n", 0);
	assert_int_equal(fate(&old, &new), MAP_LOST_NAME);
}

/* ---- names ---- */

static void long_names(void **state)
{
	const struct map_facts old[] = { map("connection_table_v4", 1),
					 map("connection_table_v6", 2) };
	const struct map_facts new[] = { map("connection_table_v6", 0),
					 map("connection_table_v4", 0) };

	(void)state;
	make(old, 2, new, 2, MAPS_KEEP);
	assert_int_equal(plan.origins[0].old, 1);
	assert_int_equal(plan.origins[1].old, 0);
	make(old, 1, new, 1, MAPS_KEEP);
	assert_int_equal(plan.fates[0].loss, MAP_LOST_NAME);
	assert_int_equal(plan.origins[0].action, MAP_FRESH);
}

static void cut_names(void **state)
{
	struct map_facts old[] = { map("connection_tabl", 1), map("connection_tabl", 2) };
	const struct map_facts new[] = { map("connection_table_v4", 0),
					 map("connection_table_v6", 0) };

	(void)state;
	old[0].cut = old[1].cut = true;
	make(old, 2, new, 2, MAPS_FIT);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(plan.fates[i].loss, MAP_LOST_AMBIGUOUS);
		assert_int_equal(plan.origins[i].action, MAP_FRESH);
	}
	make(old, 1, new, 0, MAPS_FIT);
	assert_int_equal(plan.fates[0].loss, MAP_LOST_NAME);
}

/* Devices with different maps: never one for two. */
static void two_of_a_name(void **state)
{
	const struct map_facts old[] = { map("m", 1), map("m", 2) };
	const struct map_facts new = map("m", 0);

	(void)state;
	make(old, 2, &new, 1, MAPS_FIT);
	assert_int_equal(plan.origins[0].action, MAP_KEPT);
	assert_int_equal(plan.origins[0].old, 0);
	assert_int_equal(plan.fates[0].loss, MAP_NOT_LOST);
	assert_int_equal(plan.fates[1].loss, MAP_LOST_TWICE);
}

/* ---- types ---- */

static int int_type;
static int long_type;

static struct btf *new_btf(void)
{
	struct btf *btf = btf__new_empty();

	int_type = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	long_type = btf__add_int(btf, "long", 8, 0);
	return btf;
}

/* struct { int @a; int @b; long @c } */
static int add_struct(struct btf *btf, const char *a, const char *b, const char *c)
{
	int id = btf__add_struct(btf, NULL, 16);

	btf__add_field(btf, a, int_type, 0, 0);
	btf__add_field(btf, b, int_type, 32, 0);
	btf__add_field(btf, c, long_type, 64, 0);
	return id;
}

/* struct { @inner x[2]; } */
static int add_nested(struct btf *btf, int inner)
{
	int array = btf__add_array(btf, int_type, inner, 2);
	int id = btf__add_struct(btf, "outer", 32);

	btf__add_field(btf, "x", array, 0, 0);
	return id;
}

static enum map_loss fate_of_values(struct btf *a, int old_id, struct btf *b, int new_id)
{
	struct map_facts old = map("m", 7), new = map("m", 0);

	old.btf = a;
	new.btf = b;
	old.value = old_id;
	new.value = new_id;
	return fate(&old, &new);
}

static void value_types(void **state)
{
	struct btf *a = new_btf(), *b = new_btf();
	int old = add_struct(a, "packets", "drops", "bytes");
	int same = add_struct(b, "packets", "drops", "bytes");
	int reordered = add_struct(b, "drops", "packets", "bytes");

	(void)state;
	assert_int_equal(fate_of_values(a, old, b, same), MAP_NOT_LOST);
	assert_int_equal(fate_of_values(a, old, b, btf__add_typedef(b, "t", same)), MAP_NOT_LOST);
	assert_int_equal(fate_of_values(a, old, b, btf__add_const(b, same)), MAP_NOT_LOST);
	assert_int_equal(fate_of_values(a, old, b, reordered), MAP_LOST_VALUE);
	assert_string_equal(plan.fates[0].where, "packets");
	assert_int_equal(fate_of_values(a, add_nested(a, old), b, add_nested(b, same)),
			 MAP_NOT_LOST);
	assert_int_equal(fate_of_values(a, add_nested(a, old), b, add_nested(b, reordered)),
			 MAP_LOST_VALUE);
	assert_string_equal(plan.fates[0].where, "x.packets");
	assert_int_equal(fate_of_values(a, old, b, long_type), MAP_LOST_VALUE);
	assert_int_equal(fate_of_values(a, old, b, 0), MAP_NOT_LOST);
	assert_int_equal(fate_of_values(a, old, NULL, 0), MAP_NOT_LOST);
	btf__free(a);
	btf__free(b);
}

static int add_enum(struct btf *btf, const char *first, const char *second, const char *third)
{
	int id = btf__add_enum(btf, "state", 4);

	btf__add_enum_value(btf, first, 0);
	btf__add_enum_value(btf, second, 1);
	if (third)
		btf__add_enum_value(btf, third, 2);
	return id;
}

static void enums_and_unions(void **state)
{
	struct btf *a = new_btf(), *b = new_btf();
	int old = add_enum(a, "OPEN", "CLOSED", NULL), u, v;

	(void)state;
	assert_int_equal(fate_of_values(a, old, b, add_enum(b, "OPEN", "CLOSED", "HALF")),
			 MAP_NOT_LOST);
	assert_int_equal(fate_of_values(a, old, b, add_enum(b, "CLOSED", "OPEN", NULL)),
			 MAP_LOST_VALUE);
	u = btf__add_union(a, NULL, 8);
	btf__add_field(a, "v4", int_type, 0, 0);
	btf__add_field(a, "v6", long_type, 0, 0);
	v = btf__add_union(b, NULL, 8);
	btf__add_field(b, "v4", int_type, 0, 0);
	assert_int_equal(fate_of_values(a, u, b, v), MAP_LOST_VALUE);
	assert_string_equal(plan.fates[0].where, "v6");
	btf__free(a);
	btf__free(b);
}

/* ---- variables ---- */

static int add_variable(struct btf *btf, const char *name, int type)
{
	return btf__add_var(btf, name, BTF_VAR_GLOBAL_ALLOCATED, type);
}

static struct map_facts section(struct btf *btf, const char *name, __u32 id, const int *vars,
				const __u32 *sizes, unsigned int n)
{
	struct map_facts f = map(name, id);
	__u32 offset = 0;

	f.role = MAP_OF_VARIABLES;
	f.btf = btf;
	f.value = btf__add_datasec(btf, name, 0);
	for (unsigned int i = 0; i < n; i++) {
		btf__add_datasec_var_info(btf, vars[i], offset, sizes[i]);
		offset += sizes[i];
	}
	f.value_size = offset;
	return f;
}

static void variables(void **state)
{
	static const __u32 sizes[] = { 4, 4, 8 };
	struct btf *a = new_btf(), *b = new_btf();
	int of_a[] = { add_variable(a, "seen", int_type), add_variable(a, "step", int_type),
		       add_variable(a, "gone", int_type) };
	int of_b[] = { add_variable(b, "first", int_type), add_variable(b, "seen", int_type),
		       add_variable(b, "gone", long_type) };
	int moved = add_variable(b, "step", int_type);
	struct map_facts old = section(a, ".bss", 1, of_a, (__u32[]){ 4, 4, 4 }, 3);
	struct map_facts new[] = { section(b, ".bss", 0, of_b, sizes, 3),
				   section(b, ".data", 0, &moved, sizes, 1) };
	struct map_facts loaded;

	(void)state;
	make(&old, 1, new, 2, MAPS_DEFAULT);
	assert_int_equal(plan.n_copies, 2);
	assert_int_equal(plan.copies[0].old_offset, 0);
	assert_int_equal(plan.copies[0].new_offset, 4);
	assert_int_equal(plan.copies[1].new, 1);
	assert_int_equal(plan.copies[1].old_offset, 4);
	assert_int_equal(plan.copies[1].new_offset, 0);
	assert_int_equal(plan.fates[0].loss, MAP_LOST_VARIABLES);
	assert_string_equal(plan.fates[0].where, "\"gone\"");
	map_plan_judge(&plan, &old, MAPS_DEFAULT, "fw", &losses, &report);
	assert_int_equal(losses.n, 0);
	assert_int_equal(report.n_warnings, 1);
	make(&old, 1, &old, 1, MAPS_KEEP);
	assert_int_equal(plan.origins[0].action, MAP_KEPT);
	assert_int_equal(plan.n_copies, 0);
	loaded = old;
	loaded.made = true;
	loaded.id++;
	make(&old, 1, &loaded, 1, MAPS_KEEP);
	assert_int_equal(plan.origins[0].action, MAP_FRESH);
	assert_int_equal(plan.n_copies, 0);
	assert_int_equal(plan.fates[0].loss, MAP_LOST_VARIABLES);
	report_free(&report);
	btf__free(a);
	btf__free(b);
}

/* Static variables of one name, of several source files: each stays in its section. */
static void variables_of_one_name(void **state)
{
	static const __u32 sizes[] = { 4, 4 };
	struct btf *a = new_btf(), *b = new_btf();
	int count = add_variable(a, "count", int_type);
	int of_b[] = { add_variable(b, "count", int_type), add_variable(b, "more", int_type) };
	struct map_facts old[] = { section(a, ".bss", 1, &count, sizes, 1),
				   section(a, ".data", 2, &count, sizes, 1) };
	struct map_facts new[] = { section(b, ".data", 0, of_b, sizes, 2),
				   section(b, ".bss", 0, of_b, sizes, 2) };

	(void)state;
	make(old, 2, new, 2, MAPS_DEFAULT);
	assert_int_equal(plan.n_copies, 2);
	for (unsigned int i = 0; i < 2; i++)
		assert_string_equal(old[plan.copies[i].old].name, new[plan.copies[i].new].name);
	/* Which of them is the one that is left cannot be told but by the section. */
	make(old, 2, new, 1, MAPS_DEFAULT);
	assert_int_equal(plan.n_copies, 1);
	assert_int_equal(plan.copies[0].old, 1);
	assert_int_equal(plan.fates[0].loss, MAP_LOST_VARIABLES);
	make(&old[0], 1, new, 2, MAPS_DEFAULT);
	assert_int_equal(plan.n_copies, 1);
	assert_int_equal(plan.copies[0].new, 1);
	btf__free(a);
	btf__free(b);
}

/* ---- pins, policies, words ---- */

static void pins(void **state)
{
	const struct map_facts other = map("m", 9), old = map("m", 7);
	struct map_facts new = map("m", 0), odd = map("m", 9);

	(void)state;
	new.pin = "/pins/m";
	assert_int_equal(fate(&old, &new), MAP_NOT_LOST);
	new.pinned = &other;
	make(&old, 1, &new, 1, MAPS_DEFAULT);
	assert_int_equal(plan.origins[0].action, MAP_SHARED);
	assert_int_equal(plan.fates[0].loss, MAP_LOST_PIN);
	make(&other, 1, &new, 1, MAPS_KEEP);
	assert_int_equal(plan.origins[0].action, MAP_SHARED);
	assert_int_equal(plan.fates[0].loss, MAP_NOT_LOST);
	make(NULL, 0, &new, 1, MAPS_NEW);
	assert_int_equal(plan.origins[0].action, MAP_SHARED);
	assert_null(plan.misfit);
	odd.value_size++;
	new.pinned = &odd;
	make(NULL, 0, &new, 1, MAPS_DEFAULT);
	assert_ptr_equal(plan.misfit, &new);
	assert_int_equal(plan.misfit_fate.loss, MAP_LOST_VALUE_SIZE);
}

static void never_kept(void **state)
{
	struct map_facts old = map("m", 7), new = map("m", 0);

	(void)state;
	old.role = new.role = MAP_OF_CONSTANTS;
	make(&old, 1, &new, 1, MAPS_KEEP);
	assert_int_equal(plan.origins[0].action, MAP_FRESH);
	assert_int_equal(plan.fates[0].loss, MAP_NOT_LOST);
	old.role = new.role = MAP_OF_TAIL_CALLS;
	make(&old, 1, &new, 1, MAPS_KEEP);
	assert_int_equal(plan.origins[0].action, MAP_FRESH);
	assert_int_equal(plan.fates[0].loss, MAP_NOT_LOST);
	old.stranger = 4;
	make(&old, 1, &new, 1, MAPS_KEEP);
	assert_int_equal(plan.fates[0].loss, MAP_LOST_PROGRAM);
}

static void loaded_already(void **state)
{
	const struct map_facts old = map("m", 7);
	struct map_facts new = map("m", 8);

	(void)state;
	new.made = true;
	make(&old, 1, &new, 1, MAPS_DEFAULT);
	assert_int_equal(plan.fates[0].loss, MAP_LOST_OWN);
	new.id = 7;
	make(&old, 1, &new, 1, MAPS_KEEP);
	assert_int_equal(plan.fates[0].loss, MAP_NOT_LOST);
}

static void judge(enum maps_policy policy, const struct map_facts *old, unsigned int n)
{
	make(old, n, NULL, 0, policy);
	map_losses_free(&losses);
	report_free(&report);
	map_plan_judge(&plan, old, policy, "fw", &losses, &report);
}

static void policies(void **state)
{
	struct map_facts old[60];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(old); i++)
		old[i] = map("blocked", i + 1);
	judge(MAPS_DEFAULT, old, 2);
	assert_int_equal(losses.n, 2);
	assert_int_equal(map_losses_refuse(&losses, MAPS_DEFAULT, &report), -EEXIST);
	assert_int_equal(report.status, STATUS_REFUSED);
	assert_non_null(strstr(report.error, "\"maps fit\""));
	assert_non_null(strstr(report.error, "\"maps new\""));
	judge(MAPS_KEEP, old, 2);
	assert_int_equal(losses.n, 2);
	judge(MAPS_FIT, old, 1);
	assert_int_equal(losses.n, 0);
	assert_int_equal(report.n_warnings, 1);
	judge(MAPS_NEW, old, 1);
	assert_int_equal(losses.n + report.n_warnings, 0);
	judge(MAPS_DEFAULT, old, ARRAY_SIZE(old));
	assert_int_equal(map_losses_refuse(&losses, MAPS_DEFAULT, &report), -EEXIST);
	assert_non_null(strstr(report.error, " more; "));
	report_free(&report);
	map_losses_free(&losses);
}

/* Map 1 is used by v0, map 2 by v1, map 3 by both, map 4 by v1 and v0, map 5 by v10. */
static void users(void *arg, __u32 id, char *buf, size_t size)
{
	static const char *const devs[] = { "v0", "v1", "v0, v1", "v1, v0", "v10" };

	(void)arg;
	snprintf(buf, size, "%s", devs[id - 1]);
}

static void assert_lost(const char *want)
{
	report_free(&report);
	assert_int_equal(map_losses_refuse(&losses, MAPS_DEFAULT, &report), -EEXIST);
	assert_memory_equal(report.error, want, strlen(want));
	report_free(&report);
}

static void devices(void **state)
{
	const struct map_facts one = map("blocked", 1), two = map("blocked", 2);
	const struct map_facts both = map("flows", 3);

	(void)state;
	losses.devs_of = users;
	map_losses_add(&losses, &one, "fw", "why");
	map_losses_add(&losses, &one, "fw", "why");
	assert_lost("dev v0: maps would be lost: \"blocked\" of \"fw\" (why); \"maps fit\" keeps");
	map_losses_add(&losses, &two, "fw", "why");
	assert_lost("dev v0, v1: maps would be lost: \"blocked\" of \"fw\" (why); ");
	map_losses_add(&losses, &both, "lb", "why");
	map_losses_add(&losses, &both, "lb", "why");
	assert_lost(
		"dev v0, v1: maps would be lost: \"blocked\" of \"fw\" (why), \"flows\" of \"lb\" (why); ");
	map_losses_add(&losses, &two, "lb", "no");
	assert_lost(
		"Maps would be lost: \"blocked\" of \"fw\" on v0, v1 (why), \"flows\" of \"lb\" on v0, v1 (why), \"blocked\" of \"lb\" on v1 (no); ");
	map_losses_warn(&losses, &two, "lb", "no", &report);
	assert_string_equal(report.warnings[0],
			    "dev v1: map \"blocked\" of \"lb\" and its contents are dropped: no");
	report_free(&report);
	map_losses_free(&losses);
	losses.devs_of = NULL;
}

#define GONE \
	"are dropped, because the new program does not have them or has other types for them: \"a\""

/* "v1" is not "v10", and the order does not matter. */
static void names_of_devices(void **state)
{
	const struct map_facts ten = map("blocked", 5), one = map("blocked", 2);
	const struct map_facts both = map("blocked", 3), reverse = map("blocked", 4);

	(void)state;
	losses.devs_of = users;
	map_losses_add(&losses, &ten, "fw", "why");
	map_losses_add(&losses, &one, "fw", "why");
	assert_lost("dev v10, v1: maps would be lost: ");
	map_losses_add(&losses, &both, "fw", "why");
	map_losses_add(&losses, &reverse, "fw", "why");
	map_losses_add(&losses, &ten, "fw", "why");
	assert_lost("dev v10, v1, v0: maps would be lost: ");
	map_losses_warn_variables(&losses, &ten, "fw", "\"a\"", &report);
	losses.devs_of = NULL;
	map_losses_warn_variables(&losses, &ten, "fw", "\"a\"", &report);
	assert_string_equal(report.warnings[0], "dev v10: variables of \"fw\" " GONE);
	assert_string_equal(report.warnings[1], "Variables of \"fw\" " GONE);
	report_free(&report);
	map_losses_free(&losses);
}

static int end(void **state)
{
	map_plan_free(&plan);
	return teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(same_keeps_itself, setup, end),
		cmocka_unit_test_setup_teardown(kernel_changes, setup, end),
		cmocka_unit_test_setup_teardown(each_difference, setup, end),
		cmocka_unit_test_setup_teardown(long_names, setup, end),
		cmocka_unit_test_setup_teardown(cut_names, setup, end),
		cmocka_unit_test_setup_teardown(two_of_a_name, setup, end),
		cmocka_unit_test_setup_teardown(value_types, setup, end),
		cmocka_unit_test_setup_teardown(enums_and_unions, setup, end),
		cmocka_unit_test_setup_teardown(variables, setup, end),
		cmocka_unit_test_setup_teardown(variables_of_one_name, setup, end),
		cmocka_unit_test_setup_teardown(pins, setup, end),
		cmocka_unit_test_setup_teardown(never_kept, setup, end),
		cmocka_unit_test_setup_teardown(loaded_already, setup, end),
		cmocka_unit_test_setup_teardown(policies, setup, end),
		cmocka_unit_test_setup_teardown(devices, setup, end),
		cmocka_unit_test_setup_teardown(names_of_devices, setup, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
