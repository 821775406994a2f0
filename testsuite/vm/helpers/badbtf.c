// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Give an object file types that the kernel refuses, as compilers for other
 * languages write them, or as no compiler does.
 *
 *	badbtf OBJECT NEW KIND
 *	badbtf kinds
 *
 * Of the kind "loop", which is not among them, nobody could make sense.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <gelf.h>

static void die(const char *what)
{
	fprintf(stderr, "badbtf: %s\n", what);
	exit(1);
}

static int check(int id)
{
	if (id < 0)
		die("cannot add a type");
	return id;
}

static struct btf_type *type_of(struct btf *btf, int id)
{
	return (struct btf_type *)btf__type_by_id(btf, id);
}

static int number(struct btf *btf)
{
	return check(btf__add_int(btf, "int", 4, BTF_INT_SIGNED));
}

static void set_name(struct btf *btf, int id, const char *name)
{
	int at = check(btf__add_str(btf, name));

	type_of(btf, id)->name_off = at;
}

/* ---- one function for each kind ---- */

static void add_struct_name(struct btf *btf)
{
	check(btf__add_struct(btf, "HashMapLike<u32, (u8, &'static str)>", 4));
}

static void add_digit_name(struct btf *btf)
{
	check(btf__add_struct(btf, "3d", 4));
}

static void add_long_name(struct btf *btf)
{
	char name[2000];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	check(btf__add_struct(btf, name, 4));
}

static void add_member_name(struct btf *btf)
{
	int id = number(btf);

	check(btf__add_struct(btf, "s", 8));
	check(btf__add_field(btf, "0", id, 0, 0));
	check(btf__add_field(btf, "a b", id, 32, 0));
}

static void add_pointer_name(struct btf *btf)
{
	set_name(btf, check(btf__add_ptr(btf, 0)), "*const u8");
}

static void add_array_name(struct btf *btf)
{
	int id = number(btf);

	set_name(btf, check(btf__add_array(btf, id, id, 3)), "[i32; 3]");
}

static void add_const_name(struct btf *btf)
{
	set_name(btf, check(btf__add_const(btf, 0)), "const");
}

static void add_proto_name(struct btf *btf)
{
	set_name(btf, check(btf__add_func_proto(btf, 0)), "fn()");
}

static void add_typedef_name(struct btf *btf)
{
	check(btf__add_typedef(btf, "core::ffi::c_int", number(btf)));
}

static void add_no_typedef_name(struct btf *btf)
{
	type_of(btf, check(btf__add_typedef(btf, "t", number(btf))))->name_off = 0;
}

static void add_forward_name(struct btf *btf)
{
	check(btf__add_fwd(btf, "Opaque<T>", BTF_FWD_STRUCT));
}

static void add_enum_name(struct btf *btf)
{
	check(btf__add_enum(btf, "Option<u32>", 4));
	check(btf__add_enum_value(btf, "Some(_)", 1));
	check(btf__add_enum_value(btf, "x", 0));
	btf_enum(type_of(btf, btf__type_cnt(btf) - 1))[1].name_off = 0;
}

static void add_enum_size(struct btf *btf)
{
	type_of(btf, check(btf__add_enum(btf, "e", 4)))->size = 0;
}

static void add_func_name(struct btf *btf)
{
	check(btf__add_func(btf, "core::ptr::read<u8>", BTF_FUNC_STATIC,
			    check(btf__add_func_proto(btf, 0))));
}

static void add_param_without_name(struct btf *btf)
{
	int id = number(btf), proto = check(btf__add_func_proto(btf, id));

	check(btf__add_func_param(btf, NULL, id));
	check(btf__add_func(btf, "f", BTF_FUNC_GLOBAL, proto));
}

static void add_param_without_type(struct btf *btf)
{
	int id = number(btf), proto = check(btf__add_func_proto(btf, id));

	check(btf__add_func_param(btf, "nothing", 0));
	check(btf__add_func_param(btf, "number", id));
	check(btf__add_func(btf, "f", BTF_FUNC_STATIC, proto));
}

