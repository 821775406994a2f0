// SPDX-License-Identifier: GPL-2.0-or-later
/* Check the BTF of an object file before libbpf uses it: libbpf before 1.3 trusts
 * every reference in it. */
#include "object/object_internal.h"

#include <errno.h>
#include <string.h>

#include <bpf/btf.h>
#include <gelf.h>

#define BTF_SECTION ".BTF"
#define MAX_DEPTH   32 /* libbpf's own limit, in versions that have one */

static bool name_ok(const struct btf *btf, __u32 offset)
{
	return btf__name_by_offset(btf, offset);
}

static bool type_ok(const struct btf *btf, __u32 id)
{
	return id < btf__type_cnt(btf);
}

static bool members_ok(const struct btf *btf, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);

	for (unsigned int i = 0; i < btf_vlen(t); i++)
		if (!name_ok(btf, m[i].name_off) || !type_ok(btf, m[i].type))
			return false;
	return true;
}

static bool params_ok(const struct btf *btf, const struct btf_type *t)
{
	const struct btf_param *p = btf_params(t);

	for (unsigned int i = 0; i < btf_vlen(t); i++)
		if (!name_ok(btf, p[i].name_off) || !type_ok(btf, p[i].type))
			return false;
	return type_ok(btf, t->type);
}

static bool enum_ok(const struct btf *btf, const struct btf_type *t)
{
	const struct btf_enum *e = btf_enum(t);

	for (unsigned int i = 0; i < btf_vlen(t); i++)
		if (!name_ok(btf, e[i].name_off))
			return false;
	return true;
}

static bool enum64_ok(const struct btf *btf, const struct btf_type *t)
{
	const struct btf_enum64 *e = btf_enum64(t);

	for (unsigned int i = 0; i < btf_vlen(t); i++)
		if (!name_ok(btf, e[i].name_off))
			return false;
	return true;
}

static bool section_ok(const struct btf *btf, const struct btf_type *t)
{
	const struct btf_var_secinfo *info = btf_var_secinfos(t);

	for (unsigned int i = 0; i < btf_vlen(t); i++)
		if (!type_ok(btf, info[i].type))
			return false;
	return true;
}

/* Modifiers and typedefs must not lead back to themselves. */
static bool ends(const struct btf *btf, const struct btf_type *t)
{
	for (int depth = 0; depth < MAX_DEPTH; depth++) {
		if (!btf_is_mod(t) && !btf_is_typedef(t))
			return true;
		if (!type_ok(btf, t->type))
			return false;
		t = btf__type_by_id(btf, t->type);
	}
	return false;
}

static bool refers_ok(const struct btf *btf, const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_ARRAY:
		return type_ok(btf, btf_array(t)->type) && type_ok(btf, btf_array(t)->index_type);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return members_ok(btf, t);
	case BTF_KIND_ENUM:
		return enum_ok(btf, t);
	case BTF_KIND_ENUM64:
		return enum64_ok(btf, t);
	case BTF_KIND_FUNC_PROTO:
		return params_ok(btf, t);
	case BTF_KIND_DATASEC:
		return section_ok(btf, t);
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_FWD:
		return true;
	default:
		return type_ok(btf, t->type) && ends(btf, t);
	}
}

static int check_btf(const void *data, size_t size, const char *file, struct report *r)
{
	struct btf *btf = btf__new(data, size);
	int err = 0;

	/* libbpf continues without BTF, or reports why it cannot. */
	if (libbpf_get_error(btf))
		return 0;
	for (__u32 id = 1; !err && id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (!name_ok(btf, t->name_off) || !refers_ok(btf, t))
			err = report_fail(
				r, STATUS_NOT_TRIED, EINVAL,
				"\"%s\" is not a BPF object file: type %u of its BTF leads nowhere",
				file, id);
	}
	btf__free(btf);
	return err;
}

static int check_sections(Elf *elf, const char *file, struct report *r)
{
	size_t names;
	Elf_Scn *s = NULL;
	int err = 0;

	if (elf_getshdrstrndx(elf, &names))
		return 0;
	while (!err && (s = elf_nextscn(elf, s))) {
		const char *name = NULL;
		const Elf_Data *data;
		GElf_Shdr header;

		if (gelf_getshdr(s, &header))
			name = elf_strptr(elf, names, header.sh_name);
		if (!name || strcmp(name, BTF_SECTION))
			continue;
		data = elf_getdata(s, NULL);
		if (data && data->d_buf)
			err = check_btf(data->d_buf, data->d_size, file, r);
	}
	return err;
}

int object_check(char *bytes, size_t size, const char *file, struct report *r)
{
	Elf *elf;
	int err;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return 0;
	elf = elf_memory(bytes, size);
	if (!elf)
		return 0;
	err = check_sections(elf, file, r);
	elf_end(elf);
	return err;
}
