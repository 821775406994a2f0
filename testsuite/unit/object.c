// SPDX-License-Identifier: GPL-2.0-or-later
/* Object files before anything is loaded: what a program reaches, what libbpf
 * gets of it, and the types as the kernel takes them. */
#include "fixture.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel/kobj.h"
#include "object/btf_name.h"
#include "object/btf_repair.h"
#include "object/choose.h"
#include "object/file.h"
#include "object/map_copy.h"
#include "object/object.h"
#include "object/reach.h"
#include "object/reduce.h"

/* ---- an object file that is read ---- */

static struct file file;
static struct elf_file elf;
static struct reach reached;

static void read_object(const char *path, const char *function)
{
	struct program_source src = { .object = path, .function = function };
	__u32 symbol;

	assert_int_equal(file_read(&file, path, &report), 0);
	assert_int_equal(elf_read(&elf, file.data, file.size, path, &report), 0);
	assert_int_equal(choose(&elf, &src, &symbol, &report), 0);
	assert_int_equal(reach_from(&reached, &elf, symbol), 0);
}

static void forget_object(void)
{
	reach_free(&reached);
	elf_free(&elf);
	file_free(&file);
}

static bool has_function(const struct reach *to, const char *name)
{
	for (__u32 i = 1; i < to->elf->n_symbols; i++)
		if (elf_is_function(to->elf, i) && !strcmp(elf_symbol_name(to->elf, i), name))
			return to->symbols[i];
	fail_msg("no function %s", name);
	return false;
}

#define CALLEES "obj/bpf/callees.o"
#define MIXED	"obj/bpf/mixed.o"

static void test_tail_calls_are_followed(void **state)
{
	(void)state;
	read_object(CALLEES, "callees");
	assert_true(has_function(&reached, "jump"));
	assert_true(has_function(&reached, "second"));
	assert_true(has_function(&reached, "last"));
	assert_true(reach_has_name(&reached, "first_jumps"));
	assert_true(reach_has_name(&reached, "second_jumps"));
	assert_false(has_function(&reached, "bad"));
	assert_false(has_function(&reached, "bad_too"));
	assert_false(has_function(&reached, "in_devmap"));
	assert_false(has_function(&reached, "again"));
	assert_false(reach_has_name(&reached, "bad_jumps"));
	assert_false(reached.itself);
	forget_object();
}

static void test_a_circle_is_seen(void **state)
{
	(void)state;
	read_object(CALLEES, "again");
	assert_true(reached.itself);
	assert_false(has_function(&reached, "callees"));
	forget_object();
}

static void test_what_is_not_called_is_not_reached(void **state)
{
	(void)state;
	read_object(MIXED, "mixed");
	assert_true(reach_has_name(&reached, "packets"));
	assert_false(reach_has_name(&reached, "storage"));
	assert_false(reach_has_prefix(&reached, "no_such"));
	assert_false(reach_has_name(&reached, "NO_SUCH_OPTION"));
	assert_true(reduce_keeps(&reached, elf_section_named(&elf, ".bss")));
	assert_false(reduce_keeps(&reached, elf_section_named(&elf, ".data")));
	assert_false(reduce_keeps(&reached, elf_section_named(&elf, ".struct_ops")));
	assert_false(reduce_keeps(&reached, elf_section_named(&elf, "lsm/no_such_hook")));
	forget_object();
}

static void test_externs_are_reached(void **state)
{
	__u32 symbol = 0;

	(void)state;
	read_object(MIXED, "mixed");
	for (__u32 i = 1; i < elf.n_symbols; i++)
		if (!strcmp(elf_symbol_name(&elf, i), "on_entry"))
			symbol = i;
	reach_free(&reached);
	assert_int_equal(reach_from(&reached, &elf, symbol), 0);
	assert_true(has_function(&reached, "subprogram"));
	assert_true(reach_has_name(&reached, "no_such_function"));
	assert_true(reach_has_name(&reached, "no_such_variable"));
	assert_true(reach_has_name(&reached, "NO_SUCH_OPTION"));
	assert_false(reach_has_name(&reached, "no_such_symbol"));
	assert_true(reduce_keeps(&reached, elf_section_named(&elf, ".data")));
	forget_object();
}

/* The new file says of itself what was reached of the old one, and no more. */
static void test_reduced(void **state)
{
	struct program_source src = { .object = CALLEES, .function = "callees" };
	struct reduced with = { 0 };
	struct elf_file again;
	struct reach all;
	__u32 symbol;
	size_t size;
	char *data;

	(void)state;
	read_object(CALLEES, "callees");
	data = reduce(&reached, &with, &size);
	assert_non_null(data);
	assert_int_equal(elf_read(&again, data, size, CALLEES, &report), 0);
	assert_int_equal(choose(&again, &src, &symbol, &report), 0);
	assert_int_equal(reach_from(&all, &again, symbol), 0);
	assert_int_equal(all.n_names, reached.n_names);
	assert_int_equal(again.n_symbols, elf.n_symbols);
	for (__u32 i = 1; i < again.n_symbols; i++) {
		assert_int_equal(all.symbols[i], reached.symbols[i]);
		if (elf_is_function(&again, i))
			assert_true(reached.symbols[i]);
	}
	reach_free(&all);
	elf_free(&again);
	free(data);
	forget_object();
}