static void add_varargs_name(struct btf *btf)
{
	int proto = check(btf__add_func_proto(btf, 0));

	check(btf__add_func_param(btf, "more", 0));
	check(btf__add_func(btf, "f", BTF_FUNC_STATIC, proto));
}

static void add_extern_func(struct btf *btf)
{
	check(btf__add_func(btf, "memcpy", BTF_FUNC_EXTERN, check(btf__add_func_proto(btf, 0))));
}

static void add_returned_forward(struct btf *btf)
{
	check(btf__add_func_proto(btf, check(btf__add_fwd(btf, "f", BTF_FWD_STRUCT))));
}

static void add_extern_var(struct btf *btf)
{
	check(btf__add_var(btf, "v", BTF_VAR_GLOBAL_EXTERN, number(btf)));
}

static void add_void_var(struct btf *btf)
{
	type_of(btf, check(btf__add_var(btf, "v", BTF_VAR_STATIC, number(btf))))->type = 0;
}

static void add_var_name(struct btf *btf)
{
	check(btf__add_var(btf, "KEY::{constant#0}", BTF_VAR_STATIC, number(btf)));
}

static void add_unknown_section(struct btf *btf)
{
	int var = check(btf__add_var(btf, "v", BTF_VAR_STATIC, number(btf)));

	check(btf__add_datasec(btf, ".nowhere", 0));
	check(btf__add_datasec_var_info(btf, var, 0, 4));
}

static void add_empty_section(struct btf *btf)
{
	check(btf__add_datasec(btf, "license", 0));
}

static void add_section_name(struct btf *btf)
{
	check(btf__add_datasec(btf, "a section", 4));
}

static void add_unordered(struct btf *btf)
{
	int id = number(btf);

	check(btf__add_struct(btf, "s", 8));
	check(btf__add_field(btf, "b", id, 32, 0));
	check(btf__add_field(btf, "a", id, 0, 0));
}

static void add_void_member(struct btf *btf)
{
	check(btf__add_struct(btf, "s", 8));
	check(btf__add_field(btf, "a", 0, 32, 0));
}

static void add_large_member(struct btf *btf)
{
	int id = number(btf);

	check(btf__add_struct(btf, "s", 2));
	check(btf__add_field(btf, "a", id, 0, 0));
	check(btf__add_field(btf, "b", id, 640, 0));
}

static void add_union_offset(struct btf *btf)
{
	int id = number(btf);

	check(btf__add_union(btf, "u", 8));
	check(btf__add_field(btf, "a", id, 0, 0));
	btf_members(type_of(btf, btf__type_cnt(btf) - 1))->offset = 32;
}

static void add_bits_of_struct(struct btf *btf)
{
	int id = check(btf__add_struct(btf, "inner", 4));

	check(btf__add_struct(btf, "s", 8));
	check(btf__add_field(btf, "a", id, 0, 3));
}

static void add_array_of_void(struct btf *btf)
{
	check(btf__add_array(btf, number(btf), 0, 3));
}

static void add_array_by_pointer(struct btf *btf)
{
	check(btf__add_array(btf, check(btf__add_ptr(btf, 0)), number(btf), 3));
}

static void add_int_encoding(struct btf *btf)
{
	*(__u32 *)(type_of(btf, number(btf)) + 1) |= 7 << 24;
}

static void add_int_bits(struct btf *btf)
{
	*(__u32 *)(type_of(btf, number(btf)) + 1) = 255;
}

static void add_float_size(struct btf *btf)
{
	type_of(btf, check(btf__add_float(btf, "f24", 4)))->size = 3;
}

static void add_tag_of_nothing(struct btf *btf)
{
	check(btf__add_decl_tag(btf, "tag", number(btf), -1));
}

static void add_tag_behind(struct btf *btf)
{
	check(btf__add_decl_tag(btf, "tag", check(btf__add_struct(btf, "s", 0)), 5));
}

static void add_pointer_to_var(struct btf *btf)
{
	check(btf__add_ptr(btf, check(btf__add_var(btf, "v", BTF_VAR_STATIC, number(btf)))));
}

static void add_loop(struct btf *btf)
{
	int id = check(btf__add_struct(btf, "s", 8));

	check(btf__add_field(btf, "itself", id, 0, 0));
}

#define KIND(name)                \
	{                         \
#name, add_##name \
	}

static const struct {
	const char *name;
	void (*add)(struct btf *btf);
} kinds[] = {
	KIND(struct_name),	  KIND(digit_name),	  KIND(long_name),
	KIND(member_name),	  KIND(pointer_name),	  KIND(array_name),
	KIND(const_name),	  KIND(proto_name),	  KIND(typedef_name),
	KIND(no_typedef_name),	  KIND(forward_name),	  KIND(enum_name),
	KIND(enum_size),	  KIND(func_name),	  KIND(param_without_name),
	KIND(param_without_type), KIND(varargs_name),	  KIND(extern_func),
	KIND(returned_forward),	  KIND(extern_var),	  KIND(void_var),
	KIND(var_name),		  KIND(unknown_section),  KIND(empty_section),
	KIND(section_name),	  KIND(unordered),	  KIND(void_member),
	KIND(large_member),	  KIND(union_offset),	  KIND(bits_of_struct),
	KIND(array_of_void),	  KIND(array_by_pointer), KIND(int_encoding),
	KIND(int_bits),		  KIND(float_size),	  KIND(tag_of_nothing),
	KIND(tag_behind),	  KIND(pointer_to_var),
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* ---- the file ---- */

static void change_section(Elf_Scn *scn, const char *kind)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	struct btf *btf = data ? btf__new(data->d_buf, data->d_size) : NULL;
	bool all = !strcmp(kind, "all"), found = all;
	__u32 size;

	if (!btf)
		die("no types in the object");
	for (unsigned int i = 0; i < N_KINDS; i++)
		if (all || !strcmp(kind, kinds[i].name)) {
			found = true;
			kinds[i].add(btf);
		}
	if (!strcmp(kind, "loop"))
		add_loop(btf);
	else if (!found)
		die("no such kind");
	data->d_buf = (void *)btf__raw_data(btf, &size);
	data->d_size = size;
	elf_flagdata(data, ELF_C_SET, ELF_F_DIRTY);
}

static void copy(const char *from, const char *to)
{
	char buf[4096];
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	size_t n;

	if (!in || !out)
		die("cannot open the files");
	while ((n = fread(buf, 1, sizeof(buf), in)))
		if (fwrite(buf, 1, n, out) != n)
			die("cannot write");
	fclose(in);
	if (fclose(out))
		die("cannot write");
}

int main(int argc, char **argv)
{
	Elf_Scn *scn = NULL;
	size_t names;
	Elf *elf;
	int fd;

	for (unsigned int i = 0; argc == 2 && i < N_KINDS; i++)
		puts(kinds[i].name);
	if (argc == 2)
		return 0;
	if (argc != 4)
		die("usage: badbtf OBJECT NEW KIND");
	copy(argv[1], argv[2]);
	elf_version(EV_CURRENT);
	fd = open(argv[2], O_RDWR | O_CLOEXEC);
	elf = elf_begin(fd, ELF_C_RDWR, NULL);
	if (!elf || elf_getshdrstrndx(elf, &names))
		die("cannot read the object");
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr h;

		if (gelf_getshdr(scn, &h) && !strcmp(elf_strptr(elf, names, h.sh_name), ".BTF"))
			change_section(scn, argv[3]);
	}
	if (elf_update(elf, ELF_C_WRITE) < 0)
		die(elf_errmsg(-1));
	elf_end(elf);
	return 0;
}