/* ---- types ---- */

static bool is_name(const struct btf *btf, __u32 offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	for (const char *c = name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *c))
			return false;
	return !strchr("0123456789", *name) || !*name;
}

static void test_names_are_put_right(void **state)
{
	static const char *const names[] = {
		"HashMapLike<u32, u32>", "core::ptr::NonNull<u8>", "3d", "a.b", "*const u8", " ",
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		struct btf *btf = btf__new_empty(), *fixed;
		const struct btf_type *t;
		char name[300];

		read_object(MIXED, "mixed");
		assert_int_equal(btf__add_struct(btf, names[i], 12), 1);
		fixed = btf_repair(btf, &reached);
		assert_non_null(fixed);
		t = btf__type_by_id(fixed, 1);
		assert_int_equal(t->size, 12);
		assert_true(t->name_off);
		assert_true(is_name(fixed, t->name_off));
		snprintf(name, sizeof(name), "%s", names[i]);
		btf_name_fix(name, sizeof(name), 1);
		assert_string_equal(btf__name_by_offset(fixed, t->name_off), name);
		btf__free(fixed);
		btf__free(btf);
		forget_object();
	}
}

static void test_good_names_stay(void **state)
{
	char name[300] = "a_name_of_C99";

	(void)state;
	btf_name_fix(name, sizeof(name), 7);
	assert_string_equal(name, "a_name_of_C99");
	memset(name, 'n', 299);
	name[299] = '\0';
	btf_name_fix(name, sizeof(name), 4294967295u);
	assert_true(strlen(name) <= 127);
	assert_string_equal(name + strlen(name) - 11, "_4294967295");
}

/* No layout changes, and every type keeps its id. */
static void test_layouts_stay(void **state)
{
	const struct elf_section *s;
	struct btf *btf, *fixed;

	(void)state;
	read_object("obj/bpf/names.o", NULL);
	s = &elf.sections[elf_section_named(&elf, ".BTF")];
	btf = btf__new(s->data, s->header.sh_size);
	fixed = btf_repair(btf, &reached);
	assert_non_null(fixed);
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *a = btf__type_by_id(btf, id),
				      *b = btf__type_by_id(fixed, id);

		assert_int_equal(btf_kind(a), btf_kind(b));
		assert_int_equal(btf_vlen(a), btf_vlen(b));
		assert_int_equal(a->type, b->type);
		assert_string_equal(btf__name_by_offset(btf, a->name_off),
				    btf__name_by_offset(fixed, b->name_off));
		for (unsigned int i = 0; btf_is_struct(a) && i < btf_vlen(a); i++)
			assert_memory_equal(&btf_members(a)[i].type, &btf_members(b)[i].type,
					    2 * sizeof(__u32));
	}
	btf__free(fixed);
	btf__free(btf);
	forget_object();
}

/* ---- other users of libbpf in the process ---- */

static int print_nothing(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

static void test_nothing_is_left_in_libbpf(void **state)
{
	struct program_source src = { .object = "obj/bpf/pass.o" };
	libbpf_print_fn_t before = libbpf_set_print(print_nothing);
	struct kobj_process was;
	struct object o;
	int handler;

	(void)state;
	kobj_init(&was);
	assert_int_equal(object_open(&src, NULL, &o, &report), 0);
	kobj_done(&was);
	assert_int_equal(bpf_program__type(o.prog), BPF_PROG_TYPE_EXT);
	assert_ptr_equal(libbpf_set_print(before), print_nothing);
	handler = libbpf_register_prog_handler(NULL, BPF_PROG_TYPE_XDP, 0, NULL);
	assert_true(handler > 0);
	assert_int_equal(libbpf_unregister_prog_handler(handler), 0);
	object_close(&o);
}

/* Copies of LRU maps have room for what the kernel keeps free, also within other maps. */
static void test_copies_have_room(void **state)
{
	__u32 flags = BPF_F_NO_COMMON_LRU | BPF_F_RDONLY_PROG, entries = 10;

	(void)state;
	map_copy_size(BPF_MAP_TYPE_HASH, &flags, &entries);
	assert_int_equal(flags, BPF_F_NO_COMMON_LRU | BPF_F_RDONLY_PROG);
	assert_int_equal(entries, 10);
	map_copy_size(BPF_MAP_TYPE_LRU_HASH, &flags, &entries);
	assert_int_equal(flags, BPF_F_RDONLY_PROG);
	assert_true(entries >= 10 + 2 * 128);
	entries = UINT32_MAX;
	map_copy_size(BPF_MAP_TYPE_LRU_PERCPU_HASH, &flags, &entries);
	assert_int_equal(entries, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tail_calls_are_followed),
		TEST(test_a_circle_is_seen),
		TEST(test_what_is_not_called_is_not_reached),
		TEST(test_externs_are_reached),
		TEST(test_reduced),
		TEST(test_names_are_put_right),
		TEST(test_good_names_stay),
		TEST(test_layouts_stay),
		TEST(test_nothing_is_left_in_libbpf),
		TEST(test_copies_have_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
